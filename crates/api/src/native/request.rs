//! Who sent a request, by its signature.

use std::sync::Arc;

use decide::{
    snapshot::Snapshot,
    verify::{self, Identity, Proof, Refusal},
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
/// The service that a key is noted as used for.
const NOTED_AS: &str = "iam";

/// Who sent the request, and the snapshot that knows it. The strict rules of our own calls hold: all that counts is
/// signed, the body always (SEC-070 to SEC-073), and the signature is in the header.
pub(super) async fn authenticate(iam: &Iam, received: &Received) -> Result<(Identity, Arc<Snapshot>), Fault> {
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
    let proof = Proof::SigV4 { authorization: &authorization, request: &request, body, rules };

    let now = iam.now();
    let mut snapshot = iam.snapshot()?;
    let mut verdict = verify::verify(&snapshot, &proof, now);
    if verdict == Err(Refusal::UnknownKey) && iam.catch_up().await {
        // The key may have been made on another node a moment ago.
        snapshot = iam.snapshot()?;
        verdict = verify::verify(&snapshot, &proof, now);
    }
    let identity = verdict.map_err(|refusal| Fault::not_accepted(refusal, &now.to_seconds()))?;
    iam.note_use(identity.access_key, NOTED_AS, &received.origin.source);
    Ok((identity, snapshot))
}
