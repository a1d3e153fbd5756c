//! After each step: what came of what was asked for, by the answers and by the trail.

use std::{collections::BTreeSet, sync::Arc};

use base::{
    ids::{AccessKeyId, AccountId, ApiKeyId},
    timestamp::Timestamp,
};
use decide::identity::{Actor, Credential as Proven, Identity};
use serde_json::Value as Json;

use super::{
    deeds::{Deed, Given, Proof, Question, Who},
    faulty::{Sabotage, Struck},
    history::{Violation, ensure},
    model::{Made, Model},
    presenting,
    sql::Event,
    verdict::Verdict,
    world::{Credential, Pending, What, World},
};
use crate::{
    clock::Clock,
    error::{Error, Why},
};

/// What a step has brought: on which node, what went wrong, and the new events.
struct Outcome<'e> {
    place: usize,
    struck: Struck,
    events: &'e [Event],
}

impl Outcome<'_> {
    /// The new events of a request.
    fn of(&self, request: &str) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.body["request_id"] == *request)
    }

    /// How many of them tell of this outcome, in one chain.
    fn count(&self, request: &str, chain: AccountId, outcome: &str) -> usize {
        self.of(request).filter(|event| event.account == chain && event.body["outcome"] == *outcome).count()
    }
}

impl World {
    /// Everything that is looked at after each step. Node `place` did what was asked for.
    pub(super) fn after_step(&mut self, place: usize, pending: &[Pending], struck: Struck) -> Result<(), Violation> {
        self.model.now_us = self.clock.now().micros();
        let events = self.watch.new_events(&self.look)?;
        for event in &events {
            self.history.add(event.text.as_bytes());
        }
        let outcome = Outcome { place, struck, events: &events };
        let mut acknowledged = BTreeSet::new();
        for pending in pending {
            match &pending.what {
                What::Change(deed) if self.settle_change(&outcome, pending, deed)? => {
                    acknowledged.insert(deed.account(&pending.who));
                }
                What::Change(_) => {}
                What::Ask(question) => self.settle_question(&outcome, pending, question)?,
            }
        }
        self.open_sessions()?;
        self.check_events(pending, &events)?;
        self.check_step(place, &acknowledged)
    }

    /// An acknowledged change is there and has one event; a refused one has none and was rightly refused; of one
    /// whose fate is unknown the trail tells, and all of it or nothing must be there. Tells whether it was
    /// acknowledged.
    fn settle_change(&mut self, outcome: &Outcome<'_>, pending: &Pending, deed: &Deed) -> Result<bool, Violation> {
        let Pending { who, request, answer, .. } = pending;
        let (account, expected) = (deed.account(who), self.model.expect(who, deed));
        let done = outcome.count(request, account, "success");
        self.tell(pending, &format!("node {} {deed:?}, right is {expected:?}", outcome.place));
        ensure!(done <= 1, "{request} has {done} events of success");
        if *who == Who::Operator {
            let installation = outcome.count(request, AccountId::INSTANCE, "success");
            ensure!(installation == done, "{request} is not in the installation's chain as well");
        }
        let what = match answer {
            Some(Ok(_)) => {
                ensure!(done == 1, "{request} is acknowledged and has no event");
                "done"
            }
            Some(Err(Error::OutcomeUnknown)) | None => {
                ensure!(answer.is_some() || outcome.struck.crashed, "{request} is not answered");
                if done == 1 { "unknown and done" } else { "unknown and not done" }
            }
            Some(Err(error)) => {
                ensure!(done == 0, "{request} is refused and has an event of success");
                self.settle_refusal(outcome, pending, deed, error)?
            }
        };
        self.history.count(what);
        if done == 1 {
            let unguarded = self.sabotage == Some(Sabotage::ForgetGuard);
            ensure!(expected == Verdict::Done || unguarded, "{request} was done where {expected:?} is right");
            let mut events = outcome.of(request).filter(|event| event.account == account);
            let event = events.next();
            let made = Made {
                event: event.and_then(|event| u64::try_from(event.seq).ok()).unwrap_or_default(),
                revision: self.watch.revision(account),
                ..made(event.map_or(&Json::Null, |event| &event.body["changes"]))
            };
            let before = self.model.clone();
            ensure!(self.model.apply(who, deed, &made).is_some(), "{request} has made {made:?}");
            self.model.check_growth(&before, who)?;
            self.count_state(&before, who);
            let given = answer.as_ref().and_then(|answer| answer.as_ref().ok());
            match given {
                Some(Given::Session(credentials)) => {
                    let session = self.model.session(who, deed, credentials.expires);
                    let session = session.ok_or_else(|| Violation::new(format!("{deed:?} began a session")))?;
                    self.model.sessions.insert(credentials.key.to_string(), session);
                    self.begun.push(Arc::clone(credentials));
                }
                given => self.remember(account, &made, given)?,
            }
        }
        Ok(matches!(answer, Some(Ok(_))))
    }

    /// A change was refused: rightly, or because something went wrong. Gives the word for it.
    fn settle_refusal(
        &self,
        outcome: &Outcome<'_>,
        pending: &Pending,
        deed: &Deed,
        error: &Error,
    ) -> Result<&'static str, Violation> {
        let request = &pending.request;
        let Some(verdict) = Verdict::of(error) else {
            let excused = !matches!(error, Error::Internal(_)) && self.may_fail(outcome, Some(deed));
            ensure!(excused, "{request} failed without a cause: {error:?}");
            return Ok("failed");
        };
        let right = self.model.expect(&pending.who, deed);
        ensure!(verdict == right, "{request}: {verdict:?} where {right:?} is right");
        if verdict == Verdict::Denied {
            self.check_denial(outcome, pending, deed)?;
        }
        let by_policies = |why: &Why| matches!(why, Why::Kind | Why::Policies(_));
        let by_guard = matches!(error, Error::Denied { why, .. } if !by_policies(why));
        Ok(if by_guard { "denied by the guard" } else { verdict.word() })
    }

    /// A denial is durable before it is told: the first of its kind on a node always, later ones may be counted.
    fn check_denial(&self, outcome: &Outcome<'_>, pending: &Pending, deed: &Deed) -> Result<(), Violation> {
        let Some(node) = &self.nodes[outcome.place] else { return Ok(()) };
        let (account, principal) = match pending.who {
            Who::Operator => (AccountId::INSTANCE, None),
            Who::Principal { account, principal, .. } => (account, Some(principal)),
        };
        let denials = outcome.count(&pending.request, account, "denied");
        ensure!(denials <= 1, "{} is denied by {denials} events", pending.request);
        let first = node.denied.borrow_mut().insert((account, principal, deed.action()));
        ensure!(!first || denials == 1, "{} is denied and the trail does not tell", pending.request);
        Ok(())
    }

    /// Whether something may have failed: something went wrong, the node was not to be trusted, or its new entity
    /// drew an id that another node has given.
    fn may_fail(&self, outcome: &Outcome<'_>, deed: Option<&Deed>) -> bool {
        let clash = || {
            let node = self.nodes[outcome.place].as_ref()?;
            let drawn = node.core.ids.next(Timestamp::from_micros(0), 0) - 1;
            let model = &self.model;
            let people = model.users.contains_key(&drawn) || model.groups.contains_key(&drawn);
            Some(people || model.policies.contains_key(&drawn) || model.roles.contains_key(&drawn))
        };
        let creates = matches!(
            deed,
            Some(
                Deed::CreateUser { .. }
                    | Deed::CreateGroup { .. }
                    | Deed::CreatePolicy { .. }
                    | Deed::CreateRole { .. }
            )
        );
        outcome.struck.faults > 0 || !self.watch.trusted || (creates && clash() == Some(true))
    }

    /// Ids in the answer are those in the trail, and keys are remembered.
    fn remember(&mut self, account: AccountId, made: &Made, given: Option<&Given>) -> Result<(), Violation> {
        let (fits, secret) = match given {
            Some(Given::User(id)) => (made.user == Some(*id), None),
            Some(Given::Group(id)) => (made.group == Some(*id), None),
            Some(Given::Policy(id)) => (made.policy == Some(*id), None),
            Some(Given::Version(number)) => (made.version == Some(*number), None),
            Some(Given::Role(id)) => (made.role == Some(*id), None),
            Some(Given::Key(id, secret)) => (made.key.as_ref() == Some(id), Some(secret.clone())),
            Some(Given::ApiKey(id, text)) => (made.api_key.as_ref() == Some(id), Some(text.clone())),
            _ => (true, None),
        };
        ensure!(fits, "the answer gave {given:?}, and the trail tells of {made:?}");
        let key = made.key.as_deref().and_then(|key| AccessKeyId::parse(key).ok()).map(Proof::Key);
        let owner = made.key.as_ref().and_then(|key| self.model.keys.get(key)).map(|key| key.owner);
        let api_key = made.api_key.as_deref().and_then(|key| ApiKeyId::parse(key).ok()).map(Proof::ApiKey);
        let of_api_key = made.api_key.as_ref().and_then(|key| self.model.api_keys.get(key)).map(|key| key.owner);
        if let (Some(proof), Some(principal)) = (key.or(api_key), owner.or(of_api_key)) {
            self.credentials.push(Credential { account, principal, proof, secret, session: None });
        }
        Ok(())
    }

    /// Opens the sessions that were begun in this step; one may have been ended in it as well. A session is nowhere but in
    /// its token.
    fn open_sessions(&mut self) -> Result<(), Violation> {
        for credentials in std::mem::take(&mut self.begun) {
            let fresh = self.auditor.load().map_err(Violation::new)?;
            let presented = presenting::present(&fresh, &credentials, self.clock.now());
            let proof = Proof::Session(credentials.key);
            let good = self.model.proves(&proof);
            ensure!(presented.is_ok() == good, "{proof:?} is new and is {good}, and gives {presented:?}");
            let Ok(Identity { account, credential: Proven::Session(opened), .. }) = presented else { continue };
            let begun_by = self.model.sessions.get(credentials.key.as_str()).map(|session| session.begun_by);
            let (principal, opened_of) = (begun_by.unwrap_or_default(), opened.actor);
            let session = Some((opened, credentials));
            self.credentials.push(Credential { account, principal, proof, secret: None, session });
            let of_role = matches!(opened_of, Actor::Role(_));
            self.history.count(if of_role { "session of a role" } else { "session" });
        }
        Ok(())
    }

    /// A question is answered by the store as it is, and asked of whom the node's snapshot lets in.
    fn settle_question(
        &mut self,
        outcome: &Outcome<'_>,
        pending: &Pending,
        question: &Question,
    ) -> Result<(), Violation> {
        let Pending { who, request, answer, .. } = pending;
        let mut right = match self.watch.gate(who, question, &self.model) {
            Verdict::Done => question.answer(who.account(), &self.model),
            refused => Err(refused),
        };
        self.tell(pending, &format!("node {} {question:?}, right is {right:?}", outcome.place));
        let what = match answer {
            None => {
                ensure!(outcome.struck.crashed, "{request} is not answered");
                "unanswered"
            }
            Some(Ok(given)) => {
                let Given::Shown(shown) = given else {
                    return Err(Violation::new(format!("{request} gives {given:?}")));
                };
                let mut shown = shown.clone();
                shown.sort();
                if let Ok(list) = &mut right {
                    list.sort();
                }
                ensure!(right.as_ref() == Ok(&shown), "{request} shows {shown:?} where {right:?} is right");
                self.watch.reads.insert(request.clone());
                "shown"
            }
            Some(Err(error)) => {
                let verdict = Verdict::of(error);
                let excused = verdict.is_none() && self.may_fail(outcome, None);
                let rightly = verdict.is_some_and(|verdict| right == Err(verdict));
                ensure!(excused || rightly, "{request}: {error:?} where {right:?} is right");
                if rightly { "not shown" } else { "question failed" }
            }
        };
        self.history.count(what);
        Ok(())
    }

    /// Every event of success is of something that was asked for now, or of a read that was answered.
    fn check_events(&self, pending: &[Pending], events: &[Event]) -> Result<(), Violation> {
        for event in events.iter().filter(|event| event.body["outcome"] == "success") {
            let request = event.body["request_id"].as_str().unwrap_or_default();
            let is_now = |pending: &Pending| pending.request == request && matches!(pending.what, What::Change(_));
            let by_node = event.body["principal"]["type"] == "node";
            let known = by_node || pending.iter().any(is_now) || self.watch.reads.contains(request);
            ensure!(known, "an event tells of what nobody did: {}", event.text);
        }
        Ok(())
    }

    /// Counts what sort of user has done something, and in what state its account is then.
    fn count_state(&mut self, before: &Model, who: &Who) {
        let Who::Principal { account, principal, proof } = who else { return };
        let holding = before.acting(principal.number(), proof);
        if holding.limit.is_some() {
            self.history.count("done within a limit");
        } else if !holding.is_root {
            self.history.count(if holding.is_unlimited() { "done by an administrator" } else { "done by a user" });
        }
        match proof {
            Proof::Key(_) => {}
            Proof::ApiKey(_) => self.history.count("done by an API key"),
            Proof::Session(_) => self.history.count("done by a session"),
        }
        let (roots, users): (Vec<u64>, Vec<u64>) =
            self.model.administrators(*account).into_iter().partition(|id| self.model.is_root(*id));
        if users.len() > 1 {
            self.history.count("several administrators");
        }
        if roots.is_empty() && !users.is_empty() {
            self.history.count("without a root");
        }
    }

    fn tell(&mut self, pending: &Pending, what: &str) {
        let now = self.clock.now();
        let Pending { who, request, answer, .. } = pending;
        self.history.tell(format!("{request} at {now}: {who:?}, {what}: {answer:?}"));
    }
}

/// The ids of the rows that an event says were made.
fn made(changes: &Json) -> Made {
    let inserted = |table: &str| {
        let mut changes = changes.as_array().into_iter().flatten();
        changes.find(|change| change["table"] == table && change["deed"] == "insert")
    };
    Made {
        user: inserted("iam_user").and_then(|change| change["key"]["id"].as_u64()),
        group: inserted("iam_group").and_then(|change| change["key"]["id"].as_u64()),
        key: inserted("access_key").and_then(|change| Some(change["key"]["id"].as_str()?.to_owned())),
        root: inserted("account").and_then(|change| change["fields"]["root_id"].as_u64()),
        policy: inserted("policy").and_then(|change| change["key"]["id"].as_u64()),
        version: inserted("policy_version").and_then(|change| u32::try_from(change["key"]["version"].as_u64()?).ok()),
        role: inserted("iam_role").and_then(|change| change["key"]["id"].as_u64()),
        api_key: inserted("api_key").and_then(|change| Some(change["key"]["id"].as_str()?.to_owned())),
        ..Made::default()
    }
}
