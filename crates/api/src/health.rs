//! `/live` and `/ready`: what a supervisor and a load balancer ask.
//!
//! Neither tells more than yes or no: details need a permission, or the admin socket (SEC-277).

use hyper::{Method, StatusCode};
use iam::Iam;

use crate::edge::{Reply, reply};

const TEXT: &str = "text/plain;charset=UTF-8";

/// The answer, where `path` is one of the two.
pub(crate) fn answer(iam: &Iam, method: &Method, path: &str) -> Option<Reply> {
    let good = match path {
        // The process answers: that is all.
        "/live" => true,
        // Requests should come here.
        "/ready" => iam.is_ready(),
        _ => return None,
    };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Some(reply(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET only\n"));
    }
    Some(if good {
        reply(StatusCode::OK, TEXT, "ok\n")
    } else {
        reply(StatusCode::SERVICE_UNAVAILABLE, TEXT, "not ready\n")
    })
}
