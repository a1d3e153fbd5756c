//! Users in the native dialect: shapes, changes, pages and refusals.

use std::time::Duration;

use serde_json::json;

use crate::support::{Answers, assert_text, database::on_each_database, world::World};

const USERS: &str = "/api/v1/users";
const ALICE: &str = "/api/v1/users/alice";

#[test]
fn a_user_from_creation_to_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let body = json!({
            "name": "alice", "path": "/engineers/", "display_name": "Alice Zhang", "remarks": "the first",
            "mobile": "+86 138-0013-8000", "email": "Alice@Example.com", "tags": { "team": "build" },
        });
        let created = root.call_native("POST", USERS, body.to_string()).await;
        let id = created.json()["id"].as_u64().expect("an id is a number").to_string();
        let tag = created.header("etag").expect("a user has a version").to_owned();
        let wanted = r#"
            content-type: application/json;charset=UTF-8
            etag: <tag>
            x-request-id: <request>

            {"id":<id>,"name":"alice","path":"/engineers/","display_name":"Alice Zhang","remarks":"the first","mobile":"+8613800138000","email":"Alice@example.com","tags":{"team":"build"},"enabled":true,"created_at":"2026-11-22T08:00:00Z","updated_at":"2026-11-22T08:00:00Z"}
        "#;
        let wanted = wanted.replace("<id>", &id).replace("<tag>", &tag);
        assert_text(&created.text(), &format!("201 Created\n{}", wanted.trim()));
        assert_text(&root.call_native("GET", ALICE, "").await.text(), &format!("200 OK\n{}", wanted.trim()));
        assert_eq!(root.call_native("GET", "/api/v1/users/ALICE", "").await.body, created.body, "in any case");

        world.advance(Duration::from_millis(1_500));
        let changed = root.call_native("PATCH", ALICE, r#"{"remarks":"","mobile":null,"enabled":false}"#).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_ne!(changed.header("etag"), Some(tag.as_str()));
        let user = changed.json();
        assert_eq!(user["remarks"], "", "a text that is empty is a text");
        assert_eq!(user.get("mobile"), None, "what has no value is absent");
        assert_eq!((&user["email"], &user["enabled"]), (&json!("Alice@example.com"), &json!(false)));
        assert_eq!(user["updated_at"], "2026-11-22T08:00:01Z");
        assert_eq!(root.call_native("PATCH", ALICE, "").await.body, changed.body, "nothing to change is no change");
        let renamed = root.call_native("PATCH", ALICE, r#"{"name":"Alicia","tags":{}}"#).await.json();
        assert_eq!((&renamed["name"], &renamed["tags"], &renamed["id"]), (&json!("Alicia"), &json!({}), &user["id"]));

        let deleted = root.call_native("DELETE", "/api/v1/users/alicia", "").await;
        assert_text(&deleted.text(), "204 No Content\nx-request-id: <request>");
        let gone = root.call_native("GET", "/api/v1/users/alicia", "").await;
        assert_eq!(gone.in_short(), "404 NotFound: user `alicia` does not exist");
    });
}

#[test]
fn a_user_with_dependents_goes_by_force() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.must_native("POST", USERS, r#"{"name":"alice"}"#).await;
        root.must_native("POST", &format!("{ALICE}/access-keys"), "").await;
        let kept = root.call_native("DELETE", ALICE, "").await;
        assert!(kept.in_short().starts_with("409 InUse: user is in use: access keys: 1"), "{kept:?}");
        assert_eq!(root.call_native("DELETE", &format!("{ALICE}?force=false"), "").await.status, 409);
        assert_eq!(root.call_native("DELETE", &format!("{ALICE}?force=true"), "").await.status, 204);
    });
}

/// SEC-084: a list is all or nothing, in pages that leave nothing out.
#[test]
fn sec_084_lists_come_in_pages() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for name in ["alice", "bob", "carol", "dave", "eve"] {
            root.must_native("POST", USERS, json!({ "name": name, "display_name": "same" }).to_string()).await;
        }
        let mut names = Vec::new();
        let mut target = format!("{USERS}?limit=2&search=SAME");
        loop {
            let page = root.must_native("GET", &target, "").await;
            let items = page["items"].as_array().expect("a list").clone();
            assert!((1..=2).contains(&items.len()), "{page}");
            names.extend(items.iter().map(|user| user["name"].as_str().expect("a name").to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            target = format!("{USERS}?limit=2&search=SAME&cursor={cursor}");
        }
        assert_eq!(names, ["alice", "bob", "carol", "dave", "eve"]);
        let all = root.must_native("GET", USERS, "").await;
        assert_eq!(all["items"].as_array().map(Vec::len), Some(5));
        assert_eq!(all.get("next_cursor"), None, "there is one page");
        assert_eq!(root.must_native("GET", &format!("{USERS}?search=bo"), "").await["items"][0]["name"], "bob");
        let none = root.must_native("GET", &format!("{USERS}?search=nobody"), "").await;
        assert_eq!(none, json!({ "items": [] }));

        // A cursor is its list's alone.
        let first = root.must_native("GET", &format!("{USERS}?limit=1"), "").await;
        let cursor = first["next_cursor"].as_str().expect("there is more").to_owned();
        let mut answers = Answers::default();
        for (target, cursor) in [(USERS, "x"), (USERS, "MSBsaXN0VXNlcnMgeA"), ("/api/v1/groups", &cursor)] {
            answers.add(target, &root.call_native("GET", &format!("{target}?cursor={cursor}"), "").await);
        }
        answers.assert_each("400 InvalidRequest: `cursor` is not one that this list gave");

        let plain = root.with_key(root.create_key("alice").await);
        assert_eq!(plain.call_native("GET", USERS, "").await.field("code"), "AccessDenied");
    });
}

/// SEC-002, SEC-309: what breaks a description or a rule changes nothing, and the message says where it is.
#[test]
fn sec_002_sec_309_bodies_that_are_not_taken() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for (case, body) in [
            ("nothing", ""),
            ("no JSON", "{"),
            ("a list", "[]"),
            ("no name", "{}"),
            ("null", r#"{"name":null}"#),
            ("a number", r#"{"name":1}"#),
            ("empty", r#"{"name":""}"#),
            ("another member", "{\"name\":\"a\",\n\"nmae\":\"b\"}"),
            ("twice", r#"{"name":"a","name":"b"}"#),
            ("a tag that is a number", r#"{"name":"a","tags":{"n":1}}"#),
            ("a space", r#"{"name":"a b"}"#),
            ("a path", r#"{"name":"a","path":"x"}"#),
            ("an address", r#"{"name":"a","email":"a@b"}"#),
        ] {
            answers.add(case, &root.call_native("POST", USERS, body).await);
        }
        answers.add("too long", &root.call_native("POST", USERS, json!({ "name": "x".repeat(129) }).to_string()).await);
        answers.add("a body where none is taken", &root.call_native("GET", USERS, "{}").await);
        answers.assert(
            "
            nothing -> 400 InvalidRequest: `name` is missing
            no JSON -> 400 InvalidRequest: the body cannot be read: unexpected end at line 1, column 2
            a list -> 400 InvalidRequest: the body must be an object
            no name -> 400 InvalidRequest: `name` is missing
            null -> 400 InvalidRequest: `name` must be text (line 1, column 9)
            a number -> 400 InvalidRequest: `name` must be text (line 1, column 9)
            empty -> 400 InvalidRequest: `name` must have 1 to 128 characters (line 1, column 9)
            another member -> 400 InvalidRequest: there is no member `nmae` here (line 2, column 1)
            twice -> 400 InvalidRequest: the body cannot be read: duplicate member `name` at line 1, column 13
            a tag that is a number -> 400 InvalidRequest: `tags.n` must be text (line 1, column 25)
            a space -> 400 InvalidRequest: name may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`
            a path -> 400 InvalidRequest: path must begin and end with `/`
            an address -> 400 InvalidRequest: e-mail must have a domain of letters, digits and hyphens (an international one in its `xn--` form)
            too long -> 400 InvalidRequest: `name` must have 1 to 128 characters (line 1, column 9)
            a body where none is taken -> 400 InvalidRequest: this call takes no body
            ",
        );
        assert_eq!(root.must_native("GET", USERS, "").await, json!({ "items": [] }));
        root.must_native("POST", USERS, r#"{"name":"alice"}"#).await;
        let again = root.call_native("POST", USERS, r#"{"name":"ALICE"}"#).await;
        assert_eq!(again.in_short(), "409 Exists: user `ALICE` exists already");
    });
}

#[test]
fn users_are_filtered_and_sorted_with_what_they_sign_in_by() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for name in ["carol", "alice", "bob"] {
            root.create_user(name).await;
        }
        let key = root.with_key(root.create_key("bob").await);
        root.must_native("PATCH", &format!("{USERS}/alice/login-profile"), r#"{"password":"seven green frogs"}"#).await;
        root.must_native("PATCH", &format!("{USERS}/carol"), r#"{"enabled":false}"#).await;
        root.must_native("POST", "/api/v1/groups", r#"{"name":"staff"}"#).await;
        root.call_native("PUT", "/api/v1/groups/staff/users/bob", "").await;
        let names = async |query: &str| -> Vec<String> {
            let (mut names, mut target) = (Vec::new(), format!("{USERS}?limit=1&{query}"));
            loop {
                let page = root.must_native("GET", &target, "").await;
                let items = page["items"].as_array().unwrap();
                names.extend(items.iter().map(|user| user["name"].as_str().unwrap().to_owned()));
                let Some(cursor) = page["next_cursor"].as_str() else { return names };
                target = format!("{USERS}?limit=1&cursor={cursor}&{query}");
            }
        };
        assert_eq!(names("sort=name").await, ["alice", "bob", "carol"]);
        assert_eq!(names("sort=oldest").await, ["carol", "alice", "bob"]);
        assert_eq!(names("sort=newest").await, ["bob", "alice", "carol"]);
        assert_eq!(names("status=disabled").await, ["carol"]);
        assert_eq!(names("sign_in=on").await, ["alice"]);
        assert_eq!(names("sign_in=never&sort=name").await, ["alice"]);
        assert_eq!(names("keys=active").await, ["bob"]);
        assert_eq!(names("keys=none&status=enabled").await, ["alice"]);
        assert_eq!(names("group=STAFF").await, ["bob"]);
        let page = root.must_native("GET", &format!("{USERS}?details=true&search=bob"), "").await;
        let bob = &page["items"][0];
        assert_eq!(
            (&bob["sign_in"], &bob["active_keys"], &bob["inactive_keys"]),
            (&json!("none"), &json!(1), &json!(0))
        );
        assert_eq!((&bob["groups"], &bob["group_count"]), (&json!(["staff"]), &json!(1)));
        assert_eq!(
            (&bob["administrator"], &bob["locked"], bob.get("last_active_at")),
            (&json!(false), &json!(false), None)
        );
        let mut answers = Answers::default();
        for (case, query) in
            [("another order", "sort=size"), ("another state", "status=on"), ("no such group", "group=nowhere")]
        {
            answers.add(case, &root.call_native("GET", &format!("{USERS}?{query}"), "").await);
        }
        let first = root.must_native("GET", &format!("{USERS}?limit=1"), "").await;
        let cursor = first["next_cursor"].as_str().unwrap();
        let target = format!("{USERS}?sort=name&cursor={cursor}");
        answers.add("a cursor of another order", &root.call_native("GET", &target, "").await);
        answers.add("who may not", &key.call_native("GET", &format!("{USERS}?sort=name"), "").await);
        answers.assert(
            "
            another order -> 400 InvalidRequest: `sort` must be one of `name`, `oldest`, `newest`, `active`, `idle`
            another state -> 400 InvalidRequest: `status` must be one of `enabled`, `disabled`
            no such group -> 404 NotFound: group `nowhere` does not exist
            a cursor of another order -> 400 InvalidRequest: place in the list must be one of a list in the same order
            who may not -> 403 AccessDenied: access denied: iam:ListUsers on user/* is not allowed: no policy allows it
            ",
        );
    });
}

#[test]
fn a_user_is_made_with_all_that_it_begins_with() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.must_native("POST", "/api/v1/groups", r#"{"name":"staff"}"#).await;
        let body = json!({ "name": "alice", "generate_password": true, "access_key": true, "groups": ["staff"],
            "policies": ["system:AdministratorAccess"], "administrator": true });
        let made = root.call_native("POST", USERS, body.to_string()).await;
        assert_eq!((made.status, made.header("etag").is_some()), (201, true));
        let made = made.json();
        assert_eq!((&made["name"], made["password"].as_str().unwrap().len()), (&json!("alice"), 20));
        assert_eq!(made["access_key"]["secret"].as_str().unwrap().len(), 44);
        let row = root.must_native("GET", &format!("{USERS}?details=true"), "").await["items"][0].clone();
        assert_eq!((&row["sign_in"], &row["active_keys"]), (&json!("must_reset"), &json!(1)));
        assert_eq!((&row["groups"], &row["administrator"]), (&json!(["staff"]), &json!(true)));
        let body = json!({ "name": "bob", "password": "seven green frogs", "must_reset": false });
        let bob = root.call_native("POST", USERS, body.to_string()).await.json();
        assert_eq!((bob.get("password"), bob.get("access_key")), (None, None));
        let mut answers = Answers::default();
        for (case, body) in [
            ("two passwords", json!({ "name": "x", "password": "seven green frogs", "generate_password": true })),
            ("a reset of nothing", json!({ "name": "x", "must_reset": true })),
            ("a weak password", json!({ "name": "x", "password": "password1" })),
            ("no such group", json!({ "name": "x", "groups": ["nowhere"] })),
            ("no such policy", json!({ "name": "x", "access_key": true, "policies": ["nothing"] })),
            ("groups that are none", json!({ "name": "x", "groups": [1] })),
        ] {
            answers.add(case, &root.call_native("POST", USERS, body.to_string()).await);
        }
        answers.add("nobody was made", &root.call_native("GET", &format!("{USERS}/x"), "").await);
        answers.assert(
            "
            two passwords -> 400 InvalidRequest: `password` and `generate_password` exclude each other
            a reset of nothing -> 400 InvalidRequest: `must_reset` is about a password, and there is none
            a weak password -> 400 WeakPassword: a password must not be one that is easily guessed
            no such group -> 404 NotFound: group `nowhere` does not exist
            no such policy -> 404 NotFound: policy `nothing` does not exist
            groups that are none -> 400 InvalidRequest: `groups` must be text (line 1, column 12)
            nobody was made -> 404 NotFound: user `x` does not exist
            ",
        );
    });
}

/// SEC-075: what was made once is made once; an answer that held a secret is not kept.
#[test]
fn sec_075_an_answer_with_a_first_secret_is_not_kept() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let create = async |key: &str, body: serde_json::Value| {
            let request = crate::support::request::Request::new("POST", USERS);
            root.send_native(request.body(body.to_string()).header("Idempotency-Key", key)).await
        };
        for (key, body, again) in [
            ("k1", json!({ "name": "alice" }), 201),
            ("k2", json!({ "name": "bob", "administrator": true }), 201),
            ("k3", json!({ "name": "carol", "access_key": true }), 409),
            ("k4", json!({ "name": "dora", "generate_password": true }), 409),
        ] {
            assert_eq!(create(key, body.clone()).await.status, 201, "{body}");
            assert_eq!(create(key, body.clone()).await.status, again, "{body}");
        }
        assert_eq!(world.trail(&root.account, "iam:CreateUser").await.len(), 4);
    });
}

#[test]
fn the_account_at_a_glance_and_what_deleting_a_user_breaks() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        root.must_native("PATCH", &format!("{ALICE}/login-profile"), r#"{"password":"seven green frogs"}"#).await;
        root.must_native("POST", "/api/v1/groups", r#"{"name":"staff"}"#).await;
        root.call_native("PUT", "/api/v1/groups/staff/users/alice", "").await;
        let overview = root.must_native("GET", "/api/v1/account/overview", "").await;
        assert_eq!(
            (&overview["account"]["counts"]["users"], &overview["findings"]["root_keys"]),
            (&json!(1), &json!(1))
        );
        let never = json!({ "count": 1, "more": false, "names": ["alice"] });
        assert_eq!(overview["findings"]["never_signed_in"], never);
        let activity = root.must_native("GET", "/api/v1/account/activity?days=2", "").await;
        let [before, today] = activity["items"].as_array().expect("a list").as_slice() else { panic!("{activity}") };
        assert_eq!((&before["calls"], &before["calls_denied"]), (&json!(0), &json!(0)));
        assert!(before["day"].as_str() < today["day"].as_str(), "{activity}");
        assert!(today["calls"].as_u64() > Some(3) && today["signed_in"] == json!(0), "{activity}");
        let impact = root.must_native("GET", &format!("{ALICE}/impact"), "").await;
        let wanted = json!({ "login_profile": true, "access_keys": [], "api_keys": 0, "sessions": 0, "groups": ["staff"],
            "attached_policies": 0, "inline_policies": 0, "trusting_roles": [], "administrator": false });
        assert_eq!(impact, wanted);
    });
}
