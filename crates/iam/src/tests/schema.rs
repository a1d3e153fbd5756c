//! The schema is the same on both databases, as far as their types go.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{Admin, Store, TestDatabase, server};

/// A table, in words that both have.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    /// Name, type and whether it may be NULL, in their order.
    columns: Vec<(String, &'static str, bool)>,
    /// What may not occur twice; the primary key among them.
    unique: BTreeSet<Vec<String>>,
    primary: Vec<String>,
    /// Columns, the table that they refer to, and its columns.
    references: BTreeSet<(String, String, String)>,
}

#[test]
fn both_databases_have_the_same_schema() {
    let Some(server) = server() else { return println!("NOT RUN: PostgreSQL") };
    let store = Store::Sqlite(tempfile::tempdir().unwrap());
    drop(store.node());
    let sqlite = of_sqlite(&store.file());
    let database = TestDatabase::from_template(&server);
    let postgres = of_postgres(&database.admin());
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, shape) in &sqlite {
        assert_eq!(shape, &postgres[name], "table {name}");
    }
    assert!(sqlite.len() >= 12, "only {} tables", sqlite.len());
}

fn of_sqlite(file: &rusqlite::Connection) -> BTreeMap<String, Shape> {
    let texts = |query: &str| -> Vec<Vec<String>> {
        let mut statement = file.prepare(query).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..width).map(|place| row.get::<_, rusqlite::types::Value>(place).map(|value| text(&value))).collect()
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    let tables = texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").concat();
    let shape = |table: &str| {
        let mut shape = Shape::default();
        let mut primary: Vec<(String, String)> = Vec::new();
        for row in texts(&format!("SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table}')")) {
            let [name, kind, required, key] = &row[..] else { panic!() };
            let kind = match kind.as_str() {
                "INTEGER" => "number",
                "TEXT" => "text",
                "BLOB" => "bytes",
                other => panic!("type {other}"),
            };
            shape.columns.push((name.clone(), kind, required == "0" && key == "0"));
            if key != "0" {
                primary.push((key.clone(), name.clone()));
            }
        }
        primary.sort();
        shape.primary = primary.into_iter().map(|(_, name)| name).collect();
        shape.unique.insert(shape.primary.clone());
        for row in texts(&format!("SELECT name FROM pragma_index_list('{table}') WHERE \"unique\"")) {
            shape
                .unique
                .insert(texts(&format!("SELECT name FROM pragma_index_info('{}') ORDER BY seqno", row[0])).concat());
        }
        for row in texts(&format!("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list('{table}')")) {
            shape.references.insert((row[0].clone(), row[1].clone(), row[2].clone()));
        }
        shape
    };
    tables.iter().map(|table| (table.clone(), shape(table))).collect()
}

fn text(value: &rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn of_postgres(admin: &Admin) -> BTreeMap<String, Shape> {
    let mut tables: BTreeMap<String, Shape> = BTreeMap::new();
    let columns = "SELECT c.table_name, c.column_name, c.data_type, c.is_nullable, c.collation_name \
        FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY 1, c.ordinal_position";
    for row in admin.rows(columns) {
        let [table, name, kind, nullable, collation] = &row[..] else { panic!() };
        let kind = match kind.as_str() {
            "bigint" | "boolean" => "number", // SQLite keeps flags as 0 and 1
            "text" => "text",
            "bytea" => "bytes",
            other => panic!("{table}.{name} is of type {other}"),
        };
        // Texts sort by their bytes on both, whatever the server's language.
        assert_eq!(collation, if kind == "text" { "C" } else { "NULL" }, "{table}.{name}");
        tables.entry(table.clone()).or_default().columns.push((name.clone(), kind, nullable == "YES"));
    }
    let unique = "SELECT t.relname, i.indisprimary, string_agg(a.attname, ',' ORDER BY k.place) \
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place) \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number \
        WHERE n.nspname = current_schema() AND i.indisunique GROUP BY t.relname, i.indexrelid, i.indisprimary";
    for row in admin.rows(unique) {
        let columns: Vec<String> = row[2].split(',').map(str::to_owned).collect();
        let shape = tables.get_mut(&row[0]).unwrap();
        if row[1] == "t" {
            shape.primary.clone_from(&columns);
        }
        shape.unique.insert(columns);
    }
    let references = "SELECT t.relname, a.attname, r.relname, b.attname FROM pg_constraint c \
        JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
        CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (here, there) \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here \
        JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.there \
        WHERE c.contype = 'f'";
    for row in admin.rows(references) {
        let reference = (row[1].clone(), row[2].clone(), row[3].clone());
        tables.get_mut(&row[0]).unwrap().references.insert(reference);
    }
    tables
}
