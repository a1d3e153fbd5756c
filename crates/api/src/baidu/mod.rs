//! The `baidu` dialect: Baidu AI Cloud's IAM, as its official SDKs speak it.
//!
//! `bce-auth-v1` signatures, JSON bodies, paths under `/v1/`. Facts about the wire (codes, statuses, field
//! names) are those that the three official SDKs need; where the service's documents are silent, the choice is
//! noted beside it.

mod access_keys;
mod accounts;
mod api_keys;
mod attachments;
mod error;
mod events;
mod groups;
mod identity_providers;
mod login_profiles;
mod pages;
mod partner_accounts;
mod policies;
mod request;
mod response;
mod roles;
mod sts;
mod system_policies;
mod users;

use std::{borrow::Cow, pin::Pin, sync::Arc};

use bytes::Bytes;
use edge::{Received, Refused, Reply};
use hyper::header::HeaderName;
use iam::{Iam, caller::Caller};

use self::{error::Fault, response::Answer};
use crate::{
    members::Members,
    paths::{self, Query},
};

/// The path under which the dialect lives.
const PREFIX: &str = "/v1/";
/// The header that carries a request's id, both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-bce-request-id");

/// A call, authenticated and routed, ready for its handler.
struct Call {
    iam: Arc<Iam>,
    caller: Caller,
    /// What stood in the path's `{…}`, decoded once, in order.
    names: Vec<String>,
    /// The query, decoded once.
    query: Query,
    /// The body's members; none where there was no body.
    body: Members,
    /// The body as it came.
    raw: Bytes,
}

impl Call {
    /// What stood in the path's `{}` number `place`.
    fn name(&self, place: usize) -> Result<String, Fault> {
        self.names.get(place).cloned().ok_or_else(Fault::no_such_path)
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

const fn route(method: &'static str, path: &'static str, handler: fn(Call) -> Pending) -> Route {
    Route { method, path, handler }
}

/// Every call of the dialect. No two of them match the same method and path.
static ROUTES: &[Route] = &[
    route("POST", "/v1/user", users::create),
    route("GET", "/v1/user", users::list),
    route("GET", "/v1/user/{}", users::get),
    route("PUT", "/v1/user/{}", users::update),
    route("DELETE", "/v1/user/{}", users::delete),
    route("GET", "/v1/user/{}/group", groups::of_user),
    route("PUT", "/v1/user/{}/loginProfile", login_profiles::update),
    route("GET", "/v1/user/{}/loginProfile", login_profiles::get),
    route("DELETE", "/v1/user/{}/loginProfile", login_profiles::delete),
    route("POST", "/v1/user/operation/mfa/switch", login_profiles::switch_operation_mfa),
    route("PUT", "/v1/subUser/{}/update", login_profiles::set_password),
    route("POST", "/v1/user/{}/accesskey", access_keys::create),
    route("GET", "/v1/user/{}/accesskey", access_keys::list),
    route("PUT", "/v1/user/{}/accesskey/{}", access_keys::switch),
    route("DELETE", "/v1/user/{}/accesskey/{}", access_keys::delete),
    route("GET", "/v1/accesskey/{}/lastusedtime", access_keys::last_used),
    route("DELETE", "/v1/user/{}/mfaType/{}", login_profiles::remove_mfa),
    route("POST", "/v1/apikey/create", api_keys::create),
    route("POST", "/v1/apikey/update", api_keys::update),
    route("POST", "/v1/apikey/list", api_keys::list),
    route("POST", "/v1/apikey/detail", api_keys::detail),
    route("POST", "/v1/apikey/decrypt", api_keys::decrypt),
    route("POST", "/v1/apikey/delete", api_keys::delete),
    route("GET", "/v1/subUser/idp/query", identity_providers::query),
    route("POST", "/v1/subUser/idp/updateStatus", identity_providers::update_status),
    route("POST", "/v1/subUser/idp/update", identity_providers::update),
    route("POST", "/v1/subUser/idp/delete", identity_providers::delete),
    route("POST", "/v1/vs/account", partner_accounts::put),
    route("GET", "/v1/vs/account/{}", partner_accounts::get),
    route("POST", "/v1/vs/account/list", partner_accounts::list),
    route("POST", "/v1/group", groups::create),
    route("GET", "/v1/group", groups::list),
    route("GET", "/v1/group/{}", groups::get),
    route("PUT", "/v1/group/{}", groups::update),
    route("DELETE", "/v1/group/{}", groups::delete),
    route("GET", "/v1/group/{}/user", groups::users),
    route("PUT", "/v1/group/{}/user/{}", groups::add_user),
    route("DELETE", "/v1/group/{}/user/{}", groups::remove_user),
    route("POST", "/v1/policy", policies::create),
    route("GET", "/v1/policy", policies::list),
    route("GET", "/v1/policy/{}", policies::get),
    route("POST", "/v1/policy/{}", policies::update),
    route("DELETE", "/v1/policy/{}", policies::delete),
    route("GET", "/v1/policy/{}/entity", attachments::entities),
    route("GET", "/v1/policy/{}/grant/{}", attachments::entities_by_type),
    route("PUT", "/v1/user/{}/policy/{}", attachments::attach_to_user),
    route("DELETE", "/v1/user/{}/policy/{}", attachments::detach_from_user),
    route("GET", "/v1/user/{}/policy", attachments::of_user),
    route("PUT", "/v1/group/{}/policy/{}", attachments::attach_to_group),
    route("DELETE", "/v1/group/{}/policy/{}", attachments::detach_from_group),
    route("GET", "/v1/group/{}/policy", attachments::of_group),
    route("PUT", "/v1/role/{}/policy/{}", attachments::attach_to_role),
    route("DELETE", "/v1/role/{}/policy/{}", attachments::detach_from_role),
    route("GET", "/v1/role/{}/policy", attachments::of_role),
    route("POST", "/v1/role", roles::create),
    route("GET", "/v1/role", roles::list),
    route("GET", "/v1/role/{}", roles::get),
    route("PUT", "/v1/role/{}", roles::update),
    route("DELETE", "/v1/role/{}", roles::delete),
    route("GET", "/v1/account/summary", accounts::summary),
    route("POST", "/v1/sessionToken", sts::session_token),
    route("POST", "/v1/credential", sts::assume_role),
    route("GET", "/v1/BCE-BEARER/token", sts::bearer_token),
    route("POST", "/v1/events/query", events::query),
    route("POST", "/v1/events/query_v2", events::query),
];

/// Whether a path belongs to this dialect.
pub(crate) fn recognises(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// The method and the path of each call.
pub(crate) fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES.iter().map(|route| (route.method, route.path))
}

/// Our name for what the service calls a system policy.
pub(crate) fn system_policy(name: &str) -> Cow<'_, str> {
    system_policies::ours(name)
}

/// Answers a request. Whoever was turned away without having proved who it is, is counted here.
pub(crate) async fn answer(iam: &Arc<Iam>, received: Result<Received, Refused>, request_id: &str) -> Reply {
    let answer = match &received {
        Ok(received) => handle(iam, received).await.inspect_err(|fault| {
            if let Some(refusal) = fault.refusal() {
                iam.count_refusal(&received.origin.source, refusal);
            }
        }),
        Err(refused) => Err(Fault::refused(*refused)),
    };
    match answer {
        Ok(answer) => answer.reply(),
        Err(fault) => fault.reply(request_id),
    }
}

/// The answer for a request that panicked.
pub(crate) fn internal(request_id: &str) -> Reply {
    Fault::internal().reply(request_id)
}

async fn handle(iam: &Arc<Iam>, received: &Received) -> Result<Answer, Fault> {
    let segments = paths::segments(&received.path)?;
    let query = Query::parse(&received.query)?;
    let caller = request::authenticate(iam, received).await?;
    let (route, names) = find(&received.method, &segments)?;
    received.notes.route(route.path);
    let body = if sts::reads_its_body(route.path) { Members::of(None) } else { request::body(received)? };
    let (iam, raw) = (Arc::clone(iam), received.body.clone());
    (route.handler)(Call { iam, caller, names, query, body, raw }).await
}

/// The route for a path, and what stood in its `{}`.
fn find(method: &str, segments: &[String]) -> Result<(&'static Route, Vec<String>), Fault> {
    let mut path_known = false;
    for route in ROUTES {
        if let Some(names) = matches(route.path, segments) {
            if route.method == method {
                return Ok((route, names));
            }
            path_known = true;
        }
    }
    Err(if path_known { Fault::method_not_allowed() } else { Fault::no_such_path() })
}

fn matches(pattern: &str, segments: &[String]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = segments.iter();
    for part in pattern.split('/').skip(1) {
        let segment = rest.next()?;
        match part {
            "{}" => names.push(segment.clone()),
            literal if literal == segment => {}
            _ => return None,
        }
    }
    rest.next().is_none().then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path whose literal words a `{}` of another route could match as well would make the order matter.
    #[test]
    fn no_two_routes_meet() {
        let meet = |one: &str, other: &str| {
            let (one, other): (Vec<_>, Vec<_>) = (one.split('/').collect(), other.split('/').collect());
            one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| a == b || *a == "{}" || *b == "{}")
        };
        for (place, one) in ROUTES.iter().enumerate() {
            for other in &ROUTES[place + 1..] {
                assert!(one.method != other.method || !meet(one.path, other.path), "{} {}", one.method, one.path);
            }
        }
    }

    #[test]
    fn routes_match_whole_paths() {
        let split = |path: &str| path.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(matches("/v1/user/{}", &split("/v1/user/alice")), Some(vec!["alice".to_owned()]));
        for other in ["/v1/user", "/v1/user/alice/x", "/v1/group/alice", "/v2/user/alice"] {
            assert_eq!(matches("/v1/user/{}", &split(other)), None, "{other}");
        }
    }
}
