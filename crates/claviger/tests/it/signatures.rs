//! Who may come in: signatures as the SDKs make them, and everything that is wrong with one.
//!
//! Each refusal is one that a right signature fails by a single thing, and leaves everything as it was.

use std::time::Duration;

use base::{secret::SecretText, timestamp::Timestamp};
use signing::bce_v1::Terms;

use crate::support::{
    Answers, assert_text,
    client::Reply,
    database::on_each_database,
    request::Request,
    sdk::{self, EXPIRE_S, Key, Sdk},
    world::{Root, World},
};

/// Creates a user that nobody should see.
const BODY: &str = r#"{"name":"mallory"}"#;

fn creation() -> Request {
    Request::new("POST", "/v1/user").body(BODY)
}

/// Sends a request that must be refused, and looks that the account has no users still.
async fn refused(root: &Root<'_>, request: &Request) -> Reply {
    let reply = root.world.send(request).await;
    assert!(reply.status >= 400, "{request:?} is let in: {reply:?}");
    assert_eq!(root.names().await, [""; 0], "{request:?}");
    reply
}

#[test]
fn every_sdk_may_create_show_list_and_delete() {
    on_each_database(async |world: World| {
        for sdk in Sdk::ALL {
            let root = world.account().await;
            let call = async |method: &str, target: &str, body: &str| {
                world.send(&root.sign(sdk, Request::new(method, target).body(body))).await
            };
            assert_eq!(call("POST", "/v1/user", r#"{"name":"alice"}"#).await.in_short(), "201", "{sdk:?}");
            assert_eq!(call("GET", "/v1/user/alice", "").await.in_short(), "200", "{sdk:?}");
            assert_eq!(call("GET", "/v1/user?nameFilter=a%20b&flag&empty=", "").await.in_short(), "200", "{sdk:?}");
            assert_eq!(call("DELETE", "/v1/user/alice", "").await.in_short(), "204", "{sdk:?}");
            assert_eq!(root.names().await, [""; 0], "{sdk:?}");
        }
    });
}

/// SEC-302: Python and JavaScript sign the path as it was typed, Go and Java decode and encode it; both are tried,
/// and both mean the same user.
#[test]
fn sec_302_the_path_may_be_signed_as_typed_or_encoded() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let created = root.create_user("a@b,张").await;
        let host = world.host();
        let host_line = format!("host:{}", host.replace(':', "%3A"));
        let prefix = format!("bce-auth-v1/{}/{}/1800", root.key.id, world.now().to_seconds());
        for typed in ["/v1/user/a@b,%E5%BC%A0", "/v1/user/a@b,%e5%bc%a0", "/v1/user/a@b,张", "/v1/user/%61@b%2C张"] {
            for signed in [typed, "/v1/user/a%40b%2C%E5%BC%A0"] {
                let canonical = format!("GET\n{signed}\n\n{host_line}");
                let authorization = sdk::forge(&root.key, &prefix, "host", &canonical);
                let request = Request::new("GET", typed).header("Host", &host).header("Authorization", authorization);
                let reply = world.send(&request).await;
                assert_eq!(reply.body, created.body, "{typed} signed as {signed}: {}", reply.in_short());
            }
        }
        // A third spelling is no candidate, though it decodes to the same name.
        let canonical = format!("GET\n/v1/user/a%40b,%E5%BC%A0\n\n{host_line}");
        let authorization = sdk::forge(&root.key, &prefix, "host", &canonical);
        let request =
            Request::new("GET", "/v1/user/a@b,%E5%BC%A0").header("Host", &host).header("Authorization", authorization);
        assert_eq!(world.send(&request).await.status, 400);
    });
}

/// SEC-069, SEC-070: the signature is over method, path, query and the listed headers, with the secret of the key.
/// SEC-307: the vendor's codes tell what is wrong, since key ids are public.
#[test]
fn sec_069_sec_070_sec_307_whatever_is_changed_after_signing_is_noticed() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let other = world.account().await;
        let signed = root.sign(Sdk::Go, creation());
        let with_query = root.sign(Sdk::Go, Request::new("POST", "/v1/user?a=1&b").body(BODY));
        let impostor = Key { id: root.key.id.clone(), secret: other.key.secret.clone() };
        let empty = Key { id: root.key.id.clone(), secret: SecretText::new(String::new()) };
        let by = |key: &Key| Sdk::Go.sign(creation(), key, &world.host(), world.now());

        let mut answers = Answers::default();
        for (case, request) in [
            ("another's secret", by(&impostor)),
            ("an empty secret", by(&empty)),
            ("the method", root.sign(Sdk::Go, creation().method("PUT")).method("POST")),
            ("the path", root.sign(Sdk::Go, creation().target("/v1/users")).target("/v1/user")),
            ("a query added", signed.clone().target("/v1/user?a=1")),
            ("a query dropped", with_query.clone().target("/v1/user?a=1")),
            ("a query's value", with_query.clone().target("/v1/user?a=2&b")),
            ("the host", signed.clone().with("Host", "iam.bj.baidubce.com")),
            ("the content type", signed.clone().with("Content-Type", "text/plain")),
            ("a signed header dropped", signed.clone().without("x-bce-date")),
            ("the date header", signed.clone().with("x-bce-date", "2026-11-22T08:00:01Z")),
            ("the expiry", edited(&signed, "/1800/", "/3600/")),
            ("the time", edited(&signed, "T08:00:00Z", "T08:00:01Z")),
            ("the list of headers", edited(&signed, ";host;", ";host;x-bce-request-id;")),
            ("the key id", edited(&signed, &root.key.id, &other.key.id)),
            ("the signature", flipped(&signed)),
        ] {
            answers.add(case, &refused(&root, &request).await);
        }
        answers.assert_each(
            "400 SignatureDoesNotMatch: the signature calculated from the request differs from the one provided",
        );
        assert_eq!(other.names().await, [""; 0]);

        // The default set of headers takes in each of the vendor's own: one that is added is one that was changed, and
        // a token that is none is told as such before the signature is looked at.
        let python = root.sign(Sdk::Python, creation());
        for (header, code) in
            [("x-bce-another", "SignatureDoesNotMatch"), ("x-bce-security-token", "InvalidAccessKeyId")]
        {
            let smuggled = python.clone().header(header, "x");
            assert_eq!(refused(&root, &smuggled).await.field("code"), code);
        }
        assert_eq!(world.send(&python).await.status, 201, "and the request itself was right");
    });
}

/// SEC-076, SEC-077, SEC-307: a key id that does not exist, and one that does without its secret. Whole answers, as
/// they say all that a stranger can learn.
#[test]
fn sec_076_sec_077_sec_307_a_key_id_alone_is_worth_nothing() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let wrong = Key { id: root.key.id.clone(), secret: SecretText::new("x".repeat(44)) };
        assert_text(
            &refused(&root, &Sdk::Python.sign(creation(), &wrong, &world.host(), world.now())).await.text(),
            r#"
            400 Bad Request
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"code":"SignatureDoesNotMatch","message":"the signature calculated from the request differs from the one provided","requestId":"<request>"}
            "#,
        );
        let unknown = ["CVAKAAAAAAAAAAAAAAAA", "my_ak", "x", "CVAK", "张三", "%20", "cvakaaaaaaaaaaaaaaaa"];
        for id in unknown.map(str::to_owned).into_iter().chain([root.key.id.to_lowercase(), root.account.clone()]) {
            let stranger = Key { id, secret: root.key.secret.clone() };
            assert_text(
                &refused(&root, &Sdk::Python.sign(creation(), &stranger, &world.host(), world.now())).await.text(),
                r#"
                403 Forbidden
                content-type: application/json;charset=UTF-8
                x-bce-request-id: <request>

                {"code":"InvalidAccessKeyId","message":"the access key id does not exist in our records","requestId":"<request>"}
                "#,
            );
        }
        let unsigned = creation().header("Host", world.host()).header("Content-Length", BODY.len());
        assert_text(
            &refused(&root, &unsigned).await.text(),
            r#"
            403 Forbidden
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"code":"AccessDenied","message":"the request is not signed","requestId":"<request>"}
            "#,
        );
    });
}

/// SEC-069: the scheme is the one that the header names and no other. SEC-006, SEC-305: an authorization that is not
/// well formed, or asks to be good for no time or for ever, is refused, whoever signed it.
#[test]
fn sec_006_sec_069_sec_305_malformed_authorizations() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let id = root.key.id.as_str();
        let right = root.sign_host(creation().header("Content-Length", BODY.len()));
        let text = right.value("Authorization").expect("it is signed").to_owned();
        let signature = text.rsplit('/').next().unwrap_or_default().to_owned();
        let canonical = format!("POST\n/v1/user\n\nhost:{}", world.host().replace(':', "%3A"));
        let forged = |prefix: &str| sdk::forge(&root.key, prefix, "host", &canonical);
        let prefixed = |expiry: &str| forged(&format!("bce-auth-v1/{id}/2026-11-22T08:00:00Z/{expiry}"));
        let timed = |time: &str| forged(&format!("bce-auth-v1/{id}/{time}/1800"));
        let listed = |list: &str| text.replace("/host/", &format!("/{list}/"));

        let mut answers = Answers::default();
        for (case, authorization) in [
            ("empty", String::new()),
            ("Basic", "Basic YWxpY2U6c2VjcmV0".to_owned()),
            ("Bearer", "Bearer bce-v3/ALTAK-x/y".to_owned()),
            ("none", text.replace("bce-auth-v1", "none")),
            ("version 2", text.replace("bce-auth-v1", "bce-auth-v2")),
            ("capitals", text.replace("bce-auth-v1", "BCE-AUTH-V1")),
            ("the scheme alone", "bce-auth-v1".to_owned()),
            ("five parts", text.replace("/host/", "/")),
            ("seven parts", format!("{text}/x")),
            ("slashes", "/".repeat(5)),
            ("no key", text.replace(id, "")),
            ("no time", timed("")),
            ("a date", timed("2026-11-22")),
            ("another zone", timed("2026-11-22T08:00:00+00:00")),
            ("fractions", timed("2026-11-22T08:00:00.0Z")),
            ("30 February", timed("2026-02-30T08:00:00Z")),
            ("no expiry", prefixed("")),
            ("expiry 0", prefixed("0")),
            ("expiry -1", prefixed("-1")),
            ("expiry +1800", prefixed("+1800")),
            ("expiry 1800.5", prefixed("1800.5")),
            ("expiry 2^32", prefixed("4294967296")),
            ("expiry 2^64", prefixed("18446744073709551616")),
            ("expiry in words", prefixed("soon")),
            ("list with capitals", listed("Host")),
            ("list with an empty name", listed("host;")),
            ("list with a space", listed("host; content-type")),
            ("list of 65", listed(&["host"; 65].join(";"))),
            ("no signature", text.replace(&signature, "")),
            ("short signature", text[..text.len() - 1].to_owned()),
            ("long signature", format!("{text}0")),
            ("signature in capitals", text.replace(&signature, &signature.to_uppercase())),
            ("signature not hexadecimal", text.replace(&signature, &"z".repeat(64))),
        ] {
            answers.add(case, &refused(&root, &right.clone().with("Authorization", authorization)).await);
        }
        answers.assert(MALFORMED);
        assert_eq!(world.send(&right).await.status, 201, "and the request itself was right");
    });
}

const MALFORMED: &str = "
    empty -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the algorithm must be `bce-auth-v1`
    Basic -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the algorithm must be `bce-auth-v1`
    Bearer -> 403 InvalidAccessKeyId: the token is not valid, or belongs to another access key
    none -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the algorithm must be `bce-auth-v1`
    version 2 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the algorithm must be `bce-auth-v1`
    capitals -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the algorithm must be `bce-auth-v1`
    the scheme alone -> 400 InvalidHTTPAuthHeader: the authorization is not valid: there must be six parts with `/` between them
    five parts -> 400 InvalidHTTPAuthHeader: the authorization is not valid: there must be six parts with `/` between them
    seven parts -> 400 InvalidHTTPAuthHeader: the authorization is not valid: there must be six parts with `/` between them
    slashes -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the algorithm must be `bce-auth-v1`
    no key -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the access key id must not be empty
    no time -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the timestamp must be written as `YYYY-MM-DDThh:mm:ssZ`
    a date -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the timestamp must be written as `YYYY-MM-DDThh:mm:ssZ`
    another zone -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the timestamp must be written as `YYYY-MM-DDThh:mm:ssZ`
    fractions -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the timestamp must be written as `YYYY-MM-DDThh:mm:ssZ`
    30 February -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the timestamp must be written as `YYYY-MM-DDThh:mm:ssZ`
    no expiry -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry 0 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry -1 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry +1800 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry 1800.5 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry 2^32 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry 2^64 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    expiry in words -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the expiry must be a positive number of seconds
    list with capitals -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signed headers must be at most 64 names in lower case with `;` between them
    list with an empty name -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signed headers must be at most 64 names in lower case with `;` between them
    list with a space -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signed headers must be at most 64 names in lower case with `;` between them
    list of 65 -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signed headers must be at most 64 names in lower case with `;` between them
    no signature -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signature must be 64 hexadecimal digits in lower case
    short signature -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signature must be 64 hexadecimal digits in lower case
    long signature -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signature must be 64 hexadecimal digits in lower case
    signature in capitals -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signature must be 64 hexadecimal digits in lower case
    signature not hexadecimal -> 400 InvalidHTTPAuthHeader: the authorization is not valid: the signature must be 64 hexadecimal digits in lower case";

/// SEC-074, SEC-305: good from 15 minutes before its time until its expiry, and for an hour at most.
#[test]
fn sec_074_sec_305_the_time_of_a_signature() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let now = world.now();
        let at = |offset_s: i64, expire_s: u32| {
            let at = Timestamp::from_micros(now.micros() + offset_s * 1_000_000);
            let terms = Terms { access_key_id: &root.key.id, at, expire_s, signed_headers: &["host"] };
            sdk::sign(creation().header("Content-Length", BODY.len()).header("Host", world.host()), &root.key, &terms)
        };
        let mut answers = Answers::default();
        for (case, offset_s, expire_s) in [
            ("expired a second ago", -1_801, 1_800),
            ("expired long ago", -1_000_000_000, 1_800),
            ("one second, two seconds ago", -2, 1),
            ("an hour and a second ago, good for two", -3_601, 7_200),
            ("an hour and a second ago, good for ever", -3_601, u32::MAX),
            ("15 minutes and a second ahead", 901, 1_800),
            ("a year ahead", 31_536_000, 1_800),
        ] {
            answers.add(case, &refused(&root, &at(offset_s, expire_s)).await);
        }
        answers.assert_each("400 RequestExpired: the request has expired, or lies in the future");
        for (offset_s, expire_s) in
            [(0, 1_800), (-1_800, 1_800), (-1, 1), (-3_600, 7_200), (-3_600, u32::MAX), (900, 1_800)]
        {
            let reply = world.send(&at(offset_s, expire_s)).await;
            assert_eq!(reply.in_short(), "201", "{offset_s} {expire_s}");
            assert_eq!(root.call("DELETE", "/v1/user/mallory", "").await.status, 204);
        }

        // The same request, sent again when its time is over.
        let signed = root.sign(Sdk::Go, creation());
        world.advance(Duration::from_secs(u64::from(EXPIRE_S) + 1));
        assert_eq!(refused(&root, &signed).await.field("code"), "RequestExpired");
    });
}

/// SEC-074: who is told that a time is wrong has shown the secret; and the other date headers do not count.
#[test]
fn sec_074_the_signature_is_checked_before_its_time() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let wrong = Key { id: root.key.id.clone(), secret: SecretText::new("x".repeat(44)) };
        let old = Timestamp::from_micros(world.now().micros() - 86_400_000_000);
        let stale = Sdk::Java.sign(creation(), &wrong, &world.host(), old);
        assert_eq!(refused(&root, &stale).await.field("code"), "SignatureDoesNotMatch");

        let dated = root.sign(
            Sdk::Java,
            creation().header("x-bce-date", "2001-01-01T00:00:00Z").header("Date", "Mon, 01 Jan 2001 00:00:00 GMT"),
        );
        assert_eq!(world.send(&dated).await.status, 201);
    });
}

/// SEC-075: two equal calls within a second are legal, and both are answered for what they do.
#[test]
fn sec_075_equal_calls_are_not_taken_for_replays() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let list = root.sign(Sdk::Go, Request::new("GET", "/v1/user"));
        assert_eq!(world.send(&list).await.status, 200);
        assert_eq!(world.send(&list).await.status, 200);
        let create = root.sign(Sdk::Go, creation());
        assert_eq!(world.send(&create).await.status, 201);
        assert_eq!(world.send(&create).await.status, 409);
    });
}

/// SEC-301: the host is signed, and it is there.
#[test]
fn sec_301_the_host_must_be_signed() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let request = || creation().header("Content-Length", BODY.len()).header("x-bce-date", "2026-11-22T08:00:00Z");
        let with_host = sdk::sign(request().header("Host", world.host()), &root.key, &root.terms(&["x-bce-date"]));
        assert_eq!(
            refused(&root, &with_host).await.in_short(),
            "400 InvalidHTTPAuthHeader: the authorization is not valid: it must sign the header `host`"
        );
        for list in [&["host"][..], &[]] {
            let absent = sdk::sign(request(), &root.key, &root.terms(list));
            assert_eq!(refused(&root, &absent).await.status, 400, "no host at all, list {list:?}");
            let empty = sdk::sign(request().header("Host", ""), &root.key, &root.terms(list));
            assert_eq!(refused(&root, &empty).await.status, 400, "an empty host, list {list:?}");
        }
    });
}

/// SEC-300: a header of the vendor's that is not signed changes nothing.
#[test]
fn sec_300_unsigned_headers_change_nothing() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let other = world.account().await;
        let signed = root.sign(Sdk::Java, creation());
        let request = signed
            .header("x-bce-security-token", "made-up")
            .header("x-bce-account-id", &other.account)
            .header("x-bce-date", "not a date")
            .header("X-HTTP-Method-Override", "DELETE")
            .header("X-Forwarded-For", "203.0.113.9")
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Original-URL", "/v1/nothing");
        assert_eq!(world.send(&request).await.in_short(), "201");
        assert_eq!(root.names().await, ["mallory"]);
        assert_eq!(other.names().await, [""; 0]);
    });
}

/// SEC-073, SEC-304: a hash of the body that is sent must be the body's, signed or not.
#[test]
fn sec_073_sec_304_a_hash_of_the_body_must_be_the_bodys() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let other_body = br#"{"name":"trudy!!"}"#;
        assert_eq!(other_body.len(), BODY.len());
        let with_sha256 = sdk::with_sha256(creation()).header("Content-Length", BODY.len());
        let with_sha256 = sdk::sign(
            with_sha256.header("Host", world.host()),
            &root.key,
            &root.terms(&["host", "x-bce-content-sha256"]),
        );
        let java = root.sign(Sdk::Java, creation());
        let mut answers = Answers::default();
        for (case, request) in [
            ("signed MD5, another body", root.sign(Sdk::Go, creation()).body(&other_body[..])),
            ("signed SHA-256, another body", with_sha256.clone().body(&other_body[..])),
            ("unsigned MD5 of another body", java.clone().header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")),
            ("unsigned MD5 in hexadecimal", java.clone().header("Content-MD5", "d41d8cd98f00b204e9800998ecf8427e")),
            ("unsigned SHA-256 of another body", java.clone().header("x-bce-content-sha256", "0".repeat(64))),
            ("no payload signed", java.clone().header("x-bce-content-sha256", "UNSIGNED-PAYLOAD")),
            ("empty MD5", java.clone().header("Content-MD5", "")),
            (
                "right MD5, then a wrong one",
                sdk::with_md5(java.clone()).header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
            ),
            ("wrong MD5, then the right one", {
                let right = sdk::with_md5(java.clone()).value("Content-MD5").unwrap_or_default().to_owned();
                java.clone().header("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==").header("Content-MD5", right)
            }),
        ] {
            answers.add(case, &refused(&root, &request).await);
        }
        answers.assert_each("400 InvalidHTTPRequest: the body is not the one whose hash the headers tell");
        assert_eq!(world.send(&with_sha256).await.status, 201, "and the request itself was right");
    });
}

/// SEC-048: one credential per request. SEC-072: also in whatever spelling the parameter comes.
#[test]
fn sec_048_one_authorization_per_request() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let list = || Request::new("GET", "/v1/user").header("Host", world.host());
        let terms = root.terms(&["host"]);
        let presigned = sdk::presign(list(), &root.key, &terms);
        let both = sdk::sign(presigned.clone(), &root.key, &terms);
        assert_eq!(
            world.send(&both).await.in_short(),
            "400 InvalidHTTPAuthHeader: the authorization is not valid: it stands in the header and in the query"
        );
        let header = sdk::sign(list(), &root.key, &terms);
        for target in [
            "/v1/user?authorization=",
            "/v1/user?authorization",
            "/v1/user?AUTHORIZATION=x",
            "/v1/user?%61uthorization=x",
        ] {
            assert_eq!(world.send(&header.clone().target(target)).await.status, 400, "{target}");
        }
        let twice = header.clone().header("Authorization", "bce-auth-v1/x");
        assert_eq!(
            world.send(&twice).await.in_short(),
            "400 InvalidHTTPRequest: a header is not valid text, or came twice"
        );
        for second in ["authorization=x", "Authorization=x", "AUTHORIZATION=", "%41uthorization"] {
            let target = format!("{}&{second}", presigned.target);
            assert_eq!(world.send(&presigned.clone().target(&target)).await.status, 400, "{target}");
        }
        assert_eq!(world.send(&presigned).await.status, 200, "and the URL itself was right");
    });
}

/// SEC-304: a URL that was signed for somebody else may show, and may not change.
#[test]
fn sec_304_pre_signed_urls_only_read() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let terms = root.terms(&["host"]);
        let presign = |request: Request| sdk::presign(request.header("Host", world.host()), &root.key, &terms);
        for target in ["/v1/user", "/v1/user?a=1&b&c=%20"] {
            let shown = world.send(&presign(Request::new("GET", target))).await;
            assert_eq!(shown.in_short(), "200", "{target}");
        }
        assert_eq!(world.send(&presign(Request::new("GET", "/v1/user/alice"))).await.status, 404);
        for (method, target) in
            [("POST", "/v1/user"), ("PUT", "/v1/user/x"), ("DELETE", "/v1/user/x"), ("get", "/v1/user")]
        {
            let request = presign(Request::new(method, target).body(BODY)).header("Content-Length", BODY.len());
            assert_eq!(
                refused(&root, &request).await.in_short(),
                "400 InvalidHTTPAuthHeader: the authorization is not valid: a pre-signed URL may only read",
                "{method} {target}"
            );
        }
        let signed = presign(Request::new("GET", "/v1/user?a=1"));
        let tampered = signed.clone().target(&signed.target.replace("a=1", "a=2"));
        assert_eq!(world.send(&tampered).await.field("code"), "SignatureDoesNotMatch");
        world.advance(Duration::from_secs(u64::from(EXPIRE_S) + 1));
        assert_eq!(world.send(&signed).await.field("code"), "RequestExpired");
    });
}

/// SEC-071: a path that could mean two things is refused, though rightly signed.
#[test]
fn sec_071_ambiguous_paths_are_refused() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for target in [
            "/v1/user/",
            "/v1/user//",
            "/v1//user",
            "/v1/user/.",
            "/v1/user/..",
            "/v1/./user",
            "/v1/user/../user",
            "/v1/user/%2e",
            "/v1/user/%2E%2e",
            "/v1/user/.%2e",
            "/v1/user/a%2Fb",
            "/v1/user/a%2fb",
            "/v1/user%2Falice",
            "/v1/user/a%5Cb",
            "/v1/user/a%00",
            "/v1/user/%00",
        ] {
            answers.add(target, &refused(&root, &root.sign(Sdk::Go, Request::new("GET", target))).await);
        }
        answers.assert_each("400 InvalidURI: the URI could not be parsed: it holds an empty or ambiguous segment");
        // What cannot be decoded cannot be signed either: as typed, by hand.
        let mut answers = Answers::default();
        for target in [
            "/v1/user/%",
            "/v1/user/%4",
            "/v1/user/%zz",
            "/v1/user/%+4",
            "/v1/user/%ff",
            "/v1/user/%C0%AF",
            "/v1/user/%ED%A0%80",
            "/v1/user/%u0041",
        ] {
            let canonical = format!("GET\n{target}\n\nhost:{}", world.host().replace(':', "%3A"));
            let prefix = format!("bce-auth-v1/{}/2026-11-22T08:00:00Z/1800", root.key.id);
            let request = Request::new("GET", target)
                .header("Host", world.host())
                .header("Authorization", sdk::forge(&root.key, &prefix, "host", &canonical));
            answers.add(target, &refused(&root, &request).await);
        }
        answers.assert_each("400 InvalidURI: the URI could not be parsed: it holds a broken escape");
        // One decoding, not two: this is a name with a percent sign, which no user can have.
        assert_eq!(root.get("/v1/user/%252e%252e").await.in_short(), "404 NotFound: user `%2e%2e` does not exist");
        assert_eq!(root.get("/v1/user/a%252Fb").await.in_short(), "404 NotFound: user `a%2Fb` does not exist");
    });
}

/// SEC-072: a parameter comes once. SEC-303: a plus is a plus.
#[test]
fn sec_072_sec_303_queries() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for query in ["a=1&a=1", "a=1&a=2", "a&a=", "a=1&%61=2", "=1&=2", "&a=1&&a=1"] {
            let reply = root.get(&format!("/v1/user?{query}")).await;
            assert_eq!(
                reply.in_short(),
                "400 InvalidURI: the URI could not be parsed: its query names a parameter twice",
                "{query}"
            );
        }
        let unsigned = root.sign(Sdk::Go, Request::new("GET", "/v1/user"));
        for query in ["%", "a=%zz", "a=%ff", "%C0%AF"] {
            assert_eq!(
                world.send(&unsigned.clone().target(&format!("/v1/user?{query}"))).await.in_short(),
                "400 InvalidURI: the URI could not be parsed: its query holds a broken escape",
                "{query}"
            );
        }
        // Signed in any order, names compared byte by byte, empty values kept.
        for query in
            ["b=2&a=1", "A=&C=d&b=", "a=1+2", "a=%2B", "a=b=c", "a=/?@", "&", "a=%E5%BC%A0", "a=张", "authorizations=1"]
        {
            assert_eq!(root.get(&format!("/v1/user?{query}")).await.in_short(), "200", "{query}");
        }
        for (signed, sent) in [("a=1%202", "a=1+2"), ("a=1+2", "a=1%202"), ("a=1", "A=1"), ("a=1&b=2", "a=1%26b=2")] {
            let request = root.sign(Sdk::Go, Request::new("GET", &format!("/v1/user?{signed}")));
            let reply = world.send(&request.target(&format!("/v1/user?{sent}"))).await;
            assert_eq!(reply.field("code"), "SignatureDoesNotMatch", "{signed} sent as {sent}");
        }
    });
}

/// The request with a piece of its authorization exchanged.
fn edited(request: &Request, from: &str, to: &str) -> Request {
    let text = request.value("Authorization").expect("it is signed");
    assert!(text.contains(from), "{text} holds {from}");
    let text = text.replacen(from, to, 1);
    request.clone().with("Authorization", text)
}

/// The request with the last digit of its signature exchanged.
fn flipped(request: &Request) -> Request {
    let mut text = request.value("Authorization").expect("it is signed").to_owned();
    let last = text.pop().expect("it has an end");
    text.push(if last == '0' { '1' } else { '0' });
    request.clone().with("Authorization", text)
}
