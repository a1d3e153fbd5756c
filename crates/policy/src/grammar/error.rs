//! What is wrong with a document, where, and how to mend it.

use std::borrow::Cow;

use base::{
    json::{self, Member, Value},
    text::shown,
};
use thiserror::Error;

use crate::{condition::ValueProblem, document::Purpose, pattern::VariableProblem};

/// Why a document was refused. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {problem}{}", tail(.hint.as_deref()))]
pub struct PolicyError {
    /// The line of what is wrong.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// What is wrong.
    pub problem: Problem,
    /// How to mend it, where we can tell.
    pub hint: Option<Box<Hint>>,
}

/// How to mend what is wrong: printed it is a clause in English, and `code` and `word` say the same to whoever words it in
/// another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Which hint it is: one of [`Hint::CODES`].
    pub code: &'static str,
    /// The word, form or member that it speaks of, where it speaks of one.
    pub word: Option<String>,
    text: Cow<'static, str>,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// It cannot be read as JSON.
    #[error("{0}")]
    Json(json::Problem),
    /// More of something than a document may have.
    #[error("more than {max} {what}")]
    TooMany {
        /// Of what, in the plural.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// Not the type that stands here.
    #[error("{what} must be {wanted}, not {found}")]
    WrongType {
        /// What has the wrong type.
        what: String,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A word that nothing here has.
    #[error("unknown {what} `{}`", shown(name))]
    Unknown {
        /// What the word should name.
        what: &'static str,
        /// The word.
        name: String,
    },
    /// A word that is there already.
    #[error("{what} `{}` is there twice", shown(name))]
    Repeated {
        /// What the word names.
        what: &'static str,
        /// The word.
        name: String,
    },
    /// A member that must be there and is not.
    #[error("`{name}` is missing")]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// Two members of which one alone may be there.
    #[error("both `{one}` and `{other}`")]
    Both {
        /// The first.
        one: &'static str,
        /// The second.
        other: &'static str,
    },
    /// A member that cannot stand in a document for this purpose.
    #[error("`{name}` cannot stand in {}", document(*.purpose))]
    Misplaced {
        /// The member.
        name: &'static str,
        /// What the document is for.
        purpose: Purpose,
    },
    /// Nothing, where something must stand.
    #[error("{what} is empty")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// Text that does not have the form of what stands here.
    #[error("`{}` is not {wanted}", shown(text))]
    Form {
        /// The text.
        text: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// A `${` where no variable can stand.
    #[error("a variable in `{}` stands where none can", shown(text))]
    VariablePlace {
        /// The text that it stands in.
        text: String,
    },
    /// A `${` that is no variable.
    #[error("in `{}`: {problem}", shown(text))]
    Variable {
        /// The text that it stands in.
        text: String,
        /// What is wrong with it.
        problem: VariableProblem,
    },
    /// A value that cannot be read as its operator's type.
    #[error("value `{}` of `{operator}`: {problem}", shown(value))]
    Value {
        /// The operator.
        operator: &'static str,
        /// The value.
        value: String,
        /// What is wrong with it.
        problem: ValueProblem,
    },
}

impl PolicyError {
    /// The problem is with `value`, or begins there.
    pub(crate) fn at(value: &Value, problem: Problem) -> Self {
        Self { line: value.line, column: value.column, problem, hint: None }
    }

    /// The problem is with the name of `member`.
    pub(crate) fn at_name(member: &Member, problem: Problem) -> Self {
        Self { line: member.line, column: member.column, problem, hint: None }
    }

    /// With words on how to mend it.
    pub(crate) fn hint(self, hint: Hint) -> Self {
        Self { hint: Some(Box::new(hint)), ..self }
    }

    /// With the known word that was probably meant.
    pub(crate) fn meant(self, nearest: Option<&str>) -> Self {
        match nearest {
            Some(name) => self.hint(Hint::new("meant", format!("did you mean `{name}`?")).word(name)),
            None => self,
        }
    }
}

impl From<json::JsonError> for PolicyError {
    fn from(error: json::JsonError) -> Self {
        Self { line: error.line, column: error.column, problem: Problem::Json(error.problem), hint: None }
    }
}

impl Hint {
    /// The codes of all hints.
    pub const CODES: &[&str] = &[
        "meant",
        "spread",
        "effect",
        "version",
        "own_id",
        "leave_out_holder",
        "leave_out_role",
        "name_trusted",
        "name_actions",
        "flavour_acl",
        "flavour_statements",
        "called",
        "inside",
        "only_lists",
        "action_form",
        "one_colon",
        "service_wildcard",
        "trust_action",
        "null_alone",
        "key_prefix",
        "resource_form",
        "variable_place",
        "principal_wrapped",
        "principal_form",
        "principal_wildcard",
        "group_users",
        "session_form",
        "service_name",
        "provider_form",
        "principal_number",
        "member_of_flavour",
        "service_form",
        "permission_form",
        "trust_permission",
        "whose_account",
        "grantee_account",
        "grantee_name",
    ];

    /// The hint of this code, which is one of [`Hint::CODES`], with its text in English.
    pub(crate) fn new(code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        debug_assert!(Self::CODES.contains(&code), "`{code}` is no hint");
        Self { code, word: None, text: text.into() }
    }

    /// With the word that it speaks of.
    pub(crate) fn word(self, word: impl Into<String>) -> Self {
        Self { word: Some(word.into()), ..self }
    }
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn tail(hint: Option<&Hint>) -> String {
    hint.map(|hint| format!("; {hint}")).unwrap_or_default()
}

fn document(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Identity => "an identity's policy",
        Purpose::Resource => "a resource's policy",
        Purpose::Trust => "a trust document",
    }
}
