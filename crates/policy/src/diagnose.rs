//! All that is to be said about the text of a document, for whoever writes it: what would be refused when it is saved,
//! and what is probably not meant so; where it stands, and how to mend it.
//!
//! Each thing has a code and parts, by which it can be said in any language; printed, it is a sentence in English.
//!
//! ```
//! use policy::{catalogue::Catalogue, diagnose::check, document::Purpose};
//!
//! let text = r#"{"Statement": [{"Effect": "Alow", "Actoin": "bos:GetObject", "Resource": "*"}]}"#;
//! let checked = check(text, None, Purpose::Identity, &Catalogue::built_in());
//! let found: Vec<_> = checked.diagnostics.iter().map(|found| (found.column, found.length, found.code())).collect();
//! assert_eq!(found, [(27, 6, "unknown_effect"), (35, 8, "unknown_member")]);
//! assert_eq!(checked.diagnostics[0].to_string(), "unknown effect `Alow`; did you mean `Allow`?");
//! ```

use std::fmt;

use crate::{
    catalogue::Catalogue,
    document::{Document, Purpose},
    grammar::{self, Flavour, Hint, PolicyError, Problem},
    lint::{Finding, lint},
};

mod length;
mod place;
mod words;

pub use words::{CODES, THINGS};

/// What is to be said about a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Whose way of writing it was read in.
    pub flavour: Flavour,
    /// What it says; `None` where it would be refused.
    pub document: Option<Document>,
    /// What is wrong or odd, in the order of the text; at most a hundred of each.
    pub diagnostics: Vec<Diagnostic>,
}

/// One thing about a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// How much of the line it is about, in characters; 0 at the end of the text.
    pub length: u32,
    /// What it is.
    pub what: What,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It would be refused.
    Error,
    /// It is probably not meant so.
    Warning,
}

/// What is to be said.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Why it would be refused, and how to mend it.
    Refused(Problem, Option<Box<Hint>>),
    /// What is odd about it.
    Odd(Finding),
}

impl Severity {
    /// A word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Diagnostic {
    /// Which of [`CODES`] it is.
    pub fn code(&self) -> &'static str {
        match &self.what {
            What::Refused(problem, _) => problem.code(),
            What::Odd(finding) => finding.code(),
        }
    }

    /// What fills in the sentence of its code, by name: `name`, `text`, `key`, `nearest` and so on are words of the
    /// document; `thing`, `wanted`, `found` and `problem` are among [`THINGS`].
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        match &self.what {
            What::Refused(problem, _) => problem.parts(),
            What::Odd(finding) => finding.parts(),
        }
    }

    /// How to mend it, where we can tell.
    pub fn hint(&self) -> Option<&Hint> {
        match &self.what {
            What::Refused(_, hint) => hint.as_deref(),
            What::Odd(_) => None,
        }
    }

    /// What is wrong, without how to mend it, in English.
    pub fn message(&self) -> String {
        match &self.what {
            What::Refused(problem, _) => problem.to_string(),
            What::Odd(finding) => finding.to_string(),
        }
    }

    /// An error at its place. Its length is not known yet.
    fn refused(error: PolicyError) -> Self {
        let PolicyError { line, column, problem, hint } = error;
        Self { severity: Severity::Error, line, column, length: 0, what: What::Refused(problem, hint) }
    }
}

/// In English, without its place.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        match self.hint() {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// Reads a text as a document that is about to be saved, and says all that is wrong with it; where nothing is, what is
/// odd about it. `flavour`: `None` for what the text looks like.
///
/// Of a text that is not JSON the first fault is told, and of others all, as far as one does not hide another.
pub fn check(text: &str, flavour: Option<Flavour>, purpose: Purpose, catalogue: &Catalogue) -> Checked {
    let value = match grammar::json(text) {
        Ok(value) => value,
        Err(error) => {
            let flavour = flavour.unwrap_or(Flavour::Native);
            return Checked { flavour, document: None, diagnostics: measured(text, vec![Diagnostic::refused(error)]) };
        }
    };
    let flavour = flavour.unwrap_or_else(|| Flavour::detect(&value));
    let (document, found) = match grammar::parse_all(&value, flavour, purpose) {
        Err(errors) => (None, errors.into_iter().map(Diagnostic::refused).collect()),
        Ok(document) => {
            let warned = lint(&document, catalogue).into_iter().take(grammar::MAX_NOTED).map(|warning| {
                let (line, column) = place::of(&warning, &value);
                Diagnostic { severity: Severity::Warning, line, column, length: 0, what: What::Odd(warning.what) }
            });
            let warned = warned.collect();
            (Some(document), warned)
        }
    };
    Checked { flavour, document, diagnostics: measured(text, found) }
}

/// In the order of the text, each with its length.
fn measured(text: &str, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column, diagnostic.severity));
    let lines: Vec<&str> = text.split('\n').collect();
    for diagnostic in &mut found {
        diagnostic.length = length::of(&lines, diagnostic.line, diagnostic.column);
    }
    found
}

#[cfg(test)]
mod tests;
