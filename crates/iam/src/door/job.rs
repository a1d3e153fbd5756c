//! Operations and queries as jobs for the database threads.

use std::sync::Arc;

use base::ids::AccountId;

use super::{Needs, Operation, Query, Read, Write};
use crate::{
    action::Action,
    audit::{self, Event, Outcome, denial},
    caller::Caller,
    core::Core,
    db::{
        Connection,
        head::{self, Head},
        job::{Job, View},
    },
    error::{Error, Noun, Result},
    feed::{self, Committed, Touched},
};

/// Where the answer goes.
type Reply<T> = oneshot::Sender<Result<T>>;

/// A change on its way through.
pub(crate) struct ChangeJob<O: Operation> {
    pub(crate) operation: O,
    pub(crate) caller: Caller,
    pub(crate) core: Arc<Core>,
    pub(crate) reply: Reply<O::Output>,
    pub(crate) output: Option<O::Output>,
}

impl<O: Operation> Job for ChangeJob<O> {
    fn attempt(&mut self, connection: &mut dyn Connection, view: &dyn View) -> Result<Committed> {
        let account = self.operation.account(&self.caller);
        let mut heads = self.lock(connection, account)?;
        let revision = heads.iter().find(|head| head.account == account).map_or(0, |head| head.revision);
        let snapshot = view.at(account, revision)?;
        let now = self.core.clock.now();

        let read = Read::new(connection, &self.core, account, now, &snapshot);
        let allowed = |needs: &Needs| needs.ask(&self.caller, account, &snapshot);
        let named = || Needs::action(O::ACTION).on(self.operation.named());
        let found = found_or_refused(self.operation.find(&read), || allowed(&named()))?;
        let needs = self.operation.needs(&found);
        allowed(&needs)?;
        let mut write = Write::new(read);
        let output = self.operation.run(found, &mut write)?;
        let (changes, rows) = write.into_changes();

        let event = Event {
            action: O::ACTION,
            caller: &self.caller,
            resources: &needs.resources(),
            outcome: Outcome::Success,
            changes: &rows,
            count: 1,
            now,
            snapshot: &snapshot,
        };
        for head in &mut heads {
            audit::append(connection, &self.core, head, &event)?;
            if head.account == account && !changes.is_empty() {
                head.revision += 1;
            }
            head::save(connection, head)?;
        }
        self.output = Some(output);
        if changes.is_empty() {
            return Ok(Committed::default());
        }
        feed::announce(connection, account, &changes, now)?;
        Ok(Committed(vec![Touched { account, revision: revision + 1, changes }]))
    }

    fn record_failure(&mut self, failure: &Error, connection: &mut dyn Connection) -> Option<Result<Committed>> {
        matches!(failure, Error::Denied { .. })
            .then(|| denial::record(connection, &self.core, &self.caller, O::ACTION, failure))
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        answer(self.reply, outcome, self.output);
    }
}

impl<O: Operation> ChangeJob<O> {
    /// Locks the heads, in the order of their ids: the installation's (0) first where its operator acts.
    fn lock(&self, connection: &mut dyn Connection, account: AccountId) -> Result<Vec<Head>> {
        let mut heads = Vec::with_capacity(2);
        let own = self.caller.account();
        if own == AccountId::INSTANCE && account != AccountId::INSTANCE {
            heads.extend(head::lock(connection, AccountId::INSTANCE)?);
        }
        let head = if O::CREATES_ACCOUNT {
            head::create(connection, account)?.ok_or(Error::Conflict { noun: Noun::Account })?
        } else {
            head::lock(connection, account)?.ok_or_else(|| Error::not_found(Noun::Account, account))?
        };
        heads.push(head);
        Ok(heads)
    }
}

/// A query on its way through.
pub(crate) struct QueryJob<Q: Query> {
    pub(crate) query: Q,
    pub(crate) caller: Caller,
    pub(crate) core: Arc<Core>,
    pub(crate) reply: Reply<Q::Output>,
    pub(crate) output: Option<Q::Output>,
}

impl<Q: Query> Job for QueryJob<Q> {
    fn attempt(&mut self, connection: &mut dyn Connection, view: &dyn View) -> Result<Committed> {
        let account = self.query.account(&self.caller);
        let snapshot = view.at(account, 0)?;
        let read = Read::new(connection, &self.core, account, self.core.clock.now(), &snapshot);
        let allowed = |needs: &Needs| needs.ask(&self.caller, account, &snapshot);
        let named = || Needs::action(Q::ACTION).on(self.query.named());
        let found = found_or_refused(self.query.find(&read), || allowed(&named()))?;
        allowed(&self.query.needs(&found))?;
        self.output = Some(self.query.run(found, &read)?);
        Ok(Committed::default())
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    /// A denial is durable before it is told: it goes on as a change of its own, which then answers.
    fn finish(self: Box<Self>, outcome: Result<()>) {
        match outcome {
            Err(failure @ Error::Denied { .. }) => {
                let core = Arc::clone(&self.core);
                let Self { caller, reply, .. } = *self;
                core.submit_change(Box::new(DenialJob {
                    action: Q::ACTION,
                    caller,
                    core: Arc::clone(&core),
                    failure,
                    reply,
                }));
            }
            other => answer(self.reply, other, self.output),
        }
    }
}

/// Records that a query was denied, then says so.
struct DenialJob<T> {
    action: Action,
    caller: Caller,
    core: Arc<Core>,
    failure: Error,
    reply: Reply<T>,
}

impl<T: Send> Job for DenialJob<T> {
    fn attempt(&mut self, connection: &mut dyn Connection, _view: &dyn View) -> Result<Committed> {
        denial::record(connection, &self.core, &self.caller, self.action, &self.failure)
    }

    fn record_failure(&mut self, _failure: &Error, _connection: &mut dyn Connection) -> Option<Result<Committed>> {
        None
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
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
