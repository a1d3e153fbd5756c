//! Groups: permissions for many at once. Members inherit what the group has and keep their own.

mod members;
mod ops;
pub(crate) mod sql;

use base::{ids::GroupId, timestamp::Timestamp};

pub(crate) use self::{members::leave_all, ops::by_name};
pub use self::{
    members::{AddUser, ListOfUser, ListUsers, RemoveUser},
    ops::{Create, Delete, Get, List, Update},
};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Target,
    values::{EntityName, EntityPath, Remarks},
};

/// The table of groups.
pub(crate) static GROUPS: Table = Table {
    name: "iam_group",
    key: &[Column { name: "id", kind: Kind::Int }],
    columns: &[
        Column { name: "name", kind: Kind::Text },
        Column { name: "name_key", kind: Kind::Text },
        Column { name: "path", kind: Kind::Text },
        Column { name: "remarks", kind: Kind::Text },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Power { whom: Whom::Group("id"), harmless: &["remarks", "created_us", "updated_us"] },
};

/// The table of who is in which group.
pub(crate) static MEMBERS: Table = Table {
    name: "group_member",
    key: &[Column { name: "group_id", kind: Kind::Int }, Column { name: "user_id", kind: Kind::Int }],
    columns: &[Column { name: "added_us", kind: Kind::Int }],
    touches: Touches::Power { whom: Whom::User("user_id"), harmless: &[] },
};

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id, for ever.
    pub id: GroupId,
    /// Its name, which can change.
    pub name: String,
    /// Where it stands: `/`, or `/…/`.
    pub path: String,
    /// A note about it.
    pub remarks: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What to change of a group: `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<EntityName>,
    /// Another path.
    pub path: Option<EntityPath>,
    /// Another note.
    pub remarks: Option<Remarks>,
}

impl Group {
    /// What policies call it.
    pub(crate) fn target(&self) -> Target {
        Target::group_at(&self.path, &self.name)
    }
}
