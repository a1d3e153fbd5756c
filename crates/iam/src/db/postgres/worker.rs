//! A worker: one thread, one connection, one job at a time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use base::ids::AccountId;
use decide::snapshot::Snapshot;

use super::{
    Shared, backoff,
    failure::Failed,
    queue::{Next, Queue},
    session::{Broken, Session},
    transaction::{Begin, Tx},
};
use crate::{
    db::{
        DbError,
        job::{Job, View},
    },
    error::{Error, Result},
    feed::Committed,
};

/// How often a change is tried when others are in its way (SEC-162), and for how long.
const ATTEMPTS: u32 = 30;
const ATTEMPTS_SPAN: Duration = Duration::from_secs(5);
/// The longest wait before another attempt.
const AGAIN_MOST: Duration = Duration::from_millis(200);
/// How long a job waits for the snapshot to reach a revision.
const REACH_LIMIT: Duration = Duration::from_millis(1_200);
/// How long a worker that has a job waits for another connection.
const RECONNECT_LIMIT: Duration = Duration::from_secs(1);
/// How long a worker without a connection waits before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// What is answered while the database is not there.
const UNAVAILABLE: Error = Error::Unavailable { retry_after_s: 1 };

/// What a worker does with its jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Changes,
    Queries,
}

/// See the module.
pub(super) struct Worker {
    work: Work,
    queue: Arc<Queue>,
    shared: Arc<Shared>,
    session: Option<Session>,
}

impl Worker {
    /// A worker of `queue`, not connected yet.
    pub(super) fn new(work: Work, queue: &Arc<Queue>, shared: &Arc<Shared>) -> Self {
        Self { work, queue: Arc::clone(queue), shared: Arc::clone(shared), session: None }
    }

    /// Works until it is told to end.
    pub(super) fn run(mut self) {
        loop {
            if self.session.is_some() || self.connect() {
                let Some(job) = self.queue.next() else { break };
                self.perform(job);
                if self.session.as_ref().is_some_and(|session| session.broken().is_some()) {
                    self.disconnect();
                }
            } else if self.queue.is_down() {
                match self.queue.next_within(LOOK_AGAIN) {
                    Next::Job(job) => {
                        self.taken();
                        job.finish(Err(UNAVAILABLE));
                    }
                    Next::Nothing => {}
                    Next::Stop => break,
                }
            } else {
                self.queue.wait(LOOK_AGAIN);
            }
        }
        self.disconnect();
    }

    fn disconnect(&mut self) {
        if let Some(session) = self.session.take() {
            self.queue.left(session.broken() == Some(Broken::Silent), &self.shared.core);
        }
    }

    /// Connects, also where that is another worker's turn first. `false` where the database is not there.
    fn reconnect(&mut self) -> bool {
        self.disconnect();
        let until = Instant::now() + RECONNECT_LIMIT;
        while !self.connect() {
            if self.queue.is_down() || Instant::now() >= until {
                return false;
            }
            self.queue.wait(LOOK_AGAIN);
        }
        true
    }

    fn connect(&mut self) -> bool {
        if !self.queue.may_connect() {
            return false;
        }
        match Session::connect(&self.shared.target) {
            Ok(session) => {
                self.session = Some(session);
                self.queue.connected();
                true
            }
            Err(error) => {
                if self.queue.failed(&self.shared.core) {
                    tracing::error!(error = %error, "the database is not reachable");
                }
                false
            }
        }
    }

    /// A job has left the queue.
    fn taken(&self) {
        let counts = &self.shared.core.counts;
        match self.work {
            Work::Changes => counts.changes.take(1),
            Work::Queries => counts.queries.take(1),
        }
    }

    fn perform(&mut self, job: Box<dyn Job>) {
        self.taken();
        let _request = job.span().entered();
        match self.work {
            Work::Changes => self.change(job),
            Work::Queries => self.query(job),
        }
    }

    /// Runs a change, and answers when this node's snapshot shows it.
    fn change(&mut self, mut job: Box<dyn Job>) {
        let shared = Arc::clone(&self.shared);
        let outcome = match self.commit(|tx| job.attempt(tx, &*shared)) {
            Ok(()) => Ok(()),
            Err(Failed::Work(failure)) => Err(self.record(&mut *job, failure)),
            Err(failed) => {
                tracing::warn!(error = %failed, "a change was not carried out");
                Err(failed.into())
            }
        };
        job.finish(outcome);
    }

    /// Records a failure in a transaction of its own, where it must be, and gives the answer.
    fn record(&mut self, job: &mut dyn Job, failure: Error) -> Error {
        if !failure.is_denial() {
            return failure;
        }
        let nothing = || Ok(Committed::default());
        match self.commit(|tx| job.record_failure(&failure, tx).unwrap_or_else(nothing)) {
            Ok(()) => failure,
            Err(error) => {
                tracing::error!(error = %error, "a denial could not be recorded");
                Error::AuditUnavailable
            }
        }
    }

    /// Runs `work` and commits, again where another transaction was in the way, and publishes.
    fn commit(&mut self, mut work: impl FnMut(&mut Tx<'_>) -> Result<Committed>) -> Result<(), Failed> {
        let started = Instant::now();
        let mut attempt = 1;
        let committed = loop {
            match self.transact(Begin::Write, &mut work) {
                Err(Failed::Again(error)) if attempt < ATTEMPTS && started.elapsed() < ATTEMPTS_SPAN => {
                    tracing::debug!(error = %error, attempt, "a change was in another one's way");
                    self.queue.wait(backoff(&self.shared.core, attempt, AGAIN_MOST));
                    attempt += 1;
                }
                outcome => break outcome?,
            }
        };
        if let Some(session) = &self.session {
            self.shared.core.counts.committed(1, session.commit_span());
        }
        self.shared.show(&committed);
        Ok(())
    }

    fn query(&mut self, mut job: Box<dyn Job>) {
        let shared = Arc::clone(&self.shared);
        let outcome = self.transact(Begin::Read, |tx| job.attempt(tx, &*shared).map(drop));
        job.finish(outcome.map_err(Error::from));
    }

    /// Runs `work` in a transaction; on another connection where this one had been closed while nobody used it.
    fn transact<T>(&mut self, begin: Begin, mut work: impl FnMut(&mut Tx<'_>) -> Result<T>) -> Result<T, Failed> {
        if let Some(session) = &mut self.session {
            match session.transact(begin, &mut work) {
                Err(Failed::Stale(_)) => {}
                outcome => return outcome,
            }
        }
        match self.reconnect().then_some(self.session.as_mut()).flatten() {
            Some(session) => session.transact(begin, work),
            None => Err(Failed::Lost(DbError::Lost("it cannot be connected to".to_owned()))),
        }
    }
}

impl Shared {
    /// Returns when the snapshot shows what was committed. A node that cannot get there lets nobody in by what
    /// may have been revoked, until it can (SEC-239): the change itself stands.
    fn show(&self, committed: &Committed) {
        for touched in &committed.0 {
            let wanted = (touched.account, touched.revision);
            if self.rounds.reach(&self.core.published, wanted, REACH_LIMIT).is_none() {
                tracing::error!(account.id = %touched.account, "this node cannot follow a change of its own");
                self.rounds.distrust();
            }
        }
    }
}

impl View for Shared {
    fn at(&self, account: AccountId, revision: i64) -> Result<Arc<Snapshot>> {
        if revision == 0 {
            return if self.is_fresh() { Ok(self.core.published.load_full()) } else { Err(UNAVAILABLE) };
        }
        self.rounds.reach(&self.core.published, (account, revision), REACH_LIMIT).ok_or(UNAVAILABLE)
    }
}
