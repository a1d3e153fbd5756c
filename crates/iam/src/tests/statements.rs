//! Every statement is understood by both databases, and alike.

use std::{collections::BTreeSet, fs, path::Path};

use super::support::{Store, on_each, server};
use crate::{
    access_keys, accounts, api_keys, attachments, audit, backup, boundaries, console_sessions,
    db::{
        Select, Sql, Value, head, instance,
        table::{Kind, Table},
        tally,
    },
    error::Error,
    feed, groups, identity_providers, inline_policies, login_profiles, master_keys, once, overview, partner_accounts,
    password_settings, passwords, policies, quotas, roles, sign_in,
    tables::state_tables,
    users,
};

/// All modules that hold statements, by their files.
fn registered() -> Vec<(&'static str, Vec<(&'static str, &'static Sql)>)> {
    let selects = |list: &'static [(&'static str, &'static Select)]| {
        list.iter().map(|(name, select)| (*name, &select.sql)).collect::<Vec<_>>()
    };
    let both =
        |list, statements: &'static [(&'static str, &'static Sql)]| [selects(list), statements.to_vec()].concat();
    vec![
        ("access_keys/sql.rs", both(access_keys::sql::SELECTS, access_keys::sql::STATEMENTS)),
        ("accounts/sql.rs", selects(accounts::sql::SELECTS)),
        ("api_keys/sql.rs", both(api_keys::sql::SELECTS, api_keys::sql::STATEMENTS)),
        ("attachments/sql.rs", selects(attachments::sql::SELECTS)),
        ("audit/sql.rs", both(audit::sql::SELECTS, audit::sql::STATEMENTS)),
        ("backup/sql.rs", both(backup::sql::SELECTS, backup::sql::STATEMENTS)),
        ("boundaries/sql.rs", selects(boundaries::sql::SELECTS)),
        ("console_sessions/sql.rs", both(console_sessions::sql::SELECTS, console_sessions::sql::STATEMENTS)),
        ("db/head.rs", head::STATEMENTS.to_vec()),
        ("db/instance.rs", both(instance::SELECTS, instance::STATEMENTS)),
        ("db/tally.rs", both(tally::SELECTS, tally::STATEMENTS)),
        ("feed/sql.rs", both(feed::sql::SELECTS, feed::sql::STATEMENTS)),
        ("groups/sql.rs", selects(groups::sql::SELECTS)),
        ("identity_providers/sql.rs", selects(identity_providers::sql::SELECTS)),
        ("inline_policies/sql.rs", selects(inline_policies::sql::SELECTS)),
        ("login_profiles/sql.rs", selects(login_profiles::sql::SELECTS)),
        ("overview/sql.rs", both(overview::sql::SELECTS, overview::sql::STATEMENTS)),
        ("partner_accounts/sql.rs", selects(partner_accounts::sql::SELECTS)),
        ("password_settings/sql.rs", selects(password_settings::sql::SELECTS)),
        ("passwords/sql.rs", selects(passwords::sql::SELECTS)),
        ("once/sql.rs", both(once::sql::SELECTS, once::sql::STATEMENTS)),
        ("master_keys/sql.rs", both(master_keys::sql::SELECTS, master_keys::sql::STATEMENTS)),
        ("policies/sql.rs", selects(policies::sql::SELECTS)),
        ("quotas/sql.rs", selects(quotas::sql::SELECTS)),
        ("roles/sql.rs", both(roles::sql::SELECTS, roles::sql::STATEMENTS)),
        ("sign_in/sql.rs", both(sign_in::sql::SELECTS, sign_in::sql::STATEMENTS)),
        ("users/listing/sql.rs", both(users::listing::sql::SELECTS, users::listing::sql::STATEMENTS)),
        ("users/sql.rs", selects(users::sql::SELECTS)),
    ]
}

/// All bookkeeping statements, by file and name.
pub(super) fn statements() -> Vec<(String, &'static Sql)> {
    let all = registered().into_iter().flat_map(|(file, list)| {
        list.into_iter().map(move |(name, sql)| (format!("{file} {name}"), sql)).collect::<Vec<_>>()
    });
    all.filter(|(_, sql)| !sql.for_sqlite().starts_with("SELECT")).collect()
}

/// All queries, by file and name.
pub(super) fn selects() -> Vec<(String, &'static Select)> {
    let lists = [
        ("access_keys/sql.rs", access_keys::sql::SELECTS),
        ("accounts/sql.rs", accounts::sql::SELECTS),
        ("api_keys/sql.rs", api_keys::sql::SELECTS),
        ("attachments/sql.rs", attachments::sql::SELECTS),
        ("audit/sql.rs", audit::sql::SELECTS),
        ("backup/sql.rs", backup::sql::SELECTS),
        ("boundaries/sql.rs", boundaries::sql::SELECTS),
        ("console_sessions/sql.rs", console_sessions::sql::SELECTS),
        ("db/instance.rs", instance::SELECTS),
        ("db/tally.rs", tally::SELECTS),
        ("feed/sql.rs", feed::sql::SELECTS),
        ("groups/sql.rs", groups::sql::SELECTS),
        ("identity_providers/sql.rs", identity_providers::sql::SELECTS),
        ("inline_policies/sql.rs", inline_policies::sql::SELECTS),
        ("login_profiles/sql.rs", login_profiles::sql::SELECTS),
        ("overview/sql.rs", overview::sql::SELECTS),
        ("partner_accounts/sql.rs", partner_accounts::sql::SELECTS),
        ("password_settings/sql.rs", password_settings::sql::SELECTS),
        ("passwords/sql.rs", passwords::sql::SELECTS),
        ("once/sql.rs", once::sql::SELECTS),
        ("master_keys/sql.rs", master_keys::sql::SELECTS),
        ("policies/sql.rs", policies::sql::SELECTS),
        ("quotas/sql.rs", quotas::sql::SELECTS),
        ("roles/sql.rs", roles::sql::SELECTS),
        ("sign_in/sql.rs", sign_in::sql::SELECTS),
        ("users/listing/sql.rs", users::listing::sql::SELECTS),
        ("users/sql.rs", users::sql::SELECTS),
    ];
    let named = |(file, list): (&str, &'static [(&'static str, &'static Select)])| {
        list.iter().map(|(name, select)| (format!("{file} {name}"), *select)).collect::<Vec<_>>()
    };
    lists.into_iter().flat_map(named).collect()
}

/// The statements that a table's description gives.
fn generated(table: &Table) -> Vec<(String, Sql)> {
    let update = table.columns.iter().map(|column| (format!("update {}", column.name), table.update(&[column.name])));
    let all: Vec<&'static str> = table.columns.iter().map(|column| column.name).collect();
    let fixed = [
        ("insert", table.insert()),
        ("select_one", table.select_one()),
        ("select_page", table.select_page(false)),
        ("select_page behind", table.select_page(true)),
        ("update", table.update(&all)),
        ("delete", table.delete()),
    ];
    fixed.into_iter().map(|(name, sql)| (name.to_owned(), sql)).chain(update).collect()
}

fn on_sqlite(file: &rusqlite::Connection, sql: &Sql) -> Result<(usize, Vec<String>), String> {
    let statement = file.prepare(sql.for_sqlite()).map_err(|error| error.to_string())?;
    let columns = statement.column_names().map(str::to_owned).collect();
    Ok((statement.parameter_count(), columns))
}

#[test]
fn every_statement_is_prepared_alike_on_both() {
    let Some(server) = server() else { return println!("NOT RUN: PostgreSQL") };
    let sqlite = Store::Sqlite(tempfile::tempdir().unwrap());
    drop(sqlite.node());
    let file = sqlite.file();
    let database = super::support::TestDatabase::from_template(&server);
    let admin = database.admin();
    let mut prepared = 0;
    let mut compare = |name: String, sql: &Sql| {
        let here = on_sqlite(&file, sql).unwrap_or_else(|error| panic!("{name} on SQLite: {error}"));
        let there = admin.prepare(sql.for_postgres()).unwrap_or_else(|error| panic!("{name} on PostgreSQL: {error}"));
        // What an expression without a name is called differs; how many there are does not.
        assert_eq!((here.0, here.1.len()), (there.0, there.1.len()), "{name}: parameters, columns");
        prepared += 1;
    };
    for (path, statements) in registered() {
        for (name, sql) in statements {
            compare(format!("{path} {name}"), sql);
        }
    }
    for table in state_tables() {
        for (name, sql) in generated(table) {
            compare(format!("{} {name}", table.name), &sql);
        }
    }
    assert!(prepared > 100, "only {prepared} statements");
}

/// A file with statements that is not in the list above would not be prepared.
#[test]
fn no_file_with_statements_is_forgotten() {
    fn search(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                search(&path, found);
            } else if fs::read_to_string(&path).is_ok_and(|text| declares_statements(&text)) {
                found.insert(path.to_string_lossy().into_owned());
            }
        }
    }
    fn declares_statements(text: &str) -> bool {
        text.lines().any(|line| line == "selects! {" || line == "statements! {")
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    search(&source, &mut found);
    let listed = registered().into_iter().map(|(path, _)| source.join(path).to_string_lossy().into_owned());
    assert_eq!(found, listed.collect());
}

/// SQLite takes `$2` for a name and fills names as they come; `db` makes it a number (the trap of `?2`).
#[test]
fn parameters_bind_by_number_in_whatever_order_they_stand() {
    static TURNED: Sql =
        Sql::new("SELECT CAST($3 AS TEXT), CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($1 AS BIGINT) + 1");
    on_each(|store| {
        let row = store.transact(|tx| Ok(tx.rows(&TURNED, &[7i64.into(), "two".into(), "three".into()])?)).unwrap();
        assert_eq!(row[0].0, [Value::from("three"), 7i64.into(), "two".into(), 8i64.into()]);
    });
}

/// What is written is read again as it was, of every type.
#[test]
fn values_survive_on_both() {
    static FLAG: Sql = Sql::new("SELECT enabled FROM iam_user WHERE account_id = $1 AND name = $2");
    let text = "\u{1F511} 'quoted' \"twice\" \\ $1 % _ \u{7f}\n\t é";
    on_each(|store| {
        store
            .transact(|tx| {
                for number in [0, -1, 1, i64::MAX, i64::MIN] {
                    for bytes in [vec![], vec![0, 255, 0], vec![7; 70_000]] {
                        let row = [number.into(), text.into(), Value::Null, bytes.into()];
                        let rows = tx.rows(&ECHO, &row)?;
                        assert_eq!(rows[0].0, row);
                    }
                }
                assert_eq!(tx.rows(&FLAG, &[1i64.into(), "nobody".into()])?, []);
                Ok(())
            })
            .unwrap();
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        drop(node);
        let rows = store.transact(|tx| Ok(tx.rows(&FLAG, &[root.account.into(), "alice".into()])?)).unwrap();
        assert!(rows[0].bool(0).unwrap());
    });
}

static ECHO: Sql = Sql::new(
    "SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), coalesce($4, (SELECT hash FROM audit_event LIMIT 0))",
);

/// SEC-006: a text that only one database could take is refused by both, and is no fault of ours.
#[test]
fn sec_006_a_text_with_u0000_is_refused_alike() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let refusal = node.user(&root, "ali\0ce").unwrap_err();
        assert!(matches!(refusal, Error::Invalid { .. }), "{refusal:?}");
    });
}

/// A parameter of another type than its column is a bug. PostgreSQL says so, where SQLite would convert.
#[test]
fn a_value_of_the_wrong_type_is_not_converted() {
    super::support::on_postgres(|store| {
        let wrong: [(&str, &[Value]); 3] = [
            ("SELECT seq FROM change_head WHERE shard = $1", &["7".into()]),
            ("SELECT name FROM iam_user WHERE name = $1", &[7i64.into()]),
            ("SELECT name FROM iam_user WHERE enabled = $1", &[1i64.into()]),
        ];
        for (text, parameters) in wrong {
            let outcome = store.transact(|tx| Ok(tx.rows(&Sql::new(text), parameters)?));
            assert!(outcome.is_err(), "{text}");
        }
        let summed = Sql::new("SELECT sum(seq) FROM change_head");
        let told = store.transact(|tx| Ok(tx.rows(&summed, &[])?)).unwrap_err().to_string();
        assert!(told.contains("numeric"), "{told}");
    });
}

/// The trail's form and the column's type agree: a flag is a flag, and a digest of bytes or of text.
#[test]
fn kinds_of_columns_are_the_types_of_the_schema() {
    super::support::on_postgres(|store| {
        let admin = store.database().admin();
        for table in state_tables() {
            for column in table.all_columns() {
                let found = admin.value(&format!(
                    "SELECT data_type FROM information_schema.columns WHERE table_name = '{}' AND column_name = '{}'",
                    table.name, column.name
                ));
                let fits = match column.kind {
                    Kind::Int => found == "bigint",
                    Kind::Bool => found == "boolean",
                    Kind::Text => found == "text",
                    Kind::Digest => found == "bytea" || found == "text",
                };
                assert!(fits, "{}.{} is {found}", table.name, column.name);
            }
        }
    });
}
