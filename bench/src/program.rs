//! The program itself, built in release mode and started as an operator starts it.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::{measure::float, world};

/// Builds the program in release mode where it is not there or is older than its sources.
pub(crate) fn build() -> Result<PathBuf> {
    let project = world::project()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--release", "--package", "claviger", "--target-dir", "target"];
    let status = Command::new(cargo).args(build).current_dir(&project).status().context("cargo does not start")?;
    ensure!(status.success(), "the program does not build");
    Ok(project.join("target/release/claviger"))
}

/// The program on a store of ours, whatever the environment says.
pub(crate) fn claviger(program: &Path, arguments: &[&str], data: &Path) -> Command {
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
pub(crate) struct Server {
    child: Child,
    /// Where it listens, as `127.0.0.1:…`.
    pub(crate) address: String,
}

impl Server {
    /// Starts the program on a free port and waits until it is ready.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Self> {
        Self::run(claviger(program, &["serve", "--listen", "127.0.0.1:0"], data))
    }

    /// Starts what says `listening on http://…` when it is ready.
    pub(crate) fn run(mut command: Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut server = Self { child: child.context("the server does not start")?, address: String::new() };
        let mut line = String::new();
        BufReader::new(server.child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim_end().strip_prefix("listening on http://");
        address.with_context(|| format!("the server does not start: {line}"))?.clone_into(&mut server.address);
        Ok(server)
    }

    /// The CPU time that it has spent, in microseconds, to the clock tick.
    pub(crate) fn cpu_us(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the program stands in brackets and may hold anything; behind it, user and system time are the
        // 12th and 13th field.
        let (_, fields) = stat.rsplit_once(')').context("there is no name in /proc/…/stat")?;
        let ticks: Vec<&str> = fields.split_ascii_whitespace().skip(11).take(2).collect();
        let [user, system] = ticks.as_slice() else { anyhow::bail!("/proc/…/stat is too short") };
        let ticks = user.parse::<i64>()? + system.parse::<i64>()?;
        let per_second = i64::try_from(rustix::param::clock_ticks_per_second())?;
        Ok(float(ticks) * 1e6 / float(per_second))
    }

    /// Tells it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        let pid = Pid::from_raw(i32::try_from(self.child.id())?).context("no process")?;
        kill_process(pid, Signal::TERM)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended badly ({status})");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` it has ended and been waited for, and then this does nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
