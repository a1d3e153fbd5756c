//! Inline policies: documents that belong to one user, group or role, and go with it.

mod kinds;
mod ops;
pub(crate) mod sql;

use base::timestamp::Timestamp;
use policy::grammar::Flavour;

pub(crate) use self::ops::delete_all;
pub use self::{
    kinds::Kind,
    ops::{Delete, Get, List, Put},
};
use crate::db::table::{self, Column, Table, Touches, Whom};

/// The table of inline policies.
pub(crate) static INLINE_POLICIES: Table = Table {
    name: "inline_policy",
    key: &[
        Column { name: "holder_kind", kind: table::Kind::Text },
        Column { name: "holder_id", kind: table::Kind::Int },
        Column { name: "name_key", kind: table::Kind::Text },
    ],
    columns: &[
        Column { name: "name", kind: table::Kind::Text },
        Column { name: "flavour", kind: table::Kind::Text },
        Column { name: "document", kind: table::Kind::Digest },
        Column { name: "created_us", kind: table::Kind::Int },
        Column { name: "updated_us", kind: table::Kind::Int },
    ],
    touches: Touches::Power {
        whom: Whom::Holder("holder_kind", "holder_id"),
        harmless: &["name", "created_us", "updated_us"],
    },
};

/// An inline policy, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its name, among those of its holder.
    pub name: String,
    /// The flavour that it is written in.
    pub flavour: Flavour,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// An inline policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlinePolicy {
    /// Its name, among those of its holder.
    pub name: String,
    /// The flavour that it is written in.
    pub flavour: Flavour,
    /// What it says, as it was received.
    pub document: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}
