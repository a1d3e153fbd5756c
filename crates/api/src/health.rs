//! `/live` and `/ready`: what a supervisor and a load balancer ask.
//!
//! Where everybody may knock, neither tells more than yes or no; on the admin socket and beside the metrics `/ready`
//! says why, and which insecure switches are on (SEC-271, SEC-277).

use std::fmt::Write as _;

use edge::{Reply, reply};
use hyper::{Method, StatusCode};
use iam::Iam;

use crate::{Side, metrics::Program};

const TEXT: &str = "text/plain;charset=UTF-8";

/// The answer, where `path` is one of the two.
pub(crate) fn answer(iam: &Iam, program: &Program, side: Side, (method, path): (&Method, &str)) -> Option<Reply> {
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
    let (status, word) = if good { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") };
    let details = if side == Side::Public || path == "/live" { String::new() } else { details(iam, program) };
    Some(reply(status, TEXT, format!("{word}{details}")))
}

/// Lines for an operator.
fn details(iam: &Iam, program: &Program) -> String {
    let vitals = iam.vitals();
    let mut lines = format!("store: {}", vitals.backend);
    lines += if vitals.failed { ", failed for good\n" } else { "\n" };
    // To write into a text cannot fail.
    let _ = match vitals.staleness {
        Some(age) => writeln!(lines, "age of what is decided by: {:.1} s", age.as_secs_f64()),
        None => writeln!(lines, "age of what is decided by: not known"),
    };
    for switch in &program.insecure {
        let _ = writeln!(lines, "insecure switch: {switch}");
    }
    lines
}
