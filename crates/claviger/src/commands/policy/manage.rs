//! Policies on a server.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{
    cli::{
        AddVersion, CreatePolicy, ListPolicies, OneVersion, PolicyEntities, PolicyVersion, ShowPolicy, UpdatePolicy,
    },
    client::Call,
    commands::{
        body::{Body, Document},
        output::{self, View},
        session::Session,
    },
    terminal::ask,
};

const POLICIES: View = View {
    things: "policies",
    columns: &[
        ("name", "name"),
        ("kind", "kind"),
        ("path", "path"),
        ("version", "default_version"),
        ("updated", "updated_at"),
        ("description", "description"),
    ],
};

const POLICY: View = View {
    things: "policies",
    columns: &[
        ("name", "name"),
        ("id", "id"),
        ("kind", "kind"),
        ("path", "path"),
        ("description", "description"),
        ("tags", "tags"),
        ("version", "default_version"),
        ("created", "created_at"),
        ("updated", "updated_at"),
        ("flavour", "flavour"),
    ],
};

const VERSIONS: View = View {
    things: "versions",
    columns: &[("version", "version"), ("in force", "is_default"), ("created", "created_at")],
};

const ENTITIES: View = View {
    things: "entities",
    columns: &[("kind", "kind"), ("name", "name"), ("path", "path"), ("as", "usage"), ("since", "since")],
};

pub(super) fn create(session: &Session, policy: &CreatePolicy) -> Result<()> {
    let document = Document::of(&policy.document)?;
    let body = Body::new()
        .with("name", policy.name.as_str())
        .with_some("path", policy.path.as_deref())
        .with_some("description", policy.description.as_deref())
        .with_tags(&policy.tags, false)
        .with_document(&document);
    session.show(&POLICY, &Call::post(&["policies"], &body.json()))
}

pub(super) fn list(session: &Session, what: &ListPolicies) -> Result<()> {
    let call = Call::get(&["policies"])
        .with_some("kind", what.kind.as_deref())
        .with_some("search", what.search.as_deref())
        .with_some("path_prefix", what.path_prefix.as_deref());
    session.list(&POLICIES, &call, what.limit.limit)
}

pub(super) fn show(session: &Session, what: &ShowPolicy) -> Result<()> {
    let call = Call::get(&["policies", &what.policy]);
    if what.document {
        let policy = session.client().ask(&call)?;
        // Byte for byte: it may be written to a file.
        return output::raw(output::field(&policy, "document").context("the policy")?);
    }
    session.show_document(&POLICY, &call, "document")
}

pub(super) fn update(session: &Session, policy: &UpdatePolicy) -> Result<()> {
    let document = Document::maybe(&policy.document)?;
    let path = ["policies", &policy.policy];
    let etag = session.etag(&policy.unchanged, &path)?;
    let body = Body::new()
        .with_some("name", policy.new_name.as_deref())
        .with_some("path", policy.path.as_deref())
        .with_some("description", policy.description.as_deref())
        .with_tags(&policy.tags, policy.no_tags)
        .with_some_document(document.as_ref());
    session.show(&POLICY, &Call::patch(&path, &body.json()).if_match(etag))
}

pub(super) fn versions(session: &Session, policy: &str) -> Result<()> {
    session.list_whole(&VERSIONS, &Call::get(&["policies", policy, "versions"]))
}

pub(super) fn entities(session: &Session, what: &PolicyEntities) -> Result<()> {
    let call = Call::get(&["policies", &what.policy, "entities"])
        .with_some("usage", what.usage.as_deref())
        .with_some("kind", what.kind.as_deref());
    session.list(&ENTITIES, &call, what.limit.limit)
}

pub(super) fn run_version(command: PolicyVersion) -> Result<ExitCode> {
    match command {
        PolicyVersion::Add(asked) => asked.run(add_version),
        PolicyVersion::Show(asked) => asked.run(|session, what| {
            session.show_document(&VERSIONS, &Call::get(&path(what).each_ref().map(String::as_str)), "document")
        }),
        PolicyVersion::Default(asked) => asked.run(|session, what| {
            let body = Body::new().with("version", what.version);
            let call = Call::put(&["policies", &what.policy, "default-version"]).with_body(&body.json());
            session.carry_out(&call, &format!("version {} of policy `{}` is in force", what.version, what.policy))
        }),
        PolicyVersion::Delete(asked) => asked.run(|session, what| {
            let OneVersion { policy, version } = &what.version;
            let question = format!("Delete version {version} of policy `{policy}`?");
            ask::confirm(what.sure.yes, &question, &version.to_string())?;
            let done = format!("version {version} of policy `{policy}` is deleted");
            session.carry_out(&Call::delete(&path(&what.version).each_ref().map(String::as_str)), &done)
        }),
    }
}

fn add_version(session: &Session, what: &AddVersion) -> Result<()> {
    let body = Body::new().with_document(&Document::of(&what.document)?).with("set_default", !what.not_default);
    session.show(&VERSIONS, &Call::post(&["policies", &what.policy, "versions"], &body.json()))
}

fn path(what: &OneVersion) -> [String; 4] {
    ["policies".to_owned(), what.policy.clone(), "versions".to_owned(), what.version.to_string()]
}
