//! A request's way through: its count, and its line in the log.

use std::sync::Arc;

use edge::{Notes, Peer};
use hyper::{Request, header::USER_AGENT};

use crate::{
    Dialect,
    metrics::requests::{Kind, Running},
};

/// Where the lines of requests stand in the log: each request has one. Those of questions, which services ask on each
/// request of theirs, are for who looks for a fault; their decisions have a log of their own.
pub const REQUEST_LOG: &str = "claviger::request";
/// How much of a path and of a client's name is logged, in bytes.
const PATH_MAX: usize = 256;
const AGENT_MAX: usize = 128;

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
        let path = notes.known_route().unwrap_or(path.as_str());
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
