//! What the SDKs of Baidu send without meaning anything by it.

use std::time::Duration;

use base::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::support::{
    database::on_each_database,
    world::{START, World},
};

/// A type that is empty is none: the SDKs for Python and Java send it where they are given nothing.
#[test]
fn an_empty_policy_type_is_as_none() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let document = r#"{\"accessControlList\":[{\"service\":\"bos\",\"region\":\"*\",\"effect\":\"Allow\",\"permission\":[\"READ\"],\"resource\":[\"*\"]}]}"#;
        root.must("POST", "/v1/policy", &format!(r#"{{"name":"own","document":"{document}"}}"#)).await;
        let plain = root.get("/v1/policy").await;
        assert_eq!(plain.json()["policies"][0]["name"], "own");
        for query in ["?policyType=", "?policyType", "?policyType=Custom", "?policyType=&nameFilter="] {
            assert_eq!(root.get(&format!("/v1/policy{query}")).await.body, plain.body, "{query}");
        }
        assert_eq!(root.get("/v1/policy/own?policyType=").await.field("type"), "Custom");
    });
}

/// A flag is there or it is not, with `=` or without; bodies of calls that take none are not looked at.
#[test]
fn flags_and_empty_bodies() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        root.must("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        let key = root.create_key("alice").await.id;
        for (flag, enabled) in [("disable", false), ("enable=", true), ("disable=", false), ("enable", true)] {
            for body in ["", "{}"] {
                let reply = root.call("PUT", &format!("/v1/user/alice/accesskey/{key}?{flag}"), body).await;
                assert_eq!((reply.status, reply.json()["enabled"].as_bool()), (200, Some(enabled)), "{flag} {body}");
            }
        }
        let attach = "/v1/user/alice/policy/AdministratorAccess?policyType=System";
        for (method, target) in [
            ("PUT", "/v1/group/crew/user/alice"),
            ("PUT", attach),
            ("DELETE", "/v1/group/crew/user/alice"),
            ("DELETE", attach),
        ] {
            assert_eq!(root.call(method, target, "{}").await.status, 204, "{method} {target}");
        }
        assert_eq!(root.call("POST", "/v1/user/alice/accesskey", "{}").await.status, 201);
    });
}

/// Each answer is an object, for Python; a time is in UTC and in whole seconds, for Java; and one that is not known is
/// left out, since Go takes an empty text for a broken time.
#[test]
fn answers_are_objects_and_times_have_one_form() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        root.create_user("never-used").await;
        let key = root.create_key("alice").await;
        root.with_key(key).get("/v1/user/alice").await;
        root.must("POST", "/v1/group", r#"{"name":"crew"}"#).await;
        root.must("PUT", "/v1/group/crew/user/alice", "").await;
        let trust = json!({ "accessControlList": [{ "effect": "Allow", "service": "bce:iam", "region": "*",
            "permission": ["AssumeRole"], "grantee": [{ "id": root.account }] }] });
        let role = json!({ "name": "auditor", "assumeRolePolicyDocument": trust.to_string() });
        root.must("POST", "/v1/role", &role.to_string()).await;
        world.advance(Duration::from_millis(1_500));

        let mut times = 0;
        for answer in root.everything().await.lines() {
            let (target, body) = answer.split_once(": ").expect("what was asked, and the answer");
            let body: Value = serde_json::from_str(body).expect(target);
            assert!(body.is_object(), "{answer}");
            times += times_in(&body, answer);
        }
        assert!(times >= 8, "{times} times");
    });
}

/// How many times stand in a part of an answer; each must have its one form.
fn times_in(part: &Value, answer: &str) -> usize {
    match part {
        Value::Array(parts) => parts.iter().map(|part| times_in(part, answer)).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| match field {
                Value::String(text) if name.ends_with("Time") || name.ends_with("Date") => {
                    let is_whole = text.len() == START.len() && Timestamp::parse_seconds(text).is_some();
                    assert!(is_whole, "{name} of {answer}");
                    1
                }
                field => times_in(field, answer),
            })
            .sum(),
        _ => 0,
    }
}
