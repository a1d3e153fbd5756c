//! Coming in, staying, and going.

use super::scene::{PASSWORD, attempt, company, password, secret};
use crate::{
    error::{Error, Why},
    hashing::Password,
    page::{PageSize, Search},
    sign_in::{Attempt, Claim, SignOut},
    tests::support::{
        deeds::{create_user, set_password, set_root_login, switch_user},
        on_each, operator, origin, wait,
    },
    users::{self, Filter, ListRows, Lock, Order, SignInFilter},
};

#[test]
fn whoever_knows_the_password_comes_in_and_goes_out() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        for account in ["acme", "ACME", " acme ", &company.account().to_string()] {
            let signed_in = node.sign_in(attempt(account, "Alice", PASSWORD)).unwrap();
            let session = node.whose(&signed_in.token).unwrap();
            assert_eq!(session, signed_in.session);
            assert_eq!((session.user_name.as_str(), session.is_root, session.must_reset), ("alice", false, false));
            assert_eq!(session.account_alias.as_deref(), Some("acme"));
            let caller = session.caller(origin());
            node.change(&caller, SignOut).unwrap();
            assert_eq!(node.whose(&signed_in.token), None);
            assert!(matches!(node.change(&caller, SignOut), Err(Error::Unauthenticated)));
            let own = node.query(&caller, users::Get { name: "alice".to_owned() });
            assert!(matches!(own, Err(Error::Unauthenticated)));
        }
        let trail = company.trail(0);
        let signs = |action: &str| trail.iter().filter(|event| event["action"] == action).count();
        assert_eq!((signs("iam:SignIn"), signs("iam:SignOut")), (4, 4));
    });
}

/// SEC-003: whatever is wrong, the answer is one.
#[test]
fn sec_003_a_refusal_does_not_tell_its_cause() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(create_user("nobody"));
        let wrong = [
            ("nowhere", "alice", PASSWORD),
            ("acme", "mallory", PASSWORD),
            ("acme", "alice", "wrong"),
            ("acme", "alice", ""),
            ("acme", "nobody", PASSWORD),
        ];
        for (account, name, password) in wrong {
            let answer = node.sign_in(attempt(account, name, password));
            assert!(matches!(answer, Err(Error::Unauthenticated)), "{account} {name}: {answer:?}");
        }
        company.does(switch_user("alice", false));
        assert!(matches!(node.sign_in(attempt("acme", "alice", PASSWORD)), Err(Error::Unauthenticated)));
    });
}

#[test]
fn root_signs_in_by_its_address() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        node.change(&operator(), set_root_login(company.account(), "Boss")).unwrap();
        let claim = Claim::Root { email: "boss@Example.com".to_owned() };
        let attempt = Attempt { claim, password: secret(PASSWORD), device: None, origin: origin() };
        let session = node.sign_in(attempt).unwrap().session;
        assert_eq!((session.is_root, session.user_name.as_str()), (true, "root"));
        assert_eq!(session.display_name, "Boss@example.com");
        node.query(&session.caller(origin()), users::Get { name: "alice".to_owned() }).unwrap();
    });
}

/// SEC-024: a password that somebody else has set lets its user set another, and nothing else.
#[test]
fn sec_024_a_password_of_others_is_for_setting_ones_own() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(password("alice", None));
        let first = node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap();
        assert!(first.session.must_reset);
        let caller = first.session.caller(origin());
        let denied = node.query(&caller, users::Get { name: "alice".to_owned() });
        assert!(matches!(denied, Err(Error::Denied { why, .. }) if matches!(*why, Why::MustReset)));
        let own = Password::parse("a password of my own").unwrap();
        let wrong = wait(node.iam.change_own_password(caller.clone(), secret("wrong"), own.clone()));
        assert!(matches!(wrong, Err(Error::Invalid { field: "password", .. })), "{wrong:?}");
        let changed = wait(node.iam.change_own_password(caller, secret(PASSWORD), own)).unwrap().unwrap();
        assert_eq!(node.whose(&first.token), None);
        assert!(!node.whose(&changed.token).unwrap().must_reset);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        assert!(!node.sign_in(attempt("acme", "alice", "a password of my own")).unwrap().session.must_reset);
    });
}

/// A list of users tells who came in last, and who may not come in now.
#[test]
fn a_list_tells_who_came_in_and_who_is_locked_out() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(create_user("bob"));
        company.does(set_password("bob"));
        let row = |name: &str| {
            let filter = Filter { search: Some(Search::parse(name).unwrap()), ..Filter::default() };
            let list = ListRows { filter, order: Order::Active, after: None, size: PageSize::MAX };
            node.query(&company.root.caller, list).unwrap().items.remove(0)
        };
        node.clock.advance_micros(1_000_000);
        node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap();
        let now = Some(node.iam.now());
        assert_eq!((row("alice").last_signed_in, row("alice").last_active, row("alice").lock), (now, now, None));
        assert_eq!((row("bob").last_signed_in, row("bob").lock), (None, None));
        let filter = Filter { sign_in: Some(SignInFilter::Never), ..Filter::default() };
        let list = ListRows { filter, order: Order::Name, after: None, size: PageSize::MAX };
        let never = node.query(&company.root.caller, list).unwrap().items;
        assert_eq!(never.iter().map(|row| row.user.name.as_str()).collect::<Vec<_>>(), ["bob"]);
        for _ in 0..5 {
            node.sign_in(attempt("acme", "bob", "wrong")).unwrap_err();
        }
        assert!(matches!(row("bob").lock, Some(Lock::Until(until)) if until > node.iam.now()));
        node.clock.advance_micros(31_000_000);
        assert_eq!(row("bob").lock, None);
    });
}
