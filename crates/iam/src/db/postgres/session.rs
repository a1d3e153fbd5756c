//! One connection to PostgreSQL.
//!
//! The driver is asynchronous; a session owns a runtime of its own and waits for each call, so that to everybody
//! above it is synchronous. Every call has a limit on *our* side, too: a server that is frozen, or a network that
//! swallows everything, must not hold a thread (SEC-210). That is why this is not the driver's synchronous face,
//! `postgres`, which waits for ever.

use std::{
    cell::Cell,
    collections::HashMap,
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, Statement, types::ToSql};

use super::{failure::Problem, target::Target, value};
use crate::{
    db::{DbError, Row, Sql, Value},
    store::OpenError,
};

/// How long we wait for an answer: a little more than the server's own `statement_timeout`, so that it is the
/// server that ends a statement, as long as it is alive.
pub(super) const CALL_LIMIT: Duration = Duration::from_millis(1_600);
/// How many prepared statements a session keeps; far more than there are, short of a bug.
const STATEMENTS_KEPT: usize = 1_024;
/// What every session is set to, in milliseconds.
const SETTINGS: &str = "SET statement_timeout = 1300; SET lock_timeout = 1000; \
    SET idle_in_transaction_session_timeout = 5000; SET client_min_messages = warning";
/// What durability and text hang on (SEC-207).
static IN_FORCE: Sql = Sql::new(
    "SELECT current_setting('synchronous_commit'), current_setting('server_encoding'), current_setting('fsync')",
);

/// Why nothing may be asked on a connection again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It was closed, and we know.
    Closed,
    /// An answer did not come. Asking on another connection would likely take as long.
    Silent,
}

/// A connection. See the module.
pub(super) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
    /// How long a call may take at present.
    limit: Duration,
    /// Set once nothing may be asked here again.
    broken: Cell<Option<Broken>>,
    /// How long the last COMMIT took.
    commit_span: Cell<Duration>,
    // Last, so that it outlives the client. It also holds the task that speaks for the client.
    runtime: Runtime,
}

impl Session {
    /// Connects and sets the connection up. Errors: `Unreadable`, or `Setting` where the server would not keep
    /// what it acknowledges.
    pub(super) fn connect(target: &Target) -> Result<Self, OpenError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| OpenError::Unreadable(error.to_string()))?;
        let (client, connection) = match wait(&runtime, target.connect_limit, target.config.connect(NoTls)) {
            Ok(connected) => connected,
            Err(problem) => {
                // A name that is still being looked up would hold an ordinary end of the runtime.
                runtime.shutdown_background();
                return Err(DbError::from(problem).into());
            }
        };
        runtime.spawn(connection);
        let (broken, commit_span) = (Cell::new(None), Cell::default());
        let mut session = Self { client, statements: HashMap::new(), limit: CALL_LIMIT, broken, commit_span, runtime };
        session.batch(SETTINGS)?;
        session.assert_settings()?;
        Ok(session)
    }

    fn assert_settings(&mut self) -> Result<(), OpenError> {
        let rows = self.rows(&IN_FORCE, &[])?;
        let setting = |place| rows.first().map_or(Ok(String::new()), |row| row.text(place));
        let synchronous = setting(0)?;
        if !["on", "remote_apply"].contains(&synchronous.as_str()) {
            return Err(OpenError::Setting {
                name: "synchronous_commit",
                wanted: "on or remote_apply",
                found: synchronous,
            });
        }
        let encoding = setting(1)?;
        if encoding != "UTF8" {
            return Err(OpenError::Setting { name: "server_encoding", wanted: "UTF8", found: encoding });
        }
        if setting(2)? != "on" {
            tracing::warn!("the database server runs with fsync=off: a power cut may lose or destroy what it holds");
        }
        Ok(())
    }

    /// Whether the connection broke, as far as anything was asked on it.
    pub(super) fn broken(&self) -> Option<Broken> {
        self.broken.get()
    }

    /// Gives the connection up.
    pub(super) fn give_up(&self) {
        self.broken.set(self.broken.get().or(Some(Broken::Closed)));
    }

    /// How long each call may take from now on.
    pub(super) fn limit_calls(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Commits. Errors: where it is no refusal by the server, nobody knows what has happened.
    pub(super) fn commit(&self) -> Result<(), Problem> {
        let begun = Instant::now();
        let outcome = wait(&self.runtime, self.limit, self.client.batch_execute("COMMIT"));
        self.commit_span.set(begun.elapsed());
        outcome.inspect_err(|problem| {
            if !problem.is_refusal() {
                self.broken.set(Some(problem.breaks()));
            }
        })
    }

    /// How long the last COMMIT took.
    pub(super) fn commit_span(&self) -> Duration {
        self.commit_span.get()
    }

    /// Runs texts without parameters.
    pub(super) fn batch(&self, texts: &str) -> Result<(), DbError> {
        self.call(self.client.batch_execute(texts))
    }

    /// Runs a query, outside a transaction where none was begun.
    pub(super) fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        let statement = self.statement(sql)?;
        let rows = self.call(self.client.query(&statement, &borrowed(parameters)))?;
        rows.iter().map(value::row).collect()
    }

    /// Runs a statement, and tells how many rows it changed.
    pub(super) fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError> {
        let statement = self.statement(sql)?;
        self.call(self.client.execute(&statement, &borrowed(parameters)))
    }

    /// The prepared form of a statement.
    fn statement(&mut self, sql: &Sql) -> Result<Statement, DbError> {
        let text = sql.for_postgres();
        if let Some(known) = self.statements.get(text) {
            return Ok(known.clone());
        }
        let statement = self.call(self.client.prepare(text))?;
        if self.statements.len() >= STATEMENTS_KEPT {
            self.statements.clear();
        }
        self.statements.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    fn call<T>(&self, call: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, DbError> {
        wait(&self.runtime, self.limit, call).map_err(|problem| {
            let breaks = problem.breaks();
            let error = DbError::from(problem);
            if matches!(error, DbError::Lost(_)) {
                self.broken.set(Some(breaks));
            }
            error
        })
    }
}

/// Waits for a call, not longer than `limit`.
fn wait<T>(
    runtime: &Runtime,
    limit: Duration,
    call: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Problem> {
    let _entered = runtime.enter(); // a timer belongs to a runtime from its making on
    match runtime.block_on(tokio::time::timeout(limit, call)) {
        Ok(outcome) => outcome.map_err(Problem::Driver),
        Err(_elapsed) => Err(Problem::Silence),
    }
}

fn borrowed(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    parameters.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
