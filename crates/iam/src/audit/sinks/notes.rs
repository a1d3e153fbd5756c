//! What is told to sinks in memory, and what they tell.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use base::ids::AccountId;

use super::{Lag, SinkName};

/// How many chains are noted for a sink at most; the sweep finds those beyond.
const NOTED_MAX: usize = 16_384;

/// The sinks that this node has.
#[derive(Debug, Default)]
pub(crate) struct Registry(RwLock<Vec<Arc<Notes>>>);

/// What one sink is told and tells.
#[derive(Debug)]
pub(crate) struct Notes {
    name: SinkName,
    noted: Mutex<BTreeSet<AccountId>>,
    lag: Mutex<Option<Lag>>,
}

impl Registry {
    pub(super) fn register(&self, name: SinkName) -> Arc<Notes> {
        let notes = Arc::new(Notes { name, noted: Mutex::default(), lag: Mutex::default() });
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&notes));
        notes
    }

    pub(super) fn forget(&self, notes: &Arc<Notes>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(|other| !Arc::ptr_eq(other, notes));
    }

    /// Notes that something is appended to a chain. Short locks, never the store.
    pub(crate) fn note(&self, account: AccountId) {
        for notes in self.0.read().unwrap_or_else(PoisonError::into_inner).iter() {
            let mut noted = lock(&notes.noted);
            if noted.len() < NOTED_MAX {
                noted.insert(account);
            }
        }
    }

    /// How far each sink is behind that this node feeds.
    pub(crate) fn lags(&self) -> Vec<(SinkName, Lag)> {
        let sinks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        sinks.iter().filter_map(|notes| Some((notes.name.clone(), notes.lag()?))).collect()
    }
}

impl Notes {
    /// Takes out the chains that were noted.
    pub(super) fn take(&self) -> BTreeSet<AccountId> {
        std::mem::take(&mut lock(&self.noted))
    }

    /// Tells how far the sink is behind.
    pub(super) fn tell(&self, lag: Option<Lag>) {
        *lock(&self.lag) = lag;
    }

    pub(super) fn lag(&self) -> Option<Lag> {
        *lock(&self.lag)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
