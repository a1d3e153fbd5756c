//! From values to bytes.

use decide::{
    identity::Actor,
    session::Session,
    snapshot::{Kind, Snapshot},
};
use hyper::StatusCode;
use serde::Serialize;

use super::error::Fault;
use crate::edge::{JSON, Reply, reply};

/// A success: a JSON object.
pub(super) struct Answer(Vec<u8>);

impl Answer {
    /// 200 with an object.
    pub(super) fn ok(body: &impl Serialize) -> Result<Self, Fault> {
        serde_json::to_vec(body).map(Self).map_err(Fault::internal)
    }

    pub(super) fn reply(self) -> Reply {
        reply(StatusCode::OK, JSON, self.0)
    }
}

/// A principal, as every answer shows it.
#[derive(Debug, Serialize)]
pub(super) struct Who {
    account: String,
    id: u64,
    kind: &'static str,
    name: String,
    /// The name of a role's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Who {
    /// Whoever that is, where it is there.
    pub(super) fn of(snapshot: &Snapshot, actor: Actor, session: Option<&Session>) -> Option<Self> {
        match actor {
            Actor::User(id) => snapshot.principals.get(&id).map(|user| {
                let account = user.account.to_string();
                let (kind, name) = match &user.kind {
                    Kind::Root => ("root", format!("crn:iam::{account}:root")),
                    Kind::User { name, path } => ("user", format!("crn:iam::{account}:user{path}{name}")),
                };
                Self { account, id: id.number(), kind, name, session: None }
            }),
            Actor::Role(id) => snapshot.roles.get(&id).map(|role| {
                let account = role.account.to_string();
                let name = format!("crn:iam::{account}:role{}{}", role.path, role.name);
                let session = session.and_then(|session| session.assumed.as_ref()).map(|assumed| assumed.name.clone());
                Self { account, id: id.number(), kind: "role", name, session }
            }),
        }
    }
}
