//! Answers of commands, for people or for programs.

mod csv;
mod table;
mod view;

use std::io::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) use self::view::View;
use crate::cli::Output;

/// Prints a line on standard output, the command's answer.
///
/// Errors: nobody reads it any more; [`crate::run`] takes a pipe that was closed for a quiet end.
pub(super) fn line(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush())?;
    Ok(())
}

/// Prints a text as it is.
pub(super) fn raw(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
    Ok(())
}

/// Prints an answer as JSON, or else as `text` makes it.
pub(super) fn answer(output: Output, answer: &Value, text: impl FnOnce(&Value) -> Result<String>) -> Result<()> {
    match output {
        Output::Json => line(&answer.to_string()),
        Output::Text => line(&text(answer)?),
    }
}

/// A text member of an answer.
pub(super) fn field<'a>(answer: &'a Value, name: &str) -> Result<&'a str> {
    answer.get(name).and_then(Value::as_str).with_context(|| format!("the answer has no `{name}`"))
}

/// The members of a list in an answer.
pub(super) fn list<'a>(answer: &'a Value, name: &str) -> Result<&'a [Value]> {
    answer.get(name).and_then(Value::as_array).map(Vec::as_slice).with_context(|| format!("the answer has no `{name}`"))
}

/// A new access key, for people.
pub(super) fn new_key(answer: &Value) -> Result<String> {
    Ok(format!(
        "account id         {}\naccess key id      {}\nsecret access key  {}\n\nThe secret is shown only now. Keep it safe.",
        field(answer, "account_id")?,
        field(answer, "access_key_id")?,
        field(answer, "secret_access_key")?,
    ))
}
