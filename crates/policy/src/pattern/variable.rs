//! Variables as they are written: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the character itself.

use crate::{
    key::Key,
    pattern::{Pattern, Syntax, Variable},
};

/// What is wrong with a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VariableProblem {
    /// A `${` that begins neither a variable nor `${*}`, `${?}` or `${$}`.
    #[error(
        "the `${{` at byte {at} begins no variable; there are `${{key}}`, `${{key, 'default'}}` and, for the characters themselves, `${{*}}`, `${{?}}` and `${{$}}`"
    )]
    Malformed {
        /// Where in the text it stands, in bytes.
        at: usize,
    },
}

/// Checks the variables of a text. Used when a document is saved in which they are special. Errors: the first that is
/// malformed.
pub fn check_variables(text: &str) -> Result<(), VariableProblem> {
    Pattern::read(text, Syntax::TEXT.with_variables(true)).map(drop)
}

/// What a `${…}` is.
pub(super) enum Read<'a> {
    /// This text.
    Literal(&'a str),
    /// A variable.
    Variable(Variable),
}

/// Reads the `${…}` that `text` begins with: what it is and its length in bytes.
pub(super) fn read(text: &str) -> Option<(Read<'_>, usize)> {
    let inside = text.strip_prefix("${")?;
    for literal in ["*", "?", "$"] {
        if inside.strip_prefix(literal).is_some_and(|rest| rest.starts_with('}')) {
            return Some((Read::Literal(literal), "${*}".len()));
        }
    }
    let name = inside.get(..inside.find(['}', ','])?)?;
    if name.is_empty() || name.trim() != name || name.chars().any(no_part_of_a_name) {
        return None;
    }
    let rest = inside.strip_prefix(name)?;
    let default = rest.strip_prefix(", '").map(|rest| rest.split_once('\'').map(|(default, _)| default));
    let (default, length) = match default {
        Some(default) => (Some(default?), name.len() + ", ''".len() + default?.len()),
        None => (None, name.len()),
    };
    if !inside.get(length..)?.starts_with('}') {
        return None;
    }
    let variable = Variable { key: Key::named(name), default: default.map(Into::into) };
    Some((Read::Variable(variable), "${}".len() + length))
}

/// Blanks may stand inside, because they do in the names of tags.
fn no_part_of_a_name(char: char) -> bool {
    matches!(char, '*' | '?' | '$' | '{' | '\'' | '"') || char.is_control()
}
