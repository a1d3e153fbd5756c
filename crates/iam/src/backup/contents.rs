//! An archive as a manifest and rows.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use base::secret::SecretBytes;

use super::{
    Progress, Step, Watch,
    error::BackupError,
    format::ArchiveFault,
    manifest::{Manifest, TableEntry},
    reader::{ArchiveReader, ReadError},
    record,
};
use crate::{db::Value, keyring::KEY_BYTES};

/// How often it is told how far it is: after so many rows.
pub(super) const TELL_EVERY: u64 = 256;

/// An archive whose manifest is read. The rows follow: all of each table, in the manifest's order.
pub(super) struct Contents<R> {
    reader: ArchiveReader<R>,
    /// What it says of itself.
    pub(super) manifest: Manifest,
    record: Vec<u8>,
}

/// Opens an archive.
pub(super) fn open(path: &Path, key: &SecretBytes<KEY_BYTES>) -> Result<Contents<BufReader<File>>, BackupError> {
    let file = File::open(path).map_err(BackupError::file(path))?;
    Contents::new(BufReader::new(file), key).map_err(BackupError::reading(path))
}

impl<R: Read> Contents<R> {
    pub(super) fn new(from: R, key: &SecretBytes<KEY_BYTES>) -> Result<Self, ReadError> {
        let mut reader = ArchiveReader::new(from, key)?;
        let mut record = Vec::new();
        read_record(&mut reader, &mut record)?;
        let manifest = Manifest::parse(&record)?;
        Ok(Self { reader, manifest, record })
    }

    /// The id of its key.
    pub(super) fn key_id(&self) -> String {
        self.reader.key_id()
    }

    /// How many bytes are read.
    pub(super) fn bytes(&self) -> u64 {
        self.reader.bytes()
    }

    /// The next row, of a table with so many columns.
    pub(super) fn row(&mut self, columns: usize) -> Result<Vec<Value>, ReadError> {
        read_record(&mut self.reader, &mut self.record)?;
        Ok(record::read_row(&self.record, columns)?)
    }

    /// Behind the last row: proves that nothing is left; gives the hash of the whole archive.
    pub(super) fn finish(self) -> Result<[u8; 32], ReadError> {
        self.reader.finish()
    }

    /// Reads all rows of all tables, and proves the end. `each` sees every row with its table.
    pub(super) fn read_all(
        mut self,
        path: &Path,
        watch: &mut Watch<'_>,
        mut each: impl FnMut(&TableEntry, Vec<Value>) -> Result<(), BackupError>,
    ) -> Result<(Manifest, [u8; 32]), BackupError> {
        let manifest = self.manifest.clone();
        let mut progress = Progress { all_rows: manifest.rows(), ..Progress::at(Step::Proving) };
        for table in &manifest.tables {
            for _ in 0..table.rows {
                each(table, self.row(table.columns.len()).map_err(BackupError::reading(path))?)?;
                progress.rows += 1;
                progress.bytes = self.bytes();
                watch.see(progress)?;
            }
        }
        Ok((manifest, self.finish().map_err(BackupError::reading(path))?))
    }
}

fn read_record<R: Read>(reader: &mut ArchiveReader<R>, record: &mut Vec<u8>) -> Result<(), ReadError> {
    let mut length = [0; 4];
    reader.take(&mut length)?;
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > record::RECORD_MAX {
        return Err(ArchiveFault::Content("a record is too long".to_owned()).into());
    }
    record.resize(length, 0);
    reader.take(record)
}
