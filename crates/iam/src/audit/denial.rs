//! Denials: that somebody known was refused.
//!
//! Each is durable before it is told, until somebody asks the same thing again and again: from the
//! eleventh equal one within a minute they are only counted, and one event carries the count when the
//! minute is over. So whoever probes for permissions can neither hide nor flood the trail. Passwords that were refused are
//! counted in the same way, by account: there may be many more of them before they are a flood.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base::{ids::AccountId, timestamp::Timestamp};
use decide::identity::Actor;
use serde_json::json;

use super::{
    append,
    event::{Event, Outcome},
    minute_is_over,
};
use crate::{
    action::Action,
    caller::Caller,
    core::Core,
    db::{Connection, head},
    error::{Error, Result},
    feed::Committed,
};

/// How many equal denials within a minute get an event each.
const RECORDED_MAX: u32 = 10;
/// How many refused passwords of an account's users get an event each within a minute: more than people mistype, and few
/// enough for a trail that is flooded for days.
const REFUSED_MAX: u32 = 60;
/// How many kinds of denials are remembered; others are recorded one by one.
const KINDS_MAX: usize = 4_096;
/// What the caller was told.
const CODE: &str = "Denied";
/// The same of a password, whatever the cause: so that a count tells nobody which names there are.
const REFUSED: &str = "Refused";

/// A denial that is to be recorded before it is told.
#[derive(Debug)]
pub(crate) struct Denial {
    account: AccountId,
    kind: Kind,
    event: Event,
}

/// What makes denials equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    account: AccountId,
    principal: Option<Actor>,
    action: Action,
    code: &'static str,
}

impl Kind {
    /// How many get an event each within a minute.
    fn most(&self) -> u32 {
        if self.code == REFUSED { REFUSED_MAX } else { RECORDED_MAX }
    }
}

impl Denial {
    /// What `failure` asks to be recorded: nothing where it is no denial, or where it has been counted with
    /// others like it. Asked once per deed, however often it is tried.
    pub(crate) fn admit(
        core: &Core,
        caller: &Caller,
        action: Action,
        subject: AccountId,
        failure: &Error,
    ) -> Option<Self> {
        let Error::Denied { resource, .. } = failure else { return None };
        // Into the caller's own chain: what another account's administrators see is never what strangers tried.
        let account = caller.account();
        let principal = match caller {
            Caller::Principal { identity, .. } => Some(identity.actor),
            Caller::Operator { .. } => None,
        };
        let snapshot = core.published.load_full();
        let mut event = Event::of(action, caller, subject, &snapshot, core.clock.now());
        event.outcome = Outcome::Denied;
        event.code = Some(CODE);
        event.resources = vec![resource.clone()];
        let denial = Self { account, kind: Kind { account, principal, action, code: CODE }, event };
        core.trail.denials.admit(denial)
    }

    /// The same for a password that was refused, with what is to be recorded of it.
    pub(crate) fn of_password(core: &Core, account: AccountId, event: Event) -> Option<Self> {
        let kind = Kind { account, principal: None, action: event.action, code: REFUSED };
        core.trail.denials.admit(Self { account, kind, event })
    }

    /// What is to be recorded.
    pub(crate) const fn event(&self) -> &Event {
        &self.event
    }

    /// Writes the event.
    pub(crate) fn record(&self, connection: &mut dyn Connection, core: &Core) -> Result<Committed> {
        let mut head = head::lock(connection, self.account)?
            .ok_or_else(|| Error::internal(format!("account {} has no head", self.account)))?;
        append(connection, core, &mut head, &self.event)?;
        head::save(connection, &head)?;
        Ok(Committed::default())
    }

    /// Says how the recording ended: one that failed does not count as one of the first ten.
    pub(crate) fn ended(self, core: &Core, recorded: bool) {
        if recorded {
            core.counts.recorded(1);
        } else {
            core.trail.denials.take_back(&self.kind);
        }
    }
}

/// Counts denials. See the module.
#[derive(Debug, Default)]
pub(super) struct Denials(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    windows: HashMap<Kind, Window>,
    closed: bool,
}

/// Equal denials of a minute.
#[derive(Debug)]
struct Window {
    since: Timestamp,
    recorded: u32,
    counted: u64,
    /// Whether what is counted is of a minute that is over.
    ripe: bool,
    /// The first of those that were only counted; it stands for them.
    sample: Option<Event>,
}

impl Denials {
    fn admit(&self, denial: Denial) -> Option<Denial> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.closed || counts.windows.len() >= KINDS_MAX && !counts.windows.contains_key(&denial.kind) {
            return Some(denial);
        }
        let now = denial.event.now;
        let window = counts.windows.entry(denial.kind.clone()).or_insert_with(|| Window::new(now));
        if minute_is_over(window.since, now) {
            window.ripe = window.counted > 0;
            window.since = now;
            window.recorded = 0;
        }
        if window.recorded < denial.kind.most() {
            window.recorded += 1;
            return Some(denial);
        }
        window.counted += 1;
        window.sample.get_or_insert(denial.event);
        None
    }

    fn take_back(&self, kind: &Kind) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = counts.windows.get_mut(kind) {
            window.recorded = window.recorded.saturating_sub(1);
        }
    }

    /// From now on every denial is recorded by itself; what is counted so far is due.
    pub(super) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }

    /// The events of the counts whose minute is over, of all where the counting has ended.
    pub(super) fn due(&self, now: Timestamp) -> Vec<(AccountId, Event)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = counts.closed;
        let mut due = Vec::new();
        counts.windows.retain(|kind, window| {
            let over = closed || minute_is_over(window.since, now);
            if over || window.ripe {
                due.extend(window.take(now).map(|event| (kind.account, event)));
            }
            !over
        });
        due
    }
}

impl Window {
    fn new(since: Timestamp) -> Self {
        Self { since, recorded: 0, counted: 0, ripe: false, sample: None }
    }

    /// The event that carries what was counted.
    fn take(&mut self, now: Timestamp) -> Option<Event> {
        let sample = self.sample.take()?;
        let count = std::mem::take(&mut self.counted);
        self.ripe = false;
        let since = json!(sample.now.to_milliseconds());
        Some(Event { count, now, details: [("since".to_owned(), since)].into_iter().collect(), ..sample })
    }
}

#[cfg(test)]
mod tests {
    use base::ids::UserId;

    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn denial(number: u64, micros: i64) -> Denial {
        let account = AccountId::INSTANCE;
        let event = Event::of_node(Action::GetUser, account, Timestamp::from_micros(micros));
        let kind =
            Kind { account, principal: UserId::new(number).ok().map(Actor::User), action: Action::GetUser, code: CODE };
        Denial { account, kind, event }
    }

    fn counts(denials: &Denials, micros: i64) -> Vec<u64> {
        denials.due(Timestamp::from_micros(micros)).iter().map(|(_, event)| event.count).collect()
    }

    #[test]
    fn ten_are_recorded_and_the_rest_of_the_minute_is_counted() {
        let denials = Denials::default();
        let recorded = (0..13).filter(|second| denials.admit(denial(1, second * 1_000_000)).is_some()).count();
        assert_eq!(recorded, 10);
        assert!(denials.admit(denial(2, 0)).is_some(), "another principal is another kind");
        assert_eq!(counts(&denials, MINUTE - 1), [0u64; 0]);
        assert_eq!(counts(&denials, MINUTE), [3]);
        assert_eq!(counts(&denials, 2 * MINUTE), [0u64; 0]);
        assert!(denials.admit(denial(1, 2 * MINUTE)).is_some());
    }

    #[test]
    fn sec_023_refused_passwords_of_an_account_are_counted_beyond_sixty_a_minute() {
        let denials = Denials::default();
        let refused = |micros| {
            let account = AccountId::INSTANCE;
            let event = Event::of_node(Action::SignIn, account, Timestamp::from_micros(micros));
            Denial { account, kind: Kind { account, principal: None, action: Action::SignIn, code: REFUSED }, event }
        };
        assert_eq!((0..1_000).filter(|_| denials.admit(refused(0)).is_some()).count(), 60);
        assert_eq!(counts(&denials, MINUTE), [940]);
        assert_eq!((0..1_000).filter(|_| denials.admit(refused(2 * MINUTE)).is_some()).count(), 60);
    }

    #[test]
    fn a_count_is_due_even_while_the_next_minute_goes_on() {
        let denials = Denials::default();
        assert_eq!((0..12).filter(|_| denials.admit(denial(1, 0)).is_some()).count(), 10);
        assert!(denials.admit(denial(1, MINUTE)).is_some(), "a new minute begins");
        assert_eq!(counts(&denials, MINUTE + 1), [2]);
    }

    #[test]
    fn what_was_not_stored_is_not_one_of_the_ten() {
        let denials = Denials::default();
        for _ in 0..25 {
            let denial = denials.admit(denial(1, 0)).expect("none has been stored");
            denials.take_back(&denial.kind);
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_end_leaves_nothing_behind() {
        let denials = Denials::default();
        for number in 1..=KINDS_MAX as u64 {
            assert!(denials.admit(denial(number, 0)).is_some());
        }
        assert!((0..20).all(|_| denials.admit(denial(KINDS_MAX as u64 + 1, 0)).is_some()));
        assert_eq!((0..20).filter(|_| denials.admit(denial(1, 0)).is_some()).count(), 9);
        denials.close();
        assert_eq!(counts(&denials, 1), [11]);
        assert!((0..20).all(|_| denials.admit(denial(1, 1)).is_some()));
    }
}
