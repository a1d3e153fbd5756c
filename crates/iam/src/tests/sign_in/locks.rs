//! What failed attempts lead to, and for whom.

use super::scene::{PASSWORD, attempt, company, password, person, switch_console};
use crate::{
    error::Error,
    password_settings::{Lock, PasswordSettings},
    sign_in::{Attempt, Claim},
    tests::support::{
        Store,
        deeds::{set_root_login, set_settings},
        on_each, operator, wait,
    },
};

/// A second of a clock.
const SECOND: i64 = 1_000_000;

/// SEC-020, SEC-021: after five failures in a row even the right password is refused for a while, however the name is
/// spelled.
#[test]
fn sec_020_sec_021_failures_in_a_row_lock_a_user_out() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        person(&company, "bob");
        let account = company.account().to_string();
        for (account, name) in
            [("acme", "alice"), ("ACME", "ALICE"), (account.as_str(), "Alice"), ("acme", "ａlice"), ("acme", "aLiCe")]
        {
            assert!(node.sign_in(attempt(account, name, "wrong")).is_err());
        }
        let right = || node.sign_in(attempt("acme", "alice", PASSWORD));
        assert!(matches!(right(), Err(Error::Unauthenticated)));
        assert!(node.sign_in(attempt("acme", "bob", PASSWORD)).is_ok());
        node.clock.advance_micros(29 * SECOND);
        assert!(right().is_err());
        node.clock.advance_micros(2 * SECOND);
        assert!(right().is_ok());
        assert!(node.sign_in(attempt("acme", "alice", "wrong")).is_err());
        assert!(right().is_ok(), "who succeeds begins anew");
    });
}

/// SEC-022: whoever signed in before from a browser is not held up by what others try.
#[test]
fn sec_022_a_known_browser_is_counted_apart() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        person(&company, "bob");
        let device = node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap().device.unwrap();
        for _ in 0..6 {
            assert!(node.sign_in(attempt("acme", "alice", "wrong").from("198.51.100.9")).is_err());
            assert!(node.sign_in(attempt("acme", "bob", "wrong").from("198.51.100.9")).is_err());
        }
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        let again = node.sign_in(attempt("acme", "alice", PASSWORD).with(&device)).unwrap();
        assert!(again.device.is_none(), "it keeps what it has");
        // It is hers alone.
        assert!(node.sign_in(attempt("acme", "bob", PASSWORD).with(&device)).is_err());
        // And it is no way to try for ever.
        for _ in 0..5 {
            assert!(node.sign_in(attempt("acme", "alice", "wrong").with(&device)).is_err());
        }
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD).with(&device)).is_err());
    });
}

/// SEC-023: an address from which too much fails has to wait, whoever it is about; others need not.
#[test]
fn sec_023_an_address_has_a_budget() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        for number in 0..100 {
            let answer = node.sign_in(attempt("acme", &format!("user-{number}"), "Summer2026!"));
            assert!(matches!(answer, Err(Error::Unauthenticated)), "{number}: {answer:?}");
        }
        for (account, name) in [("acme", "alice"), ("acme", "nobody"), ("nowhere", "nobody")] {
            let answer = node.sign_in(attempt(account, name, PASSWORD));
            assert!(matches!(answer, Err(Error::RateLimited { retry_after_s: 1..=601 })), "{answer:?}");
        }
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD).from("198.51.100.1")).is_ok());
        node.clock.advance_micros(600 * SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());
        assert!(!company.trail(0).is_empty());
    });
}

/// SEC-024, SEC-026: switches and ages hold on the way in.
#[test]
fn sec_024_sec_026_what_is_switched_off_or_too_old_lets_nobody_in() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        let signed_in = node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap();
        company.does(switch_console("alice", false));
        assert_eq!(node.whose(&signed_in.token), None);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        company.does(switch_console("alice", true));
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());
        company.does(password("alice", None));
        node.clock.advance_micros(72 * 3_600 * SECOND - SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());
        node.clock.advance_micros(2 * SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
    });
}

/// SEC-020: attempts at the same moment, on several nodes, do not slip through on one count.
#[test]
fn sec_020_attempts_at_the_same_moment_are_counted_one_by_one() {
    on_each(|store| {
        let first = store.node();
        let second = matches!(store, Store::Postgres(_)).then(|| store.node());
        let nodes = [&first, second.as_ref().unwrap_or(&first)];
        let company = company(&first, "acme");
        let asked: Vec<_> = (0..40)
            .map(|number| {
                let password = if number < 39 { "wrong" } else { PASSWORD };
                nodes[number % 2].iam.sign_in(attempt("acme", "alice", password))
            })
            .collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        let wrong = |code: &str| company.trail(0).iter().filter(|event| event["code"] == code).count();
        let right = answers.iter().filter(|answer| answer.is_ok()).count();
        // The right one may have come in time, and then others are counted anew.
        assert!(wrong("WrongPassword") <= if right == 0 { 5 } else { 9 }, "{answers:?}");
        assert_eq!(wrong("WrongPassword") + wrong("Locked") + right, 40);
    });
}

/// A hundred failures in a row, however long they take, end the use of a password until somebody sets another.
#[test]
fn sec_020_a_hundred_failures_in_a_row_end_a_password() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        for number in 0..100 {
            assert!(node.sign_in(attempt("acme", "alice", "wrong")).is_err(), "{number}");
            node.clock.advance_micros(901 * SECOND);
        }
        node.clock.advance_micros(86_400 * SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        company.does(password("alice", Some(false)));
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());
    });
}

/// SEC-310: an account's own lock, which holds up neither root nor a browser that is known.
#[test]
fn sec_310_an_account_locks_earlier_and_longer() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        let lock = Some(Lock { failures: 3, minutes: 60 });
        company.does(set_settings(PasswordSettings { lock, ..PasswordSettings::DEFAULT }));
        let device = node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap().device.unwrap();
        for _ in 0..3 {
            assert!(node.sign_in(attempt("acme", "alice", "wrong")).is_err());
        }
        node.clock.advance_micros(3_599 * SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD).with(&device)).is_ok());
        node.clock.advance_micros(2 * SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());

        node.change(&operator(), set_root_login(company.account(), "root")).unwrap();
        let as_root = |password: &str| {
            let claim = Claim::Root { email: "root@example.com".to_owned() };
            node.sign_in(Attempt { claim, ..attempt("", "", password) })
        };
        for _ in 0..3 {
            assert!(as_root("wrong").is_err());
        }
        assert!(as_root(PASSWORD).is_ok());
    });
}

/// SEC-310: a password may grow too old.
#[test]
fn sec_310_a_password_that_is_too_old_must_be_reset_or_is_of_no_use() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        let settings = PasswordSettings { validity_days: 30, ..PasswordSettings::DEFAULT };
        company.does(set_settings(settings.clone()));
        node.clock.advance_micros(31 * 86_400 * SECOND);
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).unwrap().session.must_reset);
        company.does(set_settings(PasswordSettings { expired_may_reset: false, ..settings }));
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
    });
}

/// SEC-023: whoever tries the users of one account from many addresses is told of, and has to wait where it comes from;
/// nobody else has to.
#[test]
fn sec_023_trying_an_accounts_users_is_noticed() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        let from = |number: usize| format!("198.51.{}.{}", number / 250, number % 250);
        for number in 0..300 {
            let tried = attempt("acme", &format!("user-{number}"), "Summer2026!").from(&from(number % 100));
            assert!(matches!(node.sign_in(tried), Err(Error::Unauthenticated)), "{number}");
        }
        let told = company.trail(0).into_iter().filter(|event| event["action"] == "iam:SignInAnomaly");
        let told: Vec<_> = told.collect();
        assert_eq!((told.len(), told[0]["failures"].as_u64()), (1, Some(300)));
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD).from(&from(7))).is_err());
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());
    });
}
