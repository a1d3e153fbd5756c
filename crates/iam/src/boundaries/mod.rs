//! Permissions boundaries: the policy beyond which a user or a role may do nothing, whatever else it holds.

mod ops;
pub(crate) mod sql;

pub use self::ops::{Bounded, Delete, Put};
pub(crate) use self::ops::{delete_of, of, spelled};
use crate::db::table::{Column, Kind, Table, Touches, Whom};

/// The condition key for the policy that bounds a user or a role, or is to bound it.
pub(crate) const KEY: &str = "iam:PermissionsBoundary";

/// The table of boundaries.
pub(crate) static BOUNDARIES: Table = Table {
    name: "boundary",
    key: &[Column { name: "holder_kind", kind: Kind::Text }, Column { name: "holder_id", kind: Kind::Int }],
    columns: &[Column { name: "policy_id", kind: Kind::Int }, Column { name: "set_us", kind: Kind::Int }],
    touches: Touches::Power { whom: Whom::Holder("holder_kind", "holder_id"), harmless: &["set_us"] },
};
