//! Answers to browsers, with the headers that every one of them has.

use askama::Template;
use bytes::Bytes;
use edge::{Body, Reply};
use hyper::{
    StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, LOCATION, SET_COOKIE},
};

use crate::failure::Failure;

/// What pages may do (SEC-008): everything comes from here, nothing is inline, nobody frames them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const HTML: &str = "text/html;charset=UTF-8";

/// A page. Errors: the template could not be filled, which is a fault of ours.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Result<Reply, Failure> {
    let text = template.render().map_err(|error| Failure::internal(error.to_string()))?;
    Ok(html(status, text))
}

/// A page of that text.
pub(crate) fn html(status: StatusCode, text: String) -> Reply {
    let mut reply = edge::reply(status, HTML, text);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    reply
}

/// A file that pages load.
pub(crate) fn asset(status: StatusCode, kind: &'static str, body: Bytes) -> Reply {
    edge::reply(status, kind, body)
}

/// A file to be kept by who asked for it. `name` is ASCII letters, digits, hyphens and dots.
pub(crate) fn download(kind: &'static str, name: &str, body: impl Into<Bytes>) -> Reply {
    let mut reply = edge::reply(StatusCode::OK, kind, body);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        reply.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    reply
}

/// The same, of a body that is made while it is sent.
pub(crate) fn download_of(kind: &'static str, name: &str, body: Body) -> Reply {
    let mut reply = download(kind, name, "-");
    *reply.body_mut() = body;
    reply
}

/// Sends the browser to another page, by GET.
pub(crate) fn see_other(target: &str) -> Reply {
    let mut reply = edge::reply(StatusCode::SEE_OTHER, HTML, Bytes::new());
    // A target that is no header's value would be a fault of ours; the front page is a good place all the same.
    let target = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    reply.headers_mut().insert(LOCATION, target);
    reply
}

/// The same answer with one more cookie.
pub(crate) fn with_cookie(mut reply: Reply, line: &str) -> Reply {
    if let Ok(value) = HeaderValue::from_str(line) {
        reply.headers_mut().append(SET_COOKIE, value);
    }
    reply
}
