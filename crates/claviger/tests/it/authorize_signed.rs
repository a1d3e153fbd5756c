//! `POST /authorize` about requests that a service got: signed as the clients of that service do.
//!
//! What makes a description be refused is proved beside the code; here, that the real signatures of real clients are
//! accepted, and what comes of them.

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signing::sigv4::{UNSIGNED_PAYLOAD, rules::Rules};

use crate::{
    authorize::{decision, home},
    support::{
        database::on_each_database,
        request::Request,
        sdk::{Key, Sdk},
        sigv4, with_members,
        world::{Root, World},
    },
};

const HOST: &str = "photos.bj.example.com";

/// How a service describes a request that it got.
pub(crate) fn described(request: &Request, members: Value) -> Value {
    let headers: serde_json::Map<String, Value> =
        request.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let described = json!({
        "method": request.method,
        "target": request.target,
        "headers": headers,
        "body_sha256": HEXLOWER.encode(&Sha256::digest(&request.body)),
    });
    with_members(described, members)
}

impl Root<'_> {
    /// The decision about a photo and whoever signed the request.
    async fn about(&self, request: &Request, members: Value) -> String {
        decision(&self.ask(&self.question_about(request, members)).await)
    }

    /// The question about a photo and whoever signed the request.
    pub(crate) fn question_about(&self, request: &Request, members: Value) -> Value {
        let mut question = self.question(json!({ "signed_request": described(request, members) }));
        question.as_object_mut().expect("an object").remove("principal");
        question
    }
}

/// As its SDKs sign for an object store, by each way of theirs.
#[test]
fn requests_signed_by_bce_auth_v1() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        root.grant("alice", "readers", json!({})).await;
        let lax = json!({ "unsigned_payload": true });
        for sdk in Sdk::ALL {
            let get = sdk.sign(Request::new("GET", "/photos/a%20cat.jpg?x=1&y"), &key, HOST, world.now());
            assert_eq!(root.about(&get, json!({})).await, "allow", "{sdk:?}");
            assert_eq!(
                root.about(&get.clone().target("/photos/dog.jpg"), json!({})).await,
                "implicit_deny wrong_signature"
            );
            let put = sdk.sign(Request::new("PUT", "/photos/cat.jpg").body("cat"), &key, HOST, world.now());
            assert_eq!(root.about(&put, lax.clone()).await, "allow", "{sdk:?}");
            let covered = if sdk == Sdk::Go { "allow" } else { "implicit_deny body_not_signed" };
            let covered = if sdk == Sdk::Python { "implicit_deny body_not_signed" } else { covered };
            assert_eq!(root.about(&put, json!({})).await, covered, "{sdk:?}");
        }
    });
}

/// By AWS Signature Version 4: for a service that is like S3, and for one that is not; in the header, and presigned.
#[test]
fn requests_signed_by_sigv4() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        root.grant("alice", "readers", json!({})).await;
        let now = world.now();
        let once = json!({ "path_encoding": "once" });
        let lax = json!({ "path_encoding": "once", "unsigned_payload": true });
        let plain = |method: &str, target: &str| sigv4::dress(Request::new(method, target), HOST, now);

        let get = plain("GET", "/photos/a%20cat%2B.jpg?list-type=2&prefix=a%2Fb");
        let get = get.header("X-Amz-Content-Sha256", HEXLOWER.encode(&Sha256::digest("")));
        let get = sigv4::sign_for("s3", get, &key, Rules::S3);
        assert_eq!(root.about(&get, once.clone()).await, "allow");
        assert_eq!(root.about(&get, json!({})).await, "implicit_deny wrong_signature", "its path is encoded once");
        let put = plain("PUT", "/photos/cat.jpg").header("X-Amz-Content-Sha256", UNSIGNED_PAYLOAD).body("cat");
        let put = sigv4::sign_for("s3", put, &key, Rules::S3);
        assert_eq!(root.about(&put, lax.clone()).await, "allow");
        assert_eq!(root.about(&put, once.clone()).await, "implicit_deny body_not_signed");

        let other = sigv4::dress(Request::new("POST", "/queue/a%20b").body("{}"), HOST, now);
        let other = sigv4::sign_for("queue", other, &key, Rules::SERVICE);
        assert_eq!(root.about(&other, json!({})).await, "allow");
        assert_eq!(root.about(&other, json!({ "path_encoding": "twice" })).await, "allow");
        assert_eq!(root.about(&other.clone().body("[]"), json!({})).await, "implicit_deny wrong_signature");

        let link = Request::new("GET", "/photos/a%20cat.jpg").header("Host", HOST);
        let link = sigv4::presign("s3", link, &key, now, 3600);
        assert_eq!(root.about(&link, lax.clone()).await, "allow");
        assert_eq!(root.about(&link.clone().method("PUT"), lax.clone()).await, "implicit_deny wrong_signature");
        world.advance(Duration::from_secs(3601));
        assert_eq!(root.about(&link, lax.clone()).await, "implicit_deny expired");
        assert_eq!(root.about(&get, once).await, "implicit_deny expired");
        let future = world.now().plus(Duration::from_secs(901));
        let future = sigv4::sign(Request::new("GET", "/"), &key, HOST, future);
        assert_eq!(root.about(&future, json!({})).await, "implicit_deny not_yet_valid");
    });
}

/// Keys that are not good, or are somebody else's to ask about (SEC-004, SEC-076): whatever is wrong with the signature
/// of another account's key, the key does not exist.
#[test]
fn sec_004_sec_076_keys_of_described_requests() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        let (_, theirs) = home(&world).await;
        let get = |key: &Key| sigv4::sign(Request::new("GET", "/photos/cat.jpg"), key, HOST, world.now());
        let state = async |key: &Key| root.about(&get(key), json!({})).await;
        assert_eq!(state(&key).await, "implicit_deny", "alice holds no policy");
        let unknown = "implicit_deny unknown_key";
        assert_eq!(state(&theirs).await, unknown);
        assert_eq!(state(&Key { secret: key.secret.clone(), ..theirs }).await, unknown);
        assert_eq!(state(&Key { id: "CVAKAAAAAAAAAAAAAAAA".to_owned(), ..key.clone() }).await, unknown);
        let wrong = Key { secret: root.key.secret.clone(), ..key.clone() };
        assert_eq!(state(&wrong).await, "implicit_deny wrong_signature");
        root.must("PUT", &format!("/v1/user/alice/accesskey/{}?disable", key.id), "").await;
        assert_eq!(state(&key).await, "implicit_deny disabled");
        assert_eq!(state(&wrong).await, "implicit_deny wrong_signature");
        root.must("DELETE", &format!("/v1/user/alice/accesskey/{}", key.id), "").await;
        assert_eq!(state(&key).await, unknown);
        let unsigned = sigv4::dress(Request::new("GET", "/"), HOST, world.now());
        assert_eq!(root.about(&unsigned, json!({})).await, "implicit_deny malformed");
        assert_eq!(state(&root.key).await, "allow", "a root user needs no policy");
    });
}

/// A service that says who it is takes no request that was signed for another; the answer tells for whom it was.
#[test]
fn requests_that_were_meant_for_another_service() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        root.grant("alice", "readers", json!({})).await;
        let get = sigv4::dress(Request::new("GET", "/photos/cat.jpg"), HOST, world.now());
        let get = sigv4::sign_for("s3", get, &key, Rules::SERVICE);
        let bce = Sdk::Python.sign(Request::new("GET", "/photos/cat.jpg"), &key, HOST, world.now());
        for (members, of_sigv4, of_bce) in [
            (json!({ "host": HOST, "service": "s3" }), "allow", "allow"),
            (json!({ "host": "films.bj.example.com" }), "implicit_deny wrong_host", "implicit_deny wrong_host"),
            (json!({ "service": "queue" }), "implicit_deny wrong_service", "implicit_deny wrong_service"),
            (json!({ "host": HOST, "service": "queue" }), "implicit_deny wrong_service", "allow"),
        ] {
            assert_eq!(root.about(&get, members.clone()).await, of_sigv4, "{members}");
            assert_eq!(root.about(&bce, members.clone()).await, of_bce, "{members}");
        }
        let signed = async |request: &Request, members: Value| {
            root.ask(&root.question_about(request, members)).await.json()["signed"].clone()
        };
        let region = signed(&get, json!({})).await["region"].clone();
        assert!(region.is_string(), "{region}");
        assert_eq!(signed(&get, json!({})).await, json!({ "host": HOST, "service": "s3", "region": region }));
        assert_eq!(signed(&bce, json!({})).await, json!({ "host": HOST, "service": null, "region": null }));
        assert_eq!(signed(&get, json!({ "host": "x" })).await, json!(null));
    });
}

/// SEC-079: the key of a request that was verified is noted as used, a refused one's is not. The answer names who it is.
#[test]
fn sec_079_the_use_of_a_key_is_noted() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        let used = async || {
            let reply = root.get(&format!("/v1/accesskey/{}/lastusedtime", key.id)).await;
            reply.json()["lastUsedTime"].clone()
        };
        let get = sigv4::sign(Request::new("GET", "/photos/cat.jpg"), &key, HOST, world.now());
        root.about(&get.clone().method("PUT"), json!({})).await;
        assert_eq!(used().await, json!(null));
        world.advance(Duration::from_mins(1));
        let answer = root.ask(&root.question_about(&get, json!({}))).await.json();
        assert_eq!(answer["principal"]["name"], format!("crn:iam::{}:user/alice", root.account));
        assert_eq!(used().await, "2026-11-22T08:01:00Z");
    });
}
