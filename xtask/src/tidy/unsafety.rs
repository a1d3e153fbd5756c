//! No crate of ours may hold `unsafe` (SEC-273): each workspace forbids it, and each crate takes its lints.

use super::{Finding, source::File};

const RULE: &str = "unsafe";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.path.ends_with("Cargo.toml")).filter_map(check_manifest).collect()
}

fn check_manifest(file: &File) -> Option<Finding> {
    let has = |line: &str| file.text.lines().any(|found| found.trim() == line);
    let forbids = has("unsafe_code = \"forbid\"");
    if has("[workspace]") && !forbids {
        return Some(Finding::failure(file, 1, RULE, "the workspace's lints must forbid `unsafe_code`"));
    }
    let package = has("[package]");
    let takes_lints = file.text.split("\n[").any(|section| {
        let mut lines = section.lines();
        lines.next() == Some("lints]") && lines.any(|line| line.trim() == "workspace = true")
    });
    (package && !takes_lints && !forbids).then(|| {
        Finding::failure(file, 1, RULE, "the crate must take the workspace's lints: `[lints] workspace = true`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> usize {
        check(&[File::new("crates/x/Cargo.toml", text)]).len()
    }

    /// SEC-273: what the rule finds, and what it leaves.
    #[test]
    fn sec_273_unsafe_is_forbidden_everywhere() {
        assert_eq!(findings("[package]\nname = \"x\"\n\n[lints]\nworkspace = true\n"), 0);
        assert_eq!(findings("[package]\nname = \"x\"\n"), 1);
        assert_eq!(findings("[package]\nname = \"x\"\n\n[lints]\n\n[dependencies]\nworkspace = true\n"), 1);
        assert_eq!(findings("[workspace]\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n"), 0);
        assert_eq!(findings("[workspace]\nmembers = []\n"), 1);
    }
}
