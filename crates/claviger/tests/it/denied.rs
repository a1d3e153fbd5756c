//! Users that may do nothing yet, and keys that are good no more.

use serde_json::{Value, json};

use crate::support::{
    Answers, assert_text,
    database::on_each_database,
    request::Request,
    sdk::{Key, Sdk},
    world::{Root, World},
};

/// Without a policy an IAM user may do nothing, not even to itself. SEC-004: it learns nothing either, as what is
/// there and what is not are answered alike.
#[test]
fn sec_004_a_user_without_policies_may_do_nothing() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        root.create_user("bob").await;
        root.call("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        let alice = root.with_key(root.create_key("alice").await);
        let before = root.everything().await;

        assert_text(
            &alice.get("/v1/user").await.text(),
            r#"
            403 Forbidden
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"code":"AccessDenied","message":"access denied: iam:ListUsers on user/* is not allowed: no policy allows it","requestId":"<request>"}
            "#,
        );
        let denied = async |method: &str, pattern: &str, body: &str| {
            let answers = ["alice", "bob", "nobody"].map(async |name| {
                let reply = alice.call(method, &pattern.replace("{}", name), body).await;
                assert_eq!((reply.status, &*reply.field("code")), (403, "AccessDenied"), "{method} {pattern} {name}");
                if pattern.contains("{}") { reply.text().replace(name, "{}") } else { reply.text() }
            });
            let [own, others, nobodys] = answers;
            let own = own.await;
            assert_eq!((&own, &own), (&others.await, &nobodys.await), "{method} {pattern}");
        };
        denied("POST", "/v1/user", r#"{"name":"carol"}"#).await;
        denied("GET", "/v1/user/{}", "").await;
        denied("PUT", "/v1/user/{}", r#"{"description":"x"}"#).await;
        denied("DELETE", "/v1/user/{}", "").await;
        denied("POST", "/v1/user/{}/accesskey", "").await;
        denied("GET", "/v1/user/{}/accesskey", "").await;
        denied("DELETE", "/v1/user/alice/accesskey/CVAKAAAAAAAAAAAAAAAA", "").await;
        denied("GET", "/v1/user/{}/group", "").await;
        denied("GET", "/v1/user/{}/loginProfile", "").await;
        denied("PUT", "/v1/user/{}/loginProfile", r#"{"password":"correct horse battery"}"#).await;
        denied("PUT", "/v1/group/crew/user/{}", "").await;
        denied("GET", "/v1/group/crew", "").await;
        denied("GET", "/v1/group", "").await;
        denied("PUT", "/v1/user/{}/policy/AdministratorAccess?policyType=System", "").await;
        denied("GET", "/v1/user/{}/policy", "").await;
        denied("GET", "/v1/policy", "").await;
        denied("GET", "/v1/policy/AdministratorAccess?policyType=System", "").await;
        denied("GET", "/v1/role", "").await;
        denied("GET", "/v1/account/summary", "").await;
        assert_eq!(without_use(&root.everything().await), without_use(&before));
    });
}

/// A refusal says what was asked for, and by the names of the caller's own policies why it is not allowed.
#[test]
fn a_refusal_says_what_is_missing() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        root.create_user("bob").await;
        root.must("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        root.must("PUT", "/v1/group/crew/user/alice", "").await;
        let alice = root.with_key(root.create_key("alice").await);
        let entry = |id: &str, permission: &str| json!({ "eid": id, "service": "bce:iam", "permission": [permission] });
        let with = |mut entry: Value, name: &str, value: Value| {
            entry[name] = value;
            entry
        };
        root.policy("readers", with(entry("look", "GetUser"), "resource", json!(["user/alice"]))).await;
        root.must("PUT", "/v1/group/crew/policy/readers", "").await;
        let clerks = with(entry("", "AttachUserPolicy"), "resource", json!(["*"]));
        root.grant("alice", "clerks", clerks).await;
        let condition = json!({ "ipAddress": ["192.0.2.0/24"] });
        let office = with(with(entry("inside", "ListUsers"), "resource", json!(["*"])), "condition", condition);
        root.grant("alice", "office", office).await;
        let never = with(with(entry("never", "CreateAccessKey"), "resource", json!(["*"])), "effect", json!("Deny"));
        root.grant("alice", "no-keys", never).await;

        let mut answers = Answers::default();
        for (method, target, body) in [
            ("GET", "/v1/user/bob", ""),
            ("GET", "/v1/user", ""),
            ("GET", "/v1/role", ""),
            ("POST", "/v1/user/alice/accesskey", ""),
            ("PUT", "/v1/user/alice", r#"{"name":"alicia"}"#),
            ("PUT", "/v1/user/bob/policy/AdministratorAccess?policyType=System", ""),
            ("PUT", "/v1/user/bob/policy/IAMFullControlPolicy?policyType=System", ""),
        ] {
            answers.add(&format!("{method} {target}"), &alice.call(method, target, body).await);
        }
        answers.assert(
            "
            GET /v1/user/bob -> 403 AccessDenied: access denied: iam:GetUser on user/bob is not allowed: no policy allows it; statement `look` of policy `readers` (by group `crew`) allows it on another resource
            GET /v1/user -> 403 AccessDenied: access denied: iam:ListUsers on user/* is not allowed: no policy allows it; statement `inside` of policy `office` allows it on a condition that does not hold: IpAddress on `sourceip`
            GET /v1/role -> 403 AccessDenied: access denied: iam:ListRoles on role/* is not allowed: no policy allows it; statement `#1` of policy `clerks` allows it for another action
            POST /v1/user/alice/accesskey -> 403 AccessDenied: access denied: iam:CreateAccessKey on user/alice is not allowed: statement `never` of policy `no-keys` denies it
            PUT /v1/user/alice -> 403 AccessDenied: access denied: iam:UpdateUser on user/alice is not allowed: no policy allows it; statement `#1` of policy `clerks` allows it for another action
            PUT /v1/user/bob/policy/AdministratorAccess?policyType=System -> 403 AccessDenied: access denied: iam:AttachUserPolicy on user/bob is not allowed: user/bob is an administrator, or would be, and you are not
            PUT /v1/user/bob/policy/IAMFullControlPolicy?policyType=System -> 403 AccessDenied: access denied: iam:AttachUserPolicy on user/bob is not allowed: user/bob would have, or has, power that you do not have: statement `#1` of policy `IAMFullAccess`
            ",
        );
    });
}

/// SEC-076, SEC-078: from the answer on, a key that was switched off, deleted, or lost its user lets nobody in; and a
/// key that was switched on again does.
#[test]
fn sec_076_sec_078_keys_that_are_good_no_more() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let key = root.create_key("alice").await;
        let alice = root.with_key(key.clone());
        let alive = "403 AccessDenied: access denied: iam:ListUsers on user/* is not allowed: no policy allows it";
        let off = "403 AccessDenied: the access key or its user is disabled";
        let gone = "403 InvalidAccessKeyId: the access key id does not exist in our records";
        let path = format!("/v1/user/alice/accesskey/{}", key.id);
        let wrong = root.with_key(Key { secret: root.key.secret.clone(), ..key });
        let state = async |user: &Root<'_>| user.get("/v1/user").await.in_short();
        assert_eq!(state(&alice).await, alive);

        assert_eq!(root.call("PUT", &format!("{path}?disable"), "").await.status, 200);
        assert_eq!(state(&alice).await, off);
        assert!(state(&wrong).await.starts_with("400 SignatureDoesNotMatch"), "only who has the secret is told");
        assert_eq!(root.call("PUT", &format!("{path}?enable="), "").await.status, 200);
        assert_eq!(state(&alice).await, alive);

        assert_eq!(root.call("PUT", "/v1/user/alice", r#"{"enabled":false}"#).await.status, 200);
        assert_eq!(state(&alice).await, off);
        assert_eq!(root.call("PUT", "/v1/user/alice", r#"{"enabled":true}"#).await.status, 200);
        assert_eq!(state(&alice).await, alive);

        assert_eq!(root.call("DELETE", &path, "").await.status, 204);
        assert_eq!(state(&alice).await, gone);
        let second = root.with_key(root.create_key("alice").await);
        assert_eq!(state(&second).await, alive);
        assert_eq!(root.call("DELETE", "/v1/user/alice", "").await.status, 204);
        assert_eq!(state(&second).await, gone);
        let root_lists = world.send(&root.sign(Sdk::Java, Request::new("GET", "/v1/user"))).await;
        assert_eq!(root_lists.status, 200);
    });
}

/// Without the keys' last use, which is noted behind the answers, at some moment.
pub(crate) fn without_use(everything: &str) -> String {
    let line = |line: &str| {
        let Some((target, keys)) = line.split_once("/accesskey: ") else { return line.to_owned() };
        let mut keys: serde_json::Value = serde_json::from_str(keys).expect("a list of keys is JSON");
        for key in keys["accessKeys"].as_array_mut().expect("a list") {
            key.as_object_mut().expect("a key").remove("lastUsedTime");
        }
        format!("{target}/accesskey: {keys}")
    };
    everything.lines().map(line).collect::<Vec<_>>().join("\n")
}
