//! When checkpoints are made: within a minute of the event that they cover, and every [`EVENTS_BETWEEN`] events.
//!
//! The latter are made with the event itself. For the former, whoever appends to a chain notes it in memory, and the
//! recorder's thread looks which notes are due: one checkpoint for each account that something was written for, and
//! none for all others. What a node had noted when it died is found by a sweep, which compares all heads with their
//! last checkpoints, a page at a time, at each start and now and then.
//!
//! These jobs are bookkeeping: they touch no table of state, and several nodes may do the same at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use base::{ids::AccountId, timestamp::Timestamp};
use oneshot::TryRecvError;

use super::{checkpoint, checkpoint::Checkpoint, sql};
use crate::{
    core::Core,
    db::{
        Connection,
        head::Head,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
};

/// How long an event may wait for a checkpoint, less what it takes to make it: together within a minute.
const WAIT: Duration = Duration::from_secs(50);
/// How many chains one job looks at.
const BATCH: usize = 64;
/// How many chains are noted at most; those beyond are found by the sweep.
const NOTED_MAX: usize = 65_536;
/// How many heads a step of the sweep looks at.
const SWEPT: i64 = 500;
/// How long after the end of a sweep the next one begins.
const SWEEP_PERIOD: Duration = Duration::from_mins(10);
/// How many jobs the end may take to leave no chain without a checkpoint: what is left is for the next start.
const LAST_JOBS: usize = 256;

/// Chains that something was appended to since their last checkpoint, and when that was first.
#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<BTreeMap<AccountId, Timestamp>>);

/// Chains, and since when they wait.
type Waiting = Vec<(AccountId, Timestamp)>;

impl Notes {
    /// Notes that something is appended to a chain. One short lock, never the store.
    pub(super) fn note(&self, account: AccountId, now: Timestamp) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < NOTED_MAX || notes.contains_key(&account) {
            let since = notes.entry(account).or_insert(now);
            *since = now.min(*since);
        }
    }

    /// Takes out those that have waited long enough, or any.
    fn take(&self, now: Timestamp, all: bool) -> Waiting {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Where the clock has gone back nobody knows how long it was.
        let due = |since: &Timestamp| all || now < *since || now >= since.plus(WAIT);
        let due: Waiting = notes.iter().filter(|(_, since)| due(since)).map(|(of, s)| (*of, *s)).take(BATCH).collect();
        for (account, _) in &due {
            notes.remove(account);
        }
        due
    }
}

/// What the recorder's thread has under way.
#[derive(Default)]
pub(super) struct Checkpointer {
    making: Option<oneshot::Receiver<()>>,
    sweeping: Option<oneshot::Receiver<Swept>>,
    /// Behind which account the sweep goes on; `None` at its beginning.
    after: Option<AccountId>,
    /// When the next sweep begins.
    resting_since: Option<Timestamp>,
}

impl Checkpointer {
    /// Sees what has ended and begins what is due. Never waits.
    pub(super) fn tick(&mut self, core: &Arc<Core>) {
        let now = core.clock.now();
        if let Poll::Ready(ended) = ended(&mut self.sweeping) {
            // A step that failed is done again.
            if let Some(swept) = ended {
                self.after = swept.last;
                self.resting_since = if swept.last.is_none() { Some(now) } else { None };
            }
            let resting = self.resting_since.is_some_and(|since| since <= now && now < since.plus(SWEEP_PERIOD));
            if !resting {
                let (reply, answer) = oneshot::channel();
                let after = self.after.map_or(-1, |account| i64::try_from(account.number()).unwrap_or(i64::MAX));
                core.submit_change(Box::new(Sweep { core: Arc::clone(core), after, found: None, reply }));
                self.sweeping = Some(answer);
            }
        }
        if ended(&mut self.making).is_ready() {
            self.making = make(core, core.trail.checkpoints.take(now, false), false);
        }
    }

    /// Makes the checkpoints of all chains that are noted. Waits for the store.
    pub(super) fn finish(&mut self, core: &Arc<Core>) {
        if let Some(running) = self.making.take() {
            let _ = running.recv();
        }
        for _ in 0..LAST_JOBS {
            let waiting = core.trail.checkpoints.take(core.clock.now(), true);
            let Some(answer) = make(core, waiting, true) else { return };
            if answer.recv().is_err() {
                return;
            }
        }
    }
}

/// What has come of a job: nothing where it failed or there was none.
fn ended<T>(running: &mut Option<oneshot::Receiver<T>>) -> Poll<Option<T>> {
    let Some(receiver) = running else { return Poll::Ready(None) };
    let answer = match receiver.try_recv() {
        Err(TryRecvError::Empty) => return Poll::Pending,
        Err(TryRecvError::Disconnected) => None,
        Ok(answer) => Some(answer),
    };
    *running = None;
    Poll::Ready(answer)
}

/// Begins to make checkpoints of these chains; `None` where there are none.
fn make(core: &Arc<Core>, waiting: Waiting, at_once: bool) -> Option<oneshot::Receiver<()>> {
    if waiting.is_empty() {
        return None;
    }
    let (reply, answer) = oneshot::channel();
    let job = Making { core: Arc::clone(core), waiting, later: Waiting::new(), at_once, reply };
    core.submit_change(Box::new(job));
    Some(answer)
}

/// Makes checkpoints of chains.
struct Making {
    core: Arc<Core>,
    waiting: Waiting,
    /// Those that another node has just made one of: their newer events may wait as long again.
    later: Waiting,
    /// Whether even those get one.
    at_once: bool,
    /// Answers where it succeeded.
    reply: oneshot::Sender<()>,
}

impl Making {
    /// Makes a checkpoint of a chain unless its last event has one. Tells from when on the chain waits again, where it
    /// is too early.
    fn look(&self, connection: &mut dyn Connection, account: AccountId, now: Timestamp) -> Result<Option<Timestamp>> {
        let Some(head) = committed_head(connection, account)? else { return Ok(None) };
        let newest = connection.rows(&sql::NEWEST_CHECKPOINT.sql, &[account.into()])?;
        let key = self.core.checkpoint_key.public();
        let newest = newest.first().and_then(|row| Checkpoint::from_row(row, account, key).ok());
        // One that we have not signed says nothing.
        if let Some(newest) = newest.filter(Checkpoint::is_signed) {
            if i64::try_from(newest.seq).is_ok_and(|seq| seq >= head.audit_seq) {
                return Ok(None);
            }
            if !self.at_once && newest.time <= now && now < newest.time.plus(WAIT) {
                return Ok(Some(newest.time));
            }
        }
        checkpoint::keep(connection, &self.core.checkpoint_key, &head, now)?;
        Ok(None)
    }
}

impl Job for Making {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let now = self.core.clock.now();
        self.later.clear();
        for (account, _) in &self.waiting {
            if let Some(since) = self.look(connection, *account, now)? {
                self.later.push((*account, since));
            }
        }
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let again = match &outcome {
            Ok(()) => self.later,
            Err(error) => {
                tracing::warn!(error = %error, "checkpoints of the audit trail could not be made; they are tried again");
                self.waiting
            }
        };
        for (account, since) in again {
            self.core.trail.checkpoints.note(account, since);
        }
        if outcome.is_ok() {
            let _ = self.reply.send(());
        }
    }
}

/// The head as it is, not locked: a checkpoint is of the past. `None` where there is no such account, or no event.
fn committed_head(connection: &mut dyn Connection, account: AccountId) -> Result<Option<Head>> {
    let rows = connection.rows(&sql::HEAD.sql, &[account.into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let audit_hash = row.bytes(1)?.try_into().map_err(|_| Error::internal("an audit hash has another length"))?;
    let head = Head { account, revision: 0, audit_seq: row.int(0)?, audit_hash };
    Ok((head.audit_seq > 0).then_some(head))
}

/// Compares a page of heads with their last checkpoints.
struct Sweep {
    core: Arc<Core>,
    after: i64,
    found: Option<Swept>,
    reply: oneshot::Sender<Swept>,
}

/// What a step of the sweep found.
struct Swept {
    /// Chains whose last event has no checkpoint.
    behind: Vec<AccountId>,
    /// Behind which account the next step begins; `None` where this was the last one.
    last: Option<AccountId>,
}

impl Job for Sweep {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let rows = connection.rows(&sql::HEADS_AND_CHECKPOINTS.sql, &[self.after.into(), SWEPT.into()])?;
        let mut behind = Vec::new();
        for row in &rows {
            if row.int(1)? > row.int(2)? {
                behind.push(row.account(0)?);
            }
        }
        let whole = i64::try_from(rows.len()).is_ok_and(|count| count == SWEPT);
        let last = rows.last().filter(|_| whole).map(|row| row.account(0)).transpose()?;
        self.found = Some(Swept { behind, last });
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let (Ok(()), Some(found)) = (outcome, self.found) else { return };
        // Nobody knows since when they wait.
        let long_ago = Timestamp::from_micros(0);
        for account in &found.behind {
            self.core.trail.checkpoints.note(*account, long_ago);
        }
        let _ = self.reply.send(found);
    }
}

/// Makes all checkpoints that are due, for the simulation, which has no threads.
#[cfg(test)]
pub(crate) fn make_due(core: &Arc<Core>) {
    let waiting = core.trail.checkpoints.take(core.clock.now(), false);
    let _ = make(core, waiting, false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_due_after_a_while_and_when_the_clock_goes_back() {
        let notes = Notes::default();
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let account = AccountId::INSTANCE;
        notes.note(account, at(100));
        notes.note(account, at(140));
        assert_eq!(notes.take(at(149), false), []);
        assert_eq!(notes.take(at(150), false), [(account, at(100))]);
        assert_eq!(notes.take(at(150), false), []);
        notes.note(account, at(100));
        assert_eq!(notes.take(at(99), false), [(account, at(100))]);
        notes.note(account, at(100));
        assert_eq!(notes.take(at(100), true), [(account, at(100))]);
    }

    #[test]
    fn what_is_noted_is_bounded() {
        let notes = Notes::default();
        let now = Timestamp::from_micros(0);
        let first = *AccountId::RANGE.start();
        for number in 0..=NOTED_MAX as u64 {
            notes.note(AccountId::new(first + number).unwrap(), now);
        }
        assert_eq!(notes.0.lock().unwrap().len(), NOTED_MAX);
        assert_eq!(notes.take(now, true).len(), BATCH);
    }
}
