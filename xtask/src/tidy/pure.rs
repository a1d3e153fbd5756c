//! The pure crates compute, and do nothing else: time and randomness come in as arguments. So
//! their tests need no set-up, and the data plane can't wait for anything.

use super::{
    Finding,
    source::{File, has_word},
};

const RULE: &str = "pure";
const PURE: [&str; 4] = ["base", "policy", "signing", "decide"];
const FORBIDDEN: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::env",
    "SystemTime",
    "Instant::now",
    "now_utc",
    "async",
    ".await",
    "tokio",
    "rand::",
    "SystemRandom",
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.is_source_of(&PURE)).flat_map(findings).collect()
}

fn findings(file: &File) -> Vec<Finding> {
    let code = file.numbered().filter(|(_, line)| !line.test);
    code.flat_map(|(number, line)| {
        FORBIDDEN.iter().filter(|word| has_word(&line.code, word)).map(move |word| {
            Finding::failure(file, number, RULE, format!("`{word}` in a crate without IO, clock, randomness and async"))
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[File::new(path, text)]).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn every_way_out_is_seen() {
        for word in ["use std::fs;", "x.await", "async fn f() {}", "Instant::now()", "aws_lc_rs::rand::fill(x)"] {
            assert_eq!(lines("crates/decide/src/a.rs", &format!("\n{word}\n")), [2], "{word}");
        }
    }

    #[test]
    fn comments_literals_tests_and_other_crates_are_free() {
        let text = "// tokio\nconst A: &str = \"async\";\n#[cfg(test)]\nmod tests {\n use std::fs;\n}\n";
        assert_eq!(lines("crates/base/src/a.rs", text), [0; 0]);
        assert_eq!(lines("crates/claviger/src/a.rs", "use std::fs;"), [0; 0]);
        assert_eq!(lines("crates/base/src/a.rs", "let operand::x = strand::y;"), [0; 0]);
    }
}
