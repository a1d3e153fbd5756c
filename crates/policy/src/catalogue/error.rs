//! What can be wrong with the files of the catalogue.

use thiserror::Error;

/// A file of the catalogue cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}{}: {problem}", at(*.line))]
pub struct CatalogueError {
    /// The file.
    pub file: String,
    /// The line, counted from 1, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// It is not TOML, or not of the form; in the parser's words.
    #[error("{0}")]
    Form(String),
    /// A name or a text breaks its rule.
    #[error("{what} `{name}` {rule}")]
    Rule {
        /// What it is, as `service`.
        what: &'static str,
        /// As written.
        name: String,
        /// The rule, as `must …`.
        rule: &'static str,
    },
    /// Two names differ in nothing but case.
    #[error("{what} `{name}` is described twice")]
    Twice {
        /// What it is.
        what: &'static str,
        /// The second one.
        name: String,
    },
    /// Something is named that is not described.
    #[error("{what} `{name}` is not described")]
    Unknown {
        /// What it would be.
        what: &'static str,
        /// As written.
        name: String,
    },
    /// Another file has it.
    #[error("{what} `{name}` is in `{file}` too")]
    Taken {
        /// What it is.
        what: &'static str,
        /// As written.
        name: String,
        /// The other file.
        file: String,
    },
    /// Two system policies would have one name.
    #[error("there is a system policy `{0}` already; choose another title")]
    PolicyName(String),
    /// Two system policies would have one id.
    #[error("the system policies `{0}` and `{1}` would have one id; choose another title")]
    PolicyId(String, String),
    /// It is over the limit.
    #[error("there may be at most {limit} {what}")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
}
