//! API keys, the identity provider and partners' records in the native dialect.

use std::time::Duration;

use serde_json::json;

use crate::support::{Answers, client::Reply, database::on_each_database, request::Request, world::World};

const KEYS: &str = "/api/v1/users/alice/api-keys";
/// Kept byte for byte, white space and escapes included.
const DOCUMENT: &str = "{ \"Version\":\"2012-10-17\",\n\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:Get\\u0055ser\",\"Resource\":\"*\"}]}";

async fn bearing(world: &World, key: &str, target: &str) -> Reply {
    let request = Request::new("GET", target).header("Host", world.host());
    world.send(&request.header("Authorization", format!("Bearer {key}"))).await
}

#[test]
fn sec_068_a_key_from_creation_to_its_end() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        root.must("PUT", "/v1/user/alice/policy/AdministratorAccess?policyType=System", "").await;
        let body = json!({ "name": "night build", "expires_at": "2026-11-22T08:01:00Z", "document": DOCUMENT });
        let made = root.call_native("POST", KEYS, body.to_string()).await;
        assert_eq!(made.status, 201, "{made:?}");
        let (id, key) = (made.field("id"), made.field("key"));
        let wanted = json!({
            "id": id, "key": key, "name": "night build", "enabled": true, "flavour": "native", "document": DOCUMENT,
            "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "expires_at": "2026-11-22T08:01:00Z",
        });
        assert_eq!(made.json(), wanted);
        assert_eq!(bearing(&world, &key, "/api/v1/users/alice").await.status, 200);
        assert_eq!(bearing(&world, &key, "/api/v1/users").await.field("code"), "AccessDenied", "beyond its document");

        let one = format!("{KEYS}/{id}");
        let shown = root.call_native("GET", &one, "").await;
        assert!(shown.json().get("key").is_none(), "it is shown once: {shown:?}");
        assert_eq!(shown.json()["last_used"]["service"], "iam");
        let tag = shown.header("etag").expect("a key has a version").to_owned();
        assert_eq!(made.header("etag"), Some(tag.as_str()));
        world.advance(Duration::from_secs(1));
        let freed = root.call_native("PATCH", &one, r#"{"document":null,"name":""}"#).await.json();
        assert_eq!((freed.get("document"), freed.get("flavour"), &freed["name"]), (None, None, &json!("")));
        assert_eq!(bearing(&world, &key, "/api/v1/users").await.status, 200, "all that alice may");
        let off = root.call_native("PATCH", &one, r#"{"enabled":false}"#).await;
        assert_eq!((off.json()["enabled"].as_bool(), off.header("etag") == Some(&tag)), (Some(false), false));
        assert!(bearing(&world, &key, "/api/v1/users").await.status >= 400, "off");
        root.must_native("PATCH", &one, r#"{"enabled":true}"#).await;
        world.advance(Duration::from_secs(59));
        assert!(bearing(&world, &key, "/api/v1/users").await.status >= 400, "it has expired");
        root.must_native("PATCH", &one, r#"{"expires_at":null}"#).await;
        assert_eq!(bearing(&world, &key, "/api/v1/users").await.status, 200);
        assert_eq!(root.call_native("DELETE", &one, "").await.status, 204);
        assert!(bearing(&world, &key, "/api/v1/users").await.status >= 400, "it is gone");
        let absent = format!("404 NotFound: API key `{id}` does not exist");
        assert_eq!(root.call_native("GET", &one, "").await.in_short(), absent);
    });
}

#[test]
fn keys_come_in_pages_and_rules_are_kept() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        for name in ["one", "two", "three"] {
            world.advance(Duration::from_secs(1));
            root.must_native("POST", KEYS, json!({ "name": name }).to_string()).await;
        }
        let first = root.must_native("GET", &format!("{KEYS}?limit=2"), "").await;
        let cursor = first["next_cursor"].as_str().expect("there is more").to_owned();
        let second = root.must_native("GET", &format!("{KEYS}?limit=2&cursor={cursor}"), "").await;
        let names = |page: &serde_json::Value| {
            let items = page["items"].as_array().expect("a list").clone();
            items.iter().map(|key| key["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((names(&first), names(&second)), (vec!["one".into(), "two".into()], vec!["three".to_owned()]));
        assert_eq!(second.get("next_cursor"), None);
        let mut answers = Answers::default();
        for (case, body) in [
            ("no name", json!({})),
            ("a past end", json!({ "name": "x", "expires_at": "2026-11-22T08:00:03Z" })),
            ("a flavour alone", json!({ "name": "x", "flavour": "acl" })),
            ("a flavour that is none", json!({ "name": "x", "flavour": "x", "document": "{}" })),
            ("null", json!({ "name": "x", "document": null })),
        ] {
            answers.add(case, &root.call_native("POST", KEYS, body.to_string()).await);
        }
        answers.assert(
            "
            no name -> 400 InvalidRequest: `name` is missing
            a past end -> 400 InvalidRequest: expiry must lie in the future
            a flavour alone -> 400 InvalidRequest: `flavour` is that of a `document`
            a flavour that is none -> 400 InvalidRequest: `flavour` must be one of `native`, `aws`, `volcengine`, `cdnetworks`, `acl` (line 1, column 28)
            null -> 400 InvalidRequest: `document` must be text (line 1, column 13)
            ",
        );
    });
}

#[test]
fn a_provider_is_set_in_parts_and_removed() {
    on_each_database(async |world: World| {
        const PROVIDER: &str = "/api/v1/identity-provider";
        let root = world.account().await;
        assert_eq!(root.call_native("GET", PROVIDER, "").await.field("code"), "NotFound");
        let first = root.must_native("PUT", PROVIDER, r#"{"metadata":"<a>\n</a>"}"#).await;
        let times = json!({ "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z" });
        assert_eq!((&first["created_at"], &first["updated_at"]), (&times["created_at"], &times["updated_at"]));
        assert_eq!((&first["enabled"], first.get("file_name")), (&json!(false), None));
        world.advance(Duration::from_secs(1));
        let on = root.call_native("PUT", PROVIDER, r#"{"enabled":true,"file_name":"idp.xml"}"#).await;
        assert_eq!((&on.json()["metadata"], &on.json()["enabled"]), (&json!("<a>\n</a>"), &json!(true)));
        assert_eq!(root.call_native("GET", PROVIDER, "").await.body, on.body);
        assert_eq!(root.call_native("DELETE", PROVIDER, "").await.status, 204);
        assert_eq!(root.call_native("DELETE", PROVIDER, "").await.field("code"), "NotFound");
    });
}

/// SEC-068, SEC-104: root makes keys of its own; an administrator, who may look at them, makes none that is mightier than
/// it is.
#[test]
fn sec_068_sec_104_the_root_users_keys() {
    on_each_database(async |world: World| {
        const ROOTS: &str = "/api/v1/root/api-keys";
        let root = world.account().await;
        root.create_user("admin").await;
        root.must("PUT", "/v1/user/admin/policy/AdministratorAccess?policyType=System", "").await;
        let admin = root.with_key(root.create_key("admin").await);
        let made = root.call_native("POST", ROOTS, r#"{"name":"bootstrap"}"#).await;
        let (id, key) = (made.field("id"), made.field("key"));
        let caller = bearing(&world, &key, "/api/v1/whoami").await.json();
        assert_eq!((&caller["kind"], &caller["credential"]["kind"]), (&json!("root"), &json!("api_key")));
        let one = format!("{ROOTS}/{id}");
        assert_eq!(root.must_native("GET", ROOTS, "").await["items"][0]["id"], id);
        assert_eq!(admin.call_native("GET", &one, "").await.field("name"), "bootstrap");

        let limit = json!({ "document": DOCUMENT }).to_string();
        assert_eq!(admin.call_native("POST", ROOTS, r#"{"name":"mine"}"#).await.field("code"), "AccessDenied");
        root.must_native("PATCH", &one, limit).await;
        assert_eq!(bearing(&world, &key, "/api/v1/users").await.field("code"), "AccessDenied", "beyond its document");
        assert_eq!(admin.call_native("PATCH", &one, r#"{"document":null}"#).await.field("code"), "AccessDenied");
        assert_eq!(admin.call_native("DELETE", &one, "").await.field("code"), "AccessDenied");
        root.must_native("PATCH", &one, r#"{"document":null}"#).await;
        assert_eq!(bearing(&world, &key, "/api/v1/users").await.status, 200);
        let users = format!("/api/v1/users/admin/api-keys/{id}");
        assert_eq!(root.call_native("GET", &users, "").await.field("code"), "NotFound", "it is no user's");
        assert_eq!(root.call_native("DELETE", &one, "").await.status, 204);
        assert!(bearing(&world, &key, "/api/v1/users").await.status >= 400, "it is gone");
    });
}

#[test]
fn partners_records_are_one_on_both_wires() {
    on_each_database(async |world: World| {
        const RECORDS: &str = "/api/v1/partner-accounts";
        let root = world.account().await;
        let first = json!({ "reference": "one", "name": "Zhang Wei", "company": "Example" }).to_string();
        let made = root.must_native("PUT", &format!("{RECORDS}/customer-1"), first).await;
        let wanted = json!({
            "customer": "customer-1", "reference": "one", "name": "Zhang Wei", "company": "Example",
            "created_at": "2026-11-22T08:00:00Z",
        });
        assert_eq!(made, wanted);
        root.must("POST", "/v1/vs/account", r#"{"userId":"customer-2","accountId":"two","mobilePhone":"138"}"#).await;
        let second = root.must_native("GET", &format!("{RECORDS}/customer-2"), "").await;
        assert_eq!((&second["reference"], &second["mobile"]), (&json!("two"), &json!("138")));
        assert_eq!(root.get("/v1/vs/account/customer-1").await.field("company"), "Example");

        world.advance(Duration::from_secs(1));
        let again = root.must_native("PUT", &format!("{RECORDS}/customer-1"), r#"{"reference":"two"}"#).await;
        let wanted = json!({ "customer": "customer-1", "reference": "two", "created_at": "2026-11-22T08:00:00Z" });
        assert_eq!(again, wanted, "all of it is put in the place of what was there");
        let page = root.must_native("GET", &format!("{RECORDS}?limit=1"), "").await;
        assert_eq!(page["items"], json!([wanted]));
        let cursor = page["next_cursor"].as_str().expect("there is more").to_owned();
        let rest = root.must_native("GET", &format!("{RECORDS}?limit=1&cursor={cursor}"), "").await;
        assert_eq!((&rest["items"][0]["customer"], rest.get("next_cursor")), (&json!("customer-2"), None));
        let of_two = root.must_native("GET", &format!("{RECORDS}?reference=one"), "").await;
        assert_eq!(of_two["items"], json!([]));
        let absent = root.call_native("GET", &format!("{RECORDS}/nobody"), "").await;
        assert_eq!(absent.field("code"), "NotFound");
    });
}
