//! The HTTP dialects: thin translations between a wire and the core.
//!
//! [`Service::answer`] takes a request off a listener, bounds it (crate `edge`), picks the dialect by the path, and
//! answers. A dialect turns bytes into an operation of the core, and its answer or error back into bytes;
//! it holds no rule of its own.

mod baidu;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod health;
mod members;
mod metrics;
mod native;
mod operator;
mod passage;
mod paths;

use std::{borrow::Cow, sync::Arc};

use edge::{Notes, Pages, Peer, Received, Refused, Reply};
use hyper::{Method, Request, body::Incoming, header::HeaderName};
use iam::Iam;
use tracing::Instrument as _;

use crate::{
    metrics::{
        Program,
        requests::{Kind, Requests},
    },
    passage::Passage,
};

pub use crate::passage::REQUEST_LOG;

/// What answers requests.
#[derive(Clone)]
pub struct Service {
    iam: Arc<Iam>,
    requests: Arc<Requests>,
    program: Arc<Program>,
    pages: Option<Arc<dyn Pages>>,
}

/// The sides on which a request can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where everybody may knock.
    Public,
    /// The admin socket: who can open it is the operator.
    Admin,
    /// Where a scraper of metrics comes, and nobody else: nothing but numbers and health is told.
    Metrics,
}

/// The method and the path of each call that the public dialects offer, with `{}` for a name: for documentation, and
/// for a test that must leave none out.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    baidu::routes().chain(native::routes())
}

/// What we call the system policy that Baidu AI Cloud calls `name`; the name itself where it follows no pattern of its.
pub fn system_policy_of_baidu(name: &str) -> Cow<'_, str> {
    baidu::system_policy(name)
}

/// What is spoken with a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Operator,
    Native,
    Baidu,
    /// Pages, for people.
    Console,
    /// No dialect lives there. The last: see [`Dialect::ALL`].
    None,
}

impl Dialect {
    /// All of them, in order.
    pub(crate) const ALL: [Self; Self::None as usize + 1] =
        [Self::Operator, Self::Native, Self::Baidu, Self::Console, Self::None];

    /// Its name in metrics and in the log.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Native => "native",
            Self::Baidu => "baidu",
            Self::Console => "console",
            Self::None => "none",
        }
    }

    /// What a request to `path` is.
    fn kind(self, path: &str) -> Kind {
        if self == Self::Native && native::is_question(path) { Kind::Question } else { Kind::Call }
    }

    fn of(side: Side, path: &str, pages: Option<&dyn Pages>) -> Self {
        match side {
            Side::Admin => Self::Operator,
            Side::Public if native::recognises(path) => Self::Native,
            Side::Public if baidu::recognises(path) => Self::Baidu,
            Side::Public if pages.is_some_and(|pages| pages.recognises(path)) => Self::Console,
            Side::Public | Side::Metrics => Self::None,
        }
    }

    /// The header that carries a request's id.
    const fn request_id_header(self) -> HeaderName {
        match self {
            Self::Baidu => baidu::REQUEST_ID,
            Self::Operator | Self::Native | Self::Console | Self::None => edge::REQUEST_ID,
        }
    }
}

impl Service {
    /// A service on an open store.
    pub fn new(iam: Arc<Iam>) -> Self {
        Self::with_insecure_switches(iam, Vec::new())
    }

    /// The same, where these switches are on: that is told wherever details of health are (SEC-271).
    pub fn with_insecure_switches(iam: Arc<Iam>, insecure: Vec<&'static str>) -> Self {
        let program = Arc::new(Program { started_s: iam.now().seconds(), insecure });
        Self { iam, requests: Arc::default(), program, pages: None }
    }

    /// The same, with pages for people beside the dialects.
    #[must_use]
    pub fn with_pages(self, pages: Arc<dyn Pages>) -> Self {
        Self { pages: Some(pages), ..self }
    }

    /// Answers one request. It always answers: a panic becomes the dialect's internal error (SEC-006), and
    /// the work goes on when the client leaves before it is done.
    pub async fn answer(&self, side: Side, request: Request<Incoming>, peer: Peer) -> Reply {
        let binds_to_tls = edge::binds_to_tls(&peer, request.headers());
        let reply = self.answer_one(side, request, peer).await;
        if binds_to_tls { edge::with_strict_transport(reply) } else { reply }
    }

    async fn answer_one(&self, side: Side, request: Request<Incoming>, peer: Peer) -> Reply {
        if let Some(reply) = self.answer_watcher(side, (request.method(), request.uri().path())) {
            return reply;
        }
        let dialect = Dialect::of(side, request.uri().path(), self.pages.as_deref());
        let kind = dialect.kind(request.uri().path());
        let request_id = edge::request_id(request.headers(), &dialect.request_id_header(), &self.iam);
        let notes = Arc::new(Notes::new(&request_id));
        let span = notes.span().clone();
        let running = self.requests.begin(dialect, kind);
        let passage = Passage::begin(running, Arc::clone(&notes), (dialect, kind), &request, &peer);
        let (service, id) = (self.clone(), request_id.clone());
        let work = async move {
            let received = Received::read(request, peer, id.clone(), notes).await;
            let reply = service.answer_in(dialect, received, &id).await;
            passage.answered(reply.status().as_u16());
            reply
        };
        let reply = match tokio::spawn(work.instrument(span.clone())).await {
            Ok(reply) => reply,
            Err(failure) => span.in_scope(|| {
                tracing::error!(failure = %failure, "a request panicked");
                self.internal(dialect, &request_id)
            }),
        };
        edge::with_request_id(reply, dialect.request_id_header(), &request_id)
    }

    async fn answer_in(&self, dialect: Dialect, received: Result<Received, Refused>, request_id: &str) -> Reply {
        match (dialect, &self.pages) {
            (Dialect::Operator, _) => operator::answer(&self.iam, received, request_id).await,
            (Dialect::Native, _) => native::answer(&self.iam, received, request_id).await,
            (Dialect::Baidu, _) => baidu::answer(&self.iam, received, request_id).await,
            (Dialect::Console, Some(pages)) => pages.answer(&self.iam, received, request_id).await,
            (Dialect::Console | Dialect::None, _) => edge::Fault::nothing_here().reply(request_id),
        }
    }

    /// The answer for a request that panicked.
    fn internal(&self, dialect: Dialect, request_id: &str) -> Reply {
        match (dialect, &self.pages) {
            (Dialect::Native, _) => native::internal(request_id),
            (Dialect::Baidu, _) => baidu::internal(request_id),
            (Dialect::Console, Some(pages)) => pages.internal(request_id),
            (Dialect::Operator | Dialect::Console | Dialect::None, _) => edge::Fault::internal(None).reply(request_id),
        }
    }

    /// The answer to whoever watches over this program, where it asks.
    fn answer_watcher(&self, side: Side, asked: (&Method, &str)) -> Option<Reply> {
        let of_metrics = || metrics::answer(&self.iam, &self.requests, &self.program, asked);
        let of_health = health::answer(&self.iam, &self.program, side, asked);
        of_health.or_else(|| if side == Side::Public { None } else { of_metrics() })
    }

    /// How many requests have panicked: each is a bug.
    pub fn panics(&self) -> u64 {
        self.requests.panics()
    }
}

/// A backup's manifest, as the operator's commands show it.
pub fn describe_backup(manifest: &iam::backup::Manifest) -> serde_json::Value {
    operator::backups::describe(manifest)
}

/// Answers an operator's request without a socket, for commands that open the store themselves.
pub async fn answer_operator(iam: &Arc<Iam>, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let request_id = iam.draw_request_id();
    let received = Received::local(path, body, request_id.clone());
    let reply = operator::answer(iam, Ok(received), &request_id).await;
    (reply.status().as_u16(), edge::collect(reply).await)
}
