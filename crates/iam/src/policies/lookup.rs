//! Finding the policy that a request names: one of the account's, or one of the system's.

use std::fmt;

use base::{ids::PolicyId, text};
use policy::system::SystemPolicy;

use super::{Policy, sql};
use crate::{
    door::{Read, Target},
    error::{Error, Noun, Result},
    values::Tags,
};

/// Which policies are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The system's.
    System,
    /// Those that the account wrote.
    Custom,
    /// Both. Where an account had a name before the system took it, its own policy is meant.
    Any,
}

/// How a request names a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRef {
    /// By its name, whatever its case.
    Name {
        /// Among which.
        scope: Scope,
        /// The name.
        name: String,
    },
    /// By its id.
    Id(PolicyId),
}

impl PolicyRef {
    /// One that the account wrote.
    pub fn custom(name: impl Into<String>) -> Self {
        Self::Name { scope: Scope::Custom, name: name.into() }
    }

    /// One of the system's.
    pub fn system(name: impl Into<String>) -> Self {
        Self::Name { scope: Scope::System, name: name.into() }
    }

    /// What is asked about while it is not known what it names.
    pub(crate) fn named(&self) -> Target {
        match self {
            Self::Name { name, .. } => Target::policy(name),
            Self::Id(_) => Target::policies(),
        }
    }
}

impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name, .. } => f.write_str(name),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl Scope {
    /// Whether the account's own are meant.
    pub(super) const fn has_custom(self) -> bool {
        matches!(self, Self::Custom | Self::Any)
    }

    /// Whether the system's are meant.
    pub(super) const fn has_system(self) -> bool {
        matches!(self, Self::System | Self::Any)
    }
}

/// The policy that is named. Errors: `NotFound`.
pub(crate) fn by_ref(tx: &Read<'_>, policy: &PolicyRef) -> Result<Policy> {
    let found = match policy {
        PolicyRef::Name { scope, name } => {
            let key = text::name_key(name);
            match scope.has_custom().then(|| sql::by_name(tx, &key)).transpose()?.flatten() {
                None if scope.has_system() => {
                    tx.snapshot().system.catalogue.system_policy_by_name(&key).map(of_system).transpose()?
                }
                found => found,
            }
        }
        PolicyRef::Id(id) => match system(tx, *id) {
            Some(system) => Some(of_system(system)?),
            None => sql::by_id(tx, *id)?,
        },
    };
    found.ok_or_else(|| Error::not_found(Noun::Policy, policy))
}

/// What a system policy is called whose service is in the catalogue no longer, before its id. It gives nothing, and is
/// there to be taken away.
const GONE: &str = "gone-";

/// The policy that is named, among those that somebody may still hold. Errors: `NotFound`.
pub(crate) fn held_by_ref(tx: &Read<'_>, policy: &PolicyRef) -> Result<Policy> {
    let id = match policy {
        PolicyRef::Id(id) => Some(*id),
        PolicyRef::Name { name, .. } => name.strip_prefix(GONE).and_then(|id| PolicyId::new(id.parse().ok()?).ok()),
    };
    match by_ref(tx, policy) {
        Err(Error::NotFound { .. }) if let Some(id) = id.filter(|id| is_of_system(*id)) => Ok(gone(id)),
        found => found,
    }
}

/// The policy of an id in a table, which has no row of its own: the system's, or one that is gone.
pub(crate) fn of_system_or_gone(tx: &Read<'_>, id: PolicyId) -> Result<Policy> {
    system(tx, id).map_or_else(|| Ok(gone(id)), of_system)
}

fn is_of_system(id: PolicyId) -> bool {
    id.number() < policy::system::IDS_END
}

fn gone(id: PolicyId) -> Policy {
    Policy {
        id,
        account: None,
        name: format!("{GONE}{id}"),
        path: "/".to_owned(),
        description: "its service is not in the catalogue".to_owned(),
        tags: Tags::default(),
        default_version: 1,
        last_version: 1,
        created: None,
        updated: None,
    }
}

/// The system policy of that id.
pub(crate) fn system<'a>(tx: &'a Read<'_>, id: PolicyId) -> Option<&'a SystemPolicy> {
    tx.snapshot().system.catalogue.system_policy(id.number())
}

/// A system policy as the account's are shown.
pub(crate) fn of_system(system: &SystemPolicy) -> Result<Policy> {
    Ok(Policy {
        id: PolicyId::new(system.id).map_err(Error::internal)?,
        account: None,
        name: system.name.clone(),
        path: "/".to_owned(),
        description: system.about.clone(),
        tags: Tags::default(),
        default_version: 1,
        last_version: 1,
        created: None,
        updated: None,
    })
}

/// Checks that no policy of the account, and none of the system, bears the name. Changes of one account are serial,
/// so that a look tells whether it is free; the table's unique key stands behind it.
///
/// Errors: `Exists`.
pub(super) fn refuse_taken(tx: &Read<'_>, name: &str) -> Result<()> {
    let key = text::name_key(name);
    if tx.snapshot().system.catalogue.is_reserved(&key) || sql::by_name(tx, &key)?.is_some() {
        return Err(Error::exists(Noun::Policy, name));
    }
    Ok(())
}
