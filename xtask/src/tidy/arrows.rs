//! Arrows between our crates point down only. A new one needs a page in docs/decisions first.

use super::{Finding, source::File};

const RULE: &str = "arrow";

/// Each crate and the crates of ours that it may depend on; `claviger` may on all.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("spoil", &[]),
    ("base", &[]),
    ("signing", &["base"]),
    ("policy", &["base"]),
    ("decide", &["policy", "signing", "base"]),
    ("iam", &["decide", "policy", "signing", "base"]),
    ("edge", &["iam", "decide", "base"]),
    ("api", &["edge", "iam", "decide", "policy", "signing", "base"]),
    ("console", &["edge", "iam", "decide", "policy", "base"]),
    ("xtask", &[]),
];
const TOP: &str = "claviger";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let manifests: Vec<(&str, &File)> =
        files.iter().filter_map(|file| Some((manifest_of(&file.path)?, file))).collect();
    let ours: Vec<&str> = manifests.iter().map(|(name, _)| *name).collect();
    manifests.iter().flat_map(|(name, file)| findings(name, file, &ours)).collect()
}

/// Folder = crate name.
fn manifest_of(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/Cargo.toml")?;
    let name = folder.strip_prefix("crates/").unwrap_or(folder);
    (name == "xtask" || (folder.starts_with("crates/") && !name.contains('/'))).then_some(name)
}

fn findings(name: &str, file: &File, ours: &[&str]) -> Vec<Finding> {
    if name == TOP {
        return Vec::new();
    }
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return vec![Finding::failure(
            file,
            1,
            RULE,
            format!("`{name}` is not in the table of xtask/src/tidy/arrows.rs"),
        )];
    };
    dependencies(&file.text)
        .into_iter()
        .filter(|(_, dependency)| ours.contains(dependency) && !allowed.contains(dependency))
        .map(|(line, dependency)| {
            Finding::failure(file, line, RULE, format!("`{name}` must not depend on `{dependency}`"))
        })
        .collect()
}

/// The packages of `[dependencies]`, `[build-dependencies]` and those for one target, with their
/// lines; also in the form `[dependencies.name]`. Not those of tests.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (number, line) in (1..).zip(manifest.lines().map(str::trim)) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.split(']').next().unwrap_or_default();
            let (table, name) = split_section(section);
            inside = is_dependencies(table);
            found.extend(name.filter(|_| inside).map(|name| (number, name)));
        } else if let Some((key, value)) = line.split_once('=').filter(|_| inside && !line.starts_with('#')) {
            let name = key.split('.').next().unwrap_or_default().trim().trim_matches('"');
            found.push((number, renamed(key, value).unwrap_or(name)));
        }
    }
    found
}

/// `dependencies.base` is one dependency; `dependencies` is the table of many.
fn split_section(section: &str) -> (&str, Option<&str>) {
    match section.rsplit_once('.') {
        Some((table, name)) if is_dependencies(table) => (table, Some(name)),
        _ => (section, None),
    }
}

fn is_dependencies(table: &str) -> bool {
    matches!(table.rsplit('.').next(), Some("dependencies" | "build-dependencies"))
}

/// The package behind another name, in `name = { package = "…" }` or `package = "…"`.
fn renamed<'a>(key: &str, value: &'a str) -> Option<&'a str> {
    let quoted = if key.trim() == "package" { value } else { value.split_once("package")?.1 };
    quoted.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, manifest: &str) -> Vec<usize> {
        let file = File::new(format!("crates/{name}/Cargo.toml"), manifest);
        let ours = ["base", "signing", "policy", "decide", "iam", "api", "console", "claviger", "xtask"];
        findings(name, &file, &ours).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn down_is_allowed_up_is_not() {
        let manifest = "[package]\nname = \"iam\"\n\n[dependencies]\nbase.workspace = true\nserde = \"1\"\n";
        assert_eq!(lines("iam", manifest), [0; 0]);
        assert_eq!(lines("base", "[dependencies]\nserde = \"1\"\niam.workspace = true\n"), [3]);
        assert_eq!(lines("console", "[dependencies]\napi = { workspace = true }\n"), [2]);
        assert_eq!(lines("xtask", "[dependencies]\nbase = { path = \"../crates/base\" }\n"), [2]);
        assert_eq!(lines("claviger", "[dependencies]\napi.workspace = true\nconsole.workspace = true\n"), [0; 0]);
    }

    #[test]
    fn every_spelling_of_a_dependency_is_seen() {
        assert_eq!(lines("base", "[dependencies.iam]\nworkspace = true\n"), [1]);
        assert_eq!(lines("base", "[target.'cfg(unix)'.dependencies]\niam.workspace = true\n"), [2]);
        assert_eq!(lines("base", "[build-dependencies]\niam.workspace = true\n"), [2]);
        assert_eq!(lines("base", "[dependencies]\nother = { package = \"iam\", path = \"../iam\" }\n"), [2]);
        assert_eq!(lines("base", "[dependencies.other]\npackage = \"iam\"\n"), [2]);
    }

    #[test]
    fn tests_may_depend_on_more() {
        assert_eq!(lines("base", "[dev-dependencies]\niam.workspace = true\n"), [0; 0]);
        assert_eq!(lines("base", "[dependencies]\n# iam.workspace = true\n[features]\niam = []\n"), [0; 0]);
    }

    #[test]
    fn a_crate_unknown_to_the_table_fails() {
        assert_eq!(lines("utils", "[dependencies]\n"), [1]);
        assert_eq!(manifest_of("bench/Cargo.toml"), None);
        assert_eq!(manifest_of("crates/iam/Cargo.toml"), Some("iam"));
    }
}
