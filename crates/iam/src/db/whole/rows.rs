//! All rows of a table, out and in.
//!
//! Values go out alike from both databases, flags as 0 and 1, and come in as the column wants them.

use super::{ColumnKind, Table, Whole};
use crate::{
    db::{Row, Value},
    error::{Error, Result},
};

/// How many rows are read at a time, and how many are written by one statement: few enough that rows with the longest
/// documents do not fill the memory.
const PAGE: usize = 256;
const AT_ONCE: usize = 64;

/// How many rows a table has.
pub(crate) fn count(connection: &mut dyn Whole, table: &Table) -> Result<u64> {
    let rows = connection.rows(&table.count(), &[])?;
    rows.first().map_or(Ok(0), |row| row.number(0))
}

/// Shows every row of a table to `visit`, in the order of its key, a page in memory at a time. `E` is what ends it early.
pub(crate) fn each_row<E: From<Error>>(
    connection: &mut dyn Whole,
    table: &Table,
    mut visit: impl FnMut(Vec<Value>) -> Result<(), E>,
) -> Result<(), E> {
    let [first, next] = [false, true].map(|after| table.select_page(after));
    let (mut select, mut bounds) = (&first, Vec::new());
    loop {
        bounds.push(Value::Int(i64::try_from(PAGE).unwrap_or(i64::MAX)));
        let page = connection.rows(select, &bounds).map_err(Error::from)?;
        let Some(Row(last)) = page.get(PAGE - 1) else {
            return page.into_iter().try_for_each(|row| visit(neutral(row)));
        };
        bounds = table.key.iter().filter_map(|place| last.get(*place).cloned()).collect();
        select = &next;
        page.into_iter().try_for_each(|row| visit(neutral(row)))?;
    }
}

/// Deletes every row of a table.
pub(crate) fn clear(connection: &mut dyn Whole, table: &Table) -> Result<()> {
    connection.run(&table.clear(), &[])?;
    Ok(())
}

/// Inserts rows as [`each_row`] gave them, from whichever database. Errors: one does not fit, or is there already, beside
/// those of whoever gives the rows.
pub(crate) fn insert<E: From<Error>>(
    connection: &mut dyn Whole,
    table: &Table,
    rows: impl IntoIterator<Item = Result<Vec<Value>, E>>,
) -> Result<u64, E> {
    let mut inserted = 0;
    let (many, one) = (table.insert(AT_ONCE), table.insert(1));
    let mut rows = rows.into_iter();
    loop {
        let mut values = Vec::new();
        let mut taken = 0;
        for row in rows.by_ref().take(AT_ONCE) {
            taken += 1;
            values.extend(fitted(table, row?)?);
        }
        if taken < AT_ONCE {
            for row in values.chunks(table.columns.len().max(1)) {
                inserted += connection.run(&one, row).map_err(Error::from)?;
            }
            return Ok(inserted);
        }
        inserted += connection.run(&many, &values).map_err(Error::from)?;
    }
}

/// The row without what only one of the databases has.
fn neutral(Row(values): Row) -> Vec<Value> {
    let one = |value| match value {
        Value::Bool(flag) => Value::Int(i64::from(flag)),
        other => other,
    };
    values.into_iter().map(one).collect()
}

/// The row as its columns want it.
fn fitted(table: &Table, row: Vec<Value>) -> Result<Vec<Value>> {
    if row.len() != table.columns.len() {
        return Err(Error::internal(format!("a row does not fit table `{}`", table.name)));
    }
    let one = |(value, kind)| match (value, kind) {
        (Value::Int(number @ (0 | 1)), ColumnKind::Bool) => Value::Bool(number == 1),
        (value, _) => value,
    };
    Ok(row.into_iter().zip(table.columns.iter().map(|column| column.kind)).map(one).collect())
}
