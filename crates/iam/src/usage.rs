//! When keys and roles were last used: noted in memory on the path of a request, written to the store in batches.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use base::{
    ids::{AccessKeyId, ApiKeyId, RoleId},
    timestamp::Timestamp,
};

use crate::{
    access_keys, api_keys,
    core::Core,
    db::{
        Connection, Row, Value,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
    overview::tallies,
    roles,
    store::OpenError,
    users::listing::sql::{ACTIVE_BY_ACCESS_KEY, ACTIVE_BY_API_KEY},
};

/// A use of a key, or of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// For which service.
    pub service: String,
    /// From which address.
    pub source: String,
}

/// The use in a row that has its columns from `first` on, where one is known.
pub(crate) fn in_row(row: &Row, first: usize) -> Result<Option<Use>> {
    let Some(at) = row.optional(first, Row::timestamp)? else { return Ok(None) };
    Ok(Some(Use { at, service: row.text(first + 1)?, source: row.text(first + 2)? }))
}

/// What is used: a key of either kind, or a role by the keys of its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usable {
    /// An access key.
    Access(AccessKeyId),
    /// An API key.
    Api(ApiKeyId),
    /// A role.
    Role(RoleId),
}

impl Usable {
    fn spread(self) -> u64 {
        match self {
            Self::Access(id) => id.spread(),
            Self::Api(id) => id.spread(),
            Self::Role(id) => id.number(),
        }
    }
}

impl From<AccessKeyId> for Usable {
    fn from(id: AccessKeyId) -> Self {
        Self::Access(id)
    }
}

impl From<ApiKeyId> for Usable {
    fn from(id: ApiKeyId) -> Self {
        Self::Api(id)
    }
}

impl From<RoleId> for Usable {
    fn from(id: RoleId) -> Self {
        Self::Role(id)
    }
}

/// How many locks the notes are spread over, so that requests do not wait for each other.
const SHARDS: usize = 16;
/// How many uses a shard notes at most between two writes; later ones are not noted.
const SHARD_MAX: usize = 16_384;

/// What was used, and how.
type Notes = Vec<(Usable, Use)>;

/// The notes that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    shards: [Mutex<HashMap<Usable, Use>>; SHARDS],
}

impl Usage {
    /// Notes a use. One short lock, never the store.
    pub(crate) fn note(&self, key: Usable, of: Use) {
        let Some(mut shard) = self.shard(key) else { return };
        if shard.len() < SHARD_MAX || shard.contains_key(&key) {
            shard.insert(key, of);
        }
    }

    /// When a key was last used: the later of what the store and what the notes know.
    pub(crate) fn freshest(&self, key: impl Into<Usable>, stored: Option<Use>) -> Option<Use> {
        let key = key.into();
        let noted = self.shard(key).and_then(|shard| shard.get(&key).cloned());
        let later = |noted: &Use| stored.as_ref().is_none_or(|stored| stored.at < noted.at);
        noted.filter(later).or(stored)
    }

    /// All notes. They stay until they are in the store, so that an answer never goes back in time.
    fn all(&self) -> Notes {
        let notes = |shard: &Mutex<HashMap<Usable, Use>>| -> Notes {
            lock(shard).iter().map(|(key, of)| (*key, of.clone())).collect()
        };
        self.shards.iter().flat_map(notes).collect()
    }

    /// Forgets notes that are in the store, but for keys that were used again meanwhile.
    fn forget(&self, notes: &Notes) {
        for (key, of) in notes {
            if let Some(mut shard) = self.shard(*key)
                && shard.get(key) == Some(of)
            {
                shard.remove(key);
            }
        }
    }

    fn shard(&self, key: Usable) -> Option<MutexGuard<'_, HashMap<Usable, Use>>> {
        let place = usize::try_from(key.spread() % SHARDS as u64).unwrap_or_default();
        self.shards.get(place).map(lock)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often notes are written: a use is in the store well within a minute (SEC-079).
const PERIOD: Duration = Duration::from_secs(20);
/// How many notes one transaction writes.
const BATCH: usize = 500;

/// The thread that writes the notes, and what was counted beside them.
pub(crate) struct UsageWriter {
    running: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

impl UsageWriter {
    pub(crate) fn start(core: &Arc<Core>) -> Result<Self, OpenError> {
        let (end, ended) = channel();
        let core = Arc::clone(core);
        let body = move || {
            while ended.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                write(&core);
                tallies::write(&core);
            }
            write(&core);
            tallies::write(&core);
        };
        let thread = std::thread::Builder::new().name("key-use".to_owned()).spawn(body);
        let thread = thread.map_err(|error| OpenError::Unreadable(error.to_string()))?;
        Ok(Self { running: Mutex::new(Some((end, thread))) })
    }

    /// Writes what is noted and ends. Before the store's threads do.
    pub(crate) fn stop(&self) {
        if let Some((end, thread)) = lock(&self.running).take() {
            drop(end);
            let _ = thread.join();
        }
    }
}

/// Hands all notes to the store.
fn write(core: &Arc<Core>) {
    let mut notes = core.usage.all();
    while !notes.is_empty() {
        let rest = notes.split_off(notes.len().min(BATCH));
        core.submit_change(Box::new(UsageJob { core: Arc::clone(core), notes }));
        notes = rest;
    }
}

/// Writes notes. It changes nothing that deciding or the audit trail knows.
struct UsageJob {
    core: Arc<Core>,
    notes: Notes,
}

impl Job for UsageJob {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        for (key, of) in &self.notes {
            let (statement, active, id): (_, _, Value) = match *key {
                Usable::Access(id) => (&access_keys::sql::REMEMBER_USE, Some(&ACTIVE_BY_ACCESS_KEY), id.into()),
                Usable::Api(id) => (&api_keys::sql::REMEMBER_USE, Some(&ACTIVE_BY_API_KEY), id.into()),
                Usable::Role(id) => (&roles::sql::REMEMBER_USE, None, id.into()),
            };
            if let Some(active) = active {
                connection.run(active, &[id.clone(), of.at.into()])?;
            }
            connection.run(statement, &[id, of.at.into(), of.service.as_str().into(), of.source.as_str().into()])?;
        }
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.core.usage.forget(&self.notes),
            // They are tried again with the next batch.
            Err(error) => {
                tracing::warn!(error = %error, "when some keys and roles were last used could not be written");
            }
        }
    }
}
