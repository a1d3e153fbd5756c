//! API keys: one text that a program shows as its proof, without signing anything.
//!
//! A key acts for its owner, root or user, for as long as it is on and has not expired; a document of its own may limit
//! it further. The text is shown when the key is made and never again: only its digest is kept (see
//! [`decide::api_key`]).

mod ops;
pub(crate) mod sql;

use base::{
    ids::{ApiKeyId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use policy::grammar::Flavour;

pub(crate) use self::ops::delete_all;
pub use self::ops::{Create, Delete, Get, List, Update};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    error::Result,
    policies::PolicyDocument,
    usage::Use,
    values::check_plain,
};

/// The table of API keys.
pub(crate) static API_KEYS: Table = Table {
    name: "api_key",
    key: &[Column { name: "id", kind: Kind::Text }],
    columns: &[
        Column { name: "owner_id", kind: Kind::Int },
        Column { name: "name", kind: Kind::Text },
        Column { name: "digest", kind: Kind::Digest },
        Column { name: "flavour", kind: Kind::Text },
        Column { name: "document", kind: Kind::Digest },
        Column { name: "enabled", kind: Kind::Bool },
        Column { name: "expires_us", kind: Kind::Int },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Power { whom: Whom::User("owner_id"), harmless: &["name", "created_us", "updated_us"] },
};

/// An API key, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// For whom it acts.
    pub owner: UserId,
    /// What people call it; not unique.
    pub name: String,
    /// Whether it may be used.
    pub enabled: bool,
    /// From when on it may not be used any more.
    pub expires: Option<Timestamp>,
    /// What limits it, beside what its owner may do.
    pub document: Option<KeyDocument>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When, for what and from where it was last used; at most a minute behind.
    pub last_used: Option<Use>,
}

/// What limits a key, as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDocument {
    /// Whose way of writing it follows.
    pub flavour: Flavour,
    /// The text.
    pub text: String,
}

/// A new key and the only sight of its text.
#[derive(Debug)]
pub struct Minted {
    /// The key.
    pub key: ApiKey,
    /// What is shown as proof.
    pub text: SecretText,
}

/// What people call a key: at most [`KeyName::MAX`] characters, none of them control or invisible; may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// The most characters.
    pub const MAX: usize = 128;

    /// Checks a name. Errors: `Invalid` with the broken rule.
    pub fn parse(name: &str) -> Result<Self> {
        check_plain("name", name, Self::MAX)?;
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to change of a key: `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<KeyName>,
    /// On or off.
    pub enabled: Option<bool>,
    /// Another end, in the future; `Some(None)` removes it.
    pub expires: Option<Option<Timestamp>>,
    /// Another limit; `Some(None)` removes it.
    pub document: Option<Option<PolicyDocument>>,
}

/// Behind which key a page of a user's keys begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// When it was made.
    pub created: Timestamp,
    /// Its id.
    pub id: ApiKeyId,
}
