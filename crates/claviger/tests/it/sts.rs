//! Temporary credentials, on each wire and in each way to bring them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    authorize_signed::described,
    support::{
        assert_text,
        database::on_each_database,
        request::Request,
        sdk::Sdk,
        session::{Session, bearing},
        sigv4::OWN,
        world::{Root, World},
    },
};

/// A document of Baidu's that allows reading users.
const READS: &str = r#"{"accessControlList":[{"service":"bce:iam","region":"*","effect":"Allow","permission":["READ"],"resource":["user/*"]}]}"#;

/// A user who reads users, and a role that trusts the account and does the same.
async fn home(world: &World) -> (Root<'_>, Root<'_>) {
    let root = world.account().await;
    root.create_user("alice").await;
    let document = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["iam:GetUser", "iam:ListUsers", "sts:*"], "Resource": "*" },
    ] });
    let put = json!({ "document": document.to_string() }).to_string();
    root.must_native("PUT", "/api/v1/users/alice/inline-policies/reads", put.as_str()).await;
    let trust = json!({ "accessControlList": [{
        "service": "bce:iam", "region": "*", "effect": "Allow", "permission": ["AssumeRole"],
        "grantee": [{ "id": root.account }],
    }] });
    let role = json!({ "name": "reader", "assumeRolePolicyDocument": trust.to_string() });
    assert_eq!(root.call("POST", "/v1/role", role.to_string()).await.status, 201);
    root.must_native("PUT", "/api/v1/roles/reader/inline-policies/reads", put.as_str()).await;
    let alice = root.with_key(root.create_key("alice").await);
    (root, alice)
}

async fn assume(alice: &Root<'_>) -> Session {
    let wish = json!({ "role": "reader", "session_name": "build-7" }).to_string();
    Session::of(&alice.must_native("POST", "/api/v1/sts/assume-role", wish).await)
}

/// SEC-105, SEC-300: a session is brought in the header or the query of either signature; its token counts with its own
/// key alone, also where the SDK leaves it unsigned.
#[test]
fn sec_105_sec_300_each_way_to_bring_a_session() {
    on_each_database(async |world: World| {
        let (_root, alice) = home(&world).await;
        let own = Session::of(&alice.must_native("POST", "/api/v1/sts/session-token", "").await);
        let role = assume(&alice).await;
        for session in [&own, &role] {
            assert_eq!(session.call_native(&world, "GET", "/api/v1/users", "").await.status, 200);
            assert_eq!(session.presigned(&world, "/api/v1/users").await.status, 200);
            for sdk in Sdk::ALL {
                let request = || Request::new("GET", "/v1/user");
                for signed in [
                    session.with_header(sdk, request(), &world.host(), &world),
                    session.with_parameter(sdk, request(), &world.host(), &world),
                ] {
                    assert_eq!(world.send(&signed).await.status, 200, "{sdk:?}: {signed:?}");
                }
            }
            let denied = session.call_native(&world, "POST", "/api/v1/users", r#"{"name":"x"}"#).await;
            assert_eq!((denied.status, denied.field("code").as_str()), (403, "AccessDenied"));
        }
        for mixed in [
            Session { token: role.token.clone(), ..own.clone() },
            Session { token: own.token.clone(), ..role.clone() },
            Session { key: alice.key.clone(), ..own.clone() },
        ] {
            let native = mixed.call_native(&world, "GET", "/api/v1/users", "").await;
            assert_eq!((native.status, native.field("code").as_str()), (403, "InvalidToken"));
            let presigned = mixed.presigned(&world, "/api/v1/users").await;
            assert_eq!((presigned.status, presigned.field("code").as_str()), (403, "InvalidToken"));
        }
        let mixed = Session { token: role.token.clone(), ..own.clone() };
        for sdk in Sdk::ALL {
            let signed = mixed.with_header(sdk, Request::new("GET", "/v1/user"), &world.host(), &world);
            assert_eq!(world.send(&signed).await.field("code"), "InvalidAccessKeyId", "{sdk:?}");
        }
        let twice = own.with_header(Sdk::Java, Request::new("GET", "/v1/user"), &world.host(), &world);
        let twice =
            own.with_parameter(Sdk::Java, twice.without("Authorization").without("Host"), &world.host(), &world);
        assert_eq!(world.send(&twice).await.field("code"), "InvalidHTTPAuthHeader");
        let bare = own.key.clone();
        assert_eq!(
            alice.with_key(bare).call_native("GET", "/api/v1/users", "").await.field("code"),
            "InvalidAccessKeyId"
        );
    });
}

/// SEC-108: a session ends by itself, and when it is ended.
#[test]
fn sec_108_sessions_end() {
    on_each_database(async |world: World| {
        let (root, alice) = home(&world).await;
        let native = async |session: &Session| {
            let reply = session.call_native(&world, "GET", "/api/v1/users", "").await;
            if reply.status == 200 { "200".to_owned() } else { reply.field("code") }
        };
        let short = r#"{"duration_s":60}"#;
        let own = Session::of(&alice.must_native("POST", "/api/v1/sts/session-token", short).await);
        let role = assume(&alice).await;
        world.advance(Duration::from_secs(59));
        assert_eq!((native(&own).await, native(&role).await), ("200".to_owned(), "200".to_owned()));
        world.advance(Duration::from_secs(1));
        assert_eq!((native(&own).await, native(&role).await), ("ExpiredToken".to_owned(), "200".to_owned()));
        assert_eq!(own.call(&world, "GET", "/v1/user", "").await.field("code"), "AccessDenied");
        for (target, of_user) in [("users/alice", true), ("roles/reader", false)] {
            let (own, role) = (alice.must_native("POST", "/api/v1/sts/session-token", "").await, assume(&alice).await);
            let own = Session::of(&own);
            let mark = root.must_native("POST", &format!("/api/v1/{target}/revoke-sessions"), "").await;
            assert_eq!(mark["before"], world.now().to_seconds());
            let wanted = if of_user { "ExpiredToken" } else { "200" };
            assert_eq!((native(&own).await, native(&role).await), (wanted.to_owned(), "ExpiredToken".to_owned()));
        }
    });
}

/// SEC-099, SEC-304: bearer tokens work on both wires; neither sessions nor URLs that were handed on make any.
#[test]
fn sec_099_sec_304_bearer_tokens() {
    on_each_database(async |world: World| {
        let (_root, alice) = home(&world).await;
        let reply = alice.get("/v1/BCE-BEARER/token?expireInSeconds=300").await;
        let of_baidu = reply.field("token");
        let native = alice.must_native("POST", "/api/v1/sts/bearer-token", r#"{"duration_s":300}"#).await;
        for token in [of_baidu.as_str(), native["token"].as_str().expect("a text")] {
            assert_eq!(bearing(&world, token, "GET", "/api/v1/users", "").await.status, 200);
            assert_eq!(bearing(&world, token, "GET", "/v1/user", "").await.status, 200);
            let again = bearing(&world, token, "GET", "/v1/BCE-BEARER/token", "").await;
            assert_eq!(again.in_short(), "400 InvalidRequest: not support temporal credential");
        }
        let handed_on = Request::new("GET", "/v1/BCE-BEARER/token").header("Host", world.host());
        let handed_on = crate::support::sdk::presign(handed_on, &alice.key, &alice.terms(&["host"]));
        assert_eq!(world.send(&handed_on).await.field("code"), "InvalidHTTPAuthHeader");
        world.advance(Duration::from_mins(5));
        assert_eq!(bearing(&world, &of_baidu, "GET", "/api/v1/users", "").await.field("code"), "ExpiredToken");
        assert_eq!(bearing(&world, "clvt_AAAA", "GET", "/api/v1/users", "").await.field("code"), "InvalidToken");
    });
}

/// Baidu's calls: what they answer, and what they refuse.
#[test]
fn the_calls_of_baidus_sts() {
    on_each_database(async |world: World| {
        let (root, alice) = home(&world).await;
        let reply = alice.call("POST", "/v1/sessionToken?durationSeconds=60", "").await;
        let credentials = reply.json();
        let shown = |text: &str, credentials: &Value| {
            ["accessKeyId", "secretAccessKey", "sessionToken"].iter().fold(text.to_owned(), |text, name| {
                text.replace(credentials[*name].as_str().expect("a text"), &format!("<{name}>"))
            })
        };
        assert_text(
            &shown(&reply.text(), &credentials),
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"accessKeyId":"<accessKeyId>","secretAccessKey":"<secretAccessKey>","sessionToken":"<sessionToken>","createTime":"2026-11-22T08:00:00Z","expiration":"2026-11-22T08:01:00Z","userId":"<id>"}
            "#,
        );
        let target = format!("/v1/credential?assumeRole&accountId={}&roleName=reader", root.account);
        let assumed = alice.call("POST", &target, "").await.json();
        assert_eq!(assumed["expiration"], "2026-11-22T10:00:00Z", "roles of this wire give two hours");
        assert!(assumed["roleId"].as_str().expect("a text").len() == 32 && assumed["userId"] == credentials["userId"]);
        let role = Session::of_baidu(&assumed);
        assert_eq!(role.call(&world, "GET", "/v1/user", "").await.status, 200);
        let who = role.call_native(&world, "GET", "/api/v1/whoami", "").await.json();
        assert_eq!((&who["kind"], &who["session"]), (&json!("role"), &json!("alice")), "{who}");

        // The list itself, its text, and the text of the whole document.
        let wrapped = json!({ "accessControlList": READS }).to_string();
        let list = READS.split_once(':').expect("it has a list").1.strip_suffix('}').expect("it is an object");
        let of_list = json!({ "accessControlList": list, "attachment": "x" }).to_string();
        for body in [READS, &wrapped, &of_list] {
            let limited = Session::of_baidu(&alice.call("POST", "/v1/sessionToken", body).await.json());
            assert_eq!(limited.call(&world, "GET", "/v1/user/alice", "").await.status, 200, "{body}");
            let other = limited.call(&world, "GET", "/v1/group", "").await;
            assert_eq!(other.status, 403, "{body}");
        }
        for (target, body, code) in [
            ("/v1/sessionToken", "{}", "InvalidRequest"),
            ("/v1/sessionToken", "{", "InvalidRequestBody"),
            ("/v1/sessionToken?durationSeconds=0", "", "InappropriateJSON"),
            ("/v1/sessionToken?durationSeconds=129601", "", "InappropriateJSON"),
            ("/v1/sessionToken?durationSeconds=x", "", "InappropriateJSON"),
            ("/v1/credential?accountId=100000000000&roleName=reader", "", "InappropriateJSON"),
            ("/v1/credential?assumeRole&accountId=100000000000&roleName=reader", "", "AccessDenied"),
            ("/v1/credential?assumeRole&accountId=100000000000", "", "InappropriateJSON"),
            (&format!("{target}&durationSeconds=7201"), "", "InappropriateJSON"),
            (&format!("{target}&durationSeconds=7200"), "{", "InvalidRequestBody"),
        ] {
            assert_eq!(alice.call("POST", target, body).await.field("code"), code, "{target} {body}");
        }
        let again = Session::of_baidu(&credentials).call(&world, "POST", "/v1/sessionToken", "").await;
        assert_eq!(again.in_short(), "400 InvalidRequest: not support temporal credential");
    });
}

/// `/authorize` knows who is behind a token, an API key and a request that was signed with temporary credentials.
#[test]
fn decisions_about_tokens_and_requests_of_sessions() {
    on_each_database(async |world: World| {
        let (root, alice) = home(&world).await;
        let role = assume(&alice).await;
        let bearer = alice.must_native("POST", "/api/v1/sts/bearer-token", "").await["token"].clone();
        let api_key = r#"{"name":"key"}"#;
        let api_key = root.must_native("POST", "/api/v1/users/alice/api-keys", api_key).await["key"].clone();
        let ask = async |members: Value| {
            let question =
                json!({ "action": "iam:GetUser", "resource": format!("crn:iam::{}:user/bob", root.account) });
            let answer = root.ask(&crate::support::with_members(question, members)).await.json();
            let refusal = answer["refusal"].as_str().map(|word| format!(" {word}")).unwrap_or_default();
            let who = answer["principal"]["name"].as_str().and_then(|name| name.rsplit(':').next()).unwrap_or_default();
            format!("{} {who}{refusal}", answer["decision"].as_str().expect("a word"))
        };
        for token in [&bearer, &api_key] {
            assert_eq!(ask(json!({ "token": token })).await, "allow user/alice");
        }
        assert_eq!(ask(json!({ "token": "clvt_AAAA" })).await, "implicit_deny  bad_token");
        assert_eq!(ask(json!({ "token": role.token })).await, "implicit_deny  bad_token", "it must be signed with");
        let host = "photos.bj.example.com";
        let request = || Request::new("GET", "/photos/cat.jpg");
        let requests = [
            role.with_header(Sdk::Java, request(), host, &world),
            role.with_header(Sdk::Python, request(), host, &world),
            role.with_parameter(Sdk::Go, request(), host, &world),
            role.sign_for("s3", request(), host, &world),
            role.sign_for(OWN, request(), host, &world),
        ];
        for request in &requests {
            let asked = json!({ "signed_request": described(request, json!({})) });
            assert_eq!(ask(asked).await, "allow role/reader", "{request:?}");
        }
        let foreign = world.account().await;
        let asked = json!({ "action": "iam:GetUser", "resource": "*", "token": bearer });
        let elsewhere = async |refusal: &str| {
            assert_eq!(foreign.ask(&asked).await.json()["refusal"], refusal, "another's is nobody's");
            let of_key = json!({ "action": "iam:GetUser", "resource": "*", "token": api_key });
            assert_eq!(foreign.ask(&of_key).await.json()["refusal"], "unknown_key");
            for request in &requests {
                let signed = json!({ "signed_request": described(request, json!({})) });
                let asked = json!({ "action": "iam:GetUser", "resource": "*" });
                let asked = crate::support::with_members(asked, signed);
                assert_eq!(foreign.ask(&asked).await.json()["refusal"], "unknown_key");
            }
        };
        elsewhere("bad_token").await;
        root.must_native("POST", "/api/v1/users/alice/revoke-sessions", "").await;
        assert_eq!(ask(json!({ "token": bearer })).await, "implicit_deny  session_over");
        assert_eq!(ask(json!({ "token": api_key })).await, "allow user/alice", "a key is no session");
        elsewhere("bad_token").await;
        for request in &requests {
            let asked = json!({ "signed_request": described(request, json!({})) });
            assert_eq!(ask(asked).await, "implicit_deny  session_over");
        }
    });
}
