//! Password settings: what an account asks of its users' passwords, when it locks somebody out, and how long somebody
//! stays signed in. An account that says nothing has [`PasswordSettings::DEFAULT`].

mod ops;
pub(crate) mod sql;

use std::{ops::RangeInclusive, time::Duration};

use base::timestamp::Timestamp;

pub use self::ops::{Get, Update};
pub(crate) use self::sql::{of, of_account};
use crate::{
    db::table::{Column, Kind, Table, Touches},
    error::{Error, Result},
    passwords::Class,
};

/// The table of settings. Nobody's power hangs on them: they make getting in harder or easier for those who have a way
/// in already.
pub(crate) static PASSWORD_SETTINGS: Table = Table {
    name: "password_settings",
    key: &[],
    columns: &[
        Column { name: "min_length", kind: Kind::Int },
        Column { name: "classes", kind: Kind::Text },
        Column { name: "validity_days", kind: Kind::Int },
        Column { name: "expired_may_reset", kind: Kind::Bool },
        Column { name: "history", kind: Kind::Int },
        Column { name: "lock_failures", kind: Kind::Int },
        Column { name: "lock_minutes", kind: Kind::Int },
        Column { name: "idle_minutes", kind: Kind::Int },
        Column { name: "session_hours", kind: Kind::Int },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Nobody,
};

/// What an account asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordSettings {
    /// The fewest characters of a password.
    pub min_length: u16,
    /// Kinds of characters that a password must have, each once, in the order of [`Class::ALL`].
    pub classes: Vec<Class>,
    /// For how many days a password is good; 0 for ever.
    pub validity_days: u16,
    /// Whether somebody whose password is too old may sign in to set another; otherwise an administrator must.
    pub expired_may_reset: bool,
    /// How many of the last passwords may not be set again, the present one among them; 0 for any.
    pub history: u16,
    /// When the account locks users out, beyond the waiting times that always hold.
    pub lock: Option<Lock>,
    /// After how many minutes without a click a console session ends.
    pub idle_minutes: u16,
    /// After how many hours a console session ends whatever is done in it.
    pub session_hours: u16,
    /// When they were last changed; `None` for the defaults.
    pub updated: Option<Timestamp>,
}

/// When an account locks a user out. It never holds for the root user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// After how many failures in a row.
    pub failures: u16,
    /// For how many minutes.
    pub minutes: u16,
}

/// How settings are weaker than what is advised (SEC-310).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weakness {
    /// A session without a click lasts longer than an hour.
    LongIdle,
    /// A session lasts longer than a day.
    LongSession,
    /// The present password may be set again.
    NoHistory,
}

impl PasswordSettings {
    /// What holds for an account that has set nothing.
    pub const DEFAULT: Self = Self {
        min_length: 8,
        classes: Vec::new(),
        validity_days: 0,
        expired_may_reset: true,
        history: 1,
        lock: None,
        idle_minutes: 30,
        session_hours: 12,
        updated: None,
    };

    /// How few characters an account may ask for.
    pub const MIN_LENGTH: RangeInclusive<u16> = 8..=32;
    /// For how many days a password may be good.
    pub const VALIDITY_DAYS: RangeInclusive<u16> = 0..=1_095;
    /// How many passwords may be remembered.
    pub const HISTORY: RangeInclusive<u16> = 0..=24;
    /// After how many failures an account may lock.
    pub const LOCK_FAILURES: RangeInclusive<u16> = 3..=5;
    /// For how many minutes.
    pub const LOCK_MINUTES: RangeInclusive<u16> = 10..=60;
    /// How long a session may be idle.
    pub const IDLE_MINUTES: RangeInclusive<u16> = 15..=2_880;
    /// How long a session may last: a week.
    pub const SESSION_HOURS: RangeInclusive<u16> = 1..=168;

    /// What is weaker than the advised bounds, for the account's security report.
    pub fn weaknesses(&self) -> Vec<Weakness> {
        let all = [
            (self.idle_minutes > 60, Weakness::LongIdle),
            (self.session_hours > 24, Weakness::LongSession),
            (self.history == 0, Weakness::NoHistory),
        ];
        all.into_iter().filter(|(holds, _)| *holds).map(|(_, weakness)| weakness).collect()
    }

    /// Whether a password that was set then is older than any may be.
    pub(crate) fn is_too_old(&self, set: Option<Timestamp>, now: Timestamp) -> bool {
        let validity = Duration::from_hours(24 * u64::from(self.validity_days));
        self.validity_days > 0 && set.is_some_and(|set| set.plus(validity) <= now)
    }

    /// Every number that is outside its range: what it is, and the range.
    pub fn out_of_range(&self) -> Vec<(&'static str, RangeInclusive<u16>)> {
        let lock = self.lock.unwrap_or(Lock { failures: 5, minutes: 10 });
        let numbers = [
            ("minimum length", self.min_length, Self::MIN_LENGTH),
            ("validity in days", self.validity_days, Self::VALIDITY_DAYS),
            ("history", self.history, Self::HISTORY),
            ("number of failures before a lock", lock.failures, Self::LOCK_FAILURES),
            ("minutes of a lock", lock.minutes, Self::LOCK_MINUTES),
            ("minutes without a click", self.idle_minutes, Self::IDLE_MINUTES),
            ("hours of a session", self.session_hours, Self::SESSION_HOURS),
        ];
        let wrong = numbers.into_iter().filter(|(_, value, range)| !range.contains(value));
        wrong.map(|(field, _, range)| (field, range)).collect()
    }

    /// What is said of a number outside its range.
    pub fn range_rule(field: &'static str, range: &RangeInclusive<u16>) -> Error {
        Error::invalid(field, format!("must be from {} to {}", range.start(), range.end()))
    }

    /// Errors: `Invalid` for a number outside its range.
    fn check(&self) -> Result<()> {
        let first = self.out_of_range().into_iter().next();
        first.map_or(Ok(()), |(field, range)| Err(Self::range_rule(field, &range)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_310_settings_stay_in_their_ranges_and_weak_ones_are_told() {
        let default = PasswordSettings::DEFAULT;
        assert!(default.check().is_ok() && default.weaknesses().is_empty());
        let lock = |failures, minutes| PasswordSettings { lock: Some(Lock { failures, minutes }), ..default.clone() };
        for bad in [
            PasswordSettings { min_length: 7, ..default.clone() },
            PasswordSettings { min_length: 33, ..default.clone() },
            PasswordSettings { validity_days: 1_096, ..default.clone() },
            PasswordSettings { history: 25, ..default.clone() },
            PasswordSettings { idle_minutes: 14, ..default.clone() },
            PasswordSettings { session_hours: 169, ..default.clone() },
            PasswordSettings { session_hours: 0, ..default.clone() },
            lock(2, 10),
            lock(6, 10),
            lock(3, 9),
            lock(3, 61),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        let weak = PasswordSettings { idle_minutes: 2_880, session_hours: 168, history: 0, ..default };
        assert!(weak.check().is_ok());
        assert_eq!(weak.weaknesses(), [Weakness::LongIdle, Weakness::LongSession, Weakness::NoHistory]);
    }
}
