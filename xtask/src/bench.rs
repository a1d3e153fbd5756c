//! `cargo xtask bench`: the benchmarks, which are a workspace of their own.

use crate::{
    command::{Result, cargo, step},
    postgres::{self, Cluster},
};

/// Runs them in release mode; the words go to the benchmark program.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let mut command = cargo(&["run", "--release", "--manifest-path", "bench/Cargo.toml", "--"]);
    command.args(words);
    let cluster = postgres::find().map(|programs| Cluster::start(&programs)).transpose()?;
    match &cluster {
        Some(cluster) => cluster.tell(&mut command),
        None => eprintln!("NOT RUN: what compares with PostgreSQL, which is not installed"),
    }
    step(&mut command)
}
