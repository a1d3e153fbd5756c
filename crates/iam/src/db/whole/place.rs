//! Where whole stores are: the choice between the two databases.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Whole;
use crate::{
    db::{DbError, backend::Database, postgres, sqlite},
    error::Error,
    store::{DATABASE_FILE, OpenError},
};

/// A store at work, to be looked at as a whole.
#[derive(Clone)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(Arc<postgres::Shared>),
}

impl Place {
    /// Runs `work` in one read transaction on a connection of its own: all that it reads is of one moment, and nobody
    /// else waits. Not inside an asynchronous runtime.
    pub(crate) fn look<T, E>(&self, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<T, E>
    where
        E: From<OpenError> + From<DbError>,
    {
        match self {
            Self::Sqlite(path) => sqlite::look(path, work),
            Self::Postgres(shared) => postgres::look(shared, work),
        }
    }
}

/// A place with nothing in it, which is to become a store.
pub(crate) enum Fresh {
    Sqlite(sqlite::Fresh),
    Postgres(Box<postgres::Fresh>),
}

impl Fresh {
    /// Begins, in the data directory, whose lock the caller holds, or in the database; `None` where something is there.
    pub(crate) fn new(database: &Database, directory: &Path) -> Result<Option<Self>, OpenError> {
        match database {
            Database::Embedded => Ok(sqlite::Fresh::new(&directory.join(DATABASE_FILE))?.map(Self::Sqlite)),
            Database::Postgres { url } => Ok(postgres::Fresh::new(url)?.map(|fresh| Self::Postgres(Box::new(fresh)))),
        }
    }

    /// Fills it in one transaction. It is a store when this returns, and where it fails, or the process is killed,
    /// nothing. `None` where somebody else has come between.
    pub(crate) fn fill<T, E>(self, work: impl FnOnce(&mut dyn Whole) -> Result<T, E>) -> Result<Option<T>, E>
    where
        E: From<OpenError> + From<DbError> + From<Error>,
    {
        match self {
            Self::Sqlite(fresh) => fresh.fill(work).map(Some),
            Self::Postgres(fresh) => fresh.fill(work),
        }
    }
}
