//! `claviger attach` and `claviger detach`, and the lists of what is attached.

use std::process::ExitCode;

use anyhow::Result;

use super::{output::View, session::Session};
use crate::{
    cli::{Asked, Attachment},
    client::Call,
};

const ATTACHED: View = View {
    things: "policies",
    columns: &[
        ("policy", "policy.name"),
        ("kind", "policy.kind"),
        ("attached", "attached_at"),
        ("description", "policy.description"),
    ],
};

/// Lists the policies that are attached to somebody.
pub(super) fn list(session: &Session, collection: &str, name: &str) -> Result<()> {
    session.list_whole(&ATTACHED, &Call::get(&[collection, name, "policies"]))
}

pub(super) fn attach(asked: &Asked<Attachment>) -> Result<ExitCode> {
    asked.run(|session, what| {
        let done = format!("policy `{}` is attached to {}", what.policy, what.holder.words());
        session.carry_out(&Call::put(&path(what)), &done)
    })
}

pub(super) fn detach(asked: &Asked<Attachment>) -> Result<ExitCode> {
    asked.run(|session, what| {
        let done = format!("policy `{}` is not attached to {}", what.policy, what.holder.words());
        session.carry_out(&Call::delete(&path(what)), &done)
    })
}

fn path(what: &Attachment) -> [&str; 4] {
    let (collection, name) = what.holder.path();
    [collection, name, "policies", &what.policy]
}
