//! What comes of a question, as it is told and as it is logged.

use base::ids::AccountId;
use decide::{
    check::{self, Decision},
    identity::{self, Actor},
    reasons::{Nearest, Reasons, StatementName},
};
use iam::{audit, vitals::Answered};
use serde::Serialize;
use serde_json::Value;

use super::{
    super::{Asker, error::Fault, response::Who},
    change::{self, StepModel},
    principal::{Asked, Proven, Refusal},
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
    who: Option<Who>,
    principal: u64,
    account: AccountId,
    /// What proved who it is, where something did.
    proven: Option<Proven>,
    reasons: Reasons,
    /// What would allow it, where that was asked.
    change: Option<Result<Vec<StepModel>, Fault>>,
    revision: i64,
}

impl Outcome {
    /// Decides.
    pub(super) fn of(question: &Question<'_>, asked: &Asked<'_>) -> Self {
        if let Some(account) = question.who.account().filter(|account| !asked.reach.covers(*account)) {
            return Self::NotYours(account);
        }
        let found = match question.who.find(asked) {
            Ok(found) => found,
            Err(refusal) => return Self::Refused(refusal),
        };
        let who = match found.who(asked.snapshot) {
            Ok(who) => who,
            Err(refusal) => return Self::Refused(refusal),
        };
        let reasons = decide(question, asked, who, found.account);
        let change = question.explain.then(|| change(question, asked, who, found.account));
        Self::Decided(Box::new(Decided {
            who: Who::of(asked.snapshot, found.actor, found.session()),
            principal: number(found.actor),
            account: found.account,
            reasons,
            change,
            revision: asked.snapshot.revision(found.account),
            proven: found.proven,
        }))
    }

    /// Whether a node that knows more might answer otherwise.
    pub(super) const fn is_of_the_unknown(&self) -> bool {
        matches!(self, Self::Refused(Refusal::UnknownKey | Refusal::UnknownPrincipal | Refusal::SessionOver))
    }

    /// The account whose principals the caller may not ask about.
    pub(super) const fn not_yours(&self) -> Option<AccountId> {
        if let Self::NotYours(account) = self { Some(*account) } else { None }
    }

    /// Counts the answer, writes the log of decisions, and notes that a key was used.
    pub(super) fn record(&self, asker: &Asker, question: &Question<'_>) {
        let about = if let Self::Decided(decided) = self { Some(decided.account) } else { None };
        asker.iam.count_answer(self.counted(), about);
        match self {
            Self::Decided(decided) => {
                decided.log(question);
                if let Some(Proven { identity, .. }) = &decided.proven {
                    let source = question.address.map_or_else(|| UNKNOWN.to_owned(), |address| address.to_string());
                    asker.iam.note_use_by(identity, question.action.service, &source);
                }
            }
            Self::Refused(refusal) => {
                refusal.log(question);
                if let Refusal::Broken(account, key) = *refusal {
                    asker.iam.count_refusal(&asker.origin.source, audit::Refusal::Broken(account, key));
                }
            }
            Self::NotYours(_) => {}
        }
    }

    const fn counted(&self) -> Answered {
        match self {
            Self::Decided(decided) => match decided.reasons.decision {
                Decision::Allow => Answered::Allow,
                Decision::ImplicitDeny => Answered::ImplicitDeny,
                Decision::ExplicitDeny => Answered::ExplicitDeny,
            },
            Self::Refused(_) => Answered::Refused,
            Self::NotYours(_) => Answered::Not,
        }
    }

    pub(super) fn tell(self) -> Result<Verdict, Fault> {
        match self {
            Self::Decided(decided) => {
                let Decided { who, proven, reasons, change, revision, .. } = *decided;
                Ok(Verdict {
                    decision: word(reasons.decision),
                    principal: who,
                    signed: proven.and_then(|proven| proven.signed),
                    statements: reasons.statements.into_iter().map(Place::from).collect(),
                    missing: reasons.missing.map(Missing::from).or(reasons.overloaded.then(Missing::overload)),
                    refusal: None,
                    change: change.transpose()?,
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
                change: None,
                revision: None,
            }),
            Self::NotYours(_) => Err(Fault::not_your_principals()),
        }
    }
}

// Texts of a question are fields, which the log quotes: none of them can begin a line (SEC-145).
impl Decided {
    fn log(&self, question: &Question<'_>) {
        let Self { principal, account, reasons, .. } = self;
        let Question { action_text: action, resource_text: resource, .. } = question;
        let decision = word(reasons.decision);
        if reasons.decision == Decision::Allow {
            tracing::debug!(
                target: LOG,
                { principal.id = principal, account.id = %account, action, resource, decision },
                "allowed"
            );
        } else {
            tracing::info!(
                target: LOG,
                { principal.id = principal, account.id = %account, action, resource, decision },
                "denied"
            );
        }
    }
}

impl Refusal {
    fn log(self, question: &Question<'_>) {
        let Question { action_text: action, resource_text: resource, .. } = question;
        let decision = word(Decision::ImplicitDeny);
        tracing::info!(
            target: LOG,
            { action, resource, decision, refusal = self.word() },
            "denied"
        );
    }
}

/// The decision is the explanation's own: to ask for it by itself would be the same work once more.
fn decide(question: &Question<'_>, asked: &Asked<'_>, who: identity::Who<'_>, account: AccountId) -> Reasons {
    let circumstances = question.circumstances(asked.now);
    check::explain(asked.snapshot, &question.about(who, account, &circumstances))
}

/// What would allow it.
fn change(
    question: &Question<'_>,
    asked: &Asked<'_>,
    who: identity::Who<'_>,
    account: AccountId,
) -> Result<Vec<StepModel>, Fault> {
    let circumstances = question.circumstances(asked.now);
    let steps = check::remedy(asked.snapshot, &question.about(who, account, &circumstances));
    change::told(&steps, &asked.snapshot.system.catalogue)
}

const fn number(actor: Actor) -> u64 {
    match actor {
        Actor::User(id) => id.number(),
        Actor::Role(id) => id.number(),
    }
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
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Vec<StepModel>>,
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
