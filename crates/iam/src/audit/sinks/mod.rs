//! Handing the trail on to places outside of the store (SEC-174).
//!
//! A sink is fed from the stored log and from nothing else: it gets each event at least once, chain by chain in order,
//! and a cursor for each chain tells how far it has got. So a sink that is down loses nothing and stops nobody: the store
//! itself is the backlog. What the program does with the events is no matter of the core; it asks for some
//! ([`Sink::more`]), and says when they have arrived ([`Sink::arrived`]).
//!
//! Feeding is no operation of the door, but bookkeeping: nobody asks for it but the configuration of the program that has
//! the store open, and an event for each batch would be handed on itself, for ever. Its jobs read the trail of all
//! accounts and write cursors; they touch no table of state.
//!
//! Which chains have something new is known in two ways: whoever appends notes it in memory, and a sweep goes over all
//! heads, now and then, for what other nodes have written and for what was not committed yet when it was noted.

mod jobs;
mod notes;

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
    sync::{Arc, mpsc::SyncSender},
    time::{Duration, Instant},
};

use base::{ids::AccountId, timestamp::Timestamp};

pub(crate) use self::notes::Registry;
use self::{
    jobs::{Looked, Swept},
    notes::Notes,
};
use crate::{
    core::{Core, submit},
    db::job::Message,
    error::{Error, Result},
};

/// How long a node may feed a sink before it must say so again.
const LEASE: Duration = Duration::from_mins(1);
/// With less than this left it says so again.
const RENEWAL: Duration = Duration::from_secs(40);
/// How long a chain that was noted is looked at again and again: what was appended may not be committed yet.
const GRACE: Duration = Duration::from_secs(2);
/// How long the sweep rests at least, and how many times as long as it took: so it takes little of the store's time
/// however many accounts there are.
const REST: Duration = Duration::from_secs(5);
const REST_TIMES: u32 = 20;
/// How many chains are known to have something new at most; the sweep finds those beyond later.
const PENDING_MAX: usize = 16_384;
/// How many chains one batch looks at.
const CHAINS: usize = 64;

/// The name of a sink: 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SinkName(String);

impl SinkName {
    /// The most bytes.
    pub const MAX: usize = 64;

    /// Checks a name. Errors: `Invalid`.
    pub fn parse(text: &str) -> Result<Self> {
        let named = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if !named || !(1..=Self::MAX).contains(&text.len()) {
            return Err(Error::invalid("sink's name", "must have 1 to 64 letters, digits, `-`, `_` or `.`"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An event on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose chain.
    pub account: AccountId,
    /// Its number in the chain.
    pub seq: u64,
    /// Its hash in hex.
    pub hash: String,
    /// When it was.
    pub time: Timestamp,
    /// What was done.
    pub action: String,
    /// How it ended: [`super::Outcome::word`].
    pub outcome: String,
    /// Its text: a JSON object.
    pub body: String,
}

/// How far a sink is behind, as its last sweep saw it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    /// How many events have not arrived.
    pub events: u64,
    /// When the oldest of them was.
    pub oldest: Option<Timestamp>,
}

/// A sink that this node may feed. Dropped, it feeds no more.
///
/// What asks the store waits for it, for seconds where it is away: not to be called on a thread that others wait for.
pub struct Sink {
    core: Arc<Core>,
    reads: SyncSender<Message>,
    name: SinkName,
    /// By which the node is known again after a start.
    holder: String,
    notes: Arc<Notes>,
    /// Until when this node may feed it; `None` while it may not.
    held_until: Option<Timestamp>,
    /// Chains that may have something new, and when that was noted.
    pending: BTreeMap<AccountId, Instant>,
    /// The chain that was looked at last: the next ones have their turn.
    last: Option<AccountId>,
    sweep: Sweep,
}

/// Where the sweep is.
#[derive(Default)]
struct Sweep {
    /// Behind which account it goes on, since when it runs, and what it has found; `None` while it rests.
    running: Option<(i64, Instant, Lag)>,
    resting_until: Option<Instant>,
}

impl Sink {
    pub(crate) fn new(core: Arc<Core>, reads: SyncSender<Message>, name: SinkName, holder: String) -> Self {
        let notes = core.trail.sinks.register(name.clone());
        let (pending, sweep) = (BTreeMap::new(), Sweep::default());
        Self { core, reads, name, holder, notes, held_until: None, pending, last: None, sweep }
    }

    /// Its name.
    pub fn name(&self) -> &SinkName {
        &self.name
    }

    /// Makes this node the one that feeds the sink, or lets it go on doing so. `false` where another node does.
    ///
    /// By the clocks of the nodes: where they are a minute apart, two may feed it at once, and events arrive twice.
    pub fn claim(&mut self) -> Result<bool> {
        let now = self.core.clock.now();
        if self.held_until.is_some_and(|until| now.plus(RENEWAL) < until && now.plus(LEASE) >= until) {
            return Ok(true);
        }
        let until = now.plus(LEASE);
        let claim = jobs::claim(self.name.clone(), self.holder.clone(), now, until);
        let held = jobs::run(|job| self.core.submit_change(job), claim)?;
        if !held || self.held_until.is_none() {
            // What another node has done meanwhile is not known here.
            self.pending.clear();
            self.sweep = Sweep::default();
            self.notes.tell(None);
        }
        self.held_until = held.then_some(until);
        Ok(held)
    }

    /// Some events that have not arrived yet, chain by chain in order; none where there are none now. Errors: the store
    /// cannot be read now.
    pub fn more(&mut self) -> Result<Vec<Outgoing>> {
        if self.held_until.is_none() {
            return Ok(Vec::new());
        }
        let now = Instant::now();
        for account in self.notes.take() {
            self.pending.insert(account, now);
        }
        self.sweep(now)?;
        let chains = self.turn();
        if chains.is_empty() {
            return Ok(Vec::new());
        }
        let last = chains.last().copied();
        let look = jobs::look(self.name.clone(), chains);
        let Looked { events, exhausted } = jobs::run(|job| submit(&self.reads, &self.core.counts.queries, job), look)?;
        self.last = events.last().map(|event| event.account).or(last);
        for account in exhausted {
            if self.pending.get(&account).is_some_and(|noted| now >= *noted + GRACE) {
                self.pending.remove(&account);
            }
        }
        Ok(events)
    }

    /// These events have arrived: all of a chain up to the last of it, as [`Sink::more`] gave them.
    ///
    /// Errors: `Conflict` where another node feeds the sink by now; others, where the store does not take it. Then they
    /// are given again.
    pub fn arrived(&mut self, events: &[Outgoing]) -> Result<()> {
        let mut cursors = BTreeMap::new();
        for event in events {
            cursors.insert(event.account, event.seq);
        }
        let until = self.core.clock.now().plus(LEASE);
        let moving = jobs::move_cursors(self.name.clone(), self.holder.clone(), until, cursors);
        if jobs::run(|job| self.core.submit_change(job), moving)? {
            self.held_until = Some(until);
            return Ok(());
        }
        self.held_until = None;
        Err(Error::Conflict)
    }

    /// Lets another node feed the sink at once.
    pub fn release(mut self) -> Result<()> {
        if self.held_until.take().is_some() {
            let release = jobs::release(self.name.clone(), self.holder.clone());
            jobs::run(|job| self.core.submit_change(job), release)?;
        }
        Ok(())
    }

    /// How far it is behind; `None` where this node does not feed it, or has not looked yet.
    pub fn lag(&self) -> Option<Lag> {
        self.notes.lag()
    }

    /// The chains whose turn it is.
    fn turn(&self) -> Vec<AccountId> {
        let later = self.pending.range((self.last.map_or(Unbounded, Excluded), Unbounded));
        let earlier = self.last.into_iter().flat_map(|last| self.pending.range(..=last));
        later.chain(earlier).map(|(account, _)| *account).take(CHAINS).collect()
    }

    /// Goes on with the sweep by one page, where it is time.
    fn sweep(&mut self, now: Instant) -> Result<()> {
        let resting = self.sweep.resting_until.is_some_and(|until| now < until);
        let (after, since, mut lag) = match self.sweep.running.take() {
            Some(running) => running,
            None if resting => return Ok(()),
            None => (-1, now, Lag::default()),
        };
        let page = jobs::sweep(self.name.clone(), after);
        let Swept { behind, events, oldest, last } =
            jobs::run(|job| submit(&self.reads, &self.core.counts.queries, job), page)?;
        lag.events += events;
        lag.oldest = [lag.oldest, oldest].into_iter().flatten().min();
        for account in behind {
            if self.pending.len() < PENDING_MAX {
                self.pending.entry(account).or_insert(since);
            }
        }
        self.sweep.running = last.map(|last| (last, since, lag));
        if last.is_none() {
            let ended = Instant::now();
            self.sweep.resting_until = Some(ended + REST.max(ended.duration_since(since) * REST_TIMES));
            self.notes.tell(Some(lag));
        }
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.core.trail.sinks.forget(&self.notes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        assert_eq!(SinkName::parse("siem-1.a_B").unwrap().as_str(), "siem-1.a_B");
        for bad in ["", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(SinkName::parse(bad).is_err(), "{bad}");
        }
    }
}
