//! Roles in the native dialect, and who may assume them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Answers, assert_text,
    database::on_each_database,
    request::Request,
    world::{Root, World},
};

const ROLES: &str = "/api/v1/roles";
const DEPLOY: &str = "/api/v1/roles/deploy";

fn trusting(root: &Root<'_>, user: &str) -> String {
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "Claviger": format!("crn:iam::{}:user/{user}", root.account) }, "Action": "sts:AssumeRole" }] });
    document.to_string()
}

#[test]
fn a_role_from_creation_to_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for user in ["alice", "bob"] {
            root.create_user(user).await;
        }
        let trust = trusting(&root, "alice");
        let body = json!({ "name": "deploy", "path": "/ops/", "max_session_s": 7200, "trust_document": trust });
        let created = root.call_native("POST", ROLES, body.to_string()).await;
        let id = created.json()["id"].as_u64().expect("an id is a number").to_string();
        let wanted = r#"
            201 Created
            content-type: application/json;charset=UTF-8
            etag: <tag>
            x-request-id: <request>

            {"id":<id>,"name":"deploy","path":"/ops/","description":"","tags":{},"max_session_s":7200,"trust_flavour":"native","trust_document":<trust>,"created_at":"2026-11-22T08:00:00Z","updated_at":"2026-11-22T08:00:00Z"}
        "#;
        let tag = created.header("etag").expect("a role has a version").to_owned();
        let wanted = wanted.replace("<id>", &id).replace("<tag>", &tag);
        assert_text(&created.text(), &wanted.replace("<trust>", &Value::from(trust).to_string()));
        assert_eq!(root.call_native("GET", DEPLOY, "").await.body, created.body);

        world.advance(Duration::from_secs(1));
        let body = r#"{"name":"Deploy","description":"Deploys","tags":{"stage":"prod"},"max_session_s":3600}"#;
        let changed = root.must_native("PATCH", DEPLOY, body).await;
        assert_eq!((&changed["name"], &changed["max_session_s"]), (&json!("Deploy"), &json!(3600)));
        let trust = trusting(&root, "bob").replace("crn:", "arn:aws:").replace("Claviger", "AWS");
        let put = |tag: &str| {
            let body = json!({ "trust_document": trust, "trust_flavour": "aws" }).to_string();
            root.send_native(Request::new("PUT", &format!("{DEPLOY}/trust")).body(body).header("If-Match", tag))
        };
        assert_eq!(put(&tag).await.status, 412, "it was changed since");
        let trusted = put("*").await.json();
        assert_eq!((&trusted["trust_flavour"], &trusted["trust_document"]), (&json!("aws"), &json!(trust)));

        let under = root.must_native("GET", &format!("{ROLES}?path_prefix=/ops/"), "").await;
        assert_eq!(under["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(root.must_native("GET", &format!("{ROLES}?path_prefix=/dev/"), "").await, json!({ "items": [] }));
        root.must_native("PUT", &format!("{DEPLOY}/policies/system:AdministratorAccess"), "").await;
        assert_eq!(root.call_native("DELETE", DEPLOY, "").await.field("code"), "InUse");
        assert_eq!(root.call_native("DELETE", &format!("{DEPLOY}?force=true"), "").await.status, 204);
    });
}

/// SEC-107: a trust document that says too much, or names nobody, is refused.
#[test]
fn sec_107_trust_that_is_not_taken() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let everybody =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#;
        let mut answers = Answers::default();
        for (case, body) in [
            ("nobody", json!({ "name": "r", "trust_document": trusting(&root, "nobody") })),
            ("everybody", json!({ "name": "r", "trust_document": everybody })),
            ("none", json!({ "name": "r" })),
            ("too short", json!({ "name": "r", "max_session_s": 60, "trust_document": everybody })),
        ] {
            answers.add(case, &root.call_native("POST", ROLES, body.to_string()).await);
        }
        answers.assert(
            "
            nobody -> 400 InvalidRequest: trust document names the principal `user/nobody`, which does not exist
            everybody -> 400 InvalidRequest: trust document lets everybody in, of every account: name who may, or add a condition
            none -> 400 InvalidRequest: `trust_document` is missing
            too short -> 400 InvalidRequest: `max_session_s` must be a whole number from 3600 to 43200 (line 1, column 18)
            ",
        );
        assert_eq!(root.must_native("GET", ROLES, "").await, json!({ "items": [] }));
    });
}
