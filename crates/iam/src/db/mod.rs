//! The two databases behind one small face.
//!
//! Everything above speaks in [`Sql`] texts that both databases understand, [`Value`]s and
//! [`Row`]s. A [`backend::Backend`] runs jobs on its own threads, each job in a transaction; no other
//! code opens one.

pub(crate) mod backend;
pub(crate) mod head;
pub(crate) mod instance;
pub(crate) mod job;
pub(crate) mod migrate;
mod postgres;
mod sqlite;
pub(crate) mod table;
pub(crate) mod tally;

use std::{borrow::Cow, sync::OnceLock};

use crate::error::{Error, Result};

/// A value that goes into a statement or comes out of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// SQL's NULL.
    Null,
    /// A whole number; times are microseconds since 1970.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// What it is, for messages; never the value itself.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "a number",
            Self::Bool(_) => "a flag",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Value {
    /// Our numbers stay below 2^53; a larger one would be a bug and becomes an id that no row has.
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(-1))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! value_from_id {
    ($($id:ty),+) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                id.number().into()
            }
        }
    )+};
}

value_from_id!(base::ids::AccountId, base::ids::UserId, base::ids::GroupId);

impl From<base::ids::AccessKeyId> for Value {
    fn from(id: base::ids::AccessKeyId) -> Self {
        id.as_str().into()
    }
}

impl From<base::timestamp::Timestamp> for Value {
    fn from(moment: base::timestamp::Timestamp) -> Self {
        moment.micros().into()
    }
}

/// A row of an answer. Columns are read by place, and a column of another type than asked for is a
/// damaged store, not a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    pub(crate) fn value(&self, place: usize) -> Result<&Value> {
        self.0.get(place).ok_or_else(|| Error::internal(format!("a row has no column {place}")))
    }

    pub(crate) fn int(&self, place: usize) -> Result<i64> {
        match self.value(place)? {
            Value::Int(number) => Ok(*number),
            other => Err(unexpected(place, "a number", other)),
        }
    }

    pub(crate) fn number(&self, place: usize) -> Result<u64> {
        u64::try_from(self.int(place)?).map_err(Error::internal)
    }

    pub(crate) fn timestamp(&self, place: usize) -> Result<base::timestamp::Timestamp> {
        Ok(base::timestamp::Timestamp::from_micros(self.int(place)?))
    }

    pub(crate) fn account(&self, place: usize) -> Result<base::ids::AccountId> {
        base::ids::AccountId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn user(&self, place: usize) -> Result<base::ids::UserId> {
        base::ids::UserId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn group(&self, place: usize) -> Result<base::ids::GroupId> {
        base::ids::GroupId::new(self.number(place)?).map_err(Error::internal)
    }

    pub(crate) fn access_key(&self, place: usize) -> Result<base::ids::AccessKeyId> {
        base::ids::AccessKeyId::parse(&self.text(place)?).map_err(Error::internal)
    }

    /// A flag: SQLite answers 0 or 1, PostgreSQL a boolean.
    pub(crate) fn bool(&self, place: usize) -> Result<bool> {
        match self.value(place)? {
            Value::Bool(flag) => Ok(*flag),
            Value::Int(number @ (0 | 1)) => Ok(*number == 1),
            other => Err(unexpected(place, "a flag", other)),
        }
    }

    pub(crate) fn text(&self, place: usize) -> Result<String> {
        match self.value(place)? {
            Value::Text(text) => Ok(text.clone()),
            other => Err(unexpected(place, "text", other)),
        }
    }

    pub(crate) fn bytes(&self, place: usize) -> Result<Vec<u8>> {
        match self.value(place)? {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            other => Err(unexpected(place, "bytes", other)),
        }
    }

    /// The column by `read`, or `None` where it is NULL.
    pub(crate) fn optional<T>(&self, place: usize, read: impl Fn(&Self, usize) -> Result<T>) -> Result<Option<T>> {
        match self.value(place)? {
            Value::Null => Ok(None),
            _ => read(self, place).map(Some),
        }
    }
}

fn unexpected(place: usize, wanted: &str, found: &Value) -> Error {
    Error::internal(format!("column {place} should hold {wanted} and holds {}", found.kind()))
}

/// One statement. Parameters are `$1 … $n`; `{{for_update}}` locks the rows read, where the database
/// has such a lock.
#[derive(Debug)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Sql {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// A statement that this module's [`table`] wrote.
    fn generated(text: String) -> Self {
        Self { text: Cow::Owned(text), sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// The text as SQLite wants it: `?n`, since it takes `$2` for a name and fills names in the order in
    /// which they appear.
    pub(crate) fn for_sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| self.text.replace("{{for_update}}", "").replace('$', "?"))
    }

    /// The text as PostgreSQL wants it.
    pub(crate) fn for_postgres(&self) -> &str {
        self.postgres.get_or_init(|| self.text.replace("{{for_update}}", "FOR UPDATE"))
    }
}

/// A query. `scoped` ones see one account: [`crate::door::Read`] puts it in `$1`. `global` ones are the few
/// look-ups that come before an account is known, and the feed (SEC-111).
#[derive(Debug)]
pub(crate) struct Select {
    pub(crate) sql: Sql,
    pub(crate) global: bool,
}

impl Select {
    /// A query inside one account, which must say so. Checked when the program is compiled.
    pub(crate) const fn scoped(text: &'static str) -> Self {
        assert!(starts_with(text, "SELECT "), "a query selects");
        assert!(contains(text, "account_id = $1"), "a scoped query is bound to its account by `account_id = $1`");
        Self { sql: Sql::new(text), global: false }
    }

    /// A query across accounts. Each needs a reason beside it.
    pub(crate) const fn global(text: &'static str) -> Self {
        assert!(starts_with(text, "SELECT "), "a query selects");
        Self { sql: Sql::new(text), global: true }
    }
}

const fn starts_with(text: &str, start: &str) -> bool {
    matches_at(text.as_bytes(), start.as_bytes(), 0)
}

const fn contains(text: &str, part: &str) -> bool {
    let mut at = 0;
    while at + part.len() <= text.len() {
        if matches_at(text.as_bytes(), part.as_bytes(), at) {
            return true;
        }
        at += 1;
    }
    false
}

#[expect(clippy::indexing_slicing, reason = "const code has no `get`; every index is checked against the length")]
const fn matches_at(text: &[u8], part: &[u8], at: usize) -> bool {
    if at + part.len() > text.len() {
        return false;
    }
    let mut place = 0;
    while place < part.len() {
        if text[at + place] != part[place] {
            return false;
        }
        place += 1;
    }
    true
}

/// Declares a module's queries and, from the same text, the list of them that the conformance tests
/// prepare on both databases: none can be forgotten there.
macro_rules! selects {
    ($($(#[$doc:meta])* $name:ident: $scope:ident $text:literal;)+) => {
        $($(#[$doc])* pub(crate) static $name: $crate::db::Select = $crate::db::Select::$scope($text);)+

        /// All queries of this module.
        #[cfg(test)]
        pub(crate) static SELECTS: &[(&str, &$crate::db::Select)] = &[$((stringify!($name), &$name),)+];
    };
}
pub(crate) use selects;

/// The same for the statements that change the core's own bookkeeping: heads, tallies, the feed, the trail.
/// (The product's state is changed through [`table`] alone.)
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident: $text:literal;)+) => {
        $($(#[$doc])* pub(crate) static $name: $crate::db::Sql = $crate::db::Sql::new($text);)+

        /// All bookkeeping statements of this module.
        #[cfg(test)]
        pub(crate) static STATEMENTS: &[(&str, &$crate::db::Sql)] = &[$((stringify!($name), &$name),)+];
    };
}
pub(crate) use statements;

/// An open transaction on one of the databases.
pub(crate) trait Connection {
    /// Runs a query or a `RETURNING` statement.
    fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError>;
    /// Runs a statement and tells how many rows it changed.
    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError>;
}

/// Refuses what only one of the databases could take: PostgreSQL's text holds no U+0000, and SQLite's ends there
/// for some functions and not for others. What is stored has been checked before; this is for what is asked for.
fn check_texts(parameters: &[Value]) -> Result<(), DbError> {
    let unfit = parameters.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0')));
    if unfit { Err(DbError::Unfit) } else { Ok(()) }
}

/// What went wrong below.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum DbError {
    /// Another transaction is in the way; running again may succeed.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// No space left.
    #[error("no space left for the store")]
    Full,
    /// The connection or the file is gone.
    #[error("the database is not reachable: {0}")]
    Lost(String),
    /// The connection broke during COMMIT.
    #[error("the connection broke while committing")]
    OutcomeUnknown,
    /// A text that no column can hold.
    #[error("a text holds U+0000")]
    Unfit,
    /// A unique value is taken.
    #[error("a unique value is taken: {0}")]
    Duplicate(String),
    /// Anything else: a bug or a damaged store.
    #[error("database: {0}")]
    Other(String),
}
