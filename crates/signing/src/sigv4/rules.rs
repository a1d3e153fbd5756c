//! How services differ: in the path, in the body, in how much must be signed.

/// How a service has its requests signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How the path is written.
    pub path: Path,
    /// Whether the body is signed.
    pub payload: Payload,
    /// How much must be signed.
    pub coverage: Coverage,
}

impl Rules {
    /// For our own management APIs (SEC-070 to SEC-073).
    pub const MANAGEMENT: Self =
        Self { path: Path::EncodedTwice, payload: Payload::Signed, coverage: Coverage::Everything };
    /// For a request to another service, as AWS has it for all but S3.
    pub const SERVICE: Self =
        Self { path: Path::MergedEncodedTwice, payload: Payload::Signed, coverage: Coverage::Listed };
    /// For a request to a service that is like S3.
    pub const S3: Self = Self { path: Path::EncodedOnce, payload: Payload::MayBeUnsigned, coverage: Coverage::Listed };
}

/// How the path is written in what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// As it was sent, and encoded once more. Nothing is merged (SEC-071).
    EncodedTwice,
    /// The same, after empty and dot segments are merged away.
    MergedEncodedTwice,
    /// Decoded, and encoded once: every spelling of a path is the same. Nothing is merged.
    EncodedOnce,
}

/// Whether the body is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// Always (SEC-073).
    Signed,
    /// Unless [`CONTENT_SHA256`](super::CONTENT_SHA256), or `X-Amz-Content-Sha256` in the query of a presigned
    /// request, says that it is not; and where a presigned request says nothing. A body of chunks that are signed one
    /// by one (`STREAMING-AWS4-…`) is refused.
    MayBeUnsigned,
}

/// Which headers must be signed. In both cases `host` must, and whatever is listed must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// `content-type` and every `x-amz-…` that the request has (SEC-070). None that is listed may come twice.
    Everything,
    /// What is listed. A header that comes twice is joined with a comma, but for `host`.
    Listed,
}
