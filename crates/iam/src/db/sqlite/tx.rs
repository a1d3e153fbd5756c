//! A transaction on a SQLite connection, and how values go in and come out.

use std::cell::Cell;

use rusqlite::{ErrorCode, types::ValueRef};

use crate::db::{
    Connection, DbError, Row, Sql, Value, check_texts, migrate,
    whole::{ColumnKind, Engine, Whole},
};
#[cfg(test)]
use crate::simulation::faulty;

/// An open transaction.
pub(crate) struct Tx<'c> {
    pub(crate) connection: &'c rusqlite::Connection,
    /// Whether the file could not be read or written: after that nothing that it says is to be relied on.
    pub(super) lost: Cell<bool>,
}

impl<'c> Tx<'c> {
    /// Works in whatever transaction is open on the connection.
    pub(crate) fn new(connection: &'c rusqlite::Connection) -> Self {
        Self { connection, lost: Cell::new(false) }
    }

    fn failed(&self, error: &rusqlite::Error) -> DbError {
        let error = translate(error);
        self.lost.set(self.lost.get() || matches!(error, DbError::Lost(_)));
        error
    }
}

impl Connection for Tx<'_> {
    fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        #[cfg(test)]
        faulty::before(sql.for_sqlite())?;
        check_texts(parameters)?;
        let mut statement = self.connection.prepare_cached(sql.for_sqlite()).map_err(|e| self.failed(&e))?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(parameters)).map_err(|e| self.failed(&e))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|e| self.failed(&e))? {
            let values = (0..columns).map(|place| row.get_ref(place).map(value)).collect::<rusqlite::Result<_>>();
            found.push(Row(values.map_err(|e| self.failed(&e))?));
        }
        Ok(found)
    }

    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError> {
        #[cfg(test)]
        if let Some(pretended) = faulty::before(sql.for_sqlite())? {
            return Ok(pretended);
        }
        check_texts(parameters)?;
        let mut statement = self.connection.prepare_cached(sql.for_sqlite()).map_err(|e| self.failed(&e))?;
        let changed = statement.execute(rusqlite::params_from_iter(parameters)).map_err(|e| self.failed(&e))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }
}

impl Whole for Tx<'_> {
    fn batch(&mut self, texts: &str) -> Result<(), DbError> {
        self.connection.execute_batch(texts).map_err(|e| self.failed(&e))
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
    name: "sqlite",
    spelling: &migrate::SQLITE,
    text: |step| step.sqlite,
    columns: Sql::new(
        "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c \
         WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' ORDER BY t.name, c.cid LIMIT 10000",
    ),
    references: Sql::new(
        "SELECT t.name, r.\"table\" FROM sqlite_schema AS t JOIN pragma_foreign_key_list(t.name) AS r \
         WHERE t.type = 'table' ORDER BY t.name LIMIT 10000",
    ),
    types: &[("INTEGER", ColumnKind::Int), ("TEXT", ColumnKind::Text), ("BLOB", ColumnKind::Bytes)],
};

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

pub(super) fn translate(error: &rusqlite::Error) -> DbError {
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DbError::Busy(text),
        Some(ErrorCode::DiskFull) => DbError::Full,
        Some(ErrorCode::ConstraintViolation) if text.contains("UNIQUE") => DbError::Duplicate(text),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => DbError::Lost(text),
        _ => DbError::Other(text),
    }
}
