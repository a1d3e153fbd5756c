//! What may stand at a place of a document that is being written: members, actions, resources, operators, keys.
//!
//! The text need not be whole, nor JSON: it is looked through for its strings and what encloses them.
//!
//! ```
//! use policy::{catalogue::Catalogue, complete::{Cursor, complete}, document::Purpose};
//!
//! let text = r#"{"Statement": [{"Action": "bos:GetObj"#;
//! let cursor = Cursor { line: 1, column: 38 };
//! let completion = complete(text, cursor, None, Purpose::Identity, &Catalogue::built_in()).unwrap();
//! assert_eq!((completion.column, completion.length), (28, 10));
//! assert_eq!(completion.candidates[0].text, "bos:GetObject");
//! ```

use crate::{
    catalogue::{Catalogue, Level, service::KeyType},
    document::Purpose,
    grammar::{Flavour, MAX_TEXT_BYTES},
};

mod entry;
mod offer;
mod scan;
mod statement;

use self::{offer::Offer, scan::Scanned};

/// How many candidates there are at most.
pub const MAX_CANDIDATES: usize = 100;

/// A place in a text: between two characters, of which the second is at line and column, both from 1, columns in
/// characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The line of the place.
    pub line: u32,
    /// Where on the line what is there begins that a candidate replaces, in characters from 1.
    pub column: u32,
    /// How long it is, in characters; 0 where nothing is there yet.
    pub length: u32,
    /// The candidates, the likeliest first; at least one and at most [`MAX_CANDIDATES`].
    pub candidates: Vec<Candidate>,
}

/// Something that may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What it is, to be shown.
    pub text: String,
    /// What to write in place of what is there: with quotes where there are none yet.
    pub insert: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// A sentence about it from the catalogue, or the form of a resource; empty where there is nothing to say.
    pub about: String,
}

/// What a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The name of a member.
    Member,
    /// `Allow` or `Deny`.
    Effect,
    /// A version of the language.
    Version,
    /// A service, after which an action's name follows.
    Service,
    /// An action, or the actions that are like a pattern.
    Action(Option<Level>),
    /// A word for levels of access, or a service's own for several actions.
    Word,
    /// A resource.
    Resource,
    /// A condition operator.
    Operator,
    /// A condition key.
    Key(KeyType),
    /// A value of a condition.
    Value,
}

impl Kind {
    /// A word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Effect => "effect",
            Self::Version => "version",
            Self::Service => "service",
            Self::Action(_) => "action",
            Self::Word => "word",
            Self::Resource => "resource",
            Self::Operator => "operator",
            Self::Key(_) => "key",
            Self::Value => "value",
        }
    }
}

/// What may stand at `cursor`. `flavour`: `None` for what the text looks like. `None` where nothing is known that may
/// stand there, or the text is longer than a document may be.
pub fn complete(
    text: &str,
    cursor: Cursor,
    flavour: Option<Flavour>,
    purpose: Purpose,
    catalogue: &Catalogue,
) -> Option<Completion> {
    if text.len() > MAX_TEXT_BYTES {
        return None;
    }
    let at = offset(text, cursor)?;
    let scanned = Scanned::of(text, at);
    let spot = scanned.spot.as_ref()?;
    let flavour = flavour.unwrap_or(if scanned.is_list() { Flavour::Acl } else { Flavour::Native });
    let mut offer = Offer::new(spot.before(text, at));
    match flavour {
        Flavour::Acl => entry::offer(&scanned, spot, purpose, catalogue, &mut offer),
        Flavour::Native | Flavour::Aws | Flavour::Volcengine | Flavour::Cdnetworks => {
            statement::Place { scanned: &scanned, spot, flavour, purpose, catalogue }.offer(&mut offer);
        }
    }
    let candidates = offer.finish(|text| spot.insert(text));
    let first = text.get(..spot.begin)?.rsplit('\n').next()?.chars().count();
    let length = text.get(spot.begin..spot.end)?.chars().count();
    let (column, length) = (u32::try_from(first + 1).ok()?, u32::try_from(length).ok()?);
    (!candidates.is_empty()).then_some(Completion { line: cursor.line, column, length, candidates })
}

/// Where in the text a place is, in bytes.
fn offset(text: &str, cursor: Cursor) -> Option<usize> {
    let at = |number: u32| usize::try_from(number).ok()?.checked_sub(1);
    let mut begin = 0;
    for _ in 0..at(cursor.line)? {
        begin += text.get(begin..)?.find('\n')? + 1;
    }
    let line = text.get(begin..)?.split('\n').next()?;
    let mut places = line.char_indices().map(|(place, _)| place).chain([line.len()]);
    Some(begin + places.nth(at(cursor.column)?)?)
}

#[cfg(test)]
mod tests;
