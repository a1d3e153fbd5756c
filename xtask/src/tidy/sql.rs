//! SQL text stands in `sql.rs` of its noun and in the database folder, nowhere else: whoever
//! changes a table finds every statement about it.

use super::{
    Finding,
    source::{File, Literal},
};

const RULE: &str = "sql";
const VERBS: [&str; 6] = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "WITH"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.crate_name().is_some() && !may_hold_sql(&file.path)).flat_map(findings).collect()
}

fn may_hold_sql(path: &str) -> bool {
    path.strip_prefix("crates/iam/src/").is_some_and(|inner| {
        inner.starts_with("db/") || inner == "db.rs" || inner == "sql.rs" || inner.ends_with("/sql.rs")
    })
}

/// Tests are free: some must damage a table behind the door's back.
fn findings(file: &File) -> Vec<Finding> {
    let found = file.literals.iter().filter(|literal| !literal.test && is_sql(literal));
    found.map(|literal| Finding::failure(file, literal.line, RULE, "SQL text outside `sql.rs` and `db/`")).collect()
}

/// Begins with an SQL verb in capitals. `DELETE /v1/…` is HTTP.
fn is_sql(literal: &Literal) -> bool {
    let text = literal.text.trim_start();
    VERBS
        .iter()
        .filter_map(|verb| text.strip_prefix(verb))
        .any(|rest| rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with(|next: char| next != '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[File::new(path, text)]).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn sql_stands_in_its_places_only() {
        let text = "\nconst A: &str = \"SELECT id FROM user\";\n";
        assert_eq!(lines("crates/iam/src/users/sql.rs", text), [0; 0]);
        assert_eq!(lines("crates/iam/src/db/sqlite.rs", text), [0; 0]);
        assert_eq!(lines("crates/iam/src/users/ops.rs", text), [2]);
        assert_eq!(lines("crates/api/src/baidu/sql.rs", text), [2]);
        assert_eq!(lines("crates/claviger/tests/it/audit.rs", text), [0; 0]);
    }

    #[test]
    fn a_statement_over_many_lines_is_seen() {
        assert_eq!(lines("crates/iam/src/a.rs", "const A: &str = r\"\n  WITH x AS\";"), [1]);
        assert_eq!(lines("crates/iam/src/a.rs", "f(\"DELETE\n FROM user\")"), [1]);
    }

    #[test]
    fn words_requests_comments_and_tests_are_free() {
        for text in [
            "\"Create a user\"",
            "\"DELETE /v1/user/x\"",
            "\"UPDATED at\"",
            "// \"SELECT 1\"",
            "\"DELETE \"",
            "\"WITH\"",
        ] {
            assert_eq!(lines("crates/api/src/a.rs", text), [0; 0], "{text}");
        }
        assert_eq!(lines("crates/iam/src/a.rs", "#[test]\nfn f() {\n run(\"DELETE FROM audit\");\n}\n"), [0; 0]);
    }
}
