//! Signing requests as the vendor's SDKs do.
//!
//! What each of them sends was observed on 2026-11-22 with bce-sdk-go 0.9.273, bce-python-sdk 0.9.79, bce-sdk-java
//! 0.10.441 and @baiducloud/sdk 1.0.7.

use base::{secret::SecretText, timestamp::Timestamp};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::{Digest, Sha256};
use signing::bce_v1::{self, Terms};

use crate::support::request::Request;

/// How long a signature is good when an SDK is not told otherwise, in seconds.
pub(crate) const EXPIRE_S: u32 = 1800;

/// An access key, both halves.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: SecretText,
}

/// A way of signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sdk {
    /// Lists the headers that it signs, the MD5 of the body among them.
    Go,
    /// Leaves the list empty, which means a default set; also `GET` has a content type and a length.
    Python,
    /// Signs the host only.
    Java,
    /// Lists headers, and closes each connection.
    JavaScript,
}

impl Sdk {
    pub(crate) const ALL: [Self; 4] = [Self::Go, Self::Python, Self::Java, Self::JavaScript];

    /// Adds the headers that the SDK sends, and its signature.
    pub(crate) fn sign(self, request: Request, key: &Key, host: &str, at: Timestamp) -> Request {
        let request = self.dress(request, host, at);
        let listed: Vec<&str> = match self {
            Self::Python => Vec::new(),
            Self::Java => vec!["host"],
            Self::Go | Self::JavaScript => ["content-length", "content-md5", "content-type", "host", "x-bce-date"]
                .into_iter()
                .filter(|name| request.value(name).is_some())
                .collect(),
        };
        sign(request, key, &Terms { access_key_id: &key.id, at, expire_s: EXPIRE_S, signed_headers: &listed })
    }

    fn dress(self, mut request: Request, host: &str, at: Timestamp) -> Request {
        let length = request.body.len();
        let writes = matches!(request.method.as_str(), "POST" | "PUT");
        request = request.header("Host", host);
        match self {
            Self::Go => {
                request = request
                    .header("User-Agent", "bce-sdk-go/0.9.273/go1.22/linux/amd64")
                    .header("x-bce-date", at.to_seconds())
                    .header("x-bce-request-id", "8a4c7c0a-6d4f-4a52-8f0e-d4c2f9a0b1c2");
                if length > 0 {
                    request = with_md5(request).header("Content-Type", "application/json;charset=utf-8");
                }
                if length > 0 || writes { request.header("Content-Length", length) } else { request }
            }
            Self::Python => request
                .header("User-Agent", "bce-sdk-python/0.9.79/3.12/linux")
                .header("x-bce-date", at.to_seconds())
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Content-Length", length),
            Self::Java => {
                request = request
                    .header("User-Agent", "bce-sdk-java/0.10.441/Linux/17")
                    .header("Date", "Sun, 22 Nov 2026 08:00:00 GMT")
                    .header("Accept-Encoding", "gzip,deflate")
                    .header("Content-Type", "application/json; charset=utf-8");
                if writes { request.header("Content-Length", length) } else { request }
            }
            Self::JavaScript => request
                .header("x-bce-date", at.to_seconds())
                .header("Content-Type", "application/json; charset=UTF-8")
                .header("Connection", "close")
                .header("Content-Length", length),
        }
    }
}

/// Adds the MD5 of the body.
pub(crate) fn with_md5(request: Request) -> Request {
    let hash = BASE64.encode(&Md5::digest(&request.body));
    request.with("Content-MD5", hash)
}

/// Adds the SHA-256 of the body.
pub(crate) fn with_sha256(request: Request) -> Request {
    let hash = HEXLOWER.encode(&Sha256::digest(&request.body));
    request.with("x-bce-content-sha256", hash)
}

/// Signs a request as it stands; the signature goes into the header.
pub(crate) fn sign(request: Request, key: &Key, terms: &Terms<'_>) -> Request {
    let authorization = authorization(&request, key, terms);
    request.with("Authorization", authorization)
}

/// Signs a request as it stands; the signature goes into the query, as in the URL that one hands to somebody else.
pub(crate) fn presign(mut request: Request, key: &Key, terms: &Terms<'_>) -> Request {
    let mut authorization_parameter = "authorization=".to_owned();
    signing::percent::encode(&authorization(&request, key, terms), &mut authorization_parameter);
    request.target.push(if request.target.contains('?') { '&' } else { '?' });
    request.target += &authorization_parameter;
    request
}

/// The value of the header `Authorization` for a request as it stands.
pub(crate) fn authorization(request: &Request, key: &Key, terms: &Terms<'_>) -> String {
    let headers: Vec<(String, &str)> =
        request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())).collect();
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let signed =
        signing::Request { method: &request.method, path: request.path(), query: request.query(), headers: &headers };
    bce_v1::sign(terms, &key.secret, &signed).expect("the request can be signed")
}

/// Signs a canonical request that the test writes down itself, under a prefix of its own: right in every respect
/// but the one that the test is about.
pub(crate) fn forge(key: &Key, prefix: &str, signed_headers: &str, canonical: &str) -> String {
    let hmac = |key: &[u8], message: &str| {
        let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        HEXLOWER.encode(&mac.chain_update(message).finalize().into_bytes())
    };
    let signing_key = hmac(key.secret.expose().as_bytes(), prefix);
    format!("{prefix}/{signed_headers}/{}", hmac(signing_key.as_bytes(), canonical))
}
