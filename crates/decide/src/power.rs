//! How much power over identities and policies somebody has, and whether it lies inside somebody else's.
//!
//! What the guard of the core asks before a change is kept (SEC-094, SEC-095, SEC-103). All answers err to the safe
//! side: where it cannot be seen that power lies inside, it does not.

use std::{cell::RefCell, collections::HashMap};

use base::ids::{Digits, PolicyId, UserId};
use policy::{
    catalogue::{Catalogue, Level, Levels},
    compiled::Compiled,
    contain::{self, Held, Own},
    evaluate::Boundary,
    request::ActionName,
};

pub use crate::grants::Subject;
use crate::{
    check, grants,
    grants::Held as Document,
    identity::{Acting, Actor, Called, Who},
    reasons::StatementName,
    snapshot::{Grants, Inline, Kind, Principal, Rules, Snapshot},
};

/// The system policy that allows everything.
const EVERYTHING: &str = "AdministratorAccess";

/// Whether a user is an account's root, or may do everything by an unconditional Allow that nothing limits.
pub fn is_unlimited(snapshot: &Snapshot, user: UserId) -> bool {
    let Some(principal) = snapshot.principals.get(&user).filter(|principal| principal.enabled) else { return false };
    principal.kind == Kind::Root || with_held(snapshot, principal, contain::is_unlimited)
}

/// Whether whoever acts may do everything, by what it holds and what its credential leaves of it.
pub fn acts_unlimited(snapshot: &Snapshot, who: Who<'_>) -> bool {
    who.limit.is_none()
        && match who.actor {
            Actor::User(user) => is_unlimited(snapshot, user),
            Actor::Role(role) => holds_everything(snapshot, Subject::Role(role)),
        }
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
    contain::is_unlimited(&Held { identity: &identity, boundary, session: None, account: None })
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

/// What somebody can do, ready for being held against what many others hold.
///
/// All looks share one number of steps, so that it is no more work than one may be; but a document that many hold is
/// looked at once.
pub struct Measure<'a> {
    /// `None`: everything.
    limited: Option<contain::Measure<'a>>,
    /// Documents, and the first statement of each that does not lie inside. Those that are borrowed stay where they are.
    looked_at: RefCell<HashMap<*const Rules, Option<usize>>>,
}

/// The actions that are power over identities and policies.
fn guarded(catalogue: &Catalogue) -> Vec<ActionName<'_>> {
    let actions = catalogue.actions().filter(|(service, action)| match service.name.as_str() {
        "iam" => true,
        // Who looks at its own credentials has no power by that.
        "sts" => action.level != Level::Read,
        _ => false,
    });
    let named = actions.map(|(service, action)| ActionName {
        service: &service.name,
        name: &action.name,
        levels: Levels::of(action.level),
    });
    named.collect()
}

impl<'a> Measure<'a> {
    /// What `who` can do as `held_in` knows it.
    pub fn of(held_in: &'a Snapshot, who: Who<'a>) -> Self {
        let looked_at = RefCell::default();
        if acts_unlimited(held_in, who) {
            return Self { limited: None, looked_at };
        }
        let acting = Acting::of(held_in, who);
        let limit: Vec<&Compiled> = who.limit.iter().map(|rules| &rules.compiled).collect();
        let mut identity: Vec<&Compiled> = acting.map_or_else(Vec::new, |acting| compiled(held_in, &acting));
        if acting.is_some_and(|acting| matches!(acting.called, Called::Root)) {
            // Root holds no documents, since it may do everything; what limits its credential is all that it may then.
            identity.clone_from(&limit);
        }
        let boundary = acting.map_or(Boundary::Missing, |acting| check::boundary(held_in, acting.grants));
        let account = acting.map(|acting| acting.digits());
        let account = account.as_ref().map(Digits::as_str);
        let session = who.limit.map(|_| limit.as_slice());
        let guarded = guarded(&held_in.system.catalogue);
        Self { limited: Some(contain::Measure::new(&identity, boundary, session, account, &guarded)), looked_at }
    }

    /// As [`excess`].
    pub fn excess(&self, snapshot: &'a Snapshot, subject: Subject, without_own: bool) -> Option<StatementName> {
        let limited = self.limited.as_ref()?;
        let own = username(snapshot, subject).filter(|_| without_own).map(|username| Own { username });
        documents(snapshot, subject).iter().find_map(|document| {
            let look = || limited.excess(&document.rules.compiled, own);
            let statement = match own {
                Some(_) => look(),
                None => *self.looked_at.borrow_mut().entry(std::ptr::from_ref(document.rules)).or_insert_with(look),
            };
            let group = document.group.map(str::to_owned);
            Some(StatementName::new(document.name, document.rules, statement?, group))
        })
    }
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

/// What `${…username}` is for a user.
fn username(snapshot: &Snapshot, subject: Subject) -> Option<&str> {
    let Subject::User(id) = subject else { return None };
    match &snapshot.principals.get(&id)?.kind {
        Kind::Root => None,
        Kind::User { name, .. } => Some(name),
    }
}

/// What says what somebody may do, its boundary aside.
fn compiled<'a>(snapshot: &'a Snapshot, acting: &Acting<'a>) -> Vec<&'a Compiled> {
    grants::of(snapshot, acting.grants, acting.groups).map(|document| &document.rules.compiled).collect()
}

/// Hands on what a principal holds.
fn with_held<T>(snapshot: &Snapshot, principal: &Principal, then: impl FnOnce(&Held<'_>) -> T) -> T {
    let identity: Vec<&Compiled> =
        grants::of_principal(snapshot, principal).map(|document| &document.rules.compiled).collect();
    let account = principal.account.digits();
    let boundary = check::boundary(snapshot, &principal.grants);
    then(&Held { identity: &identity, boundary, session: None, account: Some(account.as_str()) })
}

#[cfg(test)]
mod tests;
