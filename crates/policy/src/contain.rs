//! Containment: whether what a document grants lies inside what somebody holds (SEC-094).
//!
//! The test is conservative. What it calls contained is contained, whatever conditions come to; what it does not call
//! so may be contained all the same. It costs at most the product of the documents' lengths.

use crate::{
    compiled::{Compiled, Statement, action::AskedAction, resource::Resources},
    contain::resource::Region,
    document::Effect,
    evaluate::Boundary,
    request::ActionName,
};

mod glob;
mod resource;

/// What somebody holds: the documents that have a say about what they do.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Those of the identity and of its groups.
    pub identity: &'a [&'a Compiled],
    /// What limits the identity.
    pub boundary: Boundary<'a>,
    /// What limits the credential, where something does; one that allows is enough.
    pub session: Option<&'a [&'a Compiled]>,
}

/// Who is granted something, where power over oneself is to be left out of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own<'a> {
    /// What `${…username}` is for them.
    pub username: &'a str,
    /// The path of their own resource, as `user/dev/alice`.
    pub path: &'a str,
}

/// Whether who holds this may grant anything: an unconditional Allow of every action on `*`, and neither a Deny nor a
/// boundary nor a session policy.
pub fn is_unlimited(held: &Held<'_>) -> bool {
    let mut statements = held.identity.iter().flat_map(|document| document.statements());
    let allows_all = |statement: &Statement| {
        statement.effect == Effect::Allow
            && statement.checks.is_empty()
            && statement.actions.are_all()
            && statement.resources.are_all()
    };
    matches!(held.boundary, Boundary::None)
        && held.session.is_none()
        && statements.clone().all(|statement| statement.effect == Effect::Allow)
        && statements.any(allows_all)
}

/// The first Allow of `granted`, by its place, that does not lie inside what is held, as far as `guarded` actions go.
///
/// Conditions of what is granted count as absent, and its variables as any text. Each of its resource patterns must
/// lie, for each of the actions, inside one unconditional Allow of the holder's identity, and of the boundary and the
/// session policies where there are such; and no Deny may touch it, whether its conditions would hold or not. An Allow
/// with `NotResource`, or a pattern with variables, does not count as holding. `own`: patterns that are nothing but the
/// own resource of who is granted them are left out of account.
pub fn excess(granted: &Compiled, held: &Held<'_>, guarded: &[ActionName<'_>], own: Option<Own<'_>>) -> Option<usize> {
    let guarded: Vec<_> = guarded.iter().copied().map(AskedAction::new).collect();
    granted.statements().iter().position(|statement| {
        let actions = guarded.iter().filter(|action| statement.actions.contain(action));
        statement.effect == Effect::Allow && !holds_all(held, &actions.collect::<Vec<_>>(), &statement.resources, own)
    })
}

/// Whether it is held to do each of `actions` to all of `resources`.
fn holds_all(held: &Held<'_>, actions: &[&AskedAction<'_>], resources: &Resources, own: Option<Own<'_>>) -> bool {
    if actions.is_empty() {
        return true;
    }
    if resources.negated {
        return holds(held, actions, &Region::everything());
    }
    let foreign = resources.patterns.iter().filter(|pattern| own.is_none_or(|own| !resource::is_own(pattern, own)));
    foreign.into_iter().all(|pattern| holds(held, actions, &Region::of(pattern)))
}

fn holds(held: &Held<'_>, actions: &[&AskedAction<'_>], region: &Region) -> bool {
    let boundary = match &held.boundary {
        Boundary::None => None,
        Boundary::Document(document) => Some(std::slice::from_ref(document)),
        Boundary::Missing => return false,
    };
    let layers = [Some(held.identity), boundary, held.session];
    layers.into_iter().flatten().all(|documents| {
        let statements = || documents.iter().flat_map(|document| document.statements());
        let around: Vec<_> = statements().filter(|statement| is_around(statement, region)).collect();
        let touching: Vec<_> = statements().filter(|statement| touches(statement, region)).collect();
        actions.iter().all(|action| {
            around.iter().any(|statement| statement.actions.contain(action))
                && !touching.iter().any(|statement| statement.actions.contain(action))
        })
    })
}

/// Whether the statement allows its actions in all of the region, always.
fn is_around(statement: &Statement, region: &Region) -> bool {
    statement.effect == Effect::Allow
        && statement.checks.is_empty()
        && !statement.resources.negated
        && statement.resources.patterns.iter().any(|pattern| region.is_inside(pattern))
}

/// Whether the statement may deny something in the region.
fn touches(statement: &Statement, region: &Region) -> bool {
    let patterns = &statement.resources.patterns;
    statement.effect == Effect::Deny
        && if statement.resources.negated {
            !patterns.iter().any(|pattern| region.is_inside(pattern))
        } else {
            patterns.iter().any(|pattern| region.meets(pattern))
        }
}

#[cfg(test)]
mod tests;
