//! When checkpoints are made, on both databases.

use std::time::Duration;

use base::ids::AccountId;

use super::support::{Node, Root, Store, eventually, on_each, on_postgres, operator, pause};
use crate::{
    audit::{Checkpoint, NewestCheckpoint, Verify},
    db::Sql,
};

/// How long making one may take when it is due: the recorder looks twice a second.
const SOON: Duration = Duration::from_secs(10);
const MINUTE: i64 = 60_000_000;

fn newest(node: &Node, account: AccountId) -> Option<Checkpoint> {
    node.query(&operator(), NewestCheckpoint { account: Some(account) }).unwrap()
}

fn held(node: &Node, root: &Root) -> u64 {
    let verified = node.query(&operator(), Verify::of(Some(root.account))).unwrap();
    assert!(verified.verdict.is_ok(), "{verified:?}");
    verified.checkpoints
}

/// How many the store has of an account, as nobody uses it.
fn count(store: &Store, account: AccountId) -> i64 {
    static COUNT: Sql = Sql::new("SELECT count(*) FROM audit_checkpoint WHERE account_id = $1");
    store.opened().transact(|tx| Ok(tx.rows(&COUNT, &[account.into()])?[0].int(0)?)).unwrap()
}

#[test]
fn sec_175_events_have_a_checkpoint_within_a_minute() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        let start = node.iam.now();
        node.clock.advance_micros(MINUTE);
        eventually(SOON, || newest(&node, root.account).is_some());
        let first = newest(&node, root.account).unwrap();
        assert!(first.seq >= 2 && first.is_signed() && first.key == node.iam.checkpoint_key(), "{first:?}");
        assert!(first.time >= start && first.time <= node.iam.now());

        node.create_user(&root, "bob").unwrap();
        node.clock.advance_micros(MINUTE);
        eventually(SOON, || newest(&node, root.account).is_some_and(|newest| newest.seq > first.seq));
        assert_eq!(held(&node, &root), 2);
    });
}

/// What a node wrote and had no time to state is stated by the next start, whoever's event it was; and a store that is
/// closed leaves nothing unstated. Idle accounts cost nothing.
#[test]
fn sec_175_a_start_finds_what_has_no_checkpoint() {
    static FORGET: Sql = Sql::new("DELETE FROM audit_checkpoint WHERE account_id = $1");
    on_each(|store| {
        let node = store.node();
        let roots: Vec<Root> = (0..3).map(|_| node.account()).collect();
        drop(node);
        for root in &roots {
            assert_eq!(count(store, root.account), 1, "a closed store leaves nothing unstated");
        }
        store.opened().transact(|tx| Ok(tx.run(&FORGET, &[roots[1].account.into()])?)).unwrap();
        let node = store.node();
        pause(Duration::from_secs(2));
        drop(node);
        for root in &roots {
            assert_eq!(count(store, root.account), 1, "and no other chain has got another");
        }
    });
}

/// Nodes that write into one chain make one checkpoint a minute between them.
#[test]
fn sec_175_nodes_share_the_work() {
    on_postgres(|store| {
        let nodes = [store.node(), store.node(), store.node()];
        let root = nodes[0].account();
        for node in &nodes {
            eventually(SOON, || node.iam.snapshot().unwrap().accounts.get(&root.account).is_some());
        }
        for minute in 0..3 {
            for (place, node) in nodes.iter().enumerate() {
                node.create_user(&root, &format!("user-{minute}-{place}")).unwrap();
                node.clock.advance_micros(MINUTE);
            }
            pause(Duration::from_millis(1_500)); // each node has looked
        }
        let held = held(&nodes[0], &root);
        assert!((2..=4).contains(&held), "{held} checkpoints in three minutes on three nodes");
    });
}
