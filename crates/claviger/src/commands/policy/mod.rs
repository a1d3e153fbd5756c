//! `claviger policy …`: what needs no server and no store.

mod check;
mod diagnostic;
mod place;
mod simulate;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Policy;

pub(super) fn run(command: Policy) -> Result<ExitCode> {
    match command {
        Policy::Check(arguments) => check::run(&arguments),
        Policy::Simulate(arguments) => simulate::run(&arguments),
    }
}
