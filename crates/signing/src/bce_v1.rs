//! `bce-auth-v1`, the scheme of Baidu AI Cloud.
//!
//! `bce-auth-v1/{access key}/{time}/{expiry}/{signed headers}/{signature}` comes as the `Authorization` header,
//! or as a query parameter of that name. The first four parts are the *prefix*; the key that signs is derived
//! from it, so whoever changes time or expiry changes the key. The method, the path, the query and the chosen
//! headers make the canonical request. The body is covered only by a header that holds its hash and is signed.
//!
//! The rules come from the vendor's IAM documentation (page `njwvz1yfu`) and from what its SDKs for Go, Python,
//! Java and JavaScript were seen to send on 2026-11-22. These differ in the path: some sign it as it goes over
//! the wire, some decode and encode it first. [`verify`] takes both spellings (SEC-302); each decodes to the
//! same path, so a signature is never good for another resource.
//!
//! The list of signed headers is itself not signed, only the lines that it chooses. [`Authorization::signs`]
//! says what the list says: enough for a header that is present with a value, and for no other.

mod canonical;

use std::{fmt, time::Duration};

use base::{secret::SecretText, timestamp::Timestamp};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use md5::Md5;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::{
    Freshness, Request,
    bce_v1::canonical::{Canonical, covers},
    hmac, is_header_name, parse_expiry, parse_signature,
};

/// The name of the scheme, and the only value of the first part.
pub const ALGORITHM: &str = "bce-auth-v1";
/// How far a signature's time may lie ahead of ours, in seconds (SEC-305).
pub const SKEW_MAX_S: u32 = 900;
/// How long a signature is good at most, whatever it says, in seconds (SEC-305).
pub const VALIDITY_MAX_S: u32 = 3600;
/// How many headers a signature may list.
pub const SIGNED_HEADERS_MAX: usize = 64;
/// The header with the MD5 of the body, in base64.
pub const CONTENT_MD5: &str = "content-md5";
/// The header with the SHA-256 of the body, in hexadecimal.
pub const CONTENT_SHA256: &str = "x-bce-content-sha256";

/// An authorization string, well formed. Whether it is true is for [`verify`] and [`Authorization::freshness`].
pub struct Authorization<'a> {
    prefix: &'a str,
    access_key_id: &'a str,
    timestamp: Timestamp,
    expire_s: u32,
    signed_headers: &'a str,
    signature: [u8; 32],
}

/// The part of an authorization string that is not as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not `bce-auth-v1`.
    #[error("the algorithm must be `bce-auth-v1`")]
    Algorithm,
    /// Not six parts.
    #[error("there must be six parts with `/` between them")]
    Parts,
    /// No access key id.
    #[error("the access key id must not be empty")]
    AccessKeyId,
    /// Not a time.
    #[error("the timestamp must be written as `YYYY-MM-DDThh:mm:ssZ`")]
    Timestamp,
    /// Zero, negative, too large for 32 bits or no number (SEC-305).
    #[error("the expiry must be a positive number of seconds")]
    Expiry,
    /// Not a list of header names.
    #[error("the signed headers must be at most 64 names in lower case with `;` between them")]
    SignedHeaders,
    /// Not a signature.
    #[error("the signature must be 64 hexadecimal digits in lower case")]
    Signature,
}

impl<'a> Authorization<'a> {
    /// Takes the six parts of the text apart. Errors: the first part that is wrong.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut parts = text.split('/');
        if parts.next() != Some(ALGORITHM) {
            return Err(Malformed::Algorithm);
        }
        let (Some(access_key_id), Some(time), Some(expiry), Some(signed_headers), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Malformed::Parts);
        };
        if access_key_id.is_empty() {
            return Err(Malformed::AccessKeyId);
        }
        let prefix_length = [ALGORITHM, access_key_id, time, expiry].map(str::len).iter().sum::<usize>() + 3;
        Ok(Self {
            prefix: text.get(..prefix_length).ok_or(Malformed::Parts)?,
            access_key_id,
            timestamp: Timestamp::parse_seconds(time).ok_or(Malformed::Timestamp)?,
            expire_s: parse_expiry(expiry).ok_or(Malformed::Expiry)?,
            signed_headers: Some(signed_headers).filter(|list| is_header_list(list)).ok_or(Malformed::SignedHeaders)?,
            signature: parse_signature(signature).ok_or(Malformed::Signature)?,
        })
    }

    /// Whose key signed, as the request says.
    pub fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// When it was signed, as the request says.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// For how many seconds it asks to be good; at least 1, and perhaps more than [`VALIDITY_MAX_S`].
    pub fn expire_s(&self) -> u32 {
        self.expire_s
    }

    /// The names of the signed headers with `;` between them; empty stands for the default set.
    pub fn signed_headers(&self) -> &'a str {
        self.signed_headers
    }

    /// Whether the signature covers this header (its name in lower case). The canonical request has no line for a
    /// header that is absent or empty: its *value* is proven only if there is one.
    pub fn signs(&self, header: &str) -> bool {
        covers(self.signed_headers, header)
    }

    /// How the signature's time stands to `now`: it is good from its time, less [`SKEW_MAX_S`] for clocks that
    /// differ, until its expiry, [`VALIDITY_MAX_S`] at most.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let seconds = |s: u32| Duration::from_secs(u64::from(s));
        if now > self.timestamp.plus(seconds(self.expire_s.min(VALIDITY_MAX_S))) {
            Freshness::Expired
        } else if now < self.timestamp.minus(seconds(SKEW_MAX_S)) {
            Freshness::FromTheFuture
        } else {
            Freshness::Fresh
        }
    }
}

/// Shows all but the signature.
impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({}/{}/…)", self.prefix, self.signed_headers)
    }
}

/// Whether the holder of `secret` signed this request. A path or query that cannot be decoded, and a signed header
/// that is there twice, make it false.
///
/// Both spellings of the path are always tried, each compared in constant time, without stopping at a match.
#[must_use]
pub fn verify(authorization: &Authorization<'_>, secret: &SecretText, request: &Request<'_>) -> bool {
    let Ok(canonical) = Canonical::of(request, authorization.signed_headers) else { return false };
    let key = signing_key(secret, authorization.prefix);
    let matches = |path: &str| -> Choice {
        hmac(key.expose().as_bytes(), &canonical.text(path)).ct_eq(authorization.signature.as_slice())
    };
    let as_typed = matches(canonical.raw_path);
    if canonical.raw_path == canonical.encoded_path {
        // One candidate: what it is depends on the request alone, which everybody may know.
        return as_typed.into();
    }
    (as_typed | matches(&canonical.encoded_path)).into() // `|` on `Choice` always takes both
}

/// What a signer chooses.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The public half of the key.
    pub access_key_id: &'a str,
    /// When it is signed; fractions of a second are cut off.
    pub at: Timestamp,
    /// For how many seconds it shall be good.
    pub expire_s: u32,
    /// Names in lower case. None means the default set, and leaves the field empty.
    pub signed_headers: &'a [&'a str],
}

/// Why a request cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// Path or query has a bad escape, or path or method has a line feed.
    #[error("the path or the query cannot be decoded")]
    Undecodable,
    /// It would be open which of the two counts.
    #[error("a signed header is there twice")]
    RepeatedHeader,
}

/// The value of the `Authorization` header for this request; the path is signed decoded and encoded again.
pub fn sign(terms: &Terms<'_>, secret: &SecretText, request: &Request<'_>) -> Result<String, Unsignable> {
    let signed_headers = terms.signed_headers.join(";");
    let canonical = Canonical::of(request, &signed_headers)?;
    let prefix = format!("{ALGORITHM}/{}/{}/{}", terms.access_key_id, terms.at.to_seconds(), terms.expire_s);
    let key = signing_key(secret, &prefix);
    let signature = hmac(key.expose().as_bytes(), &canonical.text(&canonical.encoded_path));
    Ok(format!("{prefix}/{signed_headers}/{}", HEXLOWER.encode(&signature)))
}

/// Whether each hash of the body that the headers hold is the body's; true if they hold none (SEC-304).
///
/// This proves nothing about who sent the body: ask [`Authorization::signs`] for the header.
#[must_use]
pub fn body_matches(headers: &[(&str, &str)], body: &[u8]) -> bool {
    headers.iter().all(|(name, value)| match *name {
        CONTENT_MD5 => {
            BASE64.decode(value.trim_ascii().as_bytes()).is_ok_and(|hash| hash == Md5::digest(body).as_slice())
        }
        CONTENT_SHA256 => HEXLOWER_PERMISSIVE
            .decode(value.trim_ascii().as_bytes())
            .is_ok_and(|hash| hash == Sha256::digest(body).as_slice()),
        _ => true,
    })
}

/// The next key is the hexadecimal text of the first signature, not its bytes.
fn signing_key(secret: &SecretText, prefix: &str) -> SecretText {
    SecretText::new(HEXLOWER.encode(&hmac(secret.expose().as_bytes(), prefix)))
}

fn is_header_list(list: &str) -> bool {
    list.is_empty() || (list.split(';').count() <= SIGNED_HEADERS_MAX && list.split(';').all(is_header_name))
}

#[cfg(test)]
mod tests;
