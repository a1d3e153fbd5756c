//! The authorisation matrix: what each call answers to each kind of caller, as a text to be reviewed.
//!
//! The rows are the calls that the code offers, so a call without a row in `matrix.txt` fails here.

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
/// The one call that needs no permission: it tells a caller who it is.
const FOR_ALL: &str = "/api/v1/whoami";

/// SEC-004, SEC-112: one well-formed request for each call, whose targets exist, as each caller. Who is denied changes
/// nothing.
#[test]
fn sec_004_sec_112_each_call_as_each_caller() {
    on_each_database(async |world: World| {
        let stranger = world.account().await;
        let mut rows = vec![row("call", ["root", "plain user", "another's root", "unsigned"])];
        for (method, path) in api::routes() {
            let call = format!("{method} {path}");
            // What root does is not to be felt in another row.
            let home = Home::new(&world).await;
            let (target, body) = (home.target(path), body(method, path).replace("{account}", &home.root.account));
            let before = without_use(&home.root.everything().await);
            let request = || Request::new(method, &target).body(body.as_str());
            let unsigned = request().header("Host", world.host()).header("Content-Length", body.len());
            let plain = in_short(&call_as(&home.plain, method, &target, &body).await);
            let another = in_short(&call_as(&stranger, method, &target, &body).await);
            let unsigned = in_short(&world.send(&unsigned).await);
            assert_eq!(without_use(&home.root.everything().await), before, "{call}: nothing has changed");
            let denied = if path == FOR_ALL { "200" } else { DENIED };
            assert_eq!((&*plain, &*unsigned), (denied, DENIED), "{call}");

            let root = call_as(&home.root, method, &target, &body).await;
            assert!(root.status < 300, "{call}, as root: the request is well formed: {root:?}");
            rows.push(row(&call, [&in_short(&root), &plain, &another, &unsigned]));
        }
        let found = rows.join("\n") + "\n";
        assert!(found == WANTED, "the matrix has changed. If each answer is right, matrix.txt is to be\n\n{found}");
    });
}

/// An account in which everything is that a request can name.
struct Home<'w> {
    root: Root<'w>,
    /// A user that no request names.
    plain: Root<'w>,
    /// The key of the user that they name.
    key: String,
}

impl<'w> Home<'w> {
    async fn new(world: &'w World) -> Self {
        let root = world.account().await;
        root.create_user("alice").await;
        root.create_user("bob").await;
        let key = root.create_key("alice").await.id;
        let plain = root.with_key(root.create_key("bob").await);
        for (method, path, body) in [
            ("POST", "/v1/group", r#"{"name":"crew"}"#),
            ("PUT", "/v1/group/crew/user/alice", ""),
            ("PUT", "/v1/user/alice/loginProfile", r#"{"enabledLogin":true}"#),
        ] {
            let done = root.call(method, path, body).await;
            assert!(done.status < 300, "{done:?}");
        }
        Self { root, plain, key }
    }

    /// A path whose names are those of the things that are there.
    fn target(&self, path: &str) -> String {
        let mut noun = "";
        let mut segments = Vec::new();
        for segment in path.split('/') {
            segments.push(match (segment, noun) {
                ("{}", "user" | "subUser") => "alice",
                ("{}", "group") => "crew",
                ("{}", "accesskey") => &self.key,
                ("{}", _) => panic!("{path}: which {noun}?"),
                (segment, _) => segment,
            });
            noun = segment;
        }
        let query = if path == "/v1/user/{}/accesskey/{}" { "?disable" } else { "" };
        segments.join("/") + query
    }
}

/// What a call must bring, where it must bring anything.
fn body(method: &str, path: &str) -> &'static str {
    match (method, path) {
        ("POST", "/v1/user" | "/v1/group") => r#"{"name":"new"}"#,
        ("PUT", "/v1/user/{}" | "/v1/group/{}") => r#"{"description":"changed"}"#,
        ("PUT", "/v1/user/{}/loginProfile" | "/v1/subUser/{}/update") => r#"{"password":"correct horse battery"}"#,
        ("POST", "/v1/user/operation/mfa/switch") => r#"{"userName":"alice","enabledMfa":true,"mfaType":"TOTP"}"#,
        ("POST", "/authorize") => {
            r#"{"principal":"crn:iam::{account}:user/alice","action":"iam:GetUser","resource":"*"}"#
        }
        _ => "",
    }
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

fn row(call: &str, [root, plain, another, unsigned]: [&str; 4]) -> String {
    format!("{call:38} | {root:4} | {plain:16} | {another:14} | {unsigned}")
}
