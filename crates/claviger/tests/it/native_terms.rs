//! `If-Match` and `Idempotency-Key`: changes that are made to what was seen, and once.

use std::time::Duration;

use serde_json::json;
use signing::sigv4::rules::Rules;

use crate::support::{
    Answers,
    client::Reply,
    database::on_each_database,
    request::Request,
    sigv4,
    world::{Root, World},
};

const USERS: &str = "/api/v1/users";
const ALICE: &str = "/api/v1/users/alice";
const KEY: &str = "Idempotency-Key";
const DAY: Duration = Duration::from_hours(24);

async fn once(root: &Root<'_>, key: &str, method: &str, target: &str, body: &str) -> Reply {
    root.send_native(Request::new(method, target).body(body).header(KEY, key)).await
}

/// SEC-161: who has not seen the last change does not undo it.
#[test]
fn sec_161_a_change_is_made_to_what_was_seen() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.must_native("POST", USERS, r#"{"name":"alice"}"#).await;
        let seen = root.call_native("GET", ALICE, "").await.header("etag").expect("a version").to_owned();
        world.advance(Duration::from_micros(1));
        let with = async |method: &str, body: &str, tag: &str| {
            root.send_native(Request::new(method, ALICE).body(body).header("If-Match", tag)).await
        };
        let changed = with("PATCH", r#"{"remarks":"one"}"#, &seen).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let stale = "412 PreconditionFailed: it was changed since you have seen it: look at it again";
        let mut answers = Answers::default();
        answers.add("an older version", &with("PATCH", r#"{"remarks":"two"}"#, &seen).await);
        answers.add("to delete", &with("DELETE", "", &seen).await);
        answers.add("none of ours", &with("DELETE", "", "\"x\"").await);
        answers.assert_each(stale);
        let shown = root.call_native("GET", ALICE, "").await;
        assert_eq!(shown.body, changed.body, "nothing has changed");
        assert_eq!(shown.header("etag"), changed.header("etag"));
        assert_eq!(with("PATCH", r#"{"remarks":"three"}"#, "*").await.status, 200);

        // Who may not act learns nothing of it.
        root.create_user("bob").await;
        let plain = root.with_key(root.create_key("bob").await);
        let request = Request::new("DELETE", ALICE).header("If-Match", &seen);
        assert_eq!(plain.send_native(request).await.field("code"), "AccessDenied");
        let gone = Request::new("DELETE", "/api/v1/users/nobody").header("If-Match", &seen);
        assert_eq!(root.send_native(gone).await.field("code"), "NotFound");
        let listed = Request::new("GET", USERS).header("If-Match", &seen);
        assert_eq!(root.send_native(listed).await.in_short(), "400 InvalidRequest: this call takes no `if-match`");
    });
}

/// SEC-160, SEC-075: the same request under the same key is done once, and answered the same.
#[test]
fn sec_160_sec_075_a_request_is_done_once() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let body = r#"{"name":"alice"}"#;
        let first = once(&root, "k1", "POST", USERS, body).await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
        world.advance(Duration::from_secs(2));
        let again = once(&root, "k1", "POST", USERS, body).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
        assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")));
        let reused = "409 IdempotencyKeyReused: the idempotency key was used for another request";
        let mut answers = Answers::default();
        answers.add("another body", &once(&root, "k1", "POST", USERS, r#"{"name":"bob"}"#).await);
        answers.add("another spelling", &once(&root, "k1", "POST", USERS, r#"{"name": "alice"}"#).await);
        answers.add("another path", &once(&root, "k1", "POST", "/api/v1/groups", body).await);
        answers.add("another method", &once(&root, "k1", "PATCH", ALICE, body).await);
        answers.assert_each(reused);
        assert_eq!(
            once(&root, "k2", "POST", USERS, body).await.field("code"),
            "Exists",
            "another key, another request"
        );
        // An error is not kept: what it was about can be mended.
        root.must_native("DELETE", ALICE, "").await;
        assert_eq!(once(&root, "k2", "POST", USERS, body).await.status, 201);

        let deleted = once(&root, "k3", "DELETE", ALICE, "").await;
        let again = once(&root, "k3", "DELETE", ALICE, "").await;
        assert_eq!((deleted.status, again.status, again.body.len()), (204, 204, 0));
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(root.call_native("DELETE", ALICE, "").await.status, 404);
        assert_eq!(world.trail(&root.account, "iam:DeleteUser").await.len(), 2, "each deed once");

        // A day later, it is another request.
        world.advance(DAY);
        assert_eq!(once(&root, "k3", "DELETE", ALICE, "").await.status, 404);
        assert_eq!(once(&root, "k1", "POST", USERS, body).await.header("idempotent-replayed"), None);
    });
}

/// SEC-075: an answer that held a secret is not kept.
#[test]
fn sec_075_a_secret_is_shown_once() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let keys = format!("{ALICE}/access-keys");
        let made = once(&root, "k", "POST", &keys, "").await;
        assert_eq!((made.status, made.field("secret").len()), (201, 44));
        assert_eq!(
            once(&root, "k", "POST", &keys, "").await.in_short(),
            "409 RequestReplayed: the request was done before, and its answer, which held a secret, is not kept"
        );
        let listed = root.must_native("GET", &keys, "").await;
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    });
}

/// A key is its principal's; and whoever's credential is good no more gets nothing, not even what it was told before.
#[test]
fn sec_075_a_key_is_its_principals() {
    on_each_database(async |world: World| {
        let (root, another) = (world.account().await, world.account().await);
        for user in ["admin", "other"] {
            root.create_user(user).await;
            let attach = format!("/v1/user/{user}/policy/AdministratorAccess?policyType=System");
            assert_eq!(root.call("PUT", &attach, "").await.status, 204);
        }
        let admin = root.with_key(root.create_key("admin").await);
        let other = root.with_key(root.create_key("other").await);
        let body = r#"{"name":"alice"}"#;
        assert_eq!(once(&admin, "k", "POST", USERS, body).await.status, 201);
        assert_eq!(once(&other, "k", "POST", USERS, body).await.field("code"), "Exists");
        assert_eq!(once(&another, "k", "POST", USERS, body).await.header("idempotent-replayed"), None);
        // The same principal by another key is the same.
        let second = root.with_key(root.create_key("admin").await);
        assert_eq!(once(&second, "k", "POST", USERS, body).await.header("idempotent-replayed"), Some("true"));
        root.must_native("PATCH", "/api/v1/users/admin", r#"{"enabled":false}"#).await;
        assert_eq!(once(&admin, "k", "POST", USERS, body).await.field("code"), "AccessDenied");
    });
}

/// SEC-160: of equal requests at the same moment, one has an effect, and all are answered the same.
#[test]
fn sec_160_equal_requests_at_once_have_one_effect() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let other = world.another_node().await;
        let request = || Request::new("POST", USERS).body(r#"{"name":"alice"}"#).header(KEY, "k");
        let on = |world: &World| sigv4::sign(request(), &root.key, &world.host(), world.now());
        let nodes = || [Some(&world), other.as_ref()].into_iter().flatten();
        let mut asked = Vec::new();
        for _ in 0..8 {
            for node in nodes() {
                asked.push((node, on(node).to_bytes()));
            }
        }
        let mut connections = Vec::new();
        for (node, bytes) in &asked {
            let mut connection = node.connect().await;
            connection.send(bytes).await;
            connections.push(connection);
        }
        let mut done = 0;
        let mut bodies = Vec::new();
        for connection in &mut connections {
            let reply = connection.reply().await.expect("the server answers");
            assert_eq!(reply.status, 201, "{reply:?}");
            done += usize::from(reply.header("idempotent-replayed").is_none());
            bodies.push(reply.body);
        }
        bodies.dedup();
        assert_eq!((done, bodies.len()), (1, 1));
        assert_eq!(world.trail(&root.account, "iam:CreateUser").await.len(), 1);
    });
}

/// SEC-070: what decides about a change is signed.
#[test]
fn sec_070_sec_075_headers_that_count_are_signed() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for header in [KEY, "If-Match"] {
            let request =
                sigv4::dress(Request::new("POST", USERS).body(r#"{"name":"alice"}"#), &world.host(), world.now());
            let signed = sigv4::sign_for(sigv4::OWN, request, &root.key, Rules::MANAGEMENT).header(header, "x");
            answers.add(header, &world.send(&signed).await);
        }
        answers.add("no key", &once(&root, "a b", "POST", USERS, r#"{"name":"alice"}"#).await);
        answers.add("for a question", &once(&root, "k", "GET", USERS, "").await);
        answers.assert(
            "
            Idempotency-Key -> 400 InvalidRequest: the request's signature is not valid: it must sign the header `idempotency-key`
            If-Match -> 400 InvalidRequest: the request's signature is not valid: it must sign the header `if-match`
            no key -> 400 InvalidRequest: `idempotency-key` must have 1 to 128 visible ASCII characters
            for a question -> 400 InvalidRequest: this call takes no `idempotency-key`
            ",
        );
        assert_eq!(root.must_native("GET", USERS, "").await, json!({ "items": [] }));
    });
}
