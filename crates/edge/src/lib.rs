//! The edge: what holds for every dialect before it looks at a request, and after it has answered.
//!
//! Sizes and times are bounded here (SEC-148): the URL, the number and size of headers, the body and how
//! long it may take. Headers that are ambiguous are refused. Values are kept as received, since a signature
//! covers the raw bytes.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Body as HttpBody, Incoming},
    header::{AUTHORIZATION, HOST, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY, USER_AGENT},
};
use iam::{
    Iam,
    caller::{Caller, Origin},
};
use serde_json::json;

mod body;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod notes;
mod pages;

pub use self::{
    body::{Body, Broken, Parts},
    notes::Notes,
    pages::Pages,
};

/// The largest body, in bytes.
pub const BODY_MAX: usize = 256 * 1024;
/// The longest URL, in bytes.
pub const URL_MAX: usize = 8 * 1024;
/// The largest block of headers, in bytes; the listener refuses more.
pub const HEADERS_MAX: usize = 16 * 1024;
/// How long a body may take to arrive.
pub const BODY_TIME: Duration = Duration::from_secs(20);
/// How long the head may take to arrive.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// The longest request id that is taken over from a client, in bytes.
const REQUEST_ID_MAX: usize = 64;
/// Where a request's id stands, both ways, unless a dialect has a header of its own.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The cookie that says who is signed in to the console, less the prefix that it has over TLS. It proves nobody to an API.
pub const SESSION_COOKIE: &str = "claviger";
/// The type of every body but those for people.
pub const JSON: &str = "application/json;charset=UTF-8";

/// An answer.
pub type Reply = Response<Body>;

/// Who is at the other end of the connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address, or `None` for the admin socket.
    pub address: Option<IpAddr>,
    /// Whether nobody between can read or change what is sent: TLS, loopback or a socket.
    pub secure: bool,
    /// Whether it is TLS.
    pub tls: bool,
}

impl Peer {
    /// Where it is, as the audit trail and the log tell it.
    pub fn source(&self) -> String {
        self.address.map_or_else(|| "socket".to_owned(), |address| address.to_string())
    }
}

/// A request, whole and within bounds.
#[derive(Debug)]
pub struct Received {
    /// The method, in upper case.
    pub method: String,
    /// The path as it was sent, not decoded.
    pub path: String,
    /// The query as it was sent, without its `?`.
    pub query: String,
    /// Names in lower case, values as received.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Bytes,
    /// Where it came from.
    pub origin: Origin,
    /// Whether nobody between can read or change what is sent: see [`Peer::secure`].
    pub secure: bool,
    /// For the log.
    pub notes: Arc<Notes>,
}

/// Why a request was refused at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The URL is longer than [`URL_MAX`].
    UrlTooLong,
    /// A header is not text, or one that must be single came twice.
    BadHeader,
    /// The body is larger than [`BODY_MAX`].
    BodyTooLarge,
    /// The headers are larger than [`HEADERS_MAX`].
    HeadersTooLarge,
    /// The body broke off, or is not framed as it must be.
    BodyBroken,
    /// The body did not arrive in [`BODY_TIME`].
    BodyLate,
}

impl Refused {
    /// Status and reason.
    pub const fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Self::UrlTooLong => (StatusCode::URI_TOO_LONG, "the URL is longer than 8 KiB"),
            Self::BadHeader => (StatusCode::BAD_REQUEST, "a header is not valid text, or came twice"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 256 KiB"),
            Self::HeadersTooLarge => {
                (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are larger than 16 KiB")
            }
            Self::BodyBroken => (StatusCode::BAD_REQUEST, "the body broke off"),
            Self::BodyLate => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"),
        }
    }
}

/// An error where no vendor says how errors look: `{"code", "message", "requestId"}` (SEC-002).
pub struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// For the log only.
    cause: Option<String>,
}

impl Fault {
    /// An error that is told whole.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), cause: None }
    }

    /// A fault of ours. Errors tell nothing of the cause.
    pub fn internal(cause: Option<String>) -> Self {
        Self { cause, ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "internal error") }
    }

    /// There is no such path.
    pub fn nothing_here() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", "there is nothing here")
    }

    /// The answer; what only we may see goes to the log.
    pub fn reply(self, request_id: &str) -> Reply {
        if let Some(cause) = self.cause {
            tracing::error!(cause = %cause, "a call failed");
        }
        let body = json!({ "code": self.code, "message": self.message, "requestId": request_id });
        reply(self.status, JSON, body.to_string())
    }
}

impl Received {
    /// Reads a request within the bounds.
    pub async fn read(
        request: Request<Incoming>,
        peer: Peer,
        request_id: String,
        notes: Arc<Notes>,
    ) -> Result<Self, Refused> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let query = head.uri.query().unwrap_or_default().to_owned();
        if path.len() + query.len() > URL_MAX {
            return Err(Refused::UrlTooLong);
        }
        let headers = read_headers(&head.headers)?;
        let agent = head.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let origin = Origin {
            source: peer.source(),
            address: peer.address,
            tls: peer.tls,
            agent: agent.chars().take(Origin::AGENT_MAX).collect(),
            request_id,
        };
        if body.size_hint().lower() > BODY_MAX as u64 {
            return Err(Refused::BodyTooLarge);
        }
        let body = match tokio::time::timeout(BODY_TIME, Limited::new(body, BODY_MAX).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Refused::BodyTooLarge),
            Ok(Err(_)) => return Err(Refused::BodyBroken),
            Err(_) => return Err(Refused::BodyLate),
        };
        let method = head.method.as_str().to_owned();
        Ok(Self { method, path, query, headers, body, origin, secure: peer.secure, notes })
    }

    /// A request that never was on a wire: a command's own.
    pub fn local(path: &str, body: &[u8], request_id: String) -> Self {
        let notes = Arc::new(Notes::new(&request_id));
        let origin =
            Origin { source: "local".to_owned(), agent: "claviger".to_owned(), request_id, ..Origin::default() };
        let (method, path, query) = ("POST".to_owned(), path.to_owned(), String::new());
        let (headers, body) = (Vec::new(), Bytes::copy_from_slice(body));
        Self { method, path, query, headers, body, origin, secure: true, notes }
    }

    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Whether a browser that is signed in to the console sent it: what else it brings is a second credential (SEC-048).
    pub fn brings_session(&self) -> bool {
        let is_session = |pair: &str| {
            let (name, value) = pair.trim().split_once('=').unwrap_or((pair, ""));
            name.strip_prefix("__Host-").unwrap_or(name) == SESSION_COOKIE && !value.is_empty()
        };
        self.header("cookie").is_some_and(|cookies| cookies.split(';').any(is_session))
    }

    /// The operator, as whoever reached the admin socket is.
    pub fn operator(&self) -> Caller {
        Caller::Operator { origin: self.origin.clone() }
    }
}

fn read_headers(headers: &HeaderMap) -> Result<Vec<(String, String)>, Refused> {
    let line = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + ": \r\n".len();
    if headers.iter().map(line).sum::<usize>() > HEADERS_MAX {
        return Err(Refused::HeadersTooLarge);
    }
    for single in [HOST, AUTHORIZATION] {
        if headers.get_all(single).iter().count() > 1 {
            return Err(Refused::BadHeader);
        }
    }
    let read = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| Refused::BadHeader)?;
        Ok((name.as_str().to_owned(), value.to_owned()))
    };
    headers.iter().map(read).collect()
}

/// The request's id: the client's own, from the header of that name, where it is harmless; else a new one.
pub fn request_id(headers: &HeaderMap, name: &HeaderName, iam: &Iam) -> String {
    harmless_id(headers, name).map_or_else(|| iam.draw_request_id(), str::to_owned)
}

fn harmless_id<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let harmless = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    headers.get(name).and_then(|id| id.to_str().ok()).filter(harmless)
}

/// Whether a browser is to come by TLS alone from now on (SEC-007): one that came by TLS, to a name that does not stand
/// for its own machine.
pub fn binds_to_tls(peer: &Peer, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    peer.tls && !is_loopback_host(host)
}

/// Tells a browser to come by TLS alone, for a year.
pub fn with_strict_transport(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    reply
}

/// Whether a `Host` stands for the very machine.
pub fn is_loopback_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Adds the header by which a client finds the request's id.
pub fn with_request_id(mut reply: Reply, name: HeaderName, request_id: &str) -> Reply {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        reply.headers_mut().insert(name, value);
    }
    reply
}

/// Makes an answer, with the headers that every answer has (SEC-007).
pub fn reply(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let body: Bytes = body.into();
    let has_body = !body.is_empty();
    let mut reply = Response::new(Body::Whole(body));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    if has_body {
        headers.insert(hyper::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(hyper::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(hyper::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(hyper::header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    reply
}

/// The bytes of an answer's body; none where it could not be finished.
pub async fn collect(reply: Reply) -> Vec<u8> {
    match reply.into_body().collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(Broken) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_many_names() {
        for name in ["localhost:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"] {
            assert!(is_loopback_host(name), "{name}");
        }
        for name in ["localhost.evil.example", "10.0.0.1:80", "evil", "127.0.0.1.evil.example:80", ""] {
            assert!(!is_loopback_host(name), "{name}");
        }
    }

    #[test]
    fn sec_007_only_who_came_by_tls_to_a_name_is_bound_to_it() {
        let bound = |tls, host: &'static str| {
            let headers = [(HOST, HeaderValue::from_static(host))].into_iter().collect();
            binds_to_tls(&Peer { address: None, secure: true, tls }, &headers)
        };
        assert!(bound(true, "iam.example") && bound(true, "192.0.2.7:8443"));
        assert!(!bound(false, "iam.example") && !bound(true, "localhost:8443") && !bound(true, "127.0.0.1"));
    }
}
