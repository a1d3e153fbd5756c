//! `cargo xtask fuzz [SECONDS]`: the bodies of the crates' `fuzz.rs` under libFuzzer, which sees what code an input runs.
//! In every run of the tests the same bodies are tried with seeded mutations.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use crate::{
    command::{Failure, Result, cargo, output, step, succeeds, target},
    install,
};

/// For how long each body is tried where nobody says otherwise, in seconds.
const SECONDS: u32 = 60;
/// For how long the tests try each body in CI, in seconds (SEC-274).
pub(crate) const SECONDS_IN_CI: &str = "10";
/// Tells the tests for how many seconds to try each body.
pub(crate) const SECONDS_OF_TESTS: &str = "CLAVIGER_FUZZ_SECONDS";
/// Tells the tests to write their seeds into this folder and try nothing.
const CORPUS: &str = "CLAVIGER_FUZZ_CORPUS";

/// Reads how long each body is to be tried.
pub(crate) fn parse(words: &[&str]) -> Result<u32> {
    match words {
        [] => Ok(SECONDS),
        [seconds] => match seconds.parse() {
            Ok(seconds) if seconds > 0 => Ok(seconds),
            _ => Err(Failure::usage(format!("`fuzz {seconds}`: how many seconds is a number"))),
        },
        [_, word, ..] => Err(Failure::usage(format!("`fuzz … {word}`: one number is enough"))),
    }
}

/// Tries each body for so long, and stops at the first input that makes one panic: its file is told.
pub(crate) fn run(seconds: u32) -> Result<()> {
    if !succeeds(&mut cargo(&["fuzz", "--version"])) {
        return Err(Failure::new("cargo-fuzz is missing; run: cargo install --locked cargo-fuzz"));
    }
    if !succeeds(Command::new("c++").arg("--version")) {
        install::packages(&["g++"])?;
    }
    let corpus = target()?.join("fuzz-corpus");
    write_seeds(&corpus)?;
    let listed = output(&mut fuzz("list"))?;
    let bodies: BTreeSet<String> = String::from_utf8_lossy(&listed).lines().map(str::to_owned).collect();
    check(&bodies, &folders(&corpus)?)?;
    step(fuzz("build").args(WITHOUT_SANITIZER))?;
    for body in &bodies {
        let mut run = fuzz("run");
        run.args(WITHOUT_SANITIZER).arg(body).arg(corpus.join(body)).arg("--");
        step(run.args([
            &format!("-max_total_time={seconds}"),
            "-timeout=20",
            "-max_len=65536",
            "-print_final_stats=1",
        ]))?;
    }
    Ok(())
}

/// None of our code is `unsafe`, and without one a fuzzer is several times as fast.
const WITHOUT_SANITIZER: [&str; 2] = ["--sanitizer", "none"];

/// The part of cargo-fuzz, in the folder `fuzz`. What it asks of the compiler is not stable: this toolchain gives it all
/// the same.
fn fuzz(part: &str) -> Command {
    let mut command = cargo(&["fuzz", part]);
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}

/// Each seed of each body as a file, beside what an earlier run has found.
fn write_seeds(corpus: &Path) -> Result<()> {
    fs::create_dir_all(corpus).map_err(|cause| Failure::new(format!("cannot make `{}`: {cause}", corpus.display())))?;
    let mut tests = cargo(&["test", "--workspace", "--lib", "--locked", "fuzz::tests::"]);
    step(tests.env(CORPUS, corpus).env_remove(SECONDS_OF_TESTS))
}

fn folders(corpus: &Path) -> Result<BTreeSet<String>> {
    let entries =
        fs::read_dir(corpus).map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", corpus.display())))?;
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// That no body is without a target in the folder `fuzz`, and no target without a body's seeds.
fn check(targets: &BTreeSet<String>, seeds: &BTreeSet<String>) -> Result<()> {
    let odd: Vec<&str> = targets.symmetric_difference(seeds).map(String::as_str).collect();
    if odd.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{}: each body has a test with its name and a target of that name in `fuzz`; a folder in \
         `target/fuzz-corpus` that is no body's any more may go",
        odd.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_a_target_is_named() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert!(check(&set(&["a", "b"]), &set(&["b", "a"])).is_ok());
        assert!(check(&set(&["a"]), &set(&["a", "b"])).unwrap_err().message.starts_with("b: "));
    }

    #[test]
    fn how_long_is_a_number() {
        assert_eq!(parse(&[]).unwrap(), SECONDS);
        assert_eq!(parse(&["7"]).unwrap(), 7);
        for words in [&["0"][..], &["long"], &["1", "2"]] {
            assert_eq!(parse(words).unwrap_err().exit, 2, "{words:?}");
        }
    }
}
