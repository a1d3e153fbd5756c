//! `claviger api-key …`

use std::process::ExitCode;

use anyhow::Result;

use super::{
    body::{Body, Document},
    output::View,
    session::Session,
};
use crate::{
    cli::{ApiKey, CreateApiKey, OneApiKey, Owner, UpdateApiKey},
    client::Call,
    terminal::ask,
};

const KEYS: View = View {
    things: "API keys",
    columns: &[
        ("id", "id"),
        ("name", "name"),
        ("enabled", "enabled"),
        ("created", "created_at"),
        ("ends", "expires_at"),
        ("last used", "last_used.at"),
    ],
};

const KEY: View = View {
    things: "API keys",
    columns: &[
        ("id", "id"),
        ("API key", "key"),
        ("name", "name"),
        ("enabled", "enabled"),
        ("created", "created_at"),
        ("updated", "updated_at"),
        ("ends", "expires_at"),
        ("last used", "last_used.at"),
        ("for", "last_used.service"),
        ("from", "last_used.source"),
        ("flavour", "flavour"),
    ],
};

pub(super) fn run(command: ApiKey) -> Result<ExitCode> {
    match command {
        ApiKey::Create(asked) => asked.run(create),
        ApiKey::List(asked) => asked.run(|session, owner| session.list(&KEYS, &Call::get(&collection(owner)), None)),
        ApiKey::Show(asked) => asked.run(|session, key| session.show_document(&KEY, &Call::get(&one(key)), "document")),
        ApiKey::Update(asked) => asked.run(update),
        ApiKey::Delete(asked) => asked.run(|session, what| {
            let OneApiKey { owner, key } = &what.key;
            ask::confirm(what.sure.yes, &format!("Delete API key `{key}` of {}?", owner.words()), key)?;
            let done = format!("API key `{key}` of {} is deleted", owner.words());
            session.carry_out(&Call::delete(&one(&what.key)), &done)
        }),
    }
}

fn create(session: &Session, what: &CreateApiKey) -> Result<()> {
    let document = Document::maybe(&what.document)?;
    let body = Body::new()
        .with("name", what.name.as_str())
        .with_some("expires_at", what.expires_at.as_deref())
        .with_some_document(document.as_ref());
    session.show_secret(&KEY, &Call::post(&collection(&what.owner), &body.json()), "The key")
}

fn update(session: &Session, what: &UpdateApiKey) -> Result<()> {
    let document = Document::maybe(&what.document)?;
    let body = Body::new()
        .with_some("name", what.new_name.as_deref())
        .with_some("enabled", what.enabled)
        .with_or_null("expires_at", what.expires_at.as_deref(), what.no_expiry)
        .with_or_null("document", None::<&str>, what.no_document)
        .with_some_document(document.as_ref());
    session.show_document(&KEY, &Call::patch(&one(&what.key), &body.json()), "document")
}

fn collection(owner: &Owner) -> Vec<&str> {
    owner.path("api-keys")
}

fn one(key: &OneApiKey) -> Vec<&str> {
    let mut path = collection(&key.owner);
    path.push(&key.key);
    path
}
