//! `cargo xtask differential COUNT`: more cases for the two policy evaluators than a run of the tests decides.

use crate::command::{Failure, Result, cargo, step};

/// Decides `count` new cases by both, in release.
pub(crate) fn run(count: &str) -> Result<()> {
    if count.parse::<u64>().is_err() {
        return Err(Failure::usage(format!("`differential {count}`: how many cases is a number")));
    }
    let name = "sec_091_the_two_evaluators_agree";
    let mut test = cargo(&["test", "-p", "policy", "--release", "--locked", "--test", "differential", name]);
    test.args(["--", "--nocapture"]);
    step(test.env("CLAVIGER_CASES", count).env_remove("CLAVIGER_SEED"))
}
