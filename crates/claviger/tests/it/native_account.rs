//! The account, keys and signing in, in the native dialect.

use serde_json::json;

use crate::support::{Answers, database::on_each_database, request::Request, world::World};

const ALICE: &str = "/api/v1/users/alice";

#[test]
fn the_account_and_its_alias() {
    on_each_database(async |world: World| {
        let (root, another) = (world.account().await, world.account().await);
        root.create_user("alice").await;
        let shown = root.must_native("GET", "/api/v1/account", "").await;
        assert_eq!((&shown["id"], shown.get("alias")), (&json!(root.account), None));
        assert_eq!(shown["counts"], json!({ "users": 1, "groups": 0, "policies": 0, "roles": 0 }));
        assert_eq!(
            (&shown["limits"]["users"], &shown["limits"]["access_keys_per_user"]),
            (&json!(100_000), &json!(20))
        );
        let alias = "/api/v1/account/alias";
        assert_eq!(root.call_native("PUT", alias, r#"{"alias":"acme"}"#).await.status, 204);
        assert_eq!(root.must_native("GET", "/api/v1/account", "").await["alias"], "acme");
        let mut answers = Answers::default();
        answers.add("another's", &another.call_native("PUT", alias, r#"{"alias":"acme"}"#).await);
        answers.add("a number", &another.call_native("PUT", alias, r#"{"alias":"123"}"#).await);
        answers.add("short", &another.call_native("PUT", alias, r#"{"alias":"a"}"#).await);
        answers.add("taken away", &root.call_native("DELETE", alias, "").await);
        answers.add("free", &another.call_native("PUT", alias, r#"{"alias":"acme"}"#).await);
        answers.assert(
            "
            another's -> 409 Exists: account alias `acme` exists already
            a number -> 400 InvalidRequest: account alias must have a letter, so that nobody takes it for an account's number
            short -> 400 InvalidRequest: `alias` must have 3 to 63 characters (line 1, column 10)
            taken away -> 204
            free -> 204
            ",
        );
    });
}

/// Keys of a user and of the root user: made, listed, switched, deleted; each owner's under its own path.
#[test]
fn access_keys_of_users_and_of_the_root_user() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        for keys in [format!("{ALICE}/access-keys"), "/api/v1/root/access-keys".to_owned()] {
            let made = root.must_native("POST", &keys, "").await;
            assert_eq!(made["secret"].as_str().map(str::len), Some(44));
            let key = format!("{keys}/{}", made["id"].as_str().expect("an id is text"));
            let off = root.must_native("PATCH", &key, r#"{"enabled":false}"#).await;
            assert_eq!((&off["enabled"], off.get("secret"), &off["id"]), (&json!(false), None, &made["id"]));
            let listed = root.must_native("GET", &keys, "").await;
            assert!(listed["items"].as_array().is_some_and(|items| items.contains(&off)), "{listed}");
            let mut answers = Answers::default();
            answers.add("nothing", &root.call_native("PATCH", &key, "").await);
            answers.add("null", &root.call_native("PATCH", &key, r#"{"enabled":null}"#).await);
            answers.add("deleted", &root.call_native("DELETE", &key, "").await);
            answers.add("a short id", &root.call_native("DELETE", &format!("{keys}/x"), "").await);
            answers.assert(
                "
                nothing -> 400 InvalidRequest: `enabled` is missing
                null -> 400 InvalidRequest: `enabled` must be true or false (line 1, column 12)
                deleted -> 204
                a short id -> 404 NotFound: access key `x` does not exist
                ",
            );
        }
        let alice = root.with_key(root.create_key("alice").await);
        let elsewhere = format!("/api/v1/root/access-keys/{}", alice.key.id);
        assert_eq!(root.call_native("DELETE", &elsewhere, "").await.status, 404, "it is alice's");
        let used = format!("/api/v1/access-keys/{}/last-used", alice.key.id);
        assert_eq!(root.must_native("GET", &used, "").await, json!({ "id": alice.key.id, "user": "alice" }));
        alice.call_native("GET", "/api/v1/whoami", "").await;
        let used = root.must_native("GET", &used, "").await;
        let wanted = json!({ "at": "2026-11-22T08:00:00Z", "service": "iam", "source": "127.0.0.1" });
        assert_eq!(used["last_used"], wanted);
    });
}

#[test]
fn how_a_user_signs_in() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let profile = format!("{ALICE}/login-profile");
        let nothing = json!({ "enabled": false, "must_reset": false, "login_mfa": false, "operation_mfa": false,
            "mfa_methods": [], "has_password": false });
        assert_eq!(root.must_native("GET", &profile, "").await, nothing);
        let body = json!({ "password": "correct horse battery", "must_reset": true, "mfa_methods": ["totp", "sms"],
            "external": { "kind": "corporate", "account": "alice@corp" } });
        let changed = root.must_native("PATCH", &profile, body.to_string()).await;
        let wanted = json!({ "enabled": true, "must_reset": true, "login_mfa": false, "operation_mfa": false,
            "mfa_methods": ["sms", "totp"], "has_password": true,
            "external": { "kind": "corporate", "account": "alice@corp" },
            "password_changed_at": "2026-11-22T08:00:00Z", "created_at": "2026-11-22T08:00:00Z" });
        assert_eq!(changed, wanted);
        let body = r#"{"external":null,"mfa_methods":[],"operation_mfa":true}"#;
        let changed = root.must_native("PATCH", &profile, body).await;
        assert_eq!((changed.get("external"), &changed["mfa_methods"]), (None, &json!([])));
        assert_eq!((&changed["operation_mfa"], &changed["has_password"]), (&json!(true), &json!(true)));
        let mut answers = Answers::default();
        for (case, body) in [
            ("a short password", r#"{"password":"short"}"#),
            ("one of those that are tried first", r#"{"password":"Alice2026!"}"#),
            ("half an account", r#"{"external":{"kind":"corporate"}}"#),
            ("another factor", r#"{"mfa_methods":["sms","fax"]}"#),
        ] {
            answers.add(case, &root.call_native("PATCH", &profile, body).await);
        }
        answers.add("deleted", &root.call_native("DELETE", &profile, "").await);
        answers.add("again", &root.call_native("DELETE", &profile, "").await);
        answers.assert(
            "
            a short password -> 400 WeakPassword: a password must have at least 8 characters
            one of those that are tried first -> 400 WeakPassword: a password must not be one that is easily guessed, and must not be made of the user's, the account's or the product's name
            half an account -> 400 InvalidRequest: `external.account` is missing
            another factor -> 400 InvalidRequest: `mfa_methods` must be one of `sms`, `totp` (line 1, column 23)
            deleted -> 204
            again -> 404 NotFound: login profile `alice` does not exist
            ",
        );
        assert_eq!(root.must_native("GET", &profile, "").await, nothing);
    });
}

/// SEC-075: a password that comes with a key for once is set once, and what is kept of the request does not tell it.
#[test]
fn sec_075_a_password_is_set_once() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let request = || {
            let request = Request::new("PATCH", &format!("{ALICE}/login-profile"));
            request.body(r#"{"password":"correct horse battery"}"#).header("Idempotency-Key", "k")
        };
        let first = root.send_native(request()).await;
        let again = root.send_native(request()).await;
        assert_eq!((first.status, again.header("idempotent-replayed")), (200, Some("true")));
        assert_eq!(first.body, again.body);
        assert_eq!(world.trail(&root.account, "iam:UpdateLoginProfile").await.len(), 1);
    });
}

#[test]
fn what_the_account_asks_of_passwords() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let path = "/api/v1/account/password-settings";
        let default = json!({ "min_length": 8, "classes": [], "validity_days": 0, "expired_may_reset": true,
            "history": 1, "idle_minutes": 30, "session_hours": 12 });
        assert_eq!(root.must_native("GET", path, "").await, default);
        let body = json!({ "min_length": 10, "classes": ["digit", "upper"], "history": 5,
            "lock": { "failures": 3, "minutes": 30 } });
        let set = root.must_native("PUT", path, body.to_string()).await;
        let mut wanted = default.clone();
        wanted["updated_at"] = json!("2026-11-22T08:00:00Z");
        wanted["min_length"] = json!(10);
        wanted["history"] = json!(5);
        wanted["classes"] = json!(["upper", "digit"]);
        wanted["lock"] = json!({ "failures": 3, "minutes": 30 });
        assert_eq!(set, wanted);
        assert_eq!(root.must_native("GET", path, "").await, set);
        let mut answers = Answers::default();
        for (case, body) in [
            ("too few characters", r#"{"min_length":7}"#),
            ("a lock that is none", r#"{"lock":{"failures":1,"minutes":30}}"#),
            ("half a lock", r#"{"lock":{"failures":3}}"#),
            ("another class", r#"{"classes":["emoji"]}"#),
        ] {
            answers.add(case, &root.call_native("PUT", path, body).await);
        }
        let profile = format!("{ALICE}/login-profile");
        answers.add("a password by these", &root.call_native("PATCH", &profile, r#"{"password":"too weak"}"#).await);
        answers.assert(
            "
            too few characters -> 400 InvalidRequest: `min_length` must be a whole number from 8 to 32 (line 1, column 15)
            a lock that is none -> 400 InvalidRequest: `lock.failures` must be a whole number from 3 to 5 (line 1, column 21)
            half a lock -> 400 InvalidRequest: `lock.minutes` is missing
            another class -> 400 InvalidRequest: `classes` must be one of `upper`, `lower`, `digit`, `special` (line 1, column 13)
            a password by these -> 400 WeakPassword: a password must have at least 10 characters, and must have a capital letter, and must have a digit
            ",
        );
        let mut back = default.clone();
        back["updated_at"] = wanted["updated_at"].clone();
        assert_eq!(root.must_native("PUT", path, "{}").await, back, "what is absent becomes the default");
    });
}
