//! The decision: may this principal do this action on this resource?
//!
//! [`check`] is for every request: it takes no lock and asks nobody. [`explain`] is of the same opinion, and says why.

use std::{iter::Copied, slice};

use base::ids::AccountId;
pub use policy::evaluate::Decision;
use policy::{
    compiled::Compiled,
    evaluate::{self, Boundary, Layers, Trust},
    explain,
    request::{ActionName, Asker, Request, ResourceName},
};

use crate::{
    facts::{Circumstances, Facts},
    grants::{self, Held},
    identity::{Acting, Who},
    reasons::{Named, Reasons},
    snapshot::{Grants, Snapshot},
};

mod remedy;

pub use remedy::{Step, remedy};

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
    pub who: Who<'a>,
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

/// Whether somebody holds more than can be looked through.
fn is_overloaded(snapshot: &Snapshot, acting: &Acting<'_>) -> bool {
    let count = |grants: &Grants| grants.attached.len() + grants.inline.len();
    let groups = acting.groups.iter().filter_map(|id| snapshot.groups.get(id));
    if count(acting.grants) + groups.map(|group| count(&group.grants)).sum::<usize>() <= FEW {
        return false;
    }
    let weights = grants::of(snapshot, acting.grants, acting.groups).map(|held| held.rules.weight);
    weights.sum::<usize>() > MAX_WEIGHT
}

/// Decides. Who is unknown or disabled gets a deny.
pub fn check(snapshot: &Snapshot, question: &Question<'_>) -> Decision {
    decide(snapshot, question, None)
}

/// Decides about what a role's trust document has a say in, which has said `trust` about who asks.
pub(crate) fn check_trusted(snapshot: &Snapshot, question: &Question<'_>, trust: Trust) -> Decision {
    decide(snapshot, question, Some(trust))
}

fn decide(snapshot: &Snapshot, question: &Question<'_>, trust: Option<Trust>) -> Decision {
    let Some(acting) = Acting::of(snapshot, question.who) else { return Decision::ImplicitDeny };
    if is_overloaded(snapshot, &acting) {
        return Decision::ImplicitDeny;
    }
    let account = acting.digits();
    let asker = asker(&acting, account.as_str());
    let session = acting.limit.map(|limit| [&limit.compiled]);
    let layers = Layers {
        asker: &asker,
        same_account: acting.account == question.resource.account,
        identity: grants::of(snapshot, acting.grants, acting.groups).map(|held| &held.rules.compiled),
        boundary: boundary(snapshot, acting.grants),
        session: session.as_ref().map(<[_; 1]>::as_slice),
        resource: None,
    };
    let (request, facts) = (request(question), facts(acting, question));
    match trust {
        None => evaluate::decide(&layers, &request, &facts),
        Some(trust) => evaluate::decide_trusted(&layers, trust, &request, &facts),
    }
}

/// Decides, and says why.
pub fn explain(snapshot: &Snapshot, question: &Question<'_>) -> Reasons {
    let Some(acting) = Acting::of(snapshot, question.who) else { return Reasons::deny(false) };
    if is_overloaded(snapshot, &acting) {
        return Reasons::deny(true);
    }
    let held: Vec<_> = grants::of(snapshot, acting.grants, acting.groups).collect();
    let explanation = with_layers(snapshot, question, acting, &held, |layers, facts| {
        explain::explain(layers, &request(question), facts)
    });
    Reasons::name(explanation, &Named::of(snapshot, &acting, &held))
}

/// What is held, for whoever wants to know more than the decision.
type Documents<'a> = Copied<slice::Iter<'a, &'a Compiled>>;

/// Hands on the documents that have a say, and what is known of the circumstances.
fn with_layers<'a, T>(
    snapshot: &'a Snapshot,
    question: &'a Question<'a>,
    acting: Acting<'a>,
    held: &[Held<'a>],
    then: impl FnOnce(&Layers<'_, Documents<'_>>, &Facts<'a>) -> T,
) -> T {
    let account = acting.digits();
    let asker = asker(&acting, account.as_str());
    let session = acting.limit.map(|limit| [&limit.compiled]);
    let identity: Vec<&Compiled> = held.iter().map(|held| &held.rules.compiled).collect();
    let layers = Layers {
        asker: &asker,
        same_account: acting.account == question.resource.account,
        identity: identity.iter().copied(),
        boundary: boundary(snapshot, acting.grants),
        session: session.as_ref().map(<[_; 1]>::as_slice),
        resource: None,
    };
    then(&layers, &facts(acting, question))
}

/// No resource's document can name a group here: only trust documents are asked, by [`crate::assume`].
fn asker<'a>(acting: &Acting<'a>, account: &'a str) -> Asker<'a> {
    Asker { account, kind: acting.kind(), groups: &[] }
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

fn facts<'a>(acting: Acting<'a>, question: &Question<'a>) -> Facts<'a> {
    Facts { acting, resource_tags: question.resource.tags, circumstances: question.circumstances }
}

#[cfg(test)]
mod tests;
