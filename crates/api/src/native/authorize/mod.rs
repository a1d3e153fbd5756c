//! `POST /authorize`: may somebody do something? (`docs/authorize.md`)
//!
//! Everything is computed from one snapshot, without a lock and without the store; a batch sees one. The store is asked
//! only where a caller was denied, because that must stand in the audit trail before it is told, and where a question
//! names what this node does not know, which another node may have made a moment ago.

mod answer;
mod change;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;
mod principal;
mod question;
mod row;
mod signed;

use std::sync::Arc;

#[cfg(debug_assertions)]
pub(super) use self::row::AUTHORIZE_ROW;
pub(super) use self::row::DECISIONS;
use self::{
    answer::{Answers, Outcome, Told},
    principal::{Asked, Reach},
    question::Question,
};
use super::{Asker, error::Fault, response::Answer};
use crate::members::Object;
use base::{
    json::{self, Limits, Value},
    timestamp::Timestamp,
};
use bytes::Bytes;
use decide::{
    check::{self, Decision, Resource},
    facts::Circumstances,
    identity::Who,
    snapshot::Snapshot,
    verify::is_still_good,
};
use iam::{error::Error, questions, vitals::Answered};
use policy::request::ResourceName;
use tokio::task;

/// The action that the caller must be allowed, on its own account.
const ACTION: &str = "iam:Authorize";
/// The most questions in one call.
const BATCH_MAX: usize = 100;
/// The member that makes a call a batch.
const REQUESTS: &str = "requests";

/// What comes of each question; none for one that cannot be read.
type Outcomes = Vec<Option<Outcome>>;

/// Answers a question, or a batch of them.
pub(super) async fn answer(asker: Asker, body: Bytes) -> Result<Answer, Fault> {
    let now = asker.iam.now();
    let mut snapshot = admit(&asker, Arc::clone(&asker.snapshot), now).await?;
    let body =
        json::parse(&body, Limits::API).map_err(|error| Fault::invalid(format!("the body cannot be read: {error}")))?;
    let batch = Batch::read(&body, &snapshot, Reach::of(&snapshot, asker.identity.account));
    let batch = batch.inspect_err(|_| asker.iam.count_answer(Answered::Not, None))?;
    let mut outcomes = batch.answer(&asker, &snapshot, now).await;
    if outcomes.iter().flatten().any(Outcome::is_of_the_unknown) && asker.iam.catch_up().await {
        snapshot = admit(&asker, asker.iam.snapshot()?, now).await?;
        outcomes = batch.answer(&asker, &snapshot, now).await;
    }
    record_denials(&asker, &outcomes).await?;
    batch.tell(&asker, outcomes)
}

/// The snapshot to go on with, where the caller may ask at all. A denial stands in the audit trail when it is told.
async fn admit(asker: &Asker, snapshot: Arc<Snapshot>, now: Timestamp) -> Result<Arc<Snapshot>, Fault> {
    if may_ask(asker, &snapshot, now)? {
        return Ok(snapshot);
    }
    asker.iam.query(asker.caller(), questions::Ask { account: asker.identity.account }).await?;
    // It is allowed since a moment ago.
    Ok(asker.iam.snapshot()?)
}

/// Whether the caller may ask, as this snapshot knows it; its key must be good in it, too (SEC-078).
fn may_ask(asker: &Asker, snapshot: &Snapshot, now: Timestamp) -> Result<bool, Fault> {
    let Some(who) = Who::of(&asker.identity, snapshot).filter(|_| is_still_good(snapshot, &asker.identity, now)) else {
        return Ok(false);
    };
    let action = snapshot.system.catalogue.action(ACTION);
    let action = action.ok_or_else(|| Fault::internal("the name of an action is none"))?;
    let account = asker.identity.account.to_string();
    let name = ResourceName::Named { partition: None, service: "iam", region: "", account: &account, path: "account" };
    let origin = &asker.origin;
    let circumstances =
        Circumstances { now, address: origin.address, tls: Some(origin.tls), agent: &origin.agent, more: &[] };
    let question = check::Question {
        who,
        action,
        resource: Resource { account: asker.identity.account, name, tags: &[] },
        circumstances: &circumstances,
    };
    Ok(check::check(snapshot, &question) == Decision::Allow)
}

/// Enters in the audit trail that the caller asked about principals that are not its own to ask about.
async fn record_denials(asker: &Asker, outcomes: &Outcomes) -> Result<(), Fault> {
    let Some(account) = outcomes.iter().flatten().find_map(Outcome::not_yours) else { return Ok(()) };
    match asker.iam.query(asker.caller(), questions::Ask { account }).await {
        Err(Error::Denied { .. }) => Ok(()),
        Err(other) => Err(other.into()),
        Ok(()) => Err(Fault::internal("the door lets through whom the list of service accounts does not")),
    }
}

/// The questions of a asker.
struct Batch<'v> {
    /// In their order; in place of each that cannot be read, why not.
    questions: Vec<Result<Question<'v>, Fault>>,
    /// Whether there is one, which is the whole body.
    single: bool,
}

impl<'v> Batch<'v> {
    /// Errors: the one question cannot be read, or the batch is none.
    fn read(body: &'v Value, snapshot: &Snapshot, reach: Reach) -> Result<Self, Fault> {
        let read = |question| Question::read(question, &snapshot.system.catalogue, reach);
        if body.get(REQUESTS).is_none() {
            return Ok(Self { questions: vec![Ok(read(body)?)], single: true });
        }
        let requests = Object::of(body, "the body", &[REQUESTS])?.required_list(REQUESTS)?;
        if requests.len() > BATCH_MAX {
            return Err(Fault::invalid(format!("`{REQUESTS}` must hold at most {BATCH_MAX} questions")));
        }
        Ok(Self { questions: requests.iter().map(read).collect(), single: false })
    }

    /// What comes of each question that could be read. Between two of them others have their turn: a batch is work for
    /// milliseconds, and single questions are waiting.
    async fn answer(&self, asker: &Asker, snapshot: &Snapshot, now: Timestamp) -> Outcomes {
        let asked = Asked { snapshot, reach: Reach::of(snapshot, asker.identity.account), now };
        let mut outcomes = Vec::with_capacity(self.questions.len());
        for question in &self.questions {
            if !outcomes.is_empty() {
                task::yield_now().await;
            }
            let question = question.as_ref().ok();
            outcomes.push(question.map(|question| Outcome::of(question, &asked)));
        }
        outcomes
    }

    /// The whole answer. Each decision goes to the log of decisions, and each key that was proven to be used is noted.
    fn tell(self, asker: &Asker, outcomes: Outcomes) -> Result<Answer, Fault> {
        let mut told = Vec::with_capacity(outcomes.len());
        for (question, outcome) in self.questions.into_iter().zip(outcomes) {
            let question = question.inspect_err(|_| asker.iam.count_answer(Answered::Not, None));
            let answer = question.and_then(|question| {
                let outcome = outcome.ok_or_else(|| Fault::internal("a question has no outcome"))?;
                outcome.record(asker, &question);
                outcome.tell()
            });
            match answer {
                Err(fault) if self.single => return Err(fault),
                Err(fault) => told.push(Told::Error { error: fault.to_json() }),
                Ok(decision) if self.single => return Answer::ok(&decision),
                Ok(decision) => told.push(Told::Decision(Box::new(decision))),
            }
        }
        Answer::ok(&Answers { answers: told })
    }
}
