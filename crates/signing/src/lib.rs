//! Request signatures: the canonical form of a request, signing it, verifying it.
//!
//! Each scheme is one module, with its published vectors. All of them work on the [`Request`] as it came
//! over the wire: what is signed and what is routed must be read from the same bytes (SEC-071), so nobody
//! decodes before the signature is checked, and [`percent`] is the one decoder for both.
//!
//! Pure: no input or output, no clock, no randomness. The time of the check is an argument.

pub mod bce_v1;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod percent;
pub mod sigv4;
#[cfg(test)]
mod testing;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The parts of a request that a signature may cover, as received.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path before any decoding, without the query.
    pub path: &'a str,
    /// The query before any decoding, without its `?`; empty if there is none.
    pub query: &'a str,
    /// Names in lower case, values as received. A header that came twice is here twice.
    pub headers: &'a [(&'a str, &'a str)],
}

/// How a signature's time stands to the time of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Freshness {
    /// Good now.
    Fresh,
    /// No longer good.
    Expired,
    /// Dated further ahead than clocks may differ.
    FromTheFuture,
}

fn hmac(key: &[u8], message: &str) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(message).finalize().into_bytes().into()
}

fn parse_expiry(text: &str) -> Option<u32> {
    // `u32::from_str` would take a plus sign too.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|seconds| digits && *seconds > 0)
}

fn parse_signature(text: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Whether this is the name of a header, in lower case.
fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9') || b"!#$%&'*+-.^_`|~".contains(&b))
}
