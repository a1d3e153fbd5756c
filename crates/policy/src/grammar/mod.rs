//! The two grammars: text to the one syntax tree, and back.
//!
//! Statements and access-control lists are read by tables of members (`members.rs`) that know the flavours and what a
//! document is for, so that whatever is refused is refused with its place and a word on how to mend it. What a grammar
//! cannot say is not printed in it ([`Unprintable`]).

mod acl;
mod error;
mod flavour;
pub(crate) mod members;
pub(crate) mod prefixes;
mod print;
mod statement;
mod values;

use std::cell::RefCell;

use base::json::{self, Limits, Value};

use self::members::Reader;
pub(crate) use self::{
    acl::condition_members,
    statement::{operator_name, read_operator},
};
pub use self::{
    error::{Hint, PolicyError, Problem},
    flavour::Flavour,
    print::{Obstacle, Unprintable, print},
};
use crate::{
    condition::{ValueProblem, check_value},
    document::{Document, Purpose},
    key::Key,
};

/// The longest document, in bytes, white space aside: people indent.
pub const MAX_BYTES: usize = 10 * 1024;
/// The longest text of a document, in bytes, with its white space.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The most statements or entries of a document.
pub const MAX_STATEMENTS: usize = 100;
/// The most texts in one of its lists.
pub const MAX_ITEMS: usize = 100;
/// The most `*`, `?` and variables in one pattern.
pub const MAX_WILDCARDS: usize = 20;
/// How many problems of one document are told at most.
pub(crate) const MAX_NOTED: usize = 100;
/// How deep a document may nest, and how many members and elements it may have. An entry's condition has depth 7.
pub const LIMITS: Limits = Limits { max_depth: 8, max_members: 10_000 };

/// The version of the language that documents are written in today.
pub(crate) const fn version() -> &'static str {
    flavour::WITH_VARIABLES
}

/// Reads a document.
///
/// Errors: the first thing in it that its flavour does not know or that cannot stand in a document for this purpose.
pub fn parse(text: &str, flavour: Flavour, purpose: Purpose) -> Result<Document, PolicyError> {
    read(&json(text)?, Reader::new(flavour, purpose))
}

/// Reads a document that is about to be saved: as [`parse`], and refuses also values of conditions that cannot be
/// read as their operator's type.
pub fn parse_new(text: &str, flavour: Flavour, purpose: Purpose) -> Result<Document, PolicyError> {
    read(&json(text)?, Reader { strict: true, ..Reader::new(flavour, purpose) })
}

/// Reads a document that is about to be saved, as [`parse_new`], and goes on where something is wrong: all that is wrong
/// with it, as far as one thing does not hide another, and at most a hundred; the first of them is what [`parse_new`]
/// says. The document, where nothing is wrong.
pub(crate) fn parse_all(value: &Value, flavour: Flavour, purpose: Purpose) -> Result<Document, Vec<PolicyError>> {
    let noted = RefCell::default();
    let reader = Reader { strict: true, noted: Some(&noted), ..Reader::new(flavour, purpose) };
    let read = reader.note(read(value, reader)).ok().flatten();
    match (read, noted.into_inner()) {
        (Some(document), noted) if noted.is_empty() => Ok(document),
        (_, noted) => Err(noted),
    }
}

/// Reads a document out of a larger text, as [`parse`]. Its length is for whoever read that text to bound.
pub fn parse_value(value: &Value, flavour: Flavour, purpose: Purpose) -> Result<Document, PolicyError> {
    read(value, Reader::new(flavour, purpose))
}

/// Reads the text of a document as JSON. Errors: longer than a document may be, or not JSON.
pub fn json(text: &str) -> Result<Value, PolicyError> {
    let length = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    let too_long = |max| {
        let problem = Problem::TooMany { what: "bytes", max };
        PolicyError {
            line: 1,
            column: 1,
            problem,
            hint: Some(Box::new(Hint::new("spread", "spread it over several policies"))),
        }
    };
    if length > MAX_BYTES {
        return Err(too_long(MAX_BYTES));
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(too_long(MAX_TEXT_BYTES));
    }
    Ok(json::parse(text.as_bytes(), LIMITS)?)
}

/// A value of a condition that cannot be read as its operator's type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("statement {statement}, `{operator}` on `{}`: value `{}` {problem}", base::text::shown(.key.written()), base::text::shown(value))]
pub struct Unreadable {
    /// The statement's place, from 1.
    pub statement: usize,
    /// The operator's name.
    pub operator: &'static str,
    /// The key.
    pub key: Key,
    /// The value.
    pub value: String,
    /// What is wrong with it.
    pub problem: ValueProblem,
}

/// What saving demands of a tree beyond its being one. [`parse_new`] demands the same of a text.
pub fn strict(document: &Document) -> Result<(), Unreadable> {
    for (place, statement) in (1..).zip(&document.statements) {
        for condition in &statement.conditions {
            for value in &condition.values {
                check_value(condition.operator, value, document.variables).map_err(|problem| Unreadable {
                    statement: place,
                    operator: condition.operator.name(),
                    key: condition.key.clone(),
                    value: value.clone(),
                    problem,
                })?;
            }
        }
    }
    Ok(())
}

fn read(value: &Value, reader: Reader<'_>) -> Result<Document, PolicyError> {
    match reader.flavour {
        Flavour::Acl => acl::read(value, reader),
        Flavour::Native | Flavour::Aws | Flavour::Volcengine | Flavour::Cdnetworks => statement::read(value, reader),
    }
}

#[cfg(test)]
mod tests;
