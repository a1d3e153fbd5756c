//! Whole stores in SQLite files: one that is looked at while the writer goes on, and one that is filled.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use super::{
    opening::{self, APPLICATION_ID},
    tx::{Tx, translate},
};
use crate::{
    db::{DbError, whole::Whole},
    master_keys::file::sync_folder,
    store::OpenError,
};

/// Looks at a file in one read transaction, on a connection of its own. Meanwhile its log grows.
pub(crate) fn look<T, E>(path: &Path, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<T, E>
where
    E: From<OpenError> + From<DbError>,
{
    let connection = opening::open_reader(path)?;
    connection.execute_batch("BEGIN").map_err(|error| translate(&error))?;
    work(&mut Tx::new(&connection))
}

/// A file that is to become a store. It has another name until it is one, so that nothing takes it for one before.
pub(crate) struct Fresh {
    path: PathBuf,
    draft: PathBuf,
    connection: rusqlite::Connection,
}

impl Fresh {
    /// Begins a file that will be at `path`. One that an earlier attempt left unfinished is deleted. `None` where
    /// something is at `path` already, or beside it.
    pub(crate) fn new(path: &Path) -> Result<Option<Self>, OpenError> {
        let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", path.display()));
        let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
        let taken = fs::metadata(path).is_ok_and(|about| about.len() > 0);
        if taken || ["-wal", "-shm", "-journal"].iter().any(|suffix| beside(suffix).exists()) {
            return Ok(None);
        }
        let draft = beside(".restoring");
        for left in [draft.clone(), beside(".restoring-journal")] {
            match fs::remove_file(&left) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft).map_err(failed)?;
        let refused = |error: rusqlite::Error| OpenError::Unreadable(error.to_string());
        let connection = rusqlite::Connection::open(&draft).map_err(refused)?;
        opening::draft_settings(&connection).map_err(refused)?;
        Ok(Some(Self { path: path.to_owned(), draft, connection }))
    }

    /// Fills it in one transaction, and gives it its name. Where that fails, nothing is left.
    pub(crate) fn fill<T, E>(self, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<T, E>
    where
        E: From<OpenError> + From<DbError>,
    {
        let Self { path, draft, connection } = self;
        let outcome = fill(&connection, work);
        drop(connection);
        let named = outcome.and_then(|value| {
            let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
            File::open(&draft).and_then(|file| file.sync_all()).map_err(failed)?;
            fs::rename(&draft, &path).and_then(|()| sync_folder(&path)).map_err(failed)?;
            Ok(value)
        });
        if named.is_err() {
            let _ = fs::remove_file(&draft);
        }
        named
    }
}

fn fill<T, E: From<DbError>>(
    connection: &rusqlite::Connection,
    work: impl FnOnce(&mut dyn Whole) -> Result<T, E>,
) -> Result<T, E> {
    let failed = |error: rusqlite::Error| E::from(translate(&error));
    // The mark is in the file from its first page on, and inside no transaction.
    connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
    let value = work(&mut Tx::new(connection))?;
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(value)
}
