//! Refusals: somebody who did not prove who it is was turned away.
//!
//! Strangers can send as many requests as they like, so none of them gets a row: they are counted per source
//! and minute, and one event in the installation's chain carries a minute's counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use base::{
    ids::{AccessKeyId, AccountId},
    timestamp::Timestamp,
};
use serde_json::json;

use super::{
    event::{Event, Outcome},
    minute_is_over,
};
use crate::action::Action;

/// How many sources are told apart in a minute; the others are counted as [`OTHER`].
const SOURCES_MAX: usize = 1_024;
const OTHER: &str = "other";
/// How much of a source is kept, in bytes: more than any address has.
const SOURCE_MAX: usize = 64;

/// How many keys that do not open are told one by one in a minute.
const BROKEN_MAX: usize = 64;

/// Why somebody unknown was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// The request brings no proof.
    Unsigned,
    /// The proof is not in a form that can be read.
    Malformed,
    /// There is no such key.
    UnknownKey,
    /// The signature is wrong.
    WrongSignature,
    /// The proof is too old, or of the future.
    NotFresh,
    /// A token is not one of ours, or not of the key that signed.
    BadToken,
    /// The session's time is over, or somebody ended it.
    SessionOver,
    /// The key or its user is switched off, or ceased to be good while the request was on its way.
    Disabled,
    /// Somebody wants to sign in to an account that is not there.
    UnknownAccount,
    /// What the store holds of the key does not open: whose, and which. Its account is told as well.
    Broken(AccountId, AccessKeyId),
}

impl Refusal {
    /// A word for each, in the order of [`Refusal::place`].
    pub(crate) const WORDS: [&'static str; 10] = [
        "unsigned",
        "malformed",
        "unknown_key",
        "wrong_signature",
        "not_fresh",
        "bad_token",
        "session_over",
        "disabled",
        "broken",
        "unknown_account",
    ];

    /// Its place among [`Refusal::WORDS`].
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::Unsigned => 0,
            Self::Malformed => 1,
            Self::UnknownKey => 2,
            Self::WrongSignature => 3,
            Self::NotFresh => 4,
            Self::BadToken => 5,
            Self::SessionOver => 6,
            Self::Disabled => 7,
            Self::Broken(..) => 8,
            Self::UnknownAccount => 9,
        }
    }

    #[expect(clippy::indexing_slicing, reason = "each place is one of the words'")]
    const fn word(self) -> &'static str {
        Self::WORDS[self.place()]
    }
}

impl From<decide::verify::Refusal> for Refusal {
    fn from(refusal: decide::verify::Refusal) -> Self {
        use decide::verify::Refusal as Verified;
        match refusal {
            Verified::UnknownKey => Self::UnknownKey,
            Verified::WrongSignature => Self::WrongSignature,
            Verified::NotFresh(_) => Self::NotFresh,
            Verified::Disabled => Self::Disabled,
            Verified::BadToken => Self::BadToken,
            Verified::SessionOver => Self::SessionOver,
            Verified::Broken(account, key) => Self::Broken(account, key),
        }
    }
}

/// Counts refusals. See the module.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    since: Option<Timestamp>,
    by_source: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// The keys that did not open, told once a minute however often they are tried.
    broken: BTreeSet<(AccountId, AccessKeyId)>,
    closed: bool,
}

impl Refusals {
    /// Counts a refusal. Where a key of the store does not open, gives the event for its account's chain, once in
    /// the minute (SEC-064).
    pub(super) fn count(&self, source: &str, reason: Refusal, now: Timestamp) -> Option<(AccountId, Event)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let source = source.get(..source.floor_char_boundary(SOURCE_MAX)).unwrap_or(OTHER);
        let full = counts.by_source.len() >= SOURCES_MAX && !counts.by_source.contains_key(source);
        let source = if full { OTHER } else { source };
        counts.since.get_or_insert(now);
        *counts.by_source.entry(source.to_owned()).or_default().entry(reason.word()).or_default() += 1;
        let Refusal::Broken(account, key) = reason else { return None };
        let told = counts.broken.len() >= BROKEN_MAX || !counts.broken.insert((account, key));
        let event = Event::of_node(Action::CiphertextIntegrity, account, now);
        let event = Event { outcome: Outcome::Refused, resources: vec![format!("access-key/{key}")], ..event };
        (!told).then_some((account, event))
    }

    /// What is counted so far is due at once.
    pub(super) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }

    /// The event of a minute that is over.
    pub(super) fn due(&self, now: Timestamp) -> Option<(AccountId, Event)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = counts.since?;
        if !counts.closed && !minute_is_over(since, now) {
            return None;
        }
        counts.since = None;
        let by_source = std::mem::take(&mut counts.by_source);
        let count = by_source.values().flat_map(BTreeMap::values).sum();
        counts.broken.clear();
        let details = [("refusals".to_owned(), json!(by_source)), ("since".to_owned(), json!(since.to_milliseconds()))];
        let event = Event {
            outcome: Outcome::Refused,
            count,
            details: details.into_iter().collect(),
            ..Event::of_unknown(Action::Authenticate, now)
        };
        Some((AccountId::INSTANCE, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_bounded_in_number_and_length() {
        let refusals = Refusals::default();
        let at = Timestamp::from_micros;
        for number in 0..SOURCES_MAX + 5 {
            refusals.count(&format!("source-{number}"), Refusal::UnknownKey, at(0));
        }
        refusals.count(&format!("source-1{}", "é".repeat(100)), Refusal::Unsigned, at(1));
        refusals.count("source-1", Refusal::WrongSignature, at(2));
        assert!(refusals.due(at(59_999_999)).is_none());
        let (account, event) = refusals.due(at(60_000_000)).unwrap();
        assert_eq!((account, event.count), (AccountId::INSTANCE, SOURCES_MAX as u64 + 7));
        let counted = event.details["refusals"].as_object().unwrap();
        assert_eq!(counted.len(), SOURCES_MAX + 1);
        assert_eq!(counted["other"], json!({ "unknown_key": 5, "unsigned": 1 }));
        assert_eq!(counted["source-1"], json!({ "unknown_key": 1, "wrong_signature": 1 }));
        assert!(refusals.due(at(200_000_000)).is_none());
    }

    #[test]
    fn a_long_source_is_cut_between_characters() {
        let refusals = Refusals::default();
        refusals.count(&"é".repeat(100), Refusal::Malformed, Timestamp::from_micros(0));
        refusals.close();
        let (_, event) = refusals.due(Timestamp::from_micros(1)).unwrap();
        assert_eq!(event.details["refusals"], json!({ "é".repeat(32): { "malformed": 1 } }));
    }
}
