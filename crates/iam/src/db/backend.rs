//! The choice of the database: the one place that tells the two apart.

use std::{
    path::PathBuf,
    sync::{Arc, mpsc::SyncSender},
    time::Duration,
};

use base::{secret::SecretText, timestamp::Timestamp};
use decide::snapshot::{Snapshot, System};

use super::{Connection, job::Message, postgres, postgres::Postgres, sqlite, sqlite::Sqlite, whole::Place};
use crate::{
    Settings,
    core::Core,
    feed::{self, Cursor},
    keyring::Keyring,
    master_keys::Registered,
    store::{Directory, OpenError, prove_key},
};

/// What [`Settings::max_staleness`] may be, in seconds (SEC-211).
const STALENESS_S: std::ops::RangeInclusive<u64> = 1..=60;
/// How often old entries of the feed are deleted at a start, at most; what is left then is for the next.
const PRUNINGS: usize = 64;

/// Which database holds the data.
#[derive(Debug, Clone)]
pub enum Database {
    /// SQLite, in the data directory: one node.
    Embedded,
    /// PostgreSQL: any number of nodes, which share the master key.
    Postgres {
        /// `postgres://user:password@host:port/database`. Never shown.
        url: SecretText,
    },
}

/// A database that is open, its schema up to date, with nothing running on it yet.
pub(crate) enum Opened {
    Sqlite { path: PathBuf, connection: rusqlite::Connection },
    Postgres(Box<postgres::Opened>),
}

/// Everything, as it was at one moment.
pub(crate) struct Loaded {
    pub(crate) snapshot: Snapshot,
    /// How far the feed was read with it.
    pub(crate) cursor: Cursor,
}

impl Opened {
    /// Opens the database, or makes it. Errors say why it was left alone.
    pub(crate) fn new(settings: &Settings, directory: &Directory) -> Result<Self, OpenError> {
        let span = settings.max_staleness;
        if !STALENESS_S.contains(&span.as_secs()) || span > Duration::from_secs(*STALENESS_S.end()) {
            let found = format!("{span:?}");
            return Err(OpenError::Setting { name: "max_staleness", wanted: "from 1 to 60 seconds", found });
        }
        match &settings.database {
            Database::Embedded => {
                let path = directory.database()?;
                let prove = |registered: &[Registered]| prove_key(registered, settings, directory);
                Ok(Self::Sqlite { connection: sqlite::open(&path, prove)?, path })
            }
            Database::Postgres { url } => {
                Ok(Self::Postgres(Box::new(postgres::Opened::new(url, settings, directory)?)))
            }
        }
    }

    /// Runs `work` in a transaction.
    pub(crate) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Connection) -> Result<T, OpenError>,
    ) -> Result<T, OpenError> {
        match self {
            Self::Sqlite { connection, .. } => sqlite::transact(connection, work),
            Self::Postgres(opened) => opened.transact(work),
        }
    }

    /// Loads everything, and forgets what of the feed is too old.
    pub(crate) fn load(
        &mut self,
        keyring: &Keyring,
        system: &Arc<System>,
        now: Timestamp,
    ) -> Result<Loaded, OpenError> {
        for _ in 0..PRUNINGS {
            if !self.transact(|tx| Ok(crate::prune::prune(tx, now)?))? {
                break;
            }
        }
        let (snapshot, cursor) = match self {
            Self::Sqlite { connection, .. } => {
                sqlite::transact(connection, |tx| Ok((feed::load(tx, keyring, system)?, Cursor::end(tx)?)))?
            }
            Self::Postgres(opened) => opened.load(keyring, system)?,
        };
        Ok(Loaded { snapshot, cursor })
    }

    /// Starts the threads. `cursor` is where the published snapshot shows the feed.
    pub(crate) fn start(self, cursor: Cursor, core: &Arc<Core>, max_staleness: Duration) -> Result<Backend, OpenError> {
        match self {
            // The only writer knows what it writes: it follows nobody.
            Self::Sqlite { path, connection } => Ok(Backend::Sqlite(Sqlite::start(&path, connection, core)?)),
            Self::Postgres(opened) => Ok(Backend::Postgres(Postgres::start(*opened, cursor, core, max_staleness)?)),
        }
    }
}

/// A database at work.
pub(crate) enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Backend {
    /// The queue of changes.
    pub(crate) fn writes(&self) -> &SyncSender<Message> {
        match self {
            Self::Sqlite(sqlite) => &sqlite.writes,
            Self::Postgres(postgres) => &postgres.writes,
        }
    }

    /// The queue of queries.
    pub(crate) fn reads(&self) -> &SyncSender<Message> {
        match self {
            Self::Sqlite(sqlite) => &sqlite.reads,
            Self::Postgres(postgres) => &postgres.reads,
        }
    }

    /// Its name, for whoever watches it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// How long ago the published snapshot was known to be the newest; none where that is not known.
    pub(crate) fn staleness(&self) -> Option<Duration> {
        match self {
            Self::Sqlite(_) => Some(Duration::ZERO),
            Self::Postgres(postgres) => postgres.staleness(),
        }
    }

    /// Whether the published snapshot is known to be recent. On SQLite it always is: nobody else writes.
    pub(crate) fn is_fresh(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(postgres) => postgres.is_fresh(),
        }
    }

    /// Whether the database was reached a moment ago.
    pub(crate) fn is_in_touch(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(postgres) => postgres.is_in_touch(),
        }
    }

    /// Asks for a look at what other nodes have changed; `None` where there are no others.
    pub(crate) fn catch_up(&self) -> Option<oneshot::Receiver<bool>> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(postgres) => Some(postgres.catch_up()),
        }
    }

    /// Where the whole store can be looked at.
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::Sqlite(sqlite) => Place::Sqlite(sqlite.path.clone()),
            Self::Postgres(postgres) => Place::Postgres(postgres.shared()),
        }
    }

    /// Finishes what is queued and ends the threads.
    pub(crate) fn stop(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.stop(),
            Self::Postgres(postgres) => postgres.stop(),
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop();
    }
}
