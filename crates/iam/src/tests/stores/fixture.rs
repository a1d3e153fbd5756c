//! A fixture as text.
//!
//! The first line says what it is: the schema's version, the hash of each of its migrations in both databases, the keys
//! that people had, and each table's columns. Every other line is a row, `["table", value, …]`, bytes as `{"hex": "…"}`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use base::ids::{AccessKeyId, AccountId};
use data_encoding::HEXLOWER;
use serde_json::{Value as Json, json};

use super::MASTER_KEY;
use crate::{
    Database,
    backup::BackupError,
    caller::Caller,
    db::{
        Value,
        migrate::{MIGRATIONS, fingerprint},
        whole::{self, Fresh, Whole},
    },
    tests::support::{Node, Store, origin},
};

/// A store of one version of the schema.
pub(in crate::tests) struct Fixture {
    pub(in crate::tests) schema: usize,
    /// The hashes of its migrations, by the name of the database.
    migrations: BTreeMap<String, Vec<String>>,
    pub(in crate::tests) keys: Vec<Key>,
    /// The file of its master keys.
    pub(in crate::tests) master_keys: String,
    /// Columns and rows, by table.
    tables: BTreeMap<String, (Vec<String>, Vec<Vec<Value>>)>,
}

/// An access key that somebody had.
#[derive(Clone)]
pub(in crate::tests) struct Key {
    pub(super) name: String,
    pub(super) account: AccountId,
    pub(in crate::tests) id: String,
    pub(super) secret: String,
    pub(super) may: Use,
}

/// What a key is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::tests) enum Use {
    Sign,
    Disabled,
    Deleted,
}

const USES: [(&str, Use); 3] = [("sign", Use::Sign), ("disabled", Use::Disabled), ("deleted", Use::Deleted)];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

impl Fixture {
    /// All there are, oldest first.
    pub(super) fn all() -> Vec<Self> {
        let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
        let mut fixtures: Vec<Self> = files.map(|file| Self::parse(&fs::read_to_string(file).unwrap())).collect();
        fixtures.sort_by_key(|fixture| fixture.schema);
        fixtures
    }

    fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let head = lines.next().unwrap();
        let texts = |list: &Json| -> Vec<String> { serde_json::from_value(list.clone()).unwrap() };
        let mut tables: BTreeMap<String, (Vec<String>, Vec<Vec<Value>>)> = BTreeMap::new();
        for (table, columns) in head["columns"].as_object().unwrap() {
            tables.insert(table.clone(), (texts(columns), Vec::new()));
        }
        for line in lines {
            let (table, row) = line.as_array().unwrap().split_first().unwrap();
            let (_, rows) = tables.get_mut(table.as_str().unwrap()).unwrap();
            rows.push(row.iter().map(read_value).collect());
        }
        let migrations = head["migrations"].as_object().unwrap();
        Self {
            schema: usize::try_from(head["schema"].as_u64().unwrap()).unwrap(),
            migrations: migrations.iter().map(|(name, hashes)| (name.clone(), texts(hashes))).collect(),
            keys: head["keys"].as_array().unwrap().iter().map(Key::parse).collect(),
            master_keys: head["master_keys"].as_str().unwrap_or(MASTER_KEY).to_owned(),
            tables,
        }
    }

    /// The store that `connection` shows, as text.
    pub(super) fn write(connection: &mut dyn Whole, keys: &[Key], master_keys: &str) -> String {
        let applied = whole::applied(connection).unwrap();
        let of = |text: fn(&crate::db::migrate::Migration) -> &'static str| {
            MIGRATIONS.iter().take(applied.len()).map(|step| fingerprint(text(step))).collect::<Vec<_>>()
        };
        let tables = whole::tables(connection).unwrap();
        let columns = tables.iter().map(|table| (table.name.clone(), json!(table.column_names().collect::<Vec<_>>())));
        let head = json!({
            "schema": applied.len(),
            "migrations": { "sqlite": of(|step| step.sqlite), "postgres": of(|step| step.postgres) },
            "master_keys": master_keys,
            "keys": keys.iter().map(Key::to_json).collect::<Vec<_>>(),
            "columns": columns.collect::<serde_json::Map<_, _>>(),
        });
        assert_eq!(head["migrations"][connection.engine().name], json!(applied), "it was made by another program");
        let mut text = head.to_string() + "\n";
        for table in &tables {
            whole::each_row(connection, table, |row| {
                let row: Vec<Json> = row.iter().map(write_value).collect();
                let line: Vec<Json> = std::iter::once(json!(table.name)).chain(row).collect();
                text += &(Json::Array(line).to_string() + "\n");
                Ok::<_, crate::error::Error>(())
            })
            .unwrap();
        }
        text
    }

    /// Writes the fixture that `text` is.
    pub(super) fn save(text: &str) {
        let schema = Self::parse(text).schema;
        fs::write(folder().join(format!("schema-{schema:04}.jsonl")), text).unwrap();
    }

    /// Makes it, by the migrations of its time, in an empty place.
    pub(super) fn make(&self, store: &Store) {
        let nowhere = PathBuf::new();
        let (database, directory) = match store {
            Store::Sqlite(data) => (Database::Embedded, data.path()),
            Store::Postgres(database) => (Database::Postgres { url: database.url() }, nowhere.as_path()),
        };
        let fresh = Fresh::new(&database, directory).unwrap().unwrap();
        let made = fresh.fill(|connection| {
            whole::make(connection, self.schema)?;
            let name = connection.engine().name;
            // A migration that was edited after it had landed would shut out every store that had it.
            assert_eq!(whole::applied(connection)?, self.migrations[name], "a migration is another than it was");
            let tables = whole::tables(connection)?;
            assert!(tables.iter().map(|table| &table.name).all(|name| self.tables.contains_key(name)));
            tables.iter().rev().try_for_each(|table| whole::clear(connection, table))?;
            for table in &tables {
                let (columns, rows) = &self.tables[&table.name];
                assert!(table.column_names().eq(columns), "{}", table.name);
                whole::insert(connection, table, rows.iter().cloned().map(Ok::<_, BackupError>))?;
            }
            Ok::<_, BackupError>(())
        });
        made.unwrap().unwrap();
    }

    /// Every account in it.
    pub(super) fn accounts(&self) -> Vec<AccountId> {
        let (columns, rows) = &self.tables["account"];
        let place = columns.iter().position(|column| column == "account_id").unwrap();
        let id = |row: &Vec<Value>| match row[place] {
            Value::Int(number) => AccountId::new(u64::try_from(number).unwrap()).unwrap(),
            _ => panic!("an account has a number"),
        };
        rows.iter().map(id).collect()
    }

    /// Tables in which nothing is.
    pub(super) fn empty_tables(text: &str) -> Vec<String> {
        let fixture = Self::parse(text);
        fixture.tables.into_iter().filter(|(_, (_, rows))| rows.is_empty()).map(|(name, _)| name).collect()
    }
}

impl Key {
    fn parse(json: &Json) -> Self {
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        let account = AccountId::parse(&text("account")).unwrap();
        let may = USES.into_iter().find(|(word, _)| text("may") == *word).unwrap().1;
        Self { name: text("name"), account, id: text("id"), secret: text("secret"), may }
    }

    fn to_json(&self) -> Json {
        let may = USES.into_iter().find(|(_, known)| *known == self.may).unwrap().0;
        json!({
            "name": self.name, "account": self.account.to_string(), "id": self.id, "secret": self.secret, "may": may,
        })
    }

    /// Its owner, as it calls.
    pub(super) fn caller(&self, node: &Node) -> Caller {
        let access_key = AccessKeyId::parse(&self.id).unwrap();
        let principal = node.iam.snapshot().unwrap().access_keys.get(&access_key).unwrap().owner;
        Caller::with_key(self.account, principal, access_key, origin())
    }
}

fn read_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Object(bytes) => Value::Bytes(HEXLOWER.decode(bytes["hex"].as_str().unwrap().as_bytes()).unwrap()),
        other => panic!("{other}"),
    }
}

fn write_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(number) => json!(number),
        Value::Bool(flag) => json!(i64::from(*flag)),
        Value::Text(text) => json!(text),
        Value::Bytes(bytes) => json!({ "hex": HEXLOWER.encode(bytes) }),
    }
}
