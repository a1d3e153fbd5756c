//! `POST /authorize`: what is asked and what is answered.
//!
//! What policies mean is proved beside the policy language; here, that each member of a question reaches it.

use serde_json::{Value, json};

use crate::support::{
    Answers, assert_text,
    client::Reply,
    database::on_each_database,
    sdk::Key,
    with_members,
    world::{Root, World},
};

/// The account of a user named `alice`, with a key of hers.
pub(crate) async fn home(world: &World) -> (Root<'_>, Key) {
    let root = world.account().await;
    root.create_user("alice").await;
    let key = root.create_key("alice").await;
    (root, key)
}

impl Root<'_> {
    /// Gives a user a policy of one entry, whose members are put over those that let everything be read in `photos`.
    pub(crate) async fn grant(&self, user: &str, policy: &str, members: Value) {
        self.policy(policy, members).await;
        self.must("PUT", &format!("/v1/user/{user}/policy/{policy}"), "").await;
    }

    pub(crate) async fn policy(&self, policy: &str, members: Value) {
        let entry = json!({
            "eid": "read",
            "service": "bce:bos",
            "region": "*",
            "effect": "Allow",
            "permission": ["READ"],
            "resource": ["photos/*"],
        });
        let document = json!({ "accessControlList": [with_members(entry, members)] }).to_string();
        self.must("POST", "/v1/policy", &json!({ "name": policy, "document": document }).to_string()).await;
    }

    pub(crate) async fn must(&self, method: &str, target: &str, body: &str) {
        let reply = self.call(method, target, body).await;
        assert!(reply.status < 300, "{method} {target}: {reply:?}");
    }

    /// A question about `alice` and a photo, with members put over its own.
    pub(crate) fn question(&self, members: Value) -> Value {
        let question = json!({
            "principal": format!("crn:iam::{}:user/alice", self.account),
            "action": "bos:GetObject",
            "resource": "crn:bos:bj::photos/cat.jpg",
        });
        with_members(question, members)
    }

    /// The decision about that question, or why there is none.
    pub(crate) async fn decision(&self, members: Value) -> String {
        decision(&self.ask(&self.question(members)).await)
    }
}

/// The decision and the refusal, or the error.
pub(crate) fn decision(reply: &Reply) -> String {
    if reply.status != 200 {
        return reply.in_short();
    }
    let answer = reply.json();
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    [text("decision"), text("refusal")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Numbers that differ from run to run are written as `<id>` and `<account>`.
fn whole(root: &Root<'_>, reply: &Reply) -> String {
    let answer = reply.json();
    let id = answer["principal"]["id"].to_string();
    reply.text().replace(&root.account, "<account>").replace(&id, "<id>")
}

#[test]
fn whole_answers() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        let ask = async |members: Value| whole(&root, &root.ask(&root.question(members)).await);
        let head = "200 OK\ncontent-type: application/json;charset=UTF-8\nx-request-id: <request>\n\n";
        let alice = r#"{"account":"<account>","id":<id>,"kind":"user","name":"crn:iam::<account>:user/alice"}"#;
        let answer = |decision: &str, rest: &str| {
            format!(r#"{head}{{"decision":"{decision}","principal":{alice},"signed":null,{rest}}}"#)
        };
        let nothing = r#""statements":[],"missing":null,"refusal":null,"revision":3"#;
        assert_text(&ask(json!({})).await, &answer("implicit_deny", nothing));

        root.grant("alice", "readers", json!({})).await;
        let by = r#""statements":[{"policy":"readers","statement":"read","group":null}],"missing":null,"refusal":null,"revision":5"#;
        assert_text(&ask(json!({})).await, &answer("allow", by));
        let text = "statement `read` of policy `readers` allows it on another resource";
        let missing = format!(
            r#""statements":[],"missing":{{"policy":"readers","statement":"read","group":null,"part":"resource","text":"{text}"}},"refusal":null,"revision":5"#
        );
        let elsewhere = json!({ "resource": "crn:bos:bj::films/cat.mp4" });
        assert_text(&ask(elsewhere).await, &answer("implicit_deny", &missing));

        root.must("POST", "/v1/group", r#"{"name":"guests"}"#).await;
        root.must("PUT", "/v1/group/guests/user/alice", "").await;
        root.policy("no-dogs", json!({ "eid": "", "effect": "Deny", "resource": ["photos/dog*"] })).await;
        root.must("PUT", "/v1/group/guests/policy/no-dogs", "").await;
        let by = r##""statements":[{"policy":"no-dogs","statement":"#1","group":"guests"}],"missing":null,"refusal":null,"revision":9"##;
        assert_text(&ask(json!({ "resource": "crn:bos:bj::photos/dog.jpg" })).await, &answer("explicit_deny", by));

        let of = |name: &str| root.question(json!({ "principal": format!("crn:iam::{}:{name}", root.account) }));
        let refused = r#"{"decision":"implicit_deny","principal":null,"signed":null,"statements":[],"missing":null,"refusal":"unknown_principal","revision":null}"#;
        assert_text(&root.ask(&of("user/bob")).await.text(), &format!("{head}{refused}"));
        assert_text(
            &root.ask(&of("root")).await.text().replace(&root.account, "<account>"),
            &format!(
                r#"{head}{{"decision":"allow","principal":{{"account":"<account>","id":<account>,"kind":"root","name":"crn:iam::<account>:root"}},"signed":null,"statements":[],"missing":null,"refusal":null,"revision":9}}"#
            ),
        );
    });
}

/// What is told of a change, and that it is one: after it, the answer is another.
#[test]
fn the_smallest_change_is_told_where_it_is_asked_for() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        root.must("POST", "/v1/group", r#"{"name":"guests"}"#).await;
        root.must("PUT", "/v1/group/guests/user/alice", "").await;
        root.policy("no-dogs", json!({ "eid": "", "effect": "Deny", "resource": ["photos/dog*"] })).await;
        root.must("PUT", "/v1/group/guests/policy/no-dogs", "").await;
        root.must("POST", "/v1/group", r#"{"name":"keepers"}"#).await;
        root.policy("photos", json!({})).await;
        root.must("PUT", "/v1/group/keepers/policy/photos", "").await;
        let dog = json!({ "resource": "crn:bos:bj::photos/dog.jpg", "explain": true });
        let answer = root.ask(&root.question(dog.clone())).await.json();
        let document = answer["change"][1]["document"].as_str().expect("a document").to_owned();
        let lift = json!({ "step": "lift", "policy": "no-dogs", "statement": "#1", "group": "guests", "document": null,
            "groups": [], "account": null, "text": "statement `#1` of policy `no-dogs` (by group `guests`) must go, or deny less" });
        let allow = json!({ "step": "allow", "policy": null, "statement": null, "group": null, "document": document,
            "groups": ["keepers"], "account": null,
            "text": "a policy must allow it, or the principal must join one of the groups `keepers`" });
        assert_eq!(answer["change"], json!([lift, allow]));
        assert_eq!(root.ask(&root.question(json!({ "explain": false }))).await.json().get("change"), None);

        root.must("DELETE", "/v1/group/guests/policy/no-dogs", "").await;
        let body = json!({ "document": document }).to_string();
        root.must_native("PUT", "/api/v1/users/alice/inline-policies/asked", body).await;
        let answer = root.ask(&root.question(dog)).await.json();
        assert_eq!((&answer["decision"], &answer["change"]), (&json!("allow"), &json!([])));
    });
}

/// Each member of a question, by a policy that hangs on it.
#[test]
fn each_member_counts() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        let other = world.account().await.account;
        for (policy, condition) in [
            ("address", json!({ "ipAddress": ["192.0.2.0/24"] })),
            ("tls", json!({ "secureTransport": true })),
            ("agent", json!({ "userAgent": { "stringLike": "curl/*" } })),
            ("tag", json!({ "tag": { "stage": "prod" } })),
            ("vpc", json!({ "vpcId": ["vpc-1"] })),
            ("time", json!({ "currentTime": { "dateLessThan": "2026-11-22T08:00:01Z" } })),
        ] {
            root.grant("alice", policy, json!({ "resource": [format!("{policy}/*")], "condition": condition })).await;
        }
        root.grant("alice", "objects", json!({ "resource": ["plain/*"], "permission": ["GetObject"] })).await;
        let mut answers = Vec::new();
        for (resource, members) in [
            ("address/x", json!({ "source_address": "192.0.2.7" })),
            ("address/x", json!({ "source_address": "::ffff:192.0.2.7" })),
            ("address/x", json!({ "source_address": "198.51.100.7" })),
            ("address/x", json!({})),
            ("tls/x", json!({ "tls": true })),
            ("tls/x", json!({ "tls": false })),
            ("agent/x", json!({ "user_agent": "curl/8.5" })),
            ("agent/x", json!({ "user_agent": "wget" })),
            ("tag/x", json!({ "resource_tags": { "stage": "prod" } })),
            ("tag/x", json!({ "resource_tags": { "stage": "test" } })),
            ("vpc/x", json!({ "context": { "aws:SourceVpc": "vpc-1" } })),
            ("vpc/x", json!({ "context": { "vpcId": ["vpc-1"] } })),
            ("vpc/x", json!({ "context": { "vpcId": "vpc-2" } })),
            ("time/x", json!({})),
            ("plain/x", json!({})),
            ("plain/x", json!({ "action": "bos:getobject" })),
            ("plain/x", json!({ "action": "bos:PutObject" })),
            ("plain/x", json!({ "resource_account": other })),
        ] {
            let name = json!({ "resource": format!("crn:bos:bj::{resource}") });
            let mut members = members;
            members["resource"] = name["resource"].clone();
            let decision = root.decision(members.clone()).await;
            members.as_object_mut().expect("an object").remove("resource");
            answers.push(format!("{resource} {members} -> {decision}").replace(&other, "<other>"));
        }
        assert_text(
            &answers.join("\n"),
            r#"
            address/x {"source_address":"192.0.2.7"} -> allow
            address/x {"source_address":"::ffff:192.0.2.7"} -> allow
            address/x {"source_address":"198.51.100.7"} -> implicit_deny
            address/x {} -> implicit_deny
            tls/x {"tls":true} -> allow
            tls/x {"tls":false} -> implicit_deny
            agent/x {"user_agent":"curl/8.5"} -> allow
            agent/x {"user_agent":"wget"} -> implicit_deny
            tag/x {"resource_tags":{"stage":"prod"}} -> allow
            tag/x {"resource_tags":{"stage":"test"}} -> implicit_deny
            vpc/x {"context":{"aws:SourceVpc":"vpc-1"}} -> allow
            vpc/x {"context":{"vpcId":["vpc-1"]}} -> allow
            vpc/x {"context":{"vpcId":"vpc-2"}} -> implicit_deny
            time/x {} -> allow
            plain/x {} -> allow
            plain/x {"action":"bos:getobject"} -> allow
            plain/x {"action":"bos:PutObject"} -> implicit_deny
            plain/x {"resource_account":"<other>"} -> implicit_deny
            "#,
        );
        world.advance(std::time::Duration::from_secs(1));
        assert_eq!(
            root.decision(json!({ "resource": "crn:bos:bj::time/x" })).await,
            "implicit_deny",
            "our time counts"
        );
    });
}

/// SEC-006, SEC-090: whatever is not understood, and what only we know, is refused, and nothing is decided.
#[test]
fn sec_006_sec_090_questions_that_are_refused() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        let mut answers = Answers::default();
        for members in [
            json!({ "source_ip": "192.0.2.7" }),
            json!({ "principal": "alice" }),
            json!({ "principal": null }),
            json!({ "action": "GetObject" }),
            json!({ "resource": "photos" }),
            json!({ "tls": "true" }),
            json!({ "context": { "aws:SourceIp": "192.0.2.7" } }),
            json!({ "context": { "aws:PrincipalTag/team": "x" } }),
            json!({ "signed_request": {} }),
            json!({ "requests": [] }),
        ] {
            answers.add(&members.to_string(), &root.ask(&root.question(members)).await);
        }
        let deep = "[".repeat(40);
        let many = format!("[{}0]", "0,".repeat(10_000));
        for text in ["", "{", "[]", "\"\"", "null", "{\"action\":1,\"action\":2}", &deep, &many] {
            let case: String = text.chars().take(24).collect();
            answers.add(&case, &root.call_native("POST", "/authorize", text).await);
        }
        answers.add("not UTF-8", &root.call_native("POST", "/authorize", b"{\"\xff\":1}".to_vec()).await);
        answers.assert(
            r#"
            {"source_ip":"192.0.2.7"} -> 400 InvalidRequest: there is no member `source_ip` here (line 1, column 114)
            {"principal":"alice"} -> 400 InvalidRequest: `principal` must be `crn:iam::<account>:root` or `crn:iam::<account>:user/<name>`, or an object with `id` or `access_key`
            {"principal":null} -> 400 InvalidRequest: there must be one of `principal`, `signed_request` and `token`
            {"action":"GetObject"} -> 400 InvalidRequest: `action` must be `<service>:<Name>`, without wildcards
            {"resource":"photos"} -> 400 InvalidRequest: `resource` must be `*` or a name as `crn:<service>:<region>:<account>:<path>`
            {"tls":"true"} -> 400 InvalidRequest: `tls` must be true or false
            {"context":{"aws:SourceIp":"192.0.2.7"}} -> 400 InvalidRequest: the key `aws:SourceIp` is filled in here and not taken from elsewhere
            {"context":{"aws:PrincipalTag/team":"x"}} -> 400 InvalidRequest: the key `aws:PrincipalTag/team` is filled in here and not taken from elsewhere
            {"signed_request":{}} -> 400 InvalidRequest: there must be one of `principal`, `signed_request` and `token`
            {"requests":[]} -> 400 InvalidRequest: there is no member `action` here (line 1, column 2)
             -> 400 InvalidRequest: the body cannot be read: unexpected end at line 1, column 1
            { -> 400 InvalidRequest: the body cannot be read: unexpected end at line 1, column 2
            [] -> 400 InvalidRequest: a question must be a JSON object
            "" -> 400 InvalidRequest: a question must be a JSON object
            null -> 400 InvalidRequest: a question must be a JSON object
            {"action":1,"action":2} -> 400 InvalidRequest: the body cannot be read: duplicate member `action` at line 1, column 13
            [[[[[[[[[[[[[[[[[[[[[[[[ -> 400 InvalidRequest: the body cannot be read: nested too deep at line 1, column 33
            [0,0,0,0,0,0,0,0,0,0,0,0 -> 400 InvalidRequest: the body cannot be read: too many members at line 1, column 20002
            not UTF-8 -> 400 InvalidRequest: the body cannot be read: not UTF-8 at line 1, column 3
            "#,
        );
    });
}

/// A batch is answered in order, from one moment; what is wrong with one question is told in its place.
#[test]
fn batches() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        root.grant("alice", "readers", json!({})).await;
        let batch = json!({ "requests": [
            root.question(json!({})),
            root.question(json!({ "action": "GetObject" })),
            root.question(json!({ "resource": "*" })),
            root.question(json!({ "principal": { "access_key": key.id } })),
            root.question(json!({ "principal": { "access_key": "CVAKAAAAAAAAAAAAAAAA" } })),
            7,
        ] });
        let reply = root.ask(&batch).await.json();
        let answers = reply["answers"].as_array().expect("a list");
        let short = |answer: &Value| match answer["error"].as_object() {
            Some(error) => format!("{} {}", error["code"], error["message"]).replace('"', ""),
            None => format!("{} {}", answer["decision"], answer["refusal"]).replace('"', ""),
        };
        assert_eq!(
            answers.iter().map(short).collect::<Vec<_>>(),
            [
                "allow null",
                "InvalidRequest `action` must be `<service>:<Name>`, without wildcards",
                "implicit_deny null",
                "allow null",
                "implicit_deny unknown_key",
                "InvalidRequest a question must be a JSON object",
            ]
        );
        let of = |count: usize| json!({ "requests": vec![root.question(json!({})); count] });
        assert_eq!(root.ask(&of(100)).await.json()["answers"].as_array().map(Vec::len), Some(100));
        assert_eq!(root.ask(&of(0)).await.json(), json!({ "answers": [] }));
        let mut answers = Answers::default();
        answers.add("101", &root.ask(&of(101)).await);
        answers.add("no list", &root.ask(&json!({ "requests": {} })).await);
        answers.add("more members", &root.ask(&json!({ "requests": [], "x": 1 })).await);
        answers.assert(
            "
            101 -> 400 InvalidRequest: `requests` must hold at most 100 questions
            no list -> 400 InvalidRequest: `requests` must be a list
            more members -> 400 InvalidRequest: there is no member `x` here (line 1, column 16)
            ",
        );
    });
}
