//! `claviger authorize`: whether somebody may do something.

use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use serde_json::{Map, Value, json};

use super::{output, session::Session};
use crate::{
    cli::{Asked, Authorize, Form, Output},
    client::Call,
    failure::Failure,
    terminal::plain,
};

/// What a deny says.
const DENIED: u8 = 2;

pub(super) fn run(asked: &Asked<Authorize>) -> Result<ExitCode> {
    let session = Session::open(&asked.server, asked.output)?;
    let form = match session.form() {
        Form::Text => Output::Text,
        Form::Json => Output::Json,
        Form::Csv => bail!(Failure::usage("a decision is no list: its form is `text` or `json`")),
    };
    let answer = session.client().ask(&Call::authorize(&question(&asked.what)));
    // Whatever there is no answer for, the exit code is one.
    let answer = answer.map_err(|error| anyhow!("{error:#}"))?;
    let allowed = match output::field(&answer, "decision")? {
        "allow" => true,
        "implicit_deny" | "explicit_deny" => false,
        other => bail!("the answer has a decision that is none: `{}`", plain(other)),
    };
    let said = output::answer(form, &answer, text);
    if !allowed {
        // Also when nobody reads why: a pipe that was closed must not make a deny good.
        return Ok(ExitCode::from(DENIED));
    }
    said?;
    Ok(ExitCode::SUCCESS)
}

fn question(arguments: &Authorize) -> Value {
    let mut question = Map::new();
    let mut set = |name: &str, value: Value| question.insert(name.to_owned(), value);
    set("principal", json!(arguments.principal));
    set("action", json!(arguments.action));
    set("resource", json!(arguments.resource));
    if let Some(account) = &arguments.resource_account {
        set("resource_account", json!(account));
    }
    if !arguments.tags.is_empty() {
        set("resource_tags", arguments.tags.iter().map(|(key, value)| (key.clone(), json!(value))).collect());
    }
    if let Some(address) = &arguments.source_address {
        set("source_address", json!(address));
    }
    if let Some(tls) = arguments.tls {
        set("tls", json!(tls));
    }
    if !arguments.context.is_empty() {
        set("context", Value::Object(context(&arguments.context)));
    }
    Value::Object(question)
}

/// A key that is given once has a text, one that is given more often a list.
fn context(pairs: &[(String, String)]) -> Map<String, Value> {
    let mut context = Map::new();
    for (key, value) in pairs {
        match context.get_mut(key) {
            None => drop(context.insert(key.clone(), json!(value))),
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    context
}

/// The decision, and what it rests on.
fn text(answer: &Value) -> Result<String> {
    let (head, by) = match output::field(answer, "decision")? {
        "allow" => ("allow", "allowed by"),
        "explicit_deny" => ("explicit deny", "denied by"),
        _ => ("implicit deny: nothing allows it", "by"),
    };
    let mut lines = vec![head.to_owned()];
    for statement in output::list(answer, "statements")? {
        lines.push(format!("  {by} {}", place(statement)?));
    }
    let member = |object: &str, name: &str| answer.get(object)?.get(name)?.as_str().map(plain);
    if let Some(missing) = member("missing", "text") {
        lines.push(format!("  nearest: {missing}"));
    }
    if let Some(refusal) = answer.get("refusal").and_then(Value::as_str) {
        lines.push(format!("  nobody was recognised: {}", plain(refusal)));
    }
    Ok(lines.join("\n"))
}

fn place(statement: &Value) -> Result<String> {
    let field = |name: &str| output::field(statement, name).map(plain);
    let group = statement.get("group").and_then(Value::as_str);
    let through = group.map(|group| format!(", through group `{}`", plain(group))).unwrap_or_default();
    Ok(format!("statement `{}` of policy `{}`{through}", field("statement")?, field("policy")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_several_values_becomes_a_list() {
        let pairs = [("a", "1"), ("b", "2"), ("a", "3"), ("a", "4")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(Value::Object(context(&pairs)), json!({ "a": ["1", "3", "4"], "b": "2" }));
    }

    #[test]
    fn people_read_what_a_decision_rests_on() {
        let statement = json!({ "policy": "Readers", "statement": "read", "group": "devs" });
        let answer = json!({ "decision": "allow", "statements": [statement], "missing": null, "refusal": null });
        assert_eq!(
            text(&answer).unwrap(),
            "allow\n  allowed by statement `read` of policy `Readers`, through group `devs`"
        );
        let missing = json!({ "text": "statement `read` of policy `Readers` would allow it on another resource" });
        let answer = json!({ "decision": "implicit_deny", "statements": [], "missing": missing });
        let wanted = "implicit deny: nothing allows it\n  nearest: statement `read` of policy `Readers` would allow it \
                      on another resource";
        assert_eq!(text(&answer).unwrap(), wanted);
    }
}
