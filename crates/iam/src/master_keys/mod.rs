//! Master keys: what wraps the key of every account, and the keys of the installation itself.
//!
//! They stand in a file ([`file`]), never in the database, which knows them by number alone: which there are, a check
//! that only the right one passes, and from when on each wraps what is new. One is current. Rotating makes the newest
//! current, and then everything that an older one wraps is wrapped anew ([`rewrapping`]); meanwhile both work. An old
//! one can be dropped when it wraps nothing any more (SEC-066).

pub(crate) mod file;
mod ops;
pub(crate) mod rewrapping;
pub(crate) mod sql;
pub(crate) mod wrapping;

use std::fmt;

use base::timestamp::Timestamp;

pub(crate) use self::ops::Rewrap;
pub use self::ops::{Add, Added, Drop, List, Listed, Rotate};
use crate::{
    db::Value,
    error::{Error, Result},
};

/// The number of a master key: from 1 to [`Version::MAX`]. Numbers are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(u32);

impl Version {
    /// The one that a store begins with.
    pub const FIRST: Self = Self(1);
    /// The highest number.
    pub const MAX: u32 = 9_999;

    /// Takes a number for one. Errors: `Invalid`.
    pub fn new(number: u64) -> Result<Self> {
        match u32::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(Error::invalid("master key version", "must be a number from 1 to 9999")),
        }
    }

    /// Reads one as it is written: without leading zeros. Errors: `Invalid`.
    pub fn parse(text: &str) -> Result<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        Self::new(text.parse().ok().filter(|_| plain).unwrap_or_default())
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The number of the next master key. Errors: `Invalid` where there is none.
    pub fn next(self) -> Result<Self> {
        Self::new(u64::from(self.0) + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Version> for Value {
    fn from(version: Version) -> Self {
        u64::from(version.0).into()
    }
}

/// What the store knows of a master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub(crate) version: Version,
    /// What only this key opens.
    pub(crate) check: Vec<u8>,
    pub(crate) created: Timestamp,
    /// From when on it wrapped what was new. `None` where it was only added.
    pub(crate) used_from: Option<Timestamp>,
    /// Since when the store does not need it any more.
    pub(crate) dropped: Option<Timestamp>,
}

impl Registered {
    /// Whether something may be wrapped by it, so that nothing starts without it.
    pub(crate) const fn is_needed(&self) -> bool {
        self.used_from.is_some() && self.dropped.is_none()
    }
}

/// The one that wraps what is new: the newest that was taken into use. Numbers only grow, so it is never dropped.
pub(crate) fn current(registered: &[Registered]) -> Result<&Registered> {
    let used = registered.iter().filter(|one| one.is_needed()).max_by_key(|one| one.version);
    used.ok_or_else(|| Error::internal("the store knows no master key that is in use"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_plain_numbers() {
        for (text, number) in [("1", 1), ("2", 2), ("10", 10), ("9999", 9_999)] {
            assert_eq!(Version::parse(text).unwrap().number(), number);
        }
        for text in ["", "0", "01", "+2", "-1", "2 ", " 2", "10000", "18446744073709551617", "two", "２"] {
            assert!(Version::parse(text).is_err(), "{text:?}");
        }
        assert!(Version::new(9_999).unwrap().next().is_err());
    }
}
