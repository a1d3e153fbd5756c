//! What every part of the core shares: the ports, the keyring and the published snapshot.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
    mpsc::SyncSender,
};

use arc_swap::ArcSwap;
use base::timestamp::Timestamp;
use decide::snapshot::Snapshot;

use crate::{
    audit::{CheckpointKey, Trail},
    clock::{Clock, IdSource, Random},
    db::job::{Job, Message},
    error::Error,
    hashing::HashingCost,
    keyring::Keyring,
    overview::tallies::Tallies,
    usage::Usage,
    vitals::{Counts, Flow},
};

/// See the module.
pub(crate) struct Core {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) ids: IdSource,
    pub(crate) keyring: Keyring,
    /// What deciding reads: one atomic load.
    pub(crate) published: ArcSwap<Snapshot>,
    pub(crate) health: Health,
    /// What happened here, in numbers.
    pub(crate) counts: Counts,
    /// When keys were last used, as far as it is not written yet.
    pub(crate) usage: Usage,
    /// What happened in accounts, as far as it is not written yet.
    pub(crate) tallies: Tallies,
    /// What hashing a password costs.
    pub(crate) hashing_cost: HashingCost,
    /// What a password is verified against where there is none: see [`crate::hashing::decoy`].
    pub(crate) decoy: String,
    /// This node's name in audit events.
    pub(crate) node: String,
    /// Signs how far the trail has come.
    pub(crate) checkpoint_key: CheckpointKey,
    /// What waits to be recorded.
    pub(crate) trail: Trail,
    /// The queue of changes, for work that follows from other work.
    pub(crate) writes: OnceLock<SyncSender<Message>>,
}

impl Core {
    /// Fresh random bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A number for a new entity.
    pub(crate) fn entity_id(&self, now: Timestamp) -> u64 {
        self.ids.next(now, u16::from_le_bytes(self.random()))
    }

    /// Lets everybody decide by another snapshot from now on.
    pub(crate) fn publish(&self, snapshot: Arc<Snapshot>) {
        self.published.store(snapshot);
        self.counts.published(self.clock.now());
    }

    /// Queues a change. A full queue, or one that is closed, answers at once.
    pub(crate) fn submit_change(&self, job: Box<dyn Job>) {
        match self.writes.get() {
            Some(queue) => submit(queue, &self.counts.changes, job),
            None => job.finish(Err(Error::Unavailable { retry_after_s: 1 })),
        }
    }
}

/// Queues `job`; where that can't be done, the job gets the answer "busy".
pub(crate) fn submit(queue: &SyncSender<Message>, flow: &Flow, job: Box<dyn Job>) {
    use std::sync::mpsc::TrySendError;
    flow.queue();
    if let Err(TrySendError::Full(Message::Job(job)) | TrySendError::Disconnected(Message::Job(job))) =
        queue.try_send(Message::Job(job))
    {
        flow.refuse();
        job.finish(Err(Error::Unavailable { retry_after_s: 1 }));
    }
}

/// Whether the store can still be trusted to keep what is written.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failed: AtomicBool,
}

impl Health {
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }
}
