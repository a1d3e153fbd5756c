//! What must not be committed: unfinished work, tests that don't run, paths of somebody's
//! machine, hosts that a build must not depend on by name.

use super::{
    Finding,
    source::{File, in_word},
};

const RULE: &str = "mark";

/// Each mark and why not. In pieces, so that this file does not find itself.
const MARKS: [(&str, &str); 14] = [
    (concat!("TO", "DO"), UNFINISHED),
    (concat!("FIX", "ME"), UNFINISHED),
    (concat!("XX", "X"), UNFINISHED),
    (concat!("to", "do!"), UNFINISHED),
    (concat!("unimple", "mented!"), UNFINISHED),
    (concat!("#[", "ignore"), "a test that does not run proves nothing"),
    (concat!("db", "g!"), "left over from a search"),
    (concat!("/ro", "ot/"), MACHINE),
    (concat!("/ho", "me/"), MACHINE),
    (concat!("crates", ".io"), REGISTRY),
    (concat!("py", "pi.org"), REGISTRY),
    (concat!("registry.", "npmjs.org"), REGISTRY),
    (concat!("deb.", "debian.org"), REGISTRY),
    (concat!("files.python", "hosted.org"), REGISTRY),
];
const UNFINISHED: &str = "unfinished; do it, or file an issue";
const MACHINE: &str = "a path of one machine";
const REGISTRY: &str = "a registry by name; mirrors are set up outside the project";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| !is_lock(&file.path)).flat_map(findings).collect()
}

fn findings(file: &File) -> Vec<Finding> {
    let lines = (1..).zip(file.text.lines());
    lines
        .flat_map(|(number, line)| {
            let marks = MARKS.iter().filter(move |(mark, _)| stands_in(line, mark));
            marks.map(move |(mark, why)| Finding::failure(file, number, RULE, format!("`{mark}`: {why}")))
        })
        .collect()
}

/// As a word of its own; a path only where it begins, not as the end of `src` or a host.
fn stands_in(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + mark.len()..).and_then(|after| after.chars().next());
        let free_before = before.is_none_or(|before| !in_word(before));
        let free_after = !mark.ends_with(in_word) || after.is_none_or(|after| !in_word(after));
        free_after && if mark.starts_with('#') { true } else { free_before }
    })
}

fn is_lock(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "lock") || name == "package-lock.json"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[File::new(path, text)]).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn every_mark_is_seen() {
        for (mark, _) in MARKS {
            assert_eq!(lines("docs/a.md", &format!("\na {mark} b\n")), [2], "{mark}");
            assert_eq!(lines("Cargo.lock", mark), [0; 0], "{mark}");
        }
    }

    #[test]
    fn parts_of_other_words_are_free() {
        let free = [
            format!("mktemp a.{0}{0}", concat!("XX", "X")),
            format!("crates/iam/src{}mod.rs", concat!("/ro", "ot/")),
            format!("https://example.org{}", concat!("/ho", "me/")),
            format!("METH{}", concat!("TO", "DO")),
        ];
        for text in free {
            assert_eq!(lines("docs/a.md", &text), [0; 0], "{text}");
        }
    }
}
