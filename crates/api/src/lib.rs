//! The HTTP dialects: thin translations between a wire and the core.
//!
//! [`Service::answer`] takes a request off a listener, bounds it ([`edge`]), picks the dialect by the path, and
//! answers. A dialect turns bytes into an operation of the core, and its answer or error back into bytes;
//! it holds no rule of its own.

mod baidu;
pub mod edge;
mod health;
mod operator;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use hyper::{Request, body::Incoming};
use iam::Iam;

use crate::edge::{Peer, Received, Reply};

/// What answers requests.
#[derive(Clone)]
pub struct Service {
    iam: Arc<Iam>,
    panics: Arc<AtomicU64>,
}

/// The two sides on which a request can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where everybody may knock.
    Public,
    /// The admin socket: who can open it is the operator.
    Admin,
}

impl Service {
    /// A service on an open store.
    pub fn new(iam: Arc<Iam>) -> Self {
        Self { iam, panics: Arc::new(AtomicU64::new(0)) }
    }

    /// Answers one request. It always answers: a panic becomes the dialect's internal error (SEC-006), and
    /// the work goes on when the client leaves before it is done.
    pub async fn answer(&self, side: Side, request: Request<Incoming>, peer: Peer) -> Reply {
        if let Some(reply) = health::answer(&self.iam, request.method(), request.uri().path()) {
            return reply;
        }
        let request_id = edge::request_id(request.headers(), &self.iam);
        let speaks_baidu = side == Side::Public && baidu::recognises(request.uri().path());
        let service = self.clone();
        let id = request_id.clone();
        let work = tokio::spawn(async move { service.dispatch(side, request, peer, id).await });
        let reply = match work.await {
            Ok(reply) => reply,
            Err(failure) => {
                self.panics.fetch_add(1, Ordering::Relaxed);
                tracing::error!(request.id = %request_id, failure = %failure, "a request panicked");
                if speaks_baidu { baidu::internal(&request_id) } else { operator::internal(&request_id) }
            }
        };
        edge::with_request_id(reply, &request_id)
    }

    /// How many requests have panicked: each is a bug.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    async fn dispatch(&self, side: Side, request: Request<Incoming>, peer: Peer, request_id: String) -> Reply {
        let path = request.uri().path().to_owned();
        let received = Received::read(request, peer, request_id.clone()).await;
        match side {
            Side::Admin => operator::answer(&self.iam, received, &request_id).await,
            Side::Public if baidu::recognises(&path) => baidu::answer(&self.iam, received, &request_id).await,
            Side::Public => operator::nothing_here(&request_id),
        }
    }
}

/// Answers an operator's request without a socket, for commands that open the store themselves.
pub async fn answer_operator(iam: &Arc<Iam>, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let request_id = iam.draw_request_id();
    let received = Received::local(path, body, request_id.clone());
    let reply = operator::answer(iam, Ok(received), &request_id).await;
    (reply.status().as_u16(), edge::collect(reply).await)
}
