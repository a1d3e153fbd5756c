//! Opening a store: what is made, what is checked, and what is left alone.

use std::{sync::Barrier, time::Duration};

use super::support::{Store, TestDatabase, on_postgres, pause, secret, server, settings, write_key};
use crate::{Database, Iam, OpenError, SchemaProblem, Settings};

/// Opens a node on `database` in a directory of its own.
fn open(database: &TestDatabase, change: impl FnOnce(&mut Settings)) -> Result<Iam, OpenError> {
    let directory = tempfile::tempdir().unwrap();
    let (mut settings, _) = settings(directory.path(), Database::Postgres { url: database.url() });
    change(&mut settings);
    Iam::open(settings)
}

fn refusal(opened: Result<Iam, OpenError>) -> OpenError {
    opened.err().expect("it was opened")
}

#[test]
fn sec_204_nodes_that_start_at_once_make_one_store() {
    let Some(server) = server() else { return println!("NOT RUN: PostgreSQL") };
    let database = TestDatabase::empty(&server);
    let start = Barrier::new(4);
    let nodes: Vec<_> = std::thread::scope(|scope| {
        let openings: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    open(&database, |_| {})
                })
            })
            .collect();
        openings.into_iter().map(|opening| opening.join().unwrap().unwrap()).collect()
    });
    let admin = database.admin();
    assert_eq!(admin.value("SELECT count(*) FROM instance"), "1");
    assert_eq!(admin.value("SELECT count(*) FROM change_head"), "16");
    let steps = crate::db::migrate::MIGRATIONS.len().to_string();
    assert_eq!(admin.value("SELECT count(*) FROM schema_migration"), steps);
    drop(nodes);
}

/// Two nodes with keys of their own cannot both be right: what one seals the other could not open.
#[test]
fn sec_065_of_nodes_with_different_keys_one_wins() {
    let Some(server) = server() else { return println!("NOT RUN: PostgreSQL") };
    for _ in 0..3 {
        let database = TestDatabase::empty(&server);
        let start = Barrier::new(2);
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let openings: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let directory = tempfile::tempdir().unwrap();
                        // Each makes a key of its own, as a first start does.
                        let data = directory.path().join("data");
                        std::fs::create_dir(&data).unwrap();
                        let (mut settings, _) = settings(&data, Database::Postgres { url: database.url() });
                        std::fs::remove_file(settings.master_key.take().unwrap()).unwrap();
                        start.wait();
                        Iam::open(settings).map(|iam| iam.made_master_key.is_some())
                    })
                })
                .collect();
            openings.into_iter().map(|opening| opening.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count(), 1, "{outcomes:?}");
        // The other one either made its key in vain or came so late that it had to bring one.
        let lost = |outcome: &_| matches!(outcome, Err(OpenError::KeyWrong(_) | OpenError::KeyMissing(_)));
        assert_eq!(outcomes.iter().filter(|outcome| lost(outcome)).count(), 1, "{outcomes:?}");
    }
}

#[test]
fn sec_065_a_store_opens_with_its_own_key_only() {
    on_postgres(|store| {
        let database = store.database();
        let other =
            refusal(open(database, |settings| write_key(settings.master_key.as_ref().unwrap(), &"ab".repeat(32))));
        assert!(matches!(other, OpenError::KeyWrong(_)), "{other}");
        let none = refusal(open(database, |settings| settings.master_key = Some("/nowhere/master.key".into())));
        assert!(matches!(none, OpenError::KeyMissing(_)), "{none}");
    });
}

#[test]
fn sec_204_what_is_not_ours_is_left_alone() {
    let Some(server) = server() else { return println!("NOT RUN: PostgreSQL") };
    let database = TestDatabase::empty(&server);
    database.admin().execute("CREATE TABLE shop (id INT)");
    assert!(matches!(refusal(open(&database, |_| {})), OpenError::Foreign));
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.admin().value(tables), "1");

    // A directory that has had a store does not begin a new one in an empty database.
    let database = TestDatabase::empty(&server);
    let marked = refusal(open(&database, |settings| std::fs::write(settings.directory.join("instance"), "").unwrap()));
    assert!(matches!(marked, OpenError::Missing(_)), "{marked}");
    assert_eq!(database.admin().value(tables), "0");
}

#[test]
fn sec_204_a_newer_or_other_schema_is_refused() {
    on_postgres(|store| {
        let database = store.database();
        database.admin().execute("INSERT INTO schema_migration VALUES (1000, 'from the future')");
        let newer = refusal(open(database, |_| {}));
        assert!(matches!(newer, OpenError::Schema(SchemaProblem::Newer { .. })), "{newer}");
        database.admin().execute(
            "DELETE FROM schema_migration WHERE version = 1000; UPDATE schema_migration SET sha256 = 'x' WHERE version = 1",
        );
        let changed = refusal(open(database, |_| {}));
        assert!(matches!(changed, OpenError::Schema(SchemaProblem::Changed { version: 1 })), "{changed}");
    });
}

#[test]
fn sec_207_a_server_that_acknowledges_what_is_not_durable_is_refused() {
    on_postgres(|store| {
        let database = store.database();
        let set = |value: &str| database.alter(&format!("SET synchronous_commit = {value}"));
        for value in ["off", "local", "remote_write"] {
            set(value);
            let refused = refusal(open(database, |_| {}));
            let told = refused.to_string();
            assert!(matches!(refused, OpenError::Setting { name: "synchronous_commit", .. }), "{told}");
            assert!(told.contains(value), "{told}");
        }
        for value in ["on", "remote_apply"] {
            set(value);
            drop(open(database, |_| {}).unwrap());
        }
    });
}

#[test]
fn text_that_is_not_unicode_is_refused() {
    let Some(server) = server() else { return println!("NOT RUN: PostgreSQL") };
    let database = TestDatabase::with_options(&server, " TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
    let refused = refusal(open(&database, |_| {}));
    assert!(matches!(refused, OpenError::Setting { name: "server_encoding", .. }), "{refused}");
}

#[test]
fn sec_211_staleness_has_bounds() {
    for span in [Duration::ZERO, Duration::from_millis(999), Duration::from_millis(60_001), Duration::MAX] {
        let data = tempfile::tempdir().unwrap();
        let (mut settings, _) = settings(data.path(), Database::Embedded);
        settings.max_staleness = span;
        let refused = refusal(Iam::open(settings));
        assert!(matches!(refused, OpenError::Setting { name: "max_staleness", .. }), "{refused}");
    }
    let store = Store::Sqlite(tempfile::tempdir().unwrap());
    for seconds in [1, 60] {
        drop(store.node_with(|settings| settings.max_staleness = Duration::from_secs(seconds)));
    }
}

/// SEC-067: whatever goes wrong, the password in the URL is not told.
#[test]
fn sec_067_the_password_of_the_database_is_never_told() {
    on_postgres(|store| {
        let address = store.database().address();
        let urls = [
            "postgres://bob:swordfish@127.0.0.1:1/iam".to_owned(),
            format!("postgres://nobody:swordfish@{address}/no_such_database"),
            format!("postgres://postgres:swordfish@{address}/no_such_database"),
            "postgres://bob:swordfish@host.invalid/iam".to_owned(),
            "postgres://bob:swordfish@127.0.0.1:1/iam?sslmode=require".to_owned(),
            "postgres://bob:swordfish@127.0.0.1:swordfish/iam".to_owned(),
        ];
        for url in urls {
            let refused = refusal(open(store.database(), |settings| {
                settings.database = Database::Postgres { url: secret(&url) };
                assert!(!format!("{:?}", settings.database).contains("swordfish"));
            }));
            assert!(!format!("{refused} {refused:?}").contains("swordfish"), "{refused}");
        }
    });
}

/// A caller may have an asynchronous runtime around it, as the program has.
#[test]
fn a_store_is_opened_and_closed_inside_a_runtime() {
    on_postgres(|store| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let iam = open(store.database(), |_| {}).unwrap();
            iam.catch_up().await;
            iam.close();
        });
    });
}

/// Closing ends all connections, and what comes later is answered.
#[test]
fn a_closed_node_is_gone_and_says_so() {
    on_postgres(|store| {
        let node = store.node();
        let root = node.account();
        let before = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'claviger' AND datname = current_database()";
        let admin = store.database().admin();
        assert!(admin.value(before).parse::<u32>().unwrap() >= 2);
        node.iam.close();
        super::support::eventually(Duration::from_secs(2), || admin.value(before) == "0");
        assert!(matches!(node.create_user(&root, "late"), Err(crate::error::Error::Unavailable { .. })));
        assert!(!super::support::wait(node.iam.catch_up()));
        pause(Duration::from_millis(1));
    });
}
