//! What a change takes away that limited somebody: a Deny, a boundary.
//!
//! A policy that denies has been given to somebody for a reason, and so has a boundary; whoever it limits does not lift
//! it from themselves (SEC-104).

use base::ids::UserId;

use crate::{
    grants,
    grants::Held,
    reasons::StatementName,
    snapshot::{Policy, Principal, Snapshot},
};

/// What limits `user` in `before` and does so no longer in `after`, if anything: a document that denies, or the boundary.
/// A document that says something else now counts as gone, and whoever is called or tagged otherwise may have left
/// behind any condition.
pub fn sheds(before: &Snapshot, after: &Snapshot, user: UserId) -> Option<StatementName> {
    let one = before.principals.get(&user)?;
    let other = after.principals.get(&user)?;
    let mut limits = grants::of_principal(before, one).filter(|held| held.rules.denies);
    let renamed = one.kind != other.kind || one.tags != other.tags;
    let lost = limits.find(|held| renamed || !grants::of_principal(after, other).any(|kept| kept.says_the_same(held)));
    lost.map(name).or_else(|| boundary(before, one, after, other))
}

fn boundary(before: &Snapshot, one: &Principal, after: &Snapshot, other: &Principal) -> Option<StatementName> {
    let id = one.grants.boundary?;
    let old = before.policy(id);
    let same = |new: &Policy| old.is_some_and(|old| std::ptr::eq(&raw const *old.rules, &raw const *new.rules));
    if other.grants.boundary == Some(id) && after.policy(id).is_some_and(|new| same(new)) {
        return None;
    }
    let policy = old.map_or_else(|| id.to_string(), |policy| policy.name.clone());
    Some(StatementName { policy, statement: "permissions boundary".to_owned(), group: None })
}

fn name(held: Held<'_>) -> StatementName {
    StatementName::new(held.name, held.rules, 0, held.group.map(str::to_owned))
}
