//! The end of every proof by a password: the judgement, what was asked for, and the event.

use std::sync::Arc;

use base::{
    ids::{AccountId, ConsoleSessionId},
    secret::SecretText,
    timestamp::Timestamp,
};
use serde_json::json;

use super::{
    Attempt, DEVICES_MAX, SignedIn,
    begin::{Anomaly, Beginning, Begun, begin},
    digest, draw_token, failures,
    person::{Cause, Meant, Person, Welcome, judge},
    sql,
};
use crate::{
    action::Action,
    audit::{self, Denial, Event, Outcome, Performer, Refusal},
    console_sessions::{self, Beginner},
    core::Core,
    db::{
        Connection,
        head::{self, Head},
        job::{Job, View},
    },
    door::renew_hash,
    error::{Error, Result},
    feed::Committed,
    hashing,
    overview::Happened,
    password_settings::PasswordSettings,
    users::listing,
};

/// What a proof is for.
pub(super) trait Purpose: Send + 'static {
    /// Under which action it stands in the trail.
    const ACTION: Action;
    /// What comes of it.
    type Output: Send + 'static;

    /// Does it, in the transaction of the judgement. What the event is to tell beside goes into `told`.
    fn run(&self, proven: &Proven<'_>, connection: &mut dyn Connection, told: &mut Told) -> Result<Self::Output>;
}

/// Somebody who has proved who it is.
pub(super) struct Proven<'a> {
    pub(super) core: &'a Core,
    pub(super) begun: &'a Begun,
    pub(super) account: AccountId,
    pub(super) person: &'a Person,
    /// Whether it must set a password before anything else.
    pub(super) must_reset: bool,
    pub(super) settings: &'a PasswordSettings,
    pub(super) now: Timestamp,
}

/// What an event tells beside.
#[derive(Default)]
pub(super) struct Told {
    pub(super) session: Option<ConsoleSessionId>,
    pub(super) details: serde_json::Map<String, serde_json::Value>,
    /// What was changed of the tables of state.
    changes: Vec<serde_json::Value>,
}

type Reply<T> = oneshot::Sender<Result<T>>;

/// Signs somebody in, on a hashing thread whose `turn` it is.
pub(super) fn sign_in(core: &Arc<Core>, attempt: Attempt, turn: Result<()>, reply: Reply<SignedIn>) {
    let checked = turn.and_then(|()| attempt.check());
    let Attempt { claim, password, device, origin } = attempt;
    let beginning = Beginning { meant: Meant::Claimed(claim), device, origin };
    let verified = checked.and_then(|()| verify(core, begin(core, beginning)?, &password));
    let verified = verified.and_then(|verified| strengthen(core, verified, &password));
    go_on(core, verified, SigningIn, reply);
}

/// An attempt whose password was looked at.
pub(super) struct Verified {
    pub(super) begun: Begun,
    /// Whether it is that of the hash that was found.
    pub(super) right: bool,
    /// Another hash of it, where the one that was found is to be replaced.
    stronger: Option<String>,
}

/// Verifies a password: against a hash that nobody has, where there is none. It takes as long whoever is meant.
pub(super) fn verify(core: &Core, begun: Begun, password: &SecretText) -> Result<Verified> {
    let hash = begun.found.person.as_ref().and_then(|person| person.hash.as_deref());
    let right = hashing::is_password(hash.unwrap_or(&core.decoy), password)? && hash.is_some();
    Ok(Verified { begun, right, stronger: None })
}

/// Hashes the password anew where its hash is weaker than those made today (SEC-014), for somebody who comes in: to all
/// others it takes as long whatever they know.
fn strengthen(core: &Core, verified: Verified, password: &SecretText) -> Result<Verified> {
    let Begun { found, locked, .. } = &verified.begun;
    let stronger = match judge(found, *locked, verified.right, core.clock.now()) {
        Ok(Welcome { person: Person { hash: Some(hash), .. }, .. }) => hashing::stronger(core, hash, password)?,
        _ => None,
    };
    Ok(Verified { stronger, ..verified })
}

/// Hands a verified attempt on to its end, or answers why it did not get so far.
pub(super) fn go_on<P: Purpose>(core: &Arc<Core>, verified: Result<Verified>, purpose: P, reply: Reply<P::Output>) {
    match verified {
        Ok(verified) => {
            let core = Arc::clone(core);
            let job =
                FinishJob { core, verified, purpose, refused: None, refusal: Refused::Unasked, answer: None, reply };
            Arc::clone(&job.core).submit_change(Box::new(job));
        }
        Err(error) => {
            // Whoever asked may have gone.
            let _ = reply.send(Err(error));
        }
    }
}

/// What the trail is told of a refusal.
enum Refused {
    /// It is not known yet.
    Unasked,
    /// It is counted with others.
    Counted,
    /// It stands by itself.
    Alone(Box<Denial>),
}

struct FinishJob<P: Purpose> {
    core: Arc<Core>,
    verified: Verified,
    purpose: P,
    refused: Option<Cause>,
    /// Asked once, however often the transaction is tried.
    refusal: Refused,
    answer: Option<P::Output>,
    reply: Reply<P::Output>,
}

impl<P: Purpose> Job for FinishJob<P> {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        let (core, begun, now) = (Arc::clone(&self.core), &self.verified.begun, self.core.clock.now());
        let account = begun.found.account;
        let mut heads = lock(connection, begun, account)?;
        // Its account does not change any more: what was found before may have changed.
        let found = begun.meant.find(connection)?;
        let same = found.account == account && same_password(found.person.as_ref(), begun.found.person.as_ref());
        let judged = judge(&found, begun.locked, self.verified.right && same, now);
        let mut told = Told::default();
        match (account, judged) {
            (Some(account), Ok(Welcome { person, must_reset })) => {
                let settings = &found.settings;
                let proven = Proven { core: &core, begun, account, person, must_reset, settings, now };
                for subject in [&begun.source, &begun.within] {
                    failures::take_back(connection, subject)?;
                }
                failures::forget(connection, &begun.subject)?;
                if let Some(hash) = &self.verified.stronger {
                    told.changes.extend(renew_hash(connection, account, person.table(), person.user, hash)?);
                }
                self.answer = Some(self.purpose.run(&proven, connection, &mut told)?);
                self.refused = None;
            }
            (_, judged) => (self.answer, self.refused) = (None, judged.err()),
        }
        self.record(connection, &mut heads, found.person.as_ref(), &told)?;
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let Self { core, verified, refused, refusal, answer, reply, .. } = *self;
        if let Refused::Alone(refusal) = refusal {
            refusal.ended(&core, outcome.is_ok() && refused.is_some());
        }
        let refused_or = |outcome: Result<()>| outcome.and_then(|()| answer.ok_or(Error::Unauthenticated));
        let answer = refused_or(outcome);
        core.counts.ended(P::ACTION, &answer);
        if let Some(account) = verified.begun.found.account.filter(|_| P::ACTION == Action::SignIn) {
            let (signed_in, sign_in_failed) = (u64::from(answer.is_ok()), u64::from(refused.is_some()));
            let happened = Happened { signed_in, sign_in_failed, ..Happened::default() };
            core.tallies.count(account, core.clock.now(), happened);
        }
        if refused == Some(Cause::UnknownAccount) {
            core.counts.refused(Refusal::UnknownAccount);
            core.trail.count_refusal(&verified.begun.origin.source, Refusal::UnknownAccount, core.clock.now());
        }
        let _ = reply.send(answer);
    }
}

impl<P: Purpose> FinishJob<P> {
    /// Enters what happened in the account's chain. Where there is no account nothing is entered, and the same statements
    /// run: nobody can make rows of a trail without being known, nor tell by the time that a name is none.
    ///
    /// What is refused again and again is counted, and costs as much.
    fn record(
        &mut self,
        connection: &mut dyn Connection,
        heads: &mut [Head],
        person: Option<&Person>,
        told: &Told,
    ) -> Result<()> {
        let (core, now) = (Arc::clone(&self.core), self.core.clock.now());
        if let (Some(account), Some(_), Refused::Unasked) =
            (self.verified.begun.found.account, self.refused, &self.refusal)
        {
            let event = self.event(account, person, told, now);
            let told = Denial::of_password(&core, account, event).map(Box::new);
            self.refusal = told.map_or(Refused::Counted, Refused::Alone);
        }
        let begun = &self.verified.begun;
        for head in heads.iter_mut() {
            let chain = head.account;
            for anomaly in begun.anomalies.iter().filter(|anomaly| anomaly.chain() == chain) {
                audit::append(connection, &core, head, &anomaly.event(begun, now))?;
            }
            if Some(head.account) == begun.found.account {
                match (self.refused, &self.refusal) {
                    (Some(_), Refused::Counted) => failures::touch(connection, &begun.subject)?,
                    (Some(_), Refused::Alone(refusal)) => audit::append(connection, &core, head, refusal.event())?,
                    _ => {
                        audit::append(connection, &core, head, &self.event(head.account, person, told, now))?;
                    }
                }
            } else if begun.found.account.is_none() {
                failures::touch(connection, &begun.subject)?;
            }
            head::save(connection, head)?;
        }
        Ok(())
    }

    fn event(&self, account: AccountId, person: Option<&Person>, told: &Told, now: Timestamp) -> Event {
        let begun = &self.verified.begun;
        let performer = person.map(|person| Performer {
            user: person.user,
            name: person.called.as_ref().map(|(name, _)| name.as_str()),
            session: told.session.or(begun.meant.session()),
            proven: self.refused.is_none(),
        });
        let target = person.map_or_else(crate::door::Target::account, Person::target);
        let event = Event::of_performer(P::ACTION, account, performer.as_ref(), begun.origin.clone(), now);
        Event {
            resources: vec![target.path().to_owned()],
            outcome: if self.refused.is_none() { Outcome::Success } else { Outcome::Refused },
            code: self.refused.map(Cause::word),
            changes: told.changes.clone(),
            details: told.details.clone(),
            ..event
        }
    }
}

impl Anomaly {
    /// Whose chain tells of it.
    const fn chain(self) -> AccountId {
        match self {
            Self::Source => AccountId::INSTANCE,
            Self::Account(account) => account,
        }
    }

    fn event(self, begun: &Begun, now: Timestamp) -> Event {
        let (what, failures) = match self {
            Self::Source => ("address", failures::SOURCE_MOST),
            Self::Account(_) => ("account", failures::ACCOUNT_MOST),
        };
        let event = Event::of_node(Action::SignInAnomaly, self.chain(), now);
        let span_s = failures::WINDOW.as_secs();
        let details = [("tried_at", json!(what)), ("failures", json!(failures)), ("within_s", json!(span_s))];
        Event {
            outcome: Outcome::Refused,
            origin: begun.origin.clone(),
            details: details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..event
        }
    }
}

/// Locks the heads of the chains that are to tell of it, in the order of their ids; the installation's where there is no
/// account.
fn lock(connection: &mut dyn Connection, begun: &Begun, account: Option<AccountId>) -> Result<Vec<Head>> {
    let mut order = vec![account.unwrap_or(AccountId::INSTANCE)];
    order.extend(begun.anomalies.iter().map(|anomaly| anomaly.chain()));
    order.sort();
    order.dedup();
    let mut heads = Vec::with_capacity(order.len());
    for id in order {
        heads.extend(head::lock(connection, id)?);
    }
    Ok(heads)
}

/// Whether it is the same user with the same password still.
fn same_password(now: Option<&Person>, then: Option<&Person>) -> bool {
    let of = |person: &Person| (person.user, person.hash.clone());
    now.map(of) == then.map(of)
}

/// Signing in.
struct SigningIn;

impl Purpose for SigningIn {
    const ACTION: Action = Action::SignIn;
    type Output = SignedIn;

    fn run(&self, proven: &Proven<'_>, connection: &mut dyn Connection, told: &mut Told) -> Result<SignedIn> {
        let Proven { core, begun, account, person, must_reset, settings, now } = *proven;
        let beginner = Beginner { account, user: person.user, must_reset, settings, origin: &begun.origin };
        let (token, session) = console_sessions::begin(connection, core, &beginner, now)?;
        told.session = Some(session.id);
        told.details.insert("must_reset".to_owned(), json!(session.must_reset));
        let device = remember(proven, connection)?;
        connection.run(
            &sql::REMEMBER,
            &[person.user.into(), account.into(), now.into(), begun.origin.source.as_str().into()],
        )?;
        connection.run(&listing::sql::SIGNED_IN, &[account.into(), person.user.into(), now.into()])?;
        Ok(SignedIn { token, session, device })
    }
}

/// Remembers the browser; gives what it is to keep where it had nothing.
fn remember(proven: &Proven<'_>, connection: &mut dyn Connection) -> Result<Option<SecretText>> {
    let Proven { core, begun, account, person, now, .. } = *proven;
    let new = begun.device.is_none().then(|| draw_token(core));
    let known = begun.device.clone().unwrap_or_default();
    let digest = new.as_ref().map_or(known, |token| digest(token.expose()));
    let (account, user) = (account.into(), person.user.into());
    connection.run(&sql::KEEP_DEVICE, &[digest.into(), account, user, now.into()])?;
    let (account, user) = (proven.account.into(), person.user.into());
    connection.run(&sql::TRIM_DEVICES, &[account, user, DEVICES_MAX.into()])?;
    Ok(new)
}
