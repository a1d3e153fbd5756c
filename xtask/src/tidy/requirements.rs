//! Tests name the security requirements they prove: in their own name (`sec_067`) or in a
//! comment (`SEC-067`), always with three digits, so that a search finds them all.

use super::{
    Finding,
    source::{File, has_extension, in_word},
};

const RULE: &str = "requirement";
const DIGITS: usize = 3;

/// A requirement named by a test.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) file: &'a File,
    pub(super) line: usize,
    pub(super) digits: &'a str,
}

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let wrong = named(files).into_iter().filter(|named| named.digits.len() != DIGITS);
    wrong
        .map(|named| {
            let reason = format!("requirement `{}`: the number has three digits", named.digits);
            Finding::failure(named.file, named.line, RULE, reason)
        })
        .collect()
}

/// All that are rightly named, in the order of the files.
pub(super) fn named_in_tests(files: &[File]) -> Vec<Named<'_>> {
    named(files).into_iter().filter(|named| named.digits.len() == DIGITS).collect()
}

fn named(files: &[File]) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    for file in files {
        if ["py", "mjs"].iter().any(|extension| has_extension(&file.path, extension)) && file.is_test() {
            for (line, text) in (1..).zip(file.text.lines()) {
                let numbers = numbers(text, "SEC-").chain(numbers(text, "sec_"));
                found.extend(numbers.map(|digits| Named { file, line, digits }));
            }
        }
        for (line, text) in file.numbered().filter(|(_, line)| line.test) {
            let name = text.code.split_once("fn ").map_or("", |(_, name)| name);
            let numbers = numbers(&text.comment, "SEC-").chain(numbers(name, "sec_"));
            found.extend(numbers.map(|digits| Named { file, line, digits }));
        }
    }
    found
}

/// The digits that follow `prefix` where it begins a word or a part of a name.
fn numbers<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(prefix).filter_map(move |(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let rest = text.get(at + prefix.len()..)?;
        let digits = rest.get(..rest.find(|next: char| !next.is_ascii_digit()).unwrap_or(rest.len()))?;
        let begins = before.is_none_or(|before| !in_word(before) || before == '_');
        (begins && !digits.is_empty()).then_some(digits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &str, text: &str) -> Vec<String> {
        let files = [File::new(path, text)];
        named(&files).into_iter().map(|named| format!("{}:{}", named.line, named.digits)).collect()
    }

    #[test]
    fn names_and_comments_of_tests_count() {
        let text =
            "// SEC-001\n#[cfg(test)]\nmod tests {\n // SEC-067, SEC-068\n fn a_sec_070_b() { x(\"SEC-071\"); }\n}\n";
        assert_eq!(all("crates/a/src/b.rs", text), ["4:067", "4:068", "5:070"]);
        assert_eq!(
            all("tests/clients/test_a.py", "def test_sec_005():\n    \"\"\"SEC-006.\"\"\"\n"),
            ["1:005", "2:006"]
        );
        assert_eq!(all("docs/a.md", "SEC-001"), [""; 0]);
    }

    #[test]
    fn other_numbers_than_three_digits_fail() {
        let wrong = |text: &str| check(&[File::new("crates/a/tests/it/b.rs", text)]).len();
        assert_eq!(wrong("// SEC-067 SEC-068\nfn sec_069_x() {}\n"), 0);
        assert_eq!(wrong("// SEC-67\nfn sec_0069_x() {}\n"), 2);
        assert_eq!(wrong("// SEC-nnn, MAXSEC-1\nlet ttl_sec_5 = 1;\n"), 0);
    }
}
