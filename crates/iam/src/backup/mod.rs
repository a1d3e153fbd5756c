//! Backups: a whole store in one file, and back.
//!
//! An archive holds every row of every table, as it was at one moment, in a form that neither database has to itself: so
//! what was backed up from one can be restored into the other. It is sealed under a key of its own kind, never the
//! master key, and proved to its last byte before anything is written from it. The secrets in it stay sealed under the
//! master key, too: whoever wants to use it needs both keys.

mod contents;
mod copy;
mod error;
mod format;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod key;
mod manifest;
mod proof;
mod reader;
mod record;
mod restore;
mod running;
pub(crate) mod sql;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;

pub(crate) use self::running::Backups;
pub use self::{
    error::BackupError,
    format::ArchiveFault,
    key::make_key,
    manifest::{Manifest, TableEntry},
    restore::{Restore, Restored, Sessions, restore},
    running::{Begin, Made, Permit, Running},
};
#[cfg(test)]
pub(crate) mod testing {
    //! What the tests of the core copy stores with that nobody works on.
    pub(crate) use super::{
        copy::{Source, write_all},
        writer::ArchiveWriter,
    };
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A store is written into an archive.
    Copying,
    /// An archive is read, and proved.
    Proving,
    /// An archive is written into a store.
    Restoring,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// With what.
    pub step: Step,
    /// How many rows are done.
    pub rows: u64,
    /// How many there are.
    pub all_rows: u64,
    /// How many bytes of the archive are done.
    pub bytes: u64,
}

impl Progress {
    /// At the beginning of a step.
    const fn at(step: Step) -> Self {
        Self { step, rows: 0, all_rows: 0, bytes: 0 }
    }
}

/// Whom to tell how far it is.
pub struct Watch<'a> {
    tell: &'a mut dyn FnMut(Progress) -> bool,
}

impl<'a> Watch<'a> {
    /// Tells `tell` now and then, which gives whether to go on.
    pub fn new(tell: &'a mut dyn FnMut(Progress) -> bool) -> Self {
        Self { tell }
    }

    /// Another row is done.
    fn see(&mut self, progress: Progress) -> Result<(), BackupError> {
        let due = progress.rows.is_multiple_of(contents::TELL_EVERY) || progress.rows == progress.all_rows;
        if due && !(self.tell)(progress) { Err(BackupError::Stopped) } else { Ok(()) }
    }
}

/// An archive that was read to its end, and found to be as it was written.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The id of its key.
    pub key_id: String,
}

/// Reads an archive to its end. Errors: it is not as it was written, or the key is another.
pub fn verify(archive: &Path, key: &Path, watch: &mut Watch<'_>) -> Result<Verified, BackupError> {
    let contents = contents::open(archive, &key::read(key)?)?;
    let key_id = contents.key_id();
    let (manifest, hash) = contents.read_all(archive, watch, |_, _| Ok(()))?;
    Ok(Verified { manifest, sha256: data_encoding::HEXLOWER.encode(&hash), key_id })
}
