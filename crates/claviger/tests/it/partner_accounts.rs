//! Records that partners keep, on Baidu's wire, as its SDK for Java sends them.

use serde_json::{Value, json};

use crate::support::{client::Reply, database::on_each_database, world::World};

#[test]
fn records_are_kept_and_listed_by_page() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let record = r#"{"accountId":"a-1","userId":"u-1","name":"Zhang San","email":"z@example.com","mobilePhone":"13800138000","accountType":"ENTERPRISE","company":"ACME"}"#;
        let made = root.call("POST", "/v1/vs/account", record).await;
        let body = |reply: &Reply| serde_json::from_slice::<Value>(&reply.body).expect("JSON");
        let sent: Value = serde_json::from_str(record).expect("JSON");
        assert_eq!((made.status, body(&made)), (201, sent.clone()), "it echoes what was sent");
        assert_eq!(body(&root.get("/v1/vs/account/u-1").await), sent);
        let replaced = root.call("POST", "/v1/vs/account", r#"{"userId":"u-1","accountId":"a-2"}"#).await;
        assert_eq!(
            body(&replaced),
            json!({ "accountId": "a-2", "userId": "u-1" }),
            "nothing is left of the one before"
        );
        for number in 2..=12 {
            let record = json!({ "userId": format!("u-{number}"), "accountId": "a-1" }).to_string();
            assert_eq!(root.call("POST", "/v1/vs/account", record).await.status, 201);
        }
        let list = async |wanted: Value| root.call("POST", "/v1/vs/account/list", wanted.to_string()).await.json();
        let first = list(json!({})).await;
        assert_eq!((first["totalSize"].as_u64(), first["uidList"].as_array().map(Vec::len)), (Some(12), Some(10)));
        assert_eq!(list(json!({ "pageNo": 2 })).await, json!({ "totalSize": 12, "uidList": ["u-8", "u-9"] }));
        let of_one = list(json!({ "accountId": "a-1", "pageNo": 1, "pageSize": 1 })).await;
        assert_eq!(of_one, json!({ "totalSize": 11, "uidList": ["u-10"] }));
        let both = json!({ "accountId": "a-2", "userId": "u-1" });
        assert_eq!(list(both).await, json!({ "totalSize": 1, "uidList": ["u-1"] }));
        assert_eq!(list(json!({ "userId": "u" })).await, json!({ "totalSize": 0, "uidList": [] }));

        let absent = root.get("/v1/vs/account/u-0").await;
        assert_eq!(absent.in_short(), "404 NotFound: partner account `u-0` does not exist");
        let nameless = root.call("POST", "/v1/vs/account", "{}").await;
        assert_eq!(nameless.in_short(), "400 InappropriateJSON: `userId` is missing");
    });
}
