//! Access keys and API keys: a user's, by whoever may manage them, and one's own.
//!
//! The pages are the same for both; [`Whose`] says whose keys they are about and where they are found.

mod bearer;
mod change;
mod create;
mod list;
pub(crate) mod of_user;
mod own;
pub(crate) mod proof;
mod setup;

use std::time::Duration;

use base::timestamp::Timestamp;
use decide::power;
use iam::access_keys::{AccessKey, Owner};

pub(crate) use self::{own::ROUTES, setup::Setup};
use crate::{failure::Failure, form::segment, user, visit::Visit};

/// From which age on a key should make room for a new one.
const OLD: Duration = Duration::from_hours(90 * 24);
/// Within which time a use counts as recent: somebody would miss the key.
pub(crate) const RECENT: Duration = Duration::from_hours(30 * 24);
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// Whose keys a page is about.
pub(crate) struct Whose {
    pub(crate) owner: Owner,
    /// What they are called.
    pub(crate) name: String,
    /// The address that their pages begin with: `/users/alice`, or `/me`.
    pub(crate) base: String,
}

impl Whose {
    /// Those of the user that the address names.
    pub(crate) fn of_user(visit: &Visit) -> Self {
        let name = visit.part(0).to_owned();
        Self { owner: Owner::User(name.clone()), base: user::page_of(&name), name }
    }

    /// Whether their owner may do everything with identities and policies: root may.
    fn administers(&self, visit: &Visit) -> Result<bool, Failure> {
        let (snapshot, session) = (visit.iam.snapshot()?, visit.session()?);
        Ok(match &self.owner {
            Owner::Root => true,
            Owner::Id(id) => power::administers(&snapshot, *id),
            Owner::User(name) => {
                let user = snapshot.principals.user(session.account, name);
                user.is_some_and(|user| power::administers(&snapshot, user.id))
            }
        })
    }

    /// The page of the list.
    pub(crate) fn list(&self) -> String {
        format!("{}/keys", self.base)
    }

    /// The address of an access key's pages.
    pub(crate) fn key(&self, id: &str) -> String {
        format!("{}/keys/{}", self.base, segment(id))
    }

    /// The address of an API key's pages.
    pub(crate) fn api_key(&self, id: &str) -> String {
        format!("{}/api-keys/{}", self.base, segment(id))
    }
}

/// How many days ago a key was made.
pub(crate) fn age_days(key: &AccessKey, now: Timestamp) -> i64 {
    (now.seconds() - key.created.seconds()).max(0) / DAY
}

/// Whether it should make room for a new one.
pub(crate) fn is_old(key: &AccessKey, now: Timestamp) -> bool {
    key.created < now.minus(OLD)
}

/// Whether somebody would miss a key that was last used then.
pub(crate) fn is_recent(used: Option<Timestamp>, now: Timestamp) -> bool {
    used.is_some_and(|at| at >= now.minus(RECENT))
}

/// The first and the last four characters of an id, for sentences.
pub(crate) fn short(id: &str) -> String {
    match (id.get(..4), id.len().checked_sub(4).and_then(|at| id.get(at..))) {
        (Some(first), Some(last)) if id.len() > 10 => format!("{first}…{last}"),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_short() {
        assert_eq!(short("CVAK9MR4XTB2JY6QZW2H"), "CVAK…ZW2H");
        assert_eq!(short("short"), "short");
        assert_eq!(short("钥匙钥匙钥匙"), "钥匙钥匙钥匙");
    }

    #[test]
    fn recent_is_what_somebody_would_miss() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        assert!(is_recent(Some(now.minus(Duration::from_hours(24))), now));
        assert!(!is_recent(Some(now.minus(Duration::from_hours(31 * 24))), now));
        assert!(!is_recent(None, now));
    }
}
