//! How much power over identities and policies somebody has, and whether it lies inside somebody else's.
//!
//! What the guard of the core asks before a change is kept (SEC-094, SEC-095, SEC-103). All answers err to the safe
//! side: where it cannot be seen that power lies inside, it does not.

use base::ids::{PolicyId, UserId};
use policy::{
    catalogue::{Catalogue, Levels},
    compiled::Compiled,
    contain::{self, Held, Own},
    evaluate::Boundary,
    request::ActionName,
};

pub use crate::grants::Subject;
use crate::{
    check, grants,
    grants::Held as Document,
    reasons::StatementName,
    snapshot::{Grants, Inline, Kind, Principal, Snapshot},
};

/// The services whose actions are power over identities and policies.
const GUARDED: [&str; 2] = ["iam", "sts"];
/// The system policy that allows everything.
const EVERYTHING: &str = "AdministratorAccess";

/// Whether a user is an account's root, or may do everything by an unconditional Allow that nothing limits.
pub fn is_unlimited(snapshot: &Snapshot, user: UserId) -> bool {
    let Some(principal) = snapshot.principals.get(&user).filter(|principal| principal.enabled) else { return false };
    principal.kind == Kind::Root || with_held(snapshot, principal, contain::is_unlimited)
}

/// Whether `subject` holds an unconditional Allow of everything that nothing limits, switched on or not.
pub fn holds_everything(snapshot: &Snapshot, subject: Subject) -> bool {
    let documents = documents(snapshot, subject);
    let identity: Vec<&Compiled> = documents.iter().map(|document| &document.rules.compiled).collect();
    let grants = match subject {
        Subject::User(id) => snapshot.principals.get(&id).map(|principal| &principal.grants),
        Subject::Group(_) => None,
        Subject::Role(id) => snapshot.roles.get(&id).map(|role| &role.grants),
    };
    let boundary = grants.map_or(Boundary::None, |grants| check::boundary(snapshot, grants));
    contain::is_unlimited(&Held { identity: &identity, boundary, session: None })
}

/// Whether a user may do everything with identities and policies, whatever else is denied to it.
pub fn administers(snapshot: &Snapshot, user: UserId) -> bool {
    if is_unlimited(snapshot, user) {
        return true;
    }
    let Some(principal) = snapshot.principals.get(&user).filter(|principal| principal.enabled) else { return false };
    let everything = snapshot.system.catalogue.system_policy_by_name(EVERYTHING);
    let Some(everything) = everything.and_then(|policy| snapshot.system.policies.get(&PolicyId::new(policy.id).ok()?))
    else {
        return false;
    };
    let guarded = guarded(&snapshot.system.catalogue);
    with_held(snapshot, principal, |held| contain::excess(&everything.rules.compiled, held, &guarded, None).is_none())
}

/// The first statement of what `subject` holds in `snapshot` that does not lie inside what `actor` can do, as `held_in`
/// knows it. What a user may do to itself alone is left out of account `without_own`.
pub fn excess(
    snapshot: &Snapshot,
    subject: Subject,
    held_in: &Snapshot,
    actor: UserId,
    without_own: bool,
) -> Option<StatementName> {
    let documents = documents(snapshot, subject);
    if documents.is_empty() || is_unlimited(held_in, actor) {
        return None;
    }
    let guarded = guarded(&held_in.system.catalogue);
    let own_path = own_path(snapshot, subject).filter(|_| without_own);
    let own = own_path.as_ref().map(|(username, path)| Own { username, path });
    let find = |held: &Held<'_>| {
        documents.iter().find_map(|document| {
            let statement = contain::excess(&document.rules.compiled, held, &guarded, own)?;
            let group = document.group.map(str::to_owned);
            Some(StatementName::new(document.name, document.rules, statement, group))
        })
    };
    match held_in.principals.get(&actor) {
        Some(actor) => with_held(held_in, actor, find),
        None => with_nothing(find),
    }
}

/// The actions that are power over identities and policies.
fn guarded(catalogue: &Catalogue) -> Vec<ActionName<'_>> {
    let actions = catalogue.actions().filter(|(service, _)| GUARDED.contains(&service.name.as_str()));
    let named = actions.map(|(service, action)| ActionName {
        service: &service.name,
        name: &action.name,
        levels: Levels::of(action.level),
    });
    named.collect()
}

/// Whether what `subject` holds, or what it is called, differs between two snapshots. Behind the same policies and
/// groups other documents may stand: this looks at the holder alone.
pub fn differs(one: &Snapshot, other: &Snapshot, subject: Subject) -> bool {
    match subject {
        Subject::User(id) => match (one.principals.get(&id), other.principals.get(&id)) {
            (Some(one), Some(other)) => {
                one.kind != other.kind
                    || one.groups != other.groups
                    || one.tags != other.tags
                    || grants_differ(&one.grants, &other.grants)
            }
            (one, other) => one.is_some() != other.is_some(),
        },
        // Policies may have changed behind the same names, so whatever is touched counts as changed.
        Subject::Group(_) | Subject::Role(_) => true,
    }
}

/// What policies call `subject`, as `user/alice`.
pub fn name(snapshot: &Snapshot, subject: Subject) -> Option<String> {
    match subject {
        Subject::User(id) => snapshot.principals.get(&id).map(|principal| match &principal.kind {
            Kind::Root => "root".to_owned(),
            Kind::User { name, path } => format!("user{path}{name}"),
        }),
        Subject::Group(id) => snapshot.groups.get(&id).map(|group| format!("group{}{}", group.path, group.name)),
        Subject::Role(id) => snapshot.roles.get(&id).map(|role| format!("role{}{}", role.path, role.name)),
    }
}

fn grants_differ(one: &Grants, other: &Grants) -> bool {
    let same = |one: &Inline, other: &Inline| one.digest == other.digest;
    one.attached != other.attached
        || one.boundary != other.boundary
        || one.inline.len() != other.inline.len()
        || !one.inline.iter().zip(&other.inline).all(|(one, other)| same(one, other))
}

/// The documents by which `subject` can do something.
fn documents(snapshot: &Snapshot, subject: Subject) -> Vec<Document<'_>> {
    match subject {
        Subject::User(id) => match snapshot.principals.get(&id) {
            Some(principal) => grants::of_principal(snapshot, principal).collect(),
            None => Vec::new(),
        },
        Subject::Group(id) => match snapshot.groups.get(&id) {
            Some(group) => grants::of_grants(snapshot, &group.grants, Some(&group.name)).collect(),
            None => Vec::new(),
        },
        Subject::Role(id) => match snapshot.roles.get(&id) {
            Some(role) => grants::of_grants(snapshot, &role.grants, None).collect(),
            None => Vec::new(),
        },
    }
}

/// A user's name, and what policies call it inside the service.
fn own_path(snapshot: &Snapshot, subject: Subject) -> Option<(String, String)> {
    let Subject::User(id) = subject else { return None };
    match &snapshot.principals.get(&id)?.kind {
        Kind::Root => None,
        Kind::User { name, path } => Some((name.clone(), format!("user{path}{name}"))),
    }
}

/// Hands on what a principal holds.
fn with_held<T>(snapshot: &Snapshot, principal: &Principal, then: impl FnOnce(&Held<'_>) -> T) -> T {
    let identity: Vec<&Compiled> =
        grants::of_principal(snapshot, principal).map(|document| &document.rules.compiled).collect();
    then(&Held { identity: &identity, boundary: check::boundary(snapshot, &principal.grants), session: None })
}

fn with_nothing<T>(then: impl FnOnce(&Held<'_>) -> T) -> T {
    then(&Held { identity: &[], boundary: Boundary::Missing, session: None })
}
