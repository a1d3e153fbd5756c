//! What problems and findings are called, and what fills in their sentences.

use base::json;

use crate::{condition::ValueProblem, document::Purpose, grammar::Problem, lint::Finding, pattern::VariableProblem};

/// The codes of all that is said about documents: first why they would be refused, then what is odd about them.
pub const CODES: &[&str] = &[
    "json_not_utf8",
    "json_byte_order_mark",
    "json_character",
    "json_end",
    "json_duplicate",
    "json_lone_surrogate",
    "json_bad_escape",
    "json_control_character",
    "json_number_range",
    "json_bad_number",
    "json_too_deep",
    "json_too_many_members",
    "json_trailing_data",
    "too_many",
    "wrong_type",
    "unknown_member",
    "unknown_effect",
    "unknown_version",
    "unknown_operator",
    "unknown_key",
    "repeated_member",
    "repeated_id",
    "missing",
    "both",
    "misplaced",
    "empty",
    "form",
    "variable_place",
    "variable",
    "value",
    "odd_service",
    "odd_action",
    "odd_pattern",
    "odd_other_service",
    "odd_needs_star",
    "odd_key",
    "odd_loose_deny",
    "odd_absent_key",
    "odd_never",
    "odd_everything",
];

/// What is named in parts and is no word of the document.
pub const THINGS: &[&str] = &[
    // What there is too much of.
    "bytes",
    "statements",
    "entries",
    "conditions",
    "grantees",
    "texts_in_a_list",
    "wildcards_and_variables_in_a_pattern",
    // What has the wrong type or is empty, where it is not a member, and what has not its form.
    "document",
    "statement",
    "entry",
    "grantee",
    "tags_key",
    "value_of",
    "each_of",
    "member",
    "action",
    "resource",
    "principal",
    "service",
    "permission",
    "condition_operator",
    "action_of_a_trust_document",
    "permission_of_a_trust_document",
    // Types.
    "text",
    "text_or_a_list_of_texts",
    "object",
    "list_of_objects",
    "true_or_false",
    "star_or_an_object",
    "null",
    "number",
    "list",
    // What a document is for.
    "identity",
    "trust",
    // What is wrong with a value.
    "not_number",
    "not_date",
    "not_bool",
    "not_base64",
    "not_address",
    "not_arn",
    "bad_variable",
    // What keeps a statement from matching.
    "not_action",
    "not_resource",
    "its_conditions",
];

impl Problem {
    /// Which of [`CODES`] it is.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(problem) => of_json(problem),
            Self::TooMany { .. } => "too_many",
            Self::WrongType { .. } => "wrong_type",
            Self::Unknown { what, .. } => match *what {
                "effect" => "unknown_effect",
                "version" => "unknown_version",
                "condition operator" => "unknown_operator",
                "condition key" => "unknown_key",
                _ => "unknown_member",
            },
            Self::Repeated { what: "member", .. } => "repeated_member",
            Self::Repeated { .. } => "repeated_id",
            Self::Missing { .. } => "missing",
            Self::Both { .. } => "both",
            Self::Misplaced { .. } => "misplaced",
            Self::Empty { .. } => "empty",
            Self::Form { .. } => "form",
            Self::VariablePlace { .. } => "variable_place",
            Self::Variable { .. } => "variable",
            Self::Value { .. } => "value",
        }
    }

    /// What fills in the sentence of its code, by name: `name`, `text`, `key` and so on are words of the document; `thing`,
    /// `wanted`, `found` and `problem` are among [`THINGS`].
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Json(json::Problem::Character(char)) => vec![("text", char.to_string())],
            Self::TooMany { what, max } => vec![("thing", slug(what)), ("max", max.to_string())],
            Self::WrongType { what, wanted, found } => {
                let mut parts = subject(what);
                parts.extend([("wanted", slug(wanted)), ("found", slug(found))]);
                parts
            }
            Self::Empty { what } => subject(what),
            Self::Json(json::Problem::Duplicate { name })
            | Self::Unknown { name, .. }
            | Self::Repeated { name, .. } => vec![("name", name.clone())],
            Self::Missing { name } => vec![("name", (*name).to_owned())],
            Self::Both { one, other } => vec![("name", (*one).to_owned()), ("other", (*other).to_owned())],
            Self::Misplaced { name, purpose } => vec![("name", (*name).to_owned()), ("thing", purpose_word(*purpose))],
            Self::Form { text, wanted } => vec![("text", text.clone()), ("wanted", slug(wanted))],
            Self::VariablePlace { text } => vec![("text", text.clone())],
            Self::Variable { text, problem: VariableProblem::Malformed { at } } => {
                vec![("text", text.clone()), ("at", at.to_string())]
            }
            Self::Value { operator, value, problem } => {
                vec![
                    ("operator", (*operator).to_owned()),
                    ("text", value.clone()),
                    ("problem", value_problem(*problem)),
                ]
            }
            Self::Json(_) => Vec::new(),
        }
    }
}

impl Finding {
    /// Which of [`CODES`] it is.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownService { .. } => "odd_service",
            Self::UnknownAction { .. } => "odd_action",
            Self::NoAction { .. } => "odd_pattern",
            Self::OtherService { .. } => "odd_other_service",
            Self::NeedsStar { .. } => "odd_needs_star",
            Self::UnknownKey { .. } => "odd_key",
            Self::LooseDeny { .. } => "odd_loose_deny",
            Self::AbsentKey { .. } => "odd_absent_key",
            Self::Never { .. } => "odd_never",
            Self::AllowsEverything => "odd_everything",
        }
    }

    /// What fills in the sentence of its code, as the parts of a problem.
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let (mut parts, nearest) = match self {
            Self::UnknownService { service, nearest } => (vec![("name", service.clone())], nearest.as_ref()),
            Self::UnknownAction { action, nearest } => (vec![("name", action.clone())], nearest.as_ref()),
            Self::UnknownKey { key, nearest } => (vec![("key", key.clone())], nearest.as_ref()),
            Self::NoAction { pattern } => (vec![("name", pattern.clone())], None),
            Self::OtherService { service } => (vec![("name", service.clone())], None),
            Self::NeedsStar { action } => (vec![("name", action.clone())], None),
            Self::LooseDeny { text } => (vec![("text", text.clone())], None),
            Self::AbsentKey { operator, key } => {
                (vec![("operator", (*operator).to_owned()), ("key", key.clone())], None)
            }
            Self::Never { part } => {
                let thing = match *part {
                    "its `NotAction`" => "not_action",
                    "its `NotResource`" => "not_resource",
                    _ => "its_conditions",
                };
                (vec![("thing", thing.to_owned())], None)
            }
            Self::AllowsEverything => (Vec::new(), None),
        };
        parts.extend(nearest.map(|nearest| ("nearest", nearest.clone())));
        parts
    }
}

fn of_json(problem: &json::Problem) -> &'static str {
    match problem {
        json::Problem::NotUtf8 => "json_not_utf8",
        json::Problem::ByteOrderMark => "json_byte_order_mark",
        json::Problem::Character(_) => "json_character",
        json::Problem::End => "json_end",
        json::Problem::Duplicate { .. } => "json_duplicate",
        json::Problem::LoneSurrogate => "json_lone_surrogate",
        json::Problem::BadEscape => "json_bad_escape",
        json::Problem::ControlCharacter => "json_control_character",
        json::Problem::NumberRange => "json_number_range",
        json::Problem::BadNumber => "json_bad_number",
        json::Problem::TooDeep => "json_too_deep",
        json::Problem::TooManyMembers => "json_too_many_members",
        json::Problem::TrailingData => "json_trailing_data",
    }
}

/// What has the wrong type or is empty: always `thing`, and `name` for a member.
fn subject(what: &str) -> Vec<(&'static str, String)> {
    let quoted = |text: &str| text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).map(str::to_owned);
    let named = [("each of ", "each_of"), ("the value of ", "value_of"), ("", "member")];
    let named = named.into_iter().find_map(|(start, thing)| Some((thing, quoted(what.strip_prefix(start)?)?)));
    match named {
        Some((thing, name)) => vec![("thing", thing.to_owned()), ("name", name)],
        None => vec![("thing", slug(what))],
    }
}

fn purpose_word(purpose: Purpose) -> String {
    match purpose {
        Purpose::Identity => "identity",
        Purpose::Resource => "resource",
        Purpose::Trust => "trust",
    }
    .to_owned()
}

fn value_problem(problem: ValueProblem) -> String {
    match problem {
        ValueProblem::Number => "not_number",
        ValueProblem::Date => "not_date",
        ValueProblem::Bool => "not_bool",
        ValueProblem::Base64 => "not_base64",
        ValueProblem::Address => "not_address",
        ValueProblem::Arn => "not_arn",
        ValueProblem::Variable(_) => "bad_variable",
    }
    .to_owned()
}

/// One of [`THINGS`], from the English of a problem: `a list of objects` is `list_of_objects`.
fn slug(text: &str) -> String {
    let bare = ["a ", "an ", "the "].into_iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text);
    bare.replace("`*`", "star").replace(' ', "_").replace('\'', "")
}
