//! What only a fresh process can tell: how long a start takes and how much its memory grows.

use std::{path::Path, process::Command, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use decide::snapshot::Snapshot;
use iam::Database;

use crate::{decide_change, measure::size, world};

/// The word by which this program calls itself.
pub(crate) const WORD: &str = "--probe";

/// What to measure.
#[derive(Clone, Copy)]
pub(crate) enum Probe<'a> {
    /// Opens a store as the server does.
    Open(&'a Path),
    /// Reads from a store's file, with nothing but SQLite, the columns that a snapshot needs of its users.
    Scan(&'a Path),
    /// Makes a snapshot of so many users, without any store.
    Snapshot(u64),
}

/// What it took.
pub(crate) struct Taken {
    /// Time.
    pub(crate) millis: f64,
    /// How much the resident memory grew.
    pub(crate) bytes: f64,
}

impl Probe<'_> {
    /// Measures in a process of its own.
    pub(crate) fn run(self) -> Result<Taken> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(WORD);
        match self {
            Self::Open(path) => command.arg("open").arg(path),
            Self::Scan(path) => command.arg("scan").arg(path),
            Self::Snapshot(count) => command.args(["snapshot", &count.to_string()]),
        };
        let output = command.output().context("the probe does not start")?;
        ensure!(output.status.success(), "the probe failed: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout)?;
        let (millis, bytes) = text.trim().split_once(' ').context("the probe's answer is not understood")?;
        Ok(Taken { millis: millis.parse()?, bytes: bytes.parse()? })
    }
}

/// In that process: does it and prints what it took.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let [kind, what] = words else { bail!("not a probe") };
    let taken = match kind.as_str() {
        "open" => taken(|| world::open(Path::new(what), Database::Embedded)),
        "scan" => taken(|| scan(Path::new(what))),
        "snapshot" => taken(|| snapshot(what.parse()?)),
        _ => bail!("not a probe"),
    }?;
    println!("{} {}", taken.millis, taken.bytes);
    Ok(())
}

/// Makes something and looks while it is there.
fn taken<T>(make: impl FnOnce() -> Result<T>) -> Result<Taken> {
    let (before, start) = (resident()?, Instant::now());
    let it = make()?;
    let millis = start.elapsed().as_secs_f64() * 1e3;
    let bytes = resident()? - before;
    drop(it);
    Ok(Taken { millis, bytes })
}

/// Id, account, name, path, and whether it is enabled.
type User = (i64, i64, String, String, bool);

fn scan(directory: &Path) -> Result<Vec<User>> {
    let connection = rusqlite::Connection::open(directory.join("claviger.db"))?;
    let mut statement = connection.prepare("SELECT id, account_id, name, path, enabled FROM iam_user ORDER BY id")?;
    let rows = statement.query_map([], |row| row.try_into())?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn snapshot(count: u64) -> Result<Snapshot> {
    let mut snapshot = Snapshot::default();
    for number in 0..count {
        let principal = decide_change::principal(number)?;
        snapshot.principals.insert(principal.id, principal);
    }
    Ok(snapshot)
}

/// The resident memory of this process, in bytes.
fn resident() -> Result<f64> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: usize = statm.split(' ').nth(1).context("statm has no second number")?.parse()?;
    Ok(size(pages * rustix::param::page_size()))
}
