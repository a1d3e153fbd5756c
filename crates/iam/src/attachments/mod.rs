//! Attachments: which policies a user, a group or a role holds.

mod entities;
mod holders;
pub(crate) mod load;
mod ops;
pub(crate) mod sql;

use base::ids::{GroupId, PolicyId, RoleId, UserId};

pub(crate) use self::ops::{delete_all, detach};
pub use self::{
    entities::{Entities, Entity, EntityKey, ListEntities, Usage},
    holders::{Kind, OfGroup, OfRole, OfUser},
    ops::{Attach, Attached, Detach, ListAttached},
};
use crate::{
    db::{
        Value,
        table::{self, Column, Table, Touches, Whom},
    },
    error::{Error, Result},
    feed::Change,
};

/// The table of attachments.
pub(crate) static ATTACHMENTS: Table = Table {
    name: "attachment",
    key: &[
        Column { name: "holder_kind", kind: table::Kind::Text },
        Column { name: "holder_id", kind: table::Kind::Int },
        Column { name: "policy_id", kind: table::Kind::Int },
    ],
    columns: &[Column { name: "attached_us", kind: table::Kind::Int }],
    touches: Touches::Power { whom: Whom::Holder("holder_kind", "holder_id"), harmless: &[] },
};

/// Who can hold policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A user.
    User(UserId),
    /// A group: its members hold what it holds.
    Group(GroupId),
    /// A role: its sessions hold what it holds.
    Role(RoleId),
}

impl Holder {
    /// Its kind, as the tables write it.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        match self {
            Self::User(id) => id.number(),
            Self::Group(id) => id.number(),
            Self::Role(id) => id.number(),
        }
    }

    pub(crate) fn from_columns(kind: &str, number: u64) -> Result<Self> {
        match kind {
            "user" => UserId::new(number).map(Self::User).map_err(Error::internal),
            "group" => GroupId::new(number).map(Self::Group).map_err(Error::internal),
            "role" => RoleId::new(number).map(Self::Role).map_err(Error::internal),
            other => Err(Error::internal(format!("a holder is of unknown kind `{other}`"))),
        }
    }

    /// What deciding must look at again when its policies have changed.
    pub(crate) const fn change(self) -> Change {
        match self {
            Self::User(id) => Change::User(id),
            Self::Group(id) => Change::Group(id),
            Self::Role(id) => Change::Role(id),
        }
    }

    /// The key of its attachment of a policy.
    fn attachment(self, policy: PolicyId) -> [Value; 3] {
        [self.kind().into(), self.number().into(), policy.into()]
    }
}
