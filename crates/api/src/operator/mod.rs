//! The operator's dialect: what the `claviger` commands speak over the admin socket.
//!
//! JSON both ways. Whoever can open the socket (mode 0600) is the operator, so there is no signature.

mod accounts;
mod error;

use std::{pin::Pin, sync::Arc};

use base::json::{self, Limits, Value};
use hyper::StatusCode;
use iam::Iam;

use self::error::Fault;
use crate::edge::{Received, Refused, Reply, reply};

const JSON: &str = "application/json;charset=UTF-8";

/// A call, ready for its handler.
pub(crate) struct Call {
    iam: Arc<Iam>,
    request: Received,
    body: Option<Value>,
}

type Answer = Pin<Box<dyn Future<Output = Result<serde_json::Value, Fault>> + Send>>;
type Handler = fn(Call) -> Answer;

const ROUTES: &[(&str, &str, Handler)] = &[("POST", "/operator/accounts", accounts::create)];

/// Answers a call.
pub(crate) async fn answer(iam: &Arc<Iam>, received: Result<Received, Refused>, request_id: &str) -> Reply {
    match handle(iam, received).await {
        Ok(body) => reply(StatusCode::OK, JSON, body.to_string()),
        Err(fault) => fault.reply(request_id),
    }
}

async fn handle(iam: &Arc<Iam>, received: Result<Received, Refused>) -> Result<serde_json::Value, Fault> {
    let request = received.map_err(Fault::refused)?;
    let on_path = ROUTES.iter().filter(|(_, path, _)| *path == request.path);
    let Some((_, _, handler)) = on_path.into_iter().find(|(method, _, _)| *method == request.method) else {
        return Err(Fault::no_such_call());
    };
    let body = match &*request.body {
        [] => None,
        text => Some(json::parse(text, Limits::API).map_err(|error| Fault::bad_json(&error))?),
    };
    handler(Call { iam: Arc::clone(iam), request, body }).await
}

/// The answer for a path that no dialect speaks.
pub(crate) fn nothing_here(request_id: &str) -> Reply {
    Fault::no_such_call().reply(request_id)
}

/// The answer for a request that panicked.
pub(crate) fn internal(request_id: &str) -> Reply {
    Fault::internal().reply(request_id)
}
