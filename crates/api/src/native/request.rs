//! Who sent a request, by its signature.

use std::sync::Arc;

use decide::{
    identity::Identity,
    snapshot::Snapshot,
    verify::{self, Proof},
};
use iam::Iam;
use signing::{
    percent,
    sigv4::{Authorization, Body, rules::Rules},
};

use super::error::Fault;
use crate::edge::Received;

/// The service for which requests to us are signed.
const SERVICE: &str = "claviger";
/// How an authorisation begins that is a token and its own proof.
const BEARER: &str = "Bearer ";
/// The service that a key is noted as used for.
const NOTED_AS: &str = "iam";

/// Who sent the request, and the snapshot that knows it.
pub(super) async fn authenticate(iam: &Iam, received: &Received) -> Result<(Identity, Arc<Snapshot>), Fault> {
    let bearer = received.header("authorization").and_then(|text| text.strip_prefix(BEARER));
    let (identity, snapshot) = match bearer {
        Some(token) => verified(iam, &Proof::Bearer(token.trim_ascii())).await?,
        None => signed(iam, received).await?,
    };
    iam.note_use_by(&identity, NOTED_AS, &received.origin.source);
    Ok((identity, snapshot))
}

/// The strict rules of our own calls hold: all that counts is signed, the body always (SEC-070 to SEC-073), and the
/// signature is in the header.
async fn signed(iam: &Iam, received: &Received) -> Result<(Identity, Arc<Snapshot>), Fault> {
    let headers: Vec<(&str, &str)> = received.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    let parameters =
        percent::decode_query(&received.query).map_err(|_| Fault::malformed(&"the query holds a broken escape"))?;
    let authorization = Authorization::parse(&headers, &parameters).map_err(Fault::bad_signature)?;
    if authorization.expire_s().is_some() {
        return Err(Fault::malformed(&"it must stand in the header"));
    }
    if authorization.scope().service != SERVICE {
        return Err(Fault::malformed(&"its credential is meant for another service"));
    }
    let request =
        signing::Request { method: &received.method, path: &received.path, query: &received.query, headers: &headers };
    let (body, rules) = (Body::Whole(&received.body), Rules::MANAGEMENT);
    verified(iam, &Proof::SigV4 { authorization: &authorization, request: &request, body, rules }).await
}

async fn verified(iam: &Iam, proof: &Proof<'_>) -> Result<(Identity, Arc<Snapshot>), Fault> {
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
