//! Patterns of text: literal text, `*` for any run, `?` for one code point, and variables.
//!
//! A pattern is read once. Matching it substitutes variables as it goes, so that what comes from one is only ever
//! compared, never read: a `*` in a user's name stays a star. Time grows with the text, not with the number of ways to
//! lay stars on it: between two stars the first place that fits is the right one, because what follows a star can only
//! gain by having more text left.

use std::borrow::Cow;

use crate::{
    key::Key,
    pattern::matching::{Case, Match},
    request::{Context, Values},
};

mod matching;
mod search;
mod variable;

pub use variable::{VariableProblem, check_variables};

/// A pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    parts: Box<[Part]>,
}

/// A part of a pattern. In a pattern as it is read no two literals and no two runs touch, and what is `*?` is `?*`.
#[derive(Debug)]
pub(crate) enum Part {
    /// This text.
    Literal(Box<str>),
    /// `?`, one code point.
    One,
    /// `*`, any run of them.
    Run,
    /// What a key has.
    Variable(Box<Variable>),
}

/// A variable.
#[derive(Debug)]
pub(crate) struct Variable {
    /// The key that it stands for.
    pub(crate) key: Key,
    /// What it is where the key has not exactly one value.
    pub(crate) default: Option<Box<str>>,
}

/// What is special in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    star: bool,
    question: bool,
    variables: bool,
}

impl Syntax {
    /// Nothing.
    pub(crate) const TEXT: Self = Self { star: false, question: false, variables: false };
    /// `*` alone.
    pub(crate) const STAR: Self = Self { star: true, question: false, variables: false };
    /// `*` and `?`.
    pub(crate) const WILD: Self = Self { star: true, question: true, variables: false };

    /// The same, and variables if `variables`.
    pub(crate) const fn with_variables(self, variables: bool) -> Self {
        Self { variables, ..self }
    }
}

/// No value for any key; for patterns without variables.
struct Nothing;

impl Context for Nothing {
    fn values(&self, _: &Key) -> Values<'_> {
        Values::Absent
    }
}

impl Pattern {
    /// Any text.
    pub(crate) fn any() -> Self {
        Self { parts: Box::new([Part::Run]) }
    }

    /// Reads a pattern. Errors: a malformed variable, where variables are special.
    pub(crate) fn read(text: &str, syntax: Syntax) -> Result<Self, VariableProblem> {
        let mut builder = Builder::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            at += if syntax.star && rest.starts_with('*') {
                builder.run();
                1
            } else if syntax.question && rest.starts_with('?') {
                builder.one();
                1
            } else if syntax.variables && rest.starts_with("${") {
                let (read, length) = variable::read(rest).ok_or(VariableProblem::Malformed { at })?;
                match read {
                    variable::Read::Literal(text) => builder.literal.push_str(text),
                    variable::Read::Variable(variable) => builder.variable(variable),
                }
                length
            } else {
                let special = |byte: u8| matches!(byte, b'*' | b'?' | b'$');
                // The first byte is not special here, or it would not have come to this.
                let length = rest.bytes().skip(1).position(special).map_or(rest.len(), |plain| plain + 1);
                builder.literal.push_str(rest.get(..length).unwrap_or(rest));
                length
            };
        }
        Ok(builder.finish())
    }

    /// Its parts.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it has a variable.
    pub(crate) fn has_variables(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Variable(_)))
    }

    /// Whether it matches every text.
    pub(crate) fn is_any(&self) -> bool {
        matches!(&*self.parts, [Part::Run])
    }

    /// What every text that it matches begins with, as far as it is literal.
    pub(crate) fn literal_start(&self) -> &str {
        if let Some(Part::Literal(literal)) = self.parts.first() { literal } else { "" }
    }

    /// Whether it is `text`, with nothing special in it.
    pub(crate) fn is_literally(&self, text: &str) -> bool {
        matches!(&*self.parts, [Part::Literal(literal)] if **literal == *text)
    }

    /// Whether it matches all of `text`. A variable without value matches nothing.
    pub(crate) fn matches(&self, text: &str, context: &dyn Context) -> bool {
        Match { case: Case::Exact, context }.all(&self.parts, text)
    }

    /// As [`Pattern::matches`]. Variables have no value.
    pub(crate) fn fits(&self, text: &str) -> bool {
        self.matches(text, &Nothing)
    }

    /// As [`Pattern::matches`], without regard to ASCII case. Variables have no value.
    pub(crate) fn matches_in_ascii_case(&self, text: &str) -> bool {
        Match { case: Case::Ascii, context: &Nothing }.all(&self.parts, text)
    }

    /// Whether the text that it stands for is `text`, without regard to case. Neither `*` nor `?` is expected in it.
    pub(crate) fn equals_ignoring_case(&self, text: &str, context: &dyn Context) -> bool {
        let mut rest = text.chars().map(lower);
        let mut starts_with = |piece: &str| piece.chars().all(|char| rest.next() == Some(lower(char)));
        let all = self.parts.iter().all(|part| match part {
            Part::Literal(literal) => starts_with(literal),
            Part::Variable(variable) => variable.value(context).is_some_and(|value| starts_with(&value)),
            Part::One | Part::Run => false,
        });
        all && rest.next().is_none()
    }
}

impl Variable {
    /// What it stands for.
    pub(crate) fn value<'a>(&'a self, context: &'a dyn Context) -> Option<Cow<'a, str>> {
        match context.values(&self.key) {
            Values::One(value) => Some(value.into_text()),
            Values::Several([only]) => Some(Cow::Borrowed(only)),
            Values::Several(_) | Values::Absent => self.default.as_deref().map(Cow::Borrowed),
        }
    }
}

/// Unicode's simple lower case. It differs from the full one in a single letter, `İ`, which the full one makes two.
fn lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}

/// Gathers the parts of a pattern, and keeps to their order.
#[derive(Default)]
struct Builder {
    parts: Vec<Part>,
    /// Literal text that is not yet a part.
    literal: String,
}

impl Builder {
    fn run(&mut self) {
        self.end_literal();
        if !matches!(self.parts.last(), Some(Part::Run)) {
            self.parts.push(Part::Run);
        }
    }

    fn one(&mut self) {
        self.end_literal();
        let behind_run = matches!(self.parts.last(), Some(Part::Run));
        self.parts.insert(self.parts.len() - usize::from(behind_run), Part::One);
    }

    fn variable(&mut self, variable: Variable) {
        self.end_literal();
        self.parts.push(Part::Variable(Box::new(variable)));
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.parts.push(Part::Literal(std::mem::take(&mut self.literal).into_boxed_str()));
        }
    }

    fn finish(mut self) -> Pattern {
        self.end_literal();
        Pattern { parts: self.parts.into_boxed_slice() }
    }
}

#[cfg(test)]
mod tests;
