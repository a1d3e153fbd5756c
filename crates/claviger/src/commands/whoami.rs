//! `claviger whoami`: whose key this is.

use std::process::ExitCode;

use anyhow::Result;

use super::output::View;
use crate::{
    cli::{Asked, Nothing},
    client::Call,
};

const CALLER: View = View {
    things: "callers",
    columns: &[
        ("name", "name"),
        ("kind", "kind"),
        ("id", "id"),
        ("account", "account"),
        ("key", "credential.id"),
        ("kind of key", "credential.kind"),
        ("ends", "credential.expires_at"),
        ("session", "session"),
        ("source identity", "credential.source_identity"),
    ],
};

pub(super) fn run(asked: &Asked<Nothing>) -> Result<ExitCode> {
    asked.run(|session, _| session.show(&CALLER, &Call::get(&["whoami"])))
}
