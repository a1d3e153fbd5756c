//! `claviger identity-provider …`

use std::{path::Path, process::ExitCode};

use anyhow::{Context, Result, ensure};
use iam::identity_providers::Changes;
use serde_json::json;

use super::{
    body::{self, Body},
    output::View,
    session::Session,
};
use crate::{
    cli::{IdentityProvider, SetIdentityProvider},
    client::Call,
    terminal::ask,
};

const PROVIDER: View = View {
    things: "providers",
    columns: &[
        ("enabled", "enabled"),
        ("file", "file_name"),
        ("domain", "auxiliary_domain"),
        ("created", "created_at"),
        ("updated", "updated_at"),
    ],
};

const PATH: [&str; 1] = ["identity-provider"];

/// The member that holds what the provider says of itself.
const METADATA: &str = "metadata";

pub(super) fn run(command: IdentityProvider) -> Result<ExitCode> {
    match command {
        IdentityProvider::Show(asked) => {
            asked.run(|session, _| session.show_document(&PROVIDER, &Call::get(&PATH), METADATA))
        }
        IdentityProvider::Set(asked) => asked.run(set),
        IdentityProvider::Enable(asked) => asked.run(|session, _| enable(session, true)),
        IdentityProvider::Disable(asked) => asked.run(|session, _| enable(session, false)),
        IdentityProvider::Delete(asked) => asked.run(|session, what| {
            let etag = session.etag(&what.unchanged, &PATH)?;
            ask::confirm(what.sure.yes, "Remove the provider that users may sign in by?", "yes")?;
            session.carry_out(&Call::delete(&PATH).if_match(etag), "the identity provider is removed")
        }),
    }
}

fn set(session: &Session, what: &SetIdentityProvider) -> Result<()> {
    let metadata = what.metadata.as_deref().map(read).transpose()?;
    let own_name = || what.metadata.as_deref().and_then(Path::file_name).and_then(|name| name.to_str());
    let file_name = what.file_name.as_deref().or_else(|| own_name().filter(|name| *name != "-"));
    let etag = session.etag(&what.unchanged, &PATH)?;
    let body = Body::new()
        .with_some(METADATA, metadata)
        .with_some("file_name", file_name)
        .with_some("auxiliary_domain", what.domain.as_deref());
    session.show(&PROVIDER, &Call::put(&PATH).with_body(&body.json()).if_match(etag))
}

/// Switches the one that is there: none is made by it.
fn enable(session: &Session, enabled: bool) -> Result<()> {
    session.client().call(&Call::get(&PATH))?;
    let call = Call::put(&PATH).with_body(&json!({ "enabled": enabled }));
    session.show(&PROVIDER, &call.if_match(Some("*".to_owned())))
}

fn read(path: &Path) -> Result<String> {
    let (shown, most) = (path.display(), Changes::METADATA_MAX);
    let bytes = body::read_bytes(path, most).with_context(|| format!("cannot read `{shown}`"))?;
    ensure!(bytes.len() <= most, "`{shown}` is too long for metadata: {most} bytes at most");
    String::from_utf8(bytes).with_context(|| format!("`{shown}` is not text"))
}
