//! The `native` dialect: Claviger's own calls, signed by AWS Signature Version 4 for the service `claviger`.
//!
//! `/authorize` is asked by services on every request that they serve, and answered from memory ([`authorize`]). All
//! else lives under `/api/v1/`, and is a row of the table of calls ([`table`]): a noun's file lists its rows
//! ([`endpoint`]), which describe what they take and give ([`describe`]), and answers them. What is the same for all of
//! them is done before and after: the query and the body are held against the row, the client's terms are read
//! ([`terms`]), the status and the version are told. The documentation is made from the table ([`openapi`]).

mod access_keys;
mod account;
mod api_keys;
mod attachments;
mod authorize;
mod boundaries;
mod call;
mod catalogue;
mod console_sessions;
mod describe;
mod endpoint;
mod error;
mod events;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod groups;
mod identity_provider;
mod inline_policies;
mod login_profiles;
mod new_users;
mod openapi;
mod overview;
mod page;
mod partner_accounts;
mod password_settings;
mod policies;
mod policy_rows;
mod policy_texts;
mod policy_versions;
mod request;
mod response;
mod roles;
mod sessions;
mod sts;
mod table;
mod terms;
mod user_lists;
mod users;
mod values;
mod whoami;

use std::sync::Arc;

use decide::{identity::Identity, snapshot::Snapshot};
use edge::{Received, Refused, Reply};
use iam::{
    Iam,
    caller::{Caller, Origin},
};

use self::{
    call::{Body, Call},
    error::Fault,
    request::{OF_THE_SIGNATURE, Place},
    terms::Wanted,
};
use crate::paths::{self, Query};

/// Where the decision endpoint is.
const AUTHORIZE: &str = "/authorize";
/// The path under which everything else lives.
const PREFIX: &str = "/api/v1/";

/// Who asks, proven.
struct Asker {
    iam: Arc<Iam>,
    identity: Identity,
    origin: Origin,
    /// What it was verified by: whoever only computes goes on with it.
    snapshot: Arc<Snapshot>,
}

impl Asker {
    /// The caller, as the core knows it.
    fn caller(&self) -> Caller {
        Caller::of(self.identity.clone(), self.origin.clone())
    }
}

/// Whether a path belongs to this dialect.
pub(crate) fn recognises(path: &str) -> bool {
    path == AUTHORIZE || path == openapi::PATH || path.starts_with(PREFIX)
}

/// Whether a path is that of questions, which services ask on each request of theirs.
pub(crate) fn is_question(path: &str) -> bool {
    path == AUTHORIZE
}

/// The method and the path of each call, but for the documentation, which is open to all.
pub(crate) fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    table::endpoints().map(|endpoint| (endpoint.method.word(), endpoint.path))
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
    answer.unwrap_or_else(|fault| fault.reply(request_id))
}

/// The answer for a request that panicked.
pub(crate) fn internal(request_id: &str) -> Reply {
    Fault::panicked().reply(request_id)
}

async fn handle(iam: &Arc<Iam>, received: Received) -> Result<Reply, Fault> {
    match received.path.as_str() {
        AUTHORIZE => decide(iam, received).await,
        openapi::PATH => openapi::answer(&received),
        _ => call(iam, &received).await,
    }
}

/// A question to the decision endpoint, which pays for nothing that it does not need.
async fn decide(iam: &Arc<Iam>, received: Received) -> Result<Reply, Fault> {
    let (asker, _) = request::authenticate(iam, &received).await?;
    if received.method != "POST" {
        return Err(Fault::method_not_allowed(&["POST"]));
    }
    received.notes.route(AUTHORIZE);
    if !received.query.is_empty() {
        return Err(Fault::invalid("this call takes no parameters in its query"));
    }
    let answer = authorize::answer(asker, received.body).await?;
    #[cfg(debug_assertions)]
    table::check_answer(&authorize::AUTHORIZE_ROW, &answer);
    Ok(answer.reply_ok())
}

/// A call of the table.
async fn call(iam: &Arc<Iam>, received: &Received) -> Result<Reply, Fault> {
    let segments = paths::segments(&received.path)?;
    let query = Query::parse(&received.query)?;
    let (asker, place) = request::authenticate(iam, received).await?;
    let (endpoint, names) = table::find(&received.method, &segments)?;
    received.notes.route(endpoint.path);
    let query = match place {
        Place::Header => query,
        Place::Query => query.without(OF_THE_SIGNATURE),
    };
    call::check_query(endpoint, &query)?;
    let wanted = Wanted::of(endpoint, received)?;
    let body = Body::read(&received.body, endpoint.body)?;
    let answer = (endpoint.handler)(Call { asker, endpoint, names, query, body, wanted }).await?;
    #[cfg(debug_assertions)]
    table::check_answer(endpoint, &answer);
    Ok(answer.reply(endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_dialects_as_they_were_sent() {
        for own in ["/authorize", "/openapi.json", "/api/v1/whoami", "/api/v1/"] {
            assert!(recognises(own), "{own}");
        }
        for other in ["/authorize/", "/authorize/x", "/Authorize", "/%61uthorize", "/api/v1", "/api/v2/whoami", "/"] {
            assert!(!recognises(other), "{other}");
        }
    }
}
