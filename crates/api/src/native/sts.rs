//! Temporary credentials: of the caller itself, and of roles.

use base::ids::AccountId;
use iam::{
    action::Action,
    sessions::{AssumeRole, Credentials, GetBearerToken, GetSessionToken, Lifetime, SessionName},
    values::Tags,
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, NUMBER_MAX, Schema, number, object, one_of, text, time},
    endpoint::{Gives, Noun, post},
    error::Fault,
    response::{Answer, Who},
    values::{DOCUMENT, FLAVOUR, TAGS, document},
};

pub(super) static STS: Noun = Noun {
    name: "sts",
    about: "Temporary credentials: they end by themselves, and can be ended before.",
    endpoints: &[
        post("/api/v1/sts/session-token", "getSessionToken")
            .asks(Action::GetSessionToken)
            .about("Gives temporary credentials of the caller itself; asked for with a long-term access key")
            .takes(&NEW_SESSION)
            .gives(Gives::Object(&CREDENTIALS))
            .secret()
            .runs(|call| Box::pin(session_token(call))),
        post("/api/v1/sts/assume-role", "assumeRole")
            .asks(Action::AssumeRole)
            .about("Gives temporary credentials of a role that trusts the caller")
            .takes(&ASSUME_ROLE)
            .gives(Gives::Object(&CREDENTIALS))
            .secret()
            .runs(|call| Box::pin(assume_role(call))),
        post("/api/v1/sts/bearer-token", "getBearerToken")
            .asks(Action::GetBearerToken)
            .about("Gives a token of the caller itself that is its own proof; asked for with a long-term access key")
            .takes(&NEW_BEARER)
            .gives(Gives::Object(&BEARER))
            .secret()
            .runs(|call| Box::pin(bearer_token(call))),
    ],
};

/// The longest session of a user, of a role and of a bearer token, in seconds.
const SESSION_MAX_S: u64 = 129_600;
const ROLE_MAX_S: u64 = 43_200;
const BEARER_MAX_S: u64 = 2_592_000;
/// How long they last unless it is said otherwise, in seconds.
const SESSION_S: u64 = 43_200;
const ROLE_S: u64 = 3_600;

const SESSION_LASTS: Field =
    number("duration_s", "How long it lasts, in seconds; 12 hours where it is not said.", 1, SESSION_MAX_S);
const BEARER_LASTS: Field =
    number("duration_s", "How long it lasts, in seconds; an hour where it is not said.", 1, BEARER_MAX_S);
const ROLE_LASTS: Field = number(
    "duration_s",
    "How long it lasts, in seconds, at most as long as the role allows; an hour where it is not said.",
    1,
    ROLE_MAX_S,
);
const ISSUED: Field = time("issued_at", "From when on they count.").required();
const EXPIRES: Field = time("expires_at", "When they cease to.").example("2026-11-24T12:00:00Z").required();

static NEW_SESSION: Schema = Schema {
    name: "NewSession",
    about: "What a session is to be. A document narrows it and never widens it.",
    fields: &[SESSION_LASTS, DOCUMENT, FLAVOUR],
};

static NEW_BEARER: Schema = Schema {
    name: "NewBearerToken",
    about: "What a bearer token is to be. A document narrows it and never widens it.",
    fields: &[BEARER_LASTS, DOCUMENT, FLAVOUR],
};

static ASSUME_ROLE: Schema = Schema {
    name: "AssumeRole",
    about: "Which role, and what is said to its trust document.",
    fields: &[
        text("account", "The role's account, where it is another one.")
            .length(12, 12)
            .pattern("^[1-9][0-9]{11}$")
            .example("418812345678"),
        text("role", "The role's name.").length(1, 128).example("deploy").required(),
        text("session_name", "What the session is called in the audit trail.")
            .length(2, 64)
            .pattern(r"^[A-Za-z0-9_+=,.@\-]+$")
            .example("build-7")
            .required(),
        ROLE_LASTS,
        text("external_id", "What the role's owner has told a third party to say.")
            .length(2, 1_224)
            .example("order:4711"),
        text("source_identity", "Who is behind the session; it stays along a chain of roles.")
            .length(2, 64)
            .example("alice"),
        TAGS,
        DOCUMENT,
        FLAVOUR,
    ],
};

static CREDENTIALS: Schema = Schema {
    name: "Credentials",
    about: "Temporary credentials and the only sight of them. Requests signed with the key bring the token.",
    fields: &[
        text("access_key_id", "The key's id.").length(20, 20).example("CVTKQ2X4T7M3B6N5P8R9").required(),
        text("secret_access_key", "The secret half.")
            .length(44, 44)
            .example("wZ3kJ8vQ1nR6tY2mB5xC9dF4gH7jL0pS3aE6uI8oT1yK")
            .required(),
        text("session_token", "The token.").length(1, 8_192).example("AQ…").required(),
        ISSUED,
        EXPIRES,
        object("principal", "Whose they are.", &PRINCIPAL).required(),
    ],
};

static PRINCIPAL: Schema = Schema {
    name: "SessionPrincipal",
    about: "Whose credentials they are.",
    fields: &[
        text("account", "The account that they act in.").length(12, 12).example("418812345678").required(),
        number("id", "Its id.", 1, NUMBER_MAX).example("4519822300938241").required(),
        one_of("kind", "What it is.", &["root", "user", "role"]).required(),
        text("name", "Its name, as policies write it.").example("crn:iam::418812345678:role/deploy").required(),
        text("session", "The name of the role's session.").example("build-7"),
    ],
};

static BEARER: Schema = Schema {
    name: "BearerToken",
    about: "A token that is its own proof and the only sight of it: `Authorization: Bearer …`.",
    fields: &[text("token", "The token.").length(1, 8_192).example("clvt_AQ…").required(), ISSUED, EXPIRES],
};

/// Credentials on the wire.
#[derive(Serialize)]
struct CredentialsModel<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    issued_at: String,
    expires_at: String,
    principal: Who,
}

/// A bearer token on the wire.
#[derive(Serialize)]
struct BearerModel<'a> {
    token: &'a str,
    issued_at: String,
    expires_at: String,
}

async fn session_token(call: Call) -> Result<Answer, Fault> {
    let lifetime = Lifetime::Exactly(call.body.number(SESSION_LASTS.name).unwrap_or(SESSION_S));
    let operation = GetSessionToken { lifetime, policy: document(&call.body)? };
    let iam = std::sync::Arc::clone(&call.asker.iam);
    call.change(operation, move |credentials| told(&iam, credentials, None)).await
}

async fn assume_role(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let account = body.text("account").map(AccountId::parse).transpose();
    let lifetime = body.number(ROLE_LASTS.name).map_or(Lifetime::AtMost(ROLE_S), Lifetime::Exactly);
    let name = SessionName::parse(body.required_text("session_name")?)?;
    let operation = AssumeRole {
        account: account.map_err(|_| Fault::invalid("`account` must be twelve digits, the first 1 to 9"))?,
        role: body.required_text("role")?.to_owned(),
        name: name.clone(),
        lifetime,
        external_id: body.text("external_id").map(str::to_owned),
        source_identity: body.text("source_identity").map(str::to_owned),
        tags: Tags::parse(body.texts(TAGS.name).unwrap_or_default())?,
        policy: document(body)?,
    };
    let iam = std::sync::Arc::clone(&call.asker.iam);
    call.change(operation, move |assumed| told(&iam, &assumed.credentials, Some(name.as_str()))).await
}

async fn bearer_token(call: Call) -> Result<Answer, Fault> {
    let lifetime = Lifetime::Exactly(call.body.number(BEARER_LASTS.name).unwrap_or(ROLE_S));
    let operation = GetBearerToken { lifetime, policy: document(&call.body)? };
    call.change(operation, |credentials: &Credentials| {
        Answer::ok(&BearerModel {
            token: credentials.token.expose(),
            issued_at: credentials.issued.to_seconds(),
            expires_at: credentials.expires.to_seconds(),
        })
    })
    .await
}

fn told(iam: &iam::Iam, credentials: &Credentials, session: Option<&str>) -> Result<Answer, Fault> {
    let who = Who::of(&*iam.snapshot()?, credentials.actor, None);
    let who = who.ok_or_else(|| Fault::internal("nobody is there whose credentials were made"))?;
    Answer::ok(&CredentialsModel {
        access_key_id: credentials.key.as_str(),
        secret_access_key: credentials.secret.expose(),
        session_token: credentials.token.expose(),
        issued_at: credentials.issued.to_seconds(),
        expires_at: credentials.expires.to_seconds(),
        principal: who.in_session(session),
    })
}
