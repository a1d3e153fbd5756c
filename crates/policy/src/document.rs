//! The one syntax tree: what both grammars are read into.
//!
//! It holds the union of the two and keeps every part as text, so that a tree can be printed in either grammar;
//! [`crate::compiled`] gives the parts their meaning. The text that a document was read from is kept beside it by
//! whoever stores it, and is what its author gets back.

use crate::{condition::Operator, key::Key};

/// A policy document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its `Version`, as written.
    pub version: Option<String>,
    /// Its `Id`.
    pub id: Option<String>,
    /// Whether `${…}` stands for a value in it: its flavour and version decide.
    pub variables: bool,
    /// Its statements or entries; at least one.
    pub statements: Vec<Statement>,
}

/// One statement, or one entry of an access-control list.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its `Sid` or `eid`.
    pub id: Option<String>,
    /// What it does where it matches.
    pub effect: Effect,
    /// Whom it is about, in documents of resources and in trust documents.
    pub principals: Option<Listed<Principal>>,
    /// What is done.
    pub actions: Listed<Action>,
    /// To what; empty in trust documents, which are about their role.
    pub resources: Listed<Resource>,
    /// When; all of them must hold.
    pub conditions: Vec<Condition>,
}

impl Statement {
    /// How much there is to compare a request with, in bytes.
    pub fn weight(&self) -> usize {
        let actions = self.actions.items.iter().map(|action| match action {
            Action::Any => 1,
            Action::Named { service, name } => service.len() + name.len(),
            Action::Permission { service, word } => service.as_ref().map_or(1, String::len) + word.len(),
        });
        let resources = self.resources.items.iter().map(|resource| match resource {
            Resource::Any => 1,
            Resource::Named { service, region, account, path, .. } => {
                service.len() + region.len() + account.len() + path.len()
            }
            Resource::Entry { service, region, path } => service.len() + region.len() + path.len(),
        });
        let values = self.conditions.iter().flat_map(|condition| &condition.values).map(|value| value.len() + 1);
        actions.chain(resources).chain(values).sum()
    }
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever else allows.
    Deny,
}

/// A list, or everything but a list (`NotAction`, `NotResource`, `NotPrincipal`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// Whether what is *not* listed is meant.
    pub negated: bool,
    /// The list.
    pub items: Vec<T>,
}

/// An action, or a pattern for actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Every action of every service.
    Any,
    /// `service:name`; `*` and `?` are special in the name.
    Named {
        /// The service.
        service: String,
        /// The name.
        name: String,
    },
    /// A permission of an acl entry: a word for levels of access, or an action's name with `*`.
    Permission {
        /// The service, without the vendor's prefix; none for `*`, all services.
        service: Option<String>,
        /// The word.
        word: String,
    },
}

/// How a resource is spelled: what stands before its service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Partition {
    /// Open: equal to any.
    Open,
    /// As in `arn:<this>:`; may hold `*` and `?`.
    Named(String),
    /// A scheme that is a partition of its own, as `trn:`; compared as it stands.
    Scheme(&'static str),
}

/// A resource, or a pattern for resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// `*`: whatever there is, and what has no resource.
    Any,
    /// Part by part. `*` and `?` are special in each.
    Named {
        /// What stands before the service.
        partition: Partition,
        /// The service.
        service: String,
        /// The region.
        region: String,
        /// The account, as spelled.
        account: String,
        /// The path, in which variables may stand.
        path: String,
    },
    /// A resource of an acl entry. `*` alone is special; partition and account are open.
    Entry {
        /// The service, without the vendor's prefix; `*` for all.
        service: String,
        /// The region.
        region: String,
        /// The path.
        path: String,
    },
}

impl Resource {
    /// As documents of statements spell it; an entry's, without its place, as the entry does.
    pub(crate) fn spelled(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Named { partition, service, region, account, path } => {
                let start = match partition {
                    Partition::Open => "crn".to_owned(),
                    Partition::Named(partition) => format!("arn:{partition}"),
                    Partition::Scheme(scheme) => (*scheme).to_owned(),
                };
                format!("{start}:{service}:{region}:{account}:{path}")
            }
            Self::Entry { path, .. } => path.clone(),
        }
    }
}

/// Whom a statement is about. Accounts, names and ids are text as written; [`crate::compiled`] is told which
/// entities they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// Everybody, known or not.
    Everyone,
    /// An account: all its principals.
    Account(String),
    /// One user.
    User {
        /// Its account.
        account: String,
        /// Its path and name, as `dev/alice`.
        name: String,
    },
    /// The members of a group.
    Group {
        /// Its account.
        account: String,
        /// Its path and name.
        name: String,
    },
    /// Whoever has assumed a role.
    Role {
        /// Its account.
        account: String,
        /// Its path and name.
        name: String,
    },
    /// One session of a role.
    Session {
        /// The role's account.
        account: String,
        /// The role's name, without its path.
        role: String,
        /// The session's name.
        name: String,
    },
    /// Who comes through an identity provider.
    Provider {
        /// The provider's account, where it says.
        account: Option<String>,
        /// Its kind and name, as `saml-provider/okta`; or the host of one that all accounts know.
        name: String,
    },
    /// A service.
    Service(String),
    /// An id that a dialect prints, kept as it is: an entity that may be gone.
    Id(String),
}

/// One key compared with values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How they are compared.
    pub operator: Operator,
    /// What is asked of a key with several values.
    pub quantifier: Quantifier,
    /// Whether an absent key passes.
    pub if_exists: bool,
    /// The key.
    pub key: Key,
    /// The values, as text: one that fits is enough.
    pub values: Vec<String>,
}

/// What a condition asks of a key with several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// Nothing: the key must have one.
    None,
    /// `ForAllValues:` each passes.
    All,
    /// `ForAnyValue:` one passes.
    Any,
}

/// What a document is for: it decides which of its parts may, must and may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What identities may do: policies, boundaries, session policies. Names no principal.
    Identity,
    /// Who may do what to the resource that it belongs to. Names principals.
    Resource,
    /// Who may assume the role that it belongs to. Names principals and no resource.
    Trust,
}
