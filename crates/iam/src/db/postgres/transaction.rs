//! Transactions on a session.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use super::{
    failure::{Failed, Problem},
    session::{Broken, CALL_LIMIT, Session},
};
use crate::db::{
    Connection, DbError, Row, Sql, Value, check_texts, migrate,
    whole::{ColumnKind, Engine, Whole},
};

/// The kinds of transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// Changes things.
    Write,
    /// Only looks, at one moment throughout.
    Read,
    /// Only looks, at everything.
    Load,
    /// The same, and does something slow with it.
    Copy,
    /// Changes the schema, or makes a whole store.
    Migrate,
}

impl Begin {
    const fn text(self) -> &'static str {
        match self {
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Load => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '60s'",
            Self::Copy => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                 SET LOCAL statement_timeout = '600s'; SET LOCAL idle_in_transaction_session_timeout = '600s'"
            }
            Self::Migrate => {
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
                 SET LOCAL statement_timeout = '600s'; SET LOCAL lock_timeout = '120s'; \
                 SET LOCAL idle_in_transaction_session_timeout = '600s'"
            }
        }
    }

    const fn limit(self) -> Duration {
        match self {
            Self::Write | Self::Read => CALL_LIMIT,
            Self::Load => Duration::from_secs(61),
            Self::Copy | Self::Migrate => Duration::from_secs(601),
        }
    }

    const fn only_reads(self) -> bool {
        matches!(self, Self::Read | Self::Load | Self::Copy)
    }
}

impl Session {
    /// Runs `work` in a transaction and commits. A panic in it is an error of it.
    pub(super) fn transact<T, E: From<DbError>>(
        &mut self,
        begin: Begin,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, Failed<E>> {
        self.limit_calls(begin.limit());
        let mut tx = Tx { session: self, begin, state: State::Due, failure: None };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut tx)))
            .unwrap_or_else(|_| Err(DbError::Other("the work in a transaction panicked".to_owned()).into()));
        let Tx { state, failure, .. } = tx;
        let outcome = match (outcome, failure) {
            (_, Some(DbError::Lost(text))) if state == State::Due && self.broken() == Some(Broken::Closed) => {
                Err(Failed::Stale(DbError::Lost(text)))
            }
            (_, Some(DbError::Lost(text))) => Err(Failed::Lost(DbError::Lost(text))),
            (_, Some(DbError::Busy(text))) => Err(Failed::Again(DbError::Busy(text))),
            // To go on after a failed statement would be to commit nothing and to call it done.
            (Ok(_), Some(error)) => Err(Failed::Work(error.into())),
            (Ok(value), None) => Ok(value),
            (Err(error), _) => Err(Failed::Work(error)),
        };
        if state == State::Due || self.broken().is_some() {
            return outcome;
        }
        if outcome.is_ok() && !begin.only_reads() {
            self.commit().map_err(uncommitted)?;
        } else if self.batch("ROLLBACK").is_err() {
            self.give_up();
        }
        outcome
    }
}

/// What a COMMIT that brought no success means.
fn uncommitted<E: From<DbError>>(problem: Problem) -> Failed<E> {
    if !problem.is_refusal() {
        return Failed::Unknown;
    }
    match DbError::from(problem) {
        busy @ DbError::Busy(_) => Failed::Again(busy),
        other => Failed::Work(other.into()),
    }
}

/// An open transaction. It begins with its first statement, so that work which needs none costs none.
pub(super) struct Tx<'s> {
    session: &'s mut Session,
    begin: Begin,
    state: State,
    /// The first failure: after it the server takes nothing but ROLLBACK.
    failure: Option<DbError>,
}

/// Whether a transaction has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Due,
    Begun,
}

impl Tx<'_> {
    fn call<T>(&mut self, call: impl FnOnce(&mut Session) -> Result<T, DbError>) -> Result<T, DbError> {
        if let Some(earlier) = &self.failure {
            return Err(earlier.clone());
        }
        let begun = if self.state == State::Due { self.begin() } else { Ok(()) };
        begun.and_then(|()| call(self.session)).inspect_err(|error| self.failure = Some(error.clone()))
    }

    /// A server that does not begin a transaction of this kind is none to us, such as a primary that was demoted.
    fn begin(&mut self) -> Result<(), DbError> {
        self.session.batch(self.begin.text()).map_err(|error| {
            self.session.give_up();
            DbError::Lost(error.to_string())
        })?;
        self.state = State::Begun;
        Ok(())
    }
}

impl Connection for Tx<'_> {
    fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        check_texts(parameters)?;
        self.call(|session| session.rows(sql, parameters))
    }

    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError> {
        check_texts(parameters)?;
        self.call(|session| session.run(sql, parameters))
    }
}

impl Whole for Tx<'_> {
    fn batch(&mut self, texts: &str) -> Result<(), DbError> {
        self.call(|session| session.batch(texts))
    }

    fn engine(&self) -> &'static Engine {
        &ENGINE
    }
}

/// What is this database's own.
pub(crate) fn engine() -> &'static Engine {
    &ENGINE
}

static ENGINE: Engine = Engine {
    name: "postgres",
    spelling: &migrate::POSTGRES,
    text: |step| step.postgres,
    columns: Sql::new(
        "SELECT CAST(t.relname AS TEXT), CAST(c.attname AS TEXT), pg_catalog.format_type(c.atttypid, NULL), \
         CAST(coalesce(array_position(k.conkey, c.attnum), 0) AS BIGINT) FROM pg_catalog.pg_class t \
         JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
         JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped \
         LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p' \
         WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p') ORDER BY 1, c.attnum LIMIT 10000",
    ),
    references: Sql::new(
        "SELECT CAST(t.relname AS TEXT), CAST(r.relname AS TEXT) FROM pg_catalog.pg_constraint k \
         JOIN pg_catalog.pg_class t ON t.oid = k.conrelid JOIN pg_catalog.pg_class r ON r.oid = k.confrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
         WHERE k.contype = 'f' AND n.nspname = current_schema() LIMIT 10000",
    ),
    types: &[
        ("bigint", ColumnKind::Int),
        ("boolean", ColumnKind::Bool),
        ("text", ColumnKind::Text),
        ("bytea", ColumnKind::Bytes),
    ],
};
