//! Temporary credentials: the calls of the vendor's STS, which live beside those of IAM.
//!
//! Facts of the wire: the STS clients of the three official SDKs and their tests, and the page "`AssumeRole`".

use base::{
    ids::AccountId,
    json::{self, Kind, Limits, Value},
};
use data_encoding::BASE64;
use decide::identity::Actor;
use iam::{
    caller::Caller,
    policies::PolicyDocument,
    sessions::{AssumeRole, Credentials, GetBearerToken, GetSessionToken, Lifetime, SessionName},
    values::Tags,
};
use policy::grammar::Flavour;
use serde::Serialize;
use serde_json::json;

use super::{
    Call, Pending,
    error::Fault,
    request::{AUTHORIZATION, PRESIGNED_READS},
    response::{Answer, hex_id},
};

/// How long a session of the caller itself lasts unless it says otherwise: 12 hours.
const SESSION_S: u64 = 43_200;
/// The same of a role's, and the most: the service lets none last longer.
const ROLE_S: u64 = 7_200;
/// The same of a bearer token.
const BEARER_S: u64 = 1_800;
/// The least and the most of it, in seconds.
const BEARER_RANGE_S: std::ops::RangeInclusive<u64> = 300..=2_592_000;
/// The member that makes a body a document.
const ENTRIES: &str = "accessControlList";

/// Whether a call reads the body by itself: for what is wrong with it there are codes of its own.
pub(super) fn reads_its_body(path: &str) -> bool {
    matches!(path, "/v1/sessionToken" | "/v1/credential")
}

/// Credentials on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CredentialsModel {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    create_time: String,
    expiration: String,
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
}

impl CredentialsModel {
    /// `user`: who asked; the credentials' own number is the role's, where they are a role's.
    fn new(credentials: &Credentials, user: String) -> Self {
        let role_id = match credentials.actor {
            Actor::User(_) => None,
            Actor::Role(role) => Some(hex_id(role.number())),
        };
        Self {
            access_key_id: credentials.key.to_string(),
            secret_access_key: credentials.secret.expose().to_owned(),
            session_token: credentials.token.expose().to_owned(),
            create_time: credentials.issued.to_seconds(),
            expiration: credentials.expires.to_seconds(),
            user_id: user,
            role_id,
        }
    }
}

/// `POST /v1/sessionToken`
pub(super) fn session_token(call: Call) -> Pending {
    Box::pin(async move {
        let lifetime = lifetime(&call, "durationSeconds")?.map_or(Lifetime::AtMost(SESSION_S), Lifetime::Exactly);
        let policy = document(&call.raw)?;
        let user = asking(&call.caller);
        let credentials = call.iam.change(call.caller, GetSessionToken { lifetime, policy }).await?;
        Ok(Answer::ok(&CredentialsModel::new(&credentials, user)))
    })
}

/// `POST /v1/credential?assumeRole`
pub(super) fn assume_role(call: Call) -> Pending {
    Box::pin(async move {
        if call.query.get("assumeRole").is_none() {
            return Err(Fault::inappropriate_json("the parameter `assumeRole` is missing"));
        }
        let wanted = |name: &'static str| {
            let text = call.query.get(name).filter(|text| !text.is_empty());
            text.ok_or_else(|| Fault::inappropriate_json(format!("the parameter `{name}` is missing")))
        };
        let account = AccountId::parse(wanted("accountId")?)
            .map_err(|_| Fault::inappropriate_json("`accountId` must be an account's twelve digits"))?;
        let lifetime = match lifetime(&call, "durationSeconds")? {
            None => Lifetime::AtMost(ROLE_S),
            Some(seconds @ ..=ROLE_S) => Lifetime::Exactly(seconds),
            Some(_) => {
                return Err(Fault::inappropriate_json(format!("`durationSeconds` must be at most {ROLE_S}")));
            }
        };
        let assume = AssumeRole {
            account: Some(account),
            role: wanted("roleName")?.to_owned(),
            name: session_name(&call)?,
            lifetime,
            external_id: None,
            source_identity: None,
            tags: Tags::default(),
            policy: document(&call.raw)?,
        };
        let user = asking(&call.caller);
        let assumed = call.iam.change(call.caller, assume).await?;
        Ok(Answer::ok(&CredentialsModel::new(&assumed.credentials, user)))
    })
}

/// `GET /v1/BCE-BEARER/token`. It makes what lasts, so a URL that was handed on does not do it (SEC-304).
pub(super) fn bearer_token(call: Call) -> Pending {
    Box::pin(async move {
        if call.query.iter().any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION)) {
            return Err(Fault::bad_authorization(&PRESIGNED_READS));
        }
        let seconds = lifetime(&call, "expireInSeconds")?.unwrap_or(BEARER_S);
        if !BEARER_RANGE_S.contains(&seconds) {
            return Err(Fault::inappropriate_json("`expireInSeconds` must be from 300 to 2592000"));
        }
        let text = call.query.get("acl").filter(|text| !text.is_empty());
        let text = text.map(|text| BASE64.decode(text.as_bytes())).transpose();
        let text = text.map_err(|_| Fault::inappropriate_json("`acl` must be base64"))?;
        let policy = text.map_or(Ok(None), |text| document(&text))?;
        let user = asking(&call.caller);
        let get = GetBearerToken { lifetime: Lifetime::Exactly(seconds), policy };
        let credentials = call.iam.change(call.caller, get).await?;
        Ok(Answer::ok(&json!({
            "userId": user,
            "token": credentials.token.expose(),
            "createTime": credentials.issued.to_seconds(),
            "expireTime": credentials.expires.to_seconds(),
        })))
    })
}

/// A number of seconds in the query; the SDKs send it as a number or as text, which is the same there.
fn lifetime(call: &Call, name: &str) -> Result<Option<u64>, Fault> {
    let Some(text) = call.query.get(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    number.map(Some).ok_or_else(|| Fault::inappropriate_json(format!("`{name}` must be a number of seconds")))
}

/// The document that limits the session: the body itself, byte for byte, or the text in it where a newer SDK wraps one.
/// The SDKs' tests expect codes of their own for what is none.
fn document(body: &[u8]) -> Result<Option<PolicyDocument>, Fault> {
    if body.is_empty() {
        return Ok(None);
    }
    let value = json::parse(body, Limits::API).map_err(|error| Fault::invalid_request_body(&error))?;
    let text = match value.get(ENTRIES) {
        Some(Value { kind: Kind::String(wrapped), .. }) if wrapped.trim_start().starts_with('[') => {
            format!("{{\"{ENTRIES}\":{wrapped}}}")
        }
        Some(Value { kind: Kind::String(wrapped), .. }) => wrapped.clone(),
        Some(_) => std::str::from_utf8(body).map_err(|_| Fault::bad_acl("it is not UTF-8"))?.to_owned(),
        None => return Err(Fault::bad_acl("it has no `accessControlList`")),
    };
    Ok(Some(PolicyDocument::parse(text, Flavour::Acl)?))
}

/// What the role's session is called. The wire has no name for it: it is who asks, as far as a name can say it.
fn session_name(call: &Call) -> Result<SessionName, Fault> {
    let Caller::Principal { identity, .. } = &call.caller else { return Ok(SessionName::parse("operator")?) };
    let snapshot = call.iam.snapshot()?;
    let named = match identity.actor {
        Actor::User(id) => snapshot.principals.get(&id).and_then(|user| match &user.kind {
            decide::snapshot::Kind::Root => SessionName::parse("root").ok(),
            decide::snapshot::Kind::User { name, .. } => SessionName::parse(name).ok(),
        }),
        Actor::Role(_) => {
            let assumed = identity.session().and_then(|session| session.assumed.as_ref());
            assumed.and_then(|assumed| SessionName::parse(&assumed.name).ok())
        }
    };
    // A name of other letters cannot be a session's: the number says who it is.
    named.map_or_else(|| Ok(SessionName::parse(&asking(&call.caller))?), Ok)
}

/// Who asks, as ids are written.
fn asking(caller: &Caller) -> String {
    let number = match caller {
        Caller::Principal { identity, .. } => match identity.actor {
            Actor::User(id) => id.number(),
            Actor::Role(id) => id.number(),
        },
        Caller::Operator { .. } => 0,
    };
    hex_id(number)
}
