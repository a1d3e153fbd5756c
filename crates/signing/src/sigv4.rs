//! AWS Signature Version 4: our native scheme, and what services signed for by AWS's SDKs have to verify.
//!
//! `AWS4-HMAC-SHA256 Credential={access key}/{scope}, SignedHeaders={names}, Signature={hex}` comes as the
//! `Authorization` header; a *presigned* request has the same parts as query parameters instead. The scope is
//! `{date}/{region}/{service}/aws4_request`, and the key that signs is derived from the secret and the scope. What
//! is signed is the time, the scope and the hash of the canonical request: method, path, query, the listed headers,
//! the list, the hash of the body. The access key id is not signed, but it is what the secret is looked up by.
//!
//! Services differ in how the path is written, in whether the body may be left out and in how much has to be signed;
//! [`rules`] says which holds. The scheme itself is AWS's documentation (*Create a signed AWS API request*, *Amazon
//! S3: authenticating requests*) and its public test suite.

mod canonical;
mod parse;
pub mod rules;

use std::{fmt, time::Duration};

use base::{
    secret::{SecretBytes, SecretText},
    timestamp::Timestamp,
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    Freshness, Request, hmac,
    sigv4::rules::{Coverage, Rules},
};

/// The name of the scheme, and the first word of the header.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How far a signature's time may lie from ours, in seconds, as for AWS's IAM and STS.
pub const SKEW_MAX_S: u32 = 900;
/// How long a presigned request may ask to be good, in seconds.
pub const EXPIRE_MAX_S: u32 = 604_800;
/// How many headers a signature may list.
pub const SIGNED_HEADERS_MAX: usize = 64;
/// The header with the time, as [`date_text`] writes it. Without it, `date` counts.
pub const DATE: &str = "x-amz-date";
/// The header with the SHA-256 of the body, in hexadecimal, or with [`UNSIGNED_PAYLOAD`].
pub const CONTENT_SHA256: &str = "x-amz-content-sha256";
/// The header with the token of a session.
pub const SECURITY_TOKEN: &str = "x-amz-security-token";
/// What stands for the body's hash where the body is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// The end of each scope.
const TERMINATOR: &str = "aws4_request";

/// A signature with what it says of itself, well formed. Whether it is true is for [`verify`] and
/// [`Authorization::freshness`].
pub struct Authorization<'a> {
    access_key_id: &'a str,
    scope: Scope<'a>,
    timestamp: Timestamp,
    /// Of a presigned request.
    expire_s: Option<u32>,
    session_token: Option<&'a str>,
    signed_headers: &'a str,
    signature: [u8; 32],
}

/// What a signing key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The day in UTC, `YYYYMMDD`: the day of the signature's time.
    pub date: &'a str,
    /// The region.
    pub region: &'a str,
    /// The service: whoever serves a request must see that it is its own.
    pub service: &'a str,
}

/// The part of a signature that is not as it must be. Names are as the wire has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// There is no signature at all.
    #[error("the request is not signed")]
    Unsigned,
    /// One in the header and one in the query (SEC-048).
    #[error("there is a signature in the header and another in the query")]
    InHeaderAndQuery,
    /// Not `AWS4-HMAC-SHA256`.
    #[error("the algorithm must be `AWS4-HMAC-SHA256`")]
    Algorithm,
    /// A part lacks.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A part is there twice.
    #[error("`{0}` must not be repeated")]
    Repeated(&'static str),
    /// The header has a part that is none of the three.
    #[error("the header must hold `Credential`, `SignedHeaders` and `Signature`, with commas between them")]
    UnknownPart,
    /// Not a key and a scope.
    #[error("the credential must be a key id, a date, a region, a service and `aws4_request`, with `/` between them")]
    Credential,
    /// Not a time, or two that differ (SEC-074).
    #[error("the date must be written as `YYYYMMDDThhmmssZ`, and must be one")]
    Date,
    /// The scope is another day's.
    #[error("the date of the credential's scope must be the date of the signature")]
    ScopeDate,
    /// Not within `1..=`[`EXPIRE_MAX_S`].
    #[error("the expiry must be 1 to 604800 seconds")]
    Expiry,
    /// Not a list of header names in order, or `host` is not on it (SEC-301).
    #[error(
        "the signed headers must be at most 64 names in lower case, sorted, with `;` between them, `host` included"
    )]
    SignedHeaders,
    /// Not a signature.
    #[error("the signature must be 64 hexadecimal digits in lower case")]
    Signature,
}

impl<'a> Authorization<'a> {
    /// Whose key signed, as the request says.
    pub fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// What the key that signed is good for, as the request says.
    pub fn scope(&self) -> Scope<'a> {
        self.scope
    }

    /// When it was signed, as the request says.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// For how many seconds a presigned request asks to be good, `1..=`[`EXPIRE_MAX_S`]; none if the signature came
    /// in the header.
    pub fn expire_s(&self) -> Option<u32> {
        self.expire_s
    }

    /// The token of the session whose key signed. Under [`Coverage::Listed`], it may be unsigned: then it counts only
    /// if it is bound to the key (SEC-300).
    pub fn session_token(&self) -> Option<&'a str> {
        self.session_token
    }

    /// The names of the signed headers, sorted, with `;` between them.
    pub fn signed_headers(&self) -> &'a str {
        self.signed_headers
    }

    /// Whether the signature covers this header (its name in lower case).
    pub fn signs(&self, header: &str) -> bool {
        self.signed_headers.split(';').any(|name| name == header)
    }

    /// How the signature's time stands to `now`: it is good for [`SKEW_MAX_S`] either way, or, presigned, until it
    /// expires. Before its own time it is good for [`SKEW_MAX_S`] in both forms, since clocks differ.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let seconds = |s: u32| Duration::from_secs(u64::from(s));
        if now > self.timestamp.plus(seconds(self.expire_s.unwrap_or(SKEW_MAX_S))) {
            Freshness::Expired
        } else if now < self.timestamp.minus(seconds(SKEW_MAX_S)) {
            Freshness::FromTheFuture
        } else {
            Freshness::Fresh
        }
    }
}

/// Shows neither the signature nor the token.
impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { access_key_id, scope, timestamp, signed_headers, .. } = self;
        write!(f, "Authorization({access_key_id}/{scope}, {timestamp}, {signed_headers}, …)")
    }
}

/// As it is signed: the three parts and `aws4_request`.
impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{TERMINATOR}", self.date, self.region, self.service)
    }
}

/// The body of a request.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// All of it, as received.
    Whole(&'a [u8]),
    /// Its SHA-256, computed by who received it.
    Sha256([u8; 32]),
}

/// Whether the holder of `secret` signed this request. A request that these rules do not allow makes it false, and so
/// does a path or query that cannot be decoded.
///
/// The signatures are compared in constant time.
#[must_use]
pub fn verify(
    authorization: &Authorization<'_>,
    secret: &SecretText,
    request: &Request<'_>,
    body: Body<'_>,
    rules: Rules,
) -> bool {
    let Authorization { scope, timestamp, expire_s, signed_headers, signature, .. } = authorization;
    if rules.coverage == Coverage::Everything && !canonical::covers_everything(request.headers, signed_headers) {
        return false;
    }
    let covered = canonical::Covered { request, signed_headers, presigned: expire_s.is_some(), body };
    let Ok(canonical) = canonical::text(&covered, rules) else { return false };
    compute(secret, scope, *timestamp, &canonical).ct_eq(signature).into()
}

/// What a signer chooses. The time is the request's.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The public half of the key.
    pub access_key_id: &'a str,
    /// The region.
    pub region: &'a str,
    /// The service.
    pub service: &'a str,
}

/// Why a request cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// Path or query has a bad escape, or the method has a line feed.
    #[error("the path or the query cannot be decoded")]
    Undecodable,
    /// What would be sent is not an authorization: most often, `host` or [`DATE`] lacks.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It would be open which of the two counts.
    #[error("a header is there twice")]
    RepeatedHeader,
    /// A header that is listed is not there.
    #[error("a signed header is missing")]
    AbsentHeader,
    /// [`CONTENT_SHA256`] is not the body's hash, or comes twice.
    #[error("`x-amz-content-sha256` must be the hash of the body")]
    Payload,
}

/// The value of the `Authorization` header for this request, all of whose headers are signed. [`DATE`] is one of them.
pub fn sign(
    terms: &Terms<'_>,
    secret: &SecretText,
    request: &Request<'_>,
    body: Body<'_>,
    rules: Rules,
) -> Result<String, Unsignable> {
    let mut names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    let date = request.headers.iter().find(|(name, _)| *name == DATE).map_or("", |(_, value)| value);
    let Terms { access_key_id, region, service } = *terms;
    let scope = Scope { date: date.get(..8).unwrap_or_default(), region, service };
    let credential = format!("{ALGORITHM} Credential={access_key_id}/{scope}");
    let prefix = format!("{credential}, SignedHeaders={}, Signature=", names.join(";"));
    // What is sent must be what a verifier can read: so it is read.
    let placeholder = prefix.clone() + &"0".repeat(64);
    let mut headers = request.headers.to_vec();
    headers.push(("authorization", &placeholder));
    let Authorization { timestamp, signed_headers, .. } = Authorization::parse(&headers, &[])?;
    let covered = canonical::Covered { request, signed_headers, presigned: false, body };
    let signature = compute(secret, &scope, timestamp, &canonical::text(&covered, rules)?);
    Ok(prefix + &HEXLOWER.encode(&signature))
}

/// A time as [`DATE`] and the presigned `X-Amz-Date` hold it: `YYYYMMDDThhmmssZ`, fractions of a second cut off.
pub fn date_text(at: Timestamp) -> String {
    at.to_seconds().replace(['-', ':'], "")
}

fn compute(secret: &SecretText, scope: &Scope<'_>, timestamp: Timestamp, canonical: &str) -> [u8; 32] {
    let hash = HEXLOWER.encode(&Sha256::digest(canonical));
    let text = format!("{ALGORITHM}\n{}\n{scope}\n{hash}", date_text(timestamp));
    hmac(signing_key(secret, scope).expose(), &text)
}

fn signing_key(secret: &SecretText, scope: &Scope<'_>) -> SecretBytes<32> {
    let start = SecretText::new(["AWS4", secret.expose()].concat());
    let first = SecretBytes::new(hmac(start.expose().as_bytes(), scope.date));
    [scope.region, scope.service, TERMINATOR].iter().fold(first, |key, part| SecretBytes::new(hmac(key.expose(), part)))
}

#[cfg(test)]
mod tests;
