//! A store as a whole: making its schema up to any version, and reading and writing all rows of all tables.
//!
//! Nothing here knows what a table is about: which tables there are, with which columns and keys, is read from the
//! database itself. So a table that a migration adds is in every backup from then on, without anybody thinking of it.

mod place;
mod rows;
mod schema;
mod shape;

pub(crate) use self::{
    place::{Fresh, Place},
    rows::{clear, count, each_row, insert},
    schema::{applied, hashes, make},
    shape::{ColumnKind, Table, tables},
};
use super::{
    Connection, DbError, Sql,
    migrate::{Migration, Spelling},
};

/// A connection on which the schema, too, can be read and made.
pub(crate) trait Whole: Connection {
    /// Runs texts without parameters.
    fn batch(&mut self, texts: &str) -> Result<(), DbError>;

    /// Which of the two databases it is.
    fn engine(&self) -> &'static Engine;
}

/// What of a database is its own, as far as whole stores are concerned.
pub(crate) struct Engine {
    /// Its name, in lower case.
    pub(crate) name: &'static str,
    /// How it spells types.
    pub(crate) spelling: &'static Spelling,
    /// Its text of a migration.
    pub(crate) text: fn(&Migration) -> &'static str,
    /// Every column of every table, in their order: table, column, type, and its place in the primary key or 0.
    pub(crate) columns: Sql,
    /// Which table refers to which.
    pub(crate) references: Sql,
    /// Its words for the types of columns.
    pub(crate) types: &'static [(&'static str, ColumnKind)],
}
