//! The `native` dialect: Claviger's own calls, signed by AWS Signature Version 4 for the service `claviger`.
//!
//! `/authorize` is asked by services on every request that they serve, and answered from memory ([`authorize`]). All
//! else lives under `/api/v1/`.

mod authorize;
mod error;
mod request;
mod response;
mod whoami;

use std::{pin::Pin, sync::Arc};

use bytes::Bytes;
use decide::{identity::Identity, snapshot::Snapshot};
use iam::{
    Iam,
    caller::{Caller, Origin},
};

use self::{error::Fault, response::Answer};
use crate::edge::{Received, Refused, Reply};

/// Where the decision endpoint is.
const AUTHORIZE: &str = "/authorize";
/// The path under which everything else lives.
const PREFIX: &str = "/api/v1/";

/// A call, authenticated and routed, ready for its handler.
struct Call {
    iam: Arc<Iam>,
    /// Who calls.
    identity: Identity,
    origin: Origin,
    /// What the caller was verified by: whoever only computes goes on with it.
    snapshot: Arc<Snapshot>,
    body: Bytes,
}

impl Call {
    /// The caller, as the core knows it.
    fn caller(&self) -> Caller {
        Caller::Principal { identity: self.identity.clone(), origin: self.origin.clone() }
    }
}

/// What a handler gives back.
type Pending = Pin<Box<dyn Future<Output = Result<Answer, Fault>> + Send>>;

/// A row of the table: method, path, handler.
struct Route {
    method: &'static str,
    path: &'static str,
    handler: fn(Call) -> Pending,
}

/// Every call of the dialect.
static ROUTES: &[Route] = &[
    Route { method: "POST", path: AUTHORIZE, handler: authorize::answer },
    Route { method: "GET", path: "/api/v1/whoami", handler: whoami::get },
];

/// Whether a path belongs to this dialect.
pub(crate) fn recognises(path: &str) -> bool {
    path == AUTHORIZE || path.starts_with(PREFIX)
}

/// Whether a path is that of questions, which services ask on each request of theirs.
pub(crate) fn is_question(path: &str) -> bool {
    path == AUTHORIZE
}

/// The method and the path of each call.
pub(crate) fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES.iter().map(|route| (route.method, route.path))
}

/// Answers a request. Whoever was turned away without having proved who it is, is counted here.
pub(crate) async fn answer(iam: &Arc<Iam>, received: Result<Received, Refused>, request_id: &str) -> Reply {
    let answer = match received {
        Ok(received) => {
            let source = received.origin.source.clone();
            handle(iam, received).await.inspect_err(|fault| {
                if let Some(refusal) = fault.refusal() {
                    iam.count_refusal(&source, refusal);
                }
            })
        }
        Err(refused) => Err(Fault::refused(refused)),
    };
    match answer {
        Ok(answer) => answer.reply(),
        Err(fault) => fault.reply(request_id),
    }
}

/// The answer for a request that panicked.
pub(crate) fn internal(request_id: &str) -> Reply {
    Fault::panicked().reply(request_id)
}

async fn handle(iam: &Arc<Iam>, received: Received) -> Result<Answer, Fault> {
    let (identity, snapshot) = request::authenticate(iam, &received).await?;
    let route = find(&received.method, &received.path)?;
    if !received.query.is_empty() {
        return Err(Fault::invalid("this call takes no parameters in its query"));
    }
    let Received { origin, body, .. } = received;
    (route.handler)(Call { iam: Arc::clone(iam), identity, origin, snapshot, body }).await
}

/// The route for a path, which is compared as it was sent (SEC-071).
fn find(method: &str, path: &str) -> Result<&'static Route, Fault> {
    let mut there = ROUTES.iter().filter(|route| route.path == path).peekable();
    if there.peek().is_none() {
        return Err(Fault::no_such_path());
    }
    there.find(|route| route.method == method).ok_or_else(Fault::method_not_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_as_they_were_sent() {
        assert!(recognises("/authorize") && recognises("/api/v1/whoami") && recognises("/api/v1/"));
        for other in ["/authorize/", "/authorize/x", "/Authorize", "/%61uthorize", "/api/v1", "/api/v2/whoami", "/"] {
            assert!(!recognises(other), "{other}");
        }
        for path in ["/api/v1/whoami/", "/api/v1//whoami", "/api/v1/./whoami", "/api/v1/%77hoami", "/api/v1/"] {
            assert!(find("GET", path).is_err(), "{path}");
        }
    }
}
