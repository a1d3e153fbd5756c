//! `cargo xtask`: the project's own commands — tests with all they need, what CI runs, the
//! house rules, benchmarks, packages. Depends on nothing of ours.

use std::{env, process::ExitCode};

use command::{Failure, Result};

mod bench;
mod browser;
mod ci;
mod command;
mod coverage;
mod differential;
mod fuzz;
mod install;
mod node;
mod package;
mod postgres;
mod python;
mod simulate;
mod test;
mod tidy;

const HELP: &str = "\
Claviger's own commands.

Usage: cargo xtask <command> [options]

Commands:
  test   Run all tests: the workspace's, then the clients' stories in tests/clients and those
         in the browser in tests/browser. Needs PostgreSQL, Python 3 with venv, strace, Node.js 20
         with npm, and Chromium. As root on Debian or Ubuntu it installs what lacks; elsewhere it
         fails and prints the one line to run. PostgreSQL is a throw-away server of its own on a
         free port.
           --without postgres   leave out the tests on PostgreSQL
           --without python     leave out the clients' stories in Python
           --without strace     leave out the tests that look at system calls
           --without node       leave out the stories and programs in JavaScript, and the browser
           --without browser    leave out the stories in the browser
         What is left out is printed as NOT RUN, and the exit code is 3.
  stories FOLDER [FILE...]
         Build the program and run the stories of a folder (tests/clients/js, tests/browser), or
         those in just these files of it. Needs what test does, but for Python and strace.
  ci     What CI runs: format, clippy, tidy, test, with each fuzz body for 10 seconds.
           --full               also the feature `otlp`, documentation, release build, licences
                                and sources (needs cargo-deny)
  tidy   Check the house rules: file sizes, arrows between crates, pure crates, vendor words,
         SQL, dialects, forbidden marks, names of security requirements.
           --sec                list the requirements (SEC-nnn) that tests name
  bench  Run the benchmarks in bench/ in release mode, arguments passed on; with a throw-away
         PostgreSQL if it is installed.
  package
         Build the release and pack it into target/package: a Debian package, an archive, the
         list of its crates (CycloneDX) and SHA-256 sums. Needs dpkg-deb, tar and readelf.
           --dev                the program of the development profile: to try the packing
  fuzz [SECONDS]
         Try each fuzz body for so long (60 seconds) under libFuzzer. Needs cargo-fuzz and a C++
         compiler. An input that fails is kept in fuzz/artifacts; inputs that show new code, in
         target/fuzz-corpus.
  coverage
         Run the tests of the core and below, and say how many lines they run of each area that
         decides who may do what. Fails below 90 %. Needs cargo-llvm-cov and PostgreSQL.
  simulate COUNT
         Live through so many new worlds of the seeded simulation of the core (crates/iam).
         What fails prints its seed, and CLAVIGER_SIMULATION_SEED=… has it again.
  differential COUNT
         Decide so many new random cases by the compiled policy evaluator and by the naive one
         (crates/policy). Where they differ, the seed is printed.
  help   Print this text.

Exit codes: 0 all passed; 1 a check failed; 2 wrong usage; 3 something was NOT RUN;
else the exit code of the part that failed.
";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {}", failure.message);
            ExitCode::from(failure.exit)
        }
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    match words {
        ["bench", rest @ ..] => bench::run(rest),
        [] | ["help", ..] => help(),
        [_, rest @ ..] if rest.iter().any(|word| ["-h", "--help"].contains(word)) => help(),
        ["-h" | "--help"] => help(),
        ["test", rest @ ..] => test::run(&test::Options::parse(rest)?),
        ["stories", folder, files @ ..] => test::run_stories(folder, files),
        ["ci"] => ci::run(ci::Extent::Usual),
        ["ci", "--full"] => ci::run(ci::Extent::Full),
        ["coverage"] => coverage::run(),
        ["fuzz", rest @ ..] => fuzz::run(fuzz::parse(rest)?),
        ["simulate", count] => simulate::run(count),
        ["differential", count] => differential::run(count),
        ["package"] => package::run("release"),
        ["package", "--dev"] => package::run("dev"),
        ["tidy"] => tidy::run(),
        ["tidy", "--sec"] => tidy::list_requirements(),
        [command, rest @ ..] => {
            Err(Failure::usage(format!("`{}` is not a command", [&[*command], rest].concat().join(" "))))
        }
    }
}

#[expect(clippy::print_stdout, reason = "help is what the user asked for")]
#[expect(clippy::unnecessary_wraps, reason = "one arm of the dispatch among others")]
fn help() -> Result<()> {
    print!("{HELP}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_usage_exits_2_and_names_the_words() {
        for words in [
            &["deploy"][..],
            &["ci", "--fast"],
            &["simulate", "often"],
            &["fuzz", "long"],
            &["differential", "all"],
            &["tidy", "x"],
            &["test", "--without", "rust"],
        ] {
            let failure = dispatch(words).unwrap_err();
            assert_eq!(failure.exit, 2, "{words:?}");
            assert!(failure.message.contains(words[words.len() - 1]), "{}", failure.message);
        }
    }
}
