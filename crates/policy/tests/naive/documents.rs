//! A document, whichever its grammar, becomes a list of statements.

use super::actions::Actions;
use super::conditions::Condition;
use super::resources::Resources;
use super::{acl, json, statements};
use serde_json::Value;

/// One statement or one acl entry.
pub(crate) struct Statement {
    pub(crate) allow: bool,
    pub(crate) actions: Actions,
    pub(crate) resources: Resources,
    pub(crate) conditions: Vec<Condition>,
}

/// Reads a document, or the text of one.
pub(crate) fn read(document: &Value) -> Result<Vec<Statement>, String> {
    match document {
        Value::String(text) => read_value(&json::read(text)?),
        value => read_value(value),
    }
}

fn read_value(document: &Value) -> Result<Vec<Statement>, String> {
    match document {
        Value::Array(list) => statements::read_bare(list),
        Value::Object(members) if members.contains_key("accessControlList") => acl::read(members),
        Value::Object(members) => statements::read_native(members),
        other => Err(format!("`{other}` is not a document")),
    }
}
