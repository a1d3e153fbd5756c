//! What the SDKs of Baidu send without meaning anything by it.

use crate::support::{database::on_each_database, world::World};

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
