//! Operations behave alike on both databases.

use super::support::{Store, on_each, wait};
use crate::error::{Error, Noun};

#[test]
fn users_are_created_shown_listed_and_deleted() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        assert_eq!(node.user_names(&root), [""; 0]);
        let alice = node.create_user(&root, "alice").unwrap();
        let names = ["Bob", "carol@example.com", "\u{5f20}\u{4f1f}", "zoe_1"];
        for name in names {
            node.create_user(&root, name).unwrap();
        }
        assert_eq!(node.user(&root, "ALICE").unwrap(), alice);
        assert_eq!(node.user_names(&root), [&["alice"], &names[..]].concat());
        assert_eq!(node.user_names(&other), [""; 0]);

        let taken = node.create_user(&root, "ALICE").unwrap_err();
        assert!(matches!(taken, Error::Exists { noun: Noun::User, .. }), "{taken:?}");
        let absent = node.user(&other, "alice").unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::User, .. }), "{absent:?}");

        node.delete_user(&root, "Alice").unwrap();
        let gone = node.delete_user(&root, "alice").unwrap_err();
        assert!(matches!(gone, Error::NotFound { noun: Noun::User, .. }), "{gone:?}");
        let again = node.create_user(&root, "alice").unwrap();
        assert!(again.id != alice.id, "an id is never used again");
        assert_eq!(node.user_names(&root), [&names[..], &["alice"]].concat());
    });
}

/// What was answered is there after a new start, and is decided by.
#[test]
fn sec_200_what_was_answered_is_there_again_after_a_start() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        node.create_user(&root, "bob").unwrap();
        let (lasting, gone) = (node.create_key(&root, "alice"), node.create_key(&root, "bob"));
        node.delete_user(&root, "bob").unwrap();
        drop(node);
        let node = store.node();
        assert_eq!(node.user_names(&root), ["alice"]);
        assert!(node.knows(lasting) && !node.knows(gone));
        node.create_user(&root, "bob").unwrap();
    });
}

#[test]
fn sec_243_one_name_is_given_once_however_many_ask() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let asked: Vec<_> = (0..100).map(|_| node.creating_user(&root, "alice")).collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let refused = |answer: &Result<_, Error>| matches!(answer, Err(Error::Exists { .. }));
        assert_eq!(answers.iter().filter(|answer| refused(answer)).count(), 99);
        assert_eq!(node.user_names(&root), ["alice"]);
    });
}

/// A quota is exact under parallel requests: it is not "about 20".
#[test]
fn sec_243_a_quota_holds_however_many_ask() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        let create = || {
            let owner = crate::access_keys::Owner::User("alice".to_owned());
            node.iam.change(root.caller.clone(), crate::access_keys::Create { owner })
        };
        let asked: Vec<_> = (0..100).map(|_| create()).collect();
        let made = asked.into_iter().flat_map(wait).count();
        assert_eq!(made, 20);
    });
}

/// SEC-239: what an answer says is in force on its node when the answer comes, whoever asks next.
#[test]
fn sec_239_an_answered_change_is_in_force_on_its_node() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        for round in 0..20 {
            let name = format!("user-{round}");
            let user = node.create_user(&root, &name).unwrap();
            let key = node.create_key(&root, &name);
            assert!(node.knows(key), "a key that was just made works");
            node.delete_user(&root, &name).unwrap();
            let snapshot = node.iam.snapshot().unwrap();
            assert!(snapshot.access_keys.get(&key).is_none() && snapshot.principals.get(&user.id).is_none());
        }
    });
}

/// The trail of each account is one chain without gaps, on either database.
#[test]
fn sec_175_the_chain_has_no_gap_after_parallel_changes() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let asked: Vec<_> = (0..40).map(|number| node.creating_user(&root, &format!("user-{number}"))).collect();
        for answer in asked {
            wait(answer).unwrap();
        }
        let verified = node.query(&super::support::operator(), crate::audit::Verify::of(Some(root.account))).unwrap();
        assert!(verified.verdict.is_ok(), "{verified:?}");
    });
}

/// SEC-202: a store that has failed once takes nothing more, even where the file would: what was to be kept before may
/// be lost already.
#[test]
fn sec_202_a_store_that_failed_takes_nothing_more() {
    let store = Store::Sqlite(tempfile::tempdir().unwrap());
    let node = store.node();
    let root = node.account();
    node.create_user(&root, "alice").unwrap();
    node.iam.core.health.fail();
    let refused = node.create_user(&root, "bob").unwrap_err();
    assert!(matches!(refused, Error::Unavailable { .. }), "{refused:?}");
    assert!(node.iam.has_failed() && !node.iam.is_ready());
    drop(node);
    assert_eq!(store.node().user_names(&root), ["alice"]);
}
