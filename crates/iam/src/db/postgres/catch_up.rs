//! Catching up because a request names something that this node does not know (SEC-240): all who ask share one
//! round, there are at most so many in a second, and nobody waits for long.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::rounds::Rounds;

/// The time from one to the next: at most 20 a second, however many unknown keys are tried.
const SPACING: Duration = Duration::from_millis(50);
/// How long one may take.
const LIMIT: Duration = Duration::from_secs(1);
/// How many may wait for one; beyond that the answer is "no" at once.
const WAITING_MAX: usize = 4_096;

/// Who waits.
#[derive(Default)]
pub(super) struct CatchUps {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<oneshot::Sender<bool>>,
    stopping: bool,
}

impl CatchUps {
    /// Asks for one. The answer is whether looking again may find what was missing; none means no.
    pub(super) fn ask(&self) -> oneshot::Receiver<bool> {
        let (reply, answer) = oneshot::channel();
        let mut state = self.state();
        if !state.stopping && state.waiting.len() < WAITING_MAX {
            state.waiting.push(reply);
            self.changed.notify_one();
        }
        answer
    }

    /// Serves those who ask, on a thread of its own, until it is told to end.
    pub(super) fn run(&self, rounds: &Rounds) {
        let mut last: Option<Instant> = None;
        loop {
            let mut state = self.state();
            while state.waiting.is_empty() && !state.stopping {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            while let Some(left) = last.and_then(|last| SPACING.checked_sub(last.elapsed()))
                && !state.stopping
            {
                state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            let mut served = std::mem::take(&mut state.waiting);
            if state.stopping {
                return; // their ends of the channels close, which means no
            }
            drop(state);
            last = Some(Instant::now());
            let found = rounds.catch_up(LIMIT);
            if !found {
                // Whoever came meanwhile would wait as long again for nothing where the database is away.
                let late = last.is_some_and(|last| last.elapsed() >= LIMIT);
                served.extend(late.then(|| std::mem::take(&mut self.state().waiting)).into_iter().flatten());
            }
            for reply in served {
                let _ = reply.send(found); // whoever asked may have gone
            }
        }
    }

    /// Tells the thread to end.
    pub(super) fn stop(&self) {
        self.state().stopping = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
