//! Users on the wire: shapes, rules and refusals.

use std::time::Duration;

use crate::support::{Answers, assert_text, database::on_each_database, request::Request, sdk::Sdk, world::World};

#[test]
fn a_user_from_creation_to_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let created = root.create(r#"{"name":"alice","description":"the first"}"#).await;
        assert_text(
            &created.text(),
            r#"
            201 Created
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"id":"<id>","name":"alice","createTime":"2026-11-22T08:00:00Z","description":"the first","enabled":true}
            "#,
        );
        world.advance(Duration::from_millis(1_500));
        root.create(r#"{"name":"Bob"}"#).await;

        let shown = root.get("/v1/user/alice").await;
        assert_text(
            &shown.text(),
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"id":"<id>","name":"alice","createTime":"2026-11-22T08:00:00Z","description":"the first","enabled":true}
            "#,
        );
        assert_eq!(shown.body, created.body);
        assert_eq!(root.get("/v1/user/ALICE").await.body, created.body, "a name is found in any case");

        let listed = root.get("/v1/user").await;
        assert_eq!(listed.status, 200);
        let users = listed.json()["users"].as_array().expect("a list").clone();
        assert_eq!(users[0], created.json(), "in the order of creation, each as it is shown alone");
        assert_eq!(users[1]["name"], "Bob");
        assert_eq!(users[1]["createTime"], "2026-11-22T08:00:01Z", "fractions are cut off");
        assert_eq!(users[1]["description"], "", "a text, also where none was given");
        assert_eq!(users.len(), 2);

        let deleted = root.call("DELETE", "/v1/user/alice", "").await;
        assert_text(&deleted.text(), "204 No Content\nx-bce-request-id: <request>");
        assert_text(
            &root.get("/v1/user/alice").await.text(),
            r#"
            404 Not Found
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"code":"NotFound","message":"user `alice` does not exist","requestId":"<request>"}
            "#,
        );
        assert_eq!(
            root.call("DELETE", "/v1/user/alice", "").await.in_short(),
            "404 NotFound: user `alice` does not exist"
        );
        assert_eq!(root.names().await, ["Bob"]);
    });
}

#[test]
fn an_account_begins_without_users() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        assert_text(
            &root.get("/v1/user").await.text(),
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"users":[]}
            "#,
        );
    });
}

#[test]
fn a_name_is_taken_in_any_case_and_free_again_after_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let first = root.create_user("alice").await;
        assert_text(
            &root.create(r#"{"name":"alice","description":"another"}"#).await.text(),
            r#"
            409 Conflict
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"code":"Conflict","message":"user `alice` exists already","requestId":"<request>"}
            "#,
        );
        assert_eq!(root.create(r#"{"name":"AliCE"}"#).await.in_short(), "409 Conflict: user `AliCE` exists already");
        assert_eq!(root.get("/v1/user/alice").await.body, first.body);
        assert_eq!(root.names().await, ["alice"]);

        assert_eq!(root.call("DELETE", "/v1/user/aLICE", "").await.status, 204);
        let second = root.create_user("Alice").await;
        assert_ne!(first.field("id"), second.field("id"), "an id is never used again");
    });
}

/// SEC-309: what a name may be. Each rule's own cases stand with the rule.
#[test]
fn sec_309_names_that_break_a_rule_change_nothing() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for (case, body) in [
            ("no name", r#"{"description":"x"}"#.to_owned()),
            ("null", r#"{"name":null}"#.to_owned()),
            ("a number", r#"{"name":1}"#.to_owned()),
            ("a list", r#"{"name":["alice"]}"#.to_owned()),
            ("empty", r#"{"name":""}"#.to_owned()),
            ("129 characters", format!(r#"{{"name":"{}"}}"#, "x".repeat(129))),
            ("slash", r#"{"name":"a/b"}"#.to_owned()),
            ("space", r#"{"name":"a b"}"#.to_owned()),
            ("NUL", r#"{"name":"a\u0000"}"#.to_owned()),
            ("line feed", r#"{"name":"a\n"}"#.to_owned()),
            ("zero width", r#"{"name":"a\u200b"}"#.to_owned()),
            ("right to left", r#"{"name":"a\u202eb"}"#.to_owned()),
            ("Cyrillic", r#"{"name":"аlice"}"#.to_owned()),
            ("not composed", r#"{"name":"\uf900"}"#.to_owned()),
        ] {
            answers.add(case, &root.create(&body).await);
        }
        answers.assert(
            "no name -> 400 InappropriateJSON: `name` is missing
            null -> 400 InappropriateJSON: `name` is missing
            a number -> 400 InappropriateJSON: `name` must be text
            a list -> 400 InappropriateJSON: `name` must be text
            empty -> 400 InappropriateJSON: name must not be empty
            129 characters -> 400 InappropriateJSON: name must have at most 128 characters
            slash -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            space -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            NUL -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            line feed -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            zero width -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            right to left -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            Cyrillic -> 400 InappropriateJSON: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            not composed -> 400 InappropriateJSON: name must be in Unicode normalization form C",
        );
        assert_eq!(root.names().await, [""; 0]);
        let longest = "x".repeat(128);
        root.create_user(&longest).await;
        assert_eq!(root.get(&format!("/v1/user/{longest}")).await.status, 200);
    });
}

#[test]
fn descriptions_are_plain_text_of_a_thousand_characters() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let with = |description: &str| format!(r#"{{"name":"a","description":{description}}}"#);
        let mut answers = Answers::default();
        for (case, description) in [
            ("1001 characters", format!("\"{}\"", "字".repeat(1_001))),
            ("NUL", r#""a\u0000b""#.to_owned()),
            ("line feed", r#""a\nb""#.to_owned()),
            ("right to left", r#""a\u202eb""#.to_owned()),
            ("a number", "1".to_owned()),
            ("an object", "{}".to_owned()),
        ] {
            answers.add(case, &root.create(&with(&description)).await);
        }
        answers.assert(
            "1001 characters -> 400 InappropriateJSON: description must have at most 1000 characters
            NUL -> 400 InappropriateJSON: description must not hold control or invisible characters
            line feed -> 400 InappropriateJSON: description must not hold control or invisible characters
            right to left -> 400 InappropriateJSON: description must not hold control or invisible characters
            a number -> 400 InappropriateJSON: `description` must be text
            an object -> 400 InappropriateJSON: `description` must be text",
        );
        assert_eq!(root.names().await, [""; 0]);

        let longest = "字".repeat(1_000);
        for (name, given, shown) in [
            ("longest", serde_json::json!(longest), longest.as_str()),
            ("null", serde_json::Value::Null, ""),
            ("markup", serde_json::json!("<b onclick='x'>\"&\u{1F511}\\"), "<b onclick='x'>\"&\u{1F511}\\"),
            ("sql", serde_json::json!("'); DROP TABLE iam_user; --"), "'); DROP TABLE iam_user; --"),
        ] {
            let created = root.create(&serde_json::json!({ "name": name, "description": given }).to_string()).await;
            assert_eq!(created.status, 201, "{created:?}");
            assert_eq!(root.get(&format!("/v1/user/{name}")).await.field("description"), shown, "SEC-140");
        }
    });
}

/// SEC-141, SEC-308: fields that nobody knows are ignored, and those that are the server's to set are among them.
#[test]
fn sec_141_sec_308_unknown_and_server_owned_fields_never_bind() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let stranger = world.account().await;
        let body = serde_json::json!({
            "name": "alice", "id": "00000000000000000000000000000001", "createTime": "2001-01-01T00:00:00Z",
            "enabled": false, "accountId": stranger.account, "account_id": stranger.account, "domainId": stranger.account,
            "isRoot": true, "type": "root", "path": "/admin/", "displayName": "x", "tags": {"a": "b"}, "verified": true,
            "Name": "mallory", "nested": [{"deep": [1, 2.5, null]}],
        });
        let created = root.create(&body.to_string()).await;
        assert_text(
            &created.text(),
            r#"
            201 Created
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"id":"<id>","name":"alice","createTime":"2026-11-22T08:00:00Z","description":"","enabled":true}
            "#,
        );
        assert_ne!(created.field("id"), "00000000000000000000000000000001");
        assert_eq!(stranger.names().await, [""; 0]);
        assert_eq!(root.names().await, ["alice"]);
    });
}

/// SEC-142, and SEC-148 for the depth and the number of members: what two readers could read in two ways, or what
/// costs too much, is refused.
#[test]
fn sec_142_sec_148_json_traps_are_refused() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let nested = |depth: usize| format!(r#"{{"name":"a","x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        let members = |count: usize| format!(r#"{{"name":"a","x":[{}1]}}"#, "1,".repeat(count - 1));
        let mut answers = Answers::default();
        for (case, body) in [
            ("duplicate", br#"{"name":"a","name":"b"}"#.to_vec()),
            ("duplicate in another spelling", br#"{"name":"a","n\u0061me":"b"}"#.to_vec()),
            ("duplicate, deep", br#"{"name":"a","x":[{"y":1,"y":1}]}"#.to_vec()),
            ("NaN", br#"{"name":"a","x":NaN}"#.to_vec()),
            ("infinity", br#"{"name":"a","x":1e999}"#.to_vec()),
            ("beyond 64 bits", br#"{"name":"a","x":9223372036854775808}"#.to_vec()),
            ("leading zero", br#"{"name":"a","x":01}"#.to_vec()),
            ("lone surrogate", br#"{"name":"a","x":"\ud800"}"#.to_vec()),
            ("byte order mark", b"\xef\xbb\xbf{\"name\":\"a\"}".to_vec()),
            ("overlong slash", b"{\"name\":\"a\xc0\xaf\"}".to_vec()),
            ("surrogate in UTF-8", b"{\"name\":\"a\xed\xa0\x80\"}".to_vec()),
            ("UTF-16", b"{\0\"\0a\0\"\0:\0\x31\0}\0".to_vec()),
            ("bare NUL", b"{\"name\":\"a\0\"}".to_vec()),
            ("comment", br#"{"name":"a"/**/}"#.to_vec()),
            ("trailing comma", br#"{"name":"a",}"#.to_vec()),
            ("two documents", br#"{"name":"a"}{"name":"b"}"#.to_vec()),
            ("cut off", br#"{"name":"a""#.to_vec()),
            ("white space only", b" ".to_vec()),
            ("a list", br#"[{"name":"a"}]"#.to_vec()),
            ("a text", br#""a""#.to_vec()),
            ("null", b"null".to_vec()),
            ("depth 33", nested(32).into_bytes()),
            ("10001 members", members(9_999).into_bytes()),
            ("a hundred thousand brackets", "[".repeat(100_000).into_bytes()),
        ] {
            answers.add(case, &root.call("POST", "/v1/user", body).await);
        }
        answers.add("no body", &root.call("POST", "/v1/user", "").await);
        answers.assert(JSON_TRAPS);
        assert_eq!(root.names().await, [""; 0]);
        for (name, body) in [("deep", nested(31)), ("wide", members(9_998))] {
            let body = body.replace(r#""name":"a""#, &format!(r#""name":"{name}""#));
            assert_eq!(root.create(&body).await.status, 201, "{name}: at the limit");
        }
    });
}

const JSON_TRAPS: &str = "
    duplicate -> 400 InappropriateJSON: the body is JSON that is not taken: duplicate member `name` at line 1, column 13
    duplicate in another spelling -> 400 InappropriateJSON: the body is JSON that is not taken: duplicate member `name` at line 1, column 13
    duplicate, deep -> 400 InappropriateJSON: the body is JSON that is not taken: duplicate member `y` at line 1, column 25
    NaN -> 400 MalformedJSON: the body is not well-formed JSON: unexpected character `N` at line 1, column 17
    infinity -> 400 InappropriateJSON: the body is JSON that is not taken: number out of range at line 1, column 17
    beyond 64 bits -> 400 InappropriateJSON: the body is JSON that is not taken: number out of range at line 1, column 17
    leading zero -> 400 MalformedJSON: the body is not well-formed JSON: bad number at line 1, column 17
    lone surrogate -> 400 InappropriateJSON: the body is JSON that is not taken: lone surrogate at line 1, column 18
    byte order mark -> 400 MalformedJSON: the body is not well-formed JSON: byte-order mark at line 1, column 1
    overlong slash -> 400 MalformedJSON: the body is not well-formed JSON: not UTF-8 at line 1, column 11
    surrogate in UTF-8 -> 400 MalformedJSON: the body is not well-formed JSON: not UTF-8 at line 1, column 11
    UTF-16 -> 400 MalformedJSON: the body is not well-formed JSON: unexpected character `\u{FFFD}` at line 1, column 2
    bare NUL -> 400 MalformedJSON: the body is not well-formed JSON: control character in a string at line 1, column 11
    comment -> 400 MalformedJSON: the body is not well-formed JSON: unexpected character `/` at line 1, column 12
    trailing comma -> 400 MalformedJSON: the body is not well-formed JSON: unexpected character `}` at line 1, column 13
    two documents -> 400 MalformedJSON: the body is not well-formed JSON: trailing data at line 1, column 13
    cut off -> 400 MalformedJSON: the body is not well-formed JSON: unexpected end at line 1, column 12
    white space only -> 400 MalformedJSON: the body is not well-formed JSON: unexpected end at line 1, column 2
    a list -> 400 InappropriateJSON: the body must be a JSON object
    a text -> 400 InappropriateJSON: the body must be a JSON object
    null -> 400 InappropriateJSON: the body must be a JSON object
    depth 33 -> 400 InappropriateJSON: the body is JSON that is not taken: nested too deep at line 1, column 48
    10001 members -> 400 InappropriateJSON: the body is JSON that is not taken: too many members at line 1, column 20014
    a hundred thousand brackets -> 400 InappropriateJSON: the body is JSON that is not taken: nested too deep at line 1, column 33
    no body -> 400 InappropriateJSON: `name` is missing";

/// Han names come percent-encoded from one SDK and as bare UTF-8 from another; both are the same user.
#[test]
fn names_outside_ascii_by_both_spellings_of_the_path() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let created = root.create_user("张三").await;
        assert_eq!(created.field("name"), "张三");
        for target in
            ["/v1/user/%E5%BC%A0%E4%B8%89", "/v1/user/%e5%bc%a0%e4%b8%89", "/v1/user/张三", "/v1/user/张%E4%B8%89"]
        {
            for sdk in Sdk::ALL {
                let shown = world.send(&root.sign(sdk, Request::new("GET", target))).await;
                assert_eq!(shown.in_short(), "200", "{target} by {sdk:?}");
                assert_eq!(shown.body, created.body, "{target} by {sdk:?}");
            }
        }
        assert_eq!(root.call("DELETE", "/v1/user/张三", "").await.status, 204);
        assert_eq!(root.names().await, [""; 0]);
    });
}

#[test]
fn names_with_every_legal_mark_go_through_the_path() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for name in ["a-b", "a_b", "a.b", ".a", "a..", "a@b.example", "a+b", "a=b", "a,b", "...", "-"] {
            let created = root.create_user(name).await;
            let mut encoded = "/v1/user/".to_owned();
            signing::percent::encode(name, &mut encoded);
            for target in [encoded, format!("/v1/user/{name}")] {
                assert_eq!(root.get(&target).await.body, created.body, "{target}");
            }
        }
    });
}

/// SEC-071: a path with the segment `.` or `..` is refused, so nobody could ever show or delete these two.
#[test]
fn sec_071_names_that_no_path_can_hold_are_refused() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for name in [".", ".."] {
            let reply = root.create(&serde_json::json!({ "name": name }).to_string()).await;
            assert_eq!((reply.status, &*reply.field("code")), (400, "InappropriateJSON"), "{name}");
        }
        assert_eq!(root.names().await, [""; 0]);
    });
}

#[test]
fn what_the_interface_does_not_know() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for (method, target) in [
            ("PATCH", "/v1/user"),
            ("PUT", "/v1/user"),
            ("POST", "/v1/user/alice"),
            ("get", "/v1/user"),
            ("BREW", "/v1/user"),
            ("GET", "/v1/nothing"),
            ("GET", "/v1/user/alice/more"),
            ("GET", "/v1/User"),
        ] {
            let request = root.sign(Sdk::Go, Request::new(method, target));
            answers.add(&format!("{method} {target}"), &world.send(&request).await);
        }
        answers.assert(
            "PATCH /v1/user -> 405 MethodNotAllowed: the interface does not know this method
            PUT /v1/user -> 405 MethodNotAllowed: the interface does not know this method
            POST /v1/user/alice -> 405 MethodNotAllowed: the interface does not know this method
            get /v1/user -> 405 MethodNotAllowed: the interface does not know this method
            BREW /v1/user -> 405 MethodNotAllowed: the interface does not know this method
            GET /v1/nothing -> 404 NotFound: there is no such interface
            GET /v1/user/alice/more -> 404 NotFound: there is no such interface
            GET /v1/User -> 404 NotFound: there is no such interface",
        );
        let mut connection = world.connect().await;
        connection.send(&root.sign(Sdk::Go, Request::new("HEAD", "/v1/user")).to_bytes()).await;
        assert_eq!(connection.reply_to_head().await.expect("an answer").status, 405);

        // Queries and bodies that a call has no use for are left alone.
        root.create_user("alice").await;
        assert_eq!(root.get("/v1/user/alice?x=1&y").await.status, 200);
        assert_eq!(root.call("DELETE", "/v1/user/alice?force", "{}").await.status, 204);
    });
}
