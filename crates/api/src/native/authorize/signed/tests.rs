use std::sync::Arc;

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    json::{self, Limits},
    secret::{SecretBytes, SecretText},
    timestamp::Timestamp,
};
use decide::{
    seal::{Binding, SealingKey},
    snapshot::{AccessKey, Account, Grants, Kind, Principal, Snapshot},
    verify::ACCESS_KEY_PURPOSE,
};
use serde_json::json;

use decide::identity::Credential;

use super::{super::principal::Reach, *};

/// The key of AWS's examples (*Amazon S3: authenticating requests*), of which some are below.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ACCOUNT: u64 = 100_000_000_000;
const HOST: &str = "examplebucket.s3.amazonaws.com";
const NOW: &str = "2013-05-24T00:00:00Z";
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const PRESIGNED: &str = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524\
    %2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&\
    X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

/// A snapshot with the one key.
fn snapshot() -> Snapshot {
    let (account, owner) = (AccountId::new(ACCOUNT).unwrap(), UserId::new(1).unwrap());
    let id = AccessKeyId::parse(KEY).unwrap();
    let sealing = SealingKey::new(&SecretBytes::new([7; 32]));
    let binding = Binding { purpose: ACCESS_KEY_PURPOSE, account, owner: owner.number(), record: id.as_str() };
    let sealed_secret = sealing.seal(binding, [9; 12], SECRET.as_bytes());
    let mut snapshot = Snapshot::default();
    let data_key = Arc::new(sealing);
    snapshot.accounts.insert(account, Arc::new(Account { id: account, root: owner, revision: 1, data_key }));
    snapshot.access_keys.insert(id, Arc::new(AccessKey { id, account, owner, enabled: true, sealed_secret }));
    let (tags, grants, groups) = (Arc::default(), Grants::default(), Vec::new());
    let principal = Principal { id: owner, account, kind: Kind::Root, enabled: true, groups, tags, grants };
    snapshot.principals.insert(owner, Arc::new(principal));
    snapshot
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_seconds(text).unwrap()
}

/// What comes of a description at a time: the word of the refusal, or `signed`.
fn verify(request: &serde_json::Value, now: &str) -> &'static str {
    let value = json::parse(request.to_string().as_bytes(), Limits::API).unwrap();
    let request = Signed::read(&value).expect("the description is whole");
    let verdict = |account: u64| {
        let (snapshot, own) = (snapshot(), AccountId::new(account).unwrap());
        let verdict = request.verify(&Asked { reach: Reach::of(&snapshot, own), snapshot: &snapshot, now: at(now) });
        verdict.map_or_else(Refusal::word, |(identity, _)| {
            assert_eq!(identity.credential, Credential::AccessKey(AccessKeyId::parse(KEY).unwrap()));
            "signed"
        })
    };
    let (own, elsewhere) = (verdict(ACCOUNT), verdict(ACCOUNT + 1));
    // What another account's key has signed is told as little as what no key has.
    assert!(elsewhere == "unknown_key" || (elsewhere == own && own != "signed"), "{own} is {elsewhere} elsewhere");
    own
}

/// The description with members put over its own.
fn with(request: &serde_json::Value, members: serde_json::Value) -> serde_json::Value {
    let mut request = request.clone();
    let serde_json::Value::Object(members) = members else { panic!("an object") };
    for (name, value) in members {
        if name == "headers" {
            for (header, value) in value.as_object().unwrap() {
                request["headers"][header] = value.clone();
            }
        } else {
            request[name] = value;
        }
    }
    request
}

/// *Example: GET Object.*
fn get_object() -> serde_json::Value {
    json!({
        "method": "GET",
        "target": "/test.txt",
        "headers": {
            "Host": HOST,
            "Range": "bytes=0-9",
            "x-amz-content-sha256": NOTHING,
            "x-amz-date": "20130524T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
                Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        },
        "body_sha256": NOTHING,
        "path_encoding": "once",
    })
}

/// *Example: PUT Object*, of `Welcome to Amazon S3.`
fn put_object() -> serde_json::Value {
    let body = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    json!({
        "method": "PUT",
        "target": "/test%24file.text",
        "headers": {
            "date": "Fri, 24 May 2013 00:00:00 GMT",
            "host": HOST,
            "x-amz-content-sha256": body,
            "x-amz-date": "20130524T000000Z",
            "x-amz-storage-class": "REDUCED_REDUNDANCY",
            "authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
                Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        },
        "body_sha256": body,
        "path_encoding": "once",
    })
}

#[test]
fn requests_of_an_object_store() {
    let (get, put) = (get_object(), put_object());
    for (request, wanted) in [
        (get.clone(), "signed"),
        (put.clone(), "signed"),
        (with(&get, json!({ "path_encoding": "twice" })), "signed"),
        (with(&put, json!({ "path_encoding": "twice" })), "wrong_signature"),
        (with(&get, json!({ "target": "/test.txt?x" })), "wrong_signature"),
        (with(&get, json!({ "target": "/other.txt" })), "wrong_signature"),
        (with(&get, json!({ "method": "HEAD" })), "wrong_signature"),
        (with(&get, json!({ "headers": { "Range": "bytes=0-99" } })), "wrong_signature"),
        (with(&get, json!({ "headers": { "Range": ["bytes=0-9", "bytes=0-9"] } })), "wrong_signature"),
        (with(&get, json!({ "headers": { "x-amz-acl": "private" } })), "signed"),
        (with(&put, json!({ "body_sha256": NOTHING })), "wrong_signature"),
        (with(&put, json!({ "body_sha256": null, "unsigned_payload": true })), "signed"),
        (with(&get, json!({ "headers": { "x-amz-security-token": "x" } })), "bad_token"),
    ] {
        assert_eq!(verify(&request, NOW), wanted, "{request}");
    }
    for (now, wanted) in [
        ("2013-05-24T00:15:00Z", "signed"),
        ("2013-05-24T00:15:01Z", "expired"),
        ("2013-05-23T23:45:00Z", "signed"),
        ("2013-05-23T23:44:59Z", "not_yet_valid"),
    ] {
        assert_eq!(verify(&get, now), wanted, "{now}");
    }
}

/// *Example: presigned URL.* Its body is not signed, which the service must want.
#[test]
fn presigned_requests() {
    let presigned = json!({
        "method": "GET",
        "target": PRESIGNED,
        "headers": { "host": HOST },
        "body_sha256": NOTHING,
        "unsigned_payload": true,
        "path_encoding": "once",
    });
    assert_eq!(verify(&presigned, NOW), "signed");
    assert_eq!(verify(&presigned, "2013-05-25T00:00:00Z"), "signed");
    assert_eq!(verify(&presigned, "2013-05-25T00:00:01Z"), "expired");
    for (members, wanted) in [
        (json!({ "unsigned_payload": false }), "wrong_signature"),
        (json!({ "body_sha256": null }), "signed"),
        (json!({ "headers": { "host": "other.s3.amazonaws.com" } }), "wrong_signature"),
        (json!({ "target": PRESIGNED.replace("86400", "86401") }), "wrong_signature"),
        (json!({ "target": PRESIGNED.replace("86400", "604801") }), "malformed"),
        (json!({ "target": PRESIGNED.replace("/test.txt?", "/test.txt?x&") }), "wrong_signature"),
        (json!({ "target": PRESIGNED.replace("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLF") }), "unknown_key"),
        (json!({ "target": PRESIGNED.replace("AKIAIOSFODNN7EXAMPLE", "alice") }), "unknown_key"),
        (json!({ "target": format!("{PRESIGNED}&X-Amz-Signature=x") }), "malformed"),
        (json!({ "headers": get_object()["headers"] }), "malformed"),
    ] {
        let request = with(&presigned, members);
        assert_eq!(verify(&request, NOW), wanted, "{request}");
    }
}

/// A request to a service that is not like S3, signed as the question says.
fn signed(target: &str, headers: &[(&str, &str)], rules: Rules, unsigned: bool) -> serde_json::Value {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = headers.to_vec();
    headers.extend([("host", HOST), (sigv4::DATE, "20130524T000000Z")]);
    let request = signing::Request { method: "POST", path, query, headers: &headers };
    let terms = sigv4::Terms { access_key_id: KEY, region: "bj", service: "queue" };
    let secret = SecretText::new(SECRET.to_owned());
    let authorization = sigv4::sign(&terms, &secret, &request, Body::Whole(b""), rules).unwrap();
    headers.push((AUTHORIZATION, &authorization));
    let headers: serde_json::Map<_, _> =
        headers.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    json!({
        "method": "POST", "target": target, "headers": headers, "body_sha256": NOTHING, "unsigned_payload": unsigned,
    })
}

#[test]
fn bodies_that_are_not_covered() {
    assert_eq!(EMPTY.to_vec(), HEXLOWER.decode(NOTHING.as_bytes()).unwrap());
    let service = Rules::SERVICE;
    let lax = Rules { payload: Payload::MayBeUnsigned, ..service };
    let plain = signed("/a%20b?x=1&y", &[], service, false);
    assert_eq!(verify(&plain, NOW), "signed");
    assert_eq!(verify(&with(&plain, json!({ "path_encoding": "once" })), NOW), "wrong_signature");
    let unsigned = |wanted| signed("/", &[(sigv4::CONTENT_SHA256, sigv4::UNSIGNED_PAYLOAD)], lax, wanted);
    assert_eq!(verify(&unsigned(true), NOW), "signed");
    assert_eq!(verify(&unsigned(false), NOW), "body_not_signed");
    // What the body is, the signature does not say then.
    let other = json!({ "body_sha256": "0".repeat(64) });
    assert_eq!(verify(&with(&unsigned(true), other), NOW), "signed");
    let chunks = with(&plain, json!({ "headers": { HASH: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" } }));
    assert_eq!(verify(&chunks, NOW), "malformed");
}

const HASH: &str = sigv4::CONTENT_SHA256;

/// A `bce-auth-v1` request with these headers beside the host, all of them listed.
fn bce(method: &str, target: &str, headers: &[(&str, &str)], listed: &[&str]) -> serde_json::Value {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = headers.to_vec();
    headers.push(("host", HOST));
    let request = signing::Request { method, path, query, headers: &headers };
    let terms = bce_v1::Terms { access_key_id: KEY, at: at(NOW), expire_s: 1800, signed_headers: listed };
    let authorization = bce_v1::sign(&terms, &SecretText::new(SECRET.to_owned()), &request).unwrap();
    headers.push((AUTHORIZATION, &authorization));
    let headers: serde_json::Map<_, _> =
        headers.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    json!({ "method": method, "target": target, "headers": headers, "body_sha256": NOTHING })
}

#[test]
fn bce_requests() {
    let get = bce("GET", "/photos/a%20b.jpg?x=1", &[], &["host"]);
    for (request, now, wanted) in [
        (get.clone(), NOW, "signed"),
        (get.clone(), "2013-05-24T00:30:01Z", "expired"),
        (get.clone(), "2013-05-23T23:44:59Z", "not_yet_valid"),
        (with(&get, json!({ "target": "/photos/a%20b.jpg?x=2" })), NOW, "wrong_signature"),
        (with(&get, json!({ "headers": { "host": "other.example.com" } })), NOW, "wrong_signature"),
        (with(&get, json!({ "headers": { "host": ["a", "b"] } })), NOW, "wrong_signature"),
        (with(&get, json!({ "headers": { "host": "" } })), NOW, "malformed"),
        (bce("GET", "/", &[("x-bce-date", "x")], &["x-bce-date"]), NOW, "malformed"),
        (with(&get, json!({ "headers": { AUTHORIZATION: "bce-auth-v1/x" } })), NOW, "malformed"),
        (with(&get, json!({ "headers": { AUTHORIZATION: ["bce-auth-v1/x", "bce-auth-v1/x"] } })), NOW, "malformed"),
        (with(&get, json!({ "target": "/?Authorization=bce-auth-v1" })), NOW, "malformed"),
        (with(&get, json!({ "target": "/%zz" })), NOW, "wrong_signature"),
        (with(&get, json!({ "target": "/?%zz" })), NOW, "malformed"),
    ] {
        assert_eq!(verify(&request, now), wanted, "{request} at {now}");
    }
}

/// The scheme covers a body by its hash only, where that is there and signed.
#[test]
fn bce_bodies() {
    let body = json!({ "body_sha256": "0123456789abcdef".repeat(4) });
    let hash = "0123456789ABCDEF".repeat(4);
    let sha256 = [(bce_v1::CONTENT_SHA256, hash.as_str())];
    let put = |headers: &[(&str, &str)], listed: &[&str]| with(&bce("PUT", "/", headers, listed), body.clone());
    let lax = json!({ "unsigned_payload": true });
    let plain = put(&[], &["host"]);
    let covered = put(&sha256, &["host", bce_v1::CONTENT_SHA256]);
    let md5 = put(&[(bce_v1::CONTENT_MD5, "x")], &["host", bce_v1::CONTENT_MD5]);
    for (request, wanted) in [
        (plain.clone(), "body_not_signed"),
        (with(&plain, lax.clone()), "signed"),
        (covered.clone(), "signed"),
        (with(&covered, json!({ "body_sha256": NOTHING })), "wrong_signature"),
        (with(&covered, json!({ "body_sha256": NOTHING, "unsigned_payload": true })), "wrong_signature"),
        (with(&covered, json!({ "body_sha256": null, "unsigned_payload": true })), "signed"),
        (put(&sha256, &["host"]), "body_not_signed"),
        (md5, "signed"),
        (put(&[(bce_v1::CONTENT_MD5, "x")], &[]), "signed"),
        (put(&[(bce_v1::CONTENT_MD5, "")], &[]), "body_not_signed"),
    ] {
        assert_eq!(verify(&request, NOW), wanted, "{request}");
    }
}

#[test]
fn a_signature_in_the_query_is_one_too() {
    let mut get = bce("GET", "/photos/cat.jpg", &[], &["host"]);
    let text = get["headers"].as_object_mut().unwrap().remove(AUTHORIZATION).unwrap();
    assert_eq!(verify(&get, NOW), "malformed", "there is none");
    let mut target = "/photos/cat.jpg?authorization=".to_owned();
    percent::encode(text.as_str().unwrap(), &mut target);
    assert_eq!(verify(&with(&get, json!({ "target": target })), NOW), "signed");
    assert_eq!(verify(&with(&get, json!({ "target": target, "headers": { AUTHORIZATION: text } })), NOW), "malformed");
    for other in ["Basic YWxpY2U6c2VjcmV0", "Bearer x", "", "HMAC-SHA256 Credential=x"] {
        assert_eq!(verify(&with(&get, json!({ "headers": { AUTHORIZATION: other } })), NOW), "malformed", "{other}");
    }
}

/// What was signed for one service is not taken by another that says who it is, and the answer says whom it was for.
#[test]
fn requests_that_were_meant_for_another() {
    let (get, bce) = (get_object(), bce("GET", "/photos/cat.jpg", &[], &["host"]));
    for (members, of_sigv4, of_bce) in [
        (json!({ "host": HOST }), "signed", "signed"),
        (json!({ "host": HOST.to_uppercase() }), "signed", "signed"),
        (json!({ "host": "photos.example.com" }), "wrong_host", "wrong_host"),
        (json!({ "host": format!("{HOST}:443") }), "wrong_host", "wrong_host"),
        (json!({ "host": "" }), "wrong_host", "wrong_host"),
        (json!({ "service": "s3" }), "signed", "wrong_service"),
        (json!({ "service": "S3" }), "wrong_service", "wrong_service"),
        (json!({ "service": "" }), "wrong_service", "wrong_service"),
        (json!({ "host": HOST, "service": "s3" }), "signed", "signed"),
        (json!({ "host": HOST, "service": "sqs" }), "wrong_service", "signed"),
        (json!({ "host": "x", "service": "sqs" }), "wrong_host", "wrong_host"),
        (json!({ "host": "x", "target": "/other.txt" }), "wrong_signature", "wrong_signature"),
    ] {
        assert_eq!(verify(&with(&get, members.clone()), NOW), of_sigv4, "{members}");
        assert_eq!(verify(&with(&bce, members.clone()), NOW), of_bce, "{members}");
    }
    let region = json!("us-east-1");
    for (request, service, region) in [(get, json!("s3"), region), (bce, json!(null), json!(null))] {
        let value = json::parse(request.to_string().as_bytes(), Limits::API).unwrap();
        let (snapshot, own) = (snapshot(), AccountId::new(ACCOUNT).unwrap());
        let asked = Asked { reach: Reach::of(&snapshot, own), snapshot: &snapshot, now: at(NOW) };
        let (_, signed) = Signed::read(&value).unwrap().verify(&asked).unwrap();
        let wanted = json!({ "host": HOST, "service": service, "region": region });
        assert_eq!(serde_json::to_value(signed).unwrap(), wanted);
    }
}

#[test]
fn descriptions_that_are_not_whole() {
    let get = get_object();
    for (members, wanted) in [
        (json!({ "verb": "GET" }), "there is no member `verb` here (line 1, column "),
        (json!({ "method": null }), "`method` is missing"),
        (json!({ "method": "" }), "`method` must be a method, as `GET`"),
        (json!({ "method": "GET /" }), "`method` must be a method, as `GET`"),
        (json!({ "target": null }), "`target` is missing"),
        (json!({ "target": "http://x/" }), "`target` must be the path and the query of the request line"),
        (json!({ "target": "/a b" }), "`target` must be the path and the query of the request line"),
        (json!({ "target": "/a\nb" }), "`target` must be the path and the query of the request line"),
        (json!({ "target": format!("/{}", "a".repeat(URL_MAX)) }), "`target` must be the path and the query"),
        (json!({ "headers": { "x": 1 } }), "the header `x` must be text or a list of texts"),
        (json!({ "headers": { "x": "a\nb" } }), "the header `x` must be text or a list of texts"),
        (json!({ "headers": { "x": ["a", "b\0"] } }), "the header `x` must be text or a list of texts"),
        (json!({ "headers": { "x": "a".repeat(HEADERS_MAX) } }), "`headers` must have at most 16 KiB"),
        (json!({ "body_sha256": null }), "`body_sha256` is missing"),
        (json!({ "body_sha256": "E3B0" }), "`body_sha256` must be 64 hexadecimal digits in lower case"),
        (json!({ "body_sha256": NOTHING.to_uppercase() }), "`body_sha256` must be 64 hexadecimal digits"),
        (json!({ "unsigned_payload": "yes" }), "`unsigned_payload` must be true or false"),
        (json!({ "host": ["a"] }), "`host` must be text"),
        (json!({ "service": 1 }), "`service` must be text"),
        (json!({ "path_encoding": "thrice" }), "`path_encoding` must be `once` or `twice`"),
    ] {
        let request = with(&get, members);
        let value = json::parse(request.to_string().as_bytes(), Limits::API).unwrap();
        let fault = Signed::read(&value).expect_err("it is refused").to_json();
        let message = fault["message"].as_str().unwrap();
        assert!(message.starts_with(wanted), "{request}: {message}");
    }
}

/// SEC-146: what is shown of a request holds no signature.
#[test]
fn sec_146_nothing_shows_a_signature() {
    let text = get_object().to_string();
    let value = json::parse(text.as_bytes(), Limits::API).unwrap();
    assert_eq!(format!("{:?}", Signed::read(&value).unwrap()), "Signed(GET /test.txt, …)");
    let presigned = with(&get_object(), json!({ "target": PRESIGNED })).to_string();
    let value = json::parse(presigned.as_bytes(), Limits::API).unwrap();
    assert!(!format!("{:?}", Signed::read(&value).unwrap()).contains("aeeed9"));
}
