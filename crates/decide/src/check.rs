//! The decision: may this principal do this action on this resource?
//!
//! [`check`] is for every request: it takes no lock and asks nobody. [`explain`] is of the same opinion, and says why.

use base::ids::{AccountId, UserId};
pub use policy::evaluate::Decision;
use policy::{
    compiled::Compiled,
    evaluate::{self, Boundary, Layers},
    explain,
    request::{ActionName, Asker, AskerKind, Request, ResourceName},
};

use crate::{
    facts::{Circumstances, Facts},
    grants,
    reasons::Reasons,
    snapshot::{Grants, Kind, Principal, Snapshot},
};

/// A thing that an action is done to.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'a> {
    /// The account that owns it.
    pub account: AccountId,
    /// Its name.
    pub name: ResourceName<'a>,
    /// Its tags.
    pub tags: &'a [(String, String)],
}

/// The question.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who asks to act.
    pub principal: UserId,
    /// What it would do.
    pub action: ActionName<'a>,
    /// To what.
    pub resource: Resource<'a>,
    /// How the request came.
    pub circumstances: &'a Circumstances<'a>,
}

/// How much a principal may hold, in bytes of patterns and values, before it can do nothing any more: a decision must
/// not take longer than others can wait for. It is about fifty of the longest documents, or a thousand usual ones.
pub const MAX_WEIGHT: usize = 512 * 1024;
/// So many documents are never too much.
const FEW: usize = 48;

/// Whether a principal holds more than can be looked through.
fn is_overloaded(snapshot: &Snapshot, principal: &Principal) -> bool {
    let count = |grants: &Grants| grants.attached.len() + grants.inline.len();
    let groups = principal.groups.iter().filter_map(|id| snapshot.groups.get(id));
    if count(&principal.grants) + groups.map(|group| count(&group.grants)).sum::<usize>() <= FEW {
        return false;
    }
    let weights = grants::of_principal(snapshot, principal).map(|held| held.rules.weight);
    weights.sum::<usize>() > MAX_WEIGHT
}

/// Decides. An unknown or disabled principal gets a deny.
pub fn check(snapshot: &Snapshot, question: &Question<'_>) -> Decision {
    let Some(principal) = enabled(snapshot, question.principal) else { return Decision::ImplicitDeny };
    if is_overloaded(snapshot, principal) {
        return Decision::ImplicitDeny;
    }
    let account = principal.account.digits();
    let asker = asker(principal, account.as_str());
    let layers = Layers {
        asker: &asker,
        same_account: principal.account == question.resource.account,
        identity: grants::of_principal(snapshot, principal).map(|held| &held.rules.compiled),
        boundary: boundary(snapshot, &principal.grants),
        session: None,
        resource: None,
    };
    evaluate::decide(&layers, &request(question), &facts(principal, question))
}

/// Decides, and says why.
pub fn explain(snapshot: &Snapshot, question: &Question<'_>) -> Reasons {
    let Some(principal) = enabled(snapshot, question.principal) else {
        return Reasons::deny(false);
    };
    if is_overloaded(snapshot, principal) {
        return Reasons::deny(true);
    }
    let held: Vec<_> = grants::of_principal(snapshot, principal).collect();
    let account = principal.account.digits();
    let asker = asker(principal, account.as_str());
    let layers = Layers {
        asker: &asker,
        same_account: principal.account == question.resource.account,
        identity: held.iter().map(|held| &held.rules.compiled),
        boundary: boundary(snapshot, &principal.grants),
        session: None,
        resource: None,
    };
    let explanation = explain::explain(&layers, &request(question), &facts(principal, question));
    let boundary = principal.grants.boundary.and_then(|id| snapshot.policy(id));
    Reasons::name(explanation, &held, boundary.map(AsRef::as_ref))
}

fn enabled(snapshot: &Snapshot, id: UserId) -> Option<&Principal> {
    snapshot.principals.get(&id).map(AsRef::as_ref).filter(|principal| principal.enabled)
}

fn asker<'a>(principal: &Principal, account: &'a str) -> Asker<'a> {
    let kind = match principal.kind {
        Kind::Root => AskerKind::Root,
        Kind::User { .. } => AskerKind::User(principal.id.number()),
    };
    // No resource has a document yet that could name a group.
    Asker { account, kind, groups: &[] }
}

/// What limits whoever holds `grants`.
pub(crate) fn boundary<'a>(snapshot: &'a Snapshot, grants: &Grants) -> Boundary<'a> {
    match grants.boundary {
        None => Boundary::None,
        Some(id) => snapshot.policy(id).map_or(Boundary::Missing, |policy| Boundary::Document(compiled(policy))),
    }
}

fn compiled(policy: &crate::snapshot::Policy) -> &Compiled {
    &policy.rules.compiled
}

fn request<'a>(question: &Question<'a>) -> Request<'a> {
    Request { action: question.action, resource: question.resource.name }
}

fn facts<'a>(principal: &'a Principal, question: &Question<'a>) -> Facts<'a> {
    Facts { principal, resource_tags: question.resource.tags, circumstances: question.circumstances }
}

#[cfg(test)]
mod tests;
