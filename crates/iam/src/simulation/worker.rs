//! How one of several nodes changes the store: lock, decide at the locked revision, commit, show, answer.
//!
//! Written anew after `db/postgres`'s worker and session, for a store that is at hand.

use super::{
    faulty::{self, Sabotage},
    node::Node,
};
use crate::{
    attachments, boundaries,
    db::{Connection, DbError, Row, Sql, Value, job::Job, sqlite::Tx},
    error::{Error, Result},
    feed::{self, Committed},
};

/// How often a change is tried when others are in its way.
const ATTEMPTS: u32 = 3;

/// How a transaction ended that did not commit, or may not have.
enum Failed {
    Work(Error),
    Again(DbError),
    Lost(DbError),
    Unknown,
}

impl Node {
    /// Runs a change in a transaction of its own, and answers when this node's snapshot shows it.
    pub(super) fn change(&self, mut job: Box<dyn Job>) {
        let outcome = match self.commit(|tx| job.attempt(tx, self)) {
            Err(Failed::Work(failure)) => Err(self.record(&mut *job, failure)),
            other => other.map_err(Error::from),
        };
        job.finish(outcome);
    }

    fn record(&self, job: &mut dyn Job, failure: Error) -> Error {
        let recorded = self.commit(|tx| job.record_failure(&failure, tx).unwrap_or_else(|| Ok(Committed::default())));
        if recorded.is_ok() { failure } else { Error::AuditUnavailable }
    }

    fn commit(&self, mut work: impl FnMut(&mut Strict<'_>) -> Result<Committed>) -> Result<(), Failed> {
        let mut attempt = 1;
        let committed = loop {
            match self.transact(&mut work) {
                Err(Failed::Again(_)) if attempt < ATTEMPTS => attempt += 1,
                outcome => break outcome?,
            }
        };
        if !faulty::is_sabotaged(Sabotage::AnswerBeforePublish) {
            self.show(&committed);
        }
        Ok(())
    }

    fn transact(&self, work: &mut impl FnMut(&mut Strict<'_>) -> Result<Committed>) -> Result<Committed, Failed> {
        let connection = &self.writer.connection;
        // The server's part where a client is lost: it rolls back. No fail point.
        let roll_back = || drop(connection.execute_batch("ROLLBACK"));
        let mut tx = Strict { tx: Tx::new(connection), begun: false, failure: None };
        let (outcome, Strict { begun, failure, .. }) = (work(&mut tx), tx);
        let outcome = match (outcome, failure) {
            (Err(error), None) => Err(Failed::Work(error)),
            (_, Some(error)) => Err(Failed::before(error)),
            (Ok(committed), None) => Ok(committed),
        };
        if !begun {
            return outcome;
        }
        let half = faulty::is_sabotaged(Sabotage::CommitHalf);
        let unsaid = faulty::is_sabotaged(Sabotage::AnswerBeforeCommit);
        if (outcome.is_err() && !half) || (outcome.is_ok() && unsaid) {
            roll_back();
            return outcome;
        }
        if let Err(error) = execute(connection, "COMMIT") {
            roll_back();
            return Err(match error {
                DbError::Busy(_) | DbError::Full => Failed::before(error),
                _ => Failed::Unknown,
            });
        }
        outcome
    }

    /// Returns when the snapshot shows what was committed. A node that cannot get there lets nobody in.
    fn show(&self, committed: &Committed) {
        for touched in &committed.0 {
            let reached = || self.core.published.load().revision(touched.account) >= touched.revision;
            let shown = reached() || (self.poll() && reached());
            if !shown {
                self.trusted.set(false);
            }
        }
    }
}

/// Runs a statement that controls a transaction.
pub(super) fn execute(connection: &rusqlite::Connection, text: &str) -> Result<(), DbError> {
    faulty::before(text)?;
    connection.execute_batch(text).map_err(|error| DbError::Other(error.to_string()))?;
    faulty::after(text)
}

/// A transaction as several nodes have it: it begins with its first statement, and after the first failure nothing
/// works but ROLLBACK.
struct Strict<'c> {
    tx: Tx<'c>,
    begun: bool,
    failure: Option<DbError>,
}

impl Strict<'_> {
    fn call<T>(&mut self, call: impl FnOnce(&mut Tx<'_>) -> Result<T, DbError>) -> Result<T, DbError> {
        if let Some(earlier) = &self.failure {
            return Err(earlier.clone());
        }
        let begun = if self.begun { Ok(()) } else { execute(self.tx.connection, "BEGIN IMMEDIATE") };
        self.begun = true;
        begun.and_then(|()| call(&mut self.tx)).inspect_err(|error| self.failure = Some(error.clone()))
    }
}

impl Connection for Strict<'_> {
    fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        let of_holders = [&attachments::sql::HOLDERS, &boundaries::sql::HOLDERS];
        let overlooked = faulty::is_sabotaged(Sabotage::OverlookHolders)
            && of_holders.into_iter().any(|select| std::ptr::eq(&raw const select.sql, sql));
        self.call(|tx| if overlooked { Ok(Vec::new()) } else { tx.rows(sql, parameters) })
    }

    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError> {
        let lost = match (std::ptr::eq(&raw const feed::sql::APPEND, sql), faulty::is_sabotaged) {
            (true, is_sabotaged) if is_sabotaged(Sabotage::LosePolicyEntry) => Some(Value::from("policy")),
            (true, is_sabotaged) if is_sabotaged(Sabotage::LoseApiKeyEntry) => Some(Value::from("api_key")),
            _ => None,
        };
        let mut parameters = parameters.to_vec();
        if let Some([kind, reference]) = parameters.last_chunk_mut().filter(|[kind, _]| lost.as_ref() == Some(kind)) {
            (*kind, *reference) = ("account".into(), "".into());
        }
        self.call(|tx| tx.run(sql, &parameters))
    }
}

impl Failed {
    /// Before COMMIT was sent.
    fn before(error: DbError) -> Self {
        match error {
            DbError::Busy(_) => Self::Again(error),
            DbError::Lost(_) => Self::Lost(error),
            other => Self::Work(other.into()),
        }
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Work(error) => error,
            Failed::Again(error) | Failed::Lost(error) => error.into(),
            Failed::Unknown => Self::OutcomeUnknown,
        }
    }
}
