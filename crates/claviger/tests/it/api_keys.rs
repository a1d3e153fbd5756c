//! API keys on Baidu's wire, and as proof.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Answers, assert_text,
    client::Reply,
    database::on_each_database,
    request::Request,
    world::{Root, World},
};

/// What a key may do, as nobody would write it: what comes back must be these very bytes.
const ACL: &str = "{ \"version\":\"v2\" ,\"id\": \"x\\u0079\",\n\t\"accessControlList\":[{\"service\":\"bce:iam\",\"region\":\"global\",\"resource\":[\"*\"],\"permission\":[\"READ\"],\"effect\":\"Allow\"}]}";

/// The same of another service.
const OTHER: &str = r#"{"version":"v2","accessControlList":[{"service":"bce:ai_apaas","region":"global","resource":["*"],"permission":["*"],"effect":"Allow"}]}"#;

async fn create(root: &Root<'_>, user: Option<&str>, name: &str, acl: &str) -> Reply {
    let user = user.map_or_else(String::new, |id| format!(r#""userId":"{id}","#));
    root.call("POST", "/v1/apikey/create", format!(r#"{{{user}"name":"{name}","acl":{acl}}}"#)).await
}

async fn about(root: &Root<'_>, what: &str, body: Value) -> Reply {
    root.call("POST", &format!("/v1/apikey/{what}"), body.to_string()).await
}

/// The ids on a page.
fn ids(list: &Reply) -> Vec<String> {
    let result = list.json()["page"]["result"].as_array().expect("a list").clone();
    result.iter().map(|key| key["id"].as_str().expect("an id").to_owned()).collect()
}

/// A request that shows a key.
async fn bearing(world: &World, key: &str, method: &str, target: &str, body: &str) -> Reply {
    let request = Request::new(method, target).header("Host", world.host()).header("Content-Length", body.len());
    world.send(&request.header("Authorization", format!("Bearer {key}")).body(body)).await
}

#[test]
fn sec_062_a_key_from_creation_to_deletion() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let made = create(&root, None, "night build", ACL).await;
        let (id, key) = (made.field("id"), made.field("tokenId"));
        assert!(key.starts_with("clv_") && key.len() == 53 && id.starts_with("CVAP"), "{made:?}");
        let shown =
            |text: &str| text.replace(&key, "<key>").replace(&id, "<key id>").replace(&root.account, "<account>");
        assert_text(
            &shown(&made.text()),
            &format!(
                r#"
                201 Created
                content-type: application/json;charset=UTF-8
                x-bce-request-id: <request>

                {{"id":"<key id>","tokenId":"<key>","name":"night build","userId":"<id>","services":["bce:iam"],"createTime":"2026-11-22T08:00:00Z","updateTime":"2026-11-22T08:00:00Z","domainId":"<account>","acl":{ACL}}}
                "#
            ),
        );
        let detail = about(&root, "detail", json!({ "id": id })).await;
        let body = |reply: &Reply| String::from_utf8(reply.body.clone()).expect("text");
        assert_eq!(body(&detail), body(&made).replace(&key, &id), "the same, without the key itself");

        world.advance(Duration::from_secs(1));
        let renamed = about(&root, "update", json!({ "id": id, "name": "day build" })).await;
        let wanted = body(&detail)
            .replace("night", "day")
            .replace(r#"updateTime":"2026-11-22T08:00:00Z"#, r#"updateTime":"2026-11-22T08:00:01Z"#);
        assert_eq!(body(&renamed), wanted);
        let update = format!(r#"{{"id":"{id}","acl":{OTHER}}}"#);
        let other = root.call("POST", "/v1/apikey/update", update).await;
        assert!(body(&other).ends_with(&format!(r#""acl":{OTHER}}}"#)) && body(&other).contains(r#"["bce:ai_apaas"]"#));

        let listed = about(&root, "list", json!({})).await;
        let wanted = r#"{"success":true,"status":200,"page":{"orderBy":"createTime","order":"asc","pageNo":1,"pageSize":10,"totalCount":1,"result":["#;
        assert_eq!(body(&listed), format!("{wanted}{}]}}}}", body(&other)));
        assert_eq!(
            about(&root, "decrypt", json!({ "id": id })).await.in_short(),
            "409 OperationDenied: an API key is shown when it is made, and only its hash is kept"
        );
        let deleted = about(&root, "delete", json!({ "id": id })).await;
        assert_eq!(body(&deleted), r#"{"status":200,"success":true}"#);
        for what in ["detail", "decrypt", "delete", "update"] {
            let gone = about(&root, what, json!({ "id": id })).await;
            assert_eq!(gone.in_short(), format!("404 NotFound: API key `{id}` does not exist"), "{what}");
        }
        assert_eq!(ids(&about(&root, "list", json!({})).await), [""; 0]);
    });
}

#[test]
fn keys_are_listed_by_page_service_and_user() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let alice = root.create_user("alice").await.field("id");
        create(&root, None, "root's", ACL).await;
        let mut made = Vec::new();
        for number in 0..12 {
            world.advance(Duration::from_secs(1));
            let acl = if number % 3 == 0 { OTHER } else { ACL };
            made.push(create(&root, Some(&alice), &format!("{number}"), acl).await.field("id"));
        }
        let page = async |members: Value| {
            let mut body = json!({ "userId": alice });
            for (name, value) in members.as_object().expect("members") {
                body[name] = value.clone();
            }
            about(&root, "list", body).await
        };
        assert_eq!(ids(&page(json!({})).await), made[..10], "ten, where nothing else is said");
        let second = page(json!({ "pageNo": 2, "pageSize": 5 })).await;
        assert_eq!(ids(&second), made[5..10]);
        assert_eq!((&second.json()["page"]["totalCount"], &second.json()["page"]["pageNo"]), (&json!(12), &json!(2)));
        assert_eq!(ids(&page(json!({ "pageNo": 9 })).await), [""; 0]);
        let others: Vec<String> = made.iter().step_by(3).cloned().collect();
        assert_eq!(ids(&page(json!({ "service": ["AI_APAAS", "CONSOLE_AI"] })).await), others);
        assert_eq!(ids(&page(json!({ "service": [], "pageSize": 1000 })).await), made);
        for bad in [json!({ "pageNo": 0 }), json!({ "pageSize": 0 }), json!({ "pageSize": 1001 })] {
            let short = "400 InappropriateJSON: `pageNo` counts from 1, and `pageSize` is from 1 to 1000";
            assert_eq!(page(bad).await.in_short(), short);
        }
        assert_eq!(ids(&about(&root, "list", json!({})).await).len(), 1, "the caller's own");
    });
}

#[test]
fn what_breaks_a_rule_makes_no_key() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        for (case, body) in [
            ("no acl", r#"{"name":"x"}"#.to_owned()),
            ("a text", r#"{"acl":"{}"}"#.to_owned()),
            ("an empty one", r#"{"acl":{}}"#.to_owned()),
            ("no entries", r#"{"acl":{"accessControlList":[]}}"#.to_owned()),
            ("a name of two lines", format!(r#"{{"name":"a\nb","acl":{ACL}}}"#)),
            ("no such user", format!(r#"{{"userId":"00000000000000000000000000000007","acl":{ACL}}}"#)),
            ("a user by name", format!(r#"{{"userId":"alice","acl":{ACL}}}"#)),
        ] {
            answers.add(case, &root.call("POST", "/v1/apikey/create", body).await);
        }
        answers.assert(
            "
            no acl -> 400 InappropriateJSON: `acl` is missing
            a text -> 400 InappropriateJSON: `acl` must be an object
            an empty one -> 400 InappropriateJSON: document line 1, column 1: `accessControlList` is missing
            no entries -> 400 InappropriateJSON: document line 1, column 22: `accessControlList` is empty
            a name of two lines -> 400 InappropriateJSON: name must not hold control or invisible characters
            no such user -> 404 NotFound: user `7` does not exist
            a user by name -> 400 InappropriateJSON: `userId` must be the id of a user, not `alice`
            ",
        );
        for what in ["update", "detail", "decrypt", "delete"] {
            let nameless = about(&root, what, json!({})).await;
            assert_eq!(nameless.in_short(), "400 InappropriateJSON: `id` is missing", "{what}");
            let unknown = about(&root, what, json!({ "id": "CVAKAAAAAAAAAAAAAAAA" })).await;
            assert_eq!(unknown.in_short(), "404 NotFound: API key `CVAKAAAAAAAAAAAAAAAA` does not exist", "{what}");
        }
        assert_eq!(ids(&about(&root, "list", json!({})).await), [""; 0]);
    });
}

/// SEC-068, SEC-078: a key is proof as long as it is there, within its document and within what its owner may do.
#[test]
fn sec_068_sec_078_a_key_is_proof_within_its_document() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let made = create(&root, None, "", ACL).await;
        let (id, key) = (made.field("id"), made.field("tokenId"));
        assert_eq!(bearing(&world, &key, "GET", "/v1/user", "").await.in_short(), "200");
        let denied = bearing(&world, &key, "POST", "/v1/user", r#"{"name":"alice"}"#).await;
        assert_eq!((denied.status, denied.field("code").as_str()), (403, "AccessDenied"));
        // A text with a character changed, and one that nobody has, are refused alike.
        let last = if key.ends_with('0') { "1" } else { "0" };
        for unknown in [format!("{}{last}", &key[..key.len() - 1]), key.to_uppercase(), id.clone()] {
            let refused = bearing(&world, &unknown, "GET", "/v1/user", "").await;
            assert_eq!((refused.status, refused.field("code").as_str()), (403, "InvalidAccessKeyId"), "{unknown}");
        }
        root.call("POST", "/v1/apikey/update", format!(r#"{{"id":"{id}","acl":{OTHER}}}"#)).await;
        assert_eq!(bearing(&world, &key, "GET", "/v1/user", "").await.status, 403, "in force with the answer");
        about(&root, "delete", json!({ "id": id })).await;
        let refused = bearing(&world, &key, "GET", "/v1/user", "").await;
        assert_eq!(refused.field("code"), "InvalidAccessKeyId");
    });
}

/// Whoever may manage their own keys alone manages no others', and learns nothing of them.
#[test]
fn keys_of_others_are_for_who_may_manage_them() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let (alice, bob) = (root.create_user("alice").await.field("id"), root.create_user("bob").await.field("id"));
        let key = root.create_key("alice").await;
        let attach = root.call("PUT", "/v1/user/alice/policy/IAMManageAPIKeyPolicy?policyType=System", "").await;
        assert!(attach.status < 300, "{attach:?}");
        let bobs = create(&root, Some(&bob), "bob's", ACL).await.field("id");
        let alices = root.with_key(key);
        let own = create(&alices, None, "own", ACL).await;
        assert_eq!((own.status, own.field("userId")), (201, alice.clone()));
        for what in ["detail", "decrypt", "delete", "update"] {
            let by_id = about(&alices, what, json!({ "id": bobs })).await;
            assert_eq!(
                by_id.in_short(),
                format!("404 NotFound: API key `{bobs}` does not exist"),
                "{what}: not among hers"
            );
            let his = about(&alices, what, json!({ "id": bobs, "userId": bob })).await;
            assert_eq!((his.status, his.field("code").as_str()), (403, "AccessDenied"), "{what}");
        }
        assert_eq!(create(&alices, Some(&bob), "mine", ACL).await.status, 403);
        let (shown, decrypted) = (
            about(&alices, "detail", json!({ "id": own.field("id"), "userId": alice })).await,
            about(&alices, "decrypt", json!({ "id": own.field("id") })).await,
        );
        assert_eq!((shown.status, decrypted.status), (200, 409));
    });
}
