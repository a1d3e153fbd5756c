//! What a change takes away that limited somebody: a Deny, a boundary.
//!
//! A policy that denies has been given to somebody for a reason, and so has a boundary; whoever it limits does not lift
//! it from themselves (SEC-104).

use base::ids::GroupId;

use crate::{
    grants,
    grants::{Held, Subject},
    reasons::StatementName,
    snapshot::{Grants, Kind, Policy, Snapshot},
};

/// What limits `subject` in `before` and does so no longer in `after`, if anything: a document that denies, or the
/// boundary. A document that says something else now counts as gone, and whoever is called or tagged otherwise may have
/// left behind any condition.
pub fn sheds(before: &Snapshot, after: &Snapshot, subject: Subject) -> Option<StatementName> {
    let (one, other) = (View::of(before, subject)?, View::of(after, subject)?);
    let held: Vec<Held<'_>> = one.held(before).filter(|held| held.rules.denies).collect();
    let renamed = one.renamed(&other);
    let lost = held.into_iter().find(|held| renamed || !other.held(after).any(|kept| kept.says_the_same(held)));
    lost.map(name).or_else(|| boundary(before, one.grants, after, other.grants))
}

/// What of a user or a role its limits hang on.
struct View<'a> {
    called: (&'a str, &'a str),
    tags: &'a [(String, String)],
    grants: &'a Grants,
    groups: &'a [GroupId],
}

impl<'a> View<'a> {
    /// None for a group, which nobody is.
    fn of(snapshot: &'a Snapshot, subject: Subject) -> Option<Self> {
        match subject {
            Subject::User(id) => snapshot.principals.get(&id).map(|user| {
                let called = match &user.kind {
                    Kind::Root => ("", ""),
                    Kind::User { name, path } => (name.as_str(), path.as_str()),
                };
                Self { called, tags: &user.tags, grants: &user.grants, groups: &user.groups }
            }),
            Subject::Role(id) => snapshot.roles.get(&id).map(|role| Self {
                called: (&role.name, &role.path),
                tags: &role.tags,
                grants: &role.grants,
                groups: &[],
            }),
            Subject::Group(_) => None,
        }
    }

    fn held(&self, snapshot: &'a Snapshot) -> impl Iterator<Item = Held<'a>> + use<'a> {
        grants::of(snapshot, self.grants, self.groups)
    }

    fn renamed(&self, other: &View<'_>) -> bool {
        self.called != other.called || self.tags != other.tags
    }
}

fn boundary(before: &Snapshot, one: &Grants, after: &Snapshot, other: &Grants) -> Option<StatementName> {
    let id = one.boundary?;
    let old = before.policy(id);
    let same = |new: &Policy| old.is_some_and(|old| std::ptr::eq(&raw const *old.rules, &raw const *new.rules));
    if other.boundary == Some(id) && after.policy(id).is_some_and(|new| same(new)) {
        return None;
    }
    let policy = old.map_or_else(|| id.to_string(), |policy| policy.name.clone());
    Some(StatementName { policy, statement: "permissions boundary".to_owned(), group: None })
}

fn name(held: Held<'_>) -> StatementName {
    StatementName::new(held.name, held.rules, 0, held.group.map(str::to_owned))
}
