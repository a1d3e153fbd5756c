//! The authorisation matrix: what each call answers to each kind of caller, as a text to be reviewed.
//!
//! The rows are the calls that the code offers, so a call without a row in `matrix.txt` fails here.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::{
    denied::without_use,
    support::{
        client::Reply,
        database::on_each_database,
        request::Request,
        world::{Root, World},
    },
};

const WANTED: &str = include_str!("matrix.txt");
const DENIED: &str = "403 AccessDenied";
const DOCUMENT: &str =
    r#"{"accessControlList":[{"service":"bos","region":"*","effect":"Allow","permission":["READ"],"resource":["*"]}]}"#;
const TRUST: &str = r#"{"accessControlList":[{"service":"bce:iam","region":"*","effect":"Allow","permission":["AssumeRole"],"grantee":[{"id":"another"}]}]}"#;
const ACL: &str = r#"{"version":"v2","accessControlList":[{"service":"bce:ai_apaas","region":"global","resource":["*"],"permission":["*"],"effect":"Allow"}]}"#;
/// The one call that is refused to whoever may ask: there is nothing to show.
const NEVER: &str = "/v1/apikey/decrypt";
const NATIVE_DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bos:GetObject","Resource":"*"}]}"#;
/// The calls that need no permission: one tells a caller who it is, others are about nobody but the caller, or about
/// texts and what everybody may know.
const FOR_ALL: [&str; 10] = [
    "/api/v1/whoami",
    "/api/v1/whoami/password/check",
    "/api/v1/sts/session-token",
    "/v1/sessionToken",
    "/api/v1/policies/check",
    "/api/v1/policies/format",
    "/api/v1/policies/complete",
    "/api/v1/policies/build",
    "/api/v1/catalogue",
    "/api/v1/catalogue/keys",
];

/// The calls that take what no other call can make, a session or a password: their stories are in `native_console.rs`.
const ELSEWHERE: [&str; 2] = ["/api/v1/console-sessions/{session}", "/api/v1/whoami/password"];

/// SEC-004, SEC-112: one well-formed request for each call, whose targets exist, as each caller. Who is denied changes
/// nothing.
#[test]
fn sec_004_sec_112_each_call_as_each_caller() {
    on_each_database(async |world: World| {
        let (stranger, looked_at) = (world.account().await, Home::new(&world).await);
        let mut rows = vec![row("call", ["root", "admin", "plain user", "another's root", "unsigned"])];
        for (method, path) in api::routes().filter(|(_, path)| !ELSEWHERE.contains(path)) {
            let call = format!("{method} {path}");
            // What is done is not to be felt in another cell.
            let homes = match method {
                "GET" => None,
                _ => Some(tokio::join!(Home::new(&world), Home::new(&world))),
            };
            let (home, of_administrator) = homes.as_ref().map_or((&looked_at, &looked_at), |(one, two)| (one, two));
            let (target, body) = (home.target(method, path), home.body(method, path));
            let before = without_use(&home.root.everything().await);
            let request = || Request::new(method, &target).body(body.as_str());
            let unsigned = request().header("Host", world.host()).header("Content-Length", body.len());
            let plain = in_short(&call_as(&home.plain, method, &target, &body).await);
            let theirs = home.body(method, path);
            let another = in_short(&call_as(&stranger, method, &target, &theirs).await);
            let unsigned = in_short(&world.send(&unsigned).await);
            assert_eq!(without_use(&home.root.everything().await), before, "{call}: nothing has changed");
            let denied = if FOR_ALL.contains(&path) { "200" } else { DENIED };
            assert_eq!((&*plain, &*unsigned), (denied, DENIED), "{call}");

            let root = call_as(&home.root, method, &target, &body).await;
            let done = root.status < 300 || path == NEVER;
            assert!(done, "{call}, as root: the request is well formed: {root:?}");
            let (target, body) = (of_administrator.target(method, path), of_administrator.body(method, path));
            let administrator = in_short(&call_as(&of_administrator.administrator, method, &target, &body).await);
            rows.push(row(&call, [&in_short(&root), &administrator, &plain, &another, &unsigned]));
        }
        let found = rows.join("\n") + "\n";
        assert!(found == WANTED, "the matrix has changed. If each answer is right, matrix.txt is to be\n\n{found}");
    });
}

/// An account in which everything is that a request can name.
struct Home<'w> {
    root: Root<'w>,
    /// A user that no request names, who holds `AdministratorAccess`.
    administrator: Root<'w>,
    /// Another, who holds nothing.
    plain: Root<'w>,
    /// The key of the user that they name.
    key: String,
    /// A key of the root user with which nobody signs.
    spare_key: String,
    /// Its API key.
    api_key: String,
    /// An API key of the root user.
    root_api_key: String,
    /// The id of the user that they name.
    alice: String,
}

impl<'w> Home<'w> {
    async fn new(world: &'w World) -> Self {
        let root = world.account().await;
        for user in ["alice", "bob", "admin"] {
            root.create_user(user).await;
        }
        let key = root.create_key("alice").await.id;
        let alice = root.get("/v1/user/alice").await.field("id");
        let plain = root.with_key(root.create_key("bob").await);
        let administrator = root.with_key(root.create_key("admin").await);
        for policy in ["held", "spare"] {
            root.policy(policy, json!({})).await;
        }
        for (method, path, body) in [
            ("PUT", "/v1/user/admin/policy/AdministratorAccess?policyType=System", ""),
            ("POST", "/v1/group", r#"{"name":"crew"}"#),
            ("PUT", "/v1/group/crew/user/alice", ""),
            ("PUT", "/v1/user/alice/loginProfile", r#"{"enabledLogin":true}"#),
            ("POST", "/v1/role", &with_trust(r#"{"name":"deploy"}"#)),
            ("PUT", "/v1/user/alice/policy/held", ""),
            ("PUT", "/v1/group/crew/policy/held", ""),
            ("PUT", "/v1/role/deploy/policy/held", ""),
            ("POST", "/v1/subUser/idp/update", r#"{"fileName":"idp.xml"}"#),
            ("POST", "/v1/vs/account", r#"{"userId":"customer"}"#),
        ] {
            root.must(method, path, body).await;
        }
        let own = json!({ "document": NATIVE_DOCUMENT }).to_string();
        let second = json!({ "document": NATIVE_DOCUMENT, "set_default": false }).to_string();
        root.must_native("POST", "/api/v1/policies/held/versions", second).await;
        for holder in ["users/alice", "groups/crew", "roles/deploy"] {
            root.must_native("PUT", &format!("/api/v1/{holder}/inline-policies/own"), own.as_str()).await;
        }
        for holder in ["users/alice", "roles/deploy"] {
            let target = format!("/api/v1/{holder}/permissions-boundary");
            root.must_native("PUT", &target, r#"{"policy":"held"}"#).await;
        }
        let open = json!({ "name": "open", "trust_document": trusting(&root.account) }).to_string();
        root.must_native("POST", "/api/v1/roles", open).await;
        let spare_key = root.call_native("POST", "/api/v1/root/access-keys", "").await.field("id");
        let body = format!(r#"{{"userId":"{alice}","acl":{ACL}}}"#);
        let api_key = root.call("POST", "/v1/apikey/create", body).await.field("id");
        let root_api_key = root.call_native("POST", "/api/v1/root/api-keys", r#"{"name":"spare"}"#).await.field("id");
        Self { root, administrator, plain, key, spare_key, api_key, root_api_key, alice }
    }

    /// A path whose names are those of the things that are there.
    fn target(&self, method: &str, path: &str) -> String {
        let mut noun = "";
        let mut segments = Vec::new();
        for segment in path.split('/') {
            segments.push(match (segment, noun) {
                ("{version}", _) => "2",
                ("{name}", _) => "own",
                ("{key}", "api-keys") if path.starts_with("/api/v1/root/") => &self.root_api_key,
                ("{key}", _) if path.starts_with("/api/v1/root/") => &self.spare_key,
                ("{user}", _) | ("{}", "user" | "subUser") => "alice",
                ("{group}", _) | ("{}", "group") => "crew",
                ("{role}", _) | ("{}", "role") => "deploy",
                // One that is attached is not deleted, nor attached again.
                ("{policy}" | "{}", "policy" | "policies") if takes_a_spare_policy(method, path) => "spare",
                ("{policy}" | "{}", "policy" | "policies") => "held",
                ("{}", "grant") => "UserPolicy",
                ("{key}", "api-keys") => &self.api_key,
                ("{key}", _) | ("{}", "accesskey") => &self.key,
                ("{}", "mfaType") => "TOTP",
                ("{}", "account") | ("{customer}", _) => "customer",
                (segment, _) if segment.starts_with('{') => panic!("{path}: which {noun}?"),
                (segment, _) => segment,
            });
            noun = segment;
        }
        let query = match (method, path) {
            (_, "/v1/user/{}/accesskey/{}") => "?disable",
            (_, "/v1/credential") => {
                return format!("/v1/credential?assumeRole&accountId={}&roleName=open", self.root.account);
            }
            (_, "/v1/subUser/idp/updateStatus") => "?status=enable",
            ("DELETE", "/api/v1/users/{user}" | "/api/v1/groups/{group}" | "/api/v1/roles/{role}") => "?force=true",
            _ => "",
        };
        segments.join("/") + query
    }

    /// What a call must bring, where it must bring anything.
    fn body(&self, method: &str, path: &str) -> String {
        match (method, path) {
            ("POST", "/v1/user" | "/v1/group") => r#"{"name":"new"}"#.to_owned(),
            ("POST", "/v1/policy") => json!({ "name": "new", "document": DOCUMENT }).to_string(),
            ("POST", "/v1/role") => with_trust(r#"{"name":"new"}"#),
            ("PUT", "/v1/user/{}" | "/v1/group/{}") => r#"{"description":"changed"}"#.to_owned(),
            ("POST", "/v1/policy/{}") => json!({ "name": "changed", "document": DOCUMENT }).to_string(),
            ("PUT", "/v1/role/{}") => with_trust(r#"{"description":"changed"}"#),
            ("PUT", "/v1/user/{}/loginProfile" | "/v1/subUser/{}/update") => {
                r#"{"password":"correct horse battery"}"#.to_owned()
            }
            ("POST", "/v1/user/operation/mfa/switch") => {
                r#"{"userName":"alice","enabledMfa":true,"mfaType":"TOTP"}"#.to_owned()
            }
            ("POST", "/v1/events/query" | "/v1/events/query_v2") => {
                r#"{"startTime":"2026-11-22T00:00:00Z","endTime":"2026-11-23T00:00:00Z","pageSize":10}"#.to_owned()
            }
            ("POST", "/v1/apikey/create") => format!(r#"{{"userId":"{}","acl":{ACL}}}"#, self.alice),
            ("POST", "/v1/apikey/list") => json!({ "userId": self.alice }).to_string(),
            ("POST", path) if path.starts_with("/v1/apikey/") => {
                json!({ "userId": self.alice, "id": self.api_key, "name": "changed" }).to_string()
            }
            ("POST", "/v1/subUser/idp/update") => r#"{"fileName":"another.xml"}"#.to_owned(),
            ("POST", "/v1/vs/account") => r#"{"userId":"another"}"#.to_owned(),
            ("POST", "/authorize") => {
                let principal = format!("crn:iam::{}:user/alice", self.root.account);
                json!({ "principal": principal, "action": "iam:GetUser", "resource": "*" }).to_string()
            }
            (_, path) if path.starts_with("/api/v1/") => self.native_body(method, path),
            _ => String::new(),
        }
    }

    /// The same for the native dialect's.
    fn native_body(&self, method: &str, path: &str) -> String {
        let trust = trusting(&self.root.account);
        let body = match (method, path) {
            ("POST", "/api/v1/users" | "/api/v1/groups") => json!({ "name": "newer" }),
            ("PATCH", "/api/v1/users/{user}" | "/api/v1/groups/{group}") => json!({ "remarks": "changed" }),
            ("POST", "/api/v1/users/{user}/api-keys" | "/api/v1/root/api-keys") => json!({ "name": "new" }),
            ("PUT", "/api/v1/partner-accounts/{customer}") => json!({ "company": "changed" }),
            ("PUT", "/api/v1/identity-provider") => json!({ "enabled": false }),
            ("PATCH", path) if path.ends_with("-keys/{key}") || path.ends_with("/login-profile") => {
                json!({ "enabled": true })
            }
            ("PUT", "/api/v1/account/alias") => json!({ "alias": alias() }),
            ("POST", "/api/v1/policies") => json!({ "name": "newer", "document": NATIVE_DOCUMENT }),
            ("POST", "/api/v1/policies/complete") => json!({ "document": NATIVE_DOCUMENT, "line": 1, "column": 2 }),
            ("POST", "/api/v1/whoami/password/check") => json!({ "new": "nine grey cats on a roof" }),
            ("POST", "/api/v1/policies/build") => json!({ "rows": [{ "effect": "allow", "service": "iam" }] }),
            ("PATCH", "/api/v1/policies/{policy}" | "/api/v1/roles/{role}") => json!({ "description": "changed" }),
            ("POST", "/api/v1/policies/check" | "/api/v1/policies/format" | "/api/v1/policies/{policy}/versions") => {
                json!({ "document": NATIVE_DOCUMENT })
            }
            ("PUT", "/api/v1/policies/{policy}/default-version") => json!({ "version": 2 }),
            ("PUT", path) if path.ends_with("/inline-policies/{name}") => json!({ "document": NATIVE_DOCUMENT }),
            ("PUT", path) if path.ends_with("/permissions-boundary") => json!({ "policy": "spare" }),
            ("POST", "/api/v1/roles") => json!({ "name": "newer", "trust_document": trust }),
            ("PUT", "/api/v1/roles/{role}/trust") => json!({ "trust_document": trust }),
            ("POST", "/api/v1/sts/assume-role") => json!({ "role": "open", "session_name": "matrix" }),
            _ => return String::new(),
        };
        body.to_string()
    }
}

/// A trust document for everybody in an account whom its policies allow it.
fn trusting(account: impl std::fmt::Display) -> String {
    let statement = json!({
        "Effect": "Allow", "Principal": { "Claviger": format!("crn:iam::{account}:root") }, "Action": "sts:AssumeRole",
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// Whether a call must find a policy that nobody holds: one that is attached is not deleted, nor attached again.
fn takes_a_spare_policy(method: &str, path: &str) -> bool {
    match path {
        "/v1/policy/{}" | "/api/v1/policies/{policy}" => method == "DELETE",
        path => method == "PUT" && !path.starts_with("/api/v1/policies/"),
    }
}

/// An alias that no account has.
fn alias() -> String {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    format!("alias-{}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// A body with a trust document.
fn with_trust(body: &str) -> String {
    let mut body: serde_json::Value = serde_json::from_str(body).expect("a body is JSON");
    body["assumeRolePolicyDocument"] = json!(TRUST);
    body.to_string()
}

/// A call in the dialect to which its path belongs.
async fn call_as(caller: &Root<'_>, method: &str, target: &str, body: &str) -> Reply {
    if target.starts_with("/v1/") {
        caller.call(method, target, body).await
    } else {
        caller.call_native(method, target, body).await
    }
}

/// The status, and an error's code.
fn in_short(reply: &Reply) -> String {
    if reply.status < 400 { reply.status.to_string() } else { format!("{} {}", reply.status, reply.field("code")) }
}

fn row(call: &str, [root, administrator, plain, another, unsigned]: [&str; 5]) -> String {
    format!("{call:66} | {root:4} | {administrator:16} | {plain:16} | {another:16} | {unsigned}")
}
