//! `claviger policy …`: checking, reading and trying out documents needs no server; all else asks one.

mod check;
mod describe;
mod diagnostic;
mod manage;
mod simulate;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Policy;

pub(super) fn run(command: Policy) -> Result<ExitCode> {
    match command {
        Policy::Check(arguments) => check::run(&arguments),
        Policy::Describe(arguments) => describe::run(&arguments),
        Policy::Format(arguments) => describe::format(&arguments),
        Policy::Simulate(arguments) => simulate::run(&arguments),
        Policy::Create(asked) => asked.run(manage::create),
        Policy::List(asked) => asked.run(manage::list),
        Policy::Show(asked) => asked.run(manage::show),
        Policy::Update(asked) => asked.run(manage::update),
        Policy::Delete(asked) => asked.run(|session, what| session.delete("policy", &what.policy, &what.deletion)),
        Policy::Versions(asked) => asked.run(|session, what| manage::versions(session, &what.policy)),
        Policy::Version(version) => manage::run_version(version),
        Policy::Entities(asked) => asked.run(manage::entities),
    }
}
