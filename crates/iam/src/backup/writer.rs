//! Writing an archive: content goes in as a stream of bytes, sealed chunks come out.

use std::io::{self, Write};

use aws_lc_rs::digest::{Context, SHA256};
use base::secret::SecretBytes;
use zeroize::Zeroize as _;

use super::format::{CHUNK_BYTES, Sealing, TAG_BYTES};
use crate::{clock::Random, keyring::KEY_BYTES};

/// An archive that is being written. One that is dropped before [`ArchiveWriter::finish`] is cut off, and will be
/// refused as such.
pub(crate) struct ArchiveWriter<W> {
    out: W,
    sealing: Sealing,
    hash: Context,
    /// Content that is not sealed yet.
    chunk: Vec<u8>,
    number: u32,
    bytes: u64,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive.
    pub(crate) fn new(out: W, key: &SecretBytes<KEY_BYTES>, random: &dyn Random) -> io::Result<Self> {
        let sealing = Sealing::new(key, random);
        let header = *sealing.header();
        let chunk = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        let mut writer = Self { out, sealing, hash: Context::new(&SHA256), chunk, number: 0, bytes: 0 };
        writer.put(&header)?;
        Ok(writer)
    }

    /// How many bytes of the archive are written.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The id of its key.
    pub(super) fn key_id(&self) -> String {
        self.sealing.key_id()
    }

    /// Adds content.
    pub(super) fn write(&mut self, mut content: &[u8]) -> io::Result<()> {
        while !content.is_empty() {
            if self.chunk.len() == CHUNK_BYTES {
                self.seal(false)?;
            }
            let (now, later) = content.split_at(content.len().min(CHUNK_BYTES - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            content = later;
        }
        Ok(())
    }

    /// Ends the archive; gives back where it was written to, and its hash.
    pub(crate) fn finish(mut self) -> io::Result<(W, [u8; 32])> {
        self.seal(true)?;
        let mut hash = [0; 32];
        hash.copy_from_slice(self.hash.finish().as_ref());
        self.out.write_all(&hash)?;
        self.out.flush()?;
        Ok((self.out, hash))
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let mut chunk = std::mem::take(&mut self.chunk);
        let frame = self.sealing.seal(self.number, last, &mut chunk);
        self.put(&frame)?;
        self.put(&chunk)?;
        chunk.zeroize();
        self.chunk = chunk;
        self.number = self.number.checked_add(1).ok_or_else(|| io::Error::other("the archive is too long"))?;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}
