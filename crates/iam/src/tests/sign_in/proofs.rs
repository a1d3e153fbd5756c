//! Proving once more who one is.

use base::secret::SecretText;

use super::scene::{PASSWORD, attempt, company, from, person, secret};
use crate::{
    action::Action,
    console_sessions::ConsoleSession,
    error::{Error, Result},
    tests::support::{
        Node,
        deeds::{attach, create_key, owner, user},
        on_each, origin, wait,
    },
};

fn prove(node: &Node, session: &ConsoleSession, password: &str, on: &str) -> Result<SecretText> {
    wait(node.iam.prove(session, secret(password), Action::CreateAccessKey, on, origin()))
}

/// SEC-038: a key is made from the console only with a fresh proof for that very deed, and each proof counts once.
#[test]
fn sec_038_a_proof_is_for_one_deed_of_one_session() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(attach(user("alice"), crate::tests::support::ADMINISTRATOR));
        person(&company, "bob");
        let [one, other] = [0, 1].map(|_| node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap().session);
        let make = |session: &ConsoleSession, proof: Option<&SecretText>, name: &str| {
            let caller = session.caller(origin());
            let caller = proof.cloned().map_or(caller.clone(), |proof| caller.proven_by(proof));
            node.change(&caller, create_key(owner(name)))
        };
        let refused = |made: Result<_>| matches!(made, Err(Error::StepUp { action: "iam:CreateAccessKey", .. }));
        assert!(refused(make(&one, None, "bob")));
        assert!(refused(make(&one, Some(&secret("nonsense")), "bob")));
        assert!(matches!(prove(&node, &one, "wrong", "user/bob"), Err(Error::Invalid { field: "password", .. })));
        let proof = prove(&node, &one, PASSWORD, "user/bob").unwrap();
        assert!(refused(make(&other, Some(&proof), "bob")), "it is the session's");
        assert!(refused(make(&one, Some(&proof), "alice")), "it is for that target");
        assert!(make(&one, Some(&proof), "bob").is_ok());
        assert!(refused(make(&one, Some(&proof), "bob")), "it is used up");
        let proof = prove(&node, &one, PASSWORD, "user/bob").unwrap();
        node.clock.advance_micros(300_000_000);
        assert!(refused(make(&one, Some(&proof), "bob")), "it is too old");
        // Whoever may not do it at all is told that, and not to prove anything.
        let bob = node.sign_in(attempt("acme", "bob", PASSWORD)).unwrap().session;
        assert!(matches!(make(&bob, None, "alice"), Err(Error::Denied { .. })));
        // Keys and programs go on as before.
        assert!(node.change(&company.root.caller, create_key(owner("bob"))).is_ok());
    });
}

/// SEC-021: there is one lock, whatever the password is asked for.
#[test]
fn sec_021_every_path_that_proves_a_password_has_the_same_lock() {
    on_each(|store| {
        let node = store.node();
        company(&node, "acme");
        let session = node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap().session;
        for _ in 0..2 {
            assert!(node.sign_in(attempt("acme", "alice", "wrong").from("198.51.100.7")).is_err());
            assert!(prove(&node, &session, "wrong", "user/alice").is_err());
        }
        let new = crate::hashing::Password::parse("nine grey cats").unwrap();
        let change = |current: &str| {
            wait(node.iam.change_own_password(session.caller(from("192.0.2.9")), secret(current), new.clone()))
        };
        assert!(change("wrong").is_err());
        // Five in a row: nothing takes the right one.
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        assert!(prove(&node, &session, PASSWORD, "user/alice").is_err());
        assert!(change(PASSWORD).is_err());
    });
}
