//! `cargo xtask simulate COUNT`: more worlds of the seeded simulation of the core than a run of the tests lives through.

use crate::command::{Failure, Result, cargo, step};

/// Runs the simulation on `count` new seeds.
pub(crate) fn run(count: &str) -> Result<()> {
    if count.parse::<u64>().is_err() {
        return Err(Failure::usage(format!("`simulate {count}`: how many worlds is a number")));
    }
    let mut test = cargo(&["test", "-p", "iam", "--locked", "--lib", "simulation::sec_214_seeds", "--", "--nocapture"]);
    step(test.env("CLAVIGER_SIMULATION_SEEDS", count).env_remove("CLAVIGER_SIMULATION_SEED"))
}
