//! Which documents speak for a principal, and what they are called.

use base::ids::{GroupId, RoleId, UserId};

use crate::snapshot::{Grants, Inline, Principal, Rules, Snapshot};

/// Who can hold documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A user, with what its groups give it.
    User(UserId),
    /// A group by itself.
    Group(GroupId),
    /// A role.
    Role(RoleId),
}

/// A document that is held, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) name: &'a str,
    /// The group through which it is held.
    pub(crate) group: Option<&'a str>,
    /// By which a document that belongs to one holder is known to be the same, however often it was read.
    digest: Option<&'a [u8; 32]>,
}

impl Held<'_> {
    /// Whether it is the same document, or one with the same text.
    pub(crate) fn says_the_same(&self, other: &Held<'_>) -> bool {
        std::ptr::eq(self.rules, other.rules) || (self.digest.is_some() && self.digest == other.digest)
    }
}

/// What a user holds: its own documents, then those of its groups.
pub(crate) fn of_principal<'a>(
    snapshot: &'a Snapshot,
    principal: &'a Principal,
) -> impl Iterator<Item = Held<'a>> + Clone {
    of(snapshot, &principal.grants, &principal.groups)
}

/// What somebody with these grants in these groups holds. A policy or group that is not there gives nothing.
pub(crate) fn of<'a>(
    snapshot: &'a Snapshot,
    grants: &'a Grants,
    groups: &'a [GroupId],
) -> impl Iterator<Item = Held<'a>> + Clone {
    let groups = groups.iter().filter_map(|id| snapshot.groups.get(id));
    let of_groups = groups.flat_map(|group| of_grants(snapshot, &group.grants, Some(&group.name)));
    of_grants(snapshot, grants, None).chain(of_groups)
}

/// What a set of grants names.
pub(crate) fn of_grants<'a>(
    snapshot: &'a Snapshot,
    grants: &'a Grants,
    group: Option<&'a str>,
) -> impl Iterator<Item = Held<'a>> + Clone {
    let attached = grants.attached.iter().filter_map(|id| snapshot.policy(*id));
    let attached = attached.map(move |policy| Held { rules: &policy.rules, name: &policy.name, group, digest: None });
    let inline = grants.inline.iter();
    attached.chain(inline.map(move |inline: &Inline| Held {
        rules: &inline.document,
        name: &inline.name,
        group,
        digest: Some(&inline.digest),
    }))
}
