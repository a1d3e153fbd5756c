//! A file as the rules see it. For Rust: code, comments and string literals apart, and which
//! lines are tests.

use lexer::Lexer;

mod lexer;

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct File {
    /// From the workspace's folder, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// Empty unless this is Rust.
    pub(crate) lines: Vec<Line>,
    /// Empty unless this is Rust.
    pub(super) literals: Vec<Literal>,
}

/// One line of Rust.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Without comments; string and character literals are empty ones.
    pub(super) code: String,
    pub(super) comment: String,
    /// Whether only test builds have it.
    pub(crate) test: bool,
}

/// A string literal as it stands in the file, escapes and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    /// The line it begins on, counted from 1.
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) test: bool,
}

impl File {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let (mut lines, mut literals) = (Vec::new(), Vec::new());
        if has_extension(&path, "rs") {
            (lines, literals) = Lexer::new(&text).run();
            mark_tests(&mut lines, is_test_path(&path));
            for literal in &mut literals {
                literal.test = lines.get(literal.line - 1).is_some_and(|line| line.test);
            }
        }
        Self { path, text, lines, literals }
    }

    /// Lines of Rust with their numbers, counted from 1.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &Line)> {
        (1..).zip(&self.lines)
    }

    /// Whether this is Rust in the `src` folder of one of these crates of ours.
    pub(super) fn is_source_of(&self, crates: &[&str]) -> bool {
        self.crate_name().is_some_and(|name| crates.contains(&name))
    }

    /// The crate of ours in whose `src` folder this Rust stands.
    pub(super) fn crate_name(&self) -> Option<&str> {
        let (name, inner) = self.path.strip_prefix("crates/")?.split_once('/')?;
        (inner.starts_with("src/") && has_extension(inner, "rs")).then_some(name)
    }

    /// Whether the whole file is tests.
    pub(super) fn is_test(&self) -> bool {
        is_test_path(&self.path)
    }
}

/// Whether `text` holds `word` and not as a part of a longer word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        let joined = |edge: Option<char>, next: Option<char>| edge.is_some_and(in_word) && next.is_some_and(in_word);
        !joined(word.chars().next(), before) && !joined(word.chars().next_back(), after)
    })
}

pub(super) fn in_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
}

fn is_test_path(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    parts.next() == Some("tests.rs") || parts.any(|folder| folder == "tests")
}

/// Marks items under a test attribute, from the attribute to their last `}` or `;`.
fn mark_tests(lines: &mut [Line], whole: bool) {
    let mut inside: Option<Depth> = None;
    for line in lines {
        let start = if inside.is_some() { Some(0) } else { test_attribute(&line.code) };
        line.test = whole || start.is_some();
        let Some(start) = start else { continue };
        let mut depth = inside.take().unwrap_or_default();
        let code = line.code.get(start..).unwrap_or_default();
        inside = code.chars().all(|character| !depth.ends_item(character)).then_some(depth);
    }
}

fn test_attribute(code: &str) -> Option<usize> {
    ["#[cfg(test)]", "#[test]"].iter().filter_map(|attribute| code.find(attribute)).min()
}

/// Open brackets since the item began.
#[derive(Debug, Default)]
struct Depth(usize);

impl Depth {
    fn ends_item(&mut self, character: char) -> bool {
        match character {
            '(' | '[' | '{' => self.0 += 1,
            ')' | ']' | '}' => self.0 = self.0.saturating_sub(1),
            _ => {}
        }
        self.0 == 0 && matches!(character, '}' | ';')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_lines(path: &str, text: &str) -> Vec<usize> {
        File::new(path, text).numbered().filter(|(_, line)| line.test).map(|(number, _)| number).collect()
    }

    #[test]
    fn a_test_item_ends_at_its_brace_or_semicolon() {
        let text = "fn a() {}\n#[cfg(test)]\n#[rustfmt::skip]\nmod tests {\n fn f(x: [u8; 2]) {}\n}\nfn b() {}\n";
        assert_eq!(test_lines("src/a.rs", text), [2, 3, 4, 5, 6]);
        assert_eq!(test_lines("src/a.rs", "#[cfg(test)]\nmod tests;\nfn b() {}\n"), [1, 2]);
        assert_eq!(test_lines("src/a.rs", "#[test]\nfn a() {\n let x = \"}\"; // }\n}\nfn b() {}\n"), [1, 2, 3, 4]);
    }

    #[test]
    fn files_of_tests_are_tests_throughout() {
        assert_eq!(test_lines("crates/a/tests/it/main.rs", "fn a() {}"), [1]);
        assert_eq!(test_lines("crates/a/src/users/tests.rs", "fn a() {}"), [1]);
        assert_eq!(test_lines("crates/a/src/contests.rs", "fn a() {}"), [0; 0]);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use tokio::net;", "tokio"));
        assert!(has_word("x.await?", ".await"));
        assert!(!has_word("tokio_like", "tokio"));
        assert!(!has_word("an_async_word", "async"));
        assert!(has_word("strand::x rand::y", "rand::"));
        assert!(!has_word("strand::x", "rand::"));
    }

    #[test]
    fn the_crate_is_known_for_rust_in_src_only() {
        assert_eq!(File::new("crates/iam/src/a/b.rs", "").crate_name(), Some("iam"));
        assert_eq!(File::new("crates/iam/tests/b.rs", "").crate_name(), None);
        assert_eq!(File::new("xtask/src/main.rs", "").crate_name(), None);
    }
}
