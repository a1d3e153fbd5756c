//! The first account.

use super::scene::{PASSWORD, attempt, secret};
use crate::{
    accounts::{Alias, NewRootLogin},
    error::{Error, Result},
    hashing::Password,
    sign_in::{Attempt, Claim, FirstRun, FirstRunDone},
    tests::support::{Node, deeds::create_user, on_each, origin, wait},
    values::{DisplayName, Email, EntityName},
};

fn run(node: &Node, token: &str, password: Option<&str>) -> Result<FirstRunDone> {
    let root = NewRootLogin {
        account_name: DisplayName::parse("Acme Ltd.").unwrap(),
        email: Email::parse("root@example.com").unwrap(),
        password: Password::parse(PASSWORD).unwrap(),
    };
    let password = password.map(|text| Password::parse(text).unwrap());
    let (alias, administrator) = (Alias::parse("acme").ok(), EntityName::parse("alice").unwrap());
    wait(node.iam.first_run(token, FirstRun { root, alias, administrator, password }, origin()))
}

/// SEC-270: the link makes the first account, once, and there is no second one.
#[test]
fn sec_270_a_link_makes_the_first_account_once() {
    on_each(|store| {
        let node = store.node();
        let links: Vec<_> = (0..2).map(|_| wait(node.iam.setup_link()).unwrap().unwrap()).collect();
        assert!(wait(node.iam.is_setup_link(links[0].expose())).unwrap());
        assert!(!wait(node.iam.is_setup_link("nonsense")).unwrap());
        assert!(matches!(run(&node, "nonsense", None), Err(Error::Unauthenticated)));
        assert!(matches!(run(&node, links[0].expose(), Some("password")), Err(Error::WeakPassword { .. })));
        let done = run(&node, links[0].expose(), None).unwrap();
        for link in &links {
            assert!(!wait(node.iam.is_setup_link(link.expose())).unwrap());
            assert!(matches!(run(&node, link.expose(), None), Err(Error::Unauthenticated)));
        }
        assert_eq!(wait(node.iam.setup_link()).unwrap(), None);

        let session = node.whose(&done.signed_in.token).unwrap();
        assert_eq!((session.account_name.as_str(), session.account_alias.as_deref()), ("Acme Ltd.", Some("acme")));
        assert!(!session.must_reset);
        node.change(&session.caller(origin()), create_user("bob")).unwrap();
        let drawn = done.password.unwrap();
        assert!(node.sign_in(attempt("acme", "alice", drawn.expose())).unwrap().session.must_reset);
        let claim = Claim::Root { email: "ROOT@example.com".to_owned() };
        let as_root = Attempt { claim, password: secret(PASSWORD), device: None, origin: origin() };
        assert!(node.sign_in(as_root).unwrap().session.is_root);
        let account = Some(done.account);
        assert_eq!(
            node.query(&crate::tests::support::operator(), crate::audit::Replay { account }).unwrap().differences,
            []
        );
    });
}

#[test]
fn sec_270_a_link_is_good_for_a_quarter_of_an_hour() {
    on_each(|store| {
        let node = store.node();
        let link = wait(node.iam.setup_link()).unwrap().unwrap();
        node.clock.advance_micros(15 * 60_000_000);
        assert!(matches!(run(&node, link.expose(), None), Err(Error::Unauthenticated)));
        let link = wait(node.iam.setup_link()).unwrap().unwrap();
        let done = run(&node, link.expose(), Some("nine grey cats")).unwrap();
        assert!(done.password.is_none());
        assert!(!node.sign_in(attempt("acme", "alice", "nine grey cats")).unwrap().session.must_reset);
    });
}
