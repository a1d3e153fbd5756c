//! `claviger api-key …`

use std::process::ExitCode;

use anyhow::Result;

use super::{
    body::{Body, Document},
    output::View,
    session::Session,
};
use crate::{
    cli::{ApiKey, CreateApiKey, UpdateApiKey},
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
        ApiKey::List(asked) => {
            asked.run(|session, what| session.list(&KEYS, &Call::get(&["users", &what.user, "api-keys"]), None))
        }
        ApiKey::Show(asked) => asked.run(|session, what| {
            let call = Call::get(&["users", &what.user, "api-keys", &what.key]);
            session.show_document(&KEY, &call, "document")
        }),
        ApiKey::Update(asked) => asked.run(update),
        ApiKey::Delete(asked) => asked.run(|session, what| {
            let (user, key) = (&what.key.user, &what.key.key);
            ask::confirm(what.sure.yes, &format!("Delete API key `{key}` of user `{user}`?"), key)?;
            let call = Call::delete(&["users", user, "api-keys", key]);
            session.carry_out(&call, &format!("API key `{key}` of user `{user}` is deleted"))
        }),
    }
}

fn create(session: &Session, what: &CreateApiKey) -> Result<()> {
    let document = Document::maybe(&what.document)?;
    let body = Body::new()
        .with("name", what.name.as_str())
        .with_some("expires_at", what.expires_at.as_deref())
        .with_some_document(document.as_ref());
    let call = Call::post(&["users", &what.user, "api-keys"], &body.json());
    session.show_secret(&KEY, &call, "The key")
}

fn update(session: &Session, what: &UpdateApiKey) -> Result<()> {
    let document = Document::maybe(&what.document)?;
    let body = Body::new()
        .with_some("name", what.new_name.as_deref())
        .with_some("enabled", what.enabled)
        .with_or_null("expires_at", what.expires_at.as_deref(), what.no_expiry)
        .with_or_null("document", None::<&str>, what.no_document)
        .with_some_document(document.as_ref());
    let call = Call::patch(&["users", &what.user, "api-keys", &what.key], &body.json());
    session.show_document(&KEY, &call, "document")
}
