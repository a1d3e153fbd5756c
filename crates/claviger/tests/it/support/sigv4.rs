//! Signing requests by AWS Signature Version 4: for our own calls, and as clients of other services do.

use base::timestamp::Timestamp;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use signing::{
    percent,
    sigv4::{self, Body, Terms, rules::Rules},
};

use crate::support::{request::Request, sdk::Key};

/// The service that our own calls are signed for.
pub(crate) const OWN: &str = "claviger";
const REGION: &str = "local";

/// Adds what a client of our own calls sends, and signs all of it.
pub(crate) fn sign(request: Request, key: &Key, host: &str, at: Timestamp) -> Request {
    sign_for(OWN, dress(request, host, at), key, Rules::MANAGEMENT)
}

/// Adds the headers that a client sends, without a signature.
pub(crate) fn dress(request: Request, host: &str, at: Timestamp) -> Request {
    let request = request.header("Host", host).header("X-Amz-Date", sigv4::date_text(at));
    if request.body.is_empty() {
        return request;
    }
    let length = request.body.len();
    request.header("Content-Type", "application/json").header("Content-Length", length)
}

/// Signs a request for a service as it stands, all its headers; the signature goes into the header.
pub(crate) fn sign_for(service: &str, request: Request, key: &Key, rules: Rules) -> Request {
    let headers: Vec<(String, &str)> =
        request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let signed =
        signing::Request { method: &request.method, path: request.path(), query: request.query(), headers: &headers };
    let terms = Terms { access_key_id: &key.id, region: REGION, service };
    let authorization = sigv4::sign(&terms, &key.secret, &signed, Body::Whole(&request.body), rules);
    let authorization = authorization.expect("the request can be signed");
    request.with("Authorization", authorization)
}

/// Signs a request that reads an object, as the URL that one hands to somebody else. The path is written as it is sent,
/// and the host is the one header that is signed.
pub(crate) fn presign(service: &str, request: Request, key: &Key, at: Timestamp, expire_s: u32) -> Request {
    presign_with(service, request, (key, None), at, expire_s)
}

/// The same with the token of a session, where the key is one's.
pub(crate) fn presign_with(
    service: &str,
    request: Request,
    (key, token): (&Key, Option<&str>),
    at: Timestamp,
    expire_s: u32,
) -> Request {
    let (date, path) = (sigv4::date_text(at), request.path().to_owned());
    let scope = format!("{}/{REGION}/{service}/aws4_request", &date[..8]);
    let mut credential = String::new();
    percent::encode(&format!("{}/{scope}", key.id), &mut credential);
    let token = token.map(|token| format!("&X-Amz-Security-Token={token}")).unwrap_or_default();
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={date}&X-Amz-Expires={expire_s}\
         {token}&X-Amz-SignedHeaders=host"
    );
    let host = request.value("host").expect("there is a host");
    // Our own calls want the body signed, also where there is none.
    let body = if service == OWN { HEXLOWER.encode(&Sha256::digest("")) } else { "UNSIGNED-PAYLOAD".to_owned() };
    let canonical = format!("{}\n{path}\n{query}\nhost:{host}\n\nhost\n{body}", request.method);
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", HEXLOWER.encode(&Sha256::digest(canonical)));
    let start = format!("AWS4{}", key.secret.expose()).into_bytes();
    let signing_key = scope.split('/').fold(start, |key, part| hmac(&key, part));
    request.target(&format!("{path}?{query}&X-Amz-Signature={}", HEXLOWER.encode(&hmac(&signing_key, &text))))
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}
