//! Small files: a stranger reads one from top to bottom. Tests may be longer.

use super::{
    Finding,
    source::{File, has_extension},
};

const RULE: &str = "size";
const WARN_LINES: usize = 300;
const FAIL_LINES: usize = 500;
const ARCHITECTURE_LINES: usize = 200;

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter_map(finding).collect()
}

fn finding(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    if file.path == "ARCHITECTURE.md" && lines > ARCHITECTURE_LINES {
        let reason = format!("{lines} lines; a map has at most {ARCHITECTURE_LINES}");
        return Some(Finding::failure(file, ARCHITECTURE_LINES + 1, RULE, reason));
    }
    if !has_extension(&file.path, "rs") || file.is_test() || lines <= WARN_LINES {
        return None;
    }
    let reason = format!("{lines} lines; split it by noun or by step");
    Some(if lines > FAIL_LINES {
        Finding::failure(file, FAIL_LINES + 1, RULE, format!("{reason} (at most {FAIL_LINES})"))
    } else {
        Finding::warning(file, WARN_LINES + 1, RULE, format!("{reason} (better at most {WARN_LINES})"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Severity;

    fn severity(path: &str, lines: usize) -> Option<Severity> {
        finding(&File::new(path, "//\n".repeat(lines))).map(|finding| finding.severity)
    }

    #[test]
    fn rust_warns_above_300_lines_and_fails_above_500() {
        assert_eq!(severity("crates/a/src/b.rs", 300), None);
        assert_eq!(severity("crates/a/src/b.rs", 301), Some(Severity::Warning));
        assert_eq!(severity("crates/a/src/b.rs", 500), Some(Severity::Warning));
        assert_eq!(severity("crates/a/src/b.rs", 501), Some(Severity::Failure));
    }

    #[test]
    fn tests_may_be_longer() {
        assert_eq!(severity("crates/a/src/b/tests.rs", 900), None);
        assert_eq!(severity("crates/a/tests/it/b.rs", 900), None);
    }

    #[test]
    fn the_map_has_200_lines() {
        assert_eq!(severity("ARCHITECTURE.md", 200), None);
        assert_eq!(severity("ARCHITECTURE.md", 201), Some(Severity::Failure));
        assert_eq!(severity("docs/guide.md", 900), None);
    }
}
