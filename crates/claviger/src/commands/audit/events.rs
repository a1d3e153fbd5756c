//! `claviger audit query` and `claviger audit tail`: what a server tells of its trail.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    cli::{EventFilter, Form, QueryEvents, TailEvents},
    client::Call,
    commands::{
        output::{self, View},
        session::Session,
    },
    terminal::plain,
};

/// How long to wait before looking for more.
const INTERVAL: Duration = Duration::from_secs(2);
/// What looking for events is itself recorded as.
const LOOKING: &str = "iam:ListEvents";

const EVENTS: View = View {
    things: "events",
    columns: &[
        ("time", "time"),
        ("seq", "seq"),
        ("outcome", "outcome"),
        ("code", "code"),
        ("action", "action"),
        ("principal type", "principal.type"),
        ("principal", "principal.name"),
        ("access key", "principal.access_key"),
        ("source", "source"),
        ("resources", "resources"),
        ("request", "request_id"),
    ],
};

/// Prints events as their pages come: there may be more than fit into memory.
pub(super) fn query(session: &Session, what: &QueryEvents) -> Result<()> {
    let call = filtered(&what.filter)
        .with_some("from", what.from.as_deref())
        .with_some("to", what.to.as_deref())
        .with_some("order", what.order.as_deref());
    let mut printer = Printer::new(session.form());
    session
        .client()
        .pages(&call, what.limit.limit, |page| page.into_iter().try_for_each(|event| printer.print(event)))?;
    printer.end()
}

/// Prints the last events, and then each that comes, until it is stopped. As JSON, each is a line of its own.
pub(super) fn tail(session: &Session, what: &TailEvents) -> Result<()> {
    let own = session.client().ask(&Call::get(&["whoami"]))?.get("id").cloned().unwrap_or_default();
    let looks_only = |event: &Value| {
        what.filter.action.is_none()
            && event.get("action").and_then(Value::as_str) == Some(LOOKING)
            && event.get("principal").and_then(|principal| principal.get("id")) == Some(&own)
    };
    let mut printer = Printer { lines: true, ..Printer::new(session.form()) };
    // From before the last ones are read, so that none falls between.
    let mut seen = newest(session)?;
    let mut last = Vec::new();
    let pages = filtered(&what.filter).with("order", "newest");
    session.client().pages(&pages, Some(what.lines), |page| {
        last.extend(page);
        Ok(())
    })?;
    for event in last.into_iter().rev().map(body) {
        printer.print_if(&event, |event| seen.covers(event) && !looks_only(event))?;
    }
    loop {
        pause()?;
        let now = newest(session)?;
        let pages = filtered(&what.filter).with("order", "oldest").with("from", &seen.second);
        session.client().pages(&pages, None, |page| {
            let new = |event: &Value| !seen.covers(event) && now.covers(event) && !looks_only(event);
            page.into_iter().map(body).try_for_each(|event| printer.print_if(&event, new))
        })?;
        seen = now;
    }
}

fn filtered(filter: &EventFilter) -> Call {
    Call::get(&["audit", "events"])
        .with_some("action", filter.action.as_deref())
        .with_some("principal", filter.principal.as_deref())
        .with_some("outcome", filter.outcome.as_deref())
        .with_some("resource", filter.resource.as_deref())
}

/// How far the trail has been read.
struct Seen {
    seq: u64,
    /// The second of the last event.
    second: String,
}

impl Seen {
    fn covers(&self, event: &Value) -> bool {
        seq(event) <= self.seq
    }
}

fn newest(session: &Session) -> Result<Seen> {
    let mut newest = None;
    session.client().pages(&Call::get(&["audit", "events"]).with("order", "newest"), Some(1), |page| {
        newest = page.into_iter().map(body).next();
        Ok(())
    })?;
    let newest = newest.context("the trail is empty, though an account's begins with the account")?;
    let time = output::field(&newest, "time")?;
    Ok(Seen { seq: seq(&newest), second: format!("{}Z", time.get(..19).context("an event has no time")?) })
}

fn seq(event: &Value) -> u64 {
    event.get("seq").and_then(Value::as_u64).unwrap_or_default()
}

/// An event's own text, where it comes wrapped as it is exported.
fn body(event: Value) -> Value {
    let body = event.get("body").and_then(Value::as_str);
    body.and_then(|body| serde_json::from_str(body).ok()).unwrap_or(event)
}

/// Waits, and does not look while it does.
fn pause() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().context("no runtime")?;
    runtime.block_on(async { tokio::time::sleep(INTERVAL).await });
    Ok(())
}

/// Prints events one by one, in any form.
struct Printer {
    form: Form,
    /// As JSON: a line each, in place of one array.
    lines: bool,
    printed: bool,
}

impl Printer {
    fn new(form: Form) -> Self {
        Self { form, lines: false, printed: false }
    }

    fn print(&mut self, event: Value) -> Result<()> {
        self.print_if(&body(event), |_| true)
    }

    fn print_if(&mut self, event: &Value, wanted: impl Fn(&Value) -> bool) -> Result<()> {
        if !wanted(event) {
            return Ok(());
        }
        let first = !std::mem::replace(&mut self.printed, true);
        match self.form {
            Form::Text => output::line(&line(event)),
            Form::Json if self.lines => output::line(&event.to_string()),
            Form::Json => output::raw(&format!("{}{event}", if first { "[" } else { ",\n" })),
            Form::Csv => {
                let text = EVENTS.csv(std::slice::from_ref(event));
                output::line(if first { &text } else { text.split_once('\n').map_or(&text, |(_, row)| row) })
            }
        }
    }

    fn end(self) -> Result<()> {
        match (self.form, self.printed) {
            (Form::Json, true) => output::line("]"),
            (Form::Json, false) => output::line("[]"),
            (Form::Csv, false) => output::line(&EVENTS.csv(&[])),
            (Form::Text, false) => output::line("no events"),
            _ => Ok(()),
        }
    }
}

/// One event in one line: when, how it ended, what, who, from where, about what.
fn line(event: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(plain).unwrap_or_default();
    let member = |name: &str| text(event.get(name));
    let principal = event.get("principal");
    let of_principal = |name: &str| text(principal.and_then(|principal| principal.get(name)));
    let who = match of_principal("name") {
        name if name.is_empty() => of_principal("type"),
        name => format!("{} {name}", of_principal("type")),
    };
    let ended = match member("code") {
        code if code.is_empty() => member("outcome"),
        code => format!("{} {code}", member("outcome")),
    };
    let resources = event.get("resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let resources: Vec<String> = resources.iter().map(|resource| text(Some(resource))).collect();
    let parts = [member("time"), ended, member("action"), who, member("source"), resources.join(" ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_a_line() {
        let event = json!({ "time": "2026-11-22T08:00:00.000Z", "outcome": "denied", "code": "Denied", "seq": 7,
            "action": "iam:CreateUser", "principal": { "type": "user", "name": "al\u{1b}ice" }, "source": "192.0.2.1",
            "resources": ["user/bob", "group/x"] });
        let wanted = "2026-11-22T08:00:00.000Z  denied Denied  iam:CreateUser  user al\u{FFFD}ice  192.0.2.1  user/bob \
                      group/x";
        assert_eq!(line(&event), wanted);
        let event = json!({ "time": "t", "outcome": "success", "code": null, "action": "iam:CreateAccount",
            "principal": { "type": "operator" }, "source": "", "resources": [] });
        assert_eq!(line(&event), "t  success  iam:CreateAccount  operator");
    }

    #[test]
    fn an_event_may_come_wrapped() {
        let wrapped = json!({ "seq": 7, "hash": "x", "body": "{\"seq\":7,\"action\":\"a\"}" });
        assert_eq!(body(wrapped), json!({ "seq": 7, "action": "a" }));
        assert_eq!(body(json!({ "seq": 8 })), json!({ "seq": 8 }));
    }
}
