//! Passwords' hashes grow stronger as people sign in.

use super::scene::{PASSWORD, attempt, company, secret};
use crate::{
    audit,
    db::Sql,
    hashing::HashingCost,
    sign_in::{Attempt, Claim},
    tests::support::{Node, Store, deeds::set_root_login, on_each, operator, origin},
};

/// What the store has of Alice's password, and of root's.
fn hashes(store: &Store) -> [String; 2] {
    store
        .transact(|tx| {
            let mut hash = |text| tx.rows(&Sql::new(text), &[])?[0].text(0);
            Ok([hash("SELECT password_hash FROM login_profile")?, hash("SELECT password_hash FROM root_login")?])
        })
        .unwrap()
}

fn root(password: &str) -> Attempt {
    let claim = Claim::Root { email: "root@example.com".to_owned() };
    Attempt { claim, password: secret(password), device: None, origin: origin() }
}

/// SEC-014: a hash that is weaker than those of today is replaced when its password is next proved, and the trail says so.
#[test]
fn sec_014_a_weaker_hash_is_replaced_at_the_next_sign_in() {
    on_each(|store| {
        let node = store.node();
        let account = {
            let company = company(&node, "acme");
            node.change(&operator(), set_root_login(company.account(), "root")).unwrap();
            company.account()
        };
        drop(node);
        let weak = hashes(store);
        let dearer = || store.node_with(|settings| settings.hashing_cost = HashingCost { memory_kib: 16, passes: 2 });
        let node = dearer();
        node.sign_in(attempt("acme", "alice", "wrong")).unwrap_err();
        node.sign_in(root("wrong")).unwrap_err();
        drop(node);
        assert_eq!(hashes(store), weak, "who did not prove the password changes nothing");

        let sign_in = |node: &Node| {
            node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap();
            node.sign_in(root(PASSWORD)).unwrap();
        };
        let node = dearer();
        sign_in(&node);
        let replayed = node.query(&operator(), audit::Replay { account: Some(account) }).unwrap();
        assert_eq!(replayed.differences, []);
        drop(node);
        let strong = hashes(store);
        for (strong, weak) in strong.iter().zip(&weak) {
            assert!(weak.contains("$m=8,t=1,") && strong.contains("$m=16,t=2,"), "{weak} {strong}");
        }
        sign_in(&dearer());
        assert_eq!(hashes(store), strong, "one that is strong stays");
        sign_in(&store.node());
        assert_eq!(hashes(store), strong, "and is not made weaker");
    });
}
