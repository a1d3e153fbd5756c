//! The naive evaluator against the written truth tables, and the generator of cases against its promise.
//!
//! The modules are shared with other test binaries, and are found by path: `naive.rs` and `naive/mod.rs` would both be
//! the module `naive`.

#[path = "cases/mod.rs"]
mod cases;
#[path = "naive/mod.rs"]
mod naive;
#[path = "tables/mod.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};

#[test]
fn tables_hold() {
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for (name, case, expected) in tables::rows() {
        let answer = naive::answer(&case);
        let found = answer["decision"].as_str().unwrap_or("error");
        if found != expected {
            wrong.push(format!("{name}\n    expected {expected}, found {answer}"));
        }
        assert!(names.insert(name.clone()), "two rows are named `{name}`");
    }
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(names.len() >= 150, "only {} rows", names.len());
}

/// A generator whose cases are nearly all denied, or mostly broken, would compare nothing.
#[test]
fn decisions_are_spread() {
    const SEEDS: u64 = 20_000;
    let mut tally: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let answer = naive::answer(&cases::case(seed));
        *tally.entry(answer["decision"].as_str().unwrap_or("error").to_owned()).or_default() += 1;
    }
    println!("{SEEDS} seeds: {tally:?}");
    for decision in ["allow", "implicit_deny", "explicit_deny"] {
        let found = tally.get(decision).copied().unwrap_or(0);
        assert!(found * 100 >= SEEDS * 15, "too few `{decision}`: {tally:?}");
    }
    let errors = tally.get("error").copied().unwrap_or(0);
    assert!(errors > 0 && errors * 100 <= SEEDS * 5, "errors: {tally:?}");
}

#[test]
fn a_seed_is_a_case() {
    assert_eq!(cases::case(7), cases::case(7));
    assert_ne!(cases::case(7)["request"], cases::case(8)["request"]);
}
