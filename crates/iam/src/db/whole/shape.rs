//! Which tables a database has, as it says itself.

use std::collections::BTreeMap;

use super::Whole;
use crate::{
    db::Sql,
    error::{Error, Result},
};

/// The table of migrations is no part of a store's content: it is made with the schema.
const MEMORY_TABLE: &str = "schema_migration";

/// A table. Names are of the schema, so they may stand in statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The places of the primary key's columns, in the key's order.
    pub(crate) key: Vec<usize>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
}

/// What a column holds, as far as the database tells: SQLite keeps flags as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Int,
    Bool,
    Text,
    Bytes,
}

impl Table {
    /// Its columns' names.
    pub(crate) fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The names of `places`, comma separated.
    fn list(&self, places: impl IntoIterator<Item = usize>) -> String {
        let names = places.into_iter().filter_map(|place| self.columns.get(place));
        names.map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// A page of all rows in the order of the key: `after` says whether to begin behind one (parameters 1 …). The last
    /// parameter is the page's size.
    pub(super) fn select_page(&self, after: bool) -> Sql {
        let (list, key) = (self.list(0..self.columns.len()), self.list(self.key.iter().copied()));
        let width = if after { self.key.len() } else { 0 };
        let bounds = (1..=width).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
        let behind = if after { format!(" WHERE ({key}) > ({bounds})") } else { String::new() };
        Sql::generated(format!("SELECT {list} FROM {}{behind} ORDER BY {key} LIMIT ${}", self.name, width + 1))
    }

    pub(super) fn count(&self) -> Sql {
        Sql::generated(format!("SELECT count(*) FROM {}", self.name))
    }

    pub(super) fn clear(&self) -> Sql {
        Sql::generated(format!("DELETE FROM {}", self.name))
    }

    /// Inserts so many rows at once.
    pub(super) fn insert(&self, rows: usize) -> Sql {
        let width = self.columns.len();
        let tuple = |row: usize| {
            let places: Vec<String> = (1..=width).map(|place| format!("${}", row * width + place)).collect();
            format!("({})", places.join(", "))
        };
        let tuples: Vec<String> = (0..rows).map(tuple).collect();
        let (name, list) = (&self.name, self.list(0..width));
        Sql::generated(format!("INSERT INTO {name} ({list}) VALUES {}", tuples.join(", ")))
    }
}

/// All tables of the store but the one of migrations; those that others refer to come first.
pub(crate) fn tables(connection: &mut dyn Whole) -> Result<Vec<Table>> {
    let engine = connection.engine();
    let mut tables: BTreeMap<String, (Table, BTreeMap<i64, usize>)> = BTreeMap::new();
    for row in connection.rows(&engine.columns, &[])? {
        let (name, column, word, key) = (row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?);
        if name == MEMORY_TABLE {
            continue;
        }
        let kind = engine.types.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
        let kind = kind.ok_or_else(|| Error::internal(format!("`{name}.{column}` is of type `{word}`")))?;
        let table = Table { name: name.clone(), columns: Vec::new(), key: Vec::new() };
        let (table, keys) = tables.entry(name).or_insert_with(|| (table, BTreeMap::new()));
        if key > 0 {
            keys.insert(key, table.columns.len());
        }
        table.columns.push(Column { name: column, kind });
    }
    let mut left = Vec::new();
    for (mut table, key) in tables.into_values() {
        table.key = key.into_values().collect();
        if table.key.is_empty() {
            return Err(Error::internal(format!("table `{}` has no primary key", table.name)));
        }
        left.push(table);
    }
    in_order(left, &references(connection)?)
}

/// Who refers to whom.
fn references(connection: &mut dyn Whole) -> Result<Vec<(String, String)>> {
    let engine = connection.engine();
    let rows = connection.rows(&engine.references, &[])?;
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Puts each table behind those that it refers to.
fn in_order(mut left: Vec<Table>, references: &[(String, String)]) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |table: &Table| {
            let needed = references.iter().filter(|(from, to)| *from == table.name && *to != table.name);
            needed.into_iter().any(|(_, to)| left.iter().any(|other| other.name == *to))
        };
        let (waiting, ready): (Vec<Table>, Vec<Table>) = left.iter().cloned().partition(waits);
        if ready.is_empty() {
            return Err(Error::internal("tables refer to each other in a circle"));
        }
        ordered.extend(ready);
        left = waiting;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Int };
        Table { name: name.to_owned(), columns: ["a", "b", "c"].map(column).into(), key: vec![2, 0] }
    }

    #[test]
    fn statements_name_every_column() {
        let text = |sql: Sql| sql.text.into_owned();
        let table = table("t");
        assert_eq!(text(table.select_page(false)), "SELECT a, b, c FROM t ORDER BY c, a LIMIT $1");
        assert_eq!(
            text(table.select_page(true)),
            "SELECT a, b, c FROM t WHERE (c, a) > ($1, $2) ORDER BY c, a LIMIT $3"
        );
        assert_eq!(text(table.insert(2)), "INSERT INTO t (a, b, c) VALUES ($1, $2, $3), ($4, $5, $6)");
    }

    #[test]
    fn who_is_referred_to_comes_first() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let references = [pair("a", "c"), pair("b", "a"), pair("c", "c")];
        let ordered = in_order(["a", "b", "c", "d"].map(table).into(), &references).unwrap();
        assert_eq!(ordered.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["c", "d", "a", "b"]);
        assert!(in_order(["a", "b"].map(table).into(), &[pair("a", "b"), pair("b", "a")]).is_err());
    }
}
