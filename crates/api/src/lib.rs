//! The HTTP dialects: thin translations between a wire and the core.
//!
//! [`Service::answer`] takes a request off a listener, bounds it ([`edge`]), picks the dialect by the path, and
//! answers. A dialect turns bytes into an operation of the core, and its answer or error back into bytes;
//! it holds no rule of its own.

mod baidu;
pub mod edge;
mod health;
mod members;
mod native;
mod operator;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use hyper::{Request, body::Incoming, header::HeaderName};
use iam::Iam;

use crate::edge::{Peer, Received, Refused, Reply};

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

/// The method and the path of each call that the public dialects offer, with `{}` for a name: for documentation, and
/// for a test that must leave none out.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    baidu::routes().chain(native::routes())
}

/// What is spoken with a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Operator,
    Native,
    Baidu,
    /// No dialect lives there.
    None,
}

impl Dialect {
    fn of(side: Side, path: &str) -> Self {
        match side {
            Side::Admin => Self::Operator,
            Side::Public if native::recognises(path) => Self::Native,
            Side::Public if baidu::recognises(path) => Self::Baidu,
            Side::Public => Self::None,
        }
    }

    /// The header that carries a request's id.
    const fn request_id_header(self) -> HeaderName {
        match self {
            Self::Baidu => baidu::REQUEST_ID,
            Self::Operator | Self::Native | Self::None => edge::REQUEST_ID,
        }
    }

    async fn answer(self, iam: &Arc<Iam>, received: Result<Received, Refused>, request_id: &str) -> Reply {
        match self {
            Self::Operator => operator::answer(iam, received, request_id).await,
            Self::Native => native::answer(iam, received, request_id).await,
            Self::Baidu => baidu::answer(iam, received, request_id).await,
            Self::None => edge::Fault::nothing_here().reply(request_id),
        }
    }

    /// The answer for a request that panicked.
    fn internal(self, request_id: &str) -> Reply {
        match self {
            Self::Native => native::internal(request_id),
            Self::Baidu => baidu::internal(request_id),
            Self::Operator | Self::None => edge::Fault::internal(None).reply(request_id),
        }
    }
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
        let dialect = Dialect::of(side, request.uri().path());
        let request_id = edge::request_id(request.headers(), &dialect.request_id_header(), &self.iam);
        let (iam, id) = (Arc::clone(&self.iam), request_id.clone());
        let work = tokio::spawn(async move {
            let received = Received::read(request, peer, id.clone()).await;
            dialect.answer(&iam, received, &id).await
        });
        let reply = match work.await {
            Ok(reply) => reply,
            Err(failure) => {
                self.panics.fetch_add(1, Ordering::Relaxed);
                tracing::error!(request.id = %request_id, failure = %failure, "a request panicked");
                dialect.internal(&request_id)
            }
        };
        edge::with_request_id(reply, dialect.request_id_header(), &request_id)
    }

    /// How many requests have panicked: each is a bug.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }
}

/// Answers an operator's request without a socket, for commands that open the store themselves.
pub async fn answer_operator(iam: &Arc<Iam>, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let request_id = iam.draw_request_id();
    let received = Received::local(path, body, request_id.clone());
    let reply = operator::answer(iam, Ok(received), &request_id).await;
    (reply.status().as_u16(), edge::collect(reply).await)
}
