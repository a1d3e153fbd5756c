//! How long `claviger account create --output json` takes as a whole process: tests and automation live on it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{
    measure::{Samples, in_turns, micros},
    program::{self, Server},
    report::{self, Amount, Bar, Figure},
    world,
};

const RUNS: u32 = 50;
/// In milliseconds.
const BAR: f64 = 50.0;

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let program = program::build()?;
    let (with_server, alone) = (world::folder()?, world::folder()?);
    let server = Server::start(&program, with_server.path())?;
    let [through_server, on_the_store, floor] = in_turns(
        RUNS,
        [
            Box::new(|| create(&program, with_server.path())),
            Box::new(|| create(&program, alone.path())),
            Box::new(|| whole_process(Command::new("true")).map(|(millis, _)| millis)),
        ],
    )?;
    server.stop()?;
    line("account create, by a running server", &through_server, &floor);
    line("account create, no server: opens the store", &on_the_store, &floor);
    Ok(())
}

fn line(name: &str, ours: &Samples, floor: &Samples) {
    let beside = Some(("`true`: starting a process", Amount::latency(floor, "ms")));
    report::figure(&Figure { name, ours: Amount::latency(ours, "ms"), beside, bar: Bar::Below(BAR) });
}

/// Creates an account; gives how long the process took, in milliseconds.
fn create(program: &Path, data: &Path) -> Result<f64> {
    let mut command = program::claviger(program, &["account", "create", "--output", "json"], data);
    command.stderr(Stdio::inherit());
    let (millis, answer) = whole_process(command)?;
    ensure!(answer.contains("secret_access_key"), "the answer holds no key");
    Ok(millis)
}

fn whole_process(mut command: Command) -> Result<(f64, String)> {
    let mut answer = None;
    let taken = micros(|| {
        answer = Some(command.stdin(Stdio::null()).output().context("a program does not start")?);
        Ok(())
    })?;
    let answer = answer.context("no answer")?;
    ensure!(answer.status.success(), "a program failed ({})", answer.status);
    Ok((taken / 1e3, String::from_utf8(answer.stdout)?))
}
