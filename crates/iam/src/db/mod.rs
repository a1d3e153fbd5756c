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
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod table;
pub(crate) mod tally;
mod value;
pub(crate) mod whole;

use std::{borrow::Cow, sync::OnceLock};

pub(crate) use self::value::{Row, Value};

/// One statement. Parameters are `$1 … $n`; `{{for_update}}` locks the rows read, where the database
/// has such a lock; `{{escape}}` behind a pattern says that `\\` escapes in it, where the database does not know: one that
/// knows would work it out for every row.
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

    /// A statement that this module's [`table`] or [`whole`] wrote.
    fn generated(text: String) -> Self {
        Self { text: Cow::Owned(text), sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// The text as SQLite wants it: `?n`, since it takes `$2` for a name and fills names in the order in
    /// which they appear.
    pub(crate) fn for_sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            self.text.replace("{{for_update}}", "").replace("{{escape}}", "ESCAPE '\\'").replace('$', "?")
        })
    }

    /// The text as PostgreSQL wants it.
    pub(crate) fn for_postgres(&self) -> &str {
        self.postgres.get_or_init(|| self.text.replace("{{for_update}}", "FOR UPDATE").replace("{{escape}}", ""))
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
    ($($(#[$doc:meta])* $name:ident: $scope:ident $text:expr;)+) => {
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
