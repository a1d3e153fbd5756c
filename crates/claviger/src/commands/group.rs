//! `claviger group …`

use std::process::ExitCode;

use anyhow::Result;

use super::{attachments, body::Body, output::View, session::Session, user};
use crate::{
    cli::{CreateGroup, Group, Membership, UpdateGroup},
    client::Call,
};

/// Groups in a list.
pub(super) const GROUPS: View = View {
    things: "groups",
    columns: &[("name", "name"), ("path", "path"), ("created", "created_at"), ("remarks", "remarks")],
};

const GROUP: View = View {
    things: "groups",
    columns: &[
        ("name", "name"),
        ("id", "id"),
        ("path", "path"),
        ("remarks", "remarks"),
        ("created", "created_at"),
        ("updated", "updated_at"),
    ],
};

pub(super) fn run(command: Group) -> Result<ExitCode> {
    match command {
        Group::Create(asked) => asked.run(create),
        Group::List(asked) => asked.run(|session, what| session.list(&GROUPS, &Call::get(&["groups"]), what.limit)),
        Group::Show(asked) => asked.run(|session, group| session.show(&GROUP, &Call::get(&["groups", &group.name]))),
        Group::Update(asked) => asked.run(update),
        Group::Delete(asked) => asked.run(|session, what| session.delete("group", &what.name, &what.deletion)),
        Group::Add(asked) => asked.run(|session, what| for_each_user(session, what, Call::put, "is in")),
        Group::Remove(asked) => asked.run(|session, what| for_each_user(session, what, Call::delete, "is not in")),
        Group::Members(asked) => asked.run(|session, what| {
            session.list(&user::USERS, &Call::get(&["groups", &what.name, "users"]), what.limit.limit)
        }),
        Group::Policies(asked) => asked.run(|session, group| attachments::list(session, "groups", &group.name)),
    }
}

fn create(session: &Session, group: &CreateGroup) -> Result<()> {
    let body = Body::new()
        .with("name", group.name.as_str())
        .with_some("path", group.path.as_deref())
        .with_some("remarks", group.remarks.as_deref());
    session.show(&GROUP, &Call::post(&["groups"], &body.json()))
}

fn update(session: &Session, group: &UpdateGroup) -> Result<()> {
    let path = ["groups", &group.name];
    let etag = session.etag(&group.unchanged, &path)?;
    let body = Body::new()
        .with_some("name", group.new_name.as_deref())
        .with_some("path", group.path.as_deref())
        .with_some("remarks", group.remarks.as_deref());
    session.show(&GROUP, &Call::patch(&path, &body.json()).if_match(etag))
}

/// Ends at the first user with whom it does not work.
fn for_each_user(session: &Session, what: &Membership, call: fn(&[&str]) -> Call, is: &str) -> Result<()> {
    for user in &what.users {
        let call = call(&["groups", &what.group, "users", user]);
        session.carry_out(&call, &format!("user `{user}` {is} group `{}`", what.group))?;
    }
    Ok(())
}
