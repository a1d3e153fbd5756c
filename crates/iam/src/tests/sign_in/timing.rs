//! The time that a refusal takes does not tell its cause (SEC-019).
//!
//! With the real cost of hashing, and the causes tried in turn, so that whatever else the machine does falls on all alike.
//! A difference that anybody could use shows however often it is measured; noise does not, so a round that is out of
//! bounds is measured again.

use std::{cmp::Ordering, fmt::Write as _, time::Duration};

use super::scene::{PASSWORD, attempt, company, person};
use crate::{
    hashing::HashingCost,
    tests::support::{Node, deeds::switch_user, on_each, timed},
};

/// How often each cause is tried in a round, and how many rounds there may be.
const SAMPLES: usize = 100;
const ROUNDS: usize = 4;
/// More than any lock lasts, in microseconds.
const LATER: i64 = 1_000_000_000;
/// Who is tried in vain, with another password each time. Each is tried less than a hundred times in a row.
const WRONG: [&str; 8] = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"];

#[test]
fn sec_019_the_time_of_a_refusal_does_not_tell_its_cause() {
    on_each(|store| {
        let node = store.node_with(|settings| settings.hashing_cost = HashingCost::default());
        let company = company(&node, "acme");
        for name in WRONG.into_iter().chain(["off", "shut"]) {
            person(&company, name);
        }
        company.does(switch_user("off", false));
        for _ in 0..100 {
            refuse(&node, "acme", "shut", "wrong");
        }
        let mut found = String::new();
        for round in 0..ROUNDS {
            let times = measure(&node, round);
            found = compare(&times);
            if found.is_empty() {
                return;
            }
        }
        panic!("{found}");
    });
}

/// The causes, the first of which the others are compared with.
const CAUSES: [&str; 5] = ["wrong password", "unknown user", "unknown account", "disabled", "locked"];

/// How long refusals took, by cause.
fn measure(node: &Node, round: usize) -> [Vec<Duration>; 5] {
    let mut times: [Vec<Duration>; 5] = Default::default();
    for sample in 0..SAMPLES {
        let wrong = WRONG[(sample + round) % WRONG.len()];
        let unknown = format!("u{}", sample % 4);
        let tries = [
            ("acme", wrong, "wrong"),
            ("acme", unknown.as_str(), PASSWORD),
            (unknown.as_str(), "alice", PASSWORD),
            ("acme", "off", PASSWORD),
            ("acme", "shut", PASSWORD),
        ];
        // Each begins a turn as often as the others.
        for place in 0..tries.len() {
            let cause = (place + sample) % tries.len();
            let (account, name, password) = tries[cause];
            times[cause].push(refuse(node, account, name, password));
        }
        if sample % WRONG.len() == 0 {
            node.clock.advance_micros(LATER);
        }
    }
    times
}

fn refuse(node: &Node, account: &str, name: &str, password: &str) -> Duration {
    let (answer, took) = timed(|| node.sign_in(attempt(account, name, password)));
    assert!(matches!(answer, Err(crate::error::Error::Unauthenticated)), "{account} {name}: {answer:?}");
    if name == "shut" && password == "wrong" {
        node.clock.advance_micros(LATER);
    }
    took
}

/// What tells a cause; empty where nothing does: medians within a tenth, and of a pair of times each the longer one as
/// often as not.
fn compare(times: &[Vec<Duration>; 5]) -> String {
    let median = |times: &[Duration]| {
        let mut sorted = times.to_vec();
        sorted.sort();
        sorted[sorted.len() / 2].as_secs_f64()
    };
    let mut found = String::new();
    for (cause, other) in CAUSES.iter().zip(times).skip(1) {
        let (one, two) = (median(&times[0]), median(other));
        // By pairs of times: how often the one was the longer.
        let (mut longer, mut pairs) = (0.0, 0.0);
        for (a, b) in times[0].iter().flat_map(|a| other.iter().map(move |b| (a, b))) {
            pairs += 1.0;
            longer += match a.cmp(b) {
                Ordering::Greater => 1.0,
                Ordering::Equal => 0.5,
                Ordering::Less => 0.0,
            };
        }
        let auc: f64 = longer / pairs;
        if (one / two - 1.0).abs() >= 0.1 || !(0.4..=0.6).contains(&auc) {
            writeln!(found, "{cause}: medians {one:.4} s and {two:.4} s, area {auc:.2}").unwrap();
        }
    }
    found
}
