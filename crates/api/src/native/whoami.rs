//! `GET /api/v1/whoami`: who asks. It needs no permission: whoever holds the secret may know whose it is.

use std::{borrow::Cow, future::ready};

use decide::identity::Credential;
use serde::Serialize;

use super::{
    Asker,
    call::Call,
    describe::{NUMBER_MAX, Schema, number, object, one_of, text, time},
    endpoint::{Gives, Noun, get},
    error::Fault,
    response::{Answer, Who},
};

pub(super) static WHOAMI: Noun = Noun {
    name: "whoami",
    about: "Who calls.",
    endpoints: &[get("/api/v1/whoami", "whoAmI")
        .about("Shows who calls, and by which credential")
        .gives(Gives::Object(&CALLER))
        .runs(|call| Box::pin(ready(who(&call))))],
};

static CALLER: Schema = Schema {
    name: "Caller",
    about: "Who calls.",
    fields: &[
        text("account", "The account that it acts in.").length(12, 12).example("418812345678").required(),
        number("id", "Its id.", 1, NUMBER_MAX).example("4519822300938241").required(),
        one_of("kind", "What it is.", &["root", "user", "role"]).required(),
        text("name", "Its name, as policies write it.").example("crn:iam::418812345678:user/alice").required(),
        text("session", "The name of the role's session.").example("deploy-42"),
        object("credential", "By what it proved who it is.", &CREDENTIAL).required(),
    ],
};

static CREDENTIAL: Schema = Schema {
    name: "Credential",
    about: "By what a request was proved to be somebody's.",
    fields: &[
        one_of("kind", "What it is.", &["access_key", "api_key", "session", "bearer_token"]).required(),
        text("id", "Its id, which is no secret.").length(20, 20).example("CVAKQ2X4T7M3B6N5P8R9").required(),
        time("expires_at", "Until when it is good, where it is temporary."),
        text("source_identity", "Who assumed the role, as was said when it was.").example("alice"),
    ],
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
    id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_identity: Option<&'a str>,
}

impl<'a> Proof<'a> {
    fn of(credential: &'a Credential) -> Self {
        match credential {
            Credential::AccessKey(key) => {
                Self { kind: "access_key", id: key.as_str().into(), expires_at: None, source_identity: None }
            }
            Credential::ApiKey(key) => {
                Self { kind: "api_key", id: key.as_str().into(), expires_at: None, source_identity: None }
            }
            // No request of this dialect is proved by one; it is told all the same.
            Credential::Console(id) => {
                Self { kind: "console_session", id: id.to_string().into(), expires_at: None, source_identity: None }
            }
            Credential::Session(session) => Self {
                kind: if session.bearer { "bearer_token" } else { "session" },
                id: session.key.as_str().into(),
                expires_at: Some(session.expires.to_seconds()),
                source_identity: session.assumed.as_ref().and_then(|assumed| assumed.source_identity.as_deref()),
            },
        }
    }
}

fn who(call: &Call) -> Result<Answer, Fault> {
    let Asker { identity, snapshot, .. } = &call.asker;
    let who = Who::of(snapshot, identity.actor, identity.session());
    let who = who.ok_or_else(|| Fault::internal("the caller is not in the snapshot that knew it"))?;
    Answer::ok(&Caller { who, credential: Proof::of(&identity.credential) })
}
