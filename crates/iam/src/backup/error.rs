//! Why a backup or a restore did not come about.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{format::ArchiveFault, reader::ReadError};
use crate::{db::DbError, error::Error, store::OpenError};

/// See the module. Nothing is left behind: no archive, and no store.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The archive is not to be trusted.
    #[error("`{}` {fault}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        fault: ArchiveFault,
    },
    /// The file system does not let us.
    #[error("`{}`: {cause}", path.display())]
    File {
        /// What was to be read or written.
        path: PathBuf,
        /// What it says.
        cause: io::Error,
    },
    /// A backup never takes another file's place.
    #[error("`{}` is there already: name a file that is not", .0.display())]
    InTheWay(PathBuf),
    /// The key of backups is not there.
    #[error("there is no key at `{}`: --make-key makes one", .0.display())]
    KeyAbsent(PathBuf),
    /// The key's file is not what it must be.
    #[error("the key at `{}` {problem}", path.display())]
    KeyUnusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// One key would open both.
    #[error("the key at `{}` is the store's master key: backups need a key of their own", .0.display())]
    KeyIsMaster(PathBuf),
    /// The master key at hand is another store's.
    #[error("the master key at `{}` is not that of the store that was backed up", .0.display())]
    MasterKey(PathBuf),
    /// A restore never takes another store's place.
    #[error("{0} is not empty: restore into a place with nothing in it")]
    NotEmpty(String),
    /// What was written does not read as it should. It was taken back.
    #[error("what was restored is not what was backed up: {0}")]
    Differs(String),
    /// There is one under way.
    #[error("a backup is under way already")]
    Busy,
    /// It was told to stop.
    #[error("it was broken off, since the store is being closed")]
    Stopped,
    /// The store was not opened, or cannot be.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database does not let us.
    #[error("{0}")]
    Database(String),
}

impl BackupError {
    /// The file system's word about a file.
    pub(super) fn file(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |cause| Self::File { path: path.clone(), cause }
    }

    /// A reader's word about an archive.
    pub(super) fn reading(path: &Path) -> impl Fn(ReadError) -> Self + use<> {
        let path = path.to_owned();
        move |error| match error {
            ReadError::Fault(fault) => Self::Archive { path: path.clone(), fault },
            ReadError::File(cause) => Self::File { path: path.clone(), cause },
        }
    }
}

impl From<DbError> for BackupError {
    fn from(error: DbError) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<Error> for BackupError {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(cause) => Self::Database(cause.to_string()),
            other => Self::Database(other.to_string()),
        }
    }
}
