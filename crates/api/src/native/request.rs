//! Who sent a request, by what it brings to prove it.

use std::sync::Arc;

use decide::{
    identity::Identity,
    snapshot::Snapshot,
    verify::{self, Proof},
};
use iam::Iam;
use signing::{
    percent::{self, Parameter},
    sigv4::{Authorization, Body, Malformed, rules::Rules},
};

use super::{
    Asker,
    error::Fault,
    terms::{IDEMPOTENCY_KEY, IF_MATCH},
};
use edge::Received;

/// The service for which requests to us are signed.
const SERVICE: &str = "claviger";
/// How an authorisation begins that is a token and its own proof.
const BEARER: &str = "Bearer ";
/// The service that a key is noted as used for.
const NOTED_AS: &str = "iam";
/// What a presigned request has in its query beside the call's own parameters.
pub(super) const OF_THE_SIGNATURE: &[&str] = &[
    "X-Amz-Algorithm",
    "X-Amz-Content-Sha256",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// Who it is, and the snapshot that knows it.
type Known = (Identity, Arc<Snapshot>);

/// Where what proves it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    Query,
}

/// Who sent the request, and where what proves it stood.
pub(super) async fn authenticate(iam: &Arc<Iam>, received: &Received) -> Result<(Asker, Place), Fault> {
    let parameters =
        percent::decode_query(&received.query).map_err(|_| Fault::malformed(&"the query holds a broken escape"))?;
    let bearer = received.header("authorization").and_then(|text| text.strip_prefix(BEARER));
    let is_signed = || parameters.iter().any(|parameter| OF_THE_SIGNATURE.contains(&&*parameter.name));
    if received.brings_session() && (received.header("authorization").is_some() || is_signed()) {
        return Err(Fault::ambiguous("the request is signed in to the console, too"));
    }
    let ((identity, snapshot), place) = match bearer {
        // A signature in the query beside it would be a second credential (SEC-048).
        Some(_) if is_signed() => {
            return Err(Fault::bad_signature(Malformed::InHeaderAndQuery));
        }
        Some(token) => (verified(iam, &Proof::Bearer(token.trim_ascii())).await?, Place::Header),
        None => signed(iam, received, &parameters).await?,
    };
    received.notes.caller(&identity);
    iam.note_use_by(&identity, NOTED_AS, &received.origin.source);
    Ok((Asker { iam: Arc::clone(iam), identity, origin: received.origin.clone(), snapshot }, place))
}

/// The strict rules of our own calls hold: all that counts is signed, the body always (SEC-070 to SEC-073).
async fn signed(iam: &Iam, received: &Received, query: &[Parameter<'_>]) -> Result<(Known, Place), Fault> {
    let headers: Vec<(&str, &str)> = received.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    let authorization = Authorization::parse(&headers, query).map_err(Fault::bad_signature)?;
    let place = place(&authorization, received)?;
    let request =
        signing::Request { method: &received.method, path: &received.path, query: &received.query, headers: &headers };
    let (body, rules) = (Body::Whole(&received.body), Rules::MANAGEMENT);
    let proof = Proof::SigV4 { authorization: &authorization, request: &request, body, rules };
    Ok((verified(iam, &proof).await?, place))
}

/// Where the signature stands. A presigned request only reads, as it may be handed on.
///
/// Errors: it stands where it is not taken, is meant for another service, or leaves out a header on which it depends
/// what is done.
fn place(authorization: &Authorization<'_>, received: &Received) -> Result<Place, Fault> {
    if authorization.scope().service != SERVICE {
        return Err(Fault::malformed(&"its credential is meant for another service"));
    }
    for header in [IF_MATCH, IDEMPOTENCY_KEY] {
        if received.header(header).is_some() && !authorization.signs(header) {
            return Err(Fault::malformed(&format!("it must sign the header `{header}`")));
        }
    }
    match authorization.expire_s() {
        None => Ok(Place::Header),
        Some(_) if received.method == "GET" => Ok(Place::Query),
        Some(_) => Err(Fault::malformed(&"a presigned request may only read: it must stand in the header")),
    }
}

async fn verified(iam: &Iam, proof: &Proof<'_>) -> Result<Known, Fault> {
    let now = iam.now();
    let mut snapshot = iam.snapshot()?;
    let mut verdict = verify::verify(&snapshot, proof, now);
    if verdict.as_ref().is_err_and(|refusal| refusal.may_be_news()) && iam.catch_up().await {
        // The key may have been made on another node a moment ago.
        snapshot = iam.snapshot()?;
        verdict = verify::verify(&snapshot, proof, now);
    }
    let identity = verdict.map_err(|refusal| Fault::not_accepted(refusal, &now.to_seconds()))?;
    Ok((identity, snapshot))
}
