//! From values to bytes.

use decide::snapshot::{Kind, Principal};
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
}

impl Who {
    pub(super) fn of(principal: &Principal) -> Self {
        let account = principal.account.to_string();
        let (kind, name) = match &principal.kind {
            Kind::Root => ("root", format!("crn:iam::{account}:root")),
            Kind::User { name, path } => ("user", format!("crn:iam::{account}:user{path}{name}")),
        };
        Self { account, id: principal.id.number(), kind, name }
    }
}
