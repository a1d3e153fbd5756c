//! How long `claviger account create --output json` takes as a whole process: tests and automation live on it.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    measure::{Samples, in_turns, micros},
    report::{self, Amount, Bar, Figure},
    world,
};

const RUNS: u32 = 50;
/// In milliseconds.
const BAR: f64 = 50.0;

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let program = build()?;
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

/// Builds the program in release mode where it is not there or is older than its sources.
fn build() -> Result<PathBuf> {
    let project = world::project()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--release", "--package", "claviger", "--target-dir", "target"];
    let status = Command::new(cargo).args(build).current_dir(&project).status().context("cargo does not start")?;
    ensure!(status.success(), "the program does not build");
    Ok(project.join("target/release/claviger"))
}

/// Creates an account; gives how long the process took, in milliseconds.
fn create(program: &Path, data: &Path) -> Result<f64> {
    let mut command = claviger(program, &["account", "create", "--output", "json"], data);
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

/// The program on a store of ours, whatever the environment says.
fn claviger(program: &Path, arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(program);
    let ours = std::env::vars_os().map(|(name, _)| name).filter(|name| is_setting(name));
    ours.for_each(|name| {
        command.env_remove(name);
    });
    command.args(arguments).arg("--data").arg(data);
    command
}

fn is_setting(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("CLAVIGER_"))
}

/// A running server; stopped when dropped.
struct Server(Child);

impl Server {
    /// Starts one on a free port and waits until it is ready.
    fn start(program: &Path, data: &Path) -> Result<Self> {
        let mut command = claviger(program, &["serve", "--listen", "127.0.0.1:0"], data);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut server = Self(child.context("the server does not start")?);
        let mut line = String::new();
        BufReader::new(server.0.stdout.take().context("no output")?).read_line(&mut line)?;
        ensure!(line.starts_with("listening on "), "the server does not start: {line}");
        Ok(server)
    }

    /// Tells it to end, and waits.
    fn stop(mut self) -> Result<()> {
        let pid = Pid::from_raw(i32::try_from(self.0.id())?).context("no process")?;
        kill_process(pid, Signal::TERM)?;
        let status = self.0.wait()?;
        ensure!(status.success(), "the server ended badly ({status})");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` it has ended and been waited for, and then this does nothing.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
