//! Help with documents in the native dialect: checking, laying out, completing, building; and the catalogue.

use serde_json::{Value, json};

use crate::support::{Answers, assert_text, database::on_each_database, request::Request, world::World};

const CHECK: &str = "/api/v1/policies/check";
const BUILD: &str = "/api/v1/policies/build";

#[test]
fn a_document_is_checked_and_described() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let body = json!({ "document": "{\"Statement\":\n{\"Effect\":\"Alow\",\"Action\":\"bos:GetObject\",\"Resource\":\"*\"}}" });
        let faulty = root.call_native("POST", CHECK, body.to_string()).await;
        assert_text(
            &faulty.text(),
            r#"
            200 OK
            content-type: application/json;charset=UTF-8
            x-request-id: <request>

            {"valid":false,"flavour":"native","diagnostics":[{"severity":"error","line":2,"column":11,"length":6,"code":"unknown_effect","parts":{"name":"Alow"},"message":"unknown effect `Alow`","hint":{"code":"meant","word":"Allow","text":"did you mean `Allow`?"}}],"sentences":[]}
            "#,
        );
        let document =
            r#"{"Statement":{"Sid":"a","Effect":"Allow","Action":["bos:GetObject","bos:Fly"],"Resource":"*"}}"#;
        let told = root.must_native("POST", CHECK, json!({ "document": document }).to_string()).await;
        let sentence = json!({ "statement": 1, "id": "a", "effect": "allow", "text": "Allows bos:GetObject and bos:Fly on everything." });
        assert_eq!((&told["valid"], &told["sentences"]), (&json!(true), &json!([sentence])));
        assert_eq!(told["diagnostics"][0]["code"], "odd_action");
        let row = json!({ "id": "a", "effect": "allow", "service": "bos", "actions": ["GetObject", "Fly"], "resources": [], "conditions": [] });
        assert_eq!(told["rows"], json!([row]));
        let acl = r#"{"accessControlList":[{"service":"bos","region":"*","resource":["b/*"],"permission":["READ"],"effect":"Deny"}]}"#;
        let told = root.must_native("POST", CHECK, json!({ "document": acl }).to_string()).await;
        assert_eq!(told["flavour"], "acl");
        assert_eq!(told["sentences"][0]["text"], "Denies reading and listing in Bos on object `b/*`.");
        assert_eq!(told["unshown"], "it is a document of the flavour `acl`");
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"418812345678"},"Action":"sts:AssumeRole"}}"#;
        let told = root.must_native("POST", CHECK, json!({ "document": trust, "purpose": "trust" }).to_string()).await;
        assert_eq!(told["sentences"][0]["text"], "Allows account 418812345678 sts:AssumeRole.");
    });
}

/// Whoever may do nothing may still ask: nothing is kept, and nothing of the account is told.
#[test]
fn every_caller_of_the_account_may_ask_and_nobody_else() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let alice = root.with_key(root.create_key("alice").await);
        let text = json!({ "document": "{}", "line": 1, "column": 2 });
        let document = json!({ "document": "{}" }).to_string();
        let calls = [
            ("POST", CHECK, document.clone()),
            ("POST", "/api/v1/policies/format", document),
            ("POST", "/api/v1/policies/complete", text.to_string()),
            ("POST", BUILD, json!({ "rows": [{ "effect": "deny" }] }).to_string()),
            ("GET", "/api/v1/catalogue", String::new()),
            ("GET", "/api/v1/catalogue/keys", String::new()),
        ];
        for (method, target, body) in &calls {
            let reply = alice.call_native(method, target, body.clone()).await;
            assert_eq!(reply.status, 200, "{target}: {reply:?}");
            let request = Request::new(method, target).header("Host", world.host()).body(body.clone());
            let reply = world.send(&request).await;
            assert_eq!(reply.status, 403, "{target}: {reply:?}");
        }
    });
}

#[test]
fn a_document_is_laid_out_and_completed() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let mut answers = Answers::default();
        let body = json!({ "document": r#"{"Statement":[{"Action":["a:b","c:d"]}]}"# }).to_string();
        let told = root.must_native("POST", "/api/v1/policies/format", body).await;
        let laid_out = "{\n  \"Statement\": [\n    {\n      \"Action\": [\"a:b\", \"c:d\"]\n    }\n  ]\n}";
        assert_eq!(told["document"], laid_out);
        answers.add("no JSON", &root.call_native("POST", "/api/v1/policies/format", r#"{"document":"{"}"#).await);

        let complete = async |text: &str, column: u32| {
            let body = json!({ "document": text, "line": 1, "column": column });
            root.must_native("POST", "/api/v1/policies/complete", body.to_string()).await
        };
        let told = complete(r#"{"Statement":{"Action":"bos:GetObj"#, 35).await;
        let first = json!({ "text": "bos:GetObject", "insert": "bos:GetObject\"", "kind": "action", "level": "read", "about": "Reads an object." });
        assert_eq!((&told["column"], &told["length"], &told["candidates"][0]), (&json!(25), &json!(10), &first));
        assert_eq!(complete("7", 1).await, json!({ "line": 1, "column": 1, "length": 0, "candidates": [] }));
        answers.assert(
            "
            no JSON -> 400 InvalidRequest: the document cannot be laid out: line 1, column 2: unexpected end
            ",
        );
    });
}

#[test]
fn rows_and_tags_become_documents() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let condition = json!({ "operator": "ForAnyValue:StringLike", "key": "claviger:TagKeys", "values": ["a*"] });
        let row = json!({ "id": "r", "effect": "allow", "service": "bos", "levels": ["read", "list"],
            "resources": ["crn:bos:*:*:photos/*"], "conditions": [condition] });
        let built = root.must_native("POST", BUILD, json!({ "rows": [row] }).to_string()).await;
        let told = root.must_native("POST", CHECK, json!({ "document": built["document"] }).to_string()).await;
        assert_eq!((&told["valid"], &told["rows"]), (&json!(true), &json!([row])));
        let body = json!({ "name": "built", "document": built["document"] });
        root.must_native("POST", "/api/v1/policies", body.to_string()).await;

        let grant = json!({ "service": "fc", "actions": ["GetFunction"] });
        let by_tag = json!({ "grants": [grant], "tags": [{ "key": "stage", "values": ["test"] }], "lists": true });
        let built = root.must_native("POST", BUILD, json!({ "by_tag": by_tag }).to_string()).await;
        let told = root.must_native("POST", CHECK, json!({ "document": built["document"] }).to_string()).await;
        let texts: Vec<&Value> =
            told["sentences"].as_array().expect("a list").iter().map(|said| &said["text"]).collect();
        let wanted = [
            "Allows fc:GetFunction on everything, if `claviger:ResourceTag/stage` is test.",
            "Allows fc:ListFunctions and fc:ListLayers on everything.",
        ];
        assert_eq!(texts, wanted);

        let mut answers = Answers::default();
        for (case, body) in [
            ("nothing", json!({})),
            ("no rows", json!({ "rows": [] })),
            ("both", json!({ "rows": [{ "effect": "deny", "service": "bos", "levels": [], "actions": [] }] })),
            ("of no service", json!({ "rows": [{ "effect": "deny", "levels": ["read"] }] })),
            (
                "an operator",
                json!({ "rows": [{ "effect": "deny", "conditions": [{ "operator": "x", "key": "k", "values": [] }] }] }),
            ),
            (
                "faults",
                json!({ "rows": [{ "effect": "deny" }, { "effect": "deny", "service": "bos", "actions": ["a:b"], "resources": ["x"] }] }),
            ),
        ] {
            answers.add(case, &root.call_native("POST", BUILD, body.to_string()).await);
        }
        answers.assert(
            "
            nothing -> 400 InvalidRequest: one of `rows` and `by_tag` must be there
            no rows -> 400 InvalidRequest: the document: `Statement` is empty
            both -> 400 InvalidRequest: one of `levels` and `actions` may be there
            of no service -> 400 InvalidRequest: `levels` and `actions` are those of a `service`
            an operator -> 400 InvalidRequest: there is no condition operator `x`
            faults -> 400 InvalidRequest: row 2, actions: `bos:a:b` is not an action; there is one colon, between service and name. row 2, resources: `x` is not a resource; write `crn:<service>:<region>:<account>:<path>`, or `*` for everything
            ",
        );
    });
}

#[test]
fn the_catalogue_is_told_service_by_service() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        let all = root.must_native("GET", "/api/v1/catalogue", "").await;
        let names = |page: &Value| -> Vec<String> {
            let items = page["items"].as_array().expect("a list").iter();
            items.map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
        };
        assert_eq!(names(&all), ["bos", "fc", "iam", "qianfan", "sts"]);
        let first = root.must_native("GET", "/api/v1/catalogue?limit=2", "").await;
        let cursor = first["next_cursor"].as_str().expect("there is more");
        let second = root.must_native("GET", &format!("/api/v1/catalogue?limit=3&cursor={cursor}"), "").await;
        assert_eq!([names(&first), names(&second)].concat(), names(&all));
        assert_eq!(second.get("next_cursor"), None);
        let sts = root.must_native("GET", "/api/v1/catalogue?service=STS", "").await;
        let sts = &sts["items"][0];
        assert_eq!(
            sts["keys"][0],
            json!({ "name": "sts:ExternalId", "type": "text", "several": false, "about": "What the caller was told to say when it assumes the role." })
        );
        let assume = sts["actions"].as_array().expect("a list").iter().find(|action| action["name"] == "AssumeRole");
        assert_eq!(assume.expect("it is there")["on"], json!([{ "service": "iam", "resource": "role" }]));
        assert_eq!(names(&root.must_native("GET", "/api/v1/catalogue?service=none", "").await), [""; 0]);
        let keys = names(&root.must_native("GET", "/api/v1/catalogue/keys", "").await);
        assert!(keys.contains(&"SourceIp".to_owned()) && keys.contains(&"ResourceTag/".to_owned()), "{keys:?}");
    });
}
