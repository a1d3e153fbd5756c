//! Policies: documents that say what their holders may do.
//!
//! A custom policy has an account, a name and up to five versions, of which one is the default and in force. A
//! system policy is data of the program: every account has it and nobody can change it.

mod document;
mod lookup;
mod ops;
mod queries;
pub(crate) mod sql;
mod versions;

use base::{
    ids::{AccountId, PolicyId},
    timestamp::Timestamp,
};

pub use self::{
    document::{Body, PolicyDocument},
    lookup::{PolicyRef, Scope},
    ops::{Create, Delete, Update},
    queries::{Detail, Get, List, Usage, Used},
    versions::{CreateVersion, DeleteVersion, GetVersion, ListVersions, SetDefaultVersion, Version, VersionDetail},
};
pub(crate) use self::{
    document::{stored_document, stored_flavour, stored_rules},
    lookup::{by_ref, held_by_ref, of_system_or_gone},
};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Target,
    error::{Error, Noun, Result},
    values::{EntityName, EntityPath, Remarks, Tags},
};

/// The table of policies.
pub(crate) static POLICIES: Table = Table {
    name: "policy",
    key: &[Column { name: "id", kind: Kind::Int }],
    columns: &[
        Column { name: "name", kind: Kind::Text },
        Column { name: "name_key", kind: Kind::Text },
        Column { name: "path", kind: Kind::Text },
        Column { name: "description", kind: Kind::Text },
        Column { name: "tags", kind: Kind::Text },
        Column { name: "default_version", kind: Kind::Int },
        Column { name: "last_version", kind: Kind::Int },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Power {
        whom: Whom::Policy("id"),
        harmless: &["name", "name_key", "path", "description", "tags", "last_version", "created_us", "updated_us"],
    },
};

/// The table of their versions. A version in force is never changed or deleted, so touching one touches nobody.
pub(crate) static VERSIONS: Table = Table {
    name: "policy_version",
    key: &[Column { name: "policy_id", kind: Kind::Int }, Column { name: "version", kind: Kind::Int }],
    columns: &[
        Column { name: "flavour", kind: Kind::Text },
        Column { name: "document", kind: Kind::Digest },
        Column { name: "created_us", kind: Kind::Int },
    ],
    touches: Touches::Nobody,
};

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its id, for ever.
    pub id: PolicyId,
    /// Its account; none for a system policy.
    pub account: Option<AccountId>,
    /// Its name.
    pub name: String,
    /// Where it stands: `/`, or `/…/`.
    pub path: String,
    /// What it is for.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
    /// The version in force; 1 for a system policy.
    pub default_version: u32,
    /// The highest number that a version was given.
    pub last_version: u32,
    /// When it was made; none for a system policy.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub updated: Option<Timestamp>,
}

/// What to change of a policy: `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Another name.
    pub name: Option<EntityName>,
    /// Another path.
    pub path: Option<EntityPath>,
    /// Another description.
    pub description: Option<Remarks>,
    /// Other tags, in place of all that are there.
    pub tags: Option<Tags>,
    /// Another document: it becomes a version, and that the one in force.
    pub document: Option<PolicyDocument>,
}

impl Policy {
    /// What policies call it.
    pub(crate) fn target(&self) -> Target {
        Target::policy_at(&self.path, &self.name).tagged(&self.tags)
    }

    /// How conditions on `iam:PolicyArn` spell it, in the account that it is asked about in.
    pub(crate) fn spelled(&self, account: AccountId) -> String {
        format!("crn:iam::{account}:policy{}{}", self.path, self.name)
    }

    /// Errors: `Immutable` for a system policy.
    fn refuse_system(&self) -> Result<()> {
        match self.account {
            Some(_) => Ok(()),
            None => Err(Error::Immutable { noun: Noun::Policy, name: self.name.clone() }),
        }
    }
}
