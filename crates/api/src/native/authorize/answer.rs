//! What comes of a question, as it is told and as it is logged.

use base::ids::AccountId;
use decide::{
    check::{self, Decision},
    reasons::{Nearest, Reasons, StatementName},
    snapshot::Principal,
};
use iam::audit;
use serde::Serialize;
use serde_json::Value;

use super::{
    super::{Call, error::Fault, response::Who},
    principal::{Asked, Found, Proven, Refusal},
    question::Question,
    signed::SignedFor,
};

/// Where decisions are logged.
const LOG: &str = "claviger::decision";

/// The source that a key is noted as used from where the service does not say.
const UNKNOWN: &str = "unknown";

/// What comes of a question.
pub(super) enum Outcome {
    /// It was decided.
    Decided(Box<Decided>),
    /// Nobody was found of whom to decide: a deny.
    Refused(Refusal),
    /// The question is about an account whose principals the caller may not ask about.
    NotYours(AccountId),
}

/// A decision about somebody.
pub(super) struct Decided {
    who: Who,
    principal: u64,
    account: AccountId,
    /// What the signature of the request that was described proved.
    proven: Option<Proven>,
    reasons: Reasons,
    revision: i64,
}

impl Outcome {
    /// Decides.
    pub(super) fn of(question: &Question<'_>, asked: &Asked<'_>) -> Self {
        if let Some(account) = question.who.account().filter(|account| !asked.reach.covers(*account)) {
            return Self::NotYours(account);
        }
        let Found { principal, proven } = match question.who.find(asked) {
            Ok(found) => found,
            Err(refusal) => return Self::Refused(refusal),
        };
        Self::Decided(Box::new(Decided {
            who: Who::of(principal),
            principal: principal.id.number(),
            account: principal.account,
            proven,
            reasons: decide(question, asked, principal),
            revision: asked.snapshot.revision(principal.account),
        }))
    }

    /// Whether a node that knows more might answer otherwise.
    pub(super) const fn is_of_the_unknown(&self) -> bool {
        matches!(self, Self::Refused(Refusal::UnknownKey | Refusal::UnknownPrincipal))
    }

    /// The account whose principals the caller may not ask about.
    pub(super) const fn not_yours(&self) -> Option<AccountId> {
        if let Self::NotYours(account) = self { Some(*account) } else { None }
    }

    /// Writes the log of decisions, and notes that a key was used.
    pub(super) fn record(&self, call: &Call, question: &Question<'_>) {
        match self {
            Self::Decided(decided) => {
                decided.log(&call.origin.request_id, question);
                if let Some(Proven { key, .. }) = decided.proven {
                    let source = question.address.map_or_else(|| UNKNOWN.to_owned(), |address| address.to_string());
                    call.iam.note_use(key, question.action.service, &source);
                }
            }
            Self::Refused(refusal) => {
                refusal.log(&call.origin.request_id, question);
                if let Refusal::Broken(account, key) = *refusal {
                    call.iam.count_refusal(&call.origin.source, audit::Refusal::Broken(account, key));
                }
            }
            Self::NotYours(_) => {}
        }
    }

    pub(super) fn tell(self) -> Result<Verdict, Fault> {
        match self {
            Self::Decided(decided) => {
                let Decided { who, proven, reasons, revision, .. } = *decided;
                Ok(Verdict {
                    decision: word(reasons.decision),
                    principal: Some(who),
                    signed: proven.map(|proven| proven.signed),
                    statements: reasons.statements.into_iter().map(Place::from).collect(),
                    missing: reasons.missing.map(Missing::from).or(reasons.overloaded.then(Missing::overload)),
                    refusal: None,
                    revision: Some(revision),
                })
            }
            Self::Refused(refusal) => Ok(Verdict {
                decision: word(Decision::ImplicitDeny),
                principal: None,
                signed: None,
                statements: Vec::new(),
                missing: None,
                refusal: Some(refusal.word()),
                revision: None,
            }),
            Self::NotYours(_) => Err(Fault::not_your_principals()),
        }
    }
}

// Texts of a question are fields, which the log quotes: none of them can begin a line (SEC-145).
impl Decided {
    fn log(&self, id: &str, question: &Question<'_>) {
        let Self { principal, account, reasons, .. } = self;
        let Question { action_text: action, resource_text: resource, .. } = question;
        let decision = word(reasons.decision);
        if reasons.decision == Decision::Allow {
            tracing::debug!(
                target: LOG,
                { request.id = id, principal.id = principal, account.id = %account, action, resource, decision },
                "allowed"
            );
        } else {
            tracing::info!(
                target: LOG,
                { request.id = id, principal.id = principal, account.id = %account, action, resource, decision },
                "denied"
            );
        }
    }
}

impl Refusal {
    fn log(self, id: &str, question: &Question<'_>) {
        let Question { action_text: action, resource_text: resource, .. } = question;
        let decision = word(Decision::ImplicitDeny);
        tracing::info!(
            target: LOG,
            { request.id = id, action, resource, decision, refusal = self.word() },
            "denied"
        );
    }
}

/// The decision is the explanation's own: to ask for it by itself would be the same work once more.
fn decide(question: &Question<'_>, asked: &Asked<'_>, principal: &Principal) -> Reasons {
    let circumstances = question.circumstances(asked.now);
    check::explain(asked.snapshot, &question.about(principal, &circumstances))
}

const fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::ImplicitDeny => "implicit_deny",
        Decision::ExplicitDeny => "explicit_deny",
    }
}

/// A batch's answer.
#[derive(Serialize)]
pub(super) struct Answers {
    pub(super) answers: Vec<Told>,
}

/// An element of it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Told {
    Decision(Box<Verdict>),
    Error { error: Value },
}

/// An answer.
#[derive(Serialize)]
pub(super) struct Verdict {
    decision: &'static str,
    principal: Option<Who>,
    signed: Option<SignedFor>,
    statements: Vec<Place>,
    missing: Option<Missing>,
    refusal: Option<&'static str>,
    revision: Option<i64>,
}

/// Where a statement stands.
#[derive(Serialize)]
struct Place {
    policy: String,
    statement: String,
    group: Option<String>,
}

/// What was nearest to an allow; or that there is too much to look for it.
#[derive(Serialize)]
struct Missing {
    policy: Option<String>,
    statement: Option<String>,
    group: Option<String>,
    part: &'static str,
    text: String,
}

impl From<StatementName> for Place {
    fn from(name: StatementName) -> Self {
        let StatementName { policy, statement, group } = name;
        Self { policy, statement, group }
    }
}

impl From<Nearest> for Missing {
    fn from(nearest: Nearest) -> Self {
        let (part, text) = (nearest.part(), nearest.to_string());
        let StatementName { policy, statement, group } = nearest.statement;
        Self { policy: Some(policy), statement: Some(statement), group, part, text }
    }
}

impl Missing {
    fn overload() -> Self {
        let text = "more policies speak for the principal than can be looked through; take some away".to_owned();
        Self { policy: None, statement: None, group: None, part: "overload", text }
    }
}
