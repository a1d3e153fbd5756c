//! Ending sessions before their time.

use base::timestamp::Timestamp;
use iam::{
    access_keys::Owner,
    action::Action,
    sessions::{RevokeOfRole, RevokeOfUser},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Schema, time},
    endpoint::{Gives, Noun, post},
    error::Fault,
    response::Answer,
};

pub(super) static SESSIONS: Noun = Noun {
    name: "sessions",
    about: "Sessions are stored nowhere; they are ended by the moment at which they began.",
    endpoints: &[
        post("/api/v1/users/{user}/revoke-sessions", "revokeUserSessions")
            .asks(Action::RevokeUserSessions)
            .about("Ends all sessions of a user, and those of roles that it assumed, that began before a moment")
            .takes(&REVOCATION)
            .gives(Gives::Object(&MARK))
            .runs(|call| Box::pin(of_user(call))),
        post("/api/v1/roles/{role}/revoke-sessions", "revokeRoleSessions")
            .asks(Action::RevokeRoleSessions)
            .about("Ends all sessions of a role that began before a moment")
            .takes(&REVOCATION)
            .gives(Gives::Object(&MARK))
            .runs(|call| Box::pin(of_role(call))),
        post("/api/v1/root/revoke-sessions", "revokeRootSessions")
            .asks(Action::RevokeUserSessions)
            .about("Ends all sessions of the account's root user that began before a moment")
            .takes(&REVOCATION)
            .gives(Gives::Object(&MARK))
            .runs(|call| Box::pin(of_user(call))),
    ],
};

static REVOCATION: Schema = Schema {
    name: "Revocation",
    about: "Which sessions to end.",
    fields: &[time("before", "Those that began before it; now where it is not said.")],
};

static MARK: Schema = Schema {
    name: "SessionMark",
    about: "Which sessions count no more.",
    fields: &[time("before", "Those that began before it.").required()],
};

/// A mark on the wire.
#[derive(Serialize)]
struct MarkModel {
    before: String,
}

async fn of_user(call: Call) -> Result<Answer, Fault> {
    let owner = if call.names.is_empty() { Owner::Root } else { Owner::User(call.name(0)?) };
    let before = before(&call)?;
    call.change(RevokeOfUser { owner, before }, told).await
}

async fn of_role(call: Call) -> Result<Answer, Fault> {
    let (role, before) = (call.name(0)?, before(&call)?);
    call.change(RevokeOfRole { role, before }, told).await
}

fn before(call: &Call) -> Result<Option<Timestamp>, Fault> {
    let text = call.body.text("before");
    let read = |text| Timestamp::parse_seconds(text).ok_or_else(|| Fault::invalid("`before` is not a moment"));
    text.map(read).transpose()
}

/// What is told is to the second, and the mark is later by less than one: whoever reads it errs to the safe side.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "whatever turns an output into an answer borrows it")]
fn told(mark: &Timestamp) -> Result<Answer, Fault> {
    Answer::ok(&MarkModel { before: mark.to_seconds() })
}
