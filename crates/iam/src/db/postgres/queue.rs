//! The queue of jobs that some workers share, and how they come back when the database was away.
//!
//! A worker takes jobs only while it has a connection. While none has one, those that wait for the next attempt to
//! connect answer whatever is queued with "unavailable", so that nobody waits for a database that is gone
//! (SEC-210). One worker at a time connects: a database that comes back is not run over.

use std::{
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use super::{RECONNECT_MOST, backoff};
use crate::{
    core::Core,
    db::job::{Job, Message},
};

/// See the module.
pub(super) struct Queue {
    messages: Mutex<Receiver<Message>>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many workers have a connection.
    connected: usize,
    /// Whether one is connecting.
    connecting: bool,
    /// How often connecting has failed since it last succeeded.
    failures: u32,
    /// When the next attempt may be made.
    not_before: Option<Instant>,
}

/// What was in the queue.
pub(super) enum Next {
    Job(Box<dyn Job>),
    Nothing,
    Stop,
}

impl Queue {
    pub(super) fn new(messages: Receiver<Message>) -> Self {
        Self { messages: Mutex::new(messages), state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits for the next job; `None` tells the worker to end.
    pub(super) fn next(&self) -> Option<Box<dyn Job>> {
        match self.messages.lock().unwrap_or_else(PoisonError::into_inner).recv() {
            Ok(Message::Job(job)) => Some(job),
            Ok(Message::Stop) | Err(_) => None,
        }
    }

    /// The same, but not longer than `limit`.
    pub(super) fn next_within(&self, limit: Duration) -> Next {
        match self.messages.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(limit) {
            Ok(Message::Job(job)) => Next::Job(job),
            Err(RecvTimeoutError::Timeout) => Next::Nothing,
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => Next::Stop,
        }
    }

    /// Whether the caller may connect now; then it must report [`Queue::connected`] or [`Queue::failed`].
    pub(super) fn may_connect(&self) -> bool {
        let mut state = self.state();
        let free = !state.connecting && state.not_before.is_none_or(|moment| moment <= Instant::now());
        state.connecting |= free;
        free
    }

    /// The caller is connected.
    pub(super) fn connected(&self) {
        let mut state = self.state();
        *state = State { connected: state.connected + 1, ..State::default() };
        self.changed.notify_all();
    }

    /// The caller could not connect. Tells whether it is the first failure since it last worked.
    pub(super) fn failed(&self, core: &Core) -> bool {
        let mut state = self.state();
        state.connecting = false;
        state.failures = state.failures.saturating_add(1);
        state.not_before = Some(Instant::now() + backoff(core, state.failures, RECONNECT_MOST));
        self.changed.notify_all();
        state.failures == 1
    }

    /// The caller has a connection no more. Where the server has fallen `silent`, the next attempt would hang as this
    /// one did: first those who wait are answered.
    pub(super) fn left(&self, silent: bool, core: &Core) {
        let mut state = self.state();
        state.connected = state.connected.saturating_sub(1);
        if silent && state.connected == 0 {
            state.failures = state.failures.max(1);
            state.not_before = Some(Instant::now() + backoff(core, state.failures, RECONNECT_MOST));
        }
        self.changed.notify_all();
    }

    /// Whether nobody is connected, and not for want of trying.
    pub(super) fn is_down(&self) -> bool {
        let state = self.state();
        state.connected == 0 && state.failures > 0
    }

    /// Waits until something about the connections changes, not longer than `limit`.
    pub(super) fn wait(&self, limit: Duration) {
        drop(self.changed.wait_timeout(self.state(), limit));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
