//! The compiled evaluator against the naive one, case by case (SEC-091).
//!
//! Every run decides cases that no run had before. `CLAVIGER_CASES` says how many, `CLAVIGER_SEED` the seed of the first;
//! both are printed, and so is the seed of a case on which the two differ.

#![cfg(test)]

#[path = "cases/mod.rs"]
mod cases;
#[path = "naive/mod.rs"]
mod naive;
#[path = "tables/mod.rs"]
mod tables;

use std::{
    env,
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use policy::{catalogue::Catalogue, simulate};
use serde_json::Value;

const CASES: u64 = 100_000;
const THREADS: u64 = 2;

/// What an answer comes to: the decision, or that there is none.
fn decision(answer: &Value) -> &str {
    match (answer["decision"].as_str(), answer["error"].is_string()) {
        (Some(decision), false) => decision,
        (None, true) => "error",
        _ => panic!("neither a decision nor an error: {answer}"),
    }
}

fn ours(case: &Value, catalogue: &Catalogue) -> Value {
    serde_json::from_str(&simulate::answer(&case.to_string(), catalogue)).unwrap()
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

/// A seed that no run had before. It is printed, and `CLAVIGER_SEED` has it again.
fn drawn() -> u64 {
    RandomState::new().build_hasher().finish() >> 16
}

/// SEC-091: whatever the naive evaluator says of a case, the compiled one says too.
#[test]
fn sec_091_the_two_evaluators_agree() {
    let (first, count) = (number("CLAVIGER_SEED", drawn()), number("CLAVIGER_CASES", CASES));
    println!("{count} cases from seed {first}");
    let catalogue = Catalogue::built_in();
    let next = AtomicU64::new(first);
    let tallies = [(); 4].map(|()| AtomicU64::new(0));
    let failures: Vec<String> = thread::scope(|scope| {
        let work = || {
            let mut failures = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + count || failures.len() >= 3 {
                    return failures;
                }
                let case = cases::case(seed);
                let (fast, naive) = (ours(&case, &catalogue), naive::answer(&case));
                let places = ["allow", "implicit_deny", "explicit_deny", "error"];
                let tally = places.iter().zip(&tallies).find(|(word, _)| **word == decision(&naive));
                tally.unwrap().1.fetch_add(1, Ordering::Relaxed);
                if decision(&fast) != decision(&naive) {
                    failures.push(format!("seed {seed}\n{case}\ncompiled: {fast}\nnaive:    {naive}"));
                }
            }
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let [allow, implicit, explicit, error] = tallies.map(AtomicU64::into_inner);
    println!("{allow} allowed, {implicit} not allowed, {explicit} denied, {error} errors");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The rows of the tables, which people have read.
#[test]
fn sec_089_the_tables_hold() {
    let catalogue: Arc<Catalogue> = Catalogue::built_in();
    let rows = tables::rows();
    assert!(rows.len() > 100);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(name, case, expected)| {
            let answer = ours(case, &catalogue);
            (decision(&answer) != *expected).then(|| format!("{name}: {expected} expected\n{case}\n{answer}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), rows.len(), wrong.join("\n\n"));
}
