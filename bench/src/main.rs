//! Our benchmarks, each beside what it is to be measured by: a peer or a floor, in the same run.
//!
//! `cargo xtask bench [names…]` runs them all, or those that are named, and prints a table. Nothing fails by being
//! slow: a figure that is not what it should be says `MISSED`. Ratios count; times depend on the machine and on
//! what else it does, which is why the load is printed too.

mod account_create;
mod authorize;
mod create;
mod decide;
mod decide_change;
mod lists;
mod measure;
mod native;
mod program;
mod raw;
mod report;
mod scale;
mod token;
mod verify;
mod world;

use std::process::ExitCode;

use anyhow::Result;

/// A benchmark: its name, and how it is run.
type Benchmark = (&'static str, fn() -> Result<()>);

/// All of them. To add one, write its file and a row here.
const ALL: [Benchmark; 9] = [
    ("verify", verify::run),
    ("token", token::run),
    ("decide", decide::run),
    ("decide-change", decide_change::run),
    ("authorize", authorize::run),
    ("native", native::run),
    ("create", create::run),
    ("account-create", account_create::run),
    ("scale", scale::run),
];

/// Those that take minutes, and are run by their names alone.
const LONG: [Benchmark; 2] = [("console-lists", lists::run), ("scale-million", scale::run_at_a_million)];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rest = words.get(1..).unwrap_or_default();
    let outcome = match words.first().map(String::as_str) {
        Some(scale::probe::WORD) => scale::probe::run(rest),
        Some(decide::counts::WORD) => decide::counts::probe(rest),
        Some(authorize::echo::WORD) => authorize::echo::run(),
        _ => run(&words),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the named ones, or all.
fn run(names: &[String]) -> Result<()> {
    let all = || ALL.iter().chain(&LONG);
    if let Some(unknown) = names.iter().find(|name| !all().any(|(known, _)| known == name)) {
        let known = all().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        anyhow::bail!("there is no benchmark `{unknown}`; there are {known}");
    }
    conditions("before");
    report::head();
    for (name, benchmark) in all() {
        let usual = ALL.iter().any(|(known, _)| known == name);
        if names.is_empty() && usual || names.iter().any(|wanted| wanted == name) {
            benchmark()?;
        }
    }
    conditions("after");
    Ok(())
}

/// Prints what else the machine is doing.
fn conditions(when: &str) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    println!("{when}: {cores} cores, load average {}", load.join(" "));
}
