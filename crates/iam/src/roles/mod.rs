//! Roles: identities without credentials of their own. Whom a role's trust document names may assume it, and acts
//! for the time of a session by what the role holds.

mod ops;
mod principals;
pub(crate) mod sql;
mod trust;

use base::{ids::RoleId, timestamp::Timestamp};
use policy::grammar::Flavour;

pub(crate) use self::ops::by_name;
pub use self::{
    ops::{Create, Delete, Detail, Get, List, Update},
    trust::{TrustDocument, UpdateTrust},
};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Target,
    error::{Error, Result},
    usage::Use,
    values::{EntityName, Remarks, Tags},
};

/// The table of roles.
pub(crate) static ROLES: Table = Table {
    name: "iam_role",
    key: &[Column { name: "id", kind: Kind::Int }],
    columns: &[
        Column { name: "name", kind: Kind::Text },
        Column { name: "name_key", kind: Kind::Text },
        Column { name: "path", kind: Kind::Text },
        Column { name: "description", kind: Kind::Text },
        Column { name: "tags", kind: Kind::Text },
        Column { name: "max_session_s", kind: Kind::Int },
        Column { name: "trust_flavour", kind: Kind::Text },
        Column { name: "trust_document", kind: Kind::Digest },
        // It tells which principals of other accounts there are: nobody reads that in this account's trail.
        Column { name: "trust_principals", kind: Kind::Digest },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Power { whom: Whom::Role("id"), harmless: &["description", "created_us", "updated_us"] },
};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id, for ever.
    pub id: RoleId,
    /// Its name, which can change.
    pub name: String,
    /// Where it stands: `/`, or `/…/`.
    pub path: String,
    /// What it is for.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
    /// How long a session may last.
    pub max_session: MaxSession,
    /// The flavour that its trust document is written in.
    pub trust_flavour: Flavour,
    /// Its trust document, as it was received.
    pub trust_document: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When somebody last acted as it, for which service and from where; at most a minute behind.
    pub last_used: Option<Use>,
}

/// How long a session of a role may last: 1 to 12 hours, 1 unless it is said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaxSession(u32);

/// What to change of a role: `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<EntityName>,
    /// Another description.
    pub description: Option<Remarks>,
    /// Other tags, in place of all that are there.
    pub tags: Option<Tags>,
    /// Another length of sessions.
    pub max_session: Option<MaxSession>,
    /// Another trust document; it needs what [`UpdateTrust`] needs.
    pub trust: Option<TrustDocument>,
}

impl Role {
    /// What policies call it.
    pub(crate) fn target(&self) -> Target {
        Target::role_at(&self.path, &self.name).tagged(&self.tags)
    }
}

impl MaxSession {
    /// The shortest and the longest, in seconds.
    pub const RANGE_S: std::ops::RangeInclusive<u32> = 3_600..=43_200;

    /// Checks a length in seconds. Errors: `Invalid` outside [`MaxSession::RANGE_S`].
    pub fn from_seconds(seconds: u64) -> Result<Self> {
        match u32::try_from(seconds) {
            Ok(seconds) if Self::RANGE_S.contains(&seconds) => Ok(Self(seconds)),
            _ => Err(Error::invalid("maximum session duration", "must be from 3600 to 43200 seconds")),
        }
    }

    /// The length in seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for MaxSession {
    fn default() -> Self {
        Self(*Self::RANGE_S.start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_one_to_twelve_hours() {
        assert_eq!(MaxSession::default().seconds(), 3_600);
        for good in [3_600, 43_200] {
            assert_eq!(u64::from(MaxSession::from_seconds(good).unwrap().seconds()), good);
        }
        for bad in [0, 3_599, 43_201, u64::MAX] {
            assert!(MaxSession::from_seconds(bad).is_err(), "{bad}");
        }
    }
}
