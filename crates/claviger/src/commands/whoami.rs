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
        ("access key", "access_key"),
        ("session", "session.name"),
        ("ends", "session.expires_at"),
        ("source identity", "session.source_identity"),
    ],
};

pub(super) fn run(asked: &Asked<Nothing>) -> Result<ExitCode> {
    asked.run(|session, _| session.show(&CALLER, &Call::get(&["whoami"])))
}
