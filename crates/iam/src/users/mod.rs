//! IAM users: the people and programs of an account.

mod ops;
pub(crate) mod sql;

use std::{collections::BTreeMap, fmt};

use base::{ids::UserId, text, timestamp::Timestamp};

pub use self::ops::{Create, Delete, Get, List};
use crate::{
    db::table::{Column, Kind, Table},
    error::{Error, Result},
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
        Column { name: "enabled", kind: Kind::Bool },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
};

/// The longest display name and the longest remark, in characters.
pub const DISPLAY_NAME_MAX: usize = 128;
/// See [`DISPLAY_NAME_MAX`].
pub const REMARKS_MAX: usize = 1_000;

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
    /// Tags, by key.
    pub tags: BTreeMap<String, String>,
    /// Whether it may act at all.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A legal user name: see [`text::check_name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// Checks a name. Errors: `Invalid` with the broken rule.
    pub fn parse(name: &str) -> Result<Self> {
        text::check_name(name).map_err(|problem| Error::invalid("name", problem))?;
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A note for people: any text without control and invisible characters, at most [`REMARKS_MAX`] characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarks(String);

impl Remarks {
    /// Checks a note. Errors: `Invalid` with the broken rule.
    pub fn parse(remarks: &str) -> Result<Self> {
        plain("description", remarks, REMARKS_MAX).map(Self)
    }

    /// The note.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn plain(field: &'static str, value: &str, most: usize) -> Result<String> {
    if value.chars().count() > most {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    if !text::is_plain(value) {
        return Err(Error::invalid(field, "must not hold control or invisible characters"));
    }
    Ok(value.to_owned())
}
