//! Bringing over what an account elsewhere holds: read there ([`baidu`], [`native`]), compared with what is here
//! ([`plan`]), and made here ([`apply`]). Nothing that is here is ever changed or removed.
//!
//! One folder or file a wire; each gives the same [`Account`]. Secrets cannot be read anywhere, so none are brought.

pub(crate) mod apply;
pub(crate) mod baidu;
mod compare;
pub(crate) mod native;
pub(crate) mod plan;

use std::collections::BTreeMap;

use anyhow::Result;
use base::text::name_key;
use policy::grammar::Flavour;

use crate::failure::{Cause, cause};

/// What an account holds, as far as it can be brought over.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// The account's id, where it may stand in documents.
    pub(crate) id: Option<String>,
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) roles: Vec<Role>,
    /// What is there and cannot be brought: what it is, its name, why not.
    pub(crate) left: Vec<(&'static str, String, String)>,
}

/// A user. What is `None` the wire does not tell.
#[derive(Debug, Default)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) remarks: String,
    pub(crate) enabled: bool,
    pub(crate) details: Option<Details>,
    pub(crate) grants: Grants,
    pub(crate) secrets: Secrets,
}

/// What only our own wire tells of a user.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) path: String,
    pub(crate) display_name: String,
    pub(crate) mobile: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// How many secrets a user has, of which there must be new ones.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secrets {
    pub(crate) password: bool,
    pub(crate) access_keys: usize,
    pub(crate) api_keys: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) remarks: String,
    pub(crate) path: Option<String>,
    pub(crate) members: Vec<String>,
    pub(crate) grants: Grants,
}

/// A policy of the account's own.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) path: Option<String>,
    pub(crate) tags: Option<BTreeMap<String, String>>,
    pub(crate) document: Document,
}

#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) path: String,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) max_session_s: u64,
    pub(crate) trust: Document,
    pub(crate) grants: Grants,
}

/// What somebody holds.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    pub(crate) attached: Vec<PolicyName>,
    pub(crate) inline: Vec<(String, Document)>,
    pub(crate) boundary: Option<PolicyName>,
}

/// A policy by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyName {
    pub(crate) system: bool,
    pub(crate) name: String,
}

impl PolicyName {
    /// As it stands in a path.
    pub(crate) fn segment(&self) -> String {
        if self.system { format!("system:{}", self.name) } else { self.name.clone() }
    }
}

/// A document as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) flavour: Flavour,
}

/// Whether two names are the same.
fn same(one: &str, other: &str) -> bool {
    name_key(one) == name_key(other)
}

/// What only tells more may be forbidden, or not be there.
fn may_be_denied<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(cause(&error), Cause::Denied | Cause::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
