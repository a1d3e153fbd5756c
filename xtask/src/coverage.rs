//! `cargo xtask coverage`: how many lines the tests run of the code that decides who may do what (SEC-275).
//!
//! Counted are lines of the product: what only test builds have is left out, wherever it stands.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    command::{Failure, Result, cargo, root, step, succeeds, target},
    postgres::{self, Cluster},
    tidy::source::File,
};

/// The crates whose tests are run. Those of the dialects and of the program come on top of them, and are not needed for
/// the bar.
const CRATES: [&str; 5] = ["base", "signing", "policy", "decide", "iam"];
/// The least share of lines, in percent.
const BAR: f64 = 90.0;

/// Each area and the files that belong to it: beginnings of paths, behind `crates/`.
const AREAS: [(&str, &[&str]); 5] = [
    ("signatures", &["signing/src/"]),
    (
        "authentication",
        &[
            "decide/src/api_key.rs",
            "decide/src/assume.rs",
            "decide/src/identity.rs",
            "decide/src/session",
            "decide/src/verify.rs",
            "iam/src/access_keys/",
            "iam/src/api_keys/",
            "iam/src/hashing.rs",
            "iam/src/login_profiles/",
            "iam/src/passwords/",
            "iam/src/sessions/",
            "iam/src/sign_in/",
        ],
    ),
    (
        "policy and authorisation",
        &["policy/src/", "decide/src/check.rs", "decide/src/power.rs", "iam/src/door/", "iam/src/policies/"],
    ),
    (
        "cryptography",
        &[
            "base/src/secret.rs",
            "decide/src/seal.rs",
            "iam/src/backup/",
            "iam/src/exposure.rs",
            "iam/src/instance_keys.rs",
            "iam/src/keyring.rs",
            "iam/src/master_keys/",
        ],
    ),
    ("audit", &["iam/src/audit/"]),
];
/// What only test builds have, as whole files.
const OF_TESTS: [&str; 4] = ["/testing", "/fuzz.rs", "/simulation/", "/tests/"];

/// Lines that a test has run, and all that could be.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Lines {
    run: u32,
    all: u32,
}

impl Lines {
    fn percent(self) -> f64 {
        if self.all == 0 { 100.0 } else { f64::from(self.run) * 100.0 / f64::from(self.all) }
    }
}

/// Runs the tests and prints the share of each area and of its files below the bar. Errors: an area is below it.
pub(crate) fn run() -> Result<()> {
    if !succeeds(&mut cargo(&["llvm-cov", "--version"])) {
        let line = "rustup component add llvm-tools && cargo install --locked cargo-llvm-cov";
        return Err(Failure::new(format!("cargo-llvm-cov is missing; run: {line}")));
    }
    let programs = postgres::find().ok_or_else(|| Failure::new("the tests need PostgreSQL: cargo xtask test"))?;
    let cluster = Cluster::start(&programs)?;
    let report = target()?.join("coverage.lcov");
    let mut tests = cargo(&["llvm-cov", "test", "--locked", "--lcov", "--output-path"]);
    tests.arg(&report).args(CRATES.iter().flat_map(|name| ["-p", name]));
    cluster.tell(&mut tests);
    step(&mut tests)?;
    let report = fs::read_to_string(&report)
        .map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", report.display())))?;
    judge(&files(&report, &root()))
}

/// The lines of each file of ours, by its path behind `crates/`.
fn files(report: &str, root: &Path) -> BTreeMap<String, Lines> {
    let mut files = BTreeMap::new();
    for record in report.split("end_of_record") {
        let path = record.lines().find_map(|line| line.strip_prefix("SF:"));
        let Some((path, short)) = path.and_then(|path| Some((path, path.rsplit_once("/crates/")?.1))) else { continue };
        let place = root.join("crates").join(short);
        if OF_TESTS.iter().any(|part| path.contains(part)) || path.ends_with("/tests.rs") {
            continue;
        }
        let file = File::new(short, fs::read_to_string(place).unwrap_or_default());
        files.insert(short.to_owned(), lines(record, &file));
    }
    files
}

fn lines(record: &str, file: &File) -> Lines {
    let mut lines = Lines::default();
    for line in record.lines().filter_map(|line| line.strip_prefix("DA:")) {
        let mut numbers = line.split(',').map(|number| number.parse::<usize>().unwrap_or_default());
        let (number, count) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        let of_tests = number.checked_sub(1).and_then(|place| file.lines.get(place)).is_some_and(|line| line.test);
        if !of_tests {
            lines.all += 1;
            lines.run += u32::from(count > 0);
        }
    }
    lines
}

#[expect(clippy::print_stdout, reason = "the figures are the result")]
fn judge(files: &BTreeMap<String, Lines>) -> Result<()> {
    let mut below = Vec::new();
    for (area, paths) in AREAS {
        let its: Vec<_> = files.iter().filter(|(path, _)| paths.iter().any(|start| path.starts_with(start))).collect();
        let sum = |of: fn(&Lines) -> u32| its.iter().map(|(_, lines)| of(lines)).sum::<u32>();
        let lines = Lines { run: sum(|lines| lines.run), all: sum(|lines| lines.all) };
        println!("{:5.1} %  {area} ({} of {} lines)", lines.percent(), lines.run, lines.all);
        for (path, lines) in its.iter().filter(|(_, lines)| lines.percent() < BAR) {
            println!("         {:5.1} %  {path} ({} of {})", lines.percent(), lines.run, lines.all);
        }
        if lines.percent() < BAR || its.is_empty() {
            below.push(area);
        }
    }
    if below.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("less than {BAR} % of the lines are run of: {}", below.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_tests_are_left_out() {
        let file = File::new("a/src/b.rs", "fn a() {\n}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\n");
        let record = "SF:x/crates/a/src/b.rs\nDA:1,3\nDA:2,0\nDA:5,7\nLF:3\n";
        assert_eq!(lines(record, &file), Lines { run: 1, all: 2 });
    }

    #[test]
    fn an_area_below_the_bar_is_named() {
        let all = |run| {
            let files = AREAS.iter().map(|(_, paths)| (format!("{}x.rs", paths[0]), Lines { run: 100, all: 100 }));
            let mut files: BTreeMap<_, _> = files.collect();
            files.insert("iam/src/audit/y.rs".to_owned(), Lines { run, all: 100 });
            judge(&files)
        };
        assert!(all(80).is_ok());
        assert!(all(79).unwrap_err().message.ends_with("run of: audit"));
    }
}
