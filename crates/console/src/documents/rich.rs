//! Words with parts that stand out: what a machine reads, and what matters most.
//!
//! A message is filled in as text, and has only then parts. Its variables are wrapped in characters that no text has.

const CODE: char = '\u{E000}';
const STRONG: char = '\u{E001}';
const END: char = '\u{E002}';

/// A text in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rich(Vec<Part>);

/// A part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) kind: Kind,
}

/// How a part stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// A machine reads it.
    Code,
    /// It matters.
    Strong,
}

impl Rich {
    /// The parts of a text whose variables were wrapped.
    pub(crate) fn of(text: &str) -> Self {
        let (mut parts, mut kind, mut part) = (Vec::new(), Kind::Plain, String::new());
        for char in text.chars() {
            let next = match char {
                CODE => Kind::Code,
                STRONG => Kind::Strong,
                END => Kind::Plain,
                other => {
                    part.push(other);
                    continue;
                }
            };
            if !part.is_empty() {
                parts.push(Part { text: std::mem::take(&mut part), kind });
            }
            kind = next;
        }
        if !part.is_empty() {
            parts.push(Part { text: part, kind });
        }
        Self(parts)
    }

    /// Its parts, for templates.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Without what stands out.
    pub(crate) fn plain(&self) -> String {
        self.0.iter().map(|part| part.text.as_str()).collect()
    }
}

impl Part {
    pub(crate) fn is_code(&self) -> bool {
        self.kind == Kind::Code
    }

    pub(crate) fn is_strong(&self) -> bool {
        self.kind == Kind::Strong
    }
}

/// What a machine reads, as a variable of a message.
pub(crate) fn code(text: &str) -> String {
    wrapped(CODE, text)
}

/// What matters, as a variable of a message.
pub(crate) fn strong(text: &str) -> String {
    wrapped(STRONG, text)
}

/// Text of others, which may hold anything, as a variable of a message.
pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|char| !matches!(*char, CODE | STRONG | END)).collect()
}

fn wrapped(begin: char, text: &str) -> String {
    format!("{begin}{}{END}", bare(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_out_whatever_they_hold() {
        let rich = Rich::of(&format!("{} use {}, {}", strong("May"), code("a\u{E002}b"), bare("\u{E001}c")));
        let parts: Vec<_> = rich.parts().iter().map(|part| (part.text.as_str(), part.kind)).collect();
        let wanted = [("May", Kind::Strong), (" use ", Kind::Plain), ("ab", Kind::Code), (", c", Kind::Plain)];
        assert_eq!(parts, wanted);
        assert_eq!(rich.plain(), "May use ab, c");
    }
}
