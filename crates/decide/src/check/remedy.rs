//! The smallest change that turns a deny into an allow, in the names that people gave.

use base::ids::{AccountId, GroupId};
use policy::{
    document::Document,
    evaluate::{self, Boundary, Decision, Layers},
    explain::{self, Layer},
};

use super::{Question, is_overloaded, request, with_layers};
use crate::{
    grants,
    identity::{Acting, Called},
    reasons::{Named, StatementName},
    snapshot::Snapshot,
};

/// How many groups are named that one could join.
const GROUPS_MAX: usize = 5;
/// How many groups are looked at.
const LOOKED_AT_MAX: usize = 1_000;

/// Something that must change.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Who acts is switched off, or gone: it must be switched on. What more there is to do is seen then.
    Enable,
    /// It holds more policies than can be looked through: some must go. What more there is to do is seen then.
    TakeAway,
    /// This statement denies: it must go, or be about less.
    Lift(StatementName),
    /// One of its policies must allow it, as this document does; or it joins one of these groups, by name.
    Allow {
        /// The narrowest document that does.
        grant: Document,
        /// Groups of its account whose members may do it; at most five.
        groups: Vec<String>,
    },
    /// Its boundary must allow it too.
    Widen {
        /// The policy that is the boundary.
        policy: String,
        /// The narrowest document that does.
        grant: Document,
    },
    /// Its boundary is a policy that is not there any more: it needs another, or none.
    Restore,
    /// What limits its credential must allow it too: it needs another credential.
    Credential(Document),
    /// The resource is another account's, which must let it in.
    OtherAccount(AccountId),
}

impl Step {
    /// The words for all of them.
    pub const WORDS: [&str; 8] =
        ["enable", "take_away", "lift", "allow", "widen", "restore", "credential", "other_account"];

    /// A word for it, by which it is worded in any language.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::TakeAway => "take_away",
            Self::Lift(_) => "lift",
            Self::Allow { .. } => "allow",
            Self::Widen { .. } => "widen",
            Self::Restore => "restore",
            Self::Credential(_) => "credential",
            Self::OtherAccount(_) => "other_account",
        }
    }
}

/// The fewest steps after which what is asked is allowed, all of which are needed; none where it is allowed.
///
/// ```
/// use decide::{check::{Question, Step, remedy}, snapshot::Snapshot};
///
/// fn what_denies(snapshot: &Snapshot, question: &Question<'_>) -> Vec<String> {
///     let steps = remedy(snapshot, question).into_iter();
///     steps.filter_map(|step| if let Step::Lift(statement) = step { Some(statement.to_string()) } else { None }).collect()
/// }
/// ```
pub fn remedy(snapshot: &Snapshot, question: &Question<'_>) -> Vec<Step> {
    let Some(acting) = Acting::of(snapshot, question.who) else { return vec![Step::Enable] };
    if is_overloaded(snapshot, &acting) {
        return vec![Step::TakeAway];
    }
    let held: Vec<_> = grants::of(snapshot, acting.grants, acting.groups).collect();
    let named = Named::of(snapshot, &acting, &held);
    let request = request(question);
    let grant = || explain::grant(&request);
    let steps =
        with_layers(snapshot, question, acting, &held, |layers, facts| explain::remedy(layers, &request, facts));
    let step = |step| match step {
        explain::Step::Lift(place) => named.at(place).map(Step::Lift),
        explain::Step::Restore => Some(Step::Restore),
        explain::Step::Allow(Layer::Identity) => {
            Some(Step::Allow { grant: grant(), groups: groups(snapshot, question, acting) })
        }
        explain::Step::Allow(Layer::Boundary) => {
            named.boundary.map(|policy| Step::Widen { policy: policy.name.clone(), grant: grant() })
        }
        explain::Step::Allow(Layer::Session) => Some(Step::Credential(grant())),
        explain::Step::Allow(Layer::Resource) => Some(Step::OtherAccount(question.resource.account)),
    };
    steps.into_iter().filter_map(step).collect()
}

/// The names of groups that would allow it to whoever joins them, in order. Only users join groups.
fn groups(snapshot: &Snapshot, question: &Question<'_>, acting: Acting<'_>) -> Vec<String> {
    if !matches!(acting.called, Called::User { .. }) {
        return Vec::new();
    }
    let of_account =
        snapshot.groups.iter().filter(|(id, group)| group.account == acting.account && !acting.groups.contains(id));
    let allows = |id: GroupId| {
        let grants = snapshot.groups.get(&id).map(|group| &group.grants)?;
        let held: Vec<_> = grants::of_grants(snapshot, grants, None).collect();
        let decision = with_layers(snapshot, question, acting, &held, |layers, facts| {
            // What else must change changes besides.
            let alone = Layers { same_account: true, boundary: Boundary::None, session: None, ..layers.clone() };
            evaluate::decide(&alone, &request(question), facts)
        });
        (decision == Decision::Allow).then_some(())
    };
    let mut found: Vec<String> = of_account
        .take(LOOKED_AT_MAX)
        .filter(|(id, _)| allows(**id).is_some())
        .map(|(_, group)| group.name.clone())
        .collect();
    found.sort();
    found.truncate(GROUPS_MAX);
    found
}

#[cfg(test)]
mod tests;
