//! Answers that are kept, on both databases: for a day, and no longer.

use std::time::Duration;

use super::support::{Node, Root, deeds::create_user, on_each, wait};
use crate::{
    db::{Connection, Sql},
    error::Result,
    once::{KEPT, Keep, Once, Terms},
};

/// A user is made once, under its name as the key.
fn create_once(node: &Node, root: &Root, name: &str) {
    let keep: Keep<_> = Box::new(|_| Ok(Some(b"{}".to_vec())));
    let terms = Terms { once: Some(Once::new(name, &[name.as_bytes()], keep)), ..Terms::default() };
    wait(node.iam.change_on(root.caller.clone(), create_user(name), terms)).unwrap();
}

/// SEC-075: what is older than a day goes, and nothing else does.
#[test]
fn sec_075_answers_that_are_too_old_are_deleted() {
    on_each(|store| {
        let day = i64::try_from(KEPT.as_micros()).unwrap();
        let node = store.node();
        let root = node.account();
        create_once(&node, &root, "alice");
        node.clock.advance_micros(day - 1);
        create_once(&node, &root, "bob");
        let before = node.iam.now();
        let now = before.plus(Duration::from_micros(1));
        drop(node);
        let count = Sql::new("SELECT count(*) FROM idempotency");
        let answers = |tx: &mut dyn Connection| -> Result<i64> { tx.rows(&count, &[])?[0].int(0) };
        let after_pruning_at = |moment| {
            store.transact(|tx| crate::prune::prune(tx, moment)).unwrap();
            store.transact(answers).unwrap()
        };
        assert_eq!(after_pruning_at(before), 2, "not quite a day old");
        assert_eq!(after_pruning_at(now), 1, "bob's alone");
    });
}
