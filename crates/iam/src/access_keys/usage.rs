//! When keys were last used: noted in memory on the path of a request, written to the store in batches.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use base::{ids::AccessKeyId, timestamp::Timestamp};

use super::{AccessKey, sql};
use crate::{
    core::Core,
    db::{
        Connection,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
    store::OpenError,
};

/// A use of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// For which service.
    pub service: String,
    /// From which address.
    pub source: String,
}

/// How many locks the notes are spread over, so that requests do not wait for each other.
const SHARDS: usize = 16;
/// How many keys a shard notes at most between two writes; later ones are not noted.
const SHARD_MAX: usize = 16_384;

/// Keys and their uses.
type Notes = Vec<(AccessKeyId, Use)>;

/// The notes that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    shards: [Mutex<HashMap<AccessKeyId, Use>>; SHARDS],
}

impl Usage {
    /// Notes a use. One short lock, never the store.
    pub(crate) fn note(&self, key: AccessKeyId, of: Use) {
        let Some(mut shard) = self.shard(key) else { return };
        if shard.len() < SHARD_MAX || shard.contains_key(&key) {
            shard.insert(key, of);
        }
    }

    /// The key with the later of what the store and what the notes know.
    pub(crate) fn freshest(&self, mut key: AccessKey) -> AccessKey {
        let noted = self.shard(key.id).and_then(|shard| shard.get(&key.id).cloned());
        let later = |noted: &Use| key.last_used.as_ref().is_none_or(|stored| stored.at < noted.at);
        if let Some(noted) = noted.filter(later) {
            key.last_used = Some(noted);
        }
        key
    }

    /// All notes. They stay until they are in the store, so that an answer never goes back in time.
    fn all(&self) -> Notes {
        let notes = |shard: &Mutex<HashMap<AccessKeyId, Use>>| -> Notes {
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

    fn shard(&self, key: AccessKeyId) -> Option<MutexGuard<'_, HashMap<AccessKeyId, Use>>> {
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

/// The thread that writes the notes.
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
            }
            write(&core);
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
            let row = [(*key).into(), of.at.into(), of.service.as_str().into(), of.source.as_str().into()];
            connection.run(&sql::REMEMBER_USE, &row)?;
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
            Err(error) => tracing::warn!(error = %error, "when some keys were last used could not be written"),
        }
    }
}
