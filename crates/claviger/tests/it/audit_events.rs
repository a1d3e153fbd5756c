//! The audit trail as an account sees it on the wire.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    assert_text,
    client::Reply,
    database::on_each_database,
    eventually, with_members,
    world::{Root, World},
};

const QUERY: &str = "/v1/events/query_v2";
/// Within which an event of reading is in the trail.
const SOON: Duration = Duration::from_secs(10);

/// A query of a whole day, with these filters and these members.
fn query(filters: &[(&str, &str)], members: Value) -> String {
    let filters: Vec<Value> = filters.iter().map(|(field, value)| json!({ "field": field, "value": value })).collect();
    let query = json!({
        "filters": filters,
        "startTime": "2026-11-22T00:00:00Z",
        "endTime": "2026-11-23T08:00:00.5+08:00",
        "pageSize": 100,
    });
    with_members(query, members).to_string()
}

async fn ask(root: &Root<'_>, filters: &[(&str, &str)], members: Value) -> Reply {
    root.call("POST", QUERY, query(filters, members)).await
}

/// The names of what events are about, newest first.
async fn found(root: &Root<'_>, filters: &[(&str, &str)]) -> Vec<String> {
    let reply = ask(root, filters, json!({})).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let name = |event: &Value| event["resources"][0]["resourceName"].as_str().expect("a name").to_owned();
    reply.json()["data"].as_array().expect("a list").iter().map(name).collect()
}

#[test]
fn an_event_has_the_members_of_the_service() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let reply = ask(&root, &[("eventName", "CreateUser")], json!({})).await;
        let text = reply.text().replace(&root.account, "<account>").replace(&root.key.id, "<key>");
        assert_text(
            &text,
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-bce-request-id: <request>

            {"data":[{"apiVersion":"v1","description":"","errorCode":"","errorMessage":"","eventName":"CreateUser","eventSource":"iam","eventTime":"2026-11-22T08:00:00Z","eventTimeInMilliseconds":1795334400000,"eventType":"ApiCall","orderId":"","originRequestParameters":null,"originResponse":null,"regionId":"","requestId":"<request>","resources":[{"resourceId":"user/alice","resourceName":"alice","resourceType":"user"}],"success":true,"userAgent":"bce-sdk-go/0.9.273/go1.22/linux/amd64","userIdentity":{"accesskey":"<key>","apiKey":"","iamDomainId":"<account>","iamUserId":"<id>","loginUserId":"<id>","organizationId":"","organizationMasterId":"","roleId":"","securityToken":"","userDisplayName":"root"},"userIpAddress":"127.0.0.1"}],"nextMarker":"","pageSize":100,"truncated":false}
            "#,
        );
    });
}

#[test]
fn filters_narrow_and_pages_follow() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for name in ["alice", "bob", "carol"] {
            root.create_user(name).await;
        }
        let alice = root.with_key(root.create_key("alice").await);
        root.call("PUT", "/v1/user/alice/policy/AdministratorAccess?policyType=System", "").await;
        alice.create_user("dave").await;
        alice.call("PUT", "/v1/user/bob", r#"{"enabled":false}"#).await;
        assert_eq!(found(&root, &[("eventName", "CreateUser")]).await, ["dave", "carol", "bob", "alice"]);
        assert_eq!(found(&root, &[("eventName", "CreateUser"), ("accessKey", &alice.key.id)]).await, ["dave"]);
        assert_eq!(found(&root, &[("resourceName", "bob"), ("resourceType", "User")]).await, ["bob", "bob"]);
        assert_eq!(found(&root, &[("eventSource", "iam"), ("eventName", "UpdateUser")]).await, ["bob"]);
        let user = root.get("/v1/user/alice").await.field("id");
        assert_eq!(found(&root, &[("iamUserId", &user), ("operationMethod", "API")]).await, ["bob", "dave"]);
        assert_eq!(found(&root, &[("userIpAddress", "127.0.0.1"), ("eventName", "UpdateUser")]).await, ["bob"]);
        for nothing in [
            ("eventSource", "bos"),
            ("eventName", "PutObject"),
            ("operationMethod", "控制台"),
            ("iamUserId", "nobody"),
            ("requestId", "none"),
            ("resourceType", "group"),
            ("userIpAddress", "192.0.2.1"),
        ] {
            assert_eq!(found(&root, &[nothing]).await, [""; 0], "{nothing:?}");
        }

        let (mut marker, mut names) = (String::new(), Vec::new());
        loop {
            let members = json!({ "pageSize": 2, "nextMarker": marker, "domainId": root.account });
            let page = ask(&root, &[("eventName", "CreateUser")], members).await.json();
            let data = page["data"].as_array().expect("a list");
            assert!(data.len() <= 2 && page["pageSize"] == 2);
            names.extend(data.iter().map(|event| event["resources"][0]["resourceName"].clone()));
            marker = page["nextMarker"].as_str().expect("a text").to_owned();
            assert_eq!(page["truncated"] == true, !marker.is_empty());
            if marker.is_empty() {
                break;
            }
        }
        assert_eq!(names, ["dave", "carol", "bob", "alice"]);
    });
}

#[test]
fn what_cannot_be_read_is_refused() {
    on_each_database(async |world: World| {
        let (root, other) = (world.account().await, world.account().await);
        let mine = "`domainId` is not the account of the access key";
        let refused = ask(&root, &[], json!({ "domainId": other.account })).await;
        assert_eq!(refused.in_short(), format!("403 AccessDenied: {mine}"));
        for (filters, members, told) in [
            (&[][..], json!({ "pageSize": 0 }), "page size must be from 1 to 1000"),
            (&[], json!({ "pageSize": null }), "`pageSize` is missing"),
            (&[], json!({ "startTime": null }), "`startTime` is missing"),
            (&[], json!({ "endTime": "today" }), "`endTime` must be a moment, as `2026-01-31T12:00:00Z`"),
            (&[], json!({ "nextMarker": "x" }), "`nextMarker` is not ours"),
            (&[], json!({ "filters": {} }), "`filters` must be a list"),
            (&[("colour", "red")], json!({}), "`filters` has a field that is not known"),
            (&[("eventName", "a"), ("eventName", "b")], json!({}), "`filters` has `eventName` twice"),
        ] {
            let reply = ask(&root, filters, members).await;
            assert_eq!(reply.in_short(), format!("400 InappropriateJSON: {told}"));
        }
    });
}

/// SEC-179: by permission, never across accounts; SEC-170: and looking is recorded.
#[test]
fn sec_179_the_trail_is_shown_to_whom_policies_allow_it() {
    on_each_database(async |world: World| {
        let (root, other) = (world.account().await, world.account().await);
        other.create_user("mallory").await;
        root.create_user("auditor").await;
        let auditor = root.with_key(root.create_key("auditor").await);
        assert_eq!(ask(&auditor, &[], json!({})).await.status, 403);
        for policy in ["BCTReadPolicy", "BCTFullControlPolicy"] {
            let target = format!("/v1/user/auditor/policy/{policy}?policyType=System");
            assert_eq!(root.call("PUT", &target, "").await.status, 204);
            let seen = ask(&auditor, &[], json!({})).await;
            assert_eq!(seen.status, 200);
            assert!(!String::from_utf8_lossy(&seen.body).contains("mallory"));
            assert_eq!(root.call("DELETE", &target, "").await.status, 204);
        }
        assert_eq!(auditor.call("POST", "/v1/events/query", query(&[], json!({}))).await.status, 403);
        let looked = [("eventName", "ListEvents"), ("accessKey", auditor.key.id.as_str())];
        eventually(SOON, async || (found(&root, &looked).await.len() == 4).then_some(())).await;
    });
}
