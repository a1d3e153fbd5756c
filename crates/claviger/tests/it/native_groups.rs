//! Groups in the native dialect, and who is in them.

use serde_json::json;

use crate::support::{Answers, assert_text, database::on_each_database, world::World};

const CREW: &str = "/api/v1/groups/crew";

#[test]
fn a_group_from_creation_to_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let created = root.call_native("POST", "/api/v1/groups", r#"{"name":"crew","path":"/ops/"}"#).await;
        let id = created.json()["id"].as_u64().expect("an id is a number").to_string();
        let wanted = r#"
            201 Created
            content-type: application/json;charset=UTF-8
            etag: <tag>
            x-request-id: <request>

            {"id":<id>,"name":"crew","path":"/ops/","remarks":"","created_at":"2026-11-22T08:00:00Z","updated_at":"2026-11-22T08:00:00Z"}
        "#;
        let tag = created.header("etag").expect("a group has a version");
        assert_text(&created.text(), &wanted.replace("<id>", &id).replace("<tag>", tag));
        assert_eq!(root.call_native("GET", CREW, "").await.body, created.body);
        let changed = root.must_native("PATCH", CREW, r#"{"name":"Crew","remarks":"on call"}"#).await;
        assert_eq!((&changed["name"], &changed["remarks"]), (&json!("Crew"), &json!("on call")));
        let listed = root.must_native("GET", "/api/v1/groups", "").await;
        assert_eq!(listed, json!({ "items": [changed] }));
        assert_eq!(root.call_native("DELETE", CREW, "").await.status, 204);
        assert_eq!(root.call_native("GET", CREW, "").await.in_short(), "404 NotFound: group `crew` does not exist");
    });
}

#[test]
fn members_come_and_go() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.must_native("POST", "/api/v1/groups", r#"{"name":"crew"}"#).await;
        for user in ["alice", "bob", "carol"] {
            root.create_user(user).await;
            root.must_native("PUT", &format!("{CREW}/users/{user}"), "").await;
        }
        root.must_native("PUT", &format!("{CREW}/users/alice"), "").await;
        let first = root.must_native("GET", &format!("{CREW}/users?limit=2"), "").await;
        assert_eq!((&first["items"][0]["name"], &first["items"][1]["name"]), (&json!("alice"), &json!("bob")));
        let cursor = first["next_cursor"].as_str().expect("there is more");
        let last = root.must_native("GET", &format!("{CREW}/users?limit=2&cursor={cursor}"), "").await;
        assert_eq!(last["items"][0]["name"], "carol");
        let groups = root.must_native("GET", "/api/v1/users/alice/groups", "").await;
        assert_eq!((&groups["items"][0]["name"], groups.get("next_cursor")), (&json!("crew"), None));

        let mut answers = Answers::default();
        answers.add("in use", &root.call_native("DELETE", CREW, "").await);
        root.must_native("DELETE", &format!("{CREW}/users/alice"), "").await;
        answers.add("no member any more", &root.call_native("DELETE", &format!("{CREW}/users/alice"), "").await);
        answers.add("no user", &root.call_native("PUT", &format!("{CREW}/users/nobody"), "").await);
        answers.add("no group", &root.call_native("PUT", "/api/v1/groups/none/users/alice", "").await);
        answers.add("by force", &root.call_native("DELETE", &format!("{CREW}?force=true"), "").await);
        answers.assert(
            "
            in use -> 409 InUse: group is in use: users: 3, attached policies: 0, inline policies: 0
            no member any more -> 204
            no user -> 404 NotFound: user `nobody` does not exist
            no group -> 404 NotFound: group `none` does not exist
            by force -> 204
            ",
        );
        assert_eq!(root.names().await, ["alice", "bob", "carol"], "members stay");
    });
}
