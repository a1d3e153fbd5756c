//! IAM users: the people and programs of an account.

mod ops;
pub(crate) mod sql;

use base::{ids::UserId, timestamp::Timestamp};

pub use self::ops::{Create, Delete, Dependents, Get, List, Update};
pub(crate) use self::ops::{by_name, by_owner};
use crate::{
    db::table::{Column, Kind, Table},
    values::{DisplayName, Email, EntityName, EntityPath, Mobile, Remarks, Tags},
};

/// The table of users.
pub(crate) static USERS: Table = Table {
    name: "iam_user",
    key: &[Column { name: "id", kind: Kind::Int }],
    columns: &[
        Column { name: "name", kind: Kind::Text },
        Column { name: "name_key", kind: Kind::Text },
        Column { name: "path", kind: Kind::Text },
        Column { name: "display_name", kind: Kind::Text },
        Column { name: "remarks", kind: Kind::Text },
        Column { name: "mobile", kind: Kind::Text },
        Column { name: "email", kind: Kind::Text },
        Column { name: "tags", kind: Kind::Text },
        Column { name: "search_text", kind: Kind::Text },
        Column { name: "enabled", kind: Kind::Bool },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
};

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id, for ever.
    pub id: UserId,
    /// Its name, which can change.
    pub name: String,
    /// Where it stands: `/`, or `/…/`.
    pub path: String,
    /// What people call it.
    pub display_name: String,
    /// A note about it.
    pub remarks: String,
    /// Mobile number.
    pub mobile: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// Whether it may act at all: off, it can neither sign in nor use any key.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What a new user begins with. Everything but the name may be left at its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name.
    pub name: EntityName,
    /// The path.
    pub path: EntityPath,
    /// What people call it.
    pub display_name: DisplayName,
    /// A note.
    pub remarks: Remarks,
    /// Mobile number.
    pub mobile: Option<Mobile>,
    /// E-mail address.
    pub email: Option<Email>,
    /// Tags.
    pub tags: Tags,
}

impl Profile {
    /// A profile with nothing but a name.
    pub fn new(name: EntityName) -> Self {
        Self {
            name,
            path: EntityPath::default(),
            display_name: DisplayName::default(),
            remarks: Remarks::default(),
            mobile: None,
            email: None,
            tags: Tags::default(),
        }
    }
}

/// What to change of a user: `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<EntityName>,
    /// Another path.
    pub path: Option<EntityPath>,
    /// Another display name.
    pub display_name: Option<DisplayName>,
    /// Another note.
    pub remarks: Option<Remarks>,
    /// Another mobile number; `Some(None)` removes it.
    pub mobile: Option<Option<Mobile>>,
    /// Another e-mail address; `Some(None)` removes it.
    pub email: Option<Option<Email>>,
    /// Other tags, in place of all that are there.
    pub tags: Option<Tags>,
    /// On or off.
    pub enabled: Option<bool>,
}
