//! Takes Rust apart into code, comments and string literals. Knows just what it must so as not
//! to take one for another: nested comments, raw strings, characters beside lifetimes.

use super::{Line, Literal, in_word};

pub(super) struct Lexer {
    characters: Vec<char>,
    at: usize,
    lines: Vec<Line>,
    line: Line,
    literals: Vec<Literal>,
}

impl Lexer {
    pub(super) fn new(text: &str) -> Self {
        Self {
            characters: text.chars().collect(),
            at: 0,
            lines: Vec::new(),
            line: Line::default(),
            literals: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> (Vec<Line>, Vec<Literal>) {
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(None),
                ('\'', _) => self.character_or_lifetime(),
                ('r', _) => self.raw_string_or_code(),
                _ => self.code(),
            }
        }
        if self.line != Line::default() {
            self.end_line();
        }
        (self.lines, self.literals)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    /// Takes one character; a line's end ends the line, wherever it stands.
    fn take(&mut self) -> Option<char> {
        let character = self.peek(0)?;
        self.at += 1;
        if character == '\n' {
            self.end_line();
        }
        Some(character)
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
    }

    fn code(&mut self) {
        if let Some(character) = self.take().filter(|character| *character != '\n') {
            self.line.code.push(character);
        }
    }

    fn comment(&mut self) {
        if let Some(character) = self.take().filter(|character| *character != '\n') {
            self.line.comment.push(character);
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.comment();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.peek(0).is_some() {
            let step = match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => 1,
                (Some('*'), Some('/')) => -1,
                _ => 0,
            };
            depth += step;
            self.comment();
            if step != 0 {
                self.comment();
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// At the opening quote. `hashes` is how many close a raw string; a plain one has escapes.
    fn string(&mut self, hashes: Option<usize>) {
        let line = self.lines.len() + 1;
        let mut text = String::new();
        self.take();
        while let Some(character) = self.take() {
            if character == '"' && self.closes(hashes.unwrap_or(0)) {
                self.at += hashes.unwrap_or(0);
                break;
            }
            text.push(character);
            if character == '\\' && hashes.is_none() {
                text.extend(self.take());
            }
        }
        self.line.code.push_str("\"\"");
        self.literals.push(Literal { line, text, test: false });
    }

    fn closes(&self, hashes: usize) -> bool {
        (0..hashes).all(|ahead| self.peek(ahead) == Some('#'))
    }

    /// `r"…"`, `br#"…"#`; but `r#name` is a name and `for` ends in an `r`.
    fn raw_string_or_code(&mut self) {
        let rest = self.characters.iter().skip(self.at + 1);
        let hashes = rest.take_while(|character| **character == '#').count();
        if self.peek(hashes + 1) == Some('"') && !self.follows_a_word() {
            self.at += hashes + 1;
            self.string(Some(hashes));
        } else {
            self.code();
        }
    }

    /// A `b` or `c` alone is the first half of a prefix, not a word.
    fn follows_a_word(&self) -> bool {
        let word: Vec<char> = self.line.code.chars().rev().take_while(|character| in_word(*character)).collect();
        !matches!(word.as_slice(), [] | ['b' | 'c'])
    }

    fn character_or_lifetime(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                self.at += 3; // the quote, the backslash and what it escapes
                while self.take().is_some_and(|character| character != '\'') {}
                self.line.code.push_str("''");
            }
            (Some(_), Some('\'')) => {
                self.at += 3;
                self.line.code.push_str("''");
            }
            _ => self.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<String> {
        Lexer::new(text).run().0.into_iter().map(|line| line.code).collect()
    }

    fn literals(text: &str) -> Vec<(usize, String)> {
        Lexer::new(text).run().1.into_iter().map(|literal| (literal.line, literal.text)).collect()
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(code("a; // b\nc /* d /* e */ f\ng */ h\n"), ["a; ", "c ", " h"]);
        let (lines, _) = Lexer::new("x // y").run();
        assert_eq!(lines, [Line { code: "x ".into(), comment: "// y".into(), test: false }]);
    }

    #[test]
    fn strings_are_apart_with_the_line_they_begin_on() {
        assert_eq!(code(r#"f("a // \" b", 1)"#), [r#"f("", 1)"#]);
        assert_eq!(literals("f(\n \"a\nb\")"), [(2, "a\nb".into())]);
        assert_eq!(code("f(\"a\nb\") g"), ["f(", "\"\") g"]);
        assert_eq!(
            literals(r##"r#"a "b" c"# b"d" br"e\" r#for"##),
            [(1, r#"a "b" c"#.into()), (1, "d".into()), (1, r"e\".into())]
        );
        assert_eq!(code("for r in r#type {}"), ["for r in r#type {}"]);
    }

    #[test]
    fn characters_and_lifetimes_open_no_string() {
        assert_eq!(code(r#"'"' '\'' '\u{7f}' b'"' fn f<'a>(x: &'a str) // '"#), ["'' '' '' b'' fn f<'a>(x: &'a str) "]);
    }
}
