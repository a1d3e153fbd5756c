//! The thread that writes what waits in the [`super::trail::Trail`], through the ordinary queue of changes, and has the
//! checkpoints made.
//!
//! It looks twice a second, so that an event of reading is durable within one second. Where the store does
//! not take a batch, the batch is kept and tried again; meanwhile the queue fills, and then counts. (An
//! event whose commit ended unknown is written again: the trail may tell of a read twice, never not at all.)

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, mpsc::RecvTimeoutError},
    thread::JoinHandle,
    time::Duration,
};

use base::ids::AccountId;

use super::{
    Event, append,
    checkpointing::Checkpointer,
    trail::{Word, Words},
};
use crate::{
    action::Action,
    core::Core,
    db::{
        Connection, head,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
    store::OpenError,
};

/// How long the recorder waits before it looks again.
const TICK: Duration = Duration::from_millis(500);
/// How many events are written by one transaction at most.
const BATCH: usize = 512;
/// How often the last events are tried while the store is closing, and how long it waits in between.
const LAST_TRIES: usize = 20;
const LAST_PAUSE: Duration = Duration::from_millis(50);

/// Events, and each one's chain.
type Events = Vec<(AccountId, Event)>;
/// Where the store says which events of a chain it did not take.
type Answer = (AccountId, oneshot::Receiver<Vec<Event>>);

/// The running thread.
pub(crate) struct Recorder {
    core: Arc<Core>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    /// Records that the node starts, and begins to record what happens on it (SEC-170).
    ///
    /// Errors: the trail can't be written, so nothing may be done here.
    pub(crate) fn start(core: &Arc<Core>, words: Words) -> Result<Self, OpenError> {
        let start = Event::of_node(Action::StartNode, AccountId::INSTANCE, core.clock.now());
        if !write(core, vec![(AccountId::INSTANCE, start)]).is_empty() {
            return Err(Error::AuditUnavailable.into());
        }
        let body = {
            let core = Arc::clone(core);
            move || Work { core, pending: Vec::new(), checkpointer: Checkpointer::default() }.run(&words)
        };
        let thread = std::thread::Builder::new().name("audit".to_owned()).spawn(body);
        let thread = thread.map_err(|error| OpenError::Unreadable(error.to_string()))?;
        Ok(Self { core: Arc::clone(core), thread: Mutex::new(Some(thread)) })
    }

    /// Writes what is left, and that the node stops; then ends. Before the store's threads do.
    pub(crate) fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            self.core.trail.end();
            let _ = thread.join();
        }
    }
}

/// What the thread has at hand.
struct Work {
    core: Arc<Core>,
    /// Taken out and not written yet.
    pending: Events,
    checkpointer: Checkpointer,
}

impl Work {
    fn run(mut self, words: &Words) {
        while let Ok(Word::Much) | Err(RecvTimeoutError::Timeout) = words.0.recv_timeout(TICK) {
            self.write_all();
            self.checkpointer.tick(&self.core);
        }
        self.core.trail.close();
        if self.write_last(words) {
            let now = self.core.clock.now();
            self.pending.push((AccountId::INSTANCE, Event::of_node(Action::StopNode, AccountId::INSTANCE, now)));
            self.write_last(words);
            self.checkpointer.finish(&self.core);
        }
        if !self.pending.is_empty() {
            self.core.trail.lose(self.pending.len());
            tracing::error!(events = self.pending.len(), "audit events are lost: the store did not take them");
        }
    }

    /// Writes what is due and what waits. `false` where the store did not take it.
    fn write_all(&mut self) -> bool {
        // Counts go on while the store does not take events: so what is pending stays small.
        if self.pending.is_empty() {
            self.pending = self.core.trail.due(self.core.clock.now());
        }
        loop {
            if self.pending.is_empty() {
                self.pending = self.core.trail.reads.take(BATCH);
            }
            if self.pending.is_empty() {
                return true;
            }
            self.pending = write(&self.core, std::mem::take(&mut self.pending));
            if !self.pending.is_empty() {
                return false;
            }
        }
    }

    fn write_last(&mut self, words: &Words) -> bool {
        for _ in 0..LAST_TRIES {
            // What was pending before the end is written by the first call, the last counts by the second.
            if self.write_all() && self.write_all() {
                return true;
            }
            if self.core.health.has_failed() {
                return false;
            }
            let _ = words.0.recv_timeout(LAST_PAUSE);
        }
        false
    }
}

/// All that is due and all that waits: what the thread takes out, for the simulation, which has no threads.
#[cfg(test)]
pub(crate) fn waiting(core: &Core) -> Events {
    let mut events = core.trail.due(core.clock.now());
    events.extend(core.trail.reads.take(usize::MAX));
    events
}

/// Appends events, one transaction per chain, and gives back those that were not stored.
fn write(core: &Arc<Core>, events: Events) -> Events {
    collect(send(core, events))
}

/// Hands events to the store, and gives back where the answers come from.
pub(crate) fn send(core: &Arc<Core>, events: Events) -> Vec<Answer> {
    let mut chains: BTreeMap<AccountId, Vec<Event>> = BTreeMap::new();
    for (account, event) in events {
        chains.entry(account).or_default().push(event);
    }
    let mut answers = Vec::new();
    for (account, mut events) in chains {
        while !events.is_empty() {
            let rest = events.split_off(events.len().min(BATCH));
            let (reply, answer) = oneshot::channel();
            core.submit_change(Box::new(Appending { core: Arc::clone(core), account, events, reply }));
            answers.push((account, answer));
            events = rest;
        }
    }
    answers
}

/// Awaits the answers, and gives back what was not stored.
pub(crate) fn collect(answers: Vec<Answer>) -> Events {
    let mut left = Events::new();
    for (account, answer) in answers {
        let Ok(unwritten) = answer.recv() else {
            // A job is always finished; only a database thread that broke drops one.
            tracing::error!(account = %account, "audit events are lost: a database thread has gone");
            continue;
        };
        left.extend(unwritten.into_iter().map(|event| (account, event)));
    }
    left
}

/// Appends events to one chain.
struct Appending {
    core: Arc<Core>,
    account: AccountId,
    events: Vec<Event>,
    /// Answers with what was not stored.
    reply: oneshot::Sender<Vec<Event>>,
}

impl Job for Appending {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        // Where the account has gone meanwhile, the installation remembers; the event names its subject.
        let mut head = if let Some(head) = head::lock(connection, self.account)? {
            head
        } else {
            let head = head::lock(connection, AccountId::INSTANCE)?;
            head.ok_or_else(|| Error::internal("the installation has no audit chain"))?
        };
        for event in &self.events {
            append(connection, &self.core, &mut head, event)?;
        }
        head::save(connection, &head)?;
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let unwritten = if outcome.is_ok() {
            self.core.counts.recorded(self.events.len());
            Vec::new()
        } else {
            self.events
        };
        let _ = self.reply.send(unwritten);
    }
}
