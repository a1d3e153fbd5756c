//! Whom documents of resources and trust documents name.

use crate::{
    document::{Listed, Principal},
    request::{Asker, AskerKind},
};

/// How a document names who asks. The greater, the closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Naming {
    /// Not at all.
    #[default]
    Not,
    /// By its account.
    Account,
    /// Like everybody.
    Everyone,
    /// By a group that it is in, or the role whose session it is.
    Role,
    /// Itself.
    Itself,
}

/// The principals of a statement.
#[derive(Debug)]
pub(crate) struct Principals {
    negated: bool,
    list: Box<[Named]>,
}

/// A principal, an entity by its number. What has none any more is not kept: it matches nobody.
#[derive(Debug)]
enum Named {
    Everyone,
    Account(Box<str>),
    User(u64),
    Group(u64),
    Role(u64),
    Session { role: u64, name: Box<str> },
    Service(Box<str>),
}

impl Principals {
    pub(super) fn new(listed: &Listed<Principal>, resolve: &dyn Fn(&Principal) -> Option<u64>) -> Self {
        let list = listed.items.iter().filter_map(|principal| Named::new(principal, resolve)).collect();
        Self { negated: listed.negated, list }
    }

    /// How they name `asker`: by the closest. Who is not listed where a list says who is not meant is named like
    /// everybody.
    pub(crate) fn naming(&self, asker: &Asker<'_>) -> Naming {
        let closest = self.list.iter().map(|named| named.naming(asker)).max().unwrap_or_default();
        match (self.negated, closest) {
            (false, closest) => closest,
            (true, Naming::Not) => Naming::Everyone,
            (true, _) => Naming::Not,
        }
    }
}

impl Named {
    fn new(principal: &Principal, resolve: &dyn Fn(&Principal) -> Option<u64>) -> Option<Self> {
        Some(match principal {
            Principal::Everyone => Self::Everyone,
            Principal::Account(account) => Self::Account(account.as_str().into()),
            Principal::User { .. } => Self::User(resolve(principal)?),
            Principal::Group { .. } => Self::Group(resolve(principal)?),
            Principal::Role { .. } => Self::Role(resolve(principal)?),
            Principal::Session { name, .. } => Self::Session { role: resolve(principal)?, name: name.as_str().into() },
            Principal::Service(name) => Self::Service(name.as_str().into()),
            Principal::Provider { .. } | Principal::Id(_) => return None,
        })
    }

    fn naming(&self, asker: &Asker<'_>) -> Naming {
        let (is_named, naming) = match (self, asker.kind) {
            (Self::Everyone, _) => (true, Naming::Everyone),
            (Self::Account(account), _) => (**account == *asker.account, Naming::Account),
            (Self::Group(group), _) => (asker.groups.contains(group), Naming::Role),
            (Self::User(user), AskerKind::User(id)) => (*user == id, Naming::Itself),
            (Self::Role(own), AskerKind::Session { role, .. }) => (*own == role, Naming::Role),
            (Self::Session { role: own, name: session }, AskerKind::Session { role, name }) => {
                (*own == role && **session == *name, Naming::Itself)
            }
            (Self::Service(service), AskerKind::Service(name)) => (**service == *name, Naming::Itself),
            _ => (false, Naming::Not),
        };
        if is_named { naming } else { Naming::Not }
    }
}
