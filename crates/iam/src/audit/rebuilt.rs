//! An account's tables, rebuilt in memory from what its events say.

use std::collections::{BTreeMap, HashMap};

use base::ids::AccountId;
use serde_json::{Value as Json, json};

use super::{Difference, Replayed, shown, sql};
use crate::{
    db::{Row, Select, Value, table::Table},
    door::Read,
    error::Result,
    tables,
};

/// How many rows of a table are read at a time.
const PAGE: usize = 1_000;
/// More nouns than there are.
const TALLIES_MAX: i64 = 1_000;

/// By key, as a JSON array: the columns behind the key, in the table's order.
type Rows = HashMap<String, Vec<Json>>;

/// The tables as the events so far leave them, and what did not fit on the way.
pub(super) struct Rebuilt {
    account: String,
    tables: HashMap<&'static str, (&'static Table, Rows)>,
    report: Replayed,
}

impl Rebuilt {
    /// Nothing yet.
    pub(super) fn of(account: AccountId) -> Self {
        let tables = tables::state_tables().iter().map(|table| (table.name, (*table, Rows::new()))).collect();
        Self { account: account.to_string(), tables, report: Replayed::default() }
    }

    /// Does what the event of `row` (one of [`sql::EVENTS`]) says was done.
    pub(super) fn replay(&mut self, row: &Row) -> Result<()> {
        self.report.events += 1;
        let seq = row.int(0)?;
        let body: Json = serde_json::from_str(&row.text(5)?).unwrap_or_default();
        let Some(subject) = body.get("subject").and_then(Json::as_str) else {
            let table = "audit_event".to_owned();
            self.report.differs(Difference { table, key: json!([seq]).to_string(), ..at(seq) });
            return Ok(());
        };
        // An operator's chain tells of many accounts; each account's own chain has it all.
        if subject == self.account {
            for change in body.get("changes").and_then(Json::as_array).into_iter().flatten() {
                self.apply(change, seq);
            }
        }
        Ok(())
    }

    fn apply(&mut self, change: &Json, seq: i64) {
        let text = |name: &str| change.get(name).and_then(Json::as_str).unwrap_or_default();
        let name = text("table");
        let Some((table, rows)) = self.tables.get_mut(name) else {
            return self.report.differs(Difference { table: name.to_owned(), ..at(seq) });
        };
        let field = |part: &str, column: &str| change.get(part).and_then(|part| part.get(column)).cloned();
        let key = table.key.iter().map(|column| field("key", column.name).unwrap_or_default()).collect();
        let key = Json::Array(key).to_string();
        let misfit = Difference { table: name.to_owned(), key: key.clone(), ..at(seq) };
        match text("deed") {
            "insert" => {
                // A field that the event does not name is of a column that came later.
                let columns = table.columns.iter();
                let row = columns.map(|column| field("fields", column.name).unwrap_or_default()).collect();
                if let Some(before) = rows.insert(key, row) {
                    self.report.differs(Difference { expected: Some(Json::Array(before).to_string()), ..misfit });
                }
            }
            "update" => {
                let Some(row) = rows.get_mut(&key) else { return self.report.differs(misfit) };
                for (column, value) in table.columns.iter().zip(row) {
                    let Some(told) = field("fields", column.name) else { continue };
                    let (old, new) = (told.get("old"), told.get("new").cloned().unwrap_or_default());
                    let before = std::mem::replace(value, new);
                    if old != Some(&before) {
                        let (expected, found) = (Some(before.to_string()), old.map(Json::to_string));
                        let column = Some(column.name.to_owned());
                        self.report.differs(Difference { column, expected, found, ..misfit.clone() });
                    }
                }
            }
            "delete" if rows.remove(&key).is_some() => {}
            _ => self.report.differs(misfit),
        }
    }

    /// Compares all tables and tallies with those of the store.
    pub(super) fn compare(mut self, tx: &Read<'_>) -> Result<Replayed> {
        let mut counts = BTreeMap::new();
        for table in tables::state_tables() {
            let expected = self.tables.remove(table.name).map(|(_, rows)| rows).unwrap_or_default();
            counts.insert(table.name, compare_table(table, expected, tx, &mut self.report)?);
        }
        recount(&counts, tx, &mut self.report)?;
        Ok(self.report)
    }
}

/// A difference that an event brings.
fn at(seq: i64) -> Difference {
    Difference { event: Some(seq), ..Difference::default() }
}

/// Compares one table and tells how many rows the store has in it.
fn compare_table(table: &'static Table, mut expected: Rows, tx: &Read<'_>, report: &mut Replayed) -> Result<i64> {
    let [first, next] = [false, true].map(|after| Select { sql: table.select_page(after), global: false });
    let (mut select, mut bounds, mut count) = (&first, Vec::new(), 0);
    loop {
        bounds.push(Value::from(i64::try_from(PAGE).unwrap_or(i64::MAX)));
        let page = tx.rows(select, &bounds)?;
        for row in &page {
            count += 1;
            report.rows += 1;
            compare_row(table, row, &mut expected, report);
        }
        match page.into_iter().nth(PAGE - 1) {
            Some(Row(values)) if !table.key.is_empty() => {
                select = &next;
                bounds = values.into_iter().take(table.key.len()).collect();
            }
            _ => break,
        }
    }
    let absent: BTreeMap<String, Vec<Json>> = expected.into_iter().collect();
    for (key, row) in absent {
        let expected = Some(Json::Array(row).to_string());
        report.differs(Difference { table: table.name.to_owned(), key, expected, ..Difference::default() });
    }
    Ok(count)
}

fn compare_row(table: &'static Table, row: &Row, expected: &mut Rows, report: &mut Replayed) {
    let mut values = row.0.iter().zip(table.all_columns()).map(|(value, column)| shown(column.kind, value));
    let key = Json::Array(values.by_ref().take(table.key.len()).collect()).to_string();
    let found: Vec<Json> = values.collect();
    let difference = Difference { table: table.name.to_owned(), key, ..Difference::default() };
    let Some(expected) = expected.remove(&difference.key) else {
        return report.differs(Difference { found: Some(Json::Array(found).to_string()), ..difference });
    };
    for ((column, expected), found) in table.columns.iter().zip(expected).zip(found) {
        if expected != found {
            let column = Some(column.name.to_owned());
            let (expected, found) = (Some(expected.to_string()), Some(found.to_string()));
            report.differs(Difference { column, expected, found, ..difference.clone() });
        }
    }
}

/// Compares the tallies with how many rows there are, by table.
fn recount(counts: &BTreeMap<&str, i64>, tx: &Read<'_>, report: &mut Replayed) -> Result<()> {
    let mut tallies = BTreeMap::new();
    for row in tx.rows(&sql::TALLIES, &[TALLIES_MAX.into()])? {
        tallies.insert(row.text(0)?, row.int(1)?);
    }
    let difference = |noun: &str, expected: Option<i64>, found: i64| Difference {
        table: "tally".to_owned(),
        key: json!([noun]).to_string(),
        column: Some("count".to_owned()),
        expected: expected.map(|count| count.to_string()),
        found: Some(found.to_string()),
        event: None,
    };
    for (noun, table) in tables::counted() {
        let expected = counts.get(table.name).copied().unwrap_or_default();
        let found = tallies.remove(noun.word()).unwrap_or_default();
        if found != expected {
            report.differs(difference(noun.word(), Some(expected), found));
        }
    }
    // A tally of something that nobody counts would never be compared.
    for (noun, found) in tallies {
        report.differs(difference(&noun, None, found));
    }
    Ok(())
}
