//! Calling by temporary credentials, as a client does: with a signature, or with a token that is its own proof.

use decide::{
    identity::Identity,
    session::BEARER_PREFIX,
    verify::{Proof, Refusal, verify},
};
use signing::{
    Request,
    sigv4::{self, Body, rules::Rules},
};

use super::{Node, origin};
use crate::{caller::Caller, sessions::Credentials};

/// Who calls by these, as the node knows it now.
pub(in crate::tests) fn verified(node: &Node, credentials: &Credentials) -> Result<Identity, Refusal> {
    let (snapshot, now) = (node.iam.snapshot().unwrap(), node.iam.now());
    let token = credentials.token.expose();
    if token.starts_with(BEARER_PREFIX) {
        return verify(&snapshot, &Proof::Bearer(token), now);
    }
    let date = sigv4::date_text(now);
    let headers = [("host", "example.com"), (sigv4::DATE, date.as_str()), (sigv4::SECURITY_TOKEN, token)];
    let request = Request { method: "GET", path: "/", query: "", headers: &headers };
    let (body, rules) = (Body::Whole(b""), Rules::MANAGEMENT);
    let terms = sigv4::Terms { access_key_id: credentials.key.as_str(), region: "bj", service: "claviger" };
    let text = sigv4::sign(&terms, &credentials.secret, &request, body, rules).unwrap();
    let mut sent = headers.to_vec();
    sent.push(("authorization", &text));
    let authorization = sigv4::Authorization::parse(&sent, &[]).unwrap();
    verify(&snapshot, &Proof::SigV4 { authorization: &authorization, request: &request, body, rules }, now)
}

/// As they call.
pub(in crate::tests) fn calling(node: &Node, credentials: &Credentials) -> Caller {
    Caller::of(verified(node, credentials).unwrap(), origin())
}
