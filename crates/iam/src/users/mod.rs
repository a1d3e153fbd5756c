//! IAM users: the people and programs of an account.

mod impact;
pub(crate) mod listing;
mod ops;
pub(crate) mod sql;
mod whole;

use base::{ids::UserId, timestamp::Timestamp};

pub use self::impact::{GetImpact, Impact};
pub use self::listing::{Filter, KeyFilter, ListRows, Lock, Order, Place, SignIn, SignInFilter, UserRow};
pub use self::ops::{Create, Delete, Detail, Get, List, Update};
pub(crate) use self::ops::{by_name, by_owner};
pub use self::whole::{Console, CreateWhole, Parts, Spelled, Whole};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Target,
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
    touches: Touches::Power {
        whom: Whom::User("id"),
        harmless: &["display_name", "remarks", "search_text", "created_us", "updated_us"],
    },
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

impl User {
    /// What policies call it.
    pub(crate) fn target(&self) -> Target {
        Target::user_at(&self.path, &self.name).tagged(&self.tags)
    }
}

impl Profile {
    /// The user that begins with it.
    fn user(&self, id: UserId, now: Timestamp) -> User {
        User {
            id,
            name: self.name.as_str().to_owned(),
            path: self.path.as_str().to_owned(),
            display_name: self.display_name.as_str().to_owned(),
            remarks: self.remarks.as_str().to_owned(),
            mobile: self.mobile.as_ref().map(|mobile| mobile.as_str().to_owned()),
            email: self.email.as_ref().map(|email| email.as_str().to_owned()),
            tags: self.tags.clone(),
            enabled: true,
            created: now,
            updated: now,
        }
    }
}

impl Changes {
    /// Puts everything but the name into `user`.
    fn put_into(&self, user: &mut User) {
        if let Some(path) = &self.path {
            path.as_str().clone_into(&mut user.path);
        }
        if let Some(display_name) = &self.display_name {
            display_name.as_str().clone_into(&mut user.display_name);
        }
        if let Some(remarks) = &self.remarks {
            remarks.as_str().clone_into(&mut user.remarks);
        }
        if let Some(mobile) = &self.mobile {
            user.mobile = mobile.as_ref().map(|mobile| mobile.as_str().to_owned());
        }
        if let Some(email) = &self.email {
            user.email = email.as_ref().map(|email| email.as_str().to_owned());
        }
        if let Some(tags) = &self.tags {
            user.tags = tags.clone();
        }
        user.enabled = self.enabled.unwrap_or(user.enabled);
    }
}
