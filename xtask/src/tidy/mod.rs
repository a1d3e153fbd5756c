//! `cargo xtask tidy`: the house rules that a compiler can't know (ARCHITECTURE.md gives the
//! reasons). A rule is one file with one `check` over all files of the project; tests beside it.

use std::{collections::BTreeMap, fmt, fs, io::ErrorKind, process::Command};

use source::File;

use crate::command::{Failure, Result, output, root};

mod arrows;
mod dialects;
mod marks;
mod neutral;
mod pure;
mod requirements;
mod sizes;
pub(crate) mod source;
mod sql;
mod unsafety;

/// A rule: from all files to what is wrong in them.
type Check = fn(&[File]) -> Vec<Finding>;

/// Every rule. To add one, write its file and a row here.
const CHECKS: [Check; 9] = [
    sizes::check,
    arrows::check,
    pure::check,
    neutral::check,
    sql::check,
    dialects::check,
    marks::check,
    requirements::check,
    unsafety::check,
];

/// What a rule says about one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1.
    line: usize,
    rule: &'static str,
    reason: String,
    severity: Severity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    Warning,
    Failure,
}

impl Finding {
    fn failure(file: &File, line: usize, rule: &'static str, reason: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, rule, reason: reason.into(), severity: Severity::Failure }
    }

    fn warning(file: &File, line: usize, rule: &'static str, reason: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::failure(file, line, rule, reason) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, reason, severity } = self;
        let mild = if *severity == Severity::Warning { "warning: " } else { "" };
        write!(f, "{path}:{line}: {mild}{rule}: {reason}")
    }
}

/// Checks the project; prints what is wrong and one line of summary. Errors: anything is wrong.
#[expect(clippy::print_stdout, reason = "the findings are the result")]
pub(crate) fn run() -> Result<()> {
    let files = project_files()?;
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(&files)).collect();
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    let failures = findings.iter().filter(|finding| finding.severity == Severity::Failure).count();
    println!("tidy: {} files, {failures} failures, {} warnings", files.len(), findings.len() - failures);
    if failures == 0 { Ok(()) } else { Err(Failure::new("tidy: the project breaks its own rules")) }
}

/// Prints the security requirements that tests name, each with the files that do.
#[expect(clippy::print_stdout, reason = "the list is the result")]
pub(crate) fn list_requirements() -> Result<()> {
    let files = project_files()?;
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for named in requirements::named_in_tests(&files) {
        let paths = places.entry(format!("SEC-{}", named.digits)).or_default();
        if paths.last() != Some(&named.file.path.as_str()) {
            paths.push(&named.file.path);
        }
    }
    for (requirement, paths) in &places {
        println!("{requirement}  {}", paths.join(" "));
    }
    Ok(())
}

/// The text files that git keeps or would keep. Files that are no text break no rule of ours.
fn project_files() -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let listed = output(&mut git)?;
    let mut files = Vec::new();
    for path in listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
        let path = String::from_utf8_lossy(path).into_owned();
        match fs::read(root().join(&path)) {
            Ok(bytes) => files.extend(String::from_utf8(bytes).ok().map(|text| File::new(path, text))),
            // Deleted, and git has not been told yet; or a link to a folder.
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {}
            Err(cause) => return Err(Failure::new(format!("cannot read `{path}`: {cause}"))),
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_place_rule_reason() {
        let file = File::new("a/b.rs", "");
        assert_eq!(Finding::failure(&file, 7, "sql", "why").to_string(), "a/b.rs:7: sql: why");
        assert_eq!(Finding::warning(&file, 1, "size", "why").to_string(), "a/b.rs:1: warning: size: why");
    }
}
