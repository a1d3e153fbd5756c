//! Operations and queries as jobs for the database threads.

use std::{cell::OnceCell, sync::Arc};

use base::{ids::AccountId, timestamp::Timestamp};
use decide::snapshot::Snapshot;
use tracing::Span;

use super::{
    Needs, Operation, Query, Read, Write,
    guard::{self, Guard},
    needs::{Asking, still_good},
    session,
    tx::Changes,
};
use crate::{
    action::Class,
    audit::{self, Denial, Event},
    caller::Caller,
    core::Core,
    db::{
        Connection,
        head::{self, Head},
        job::{Job, View},
    },
    error::{Error, Noun, Result},
    feed::{self, Committed, Touched},
    hashing::Prepare,
    once::{By, Outcome, Terms},
};

/// Where the answer goes.
type Reply<T> = oneshot::Sender<Result<T>>;

/// A change on its way through.
pub(crate) struct ChangeJob<O: Operation> {
    pub(crate) operation: O,
    pub(crate) caller: Caller,
    pub(crate) core: Arc<Core>,
    pub(crate) reply: Reply<Outcome<O::Output>>,
    terms: Terms<O::Output>,
    output: Option<Outcome<O::Output>>,
    span: Span,
    /// How many events the last attempt wrote.
    events: usize,
    /// Whether it was denied, and is to say so in the trail.
    denial: OnceCell<Option<Denial>>,
}

impl<O: Operation> ChangeJob<O> {
    /// Whether, as far as the published snapshot knows, the caller may do this to what the request names.
    fn seems_allowed(&self) -> bool {
        let account = self.operation.account(&self.caller);
        let (snapshot, now) = (self.core.published.load(), self.core.clock.now());
        let known = Needs::action(O::ACTION).on(self.operation.known(&snapshot, account));
        known.ask(&Asking { caller: &self.caller, account, snapshot: &snapshot, now, heads: &[] }).is_ok()
    }

    /// On a hashing thread: prepares where it is this job's `turn`, and goes on to the store.
    pub(crate) fn prepare_and_submit(mut self: Box<Self>, turn: Result<()>) {
        let _request = self.span.clone().entered();
        // Who may not is not worked for; the door will say so, and record it.
        let prepared = if self.seems_allowed() {
            turn.and_then(|()| self.operation.prepare(&Prepare { core: &self.core }))
        } else {
            Ok(())
        };
        match prepared {
            Ok(()) => Arc::clone(&self.core).submit_change(self),
            Err(error) => self.finish(Err(error)),
        }
    }
}

impl<O: Operation> Job for ChangeJob<O> {
    fn attempt(&mut self, connection: &mut dyn Connection, view: &dyn View) -> Result<Committed> {
        let account = self.operation.account(&self.caller);
        let mut heads = self.lock(connection, account)?;
        let snapshot = self.view(view, account, &heads)?;
        let now = self.core.clock.now();
        let asking = Asking { caller: &self.caller, account, snapshot: &snapshot, now, heads: &heads };
        let known = || self.operation.known(&snapshot, account).path().to_owned();
        session::admit(connection, &asking, O::ACTION, known)?;
        if let Some(kept) = self.kept(connection, &asking)? {
            (self.output, self.events) = (Some(Outcome::Again(kept)), 0);
            return Ok(Committed::default());
        }
        let read = Read::new(connection, &self.core, &asking);
        let allowed = |needs: &Needs| needs.ask(&asking);
        let named = || Needs::action(O::ACTION).on(self.operation.known(&snapshot, account));
        let found = found_or_refused(self.operation.find(&read), || allowed(&named()))?;
        let needs = self.operation.needs(&found);
        allowed(&needs)?;
        // Only who may act learns whether it was changed.
        if self.terms.expected.is_some_and(|expected| !expected.is_met_by(self.operation.version(&found))) {
            return Err(Error::Stale);
        }
        let revision = heads.iter().find(|head| head.account == account).map(|head| head.revision);
        let revision =
            revision.ok_or_else(|| Error::internal("something is allowed in an account that is not there"))?;
        let mut write = Write::new(read);
        write.with_connection(|connection| session::use_proof(connection, &asking, &needs))?;
        let output = self.operation.run(found, &mut write)?;
        if guard::concerns(&self.caller, &snapshot, write.touched()) {
            let after = write.outcome()?;
            let (caller, touched, shut_out) = (&self.caller, write.touched(), write.shut_out());
            Guard { caller, needs: &needs, before: &snapshot, after: &after, touched, shut_out }.check(&write)?;
        }
        write.relist()?;
        let Changes { entities: changes, rows, details } = write.into_changes();

        let event = Event::of(O::ACTION, &self.caller, account, &snapshot, now);
        let event = Event { resources: needs.resources(), changes: rows, details, ..event };
        for head in &mut heads {
            audit::append(connection, &self.core, head, &event.told_to(head.account, &self.caller, &snapshot))?;
            if head.account == account && !changes.is_empty() {
                head.revision += 1;
            }
            head::save(connection, head)?;
        }
        if let Some(once) = &self.terms.once {
            once.keep(connection, &self.by(account, &snapshot, now), &output)?;
        }
        (self.output, self.events) = (Some(Outcome::Done(output)), heads.len());
        if changes.is_empty() {
            return Ok(Committed::default());
        }
        feed::announce(connection, account, &changes, now)?;
        Ok(Committed(vec![Touched { account, revision: revision + 1, changes }]))
    }

    fn record_failure(&mut self, failure: &Error, connection: &mut dyn Connection) -> Option<Result<Committed>> {
        let account = self.operation.account(&self.caller);
        let admit = || Denial::admit(&self.core, &self.caller, O::ACTION, account, failure);
        let denial = self.denial.get_or_init(admit).as_ref();
        denial.map(|denial| denial.record(connection, &self.core))
    }

    fn span(&self) -> Span {
        self.span.clone()
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        if let Some(denial) = self.denial.into_inner().flatten() {
            denial.ended(&self.core, matches!(outcome, Err(Error::Denied { .. })));
        }
        self.core.counts.ended(O::ACTION, &outcome);
        self.core.tallies.count_call(&self.caller, &outcome, self.core.clock.now());
        if outcome.is_ok() {
            self.core.counts.recorded(self.events);
        }
        answer(self.reply, outcome, self.output);
    }
}

impl<O: Operation> ChangeJob<O> {
    pub(crate) fn new(
        operation: O,
        terms: Terms<O::Output>,
        caller: Caller,
        core: Arc<Core>,
        reply: Reply<Outcome<O::Output>>,
    ) -> Self {
        let (span, output, events, denial) = (Span::current(), None, 0, OnceCell::new());
        Self { operation, caller, core, reply, terms, output, span, events, denial }
    }

    /// What is kept of the request, where it is to be done once and was. A credential that is good no more gets
    /// nothing.
    fn kept(&self, connection: &mut dyn Connection, asking: &Asking<'_>) -> Result<Option<Vec<u8>>> {
        let Some(once) = &self.terms.once else { return Ok(None) };
        still_good(asking)?;
        once.look_up(connection, &self.by(asking.account, asking.snapshot, asking.now))
    }

    fn by<'a>(&'a self, account: AccountId, snapshot: &'a Snapshot, now: Timestamp) -> By<'a> {
        By { caller: &self.caller, account, now, snapshot, core: &self.core }
    }

    /// Locks the heads, in the order of their ids: that of the account, and that of the caller where it is another, for
    /// what somebody does elsewhere stands in both chains.
    fn lock(&self, connection: &mut dyn Connection, account: AccountId) -> Result<Vec<Head>> {
        let own = self.caller.account();
        let mut order = vec![own, account];
        // There is nothing in the installation's own account that anybody could reach for.
        order.retain(|id| *id != AccountId::INSTANCE || !self.reaches_out(account));
        order.sort();
        order.dedup();
        let mut heads = Vec::with_capacity(2);
        for id in order {
            let head = if O::CREATES_ACCOUNT && id == account {
                Some(head::create(connection, account)?.ok_or(Error::Conflict)?)
            } else {
                head::lock(connection, id)?
            };
            match head {
                Some(head) => heads.push(head),
                // The installation has a chain of its own as soon as anything is in it.
                None if id == AccountId::INSTANCE && id != account => {}
                // To a principal of another account it is as one that has nothing which would let it in.
                None if self.reaches_out(account) && id == account => {}
                None => return Err(Error::not_found(Noun::Account, account)),
            }
        }
        Ok(heads)
    }

    /// Whether a principal of one account asks for something in another.
    fn reaches_out(&self, account: AccountId) -> bool {
        matches!(self.caller, Caller::Principal { .. }) && self.caller.account() != account
    }

    /// The snapshot of the very revisions that are locked: what a principal may do is decided by its own account, too.
    fn view(&self, view: &dyn View, account: AccountId, heads: &[Head]) -> Result<Arc<Snapshot>> {
        let locked = |id| heads.iter().find(|head| head.account == id).map_or(0, |head| head.revision);
        if self.reaches_out(account) {
            let own = self.caller.account();
            view.at(own, locked(own))?;
        }
        view.at(account, locked(account))
    }
}

/// A query on its way through.
pub(crate) struct QueryJob<Q: Query> {
    pub(crate) query: Q,
    pub(crate) caller: Caller,
    pub(crate) core: Arc<Core>,
    pub(crate) reply: Reply<Q::Output>,
    span: Span,
    output: Option<Q::Output>,
    /// What the trail is to say of it.
    event: Option<Event>,
}

impl<Q: Query> QueryJob<Q> {
    pub(crate) fn new(query: Q, caller: Caller, core: Arc<Core>, reply: Reply<Q::Output>) -> Self {
        Self { query, caller, core, reply, span: Span::current(), output: None, event: None }
    }

    /// Queues the event of a read that succeeded. Where the store is being closed nothing could tell of it, so
    /// it is not answered.
    fn record(&mut self) -> Result<()> {
        let Some(event) = self.event.take().filter(|_| Q::ACTION.row().class == Class::Read) else { return Ok(()) };
        let (own, subject) = (self.caller.account(), event.subject);
        // What an operator does stands in the account's chain and in the installation's.
        let mut noted = true;
        if own == AccountId::INSTANCE && subject != own {
            noted = self.core.trail.note_read(own, event.clone());
        }
        noted = noted && self.core.trail.note_read(subject, event);
        if noted { Ok(()) } else { Err(Error::Unavailable { retry_after_s: 1 }) }
    }
}

impl<Q: Query> Job for QueryJob<Q> {
    fn attempt(&mut self, connection: &mut dyn Connection, view: &dyn View) -> Result<Committed> {
        let account = self.query.account(&self.caller);
        let snapshot = view.at(account, 0)?;
        let now = self.core.clock.now();
        let asking = Asking { caller: &self.caller, account, snapshot: &snapshot, now, heads: &[] };
        let known = || self.query.known(&snapshot, account).path().to_owned();
        session::admit(connection, &asking, Q::ACTION, known)?;
        let read = Read::new(connection, &self.core, &asking);
        let allowed = |needs: &Needs| needs.ask(&asking);
        let named = || Needs::action(Q::ACTION).on(self.query.known(&snapshot, account));
        let found = found_or_refused(self.query.find(&read), || allowed(&named()))?;
        let needs = self.query.needs(&found);
        allowed(&needs)?;
        self.output = Some(self.query.run(found, &read)?);
        let event = Event::of(Q::ACTION, &self.caller, account, &snapshot, now);
        self.event = Some(Event { resources: needs.resources(), ..event });
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn span(&self) -> Span {
        self.span.clone()
    }

    /// A denial is durable before it is told: it goes on as a change of its own, which then answers.
    fn finish(mut self: Box<Self>, outcome: Result<()>) {
        let outcome = outcome.and_then(|()| self.record());
        self.core.counts.ended(Q::ACTION, &outcome);
        self.core.tallies.count_call(&self.caller, &outcome, self.core.clock.now());
        let failure = match outcome {
            Err(failure @ Error::Denied { .. }) => failure,
            other => return answer(self.reply, other, self.output),
        };
        let account = self.query.account(&self.caller);
        match Denial::admit(&self.core, &self.caller, Q::ACTION, account, &failure) {
            Some(denial) => {
                let Self { core, reply, span, .. } = *self;
                let queue = Arc::clone(&core);
                queue.submit_change(Box::new(DenialJob { denial, core, failure, reply, span }));
            }
            None => answer(self.reply, Err(failure), None),
        }
    }
}

/// Records that a query was denied, then says so.
struct DenialJob<T> {
    denial: Denial,
    core: Arc<Core>,
    failure: Error,
    reply: Reply<T>,
    span: Span,
}

impl<T: Send> Job for DenialJob<T> {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        self.denial.record(connection, &self.core)
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn span(&self) -> Span {
        self.span.clone()
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        self.denial.ended(&self.core, outcome.is_ok());
        let _ = self.reply.send(Err(match outcome {
            Ok(()) => self.failure,
            Err(error) => error,
        }));
    }
}

/// What *find* found. Where it found nothing, only who may act on what was named learns that it is absent.
fn found_or_refused<T>(found: Result<T>, allowed: impl FnOnce() -> Result<()>) -> Result<T> {
    if let Err(Error::NotFound { .. }) = &found {
        allowed()?;
    }
    found
}

fn answer<T>(reply: Reply<T>, outcome: Result<()>, output: Option<T>) {
    let answer = outcome.and_then(|()| output.ok_or_else(|| Error::internal("an operation ended without an answer")));
    // Whoever asked may have gone; the work stands all the same.
    let _ = reply.send(answer);
}
