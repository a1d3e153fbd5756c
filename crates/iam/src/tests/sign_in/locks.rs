//! What failed attempts lead to, and for whom.

use super::scene::{PASSWORD, attempt, company, password, person, switch_console};
use crate::{error::Error, tests::support::on_each};

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
