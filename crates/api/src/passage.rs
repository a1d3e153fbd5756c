//! A request's way through: its count, and its line in the log.

use std::sync::{Arc, OnceLock};

use decide::identity::{Actor, Identity};
use hyper::{Request, header::USER_AGENT};
use tracing::{Span, field};

use crate::{
    Dialect,
    edge::Peer,
    metrics::requests::{Kind, Running},
};

/// Where the lines of requests stand in the log: each request has one. Those of questions, which services ask on each
/// request of theirs, are for who looks for a fault; their decisions have a log of their own.
pub const REQUEST_LOG: &str = "claviger::request";
/// How much of a path and of a client's name is logged, in bytes.
const PATH_MAX: usize = 256;
const AGENT_MAX: usize = 128;

/// What becomes known of a request while it is answered.
#[derive(Debug)]
pub(crate) struct Notes {
    /// Each line that is written within it tells whose request it belongs to.
    span: Span,
    route: OnceLock<&'static str>,
}

impl Notes {
    /// Nothing is known yet but the request's id.
    pub(crate) fn new(request_id: &str) -> Self {
        // At every level, as lines are that need it most.
        let span = tracing::error_span!(
            "request",
            request.id = request_id,
            caller.account = field::Empty,
            caller.principal = field::Empty,
            otel.kind = "server",
            otel.name = field::Empty,
            otel.status_code = field::Empty,
            http.request.method = field::Empty,
            http.route = field::Empty,
            http.response.status_code = field::Empty
        );
        Self { span, route: OnceLock::new() }
    }

    /// The request is for this call: its path as it stands in the table of calls, with `{}` for each name.
    pub(crate) fn route(&self, template: &'static str) {
        let _ = self.route.set(template);
    }

    /// The request is this one's.
    pub(crate) fn caller(&self, identity: &Identity) {
        let principal = match identity.actor {
            Actor::User(id) => id.number(),
            Actor::Role(id) => id.number(),
        };
        self.span.record("caller.account", field::display(identity.account)).record("caller.principal", principal);
    }

    /// Tells the span how the request ended, in the words that collectors of traces know.
    fn trace(&self, method: &str, status: u16) {
        let span = &self.span;
        // A signed number: to others a collector is told as of text.
        span.record("http.request.method", method).record("http.response.status_code", i64::from(status));
        if let Some(route) = self.route.get() {
            span.record("http.route", route).record("otel.name", field::display(format_args!("{method} {route}")));
        }
        if status >= 500 {
            span.record("otel.status_code", "error");
        }
    }

    /// See [`Notes::new`].
    pub(crate) const fn span(&self) -> &Span {
        &self.span
    }
}

/// A request that is being answered. It has its line when this is dropped, however it ends: also where it panics.
pub(crate) struct Passage {
    running: Running,
    notes: Arc<Notes>,
    dialect: Dialect,
    kind: Kind,
    method: String,
    /// Without the query, where a signature may stand (SEC-315).
    path: String,
    agent: String,
    source: String,
}

impl Passage {
    pub(crate) fn begin<B>(
        running: Running,
        notes: Arc<Notes>,
        (dialect, kind): (Dialect, Kind),
        request: &Request<B>,
        peer: &Peer,
    ) -> Self {
        let agent = request.headers().get(USER_AGENT).map_or(&b""[..], |agent| agent.as_bytes());
        Self {
            running,
            notes,
            dialect,
            kind,
            method: request.method().as_str().to_owned(),
            path: start_of(request.uri().path(), PATH_MAX),
            agent: start_of(&String::from_utf8_lossy(agent), AGENT_MAX),
            source: peer.source(),
        }
    }

    /// It is answered.
    pub(crate) fn answered(mut self, status: u16) {
        self.running.answered(status);
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        let Self { running, notes, dialect, kind, method, path, agent, source } = self;
        notes.trace(method, running.status());
        // Where it is known what is called, names of users and keys need not be told.
        let path = notes.route.get().copied().unwrap_or(path.as_str());
        let (status, duration_us, dialect) = (running.status(), running.duration_us(), dialect.word());
        let (method, agent, source) = (method.as_str(), agent.as_str(), source.as_str());
        match kind {
            Kind::Call => tracing::info!(
                target: REQUEST_LOG,
                { method, path, status, duration_us, source, dialect, agent },
                "answered"
            ),
            Kind::Question => tracing::debug!(
                target: REQUEST_LOG,
                { method, path, status, duration_us, source, dialect, agent },
                "answered"
            ),
        }
    }
}

fn start_of(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(most);
    let cut = if end < text.len() { "…" } else { "" };
    format!("{}{cut}", text.get(..end).unwrap_or_default())
}
