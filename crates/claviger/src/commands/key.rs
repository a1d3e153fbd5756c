//! `claviger key …`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use super::{output::View, session::Session};
use crate::{
    cli::{Key, OneKey, Owner},
    client::Call,
    terminal::ask,
};

const KEYS: View = View {
    things: "access keys",
    columns: &[
        ("access key id", "id"),
        ("enabled", "enabled"),
        ("created", "created_at"),
        ("last used", "last_used.at"),
        ("for", "last_used.service"),
        ("from", "last_used.source"),
    ],
};

const NEW_KEY: View = View {
    things: "access keys",
    columns: &[
        ("access key id", "id"),
        ("secret access key", "secret"),
        ("enabled", "enabled"),
        ("created", "created_at"),
    ],
};

pub(super) fn run(command: Key) -> Result<ExitCode> {
    match command {
        Key::Create(asked) => {
            asked.run(|session, owner| session.show_secret(&NEW_KEY, &Call::make(&collection(owner)), "The secret"))
        }
        Key::List(asked) => asked.run(|session, owner| session.list_whole(&KEYS, &Call::get(&collection(owner)))),
        Key::Enable(asked) => asked.run(|session, key| enable(session, key, true)),
        Key::Disable(asked) => asked.run(|session, key| enable(session, key, false)),
        Key::Delete(asked) => asked.run(|session, what| {
            let OneKey { owner, key } = &what.key;
            ask::confirm(what.sure.yes, &format!("Delete access key `{key}` of {}?", owner.words()), key)?;
            let done = format!("access key `{key}` of {} is deleted", owner.words());
            session.carry_out(&Call::delete(&one(&what.key)), &done)
        }),
        Key::LastUsed(asked) => {
            asked.run(|session, what| session.show(&KEYS, &Call::get(&["access-keys", &what.key, "last-used"])))
        }
    }
}

fn enable(session: &Session, key: &OneKey, enabled: bool) -> Result<()> {
    session.show(&KEYS, &Call::patch(&one(key), &json!({ "enabled": enabled })))
}

fn collection(owner: &Owner) -> Vec<&str> {
    owner.path("access-keys")
}

fn one(key: &OneKey) -> Vec<&str> {
    let mut path = collection(&key.owner);
    path.push(&key.key);
    path
}
