//! A policy's document: the text as it was received, and the tree that it was read into.

use decide::snapshot::Rules;
use policy::{
    catalogue::Catalogue,
    document::{Document, Purpose},
    grammar::{self, Flavour},
};

use crate::error::{Error, Result};

/// A document that says what its holders may do. It is kept as it was received, byte for byte.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDocument {
    text: String,
    flavour: Flavour,
    document: Document,
}

/// What a policy says, in the form that the product has it in.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// As its author wrote it.
    Text {
        /// The text.
        text: String,
        /// Whose way of writing it follows.
        flavour: Flavour,
    },
    /// Nobody wrote it: a tree, to be printed in whichever grammar is asked for.
    Tree(Document),
}

impl PolicyDocument {
    /// Reads a document, of at most [`grammar::MAX_BYTES`] bytes beside its white space.
    ///
    /// Errors: `Invalid` with what is wrong, where, and how to mend it (SEC-085).
    pub fn parse(text: String, flavour: Flavour) -> Result<Self> {
        let document = grammar::parse_new(&text, flavour, Purpose::Identity);
        let document = document.map_err(|error| Error::invalid("document", error))?;
        Ok(Self { text, flavour, document })
    }

    /// The text as it was received.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whose way of writing it follows.
    pub const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// What it says.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// What decides.
    pub fn rules(&self, catalogue: &Catalogue) -> Rules {
        Rules::new(&self.document, catalogue)
    }
}

/// The tree of a document in its columns. Errors: one that cannot be read was not written by us.
pub(crate) fn stored_document(flavour: &str, text: &str, purpose: Purpose) -> Result<(Flavour, Document)> {
    let flavour = stored_flavour(flavour)?;
    let document = grammar::parse(text, flavour, purpose)
        .map_err(|error| Error::internal(format!("a stored document cannot be read: {error}")))?;
    Ok((flavour, document))
}

/// What decides by a document in its columns, where it names no principals.
pub(crate) fn stored_rules(flavour: &str, text: &str, catalogue: &Catalogue) -> Result<Rules> {
    let (_, document) = stored_document(flavour, text, Purpose::Identity)?;
    Ok(Rules::new(&document, catalogue))
}

/// The flavour in a column.
pub(crate) fn stored_flavour(word: &str) -> Result<Flavour> {
    Flavour::from_word(word).ok_or_else(|| Error::internal(format!("a document is of unknown flavour `{word}`")))
}
