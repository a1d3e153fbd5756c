//! A flood of wrong passwords is no flood in the trail (SEC-023).

use std::time::Duration;

use super::scene::{PASSWORD, attempt, company};
use crate::tests::support::{eventually, on_each};

/// Sixty refusals of a minute stand by themselves, whoever they are about; the rest is one event. Who succeeds is never
/// only counted.
#[test]
fn sec_023_refusals_beyond_sixty_a_minute_are_one_event() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        for number in 0..150 {
            let name = if number % 2 == 0 { "alice" } else { "nobody" };
            let address = format!("198.51.100.{number}");
            assert!(node.sign_in(attempt("acme", name, "wrong").from(&address)).is_err());
        }
        let signed = |outcome: &str| {
            let events = company.trail(0).into_iter();
            let found = events.filter(|event| event["action"] == "iam:SignIn" && event["outcome"] == outcome);
            found.map(|event| event["count"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(signed("refused"), [1; 60]);
        node.clock.advance_micros(16 * 60_000_000);
        eventually(Duration::from_secs(20), || signed("refused").len() == 61);
        assert_eq!(signed("refused").last(), Some(&90));
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_ok());
        assert_eq!(signed("success"), [1]);
    });
}
