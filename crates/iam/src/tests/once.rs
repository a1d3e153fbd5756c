//! Answers that are kept, on both databases: for a day, and no longer.

use std::time::Duration;

use super::{
    sessions::by_api_key,
    support::{
        Company, Node, Root, calling,
        deeds::{allow, create_api_key, create_user, document, owner, session_token},
        on_each, wait,
    },
};
use crate::{
    api_keys,
    caller::Caller,
    db::{Connection, Sql},
    error::{Error, Result},
    once::{KEPT, Keep, Once, Outcome, Terms},
    sessions::GetSessionToken,
    users::User,
};

/// A user is made once, under its name as the key.
fn create_once(node: &Node, root: &Root, name: &str) {
    create_once_as(node, &root.caller, name).unwrap();
}

fn create_once_as(node: &Node, caller: &Caller, name: &str) -> Result<Outcome<User>> {
    let keep: Keep<_> = Box::new(|_| Ok(Some(b"{}".to_vec())));
    let terms = Terms { once: Some(Once::new(name, &[name.as_bytes()], keep)), ..Terms::default() };
    wait(node.iam.change_on(caller.clone(), create_user(name), terms))
}

/// SEC-075, SEC-106: an answer that comes again is not asked for permission, so it is given only to credentials of the
/// same power: what a document limits never gets what its user was told.
#[test]
fn sec_075_sec_106_a_limited_credential_has_answers_of_its_own() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.user_who_may("alice", &["iam:CreateUser", "iam:GetUser"], &["*"]);
        let by_key = |document| by_api_key(&company, api_keys::Create { document, ..create_api_key(owner("alice")) });
        let by_session = |policy| {
            let credentials = node.change(&alice, GetSessionToken { policy, ..session_token() }).unwrap();
            calling(&node, &credentials)
        };
        let reading = || Some(document([allow(&["iam:GetUser"], &["*"])]));
        let creating = || Some(document([allow(&["iam:CreateUser"], &["*"])]));
        let is_again = |caller: &Caller, name: &str| {
            create_once_as(&node, caller, name).map(|outcome| matches!(outcome, Outcome::Again(_)))
        };

        assert!(!is_again(&alice, "one").unwrap());
        for (whole, limited) in [(by_key(None), by_key(reading())), (by_session(None), by_session(reading()))] {
            assert!(is_again(&whole, "one").unwrap(), "the same power");
            let refused = is_again(&limited, "one").unwrap_err();
            assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
        }
        // What it may do it does once, and the session that follows goes on with it; nobody else does.
        let (first, next) = (by_session(creating()), by_session(creating()));
        assert_eq!([&first, &next].map(|caller| is_again(caller, "two").unwrap()), [false, true]);
        let key = by_key(creating());
        assert_eq!([&key, &key].map(|caller| is_again(caller, "three").unwrap()), [false, true]);
        for other in [&alice, &by_key(creating()), &first] {
            let refused = is_again(other, "three").unwrap_err();
            assert!(matches!(refused, Error::Exists { .. }), "it is asked anew: {refused:?}");
        }
    });
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
