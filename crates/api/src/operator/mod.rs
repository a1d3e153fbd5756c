//! The operator's dialect: what the `claviger` commands speak over the admin socket.
//!
//! JSON both ways. Whoever can open the socket (mode 0600) is the operator, so there is no signature.

mod accounts;
mod audit;
pub(crate) mod backups;
mod error;
mod master_keys;

use std::{pin::Pin, sync::Arc};

use base::{
    ids::AccountId,
    json::{self, Limits},
};
use edge::{JSON, Received, Refused, Reply, reply};
use hyper::StatusCode;
use iam::Iam;

use self::error::Fault;
use crate::members::Members;

/// A call, ready for its handler.
pub(crate) struct Call {
    iam: Arc<Iam>,
    request: Received,
    body: Members,
}

type Answer = Pin<Box<dyn Future<Output = Result<serde_json::Value, Fault>> + Send>>;
type Handler = fn(Call) -> Answer;

/// Every call. All of them are `POST` with a JSON object: a call's values never stand in a URL.
const ROUTES: &[(&str, Handler)] = &[
    ("/operator/accounts", accounts::create),
    ("/operator/accounts/list", accounts::list),
    ("/operator/accounts/alias", accounts::set_alias),
    ("/operator/accounts/quota", accounts::set_quota),
    ("/operator/accounts/root-login", accounts::set_root_login),
    ("/operator/accounts/root-keys", accounts::create_root_key),
    ("/operator/accounts/root-keys/list", accounts::list_root_keys),
    ("/operator/accounts/root-keys/delete", accounts::delete_root_key),
    ("/operator/audit/verify", audit::verify),
    ("/operator/audit/replay", audit::replay),
    ("/operator/audit/export", audit::export),
    ("/operator/audit/checkpoint", audit::checkpoint),
    ("/operator/audit/key", audit::key),
    ("/operator/backups", backups::begin),
    ("/operator/backups/progress", backups::progress),
    ("/operator/master-keys/list", master_keys::list),
    ("/operator/master-keys/add", master_keys::add),
    ("/operator/master-keys/rotate", master_keys::rotate),
    ("/operator/master-keys/drop", master_keys::drop_one),
];

impl Call {
    /// The account that the call is about.
    fn account(&self) -> Result<AccountId, Fault> {
        accounts::account_id(self.body.required_text("account")?)
    }
}

/// Answers a call.
pub(crate) async fn answer(iam: &Arc<Iam>, received: Result<Received, Refused>, request_id: &str) -> Reply {
    match handle(iam, received).await {
        Ok(body) => reply(StatusCode::OK, JSON, body.to_string()),
        Err(fault) => fault.reply(request_id),
    }
}

async fn handle(iam: &Arc<Iam>, received: Result<Received, Refused>) -> Result<serde_json::Value, Fault> {
    let request = received.map_err(Fault::refused)?;
    let route = ROUTES.iter().find(|(path, _)| *path == request.path && request.method == "POST");
    let Some((path, handler)) = route else { return Err(Fault::no_such_call()) };
    request.notes.route(path);
    let body = match &*request.body {
        [] => None,
        text => Some(json::parse(text, Limits::API).map_err(|error| Fault::bad_json(&error))?),
    };
    handler(Call { iam: Arc::clone(iam), request, body: Members::of(body) }).await
}
