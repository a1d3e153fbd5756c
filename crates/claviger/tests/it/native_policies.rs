//! Policies in the native dialect: their documents and versions, who holds them, what bounds somebody.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Answers, assert_text,
    database::on_each_database,
    request::Request,
    world::{Root, World},
};

const POLICIES: &str = "/api/v1/policies";
const DEPLOY: &str = "/api/v1/policies/deploy";

/// As its author wrote it, white space included.
fn allowing(action: &str) -> String {
    format!(r#"{{ "Version": "2012-10-17",  "Statement": [{{"Effect":"Allow","Action":"{action}","Resource":"*"}}] }}"#)
}

async fn create(root: &Root<'_>, name: &str, action: &str) -> Value {
    let body = json!({ "name": name, "document": allowing(action) });
    root.must_native("POST", POLICIES, body.to_string()).await
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("a list").iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

#[test]
fn a_policy_from_creation_to_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let body = json!({ "name": "deploy", "path": "/ops/", "tags": { "stage": "prod" },
            "document": allowing("bos:GetObject") });
        let created = root.call_native("POST", POLICIES, body.to_string()).await;
        let id = created.json()["id"].as_u64().expect("an id is a number");
        let wanted = r#"
            201 Created
            content-type: application/json;charset=UTF-8
            etag: <tag>
            x-request-id: <request>

            {"id":<id>,"name":"deploy","path":"/ops/","description":"","tags":{"stage":"prod"},"kind":"custom","default_version":1,"created_at":"2026-11-22T08:00:00Z","updated_at":"2026-11-22T08:00:00Z"}
        "#;
        let tag = created.header("etag").expect("a policy has a version");
        assert_text(&created.text(), &wanted.replace("<id>", &id.to_string()).replace("<tag>", tag));
        let shown = root.must_native("GET", DEPLOY, "").await;
        assert_eq!((&shown["flavour"], &shown["document"]), (&json!("native"), &json!(allowing("bos:GetObject"))));
        let by_id = root.must_native("GET", &format!("{POLICIES}/id:{id}"), "").await;
        assert_eq!(by_id, shown);

        let acl = r#"{"accessControlList":[{"service":"bce:bos","region":"bj","resource":["a/*"],"permission":["READ"],"effect":"Allow"}]}"#;
        let body = json!({ "description": "Deploys", "document": acl, "flavour": "acl" });
        let changed = root.must_native("PATCH", DEPLOY, body.to_string()).await;
        assert_eq!((&changed["description"], &changed["default_version"]), (&json!("Deploys"), &json!(2)));
        let shown = root.must_native("GET", DEPLOY, "").await;
        assert_eq!((&shown["flavour"], &shown["document"]), (&json!("acl"), &json!(acl)));

        let mut answers = Answers::default();
        answers.add("two versions", &root.call_native("DELETE", DEPLOY, "").await);
        answers.add("by force", &root.call_native("DELETE", &format!("{DEPLOY}?force=true"), "").await);
        answers.add("again", &root.call_native("DELETE", DEPLOY, "").await);
        answers.assert(
            "
            two versions -> 409 InUse: policy is in use: attached to: 0, boundary of: 0, versions: 2
            by force -> 204
            again -> 404 NotFound: policy `deploy` does not exist
            ",
        );
    });
}

/// SEC-085: what breaks the grammar is told with its place, and changes nothing.
#[test]
fn sec_085_documents_that_are_not_taken() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for (case, body) in [
            ("no document", json!({ "name": "deploy" })),
            ("an object", json!({ "name": "deploy", "document": {} })),
            ("another flavour", json!({ "name": "deploy", "document": "{}", "flavour": "xml" })),
            ("no statement", json!({ "name": "deploy", "document": "{}" })),
        ] {
            answers.add(case, &root.call_native("POST", POLICIES, body.to_string()).await);
        }
        create(&root, "deploy", "bos:GetObject").await;
        answers.add("a flavour alone", &root.call_native("PATCH", DEPLOY, r#"{"flavour":"aws"}"#).await);
        let again = json!({ "name": "DEPLOY", "document": allowing("bos:GetObject") }).to_string();
        answers.add("again", &root.call_native("POST", POLICIES, again).await);
        answers.assert(
            "
            no document -> 400 InvalidRequest: `document` is missing
            an object -> 400 InvalidRequest: `document` must be text (line 1, column 13)
            another flavour -> 400 InvalidRequest: `flavour` must be one of `native`, `aws`, `volcengine`, `cdnetworks`, `acl` (line 1, column 28)
            no statement -> 400 InvalidRequest: document line 1, column 1: `Statement` is missing
            a flavour alone -> 400 InvalidRequest: `flavour` is that of a `document`
            again -> 409 Exists: policy `DEPLOY` exists already
            ",
        );
    });
}

#[test]
fn versions_are_made_put_in_force_and_deleted() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        create(&root, "deploy", "bos:GetObject").await;
        world.advance(Duration::from_secs(1));
        let body = json!({ "document": allowing("bos:PutObject") }).to_string();
        let second = root.call_native("POST", &format!("{DEPLOY}/versions"), body).await;
        assert_text(
            &second.text(),
            r#"
            201 Created
            content-type: application/json;charset=UTF-8
            x-request-id: <request>

            {"version":2,"is_default":true,"created_at":"2026-11-22T08:00:01Z"}
            "#,
        );
        let body = json!({ "document": allowing("bos:*"), "set_default": false }).to_string();
        root.must_native("POST", &format!("{DEPLOY}/versions"), body).await;
        let listed = root.must_native("GET", &format!("{DEPLOY}/versions"), "").await;
        let versions: Vec<_> = listed["items"].as_array().expect("a list").iter().collect();
        let told: Vec<_> =
            versions.iter().map(|version| (version["version"].clone(), version["is_default"].clone())).collect();
        assert_eq!(told, [(json!(3), json!(false)), (json!(2), json!(true)), (json!(1), json!(false))]);
        let shown = root.must_native("GET", &format!("{DEPLOY}/versions/3"), "").await;
        assert_eq!(shown["document"], allowing("bos:*"));
        assert_eq!(root.call_native("PUT", &format!("{DEPLOY}/default-version"), r#"{"version":3}"#).await.status, 204);
        assert_eq!(root.must_native("GET", DEPLOY, "").await["document"], allowing("bos:*"));

        let mut answers = Answers::default();
        for (case, method, target, body) in [
            ("in force", "DELETE", "versions/3", ""),
            ("another", "DELETE", "versions/1", ""),
            ("again", "DELETE", "versions/1", ""),
            ("no number", "GET", "versions/x", ""),
            ("none", "PUT", "default-version", r#"{"version":9}"#),
            ("zero", "PUT", "default-version", r#"{"version":0}"#),
        ] {
            answers.add(case, &root.call_native(method, &format!("{DEPLOY}/{target}"), body).await);
        }
        answers.assert(
            "
            in force -> 409 InUse: policy version is in use: it is the version in force
            another -> 204
            again -> 404 NotFound: policy version `1` does not exist
            no number -> 404 NotFound: policy version `x` does not exist
            none -> 404 NotFound: policy version `9` does not exist
            zero -> 400 InvalidRequest: `version` must be a whole number from 1 to 4294967295 (line 1, column 12)
            ",
        );
    });
}

/// SEC-084: the system's and the account's own come in one list, in pages.
#[test]
fn sec_084_the_systems_policies_are_listed_and_shown() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        create(&root, "deploy", "bos:GetObject").await;
        let custom = root.must_native("GET", &format!("{POLICIES}?kind=custom"), "").await;
        assert_eq!(names(&custom), ["deploy"]);
        let mut all = Vec::new();
        let mut target = format!("{POLICIES}?limit=7");
        loop {
            let page = root.must_native("GET", &target, "").await;
            all.extend(names(&page).into_iter().map(str::to_owned));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            target = format!("{POLICIES}?limit=7&cursor={cursor}");
        }
        let whole = root.must_native("GET", &format!("{POLICIES}?limit=1000"), "").await;
        assert_eq!(all, names(&whole), "pages leave nothing out");
        assert_eq!(all.last().map(String::as_str), Some("deploy"));
        let found = root.must_native("GET", &format!("{POLICIES}?kind=system&search=administratoraccess"), "").await;
        assert_eq!(names(&found), ["AdministratorAccess"]);

        let shown = root.call_native("GET", &format!("{POLICIES}/system:AdministratorAccess"), "").await;
        let policy = shown.json();
        assert_eq!((&policy["kind"], &policy["flavour"]), (&json!("system"), &json!("native")));
        assert!(policy["document"].as_str().is_some_and(|document| document.contains("Statement")), "{policy}");
        assert_eq!((shown.header("etag"), policy.get("updated_at")), (None, None));
        assert_eq!(
            root.must_native("GET", &format!("{POLICIES}/AdministratorAccess"), "").await,
            policy,
            "a name is enough"
        );
        let body = r#"{"description":"mine"}"#;
        let refused = root.call_native("PATCH", &format!("{POLICIES}/AdministratorAccess"), body).await;
        assert!(refused.in_short().starts_with("403 Immutable"), "{refused:?}");
        let custom = root.call_native("GET", &format!("{POLICIES}/system:deploy"), "").await;
        assert_eq!(custom.in_short(), "404 NotFound: policy `deploy` does not exist");
    });
}

/// Attaching, detaching, listing both ways, for each kind of holder.
#[test]
fn policies_are_held() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let holders = holders(&root).await;
        create(&root, "deploy", "bos:GetObject").await;
        for holder in &holders {
            let attached = format!("{holder}/policies");
            for _ in 0..2 {
                assert_eq!(root.call_native("PUT", &format!("{attached}/deploy"), "").await.status, 204);
            }
            root.must_native("PUT", &format!("{attached}/system:AdministratorAccess"), "").await;
            let listed = root.must_native("GET", &attached, "").await;
            let held: Vec<_> = listed["items"].as_array().expect("a list").iter().map(|item| &item["policy"]).collect();
            assert_eq!((&held[0]["name"], &held[0]["kind"]), (&json!("AdministratorAccess"), &json!("system")));
            assert_eq!((&held[1]["name"], &held[1]["kind"]), (&json!("deploy"), &json!("custom")));
            assert_eq!(listed["items"][1]["attached_at"], "2026-11-22T08:00:00Z");
            root.must_native("DELETE", &format!("{attached}/AdministratorAccess"), "").await;
        }
        root.must_native("PUT", "/api/v1/users/alice/permissions-boundary", r#"{"policy":"deploy"}"#).await;
        let mut told = Vec::new();
        let mut target = format!("{DEPLOY}/entities?limit=3");
        loop {
            let page = root.must_native("GET", &target, "").await;
            let items = page["items"].as_array().expect("a list").iter();
            told.extend(items.map(|item| format!("{} {} {}", item["usage"], item["kind"], item["name"])));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            target = format!("{DEPLOY}/entities?limit=3&cursor={cursor}");
        }
        let wanted = ["policy group crew", "policy role deploy", "policy user alice", "boundary user alice"];
        assert_eq!(told.iter().map(|text| text.replace('"', "")).collect::<Vec<_>>(), wanted);
        let users = root.must_native("GET", &format!("{DEPLOY}/entities?kind=user&usage=policy"), "").await;
        assert_eq!(names(&users), ["alice"]);

        let gone = root.call_native("DELETE", "/api/v1/users/alice/policies/AdministratorAccess", "").await;
        assert!(gone.in_short().starts_with("404 NotFound"), "{gone:?}");
        let bad = root.call_native("GET", &format!("{DEPLOY}/entities?kind=planet"), "").await;
        assert_eq!(bad.in_short(), "400 InvalidRequest: `kind` must be one of `user`, `group`, `role`");
    });
}

/// One holder of each kind, as paths begin.
async fn holders(root: &Root<'_>) -> [&'static str; 3] {
    root.must_native("POST", "/api/v1/users", r#"{"name":"alice"}"#).await;
    root.must_native("POST", "/api/v1/groups", r#"{"name":"crew"}"#).await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "Claviger": format!("crn:iam::{}:user/alice", root.account) }, "Action": "sts:AssumeRole" }] });
    let body = json!({ "name": "deploy", "trust_document": trust.to_string() });
    root.must_native("POST", "/api/v1/roles", body.to_string()).await;
    ["/api/v1/users/alice", "/api/v1/groups/crew", "/api/v1/roles/deploy"]
}

/// SEC-161: somebody's own document is put, shown, replaced where it is as it was seen, and deleted.
#[test]
fn sec_161_documents_of_ones_own() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for holder in holders(&root).await {
            let own = format!("{holder}/inline-policies/Reads");
            let body = json!({ "document": allowing("bos:GetObject") }).to_string();
            let unseen = Request::new("PUT", &own).body(body.as_str()).header("If-Match", "*");
            assert_eq!(root.send_native(unseen).await.field("code"), "PreconditionFailed", "there is none yet");
            let put = root.call_native("PUT", &own, body).await;
            assert_eq!((put.status, &put.json()["document"]), (200, &json!(allowing("bos:GetObject"))));
            assert_eq!(root.call_native("GET", &own, "").await.body, put.body);
            let seen = put.header("etag").expect("it has a version").to_owned();
            world.advance(Duration::from_secs(1));
            let body = json!({ "document": allowing("bos:PutObject"), "flavour": "aws" }).to_string();
            let replaced =
                root.send_native(Request::new("PUT", &own).body(body).header("If-Match", &seen)).await.json();
            assert_eq!(
                (&replaced["flavour"], &replaced["document"]),
                (&json!("aws"), &json!(allowing("bos:PutObject")))
            );
            assert_ne!(replaced["updated_at"], replaced["created_at"]);
            let stale = root.send_native(Request::new("DELETE", &own).header("If-Match", &seen)).await;
            assert_eq!(stale.status, 412);
            let listed = root.must_native("GET", &format!("{holder}/inline-policies"), "").await;
            let heading = &listed["items"][0];
            assert_eq!(
                (&heading["name"], &heading["flavour"], heading.get("document")),
                (&json!("Reads"), &json!("aws"), None)
            );
            assert_eq!(root.call_native("DELETE", &own, "").await.status, 204);
            let gone = root.call_native("GET", &own, "").await;
            assert_eq!(gone.in_short(), "404 NotFound: inline policy `Reads` does not exist");
        }
        let bad = root.call_native("PUT", "/api/v1/users/alice/inline-policies/a%20b", r#"{"document":"{}"}"#).await;
        assert!(bad.in_short().starts_with("400 InvalidRequest: name may hold only"), "{bad:?}");
    });
}

/// A boundary is set, told where its bearer is shown by itself, and taken away.
#[test]
fn boundaries_are_set_and_taken_away() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let [user, _, role] = holders(&root).await;
        let limits = create(&root, "limits", "bos:*").await;
        for holder in [user, role] {
            let boundary = format!("{holder}/permissions-boundary");
            let body = json!({ "policy": format!("id:{}", limits["id"]) }).to_string();
            assert_eq!(root.call_native("PUT", &boundary, body).await.status, 204);
            let shown = root.must_native("GET", holder, "").await;
            assert_eq!(shown["permissions_boundary"], json!({ "id": limits["id"], "name": "limits" }));
            let noun = holder.rsplit_once('/').map_or(holder, |(noun, _)| noun);
            let listed = root.must_native("GET", noun, "").await;
            assert_eq!(listed["items"][0].get("permissions_boundary"), None, "in lists it is not told");
            assert_eq!(root.call_native("DELETE", &boundary, "").await.status, 204);
            assert_eq!(root.must_native("GET", holder, "").await.get("permissions_boundary"), None);
            let gone = root.call_native("DELETE", &boundary, "").await;
            assert!(gone.in_short().starts_with("404 NotFound: permissions boundary"), "{gone:?}");
        }
        let none = root.call_native("PUT", &format!("{user}/permissions-boundary"), r#"{"policy":"none"}"#).await;
        assert_eq!(none.in_short(), "404 NotFound: policy `none` does not exist");
    });
}
