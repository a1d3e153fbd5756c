//! The form of an archive: a header, sealed chunks, and a hash of it all.
//!
//! ```text
//! header   magic 8 ‖ version 2 ‖ zeros 6 ‖ key id 8 ‖ salt 32 ‖ check 8
//! chunk    number 4 ‖ length 4 ‖ last 1 ‖ check 7 ‖ ciphertext and tag
//! trailer  SHA-256 over everything before it, 32
//! ```
//!
//! Numbers are little endian. Each archive has a key of its own (HKDF-SHA256 of the key file's, by the salt), and each
//! chunk is sealed with AES-256-GCM under its number and whether it is the last, bound to the header: no chunk can stand
//! in another place or another archive, and none can be taken from the end. The checks are plain hashes: they tell bytes
//! that went bad from a key that is another, and a file that ends too early from one whose lengths were changed.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hkdf::{HKDF_SHA256, Salt},
};
use base::secret::SecretBytes;
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::{clock::Random, keyring::KEY_BYTES};

/// How an archive begins.
const MAGIC: &[u8; 8] = b"CLVGBKUP";
/// The version of the form.
const VERSION: u16 = 1;
pub(super) const HEADER_BYTES: usize = 64;
const HEADER_CHECKED: usize = 56;
pub(super) const FRAME_BYTES: usize = 16;
const FRAME_CHECKED: usize = 9;
pub(super) const TRAILER_BYTES: usize = 32;
const KEY_ID_BYTES: usize = 8;
const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// How many bytes of content a chunk has; the last one has fewer, perhaps none.
pub(super) const CHUNK_BYTES: usize = 256 * 1024;
pub(super) const TAG_BYTES: usize = MAX_TAG_LEN;

/// What is wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// It does not begin as one.
    #[error("is no backup of claviger's, or its first bytes are damaged")]
    NotAnArchive,
    /// A later release has made it.
    #[error("has form {found}, this program knows up to {VERSION}: use a newer claviger")]
    NewerForm {
        /// Its form.
        found: u16,
    },
    /// Its first bytes went bad.
    #[error("is damaged in its header")]
    Header,
    /// Another key opens it.
    #[error("was made with another key, whose id is {made_with}; the one given is {given}")]
    OtherKey {
        /// The id of the key that it was made with.
        made_with: String,
        /// The id of the one given.
        given: String,
    },
    /// It ends before its end.
    #[error("is cut off: it ends behind {chunks} whole chunks")]
    CutOff {
        /// How many chunks are whole.
        chunks: u32,
    },
    /// A good chunk stands where another belongs.
    #[error("has its chunks out of order: number {found} stands where {wanted} belongs")]
    OutOfOrder {
        /// The chunk that belongs there.
        wanted: u32,
        /// The one that is there.
        found: u32,
    },
    /// Bytes of it went bad, or were changed.
    #[error("is damaged in chunk {chunk}")]
    Damaged {
        /// Where.
        chunk: u32,
    },
    /// All chunks are good, and the hash at the end is not theirs.
    #[error("is damaged in its last bytes")]
    Trailer,
    /// Something stands behind its end.
    #[error("goes on behind its end")]
    Longer,
    /// Its content is not what a backup writes: a bug.
    #[error("holds what this program does not understand: {0}")]
    Content(String),
}

/// An archive's header, and the key that seals what follows.
pub(super) struct Sealing {
    header: [u8; HEADER_BYTES],
    key: LessSafeKey,
}

/// What stands before a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) number: u32,
    /// Of the ciphertext and its tag, in bytes.
    pub(super) length: usize,
    pub(super) last: bool,
}

impl Sealing {
    /// For a new archive.
    pub(super) fn new(key: &SecretBytes<KEY_BYTES>, random: &dyn Random) -> Self {
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt);
        let fields: [&[u8]; 5] = [MAGIC, &VERSION.to_le_bytes(), &[0; 6], &key_id(key), &salt];
        let start = fields.concat();
        let check = digest(&SHA256, &start);
        let mut header = [0; HEADER_BYTES];
        for (to, from) in header.iter_mut().zip(start.iter().chain(check.as_ref())) {
            *to = *from;
        }
        Self { header, key: archive_key(key, &salt) }
    }

    /// For an archive that begins with `header`.
    pub(super) fn of(header: [u8; HEADER_BYTES], key: &SecretBytes<KEY_BYTES>) -> Result<Self, ArchiveFault> {
        let field = |from: usize, length: usize| header.get(from..from + length).unwrap_or_default();
        if field(0, 8) != MAGIC {
            return Err(ArchiveFault::NotAnArchive);
        }
        if !digest(&SHA256, field(0, HEADER_CHECKED)).as_ref().starts_with(field(HEADER_CHECKED, 8)) {
            return Err(ArchiveFault::Header);
        }
        let version = u16::from_le_bytes(field(8, 2).try_into().unwrap_or_default());
        if version != VERSION {
            return Err(ArchiveFault::NewerForm { found: version });
        }
        let (made_with, given) = (field(16, KEY_ID_BYTES), key_id(key));
        if made_with != given {
            let [made_with, given] = [made_with, &given].map(|id| HEXLOWER.encode(id));
            return Err(ArchiveFault::OtherKey { made_with, given });
        }
        Ok(Self { key: archive_key(key, field(24, SALT_BYTES)), header })
    }

    pub(super) const fn header(&self) -> &[u8; HEADER_BYTES] {
        &self.header
    }

    /// The id of the archive's key, as people see it.
    pub(super) fn key_id(&self) -> String {
        HEXLOWER.encode(self.header.get(16..16 + KEY_ID_BYTES).unwrap_or_default())
    }

    /// Seals content, in place; gives the frame that goes before it.
    pub(super) fn seal(&self, number: u32, last: bool, content: &mut Vec<u8>) -> [u8; FRAME_BYTES] {
        let frame = Frame { number, length: content.len() + TAG_BYTES, last };
        let bytes = self.frame_bytes(frame);
        self.key
            .seal_in_place_append_tag(nonce(frame), self.bound(&bytes), content)
            .expect("a chunk is far below the cipher's length limit");
        bytes
    }

    /// Reads a frame; `None` where its bytes are not as they were written.
    pub(super) fn read_frame(&self, bytes: &[u8; FRAME_BYTES]) -> Option<Frame> {
        let field = |from: usize| bytes.get(from..from + 4)?.try_into().ok().map(u32::from_le_bytes);
        let frame = Frame { number: field(0)?, length: usize::try_from(field(4)?).ok()?, last: *bytes.get(8)? == 1 };
        let whole = CHUNK_BYTES + TAG_BYTES;
        let sized = if frame.last { (TAG_BYTES..=whole).contains(&frame.length) } else { frame.length == whole };
        (sized && self.frame_bytes(frame) == *bytes).then_some(frame)
    }

    /// Opens a chunk in place, under what its frame says. `false` where it does not open.
    pub(super) fn open(&self, frame: Frame, sealed: &mut Vec<u8>) -> bool {
        let bytes = self.frame_bytes(frame);
        let Ok(content) = self.key.open_in_place(nonce(frame), self.bound(&bytes), sealed) else { return false };
        let length = content.len();
        sealed.truncate(length);
        true
    }

    fn frame_bytes(&self, frame: Frame) -> [u8; FRAME_BYTES] {
        let length = u32::try_from(frame.length).unwrap_or(u32::MAX);
        let start = [&frame.number.to_le_bytes()[..], &length.to_le_bytes(), &[u8::from(frame.last)]].concat();
        let check = digest(&SHA256, &[&self.header[..], &start].concat());
        let mut bytes = [0; FRAME_BYTES];
        for (to, from) in bytes.iter_mut().zip(start.iter().take(FRAME_CHECKED).chain(check.as_ref())) {
            *to = *from;
        }
        bytes
    }

    /// What a chunk is bound to: the archive's header and its own frame.
    fn bound(&self, frame: &[u8; FRAME_BYTES]) -> Aad<Vec<u8>> {
        Aad::from([&self.header[..], frame].concat())
    }
}

/// Whether bytes begin as an archive does.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Never the same twice under one key: an archive's key is its own, and its chunks are numbered.
fn nonce(frame: Frame) -> Nonce {
    let mut bytes = [0; NONCE_BYTES];
    for (to, from) in bytes.iter_mut().zip(frame.number.to_le_bytes().into_iter().chain([u8::from(frame.last)])) {
        *to = from;
    }
    Nonce::assume_unique_for_key(bytes)
}

/// Tells keys apart, and gives nothing of them away: they are random.
fn key_id(key: &SecretBytes<KEY_BYTES>) -> [u8; KEY_ID_BYTES] {
    let text = Zeroizing::new([b"claviger backup key id|", key.expose().as_slice()].concat());
    digest(&SHA256, &text).as_ref().first_chunk().copied().unwrap_or_default()
}

fn archive_key(key: &SecretBytes<KEY_BYTES>, salt: &[u8]) -> LessSafeKey {
    let secret = Salt::new(HKDF_SHA256, salt).extract(key.expose());
    let expanded = secret.expand(&[b"claviger backup 1"], &AES_256_GCM);
    LessSafeKey::new(UnboundKey::from(expanded.expect("32 bytes are far below HKDF's limit")))
}
