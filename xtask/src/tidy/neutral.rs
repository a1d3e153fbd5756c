//! The core knows what the product knows, and no wire: no vendor's word, no HTTP type, nothing
//! serialised for a wire's sake; and it is synchronous but for one function.

use super::{
    Finding,
    source::{File, has_word, in_word},
};

const RULE: &str = "neutral";
const CORE: [&str; 1] = ["iam"];
/// Where `Iam::run` hands work to a database thread and returns a future.
const ASYNC_FILE: &str = "crates/iam/src/lib.rs";
const FOREIGN: [&str; 9] = ["baidu", "volc", "byteplus", "wangsu", "cdnetworks", "bce", "hyper", "axum", "http::"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.is_source_of(&CORE)).flat_map(findings).collect()
}

/// Foreign words are forbidden in tests and literals, too; only comments may cite a source.
fn findings(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let code = file.numbered().map(|(number, line)| (number, line.code.as_str()));
    let literals = file.literals.iter().map(|literal| (literal.line, literal.text.as_str()));
    for (line, text) in code.chain(literals) {
        for word in FOREIGN.iter().filter(|word| begins_a_word(text, word)) {
            findings.push(Finding::failure(
                file,
                line,
                RULE,
                format!("`{word}`: the core knows no vendor and no HTTP"),
            ));
        }
    }
    for (number, line) in file.numbered() {
        if has_word(&line.code, "Serialize") {
            findings.push(Finding::failure(file, number, RULE, "`Serialize`: a wire's structs live in its dialect"));
        }
        let waits = ["async", ".await"].iter().any(|word| has_word(&line.code, word));
        if waits && !line.test && file.path != ASYNC_FILE {
            findings.push(Finding::failure(file, number, RULE, format!("async in the core, outside {ASYNC_FILE}")));
        }
    }
    findings
}

/// In any case, also as a part of a longer name (`BaiduError`, `is_bce`), but not in the middle
/// of another word or of hexadecimal digits.
fn begins_a_word(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase().match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let capital = text.get(at..).is_some_and(|found| found.starts_with(|first: char| first.is_ascii_uppercase()));
        before.is_none_or(|before| !in_word(before) || before == '_' || (capital && before.is_ascii_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[File::new(path, text)]).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn vendor_and_http_words_are_seen_in_any_case_and_place() {
        for line in
            ["struct BaiduId;", "let s = \"VolcEngine\";", "use http::Status;", "fn is_bce() {}", "struct IsBceKey;"]
        {
            assert_eq!(lines("crates/iam/src/a.rs", &format!("\n{line}\n")), [2], "{line}");
        }
        assert_eq!(lines("crates/iam/src/a.rs", "#[cfg(test)]\nmod tests {\n const A: &str = \"wangsu\";\n}\n"), [3]);
    }

    #[test]
    fn comments_digits_and_other_crates_are_free() {
        assert_eq!(lines("crates/iam/src/a.rs", "// as Baidu does\nconst A: &str = \"0abce1\";\n"), [0; 0]);
        assert_eq!(lines("crates/api/src/a.rs", "struct BaiduId; async fn f() {}"), [0; 0]);
    }

    #[test]
    fn async_stands_in_one_file_only() {
        assert_eq!(lines("crates/iam/src/users/ops.rs", "async fn f() {}"), [1]);
        assert_eq!(lines("crates/iam/src/users/ops.rs", "f().await;"), [1]);
        assert_eq!(lines("crates/iam/src/lib.rs", "async fn f() { g().await }"), [0; 0]);
    }

    #[test]
    fn nothing_is_serialised_for_a_wire() {
        assert_eq!(lines("crates/iam/src/a.rs", "#[derive(\n Serialize,\n)]\nstruct A;"), [2]);
        assert_eq!(lines("crates/iam/src/a.rs", "// Serialize\nenum E { Serializes }"), [0; 0]);
    }
}
