//! Request signatures: the canonical form of a request, signing it, verifying it.
//!
//! Each scheme is one module, with its published vectors. All of them work on the [`Request`] as it came
//! over the wire: what is signed and what is routed must be read from the same bytes (SEC-071), so nobody
//! decodes before the signature is checked, and [`percent`] is the one decoder for both.
//!
//! Pure: no input or output, no clock, no randomness. The time of the check is an argument.

pub mod bce_v1;
pub mod percent;

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
