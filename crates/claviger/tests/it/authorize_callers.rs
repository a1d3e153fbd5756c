//! `POST /authorize`: who may ask, about whom, and how somebody is named.

use serde_json::json;

use crate::{
    authorize::{decision, home},
    support::{
        Answers,
        database::on_each_database,
        request::Request,
        sdk::Key,
        sigv4, with_members,
        world::{Root, World},
    },
};

/// What lets somebody ask.
fn asking() -> serde_json::Value {
    json!({ "service": "bce:iam", "permission": ["Authorize"], "resource": ["account"] })
}

/// SEC-082: to ask is an action like others. A denial is in the trail when it is told (design D13), and who may not ask
/// learns nothing of the question.
#[test]
fn sec_082_asking_needs_a_permission() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        let alice = root.with_key(key);
        let denials = async || world.trail(&root.account, "iam:Authorize").await;
        let mut answers = Answers::default();
        for (case, body) in [("a question", root.question(json!({})).to_string()), ("nonsense", "{".to_owned())] {
            answers.add(case, &alice.call_native("POST", "/authorize", body).await);
        }
        answers.assert_each(
            "403 AccessDenied: access denied: iam:Authorize on account is not allowed: no policy allows it",
        );
        let found = denials().await;
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((&found[0]["outcome"], &found[0]["code"]), (&json!("denied"), &json!("Denied")), "{found:?}");

        root.grant("alice", "askers", asking()).await;
        assert_eq!(alice.decision(json!({})).await, "implicit_deny");
        root.grant(
            "alice",
            "not-from-here",
            json!({
                "service": "bce:iam",
                "permission": ["Authorize"],
                "resource": ["*"],
                "effect": "Deny",
                "condition": { "ipAddress": ["127.0.0.0/8"] },
            }),
        )
        .await;
        assert_eq!(
            alice.decision(json!({})).await,
            "403 AccessDenied: access denied: iam:Authorize on account is not allowed: statement `read` of policy \
             `not-from-here` denies it"
        );
        root.must("DELETE", "/v1/user/alice/policy/not-from-here", "").await;
        assert_eq!(alice.decision(json!({ "action": "iam:Authorize", "resource": "*" })).await, "implicit_deny");
        assert_eq!(denials().await.len(), 3, "what was answered is not in the trail");
    });
}

/// SEC-004, SEC-110: a caller asks about its own account. Whether others' keys exist it does not learn. A service's
/// account, which only the operator makes one, may ask about all.
#[test]
fn sec_004_sec_110_other_accounts() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        let (stranger, key) = home(&world).await;
        stranger.grant("alice", "readers", json!({})).await;
        let about = |principal: serde_json::Value| {
            stranger.question(json!({ "principal": principal, "resource_account": stranger.account }))
        };
        let name = |name: &str| json!(format!("crn:iam::{}:{name}", stranger.account));
        let mine = "403 AccessDenied: access denied: only a service's account, as the operator lists them, asks about \
                    principals of others";
        for theirs in [name("user/alice"), name("user/nobody"), name("root")] {
            assert_eq!(decision(&root.ask(&about(theirs)).await), mine);
        }
        let denials = world.trail(&root.account, "iam:Authorize").await;
        assert_eq!(denials.len(), 3);
        assert_eq!(world.trail(&stranger.account, "iam:Authorize").await.len(), 0, "it is the caller's deed");
        for id in [key.id.as_str(), "CVAKAAAAAAAAAAAAAAAA", "x"] {
            let answer = root.ask(&about(json!({ "access_key": id }))).await;
            assert_eq!(answer.json()["refusal"], "unknown_key");
            assert_eq!(answer.json()["revision"], json!(null));
        }
        let batch = json!({ "requests": [about(name("root")), root.question(json!({})), about(name("user/alice"))] });
        let answers = root.ask(&batch).await.json();
        assert_eq!(answers["answers"][0]["error"]["code"], "AccessDenied");
        assert_eq!(answers["answers"][1]["decision"], "implicit_deny");
        assert_eq!(answers["answers"][2]["error"]["code"], "AccessDenied");

        let (account, own, questions) = (
            root.account.clone(),
            root.key.clone(),
            [
                about(name("user/alice")),
                about(json!({ "access_key": key.id })),
                root.question(json!({ "resource_account": root.account })),
                stranger.question(json!({ "resource_account": root.account })),
                about(json!("crn:iam::999999999999:user/alice")),
                about(json!("crn:iam::000000000000:root")),
            ],
        );
        let other = (stranger.account.clone(), stranger.key.clone());
        let world = world.restart_for(&[&account]).await;
        let service = Root { world: &world, account: account.clone(), key: own };
        let mut decisions = Vec::new();
        for question in &questions {
            decisions.push(decision(&service.ask(question).await));
        }
        let unknown = "implicit_deny unknown_principal";
        assert_eq!(decisions, ["allow", "allow", "implicit_deny", "implicit_deny", unknown, unknown]);
        let stranger = Root { world: &world, account: other.0, key: other.1 };
        assert_eq!(decision(&stranger.ask(&questions[2]).await), mine, "the others may not still");
    });
}

/// SEC-110: whoever asks about many accounts says whose a resource is, or its name does. Left out, it is not taken for
/// the principal's own.
#[test]
fn sec_110_a_service_says_whose_a_resource_is() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        let (stranger, _) = home(&world).await;
        stranger.grant("alice", "readers", json!({})).await;
        let (account, key, other) = (root.account.clone(), root.key.clone(), stranger.account.clone());
        let cases = |root: &Root<'_>, owner: &str| {
            let alice = json!(format!("crn:iam::{other}:user/alice"));
            let named = |members| root.question(with_members(json!({ "principal": alice }), members));
            [
                named(json!({})),
                named(json!({ "resource": "arn:aws:bos:::photos/cat.jpg" })),
                named(json!({ "resource_account": owner })),
                named(json!({ "resource": format!("crn:bos:bj:{owner}:photos/cat.jpg") })),
                named(json!({ "resource": "*" })),
            ]
        };
        let mut own = Vec::new();
        for question in cases(&stranger, &other) {
            own.push(decision(&stranger.ask(&question).await));
        }
        assert_eq!(own, ["allow", "allow", "allow", "allow", "implicit_deny"], "there is one account only");

        let world = world.restart_for(&[&account]).await;
        let service = Root { world: &world, account: account.clone(), key };
        let unsaid = "400 InvalidRequest: `resource` does not name its account: say whose it is: `resource_account`";
        let [yes, no] = ["allow", "implicit_deny"];
        for (owner, wanted) in [(&other, [unsaid, unsaid, yes, yes, no]), (&account, [unsaid, unsaid, no, no, no])] {
            let questions = cases(&service, owner);
            for (question, wanted) in questions.iter().zip(wanted) {
                assert_eq!(decision(&service.ask(question).await), wanted, "{question}");
            }
            let answers = service.ask(&json!({ "requests": questions })).await.json();
            let [unsaid, .., said, _] = answers["answers"].as_array().expect("a list").as_slice() else { panic!() };
            assert_eq!((&unsaid["error"]["code"], &said["error"]), (&json!("InvalidRequest"), &json!(null)));
        }
    });
}

/// An id means one principal for ever: whoever has its name later is somebody else. Ids of other accounts do not exist
/// (SEC-004).
#[test]
fn sec_004_principals_by_id() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        let (stranger, _) = home(&world).await;
        root.grant("alice", "readers", json!({})).await;
        let id = async |of: &Root<'_>| of.ask(&of.question(json!({}))).await.json()["principal"]["id"].clone();
        let (alice, theirs) = (id(&root).await, id(&stranger).await);
        let state = async |id: &serde_json::Value| root.decision(json!({ "principal": { "id": id } })).await;
        let unknown = "implicit_deny unknown_principal";
        assert_eq!(state(&alice).await, "allow");
        assert_eq!(state(&json!(root.account.parse::<u64>().expect("digits"))).await, "allow", "the root user");
        for nobody in [&theirs, &json!(stranger.account.parse::<u64>().expect("digits")), &json!(1)] {
            assert_eq!(state(nobody).await, unknown);
        }
        let answer = root.ask(&root.question(json!({ "principal": { "id": alice } }))).await.json();
        assert_eq!(answer["principal"]["name"], format!("crn:iam::{}:user/alice", root.account));
        root.must("PUT", "/v1/user/alice", r#"{"name":"carol"}"#).await;
        assert_eq!(state(&alice).await, "allow", "a name is not who somebody is");
        root.must("DELETE", "/v1/user/carol/policy/readers", "").await;
        root.must("DELETE", "/v1/user/carol", "").await;
        root.create_user("carol").await;
        root.must("PUT", "/v1/user/carol/policy/readers", "").await;
        assert_eq!(
            root.decision(json!({ "principal": format!("crn:iam::{}:user/carol", root.account) })).await,
            "allow"
        );
        assert_eq!(state(&alice).await, unknown, "a namesake is somebody else");

        let (account, key) = (root.account.clone(), root.key.clone());
        let world = world.restart_for(&[&account]).await;
        let service = Root { world: &world, account, key };
        assert_eq!(service.decision(json!({ "principal": { "id": theirs }, "resource": "*" })).await, "implicit_deny");
    });
}

/// Somebody is named by name or by key, and is who it is now.
#[test]
fn principals() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        root.create_user("张三").await;
        root.grant("alice", "readers", json!({})).await;
        let state = async |principal: serde_json::Value| root.decision(json!({ "principal": principal })).await;
        let named = |name: &str| json!(format!("crn:iam::{}:user/{name}", root.account));
        let unknown = "implicit_deny unknown_principal";
        let by_key = json!({ "access_key": key.id });
        assert_eq!(state(named("alice")).await, "allow");
        assert_eq!(state(named("ALICE")).await, "allow", "names are the same in any case");
        assert_eq!(state(json!(format!("arn:aws:iam::{}:user/alice", root.account))).await, "allow");
        assert_eq!(state(json!(format!("trn:iam::{}:user/alice", root.account))).await, "allow");
        assert_eq!(state(named("张三")).await, "implicit_deny");
        assert_eq!(state(named("staff/alice")).await, unknown, "her path is another");
        assert_eq!(state(named("alic")).await, unknown);
        assert_eq!(state(by_key.clone()).await, "allow");
        assert_eq!(state(json!({ "access_key": root.key.id })).await, "allow");

        root.must("PUT", &format!("/v1/user/alice/accesskey/{}?disable", key.id), "").await;
        assert_eq!(state(by_key.clone()).await, "implicit_deny disabled");
        assert_eq!(state(named("alice")).await, "allow");
        root.must("PUT", &format!("/v1/user/alice/accesskey/{}?enable", key.id), "").await;
        root.must("PUT", "/v1/user/alice", r#"{"enabled":false}"#).await;
        assert_eq!(state(by_key.clone()).await, "implicit_deny disabled");
        assert_eq!(state(named("alice")).await, "implicit_deny disabled");
        root.must("PUT", "/v1/user/alice", r#"{"enabled":true,"name":"carol"}"#).await;
        assert_eq!(state(named("alice")).await, unknown);
        assert_eq!(state(named("carol")).await, "allow");
        assert_eq!(state(by_key.clone()).await, "allow");
        root.must("DELETE", "/v1/user/carol/policy/readers", "").await;
        assert_eq!(state(named("carol")).await, "implicit_deny");
        root.must("DELETE", "/v1/user/carol", "").await;
        assert_eq!(state(named("carol")).await, unknown);
        assert_eq!(state(by_key).await, "implicit_deny unknown_key");
        root.create_user("alice").await;
        assert_eq!(state(named("alice")).await, "implicit_deny", "a namesake inherits nothing");
    });
}

/// The store is not asked: without the tables there are still answers. What must be written before it is told is not told
/// then, and what is not an answer is no allow.
#[test]
fn questions_are_answered_from_memory() {
    on_each_database(async |world: World| {
        let (root, key) = home(&world).await;
        root.grant("alice", "readers", json!({})).await;
        world.break_store().await;
        assert_eq!(root.decision(json!({})).await, "allow");
        let nobody = root.with_key(Key { id: "CVAKAAAAAAAAAAAAAAAA".to_owned(), secret: key.secret.clone() });
        assert_eq!(nobody.decision(json!({})).await, "403 InvalidAccessKeyId: there is no such access key");
    });
}

/// What another node has made a moment ago is known here when somebody asks: the caller's key, the principal, the key of
/// a request that is described.
#[test]
fn what_another_node_has_made_is_known() {
    on_each_database(async |world: World| {
        let (root, _) = home(&world).await;
        root.create_user("asker").await;
        root.grant("asker", "askers", asking()).await;
        let Some(other) = world.another_node().await else { return };
        let elsewhere = Root { world: &other, account: root.account.clone(), key: root.key.clone() };
        for number in 0..5 {
            let caller = elsewhere.with_key(root.create_key("asker").await);
            assert_eq!(caller.decision(json!({})).await, "implicit_deny", "the caller's key");
            let name = format!("user-{number}");
            root.create_user(&name).await;
            let named = json!({ "principal": format!("crn:iam::{}:user/{name}", root.account) });
            assert_eq!(caller.decision(named).await, "implicit_deny", "a user");
            let key = root.create_key(&name).await;
            let request = sigv4::sign(Request::new("GET", "/"), &key, "example.com", world.now());
            let batch = json!({ "requests": [
                caller.question(json!({ "principal": { "access_key": key.id } })),
                caller.question_about(&request, json!({})),
            ] });
            let answers = caller.ask(&batch).await.json();
            for answer in answers["answers"].as_array().expect("a list") {
                assert_eq!((&answer["decision"], &answer["refusal"]), (&json!("implicit_deny"), &json!(null)));
            }
        }
        drop(elsewhere);
        other.stop().await;
    });
}
