//! Reading an archive: each chunk is proved before a byte of its content is given out.

use std::io::{self, ErrorKind, Read};

use aws_lc_rs::digest::{Context, SHA256};
use base::secret::SecretBytes;

use super::format::{ArchiveFault, FRAME_BYTES, HEADER_BYTES, Sealing, TRAILER_BYTES, begins};
use crate::keyring::KEY_BYTES;

/// An archive that is being read.
pub(super) struct ArchiveReader<R> {
    from: R,
    sealing: Sealing,
    hash: Context,
    /// Proved content that was not given out yet, from `at` on.
    chunk: Vec<u8>,
    at: usize,
    /// The number of the next chunk.
    number: u32,
    bytes: u64,
    /// The hash of the whole archive, once its end is proved.
    end: Option<[u8; 32]>,
}

/// Why an archive cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    /// It is not as it was written.
    #[error(transparent)]
    Fault(#[from] ArchiveFault),
    /// The file does not let us.
    #[error(transparent)]
    File(#[from] io::Error),
}

impl<R: Read> ArchiveReader<R> {
    /// Begins to read. Errors: it is no archive, or another key opens it.
    pub(super) fn new(mut from: R, key: &SecretBytes<KEY_BYTES>) -> Result<Self, ReadError> {
        let mut header = [0; HEADER_BYTES];
        if fill(&mut from, &mut header)? < HEADER_BYTES && begins(&header) {
            return Err(ArchiveFault::CutOff { chunks: 0 }.into());
        }
        let sealing = Sealing::of(header, key)?;
        let mut hash = Context::new(&SHA256);
        hash.update(&header);
        Ok(Self { from, sealing, hash, chunk: Vec::new(), at: 0, number: 0, bytes: HEADER_BYTES as u64, end: None })
    }

    /// How many bytes of the archive are read.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The id of its key.
    pub(super) fn key_id(&self) -> String {
        self.sealing.key_id()
    }

    /// Fills `to` with content. Errors: there is no more, beside what can be wrong with the archive.
    pub(super) fn take(&mut self, to: &mut [u8]) -> Result<(), ReadError> {
        let mut filled = 0;
        while let Some(rest) = to.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let content = self.chunk.get(self.at..).unwrap_or_default();
            if content.is_empty() {
                if self.end.is_some() {
                    return Err(ArchiveFault::Content("it ends within a record".to_owned()).into());
                }
                self.open_next()?;
                continue;
            }
            let count = rest.len().min(content.len());
            for (to, from) in rest.iter_mut().zip(content) {
                *to = *from;
            }
            (filled, self.at) = (filled + count, self.at + count);
        }
        Ok(())
    }

    /// Goes to the end, where no content may be left; gives the hash of the whole archive.
    pub(super) fn finish(mut self) -> Result<[u8; 32], ReadError> {
        loop {
            if self.at < self.chunk.len() {
                return Err(ArchiveFault::Content("it goes on behind its last record".to_owned()).into());
            }
            if let Some(hash) = self.end {
                return Ok(hash);
            }
            self.open_next()?;
        }
    }

    /// Reads and proves the next chunk; behind the last one, that nothing else follows.
    fn open_next(&mut self) -> Result<(), ReadError> {
        let wanted = self.number;
        let cut_off = ArchiveFault::CutOff { chunks: wanted };
        let mut bytes = [0; FRAME_BYTES];
        if self.read(&mut bytes)? < FRAME_BYTES {
            return Err(cut_off.into());
        }
        let frame = self.sealing.read_frame(&bytes).ok_or(ArchiveFault::Damaged { chunk: wanted })?;
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.resize(frame.length, 0);
        if self.read(&mut chunk)? < frame.length {
            return Err(cut_off.into());
        }
        if !self.sealing.open(frame, &mut chunk) {
            return Err(ArchiveFault::Damaged { chunk: wanted }.into());
        }
        if frame.number != wanted {
            return Err(ArchiveFault::OutOfOrder { wanted, found: frame.number }.into());
        }
        (self.chunk, self.at) = (chunk, 0);
        self.number = wanted.checked_add(1).ok_or(ArchiveFault::Longer)?;
        if frame.last {
            self.end = Some(self.prove_end()?);
        }
        Ok(())
    }

    fn prove_end(&mut self) -> Result<[u8; 32], ReadError> {
        let hash = self.hash.clone().finish();
        let mut trailer = [0; TRAILER_BYTES];
        if self.read(&mut trailer)? < TRAILER_BYTES {
            return Err(ArchiveFault::CutOff { chunks: self.number }.into());
        }
        if hash.as_ref() != trailer {
            return Err(ArchiveFault::Trailer.into());
        }
        if self.read(&mut [0])? > 0 {
            return Err(ArchiveFault::Longer.into());
        }
        Ok(trailer)
    }

    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = fill(&mut self.from, to)?;
        self.hash.update(to.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Reads until `to` is full or there is no more; gives how much there was.
fn fill(from: &mut impl Read, to: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = to.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
