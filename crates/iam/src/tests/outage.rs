//! The database goes away, hangs, or gets in the way.

use std::time::{Duration, Instant};

use super::support::{Fault, Node, Proxy, Store, eventually, on_postgres, operator, pause, timed, wait};
use crate::{Database, audit, error::Error};

/// How long a request may take when the database is away (SEC-210).
const FAST: Duration = Duration::from_secs(2);
/// How long a node may take to work again when the database is back; SEC-209 allows 30 seconds.
const BACK: Duration = Duration::from_secs(10);

fn is_unavailable<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Unavailable { .. }))
}

/// A node that reaches its database over a stretch of network.
fn node_by(store: &Store, proxy: &Proxy) -> Node {
    store.node_with(|settings| settings.database = Database::Postgres { url: store.database().url_by(proxy.port) })
}

#[test]
fn sec_242_a_node_that_cannot_confirm_its_freshness_lets_nobody_in() {
    on_postgres(|store| {
        let node = store.node_with(|settings| settings.max_staleness = Duration::from_secs(1));
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        let (key, database) = (node.create_key(&root, "alice"), store.database());
        database.shut();
        let shut = Instant::now();
        assert!(node.knows(key), "for a moment it goes on from memory (SEC-211)");
        eventually(Duration::from_secs(2), || node.iam.snapshot().is_err());
        assert!(shut.elapsed() > Duration::from_millis(500), "it gave up after {:?}", shut.elapsed());

        // Down: everything is refused, and soon.
        for _ in 0..3 {
            let (answer, took) = timed(|| node.create_user(&root, "bob"));
            assert!(is_unavailable(&answer) && took < FAST, "{answer:?} after {took:?}");
            let (answer, took) = timed(|| node.user(&root, "alice"));
            assert!(is_unavailable(&answer) && took < FAST, "{answer:?} after {took:?}");
            let (found, took) = timed(|| wait(node.iam.catch_up()));
            assert!(!found && took < FAST, "{found} after {took:?}");
        }
        assert!(node.iam.snapshot().is_err() && !node.iam.has_failed());

        database.reopen();
        let took = eventually(BACK, || node.iam.snapshot().is_ok());
        println!("fresh again after {took:?}");
        eventually(BACK, || node.create_user(&root, "bob").is_ok());
        assert_eq!(node.user_names(&root), ["alice", "bob"]);
    });
}

#[test]
fn sec_209_a_lost_connection_is_not_noticed_by_who_comes_after() {
    on_postgres(|store| {
        let node = store.node();
        let root = node.account();
        let connections = "SELECT pid FROM pg_stat_activity WHERE application_name = 'claviger' \
            AND datname = current_database()";
        for round in 0..5 {
            let admin = store.database().admin();
            let before = admin.rows(connections);
            admin.rows(&format!("SELECT pg_terminate_backend(pid) FROM ({connections}) AS ours"));
            eventually(BACK, || {
                let now = admin.rows(connections);
                before.iter().all(|process| !now.contains(process))
            });
            node.create_user(&root, &format!("user-{round}")).unwrap();
            assert_eq!(node.user_names(&root).len(), round + 1);
        }
    });
}

/// A server that takes no writes is no primary: nothing goes through it, and the node looks for one that does.
#[test]
fn sec_209_a_server_that_has_become_read_only_gets_no_write() {
    on_postgres(|store| {
        let node = store.node();
        let (root, database) = (node.account(), store.database());
        let set = |value: &str| {
            database.alter(&format!("SET default_transaction_read_only = {value}"));
            database.end_connections();
        };
        set("on");
        eventually(BACK, || is_unavailable(&node.create_user(&root, "alice")));
        assert!(is_unavailable(&node.create_user(&root, "alice")));
        set("off");
        eventually(BACK, || node.create_user(&root, "bob").is_ok());
        assert_eq!(node.user_names(&root), ["bob"]);
    });
}

/// A network that swallows everything looks like an answer that takes long. Nobody waits for it.
#[test]
fn sec_210_a_silent_network_holds_nobody() {
    on_postgres(|store| {
        let proxy = Proxy::to(store.database().address());
        let node = node_by(store, &proxy);
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        proxy.set(Fault::Silence);
        let start = Instant::now();
        for _ in 0..3 {
            let asked: Vec<_> = (0..50).map(|number| node.creating_user(&root, &format!("user-{number}"))).collect();
            let (answers, took) = timed(|| asked.into_iter().map(wait).collect::<Vec<_>>());
            assert!(answers.iter().all(is_unavailable), "{answers:?}");
            assert!(took < FAST, "{took:?}");
            let (answer, took) = timed(|| node.user(&root, "alice"));
            assert!(is_unavailable(&answer) && took < FAST, "{answer:?} after {took:?}");
            let (_, took) = timed(|| wait(node.iam.catch_up()));
            assert!(took < FAST, "{took:?}");
        }
        println!("three rounds of refusals took {:?}", start.elapsed());
        proxy.set(Fault::None);
        let took = eventually(BACK, || node.create_user(&root, "bob").is_ok());
        println!("back after {took:?}");
        assert_eq!(node.user_names(&root), ["alice", "bob"]);
    });
}

#[test]
fn sec_208_a_commit_whose_answer_is_lost_is_neither_promised_nor_repeated() {
    on_postgres(|store| {
        let proxy = Proxy::to(store.database().address());
        let node = node_by(store, &proxy);
        let root = node.account();
        for (fault, name, stands) in [(Fault::CutAfterCommit, "alice", true), (Fault::CutBeforeCommit, "bob", false)] {
            proxy.set(fault);
            let answer = node.create_user(&root, name);
            proxy.set(Fault::None);
            assert!(matches!(answer, Err(Error::OutcomeUnknown)), "{fault:?}: {answer:?}");
            eventually(BACK, || node.iam.snapshot().is_ok() && node.query(&root.caller, list()).is_ok());
            pause(Duration::from_millis(500)); // whoever would repeat it has had the time
            assert_eq!(node.user_names(&root).contains(&name.to_owned()), stands, "{fault:?}");
            let events = format!(
                "SELECT count(*) FROM audit_event WHERE account_id = {} AND action = 'iam:CreateUser'",
                root.account.number()
            );
            assert_eq!(store.database().admin().value(&events), "1", "{fault:?}");
        }
        // Asking again says how it stands.
        assert!(matches!(node.create_user(&root, "alice"), Err(Error::Exists { .. })));
        node.create_user(&root, "bob").unwrap();
        let verified = node.query(&operator(), audit::Verify::of(Some(root.account))).unwrap();
        assert!(verified.verdict.is_ok(), "{verified:?}");
    });
}

fn list() -> crate::users::List {
    crate::users::List { search: None, after: None, size: crate::page::PageSize::MAX }
}

/// Somebody else holds the account for longer than a lock is waited for: the change is tried again until it is free.
#[test]
fn sec_162_a_change_in_another_ones_way_is_tried_again() {
    on_postgres(|store| {
        let node = store.node();
        let root = node.account();
        let admin = store.database().admin();
        let hold = format!("BEGIN; SELECT 1 FROM account_head WHERE account_id = {} FOR UPDATE", root.account.number());
        admin.execute(&hold);
        let answer = node.creating_user(&root, "alice");
        pause(Duration::from_millis(1_500));
        admin.execute("COMMIT");
        wait(answer).unwrap();

        admin.execute(&hold);
        let (answer, took) = timed(|| node.create_user(&root, "bob"));
        admin.execute("COMMIT");
        assert!(is_unavailable(&answer) && took < Duration::from_secs(8), "{answer:?} after {took:?}");
        node.create_user(&root, "bob").unwrap();
    });
}

/// Two transactions that wait for each other: the database ends one, and it is tried again.
#[test]
fn sec_162_a_deadlock_is_resolved_by_another_try() {
    on_postgres(|store| {
        let node = store.node();
        let root = node.account();
        let admin = store.database().admin();
        // The change takes the account's head first and the feed's last: here it is the other way round. Which of the
        // two the database ends is its choice; the change has a shorter patience with locks.
        let shard = root.account.number() % 16;
        admin.execute(&format!("BEGIN; SELECT 1 FROM change_head WHERE shard = {shard} FOR UPDATE"));
        let answer = node.creating_user(&root, "alice");
        pause(Duration::from_millis(300));
        let own = admin.try_execute(&format!(
            "SELECT 1 FROM account_head WHERE account_id = {} FOR UPDATE",
            root.account.number()
        ));
        let _ = admin.try_execute("ROLLBACK");
        println!("the other transaction: {own:?}");
        wait(answer).unwrap();
        assert_eq!(node.user_names(&root), ["alice"]);
    });
}
