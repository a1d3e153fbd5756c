//! An account at a glance: how full it is, what somebody should look at for its security, and how much goes on in it.
//!
//! Everything here is read along an index and within bounds, so that an account of a hundred thousand users is looked at
//! as quickly as one of ten.

mod activity;
mod ops;
pub(crate) mod sql;
pub(crate) mod tallies;

use std::time::Duration;

pub use self::{
    activity::{Activity, Day, Days, Happened},
    ops::Get,
};
use crate::{accounts::Summary, password_settings::Weakness};

/// From which age on a key should be replaced, and after which time without use something should go.
pub const STALE: Duration = Duration::from_hours(24 * 90);
/// How many names stand beside a count.
pub const NAMES_MAX: usize = 10;
/// Up to how many are counted.
pub const COUNTED_MAX: usize = 1_000;

/// An account at a glance.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Its alias, its counts and its limits.
    pub summary: Summary,
    /// What to look at.
    pub findings: Findings,
}

/// What somebody should look at; what is empty is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many access keys and API keys of the root user may be used: there should be none.
    pub root_keys: u64,
    /// Users with an access key that is in use and older than [`STALE`].
    pub old_keys: Found,
    /// Users with an access key that may be used, is older than [`STALE`] and was not used for as long.
    pub unused_keys: Found,
    /// Users who may act, are older than [`STALE`] and were not active for as long.
    pub unused_users: Found,
    /// Users who may sign in to the console and never did.
    pub never_signed_in: Found,
    /// Administrators, as far as they are by the system's policy: one is too few, many are too many.
    pub administrators: Found,
    /// How the password settings are weaker than advised.
    pub weaknesses: Vec<Weakness>,
}

/// Some things of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are; at most [`COUNTED_MAX`].
    pub count: usize,
    /// Whether there are more than that.
    pub more: bool,
    /// The names of the first users, at most [`NAMES_MAX`], none twice.
    pub names: Vec<String>,
}

impl Found {
    /// What a list of users' names comes to.
    fn of(names: Vec<String>) -> Self {
        let (count, more) = (names.len().min(COUNTED_MAX), names.len() > COUNTED_MAX);
        let mut first: Vec<String> = Vec::new();
        for name in names {
            if first.len() < NAMES_MAX && !first.contains(&name) {
                first.push(name);
            }
        }
        Self { count, more, names: first }
    }
}
