//! A dialect can be removed by deleting its folder: none names another. The console is one more
//! dialect and never calls `api`.

use std::collections::BTreeSet;

use super::{
    Finding,
    source::{File, has_word, in_word},
};

const RULE: &str = "dialect";
const API: &str = "crates/api/src/";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let dialects: BTreeSet<&str> = files.iter().filter_map(|file| folder(&file.path)).collect();
    let api = files.iter().filter_map(|file| Some((file, folder(&file.path)?)));
    let mut findings: Vec<Finding> = api.flat_map(|(file, own)| findings(file, own, &dialects)).collect();
    for file in files.iter().filter(|file| file.is_source_of(&["console"])) {
        let calls = file.numbered().filter(|(_, line)| has_path_root(&line.code, "api"));
        findings.extend(calls.map(|(number, _)| Finding::failure(file, number, RULE, "the console never calls `api`")));
    }
    findings
}

/// The folder right under the crate's source that the file stands in.
fn folder(path: &str) -> Option<&str> {
    Some(path.strip_prefix(API)?.split_once('/')?.0)
}

fn findings(file: &File, own: &str, dialects: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for other in dialects.iter().filter(|other| **other != own) {
        let lines = file.numbered().filter(|(number, line)| {
            names_module(&line.code, other) || (has_word(&line.code, other) && in_crate_group(file, *number))
        });
        findings.extend(lines.map(|(number, _)| {
            Finding::failure(
                file,
                number,
                RULE,
                format!("`{own}` names `{other}`; what both need goes to `iam` or beside both"),
            )
        }));
    }
    findings
}

fn names_module(code: &str, module: &str) -> bool {
    ["crate", "super"].iter().any(|root| has_word(code, &format!("{root}::{module}")))
}

/// Whether the line belongs to a `use crate::{…}` list, on it or begun on a line before.
fn in_crate_group(file: &File, number: usize) -> bool {
    let before: Vec<&str> = file.lines.iter().take(number).map(|line| line.code.as_str()).collect();
    let code = before.join("\n");
    code.rfind("crate::{").is_some_and(|at| !code.get(at..).unwrap_or_default().trim_end().contains(";\n"))
}

/// `api::x` as the beginning of a path, not `other::api::x`.
fn has_path_root(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = code.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !in_word(before) && before != ':')
            || code.get(..at).is_some_and(|b| b.ends_with(" ::"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let others = ["baidu", "native"].map(|dialect| File::new(format!("{API}{dialect}/mod.rs"), ""));
        let files: Vec<File> = others.into_iter().chain([File::new(path, text)]).collect();
        check(&files).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn one_dialect_never_names_another() {
        assert_eq!(lines("crates/api/src/native/users.rs", "\nuse crate::baidu::error;\n"), [2]);
        assert_eq!(lines("crates/api/src/native/users.rs", "use super::super::baidu::error;\n"), [1]);
        assert_eq!(lines("crates/api/src/native/users.rs", "use crate::{\n baidu::error,\n edge,\n};\n"), [2]);
        assert_eq!(lines("crates/api/src/native/users.rs", "use crate::{baidu, edge};\n"), [1]);
    }

    #[test]
    fn the_own_folder_the_edge_and_comments_are_free() {
        let text =
            "use crate::native::error;\nuse crate::edge;\n// unlike crate::baidu\nuse crate::{edge};\nlet baidu = 1;\n";
        assert_eq!(lines("crates/api/src/native/users.rs", text), [0; 0]);
        assert_eq!(lines("crates/api/src/lib.rs", "use crate::baidu;\nuse crate::native;\n"), [0; 0]);
    }

    #[test]
    fn the_console_never_calls_the_api() {
        assert_eq!(lines("crates/console/src/users.rs", "use api::baidu;\n"), [1]);
        assert_eq!(lines("crates/console/src/users.rs", "use iam::api::x; // api::x\nlet a = rapi::x();\n"), [0; 0]);
    }
}
