//! What an archive says of itself.

use base::{ids::AccountId, timestamp::Timestamp};
use serde_json::{Value as Json, json};

use super::format::ArchiveFault;
use crate::audit::KeptHead;

/// What is in an archive, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The hashes of the steps of its schema, in order: their number is the schema's version.
    pub migrations: Vec<String>,
    /// The version of the program that made it.
    pub program: String,
    /// The moment that it shows.
    pub created: Timestamp,
    /// The node that made it.
    pub node: String,
    /// The kind of database that the store was in: `sqlite` or `postgres`.
    pub database: String,
    /// Its tables, in the order in which they can be filled.
    pub tables: Vec<TableEntry>,
    /// The end of every account's chain of audit events.
    pub audit_heads: Vec<(AccountId, KeptHead)>,
}

/// A table in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// Its columns' names.
    pub columns: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
}

impl Manifest {
    /// The version of its schema.
    pub fn schema(&self) -> usize {
        self.migrations.len()
    }

    /// How many rows all tables have.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    pub(super) fn to_json(&self) -> String {
        let table = |table: &TableEntry| json!({ "name": table.name, "columns": table.columns, "rows": table.rows });
        let head = |(account, head): &(AccountId, KeptHead)| json!([account.to_string(), head.to_string()]);
        json!({
            "migrations": self.migrations,
            "program": self.program,
            "created_us": self.created.micros(),
            "node": self.node,
            "database": self.database,
            "tables": self.tables.iter().map(table).collect::<Vec<_>>(),
            "audit_heads": self.audit_heads.iter().map(head).collect::<Vec<_>>(),
        })
        .to_string()
    }

    pub(super) fn parse(text: &[u8]) -> Result<Self, ArchiveFault> {
        let read = || {
            let json: Json = serde_json::from_slice(text).ok()?;
            let field = |name: &str| json.get(name)?.as_str().map(str::to_owned);
            let list = |name: &str| json.get(name)?.as_array();
            Some(Self {
                migrations: texts(list("migrations")?)?,
                program: field("program")?,
                created: Timestamp::from_micros(json.get("created_us")?.as_i64()?),
                node: field("node")?,
                database: field("database")?,
                tables: list("tables")?.iter().map(table).collect::<Option<_>>()?,
                audit_heads: list("audit_heads")?.iter().map(head).collect::<Option<_>>()?,
            })
        };
        read().ok_or_else(|| ArchiveFault::Content("its manifest has another form".to_owned()))
    }
}

fn texts(list: &[Json]) -> Option<Vec<String>> {
    list.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

fn table(json: &Json) -> Option<TableEntry> {
    Some(TableEntry {
        name: json.get("name")?.as_str()?.to_owned(),
        columns: texts(json.get("columns")?.as_array()?)?,
        rows: json.get("rows")?.as_u64()?,
    })
}

fn head(json: &Json) -> Option<(AccountId, KeptHead)> {
    let account = AccountId::parse(json.get(0)?.as_str()?).ok()?;
    Some((account, KeptHead::parse(json.get(1)?.as_str()?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_its_text() {
        let manifest = Manifest {
            migrations: vec!["ab".to_owned()],
            program: "0.1.0".to_owned(),
            created: Timestamp::from_micros(7),
            node: "n".to_owned(),
            database: "sqlite".to_owned(),
            tables: vec![TableEntry { name: "t".to_owned(), columns: vec!["a".to_owned()], rows: 3 }],
            audit_heads: vec![(AccountId::INSTANCE, KeptHead { seq: 5, hash: [1; 32] })],
        };
        assert_eq!(Manifest::parse(manifest.to_json().as_bytes()).unwrap(), manifest);
        for text in ["", "{}", "[]"] {
            assert!(Manifest::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
