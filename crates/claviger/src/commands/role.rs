//! `claviger role …`

use std::process::ExitCode;

use anyhow::Result;

use super::{
    attachments,
    body::{Body, Document},
    output::View,
    session::Session,
};
use crate::{
    cli::{CreateRole, Role, TrustRole, UpdateRole},
    client::Call,
};

const ROLES: View = View {
    things: "roles",
    columns: &[
        ("name", "name"),
        ("path", "path"),
        ("max session s", "max_session_s"),
        ("created", "created_at"),
        ("description", "description"),
    ],
};

const ROLE: View = View {
    things: "roles",
    columns: &[
        ("name", "name"),
        ("id", "id"),
        ("path", "path"),
        ("description", "description"),
        ("tags", "tags"),
        ("max session s", "max_session_s"),
        ("boundary", "permissions_boundary.name"),
        ("created", "created_at"),
        ("updated", "updated_at"),
        ("trust flavour", "trust_flavour"),
    ],
};

/// The member that holds who may assume it.
const TRUST: &str = "trust_document";

pub(super) fn run(command: Role) -> Result<ExitCode> {
    match command {
        Role::Create(asked) => asked.run(create),
        Role::List(asked) => asked.run(|session, what| {
            let call = Call::get(&["roles"]).with_some("path_prefix", what.path_prefix.as_deref());
            session.list(&ROLES, &call, what.limit.limit)
        }),
        Role::Show(asked) => {
            asked.run(|session, role| session.show_document(&ROLE, &Call::get(&["roles", &role.name]), TRUST))
        }
        Role::Update(asked) => asked.run(update),
        Role::Trust(asked) => asked.run(trust),
        Role::Delete(asked) => asked.run(|session, what| session.delete("role", &what.name, &what.deletion)),
        Role::Policies(asked) => asked.run(|session, role| attachments::list(session, "roles", &role.name)),
        Role::RevokeSessions(asked) => asked.run(|session, what| {
            session.revoke(&format!("role `{}`", what.name), &["roles", &what.name], &what.before)
        }),
    }
}

fn create(session: &Session, role: &CreateRole) -> Result<()> {
    let trust = Document::of(&role.trust)?;
    let body = with_trust(Body::new().with("name", role.name.as_str()), &trust)
        .with_some("path", role.path.as_deref())
        .with_some("description", role.description.as_deref())
        .with_some("max_session_s", role.max_session)
        .with_tags(&role.tags, false);
    session.show_document(&ROLE, &Call::post(&["roles"], &body.json()), TRUST)
}

fn update(session: &Session, role: &UpdateRole) -> Result<()> {
    let path = ["roles", &role.name];
    let etag = session.etag(&role.unchanged, &path)?;
    let body = Body::new()
        .with_some("name", role.new_name.as_deref())
        .with_some("description", role.description.as_deref())
        .with_some("max_session_s", role.max_session)
        .with_tags(&role.tags, role.no_tags);
    session.show_document(&ROLE, &Call::patch(&path, &body.json()).if_match(etag), TRUST)
}

fn trust(session: &Session, role: &TrustRole) -> Result<()> {
    let document = Document::of(&role.trust)?;
    let etag = session.etag(&role.unchanged, &["roles", &role.name])?;
    let call = Call::put(&["roles", &role.name, "trust"]).with_body(&with_trust(Body::new(), &document).json());
    session.show_document(&ROLE, &call.if_match(etag), TRUST)
}

fn with_trust(body: Body, document: &Document) -> Body {
    body.with(TRUST, document.text.as_str()).with("trust_flavour", document.flavour.word())
}
