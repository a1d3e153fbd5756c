//! From bytes to a call: the body, and who sent it.

use base::json::{self, Kind, Limits};
use decide::{
    identity::Identity,
    verify::{self, Proof},
};
use edge::Received;
use iam::{Iam, caller::Caller};
use signing::{bce_v1, percent};

use super::error::Fault;
use crate::members::Members;

/// The service that a key is noted as used for.
const SERVICE: &str = "iam";
/// Where a signature may stand in the query of a pre-signed URL.
pub(super) const AUTHORIZATION: &str = "authorization";
/// What such a URL is not for.
pub(super) const PRESIGNED_READS: &str = "a pre-signed URL may only read";
/// Where the token of a session stands: a header, or a parameter of the query.
const SECURITY_TOKEN: &str = "x-bce-security-token";
/// How an authorisation begins that is a token and its own proof.
const BEARER: &str = "Bearer ";

/// The body: nothing, or a JSON object (SEC-142).
pub(super) fn body(received: &Received) -> Result<Members, Fault> {
    if received.body.is_empty() {
        return Ok(Members::of(None));
    }
    let value = json::parse(&received.body, Limits::API).map_err(|error| Fault::bad_json(&error))?;
    match value.kind {
        Kind::Object(_) => Ok(Members::of(Some(value))),
        _ => Err(Fault::inappropriate_json("the body must be a JSON object")),
    }
}

/// Who sent the request: by its signature, or by a token that is its own proof.
pub(super) async fn authenticate(iam: &Iam, received: &Received) -> Result<Caller, Fault> {
    let text = authorization(received)?;
    if received.brings_session() {
        return Err(Fault::bad_authorization(&"the request is signed in to the console, too"));
    }
    let identity = match text.strip_prefix(BEARER) {
        Some(token) => verified(iam, &Proof::Bearer(token.trim_ascii())).await?,
        None => signed(iam, received, &text).await?,
    };
    received.notes.caller(&identity);
    iam.note_use_by(&identity, SERVICE, &received.origin.source);
    Ok(Caller::of(identity, received.origin.clone()))
}

async fn signed(iam: &Iam, received: &Received, text: &str) -> Result<Identity, Fault> {
    let authorization = bce_v1::Authorization::parse(text).map_err(|problem| Fault::bad_authorization(&problem))?;
    // A header that is absent or empty has no line in what is signed.
    let has_host = received.header("host").is_some_and(|host| !host.trim_ascii().is_empty());
    if !has_host || !authorization.signs("host") {
        return Err(Fault::bad_authorization(&"it must sign the header `host`"));
    }
    let headers: Vec<(&str, &str)> = received.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    if !bce_v1::body_matches(&headers, &received.body) {
        return Err(Fault::bad_digest());
    }
    if !body_is_safe(received, &authorization) {
        return Err(Fault::body_not_covered());
    }
    let request =
        signing::Request { method: &received.method, path: &received.path, query: &received.query, headers: &headers };
    let token = session_token(received)?;
    verified(iam, &Proof::BceV1 { authorization: &authorization, request: &request, token: token.as_deref() }).await
}

async fn verified(iam: &Iam, proof: &Proof<'_>) -> Result<Identity, Fault> {
    let now = iam.now();
    let mut verdict = verify::verify(&*iam.snapshot()?, proof, now);
    if verdict.as_ref().is_err_and(|refusal| refusal.may_be_news()) && iam.catch_up().await {
        // The key may have been made on another node a moment ago.
        verdict = verify::verify(&*iam.snapshot()?, proof, now);
    }
    verdict.map_err(Fault::not_accepted)
}

/// The token of a session, from its header or from the query (where it is signed with it).
fn session_token(received: &Received) -> Result<Option<String>, Fault> {
    let parameters =
        percent::decode_query(&received.query).map_err(|_| Fault::bad_uri("its query holds a broken escape"))?;
    let mut in_query = parameters.into_iter().filter(|parameter| parameter.name.eq_ignore_ascii_case(SECURITY_TOKEN));
    let header = received.header(SECURITY_TOKEN).map(str::trim_ascii).filter(|token| !token.is_empty());
    match (header, in_query.next(), in_query.next()) {
        (header, None, _) => Ok(header.map(str::to_owned)),
        (None, Some(parameter), None) => Ok(Some(parameter.value.into_owned())),
        _ => Err(Fault::bad_authorization(&"there are two session tokens")),
    }
}

/// Whether nobody on the way can have changed the body: there is none, the signature covers its hash, or the way
/// is safe by itself (SEC-304).
fn body_is_safe(received: &Received, authorization: &bce_v1::Authorization<'_>) -> bool {
    let covers = |name: &str| received.header(name).is_some() && authorization.signs(name);
    received.secure || received.body.is_empty() || covers(bce_v1::CONTENT_MD5) || covers(bce_v1::CONTENT_SHA256)
}

/// The authorisation text, from the header or (for reading only) from the query; not from both (SEC-048).
fn authorization(received: &Received) -> Result<String, Fault> {
    let mut in_query = percent::decode_query(&received.query)
        .map_err(|_| Fault::bad_uri("its query holds a broken escape"))?
        .into_iter()
        .filter(|parameter| parameter.name.eq_ignore_ascii_case(AUTHORIZATION))
        .map(|parameter| parameter.value.into_owned());
    let (in_query, another) = (in_query.next(), in_query.next());
    if another.is_some() {
        return Err(Fault::bad_authorization(&"it stands in the query twice"));
    }
    match (received.header(AUTHORIZATION), in_query) {
        (Some(_), Some(_)) => Err(Fault::bad_authorization(&"it stands in the header and in the query")),
        (Some(text), None) => Ok(text.to_owned()),
        (None, Some(text)) if received.method == "GET" => Ok(text),
        (None, Some(_)) => Err(Fault::bad_authorization(&PRESIGNED_READS)),
        (None, None) => Err(Fault::no_authorization()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-304: over plain HTTP from elsewhere, a body counts only when the signature covers its hash.
    #[test]
    fn sec_304_a_body_that_is_not_covered_is_taken_over_a_safe_way_only() {
        let signature = "0".repeat(64);
        let safe = |secure: bool, body: &'static [u8], hash: Option<&str>, signed: &str| {
            let mut received = Received::local("/v1/user", body, String::new());
            received.secure = secure;
            received.headers = hash.map(|name| (name.to_owned(), "x".to_owned())).into_iter().collect();
            let text = format!("bce-auth-v1/ak/2026-01-01T00:00:00Z/1800/{signed}/{signature}");
            body_is_safe(&received, &bce_v1::Authorization::parse(&text).unwrap())
        };
        let md5 = Some(bce_v1::CONTENT_MD5);
        assert!(safe(true, b"{}", None, "host"));
        assert!(safe(false, b"", None, "host"));
        assert!(safe(false, b"{}", md5, "content-md5;host"));
        assert!(safe(false, b"{}", md5, ""), "the default set has it");
        assert!(!safe(false, b"{}", None, "host"));
        assert!(!safe(false, b"{}", None, "content-md5;host"), "named, but not there");
        assert!(!safe(false, b"{}", md5, "host"), "there, but not signed");
    }
}
