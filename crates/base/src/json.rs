//! A strict JSON reader that remembers where everything stood.
//!
//! It reads the bodies of API calls and policy documents. RFC 8259 lets readers differ: on a member that
//! is there twice, on a number that does not fit, on half of a surrogate pair. Where two programs may read
//! two things from one text, one of them is deceived; so all of that is refused here (SEC-142). Each value
//! carries its line and column, because the people who write policies want to be told where.
//!
//! Time grows with the length of the text (an object's members are sorted once to find a repeated name),
//! and [`Limits`] bound what a short text may unfold to. A string may hold any character that JSON can
//! spell, `\u0000` included: what a name may be is for its own type to say.

mod reader;

use std::fmt;

use thiserror::Error;

use crate::text::shown;

/// How much structure a document may have. Its length in bytes is for the caller to bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may nest; `[]` has depth 1. The reader recurses this far.
    pub max_depth: u32,
    /// How many object members and array elements the whole document may have.
    pub max_members: u32,
}

impl Limits {
    /// For the body of an API call (SEC-148).
    pub const API: Self = Self { max_depth: 32, max_members: 10_000 };
}

/// Reads one document, which must be all of the text.
///
/// Errors: the first problem found. A repeated name is found when its object ends, so a fault of syntax
/// inside the object is told first.
pub fn parse(text: &[u8], limits: Limits) -> Result<Value, JsonError> {
    reader::read(text, limits)
}

/// A value, and where it begins. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The line of its first character.
    pub line: u32,
    /// The column of its first character.
    pub column: u32,
    /// What it is.
    pub kind: Kind,
    /// Where its text begins and ends, in bytes.
    span: (usize, usize),
}

/// What a value is. `Debug` keeps the text of strings to itself: a body may hold a password (SEC-146).
#[derive(Clone, PartialEq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number without fraction and exponent.
    Integer(i64),
    /// A number with a fraction or an exponent; always finite.
    Float(f64),
    /// A string, unescaped.
    String(String),
    /// The elements in order.
    Array(Vec<Value>),
    /// The members in the order of the document; no name is there twice.
    Object(Vec<Member>),
}

/// One member of an object, and where its name begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The name, unescaped.
    pub name: String,
    /// The line of the name's opening quote.
    pub line: u32,
    /// The column of the name's opening quote.
    pub column: u32,
    /// The value.
    pub value: Value,
}

impl Value {
    /// The very text that it was read from, out of the whole document.
    pub fn text_in<'t>(&self, whole: &'t [u8]) -> Option<&'t str> {
        let (begin, end) = self.span;
        std::str::from_utf8(whole.get(begin..end)?).ok()
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(truth) = self.kind { Some(truth) } else { None }
    }

    /// The number, if this is an integer. `1.0` and `1e0` are not.
    pub fn as_i64(&self) -> Option<i64> {
        if let Kind::Integer(number) = self.kind { Some(number) } else { None }
    }

    /// The member's value, if this is an object that has the member. Looks at one member after the other.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Kind::Object(members) = &self.kind else { return None };
        members.iter().find(|member| member.name == name).map(|member| &member.value)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(truth) => write!(f, "Bool({truth})"),
            Self::Integer(number) => write!(f, "Integer({number})"),
            Self::Float(number) => write!(f, "Float({number})"),
            Self::String(_) => f.write_str("String(…)"),
            Self::Array(elements) => f.debug_tuple("Array").field(elements).finish(),
            Self::Object(members) => f.debug_tuple("Object").field(members).finish(),
        }
    }
}

/// Why a text was refused, and where. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} at line {line}, column {column}")]
pub struct JsonError {
    /// The line of the offending character.
    pub line: u32,
    /// The column of the offending character.
    pub column: u32,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// The bytes are not UTF-8: cut short, overlong, or an encoded surrogate.
    #[error("not UTF-8")]
    NotUtf8,
    /// The text begins with U+FEFF.
    #[error("byte-order mark")]
    ByteOrderMark,
    /// A character that cannot stand here.
    #[error("unexpected character `{}`", shown(.0.encode_utf8(&mut [0; 4])))]
    Character(char),
    /// The text ends too early.
    #[error("unexpected end")]
    End,
    /// The object has this member already, perhaps in another spelling.
    #[error("duplicate member `{}`", shown(name))]
    Duplicate {
        /// The name, unescaped.
        name: String,
    },
    /// Half of a surrogate pair.
    #[error("lone surrogate")]
    LoneSurrogate,
    /// A backslash and something that JSON does not know.
    #[error("bad escape")]
    BadEscape,
    /// A character below U+0020 within a string, unescaped.
    #[error("control character in a string")]
    ControlCharacter,
    /// A number beyond `i64`, or beyond `f64` if it has a fraction or an exponent.
    #[error("number out of range")]
    NumberRange,
    /// Not how JSON writes a number: `01`, `1.`, `-`.
    #[error("bad number")]
    BadNumber,
    /// Deeper than [`Limits::max_depth`].
    #[error("nested too deep")]
    TooDeep,
    /// More than [`Limits::max_members`].
    #[error("too many members")]
    TooManyMembers,
    /// Something follows the document.
    #[error("trailing data")]
    TrailingData,
}

impl Problem {
    /// Whether the text is not JSON at all. The rest is JSON that this reader refuses: wires tell the two apart.
    pub fn is_syntax(&self) -> bool {
        match self {
            Self::NotUtf8
            | Self::ByteOrderMark
            | Self::Character(_)
            | Self::End
            | Self::TrailingData
            | Self::BadEscape
            | Self::ControlCharacter
            | Self::BadNumber => true,
            Self::Duplicate { .. } | Self::LoneSurrogate | Self::NumberRange | Self::TooDeep | Self::TooManyMembers => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests;
