//! `GET /api/v1/whoami`: who asks. It needs no permission: whoever holds the secret may know whose it is.

use decide::identity::Credential;
use serde::Serialize;

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, Who},
};

#[derive(Serialize)]
struct Caller<'a> {
    #[serde(flatten)]
    who: Who,
    credential: Proof<'a>,
}

/// What the request was proved by.
#[derive(Serialize)]
struct Proof<'a> {
    kind: &'static str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_identity: Option<&'a str>,
}

impl<'a> Proof<'a> {
    fn of(credential: &'a Credential) -> Self {
        match credential {
            Credential::AccessKey(key) => {
                Self { kind: "access_key", id: key.as_str(), expires_at: None, source_identity: None }
            }
            Credential::ApiKey(key) => {
                Self { kind: "api_key", id: key.as_str(), expires_at: None, source_identity: None }
            }
            Credential::Session(session) => Self {
                kind: if session.bearer { "bearer_token" } else { "session" },
                id: session.key.as_str(),
                expires_at: Some(session.expires.to_seconds()),
                source_identity: session.assumed.as_ref().and_then(|assumed| assumed.source_identity.as_deref()),
            },
        }
    }
}

pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let who = Who::of(&call.snapshot, call.identity.actor, call.identity.session());
        let who = who.ok_or_else(|| Fault::internal("the caller is not in the snapshot that knew it"))?;
        Answer::ok(&Caller { who, credential: Proof::of(&call.identity.credential) })
    })
}
