//! Printing a tree in a grammar.

use base::text::shown;
use thiserror::Error;

use crate::{
    catalogue::Catalogue,
    document::Document,
    grammar::{acl, flavour::Flavour, statement},
    json_text::Json,
};

/// Why a tree cannot be printed in a flavour.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("statement {statement} has no form in the flavour `{}`: {obstacle}", .flavour.word())]
pub struct Unprintable {
    /// The statement's place, from 1.
    pub statement: usize,
    /// The flavour that it should be printed in.
    pub flavour: Flavour,
    /// What cannot be said.
    pub obstacle: Obstacle,
}

/// What a grammar cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Obstacle {
    /// A member that it does not have.
    #[error("it has no `{0}`")]
    Member(&'static str),
    /// A principal of a kind that it cannot name.
    #[error("it cannot name such a principal")]
    Principal,
    /// A pattern or value in which something is special here and not there, or the other way round.
    #[error("`{}` would mean something else", shown(.0))]
    Text(String),
    /// A resource whose spelling it does not take.
    #[error("it takes no resource that begins `{}:`", shown(.0))]
    Scheme(String),
    /// Actions that it does not know in a trust document.
    #[error("a trust document permits `AssumeRole` alone, to whom it is said by the kind of principal")]
    Trusted,
    /// Actions or resources that it must split.
    #[error("it speaks of one service and one region at a time")]
    Mixed,
    /// A word for levels of access, for services that are not known.
    #[error("`{}` of all services cannot be listed", shown(.0))]
    AllServices(String),
    /// A condition that it does not have.
    #[error("it has no `{operator}` on `{}`", shown(key))]
    Condition {
        /// The operator.
        operator: &'static str,
        /// The key.
        key: String,
    },
    /// More conditions with one operator on one key than it has spellings of the key.
    #[error("there are too many conditions on `{}` with one operator", shown(.0))]
    RepeatedKey(String),
}

/// Prints a document in the grammar of `flavour`: indented JSON that reads as the same tree, if the tree is one that
/// the flavour has, and else as one with the same meaning.
///
/// Two things may move: conditions go beside those with the same operator, and principals beside those of their kind.
/// A version is said where variables need one.
/// Words of acl permissions are printed in statements as the actions that they stand for by this catalogue, in several
/// statements where they are too many for one. Whether a document becomes longer than one may be is not asked.
///
/// Errors: what the grammar cannot say.
pub fn print(document: &Document, flavour: Flavour, catalogue: &Catalogue) -> Result<String, Unprintable> {
    Ok(tree(document, flavour, catalogue)?.pretty())
}

fn tree(document: &Document, flavour: Flavour, catalogue: &Catalogue) -> Result<Json, Unprintable> {
    let unprintable = |(statement, obstacle)| Unprintable { statement, flavour, obstacle };
    match flavour {
        Flavour::Acl => acl::print::document(document, catalogue),
        Flavour::Native | Flavour::Aws | Flavour::Volcengine | Flavour::Cdnetworks => {
            statement::print::document(document, flavour, catalogue)
        }
    }
    .map_err(unprintable)
}
