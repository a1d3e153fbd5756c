//! The native dialect: who is let in, and who that is.
//!
//! Each refusal is one that a right signature fails by a single thing.

use std::time::Duration;

use base::secret::SecretText;
use signing::sigv4::rules::Rules;

use crate::support::{
    Answers, assert_text,
    database::on_each_database,
    request::Request,
    sdk::{Key, Sdk},
    sigv4,
    world::{Root, World},
};

const WHOAMI: &str = "/api/v1/whoami";

fn signed(root: &Root<'_>, request: Request) -> Request {
    sigv4::sign(request, &root.key, &root.world.host(), root.world.now())
}

#[test]
fn who_am_i() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let id = root.create_user("alice").await.json()["id"].as_str().map(|id| u64::from_str_radix(id, 16));
        let alice = root.with_key(root.create_key("alice").await);
        let reply = alice.call_native("GET", WHOAMI, "").await;
        let expected = format!(
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-request-id: <request>

            {{"account":"{account}","id":{id},"kind":"user","name":"crn:iam::{account}:user/alice","credential":{{"kind":"access_key","id":"{key}"}}}}
            "#,
            account = root.account,
            id = id.expect("a text").expect("a number"),
            key = alice.key.id,
        );
        assert_text(&reply.text(), &expected);
        let reply = root.call_native("GET", WHOAMI, "").await.json();
        assert_eq!(reply["kind"], "root");
        assert_eq!(reply["name"], format!("crn:iam::{}:root", root.account));
        assert_eq!(reply["id"].as_u64().map(|id| id.to_string()).as_deref(), Some(root.account.as_str()));
    });
}

/// SEC-070, SEC-073: method, path, headers and the body are what was signed. SEC-307: the codes tell what is wrong.
#[test]
fn sec_070_sec_073_sec_307_whatever_is_changed_after_signing_is_noticed() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let other = world.account().await;
        let question = || Request::new("POST", "/authorize").body("{}");
        let right = signed(&root, question());
        let mut answers = Answers::default();
        let impostor = Key { id: root.key.id.clone(), secret: other.key.secret.clone() };
        let unsigned_body =
            sigv4::dress(question(), &world.host(), world.now()).header("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
        for (case, request) in [
            ("another's secret", sigv4::sign(question(), &impostor, &world.host(), world.now())),
            ("the method", signed(&root, question().method("PUT")).method("POST")),
            ("the path", signed(&root, question().target("/api/v1/whoami")).target("/authorize")),
            ("a query added", right.clone().target("/authorize?x")),
            ("the body", right.clone().body("[]")),
            ("the host", right.clone().with("Host", "iam.example.com")),
            ("the type", right.clone().with("Content-Type", "text/plain")),
            ("a header added that counts", right.clone().header("X-Amz-Target", "x")),
            ("a type added", signed(&root, Request::new("GET", WHOAMI)).header("Content-Type", "text/plain")),
            ("an unsigned body", sigv4::sign_for(sigv4::OWN, unsigned_body, &root.key, Rules::S3)),
        ] {
            answers.add(case, &world.send(&request).await);
        }
        answers.assert_each(
            "403 SignatureDoesNotMatch: the signature is not the one that the request and the key's secret give",
        );
        let reply = world.send(&right).await;
        assert_eq!(reply.field("code"), "InvalidRequest", "the request itself was let in: {reply:?}");
        let harmless = signed(&root, Request::new("GET", WHOAMI)).header("X-Forwarded-For", "192.0.2.1");
        assert_eq!(world.send(&harmless).await.status, 200);
    });
}

/// SEC-048, SEC-069: one signature, in the header, for us.
#[test]
fn sec_048_sec_069_signatures_that_are_not_taken() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let whoami = || Request::new("GET", WHOAMI);
        let right = signed(&root, whoami());
        let text = right.value("Authorization").expect("it is signed").to_owned();
        let presigned = |request: Request| {
            let request = request.header("Host", world.host());
            sigv4::presign(sigv4::OWN, request, &root.key, world.now(), 60)
        };
        let dressed = || sigv4::dress(whoami(), &world.host(), world.now());
        let with = |authorization: String| right.clone().with("Authorization", authorization);
        let mut answers = Answers::default();
        for (case, request) in [
            ("none", right.clone().without("Authorization")),
            ("presigned, to change something", presigned(whoami().method("POST"))),
            ("both", presigned(whoami()).header("X-Amz-Date", "20261122T080000Z").header("Authorization", &text)),
            ("for another service", sigv4::sign_for("iam", dressed(), &root.key, Rules::MANAGEMENT)),
            ("another dialect's", root.sign(Sdk::Go, whoami())),
            ("Bearer", with("Bearer x".to_owned())),
            ("empty", with(String::new())),
            ("half", with(text.split(", Signature").next().unwrap_or_default().to_owned())),
            ("no date", right.clone().without("X-Amz-Date")),
            ("two dates", right.clone().header("X-Amz-Date", "20261122T080000Z")),
            ("an unlisted host", with(text.replace("host;", ""))),
        ] {
            answers.add(case, &world.send(&request).await);
        }
        answers.assert(
            "
            none -> 403 AccessDenied: the request is not signed
            presigned, to change something -> 400 InvalidRequest: the request's signature is not valid: a presigned request may only read: it must stand in the header
            both -> 400 AmbiguousCredentials: there is a signature in the header and another in the query
            for another service -> 400 InvalidRequest: the request's signature is not valid: its credential is meant for another service
            another dialect's -> 400 InvalidRequest: the request's signature is not valid: the algorithm must be `AWS4-HMAC-SHA256`
            Bearer -> 403 InvalidToken: the token is not valid, or belongs to another access key
            empty -> 400 InvalidRequest: the request's signature is not valid: the algorithm must be `AWS4-HMAC-SHA256`
            half -> 400 InvalidRequest: the request's signature is not valid: `Signature` is missing
            no date -> 400 InvalidRequest: the request's signature is not valid: `x-amz-date` is missing
            two dates -> 400 InvalidRequest: the request's signature is not valid: `x-amz-date` must not be repeated
            an unlisted host -> 400 InvalidRequest: the request's signature is not valid: the signed headers must be at most 64 names in lower case, sorted, with `;` between them, `host` included
            ",
        );
    });
}

/// SEC-074, SEC-076: keys and times that are not good, or good no more.
#[test]
fn sec_074_sec_076_keys_and_times() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let key = root.create_key("alice").await;
        let alice = root.with_key(key.clone());
        let state = async |user: &Root<'_>| user.call_native("GET", WHOAMI, "").await.in_short();
        assert_eq!(state(&alice).await, "200");
        for id in ["CVAKAAAAAAAAAAAAAAAA", "x", "cvakaaaaaaaaaaaaaaaa"] {
            let stranger = root.with_key(Key { id: id.to_owned(), secret: key.secret.clone() });
            assert_eq!(state(&stranger).await, "403 InvalidAccessKeyId: there is no such access key");
        }
        let with_token = sigv4::dress(Request::new("GET", WHOAMI), &world.host(), world.now());
        let with_token = with_token.header("X-Amz-Security-Token", "x");
        let with_token = sigv4::sign_for(sigv4::OWN, with_token, &key, Rules::MANAGEMENT);
        assert_eq!(world.send(&with_token).await.field("code"), "InvalidToken", "no session has this key");

        let early = signed(&alice, Request::new("GET", WHOAMI));
        world.advance(Duration::from_mins(15));
        assert_eq!(world.send(&early).await.status, 200);
        world.advance(Duration::from_secs(1));
        let expired = "403 RequestExpired: the request has expired, or lies in the future: it is 2026-11-22T08:15:01Z";
        assert_eq!(world.send(&early).await.in_short(), expired);
        let late = world.now().plus(Duration::from_secs(901));
        let late = sigv4::sign(Request::new("GET", WHOAMI), &key, &world.host(), late);
        assert_eq!(world.send(&late).await.in_short(), expired);

        let off = "403 AccessDenied: the access key or its user is disabled";
        let path = format!("/v1/user/alice/accesskey/{}", key.id);
        root.call("PUT", &format!("{path}?disable"), "").await;
        assert_eq!(state(&alice).await, off);
        let wrong = root.with_key(Key { secret: SecretText::new("x".repeat(44)), ..key });
        assert!(state(&wrong).await.starts_with("403 SignatureDoesNotMatch"), "only who has the secret is told");
        root.call("PUT", &format!("{path}?enable"), "").await;
        root.call("PUT", "/v1/user/alice", r#"{"enabled":false}"#).await;
        assert_eq!(state(&alice).await, off);
        root.call("PUT", "/v1/user/alice", r#"{"enabled":true}"#).await;
        assert_eq!(state(&alice).await, "200");
        root.call("DELETE", &path, "").await;
        assert_eq!(state(&alice).await, "403 InvalidAccessKeyId: there is no such access key");
    });
}

/// SEC-071, SEC-072: a path is decoded once, and a parameter that nobody knows is refused.
#[test]
fn sec_071_sec_072_paths_methods_and_parameters() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for (method, target) in [
            ("GET", "/api/v1/who"),
            ("GET", "/api/v1//whoami"),
            ("GET", "/api/v1/whoami/"),
            ("GET", "/api/v1/users/a%2Fb"),
            ("GET", "/api/v1/users/.."),
            ("GET", "/api/v1/%77hoami"),
            ("POST", WHOAMI),
            ("GET", "/authorize"),
            ("GET", "/api/v1/whoami?x=1"),
            ("GET", "/api/v1/users?limit=1&limit=2"),
            ("GET", "/api/v1/users?limit=0"),
            ("GET", "/api/v1/users?limit=1001"),
            ("GET", "/api/v1/users?search="),
            ("GET", "/api/v1/users?Limit=1"),
            ("GET", "/api/v1/users?X-Amz-Date=x"),
            ("DELETE", "/api/v1/users/alice?force=yes"),
        ] {
            answers.add(&format!("{method} {target}"), &root.call_native(method, target, "").await);
        }
        answers.assert(
            "
            GET /api/v1/who -> 404 NotFound: there is no such call
            GET /api/v1//whoami -> 400 InvalidRequest: the URI could not be read: it holds an empty or ambiguous segment
            GET /api/v1/whoami/ -> 400 InvalidRequest: the URI could not be read: it holds an empty or ambiguous segment
            GET /api/v1/users/a%2Fb -> 400 InvalidRequest: the URI could not be read: it holds an empty or ambiguous segment
            GET /api/v1/users/.. -> 400 InvalidRequest: the URI could not be read: it holds an empty or ambiguous segment
            GET /api/v1/%77hoami -> 200
            POST /api/v1/whoami -> 405 MethodNotAllowed: the call does not know this method
            GET /authorize -> 405 MethodNotAllowed: the call does not know this method
            GET /api/v1/whoami?x=1 -> 400 InvalidRequest: this call takes no parameter `x` in its query
            GET /api/v1/users?limit=1&limit=2 -> 400 InvalidRequest: the URI could not be read: its query names a parameter twice
            GET /api/v1/users?limit=0 -> 400 InvalidRequest: `limit` must be a whole number from 1 to 1000
            GET /api/v1/users?limit=1001 -> 400 InvalidRequest: `limit` must be a whole number from 1 to 1000
            GET /api/v1/users?search= -> 400 InvalidRequest: `search` must have 1 to 128 characters
            GET /api/v1/users?Limit=1 -> 400 InvalidRequest: this call takes no parameter `Limit` in its query
            GET /api/v1/users?X-Amz-Date=x -> 400 InvalidRequest: this call takes no parameter `X-Amz-Date` in its query
            DELETE /api/v1/users/alice?force=yes -> 400 InvalidRequest: `force` must be true or false
            ",
        );
        let reply = root.call_native("PUT", "/api/v1/users/alice", "").await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, PATCH, DELETE")));
        let large = signed(&root, Request::new("POST", "/authorize").body("x".repeat(256 * 1024 + 1)));
        assert_eq!(world.send(&large).await.in_short(), "413 RequestTooLarge: the body is larger than 256 KiB");
    });
}

/// SEC-079: the use of a key is noted, whatever it signs.
#[test]
fn sec_079_the_use_of_a_key_is_noted() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let alice = root.with_key(root.create_key("alice").await);
        alice.call_native("GET", WHOAMI, "").await;
        let used = root.get(&format!("/v1/accesskey/{}/lastusedtime", alice.key.id)).await;
        assert!(String::from_utf8_lossy(&used.body).contains("2026-11-22T08:00:00Z"), "{used:?}");
    });
}

/// SEC-048: what only reads may be signed in its query, and handed on.
#[test]
fn sec_048_a_presigned_request_reads() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let presigned = |target: &str| {
            let request = Request::new("GET", target).header("Host", world.host());
            sigv4::presign(sigv4::OWN, request, &root.key, world.now(), 60)
        };
        let reply = world.send(&presigned("/api/v1/users/alice")).await;
        assert_eq!((reply.status, reply.field("name").as_str()), (200, "alice"));
        let early = presigned("/api/v1/users");
        assert_eq!(world.send(&early).await.json()["items"][0]["name"], "alice");
        let with_parameter = early.target.clone() + "&limit=1";
        let reply = world.send(&early.clone().target(&with_parameter)).await;
        assert_eq!(reply.field("code"), "SignatureDoesNotMatch");
        world.advance(Duration::from_secs(61));
        assert_eq!(world.send(&early).await.field("code"), "RequestExpired");
    });
}

/// SEC-048: a token in the header and a signature in the query are two credentials, whether or not either is right.
#[test]
fn sec_048_a_token_beside_a_presigned_query_is_refused() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let made = root.must_native("POST", "/api/v1/users/alice/api-keys", r#"{"name":"ci"}"#).await;
        let right = format!("Bearer {}", made["key"].as_str().expect("it is shown once"));
        let bare = || Request::new("GET", WHOAMI).header("Host", world.host());
        let alone = world.send(&bare().header("Authorization", &right)).await;
        assert_eq!(alone.status, 200, "{alone:?}");
        let presigned = || sigv4::presign(sigv4::OWN, bare(), &root.key, world.now(), 60);
        assert_eq!(world.send(&presigned()).await.status, 200);
        let half = bare().target(&format!("{WHOAMI}?X-Amz-Signature=x"));
        let mut answers = Answers::default();
        for (case, request) in [
            ("both are right", presigned().header("Authorization", &right)),
            ("no such token", presigned().header("Authorization", "Bearer x")),
            ("half a signature", half.header("Authorization", &right)),
        ] {
            answers.add(case, &world.send(&request).await);
        }
        answers.assert_each("400 AmbiguousCredentials: there is a signature in the header and another in the query");
    });
}

/// The documentation is open to all, and names every call.
#[test]
fn the_documentation_is_open() {
    on_each_database(async |world: World| {
        let open = Request::new("GET", "/openapi.json").header("Host", world.host());
        let reply = world.send(&open).await;
        assert_eq!((reply.status, reply.json()["openapi"].as_str()), (200, Some("3.1.0")));
        let document = reply.json();
        for (method, path) in api::routes().filter(|(_, path)| path.starts_with("/api/v1/")) {
            assert!(document["paths"][path][method.to_lowercase()].is_object(), "{method} {path}");
        }
        let reply = world.send(&open.method("POST").header("Content-Length", 0)).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET")));
    });
}
