//! Counting, while the core works.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use base::{histogram::Histogram, timestamp::Timestamp};

use super::{Answered, Operations, Queue, Vitals};
use crate::{
    action::{ACTIONS, Action, Gate},
    audit::Refusal,
    error::Error,
};

/// Bounds of the number of jobs that one COMMIT carries.
const BATCHES: [u64; 7] = [1, 2, 4, 8, 16, 32, 64];
/// Bounds of how long a COMMIT takes, in microseconds.
const COMMITS: [u64; 14] =
    [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/// A queue of work, as far as it is counted.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    queued: AtomicU64,
    taken: AtomicU64,
    refused: AtomicU64,
}

impl Flow {
    /// Something is about to be queued.
    pub(crate) fn queue(&self) {
        self.queued.fetch_add(1, Relaxed);
    }

    /// There was no room for it.
    pub(crate) fn refuse(&self) {
        self.queued.fetch_sub(1, Relaxed);
        self.refused.fetch_add(1, Relaxed);
    }

    /// So much was taken out.
    pub(crate) fn take(&self, count: usize) {
        self.taken.fetch_add(count as u64, Relaxed);
    }

    pub(crate) fn read(&self) -> Queue {
        // In this order: what is queued meanwhile makes the difference larger, never negative.
        let taken = self.taken.load(Relaxed);
        let waiting = self.queued.load(Relaxed).saturating_sub(taken);
        Queue { waiting, taken, refused: self.refused.load(Relaxed) }
    }
}

/// What the core counts. See the module.
#[derive(Debug)]
pub(crate) struct Counts {
    /// Jobs that change, and jobs that look.
    pub(crate) changes: Flow,
    pub(crate) queries: Flow,
    /// How many jobs a COMMIT carried, and how long it took, in microseconds.
    batch: Histogram<{ BATCHES.len() }>,
    commit_us: Histogram<{ COMMITS.len() }>,
    /// How each operation ended: a row for each of [`ACTIONS`], a column for each of [`ENDINGS`].
    operations: Vec<[AtomicU64; ENDINGS.len()]>,
    answered: [AtomicU64; Answered::ALL.len()],
    refusals: [AtomicU64; Refusal::WORDS.len()],
    /// Events that are in the trail.
    events: AtomicU64,
    /// How often another snapshot was published, and when last, in microseconds since 1970.
    published: AtomicU64,
    published_us: AtomicI64,
}

/// How an operation can end: done, denied to the caller, refused (what it asks for is not right or not there), or
/// failed by a fault of ours.
const ENDINGS: [&str; 4] = ["done", "denied", "refused", "failed"];

impl Counts {
    /// `now` is when the first snapshot was loaded.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            changes: Flow::default(),
            queries: Flow::default(),
            batch: Histogram::new(BATCHES),
            commit_us: Histogram::new(COMMITS),
            operations: ACTIONS.iter().map(|_| Default::default()).collect(),
            answered: Default::default(),
            refusals: Default::default(),
            events: AtomicU64::new(0),
            published: AtomicU64::new(0),
            published_us: AtomicI64::new(now.micros()),
        }
    }

    /// A COMMIT took so long and made so many jobs durable.
    pub(crate) fn committed(&self, jobs: usize, span: Duration) {
        self.batch.observe(jobs as u64);
        self.commit_us.observe(u64::try_from(span.as_micros()).unwrap_or(u64::MAX));
    }

    /// An operation ended.
    pub(crate) fn ended<T>(&self, action: Action, outcome: &Result<T, Error>) {
        let ending = match outcome {
            Ok(_) => 0,
            Err(Error::Denied { .. } | Error::Unauthenticated | Error::StepUp { .. } | Error::RateLimited { .. }) => 1,
            Err(Error::Unavailable { .. } | Error::AuditUnavailable | Error::OutcomeUnknown | Error::Internal(_)) => 3,
            Err(_) => 2,
        };
        if let Some(count) = self.operations.get(action as usize).and_then(|row| row.get(ending)) {
            count.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn answered(&self, answered: Answered) {
        if let Some(count) = self.answered.get(answered as usize) {
            count.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn refused(&self, reason: Refusal) {
        if let Some(count) = self.refusals.get(reason.place()) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// So many events are in the trail.
    pub(crate) fn recorded(&self, events: usize) {
        self.events.fetch_add(events as u64, Relaxed);
    }

    /// Another snapshot is published.
    pub(crate) fn published(&self, now: Timestamp) {
        self.published.fetch_add(1, Relaxed);
        self.published_us.store(now.micros(), Relaxed);
    }

    /// Everything that is counted here; the rest is left as it is in `vitals`.
    pub(crate) fn read(&self, vitals: Vitals) -> Vitals {
        let rows = ACTIONS.iter().zip(&self.operations).filter(|(row, _)| row.gate != Gate::Internal);
        let operations = rows.map(|(row, counts)| Operations { action: row.name, endings: words(&ENDINGS, counts) });
        Vitals {
            changes: self.changes.read(),
            queries: self.queries.read(),
            batch: self.batch.read(),
            commit_us: self.commit_us.read(),
            operations: operations.collect(),
            decisions: words(&Answered::ALL.map(Answered::word), &self.answered),
            refusals: words(&Refusal::WORDS, &self.refusals),
            events: self.events.load(Relaxed),
            published: self.published.load(Relaxed),
            published_us: self.published_us.load(Relaxed),
            ..vitals
        }
    }
}

fn words(words: &[&'static str], counts: &[AtomicU64]) -> Vec<(&'static str, u64)> {
    words.iter().zip(counts).map(|(word, count)| (*word, count.load(Relaxed))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_its_count() {
        let counts = Counts::new(Timestamp::from_micros(7));
        for (times, answered) in (1..).zip(Answered::ALL) {
            (0..times).for_each(|_| counts.answered(answered));
        }
        counts.refused(Refusal::Disabled);
        counts.ended(Action::GetUser, &Ok(()));
        counts.ended::<()>(Action::GetUser, &Err(Error::Conflict));
        counts.ended::<()>(Action::GetUser, &Err(Error::OutcomeUnknown));
        let read = counts.read(Vitals::default());
        let decisions = [("allow", 1), ("implicit_deny", 2), ("explicit_deny", 3), ("refused", 4), ("error", 5)];
        assert_eq!(read.decisions, decisions);
        assert_eq!(read.refusals.iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>(), [&("disabled", 1)]);
        let of_get_user = read.operations.iter().find(|operations| operations.action == "iam:GetUser").unwrap();
        assert_eq!(of_get_user.endings, [("done", 1), ("denied", 0), ("refused", 1), ("failed", 1)]);
        assert_eq!((read.published, read.published_us), (0, 7));
    }

    #[test]
    fn a_queue_is_as_long_as_what_was_not_taken() {
        let flow = Flow::default();
        (0..5).for_each(|_| flow.queue());
        flow.take(2);
        flow.refuse();
        assert_eq!(flow.read(), Queue { waiting: 2, taken: 2, refused: 1 });
    }
}
