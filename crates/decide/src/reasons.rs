//! Why a decision is what it is, in the names that people gave to policies.

use std::fmt;

use policy::{
    evaluate::Decision,
    explain::{Explanation, Layer, Missing, Place},
};

use crate::{
    grants::Held,
    identity::Acting,
    snapshot::{Policy, Rules, Snapshot},
};

/// What the document is called that limits a credential.
const OF_CREDENTIAL: &str = "the credential's own";

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons {
    /// The decision.
    pub decision: Decision,
    /// The statements that decided; none where nothing did.
    pub statements: Vec<StatementName>,
    /// What was nearest to an allow.
    pub missing: Option<Nearest>,
    /// Whether nothing was looked through, because it is too much.
    pub overloaded: bool,
}

/// A statement, by the names around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementName {
    /// The policy that it is in.
    pub policy: String,
    /// Its own identifier, or `#` and its place, counted from 1.
    pub statement: String,
    /// The group through which the policy is held.
    pub group: Option<String>,
}

/// A statement that would allow, if it were not for one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// The statement.
    pub statement: StatementName,
    /// The part.
    pub missing: Missing,
}

impl Reasons {
    /// A deny that no statement has a part in.
    pub(crate) const fn deny(overloaded: bool) -> Self {
        Self { decision: Decision::ImplicitDeny, statements: Vec::new(), missing: None, overloaded }
    }

    pub(crate) fn name(explanation: Explanation, named: &Named<'_>) -> Self {
        let nearest = explanation
            .nearest
            .and_then(|nearest| Some(Nearest { statement: named.at(nearest.place)?, missing: nearest.missing }));
        Self {
            decision: explanation.decision,
            statements: explanation.decided.iter().filter_map(|place| named.at(*place)).collect(),
            missing: nearest,
            overloaded: false,
        }
    }
}

/// The documents that have a say, as they are called.
pub(crate) struct Named<'a> {
    held: &'a [Held<'a>],
    pub(crate) boundary: Option<&'a Policy>,
    limit: Option<&'a Rules>,
}

impl<'a> Named<'a> {
    /// Those of whoever acts and holds this.
    pub(crate) fn of(snapshot: &'a Snapshot, acting: &Acting<'a>, held: &'a [Held<'a>]) -> Self {
        let boundary = acting.grants.boundary.and_then(|id| snapshot.policy(id));
        Self { held, boundary: boundary.map(AsRef::as_ref), limit: acting.limit }
    }

    /// The statement at a place. No resource's document has a say here.
    pub(crate) fn at(&self, place: Place) -> Option<StatementName> {
        match place.layer {
            Layer::Identity => self.held.get(place.document).map(|held| {
                let group = held.group.map(str::to_owned);
                StatementName::new(held.name, held.rules, place.statement, group)
            }),
            Layer::Boundary => {
                self.boundary.map(|policy| StatementName::new(&policy.name, &policy.rules, place.statement, None))
            }
            Layer::Session => self.limit.map(|rules| StatementName::new(OF_CREDENTIAL, rules, place.statement, None)),
            Layer::Resource => None,
        }
    }
}

impl StatementName {
    pub(crate) fn new(policy: &str, rules: &Rules, place: usize, group: Option<String>) -> Self {
        let own = rules.statements.get(place).cloned().flatten();
        Self { policy: policy.to_owned(), statement: own.unwrap_or_else(|| format!("#{}", place + 1)), group }
    }
}

impl Nearest {
    /// A word for the part that is missing.
    pub const fn part(&self) -> &'static str {
        match self.missing {
            Missing::Action => "action",
            Missing::Resource => "resource",
            Missing::Condition { .. } => "condition",
            Missing::Boundary => "boundary",
            Missing::Session => "session",
            Missing::OtherAccount => "account",
        }
    }
}

/// `statement read of policy Readers (group staff)`
impl fmt::Display for StatementName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement `{}` of policy `{}`", self.statement, self.policy)?;
        match &self.group {
            Some(group) => write!(f, " (by group `{group}`)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statement = &self.statement;
        match &self.missing {
            Missing::Action => write!(f, "{statement} allows it for another action"),
            Missing::Resource => write!(f, "{statement} allows it on another resource"),
            Missing::Condition { operator, key, .. } => {
                write!(
                    f,
                    "{statement} allows it on a condition that does not hold: {} on `{}`",
                    operator.name(),
                    key.written()
                )
            }
            Missing::Boundary => write!(f, "{statement} allows it, and the permissions boundary leaves it out"),
            Missing::Session => write!(f, "{statement} allows it, and the session's policy leaves it out"),
            Missing::OtherAccount => write!(f, "{statement} allows it, and the resource is another account's"),
        }
    }
}

/// The reasons in a sentence; for a deny.
impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.overloaded {
            return f.write_str("more policies speak for the caller than can be looked through; take some away");
        }
        match (self.statements.first(), &self.missing) {
            (Some(statement), _) if self.decision == Decision::ExplicitDeny => write!(f, "{statement} denies it"),
            (Some(statement), _) => write!(f, "{statement} allows it"),
            (None, Some(nearest)) => write!(f, "no policy allows it; {nearest}"),
            (None, None) => f.write_str("no policy allows it"),
        }
    }
}
