//! What the follower and those who wait for it share: the count of its rounds, and how fresh the snapshot is.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use base::ids::AccountId;
use decide::snapshot::Snapshot;

/// How often the follower looks without being asked (SEC-240).
pub(super) const POLL: Duration = Duration::from_millis(250);

/// See the module. A round that *begins* after a commit shows it, so whoever wants to see something asks for the
/// next round that has not begun yet; all who ask meanwhile share it.
pub(super) struct Rounds {
    state: Mutex<State>,
    changed: Condvar,
    /// Since when nothing is known to have changed: milliseconds since `start`, counted from 1. 0 where that is
    /// not known.
    confirmed: AtomicU64,
    start: Instant,
}

struct State {
    /// The last round that somebody wants.
    asked: u64,
    /// The last that has begun, and when.
    begun: u64,
    begun_at: Instant,
    /// The last that ended well.
    ended: u64,
    /// The last that failed.
    failed: u64,
    /// Rounds before this one do not make the snapshot fresh.
    trusted_from: u64,
    /// When a round last published anything.
    moved_at: Option<Instant>,
    stopping: bool,
}

impl State {
    /// The number of the next round that begins.
    fn ask(&mut self) -> u64 {
        self.asked = self.begun + 1;
        self.asked
    }
}

impl Rounds {
    /// Begins with a snapshot that was loaded at `loaded`.
    pub(super) fn new(loaded: Instant) -> Self {
        let state = State {
            asked: 0,
            begun: 0,
            begun_at: loaded,
            ended: 0,
            failed: 0,
            trusted_from: 0,
            moved_at: None,
            stopping: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), confirmed: AtomicU64::new(1), start: loaded }
    }

    /// Whether the published snapshot was confirmed to be the newest not longer than `most` ago.
    pub(super) fn is_fresh(&self, most: Duration) -> bool {
        self.staleness().is_some_and(|span| span <= most)
    }

    /// How long ago the published snapshot was confirmed to be the newest; none where that is not known.
    pub(super) fn staleness(&self) -> Option<Duration> {
        match self.confirmed.load(Ordering::Acquire) {
            0 => None,
            moment => Some(Duration::from_millis(millis(self.start.elapsed()).saturating_sub(moment - 1))),
        }
    }

    /// For the follower: waits until the next round is due, and counts it as begun. `None` tells it to end.
    pub(super) fn begin(&self) -> Option<u64> {
        let mut state = self.state();
        loop {
            let waited = state.begun_at.elapsed();
            if state.stopping {
                return None;
            }
            if state.asked > state.begun || waited >= POLL {
                state.begun += 1;
                state.begun_at = Instant::now();
                return Some(state.begun);
            }
            state = self.wait(state, POLL.saturating_sub(waited));
        }
    }

    /// For the follower: the round that began at `began` has ended well, and what it found is published.
    pub(super) fn ended(&self, number: u64, began: Instant, moved: bool) {
        let mut state = self.state();
        state.ended = number;
        if moved {
            state.moved_at = Some(Instant::now());
        }
        if number >= state.trusted_from {
            let moment = millis(began.saturating_duration_since(self.start)) + 1;
            self.confirmed.store(moment, Ordering::Release);
        }
        self.changed.notify_all();
    }

    /// For the follower: the round has failed.
    pub(super) fn failed(&self, number: u64) {
        self.state().failed = number;
        self.changed.notify_all();
    }

    /// For the follower: waits, whatever is asked, unless it is told to end.
    pub(super) fn pause(&self, span: Duration) {
        let until = Instant::now() + span;
        let mut state = self.state();
        while !state.stopping {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self.wait(state, left);
        }
    }

    /// The snapshot, as soon as it shows `account` at `revision` or later. `None` where that takes longer than
    /// `limit`. An account that is gone meanwhile has no revision any more: then a whole round is enough.
    pub(super) fn reach(
        &self,
        published: &ArcSwap<Snapshot>,
        (account, revision): (AccountId, i64),
        limit: Duration,
    ) -> Option<Arc<Snapshot>> {
        let until = Instant::now() + limit;
        let mut state = self.state();
        let mut wanted = None;
        loop {
            let snapshot = published.load_full();
            if snapshot.revision(account) >= revision {
                return Some(snapshot);
            }
            let wanted = *wanted.get_or_insert_with(|| {
                self.changed.notify_all();
                state.ask()
            });
            if state.ended >= wanted && snapshot.accounts.get(&account).is_none() {
                return Some(snapshot);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || state.stopping {
                return None;
            }
            state = self.wait(state, left);
        }
    }

    /// Waits for one whole round that begins from now on. Tells whether the snapshot has moved on lately, so that
    /// what was not in it a moment ago may be now; `false` as well where the round fails or takes longer than
    /// `limit`.
    pub(super) fn catch_up(&self, limit: Duration) -> bool {
        let asked_at = Instant::now();
        let mut state = self.state();
        if state.failed > state.ended {
            return false;
        }
        let wanted = state.ask();
        self.changed.notify_all();
        while state.ended < wanted {
            let left = limit.saturating_sub(asked_at.elapsed());
            if left.is_zero() || state.failed >= wanted || state.stopping {
                return false;
            }
            state = self.wait(state, left);
        }
        // Who asks has looked at the snapshot a little earlier, and it may have moved since.
        state.moved_at.is_some_and(|moment| moment + limit >= asked_at)
    }

    /// From now on the snapshot does not count as fresh, until a round that begins from now on ends well.
    pub(super) fn distrust(&self) {
        let mut state = self.state();
        state.trusted_from = state.ask();
        self.confirmed.store(0, Ordering::Release);
        self.changed.notify_all();
    }

    /// Tells the follower to end, and nobody waits for it any more.
    pub(super) fn stop(&self) {
        self.state().stopping = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, limit: Duration) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner).0
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
