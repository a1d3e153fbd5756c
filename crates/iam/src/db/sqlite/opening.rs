//! Opening a SQLite file: is it ours, does it hold together, is its schema ours to work on, are the settings in
//! force. A file that is refused is left as it was.

use std::{fs::File, io::Read as _, path::Path, time::Duration};

use rusqlite::{ErrorCode, OpenFlags, config::DbConfig, types::ValueRef};

use super::Tx;
use crate::{
    db::{Connection, instance, migrate},
    error::Result,
    master_keys::{self, Registered},
    store::OpenError,
};

/// How long a statement waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 256;
/// Marks the file as ours ("CLVG").
pub(super) const APPLICATION_ID: u32 = 0x434C_5647;
/// How a SQLite file begins, how long its header is, and where the application's mark stands in it.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER_BYTES: u64 = 100;
const MARK_AT: usize = 68;

/// Opens or creates the file and brings its schema up to date, once `prove` has accepted what an older store keeps of
/// its master keys. The caller holds the lock on the directory.
pub(crate) fn open(
    path: &Path,
    prove: impl FnOnce(&[Registered]) -> Result<(), OpenError>,
) -> Result<rusqlite::Connection, OpenError> {
    let is_new = inspect(path)?;
    let mut connection = rusqlite::Connection::open(path).map_err(|error| refuse(&error))?;
    if is_new {
        // Before the journal is a WAL: so the file bears our mark from its first page on.
        connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(|error| refuse(&error))?;
    }
    configure(&connection).map_err(|error| refuse(&error))?;
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| refuse(&error))?;
    if verdict != "ok" {
        return Err(OpenError::Damaged(verdict));
    }
    if !is_new {
        let has = |table| connection.table_exists(None, table).map_err(|error| refuse(&error));
        let registered = if has(instance::TABLE)? {
            master_keys::sql::registered(&mut Tx::new(&connection), has(instance::MASTER_KEYS)?)?
        } else {
            Vec::new() // its making was broken off
        };
        prove(&registered)?;
    }
    migrate_schema(&mut connection)?;
    assert_settings(&connection)?;
    Ok(connection)
}

/// Another connection to an opened file, which cannot write.
pub(super) fn open_reader(path: &Path) -> Result<rusqlite::Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = rusqlite::Connection::open_with_flags(path, flags).map_err(|error| refuse(&error))?;
    reader.busy_timeout(BUSY_TIMEOUT).map_err(|error| refuse(&error))?;
    reader.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    stable_plans(&reader).map_err(|error| refuse(&error))?;
    for (name, value) in [("query_only", 1), ("cache_size", READER_CACHE)] {
        reader.pragma_update(None, name, value).map_err(|error| refuse(&error))?;
    }
    Ok(reader)
}

/// Reads the file's header by hand, since SQLite itself might change what it opens. `true` for an empty file.
/// Errors: it is somebody else's.
fn inspect(path: &Path) -> Result<bool, OpenError> {
    let mut header = Vec::new();
    let file = File::open(path).map_err(|error| OpenError::Unreadable(error.to_string()))?;
    file.take(HEADER_BYTES).read_to_end(&mut header).map_err(|error| OpenError::Unreadable(error.to_string()))?;
    let mark = header.get(MARK_AT..MARK_AT + 4);
    match mark {
        _ if header.is_empty() => Ok(true),
        Some(mark) if header.starts_with(MAGIC) && mark == APPLICATION_ID.to_be_bytes() => Ok(false),
        _ => Err(OpenError::Foreign),
    }
}

/// Runs `work` in a transaction, before the threads are there.
pub(crate) fn transact<T>(
    connection: &rusqlite::Connection,
    work: impl FnOnce(&mut dyn Connection) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let failed = |error: rusqlite::Error| refuse(&error);
    connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
    let outcome = work(&mut Tx::new(connection));
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
    stable_plans(connection)?;
    SETTINGS.iter().try_for_each(|setting| set(connection, *setting))
}

/// Some settings answer with what they are now, others with nothing.
fn set(connection: &rusqlite::Connection, (name, value): (&str, &str)) -> rusqlite::Result<()> {
    let outcome = connection.pragma_update_and_check(None, name, value, |_| Ok(()));
    outcome.or_else(|error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(()) } else { Err(error) })
}

/// The settings of a file that is filled in one transaction, from nothing: it has no log beside it, and what it refers
/// to is checked.
pub(super) fn draft_settings(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    stable_plans(connection)?;
    SETTINGS.iter().filter(|(name, _)| *name != "journal_mode").try_for_each(|setting| set(connection, *setting))
}

/// Plans do not depend on the values of parameters; else SQLite prepares anew whatever has a `LIMIT $n`.
fn stable_plans(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// What the writer is set to. What a savepoint may have to undo stays in memory: on disk it costs a fifth of the
/// writer's time, and pages of the store would lie about in temporary files.
const SETTINGS: [(&str, &str); 7] = [
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),
    ("foreign_keys", "ON"),
    ("trusted_schema", "OFF"),
    ("secure_delete", "ON"),
    ("cache_size", "-65536"),
    ("temp_store", "MEMORY"),
];
/// The memory in which a reader keeps pages, in KiB (negative, as SQLite wants it).
const READER_CACHE: i64 = -16_384;

/// Reads the settings that durability and safety hang on back from the database (SEC-201).
fn assert_settings(connection: &rusqlite::Connection) -> Result<(), OpenError> {
    let wanted = [
        ("temp_store", "2"),
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
