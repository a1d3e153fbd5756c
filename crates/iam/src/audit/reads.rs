//! The queue of events that are written soon after the answer: those of reading.
//!
//! Reading must stay fast, so its events wait in memory for the recorder. A full queue never blocks a
//! reader; it counts what it could not take, and the count is an event itself when there is room again.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use base::{ids::AccountId, timestamp::Timestamp};
use serde_json::json;

use super::event::{Event, Outcome};
use crate::action::Action;

/// How many events may wait.
const QUEUE_MAX: usize = 8_192;
/// From how many on the recorder is woken before its time.
const MANY: usize = 1_024;
/// For how many accounts losses are counted apart; the others are counted for the installation.
const LOSERS_MAX: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct Reads(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    queue: VecDeque<(AccountId, Event)>,
    lost: BTreeMap<AccountId, u64>,
    closed: bool,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It waits.
    Few,
    /// The same, and many wait already.
    Many,
    /// It found no room, and is counted as lost.
    Lost,
    /// Nothing is taken any more.
    Closed,
}

impl Reads {
    /// Queues an event for the chain of `account`.
    pub(super) fn push(&self, account: AccountId, event: Event) -> Pushed {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.closed {
            return Pushed::Closed;
        }
        if waiting.queue.len() >= QUEUE_MAX {
            let known = waiting.lost.len() < LOSERS_MAX || waiting.lost.contains_key(&account);
            *waiting.lost.entry(if known { account } else { AccountId::INSTANCE }).or_default() += 1;
            return Pushed::Lost;
        }
        waiting.queue.push_back((account, event));
        if waiting.queue.len() >= MANY { Pushed::Many } else { Pushed::Few }
    }

    /// The oldest events, as many as `most`.
    pub(super) fn take(&self, most: usize) -> Vec<(AccountId, Event)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.queue.len().min(most);
        waiting.queue.drain(..count).collect()
    }

    /// How many events wait.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).queue.len()
    }

    /// Takes nothing more: what waits can be written to the last.
    pub(super) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }

    /// One event for each account that has lost some.
    pub(super) fn lost(&self, now: Timestamp) -> Vec<(AccountId, Event)> {
        let lost = std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).lost);
        let event = |(account, count): (AccountId, u64)| {
            let details = [("lost".to_owned(), json!(count))].into_iter().collect();
            let event = Event::of_node(Action::RecordRead, account, now);
            (account, Event { outcome: Outcome::Lost, count, details, ..event })
        };
        lost.into_iter().map(event).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_counts_and_the_count_is_bounded() {
        let reads = Reads::default();
        let now = Timestamp::from_micros(0);
        let push = |number: u64| {
            let account = AccountId::new(number).unwrap();
            reads.push(account, Event::of_node(Action::GetUser, account, now))
        };
        let first = *AccountId::RANGE.start();
        for place in 1..=QUEUE_MAX {
            assert_eq!(push(first), if place < MANY { Pushed::Few } else { Pushed::Many });
        }
        for number in 0..=LOSERS_MAX as u64 {
            push(first + number);
        }
        push(first);
        let lost = reads.lost(now);
        assert_eq!(lost.len(), LOSERS_MAX + 1);
        assert_eq!(lost.iter().map(|(_, event)| event.count).sum::<u64>(), LOSERS_MAX as u64 + 2);
        assert_eq!((lost[0].0, lost[0].1.count), (AccountId::INSTANCE, 1));
        assert_eq!((lost[1].0.number(), lost[1].1.count), (first, 2));
        assert_eq!(reads.take(usize::MAX).len(), QUEUE_MAX);
        reads.close();
        assert_eq!(push(first), Pushed::Closed);
    }
}
