//! How much goes on in an account, day by day.

use std::time::Duration;

use base::timestamp::Timestamp;

use super::sql;
use crate::{
    action::Action,
    door::{Needs, Query, Read, Target},
    error::{Error, Result},
};

/// A day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    const MICROS: i64 = 86_400_000_000;
    /// How long one lasts.
    pub const LENGTH: Duration = Duration::from_hours(24);

    /// The day of a moment.
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.micros().div_euclid(Self::MICROS))
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(Self::MICROS))
    }

    /// As ISO 8601 writes it: `2026-11-24`.
    pub fn to_text(self) -> String {
        let mut text = self.start().to_seconds();
        text.truncate(10);
        text
    }

    /// Days since 1970, as the store has it.
    pub(crate) const fn number(self) -> i64 {
        self.0
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The day so many days earlier.
    pub(crate) const fn back(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

/// For how many days is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(i64);

impl Days {
    /// The most, which is as many as are kept.
    pub const MAX: u64 = 90;
    /// What is good to look at where nobody says otherwise.
    pub const DEFAULT: Self = Self(14);

    /// Errors: `Invalid` for none and for more than [`Days::MAX`].
    pub fn new(days: u64) -> Result<Self> {
        match i64::try_from(days) {
            Ok(number) if (1..=Self::MAX).contains(&days) => Ok(Self(number)),
            _ => Err(Error::invalid("days", "must be from 1 to 90")),
        }
    }
}

/// What happened on a day, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Happened {
    /// Sign-ins to the console, of root and of users.
    pub signed_in: u64,
    /// Sign-ins that were refused, whatever the cause, of users that there are and that there are not.
    pub sign_in_failed: u64,
    /// Operations that were carried out for an access key, an API key or a session. What is done at the console is not
    /// among them.
    pub calls: u64,
    /// Those that were denied.
    pub calls_denied: u64,
    /// Decisions about the account's principals that allowed.
    pub decisions_allowed: u64,
    /// Those that denied.
    pub decisions_denied: u64,
}

impl Happened {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            signed_in: self.signed_in.saturating_add(other.signed_in),
            sign_in_failed: self.sign_in_failed.saturating_add(other.sign_in_failed),
            calls: self.calls.saturating_add(other.calls),
            calls_denied: self.calls_denied.saturating_add(other.calls_denied),
            decisions_allowed: self.decisions_allowed.saturating_add(other.decisions_allowed),
            decisions_denied: self.decisions_denied.saturating_add(other.decisions_denied),
        }
    }

    /// What is left when another is taken away.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self {
            signed_in: self.signed_in.saturating_sub(other.signed_in),
            sign_in_failed: self.sign_in_failed.saturating_sub(other.sign_in_failed),
            calls: self.calls.saturating_sub(other.calls),
            calls_denied: self.calls_denied.saturating_sub(other.calls_denied),
            decisions_allowed: self.decisions_allowed.saturating_sub(other.decisions_allowed),
            decisions_denied: self.decisions_denied.saturating_sub(other.decisions_denied),
        }
    }
}

/// Shows how much went on in the account: the last days, oldest first, today the last, those without anything too. What
/// other nodes have counted is in it half a minute later.
#[derive(Debug, Clone, Copy)]
pub struct Activity {
    /// For how many days.
    pub days: Days,
}

impl Query for Activity {
    const ACTION: Action = Action::GetAccountSummary;
    type Found = ();
    type Output = Vec<(Day, Happened)>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn needs(&self, (): &()) -> Needs {
        Needs::action(Self::ACTION).on(self.named())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Self::Output> {
        let today = Day::of(tx.now());
        let first = today.back(self.days.0 - 1);
        let stored = sql::activity(tx, first)?;
        let tallies = &tx.core().tallies;
        let of_day = |back| {
            let day = today.back(back);
            let stored = stored.get(&day).copied().unwrap_or_default();
            (day, stored.and(tallies.of(tx.account(), day)))
        };
        Ok((0..self.days.0).rev().map(of_day).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_days_are_bounded() {
        let moment = |text| Timestamp::parse_seconds(text).unwrap();
        let day = Day::of(moment("2026-11-24T23:59:59Z"));
        assert_eq!(day.start(), moment("2026-11-24T00:00:00Z"));
        assert_eq!(day.to_text(), "2026-11-24");
        assert_eq!(Day::of(day.start().plus(Day::LENGTH)), day.back(-1));
        assert_eq!(Day::of(Timestamp::from_micros(-1)).start().micros(), -Day::MICROS);
        assert!(Days::new(0).is_err() && Days::new(91).is_err() && Days::new(u64::MAX).is_err());
        assert_eq!(Days::new(14).unwrap(), Days::DEFAULT);
    }
}
