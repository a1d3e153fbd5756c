//! `claviger session …`: who is signed in to the console.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::Value;

use super::{output::View, session::Session};
use crate::{
    cli::{ConsoleSession, EndSessions, ListSessions},
    client::Call,
    terminal::ask,
};

/// What each call is about.
const SESSIONS: &str = "console-sessions";

pub(super) const VIEW: View = View {
    things: "sessions",
    columns: &[
        ("session", "id"),
        ("user", "user"),
        ("root", "root"),
        ("began", "began_at"),
        ("last used", "seen_at"),
        ("ends", "expires_at"),
        ("from", "source"),
        ("browser", "agent"),
    ],
};

pub(super) fn run(command: ConsoleSession) -> Result<ExitCode> {
    match command {
        ConsoleSession::List(asked) => asked.run(list),
        ConsoleSession::End(asked) => asked.run(end),
    }
}

fn list(session: &Session, what: &ListSessions) -> Result<()> {
    let call = match &what.user {
        Some(user) => Call::get(&["users", user, SESSIONS]),
        None if what.root => Call::get(&["root", SESSIONS]),
        None => Call::get(&[SESSIONS]),
    };
    session.list(&VIEW, &call, what.limit.limit)
}

fn end(session: &Session, what: &EndSessions) -> Result<()> {
    if let Some(id) = what.id {
        let id = id.to_string();
        return session.carry_out(&Call::delete(&[SESSIONS, &id]), &format!("session {id} is over"));
    }
    let whose = match &what.user {
        Some(user) => format!("user `{user}`"),
        None if what.root => "the root user".to_owned(),
        None => "everybody".to_owned(),
    };
    ask::confirm(what.sure.yes, &format!("End all sessions of {whose} at the console?"), "yes")?;
    let done = format!("the sessions of {whose} at the console are over");
    match &what.user {
        Some(user) => session.carry_out(&Call::delete(&["users", user, SESSIONS]), &done),
        None if what.root => session.carry_out(&Call::delete(&["root", SESSIONS]), &done),
        None => {
            let call = Call::make(&[SESSIONS, "end"]);
            while session.client().ask(&call)?.get("more").and_then(Value::as_bool) == Some(true) {}
            session.say(&done)
        }
    }
}
