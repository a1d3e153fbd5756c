//! `cargo xtask test`: all tests, with all they need. A missing part is never a silent pass.

use std::{collections::BTreeSet, path::Path, process::Command};

use crate::{
    browser,
    command::{Failure, Result, cargo, root, step, succeeds, target},
    fuzz, install, node,
    postgres::{self, Cluster},
    python,
};

/// A part of the tests that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Postgres,
    Python,
    Strace,
    Node,
    Browser,
}

impl Part {
    fn parse(name: &str) -> Result<Self> {
        match name {
            "postgres" => Ok(Self::Postgres),
            "python" => Ok(Self::Python),
            "strace" => Ok(Self::Strace),
            "node" => Ok(Self::Node),
            "browser" => Ok(Self::Browser),
            other => {
                let parts = "postgres, python, strace, node and browser";
                Err(Failure::usage(format!("`--without {other}`: only {parts} can be left out")))
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Python => "python",
            Self::Strace => "strace",
            Self::Node => "node",
            Self::Browser => "browser",
        }
    }

    /// The Debian packages that bring it.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Python => &["python3-venv"],
            Self::Strace => &["strace"],
            Self::Node => &["nodejs", "npm"],
            Self::Browser => &["chromium", "fonts-noto-cjk"],
        }
    }

    fn is_there(self) -> bool {
        match self {
            Self::Postgres => postgres::find().is_some(),
            Self::Python => python::find().is_some(),
            Self::Strace => succeeds(Command::new("strace").arg("--version")),
            Self::Node => node::is_there(),
            Self::Browser => browser::is_there(),
        }
    }
}

const ALL: [Part; 5] = [Part::Postgres, Part::Python, Part::Strace, Part::Node, Part::Browser];
/// Where the stories in JavaScript stand that need no browser.
const CLIENTS: &str = "tests/clients/js";
/// Where those stand that do.
const BROWSER: &str = "tests/browser";

/// Tells the tests that those on `PostgreSQL` are left out on purpose.
const LEFT_OUT: &str = "CLAVIGER_TEST_WITHOUT_POSTGRES";
/// The same of those that look at system calls.
const STRACE_LEFT_OUT: &str = "CLAVIGER_TEST_WITHOUT_STRACE";
/// The same of the stories whose programs are JavaScript.
const NODE_LEFT_OUT: &str = "CLAVIGER_TEST_WITHOUT_NODE";

/// What is left out. The default is nothing, and CI uses no other.
#[derive(Debug, Default)]
pub(crate) struct Options {
    without: BTreeSet<Part>,
    /// Whether each fuzz body is tried for the seconds of CI, and not only for its rounds.
    long_fuzz: bool,
}

impl Options {
    /// All tests, and the fuzz bodies for longer.
    pub(crate) fn of_ci() -> Self {
        Self { long_fuzz: true, ..Self::default() }
    }

    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = words;
        loop {
            let name;
            (name, rest) = match rest {
                [] => return Ok(options),
                ["--without", name, rest @ ..] => (*name, rest),
                [word, rest @ ..] => match word.strip_prefix("--without=") {
                    Some(name) => (name, rest),
                    None => return Err(Failure::usage(format!("`{word}` is not an option of test"))),
                },
            };
            let part = Part::parse(name)?;
            options.without.insert(part);
            if part == Part::Node {
                // Nothing else drives the browser.
                options.without.insert(Part::Browser);
            }
        }
    }

    fn wants(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }
}

/// Runs the tests; stops at the first part that fails, with its exit code.
pub(crate) fn run(options: &Options) -> Result<()> {
    install(ALL.into_iter().filter(|part| options.wants(*part)))?;
    let cluster = options.wants(Part::Postgres).then(start_postgres).transpose()?;
    let cluster = cluster.as_ref();

    let mut tests = cargo(&["test", "--workspace", "--locked"]);
    if options.wants(Part::Strace) {
        tests.env_remove(STRACE_LEFT_OUT);
    } else {
        tests.env(STRACE_LEFT_OUT, "1");
    }
    if options.long_fuzz {
        tests.env(fuzz::SECONDS_OF_TESTS, fuzz::SECONDS_IN_CI);
    }
    step(with_postgres(&mut tests, cluster))?;
    if options.wants(Part::Python) {
        clients(cluster, options.wants(Part::Node))?;
    }
    if options.wants(Part::Node) {
        node_stories(Path::new(CLIENTS), &[], cluster)?;
    }
    if options.wants(Part::Browser) {
        node_stories(Path::new(BROWSER), &[], cluster)?;
    }
    report(options)
}

/// Runs the stories in JavaScript of one folder, or just those of the named files in it.
pub(crate) fn run_stories(folder: &str, files: &[&str]) -> Result<()> {
    let folder = folder.trim_end_matches('/');
    let browser = (folder == BROWSER).then_some(Part::Browser);
    install([Part::Postgres, Part::Node].into_iter().chain(browser))?;
    step(&mut cargo(&["build", "-p", "claviger", "--locked"]))?;
    node_stories(Path::new(folder), files, Some(&start_postgres()?))
}

fn install(needed: impl Iterator<Item = Part>) -> Result<()> {
    let lacking: Vec<Part> = needed.filter(|part| !part.is_there()).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    install::packages(&lacking.iter().copied().flat_map(Part::packages).copied().collect::<Vec<_>>())?;
    match lacking.into_iter().find(|part| !part.is_there()) {
        None => Ok(()),
        Some(Part::Node) => {
            Err(Failure::new("this system's Node.js is older than the tests need: install version 20 or later"))
        }
        Some(part) => Err(Failure::new(format!("{} is not to be found, though installed", part.name()))),
    }
}

fn start_postgres() -> Result<Cluster> {
    let programs = postgres::find().ok_or_else(|| Failure::new("PostgreSQL is not to be found, though installed"))?;
    Cluster::start(&programs)
}

/// The vendors' SDKs against the real binary, the one that `cargo test` has just built.
fn clients(cluster: Option<&Cluster>, node: bool) -> Result<()> {
    let program = python::find().ok_or_else(|| Failure::new("Python is not to be found, though installed"))?;
    let target = target()?;
    let stories = Path::new("tests/clients");
    if !root().join(stories).is_dir() {
        return Err(Failure::new("there is no `tests/clients`"));
    }
    let environment = target.join("clients-venv");
    let python = python::environment(program, &environment, &root().join(stories).join("requirements.txt"))?;
    let mut pytest = Command::new(python);
    pytest.args(["-m", "pytest"]).arg(stories).arg("-q").current_dir(root());
    pytest.env("CLAVIGER_BIN", target.join("debug/claviger"));
    if node {
        pytest.env_remove(NODE_LEFT_OUT);
    } else {
        pytest.env(NODE_LEFT_OUT, "1");
    }
    step(with_postgres(&mut pytest, cluster))
}

/// The stories in JavaScript of a folder, against the same binary.
fn node_stories(folder: &Path, files: &[&str], cluster: Option<&Cluster>) -> Result<()> {
    let target = target()?;
    let packages = node::packages(&root().join(folder), &target)?;
    let mut stories = node::stories(folder, files)?;
    stories.env("CLAVIGER_BIN", target.join("debug/claviger")).env("CLAVIGER_NODE_PACKAGES", packages);
    stories.env("CLAVIGER_STORIES_OUTPUT", target.join("stories"));
    step(with_postgres(&mut stories, cluster))
}

/// Without our own server the part must not see another one by chance, and is told that this is meant: a test that
/// merely misses its server fails.
fn with_postgres<'a>(command: &'a mut Command, cluster: Option<&Cluster>) -> &'a mut Command {
    match cluster {
        Some(cluster) => {
            cluster.tell(command);
            command.env_remove(LEFT_OUT);
        }
        None => {
            command.env_remove("CLAVIGER_TEST_PG").env_remove("CLAVIGER_PG_BIN").env(LEFT_OUT, "1");
        }
    }
    command
}

#[expect(clippy::print_stdout, reason = "what did not run is part of the result")]
fn report(options: &Options) -> Result<()> {
    for part in &options.without {
        println!("NOT RUN: {}", part.name());
    }
    if options.without.is_empty() { Ok(()) } else { Err(Failure::not_run()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_left_out_by_name_in_both_spellings() {
        let options = Options::parse(&["--without", "postgres", "--without=python"]).unwrap();
        assert!(!options.wants(Part::Postgres) && !options.wants(Part::Python));
        let options = Options::parse(&["--without", "python"]).unwrap();
        assert!(options.wants(Part::Postgres) && !options.wants(Part::Python));
    }

    #[test]
    fn without_node_there_is_no_browser_either() {
        let options = Options::parse(&["--without", "node"]).unwrap();
        assert!(!options.wants(Part::Browser) && options.wants(Part::Python));
        assert!(Options::parse(&["--without=browser"]).unwrap().wants(Part::Node));
    }

    #[test]
    fn other_words_are_wrong_usage() {
        for words in [&["--without"][..], &["--without", "rust"], &["--with", "postgres"], &["postgres"]] {
            assert_eq!(Options::parse(words).unwrap_err().exit, 2, "{words:?}");
        }
    }

    #[test]
    fn what_was_left_out_makes_exit_code_3() {
        assert!(report(&Options::default()).is_ok());
        let options = Options::parse(&["--without", "postgres"]).unwrap();
        assert_eq!(report(&options).unwrap_err().exit, 3);
    }
}
