//! SQLite: one writer thread that commits whole batches, and a few reader threads.
//!
//! The writer takes up to [`BATCH_MAX`] waiting jobs, gives each a savepoint, and makes them durable by one
//! COMMIT (`synchronous=FULL`). A job sees the state that the jobs before it in the batch left, both in the
//! tables and in the snapshot it is authorised by; nobody is answered before the COMMIT.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use base::ids::AccountId;
use decide::snapshot::Snapshot;
use rusqlite::{ErrorCode, OpenFlags, config::DbConfig, types::ValueRef};

use super::{
    Connection, DbError, Row, Sql, Value, check_texts,
    job::{Job, Message, QUEUE_LENGTH, View},
    migrate,
};
use crate::{
    core::Core,
    error::{Error, Result},
    feed,
    store::OpenError,
};

/// How many jobs share one COMMIT at most.
const BATCH_MAX: usize = 64;
/// How many threads read.
const READERS: usize = 2;
/// How long a statement waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 256;
/// Marks the file as ours ("CLVG").
const APPLICATION_ID: i64 = 0x434C_5647;

/// The threads and their queues.
pub(crate) struct Sqlite {
    pub(crate) writes: SyncSender<Message>,
    pub(crate) reads: SyncSender<Message>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// Opens or creates the file and brings its schema up to date. The caller holds the lock on the directory.
pub(crate) fn open(path: &Path) -> Result<rusqlite::Connection, OpenError> {
    let mut connection = rusqlite::Connection::open(path).map_err(|error| refuse(&error))?;
    configure(&connection).map_err(|error| refuse(&error))?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| refuse(&error))?;
    let application: i64 =
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(|error| refuse(&error))?;
    match (tables, application) {
        (0, _) => connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(|error| refuse(&error))?,
        (_, APPLICATION_ID) => {}
        _ => return Err(OpenError::Foreign),
    }
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| refuse(&error))?;
    if verdict != "ok" {
        return Err(OpenError::Damaged(verdict));
    }
    migrate_schema(&mut connection)?;
    assert_settings(&connection)?;
    Ok(connection)
}

/// Runs `work` in a transaction, before the threads are there.
pub(crate) fn transact<T>(
    connection: &rusqlite::Connection,
    work: impl FnOnce(&mut dyn Connection) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let failed = |error: rusqlite::Error| refuse(&error);
    connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
    let outcome = work(&mut Tx { connection });
    let ended = connection.execute_batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" });
    let value = outcome?;
    ended.map_err(failed)?;
    Ok(value)
}

fn configure(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    for (name, value) in SETTINGS {
        connection.pragma_update_and_check(None, name, value, |_| Ok(())).or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok(()),
            other => Err(other),
        })?;
    }
    Ok(())
}

/// What every connection is set to.
const SETTINGS: [(&str, &str); 6] = [
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),
    ("foreign_keys", "ON"),
    ("trusted_schema", "OFF"),
    ("secure_delete", "ON"),
    ("cache_size", "-65536"),
];

/// Reads the settings that durability and safety hang on back from the database (SEC-201).
fn assert_settings(connection: &rusqlite::Connection) -> Result<(), OpenError> {
    let wanted = [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("secure_delete", "1"),
    ];
    for (name, wanted) in wanted {
        let found = connection.query_row(&format!("PRAGMA {name}"), [], |row| {
            Ok(match row.get_ref(0)? {
                ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            })
        });
        let found = found.map_err(|error| refuse(&error))?;
        if found != wanted {
            return Err(OpenError::Setting { name, wanted, found });
        }
    }
    Ok(())
}

fn migrate_schema(connection: &mut rusqlite::Connection) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| refuse(&error);
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    tx.execute_batch(&migrate::spell(migrate::MEMORY, &migrate::SQLITE)).map_err(failed)?;
    let applied: Vec<String> = {
        let mut statement = tx.prepare("SELECT sha256 FROM schema_migration ORDER BY version").map_err(failed)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)?
    };
    for (version, text) in migrate::pending(&applied, migrate::MIGRATIONS.iter().map(|step| step.sqlite))? {
        tx.execute_batch(&migrate::spell(text, &migrate::SQLITE)).map_err(failed)?;
        tx.execute(
            "INSERT INTO schema_migration (version, sha256) VALUES (?1, ?2)",
            (i64::try_from(version).unwrap_or(i64::MAX), migrate::fingerprint(text)),
        )
        .map_err(failed)?;
    }
    tx.commit().map_err(failed)
}

/// What SQLite's refusal means for somebody who starts the program.
fn refuse(error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign,
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged(error.to_string()),
        _ => OpenError::Unreadable(error.to_string()),
    }
}

impl Sqlite {
    /// Starts the threads on an opened file.
    pub(crate) fn start(path: &Path, writer: rusqlite::Connection, core: &Arc<Core>) -> Result<Self, OpenError> {
        let (writes, write_queue) = sync_channel(QUEUE_LENGTH);
        let (reads, read_queue) = sync_channel(QUEUE_LENGTH);
        let read_queue = Arc::new(Mutex::new(read_queue));
        let mut threads = Vec::new();
        for number in 0..READERS {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let reader = rusqlite::Connection::open_with_flags(path, flags).map_err(|error| refuse(&error))?;
            reader.busy_timeout(BUSY_TIMEOUT).map_err(|error| refuse(&error))?;
            reader.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
            reader.pragma_update(None, "query_only", "ON").map_err(|error| refuse(&error))?;
            let (queue, core) = (Arc::clone(&read_queue), Arc::clone(core));
            threads.push(spawn(format!("sqlite-read-{number}"), move || read_loop(&reader, &queue, &core))?);
        }
        let core = Arc::clone(core);
        threads.push(spawn("sqlite-write".to_owned(), move || Writer { connection: writer, core }.run(&write_queue))?);
        Ok(Self { writes, reads, threads: Mutex::new(threads) })
    }

    /// Finishes what is queued and ends the threads.
    pub(crate) fn stop(&self) {
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let _ = self.writes.send(Message::Stop);
        for _ in 0..READERS {
            let _ = self.reads.send(Message::Stop);
        }
        for thread in threads {
            let _ = thread.join();
        }
    }
}

fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    std::thread::Builder::new().name(name).spawn(body).map_err(|error| OpenError::Unreadable(error.to_string()))
}

/// The state of the writer thread.
struct Writer {
    connection: rusqlite::Connection,
    core: Arc<Core>,
}

/// A job that has had its turn in the batch and waits for the COMMIT.
type Waiting = (Box<dyn Job>, Result<()>);

impl Writer {
    fn run(self, queue: &Receiver<Message>) {
        let mut open = true;
        while open {
            let mut batch = Vec::new();
            match queue.recv() {
                Ok(Message::Job(job)) => batch.push(job),
                Ok(Message::Stop) | Err(_) => break,
            }
            while open && batch.len() < BATCH_MAX {
                match queue.try_recv() {
                    Ok(Message::Job(job)) => batch.push(job),
                    Ok(Message::Stop) | Err(TryRecvError::Disconnected) => open = false,
                    Err(TryRecvError::Empty) => break,
                }
            }
            self.run_batch(batch);
        }
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Runs the jobs, commits once, publishes, and only then answers.
    fn run_batch(&self, batch: Vec<Box<dyn Job>>) {
        if let Err(error) = self.execute("BEGIN IMMEDIATE") {
            return self.fail(batch.into_iter().map(|job| (job, Ok(()))).collect(), &error);
        }
        let mut view = self.core.published.load_full();
        let mut waiting: Vec<Waiting> = Vec::with_capacity(batch.len());
        for mut job in batch {
            let outcome = self.run_job(&mut *job, &mut view);
            waiting.push((job, outcome));
            if self.connection.is_autocommit() {
                // SQLite has rolled the whole transaction back by itself (no space, input or output error).
                return self.fail(waiting, &DbError::Full);
            }
        }
        if let Err(error) = self.execute("COMMIT") {
            let _ = self.execute("ROLLBACK");
            return self.fail(waiting, &error);
        }
        self.core.published.store(view);
        for (job, outcome) in waiting {
            job.finish(outcome);
        }
    }

    /// One job in a savepoint. On success `view` has moved on to what the job left.
    fn run_job(&self, job: &mut dyn Job, view: &mut Arc<Snapshot>) -> Result<()> {
        let failure = match self.in_savepoint(view, |connection, view| job.attempt(connection, view)) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        let mut recorded = None;
        let record = self.in_savepoint(view, |connection, _| {
            recorded = job.record_failure(&failure, connection);
            recorded.take().unwrap_or(Ok(feed::Committed::default()))
        });
        match record {
            Ok(()) => Err(failure),
            Err(error) => {
                tracing::error!(error = %error, "a denial could not be recorded");
                Err(Error::AuditUnavailable)
            }
        }
    }

    fn in_savepoint(
        &self,
        view: &mut Arc<Snapshot>,
        work: impl FnOnce(&mut dyn Connection, &dyn View) -> Result<feed::Committed>,
    ) -> Result<()> {
        self.execute("SAVEPOINT job")?;
        let mut tx = Tx { connection: &self.connection };
        let fixed = FixedView(Arc::clone(view));
        let work = std::panic::AssertUnwindSafe(|| {
            let committed = work(&mut tx, &fixed)?;
            let mut next = Snapshot::clone(view);
            feed::apply(&mut tx, &mut next, &committed, &self.core.keyring)?;
            Ok(next)
        });
        let outcome = std::panic::catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("an operation panicked")));
        match outcome {
            Ok(next) => {
                self.execute("RELEASE job")?;
                *view = Arc::new(next);
                Ok(())
            }
            Err(error) => {
                if !self.connection.is_autocommit() {
                    self.execute("ROLLBACK TO job")?;
                    self.execute("RELEASE job")?;
                }
                Err(error)
            }
        }
    }

    /// Nothing of the batch happened: say so to everybody, and stop for good where the file cannot be trusted
    /// to keep what is written (SEC-202).
    fn fail(&self, waiting: Vec<Waiting>, error: &DbError) {
        tracing::error!(error = %error, jobs = waiting.len(), "the store did not take a batch of changes");
        if !matches!(error, DbError::Full | DbError::Busy(_)) {
            self.core.health.fail();
        }
        for (job, outcome) in waiting {
            job.finish(outcome.and(Err(Error::Unavailable { retry_after_s: 1 })));
        }
    }

    fn execute(&self, text: &str) -> Result<(), DbError> {
        self.connection
            .prepare_cached(text)
            .and_then(|mut statement| statement.execute([]))
            .map_err(|e| translate(&e))?;
        Ok(())
    }
}

fn read_loop(reader: &rusqlite::Connection, queue: &Mutex<Receiver<Message>>, core: &Core) {
    loop {
        let message = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Message::Job(mut job)) = message else { return };
        let view = FixedView(core.published.load_full());
        let mut tx = Tx { connection: reader };
        let begun = reader.execute_batch("BEGIN").map_err(|error| Error::from(translate(&error)));
        let work = std::panic::AssertUnwindSafe(|| job.attempt(&mut tx, &view).map(|_| ()));
        let outcome = begun
            .and_then(|()| std::panic::catch_unwind(work).unwrap_or_else(|_| Err(Error::internal("a query panicked"))));
        let _ = reader.execute_batch("ROLLBACK");
        job.finish(outcome);
    }
}

/// On SQLite the view is always the newest there is: the only writer holds it.
struct FixedView(Arc<Snapshot>);

impl View for FixedView {
    fn at(&self, _account: AccountId, _revision: i64) -> Result<Arc<Snapshot>> {
        Ok(Arc::clone(&self.0))
    }
}

/// An open transaction.
struct Tx<'c> {
    connection: &'c rusqlite::Connection,
}

impl Connection for Tx<'_> {
    fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        check_texts(parameters)?;
        let mut statement = self.connection.prepare_cached(sql.for_sqlite()).map_err(|e| translate(&e))?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(parameters)).map_err(|e| translate(&e))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|e| translate(&e))? {
            let values = (0..columns).map(|place| row.get_ref(place).map(value)).collect::<rusqlite::Result<_>>();
            found.push(Row(values.map_err(|e| translate(&e))?));
        }
        Ok(found)
    }

    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError> {
        check_texts(parameters)?;
        let mut statement = self.connection.prepare_cached(sql.for_sqlite()).map_err(|e| translate(&e))?;
        let changed = statement.execute(rusqlite::params_from_iter(parameters)).map_err(|e| translate(&e))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        let borrowed = match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        };
        Ok(rusqlite::types::ToSqlOutput::Borrowed(borrowed))
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Text(number.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

fn translate(error: &rusqlite::Error) -> DbError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DbError::Busy(text),
        Some(ErrorCode::DiskFull) => DbError::Full,
        Some(ErrorCode::ConstraintViolation) if text.contains("UNIQUE") => DbError::Duplicate(text),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => DbError::Lost(text),
        _ => DbError::Other(text),
    }
}
