//! What the audit trails tell of sessions.

use serde_json::{Value as Json, json};

use super::{Begun, may_assume, role_for};
use crate::{
    access_keys::Owner,
    audit,
    sessions::AssumeRole,
    tests::support::{
        Company,
        deeds::{
            allow, assume, assume_in, bearer_token, create_role, create_user, document, harmless, owner, revoke,
            revoke_role, session_token, tags,
        },
        on_each, operator, user_of,
    },
};

fn of_action(company: &Company<'_>, action: &str) -> Vec<Json> {
    company.trail(0).into_iter().filter(|event| event["action"] == action).collect()
}

fn assert_replays(company: &Company<'_>) {
    let replayed = company.node.query(&operator(), audit::Replay { account: Some(company.account()) }).unwrap();
    assert_eq!(replayed.differences, []);
}

/// SEC-171: a session that begins, and what it does, name each other; no secret and no token is told (SEC-146).
#[test]
fn sec_171_a_session_and_what_it_does_are_told() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.administrator("alice");
        let begun = Begun::new(&company, node.change(&alice, session_token()).unwrap());
        let bearer = Begun::new(&company, node.change(&alice, bearer_token()).unwrap());
        node.change(&begun.caller, create_user("by-session")).unwrap();
        node.change(&bearer.caller, create_user("by-bearer")).unwrap();
        for (action, begun, place) in [("sts:GetSessionToken", &begun, 0), ("sts:GetBearerToken", &bearer, 1)] {
            let [event] = &of_action(&company, action)[..] else { panic!("one of {action}") };
            let (key, expires) = (begun.credentials.key.as_str(), begun.credentials.expires.to_seconds());
            assert_eq!(event["began"], json!({ "access_key": key, "expires": expires }));
            assert_eq!(event["principal"]["name"], "alice");
            assert!(event["principal"]["access_key"].is_string());
            let made: Vec<Json> = of_action(&company, "iam:CreateUser").into_iter().rev().take(2).collect();
            let made = &made[1 - place];
            let session = json!({
                "access_key": key, "issued": begun.credentials.issued.to_seconds(), "expires": expires,
                "name": null, "source_identity": null, "begun_by": null,
            });
            assert_eq!(made["principal"]["session"], session);
            assert_eq!((&made["principal"]["type"], &made["principal"]["name"]), (&json!("user"), &json!("alice")));
            assert_eq!(made["principal"]["access_key"], Json::Null);
        }
        let text: String = company.trail(0).iter().map(ToString::to_string).collect();
        for begun in [&begun, &bearer] {
            assert!(!text.contains(begun.credentials.secret.expose()));
            assert!(!text.contains(begun.credentials.token.expose()));
        }
        assert_replays(&company);
    });
}

/// SEC-179: a role assumed by another account stands in both chains, and what it does in that of its own; nowhere in it
/// stands what a foreign user is called.
#[test]
fn sec_179_a_foreign_session_stands_in_both_trails_and_no_foreign_name_in_either() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        role_for(&home, "auditor", &other);
        home.does(crate::tests::support::deeds::trust(
            "auditor",
            super::chains::trusting_all(&other.account().to_string()),
        ));
        let zoe = other.user_with("zoe-the-stranger", document([allow(&["sts:*"], &["*"])]));
        let wish = AssumeRole {
            source_identity: Some("ticket-7".to_owned()),
            tags: tags("team", "x"),
            policy: Some(harmless()),
            ..assume_in(home.account(), "auditor")
        };
        let begun = Begun::assumed(&home, node.change(&zoe, wish).unwrap());
        let refused = node.change(&begun.caller, create_user("x"));
        assert_eq!(super::refusal(&refused), "policies");
        let (here, there) = (of_action(&home, "sts:AssumeRole"), of_action(&other, "sts:AssumeRole"));
        let ([here], [there]) = (&here[..], &there[..]) else { panic!("one in each") };
        let session = &begun.credentials;
        for event in [here, there] {
            assert_eq!((&event["outcome"], &event["resources"]), (&json!("success"), &json!(["role/auditor"])));
            assert_eq!(event["subject"], home.account().to_string());
            assert_eq!(event["principal"]["id"], user_of(&zoe).number());
            assert_eq!(event["principal"]["account"], other.account().to_string());
            let began = json!({
                "access_key": session.key.as_str(), "expires": session.expires.to_seconds(), "role": "auditor",
                "name": "work", "source_identity": "ticket-7",
            });
            assert_eq!(event["began"], began);
        }
        assert_eq!(
            (&here["principal"]["name"], &there["principal"]["name"]),
            (&Json::Null, &json!("zoe-the-stranger"))
        );
        let denied = of_action(&home, "iam:CreateUser").pop().unwrap();
        assert_eq!(denied["outcome"], "denied");
        assert_eq!((&denied["principal"]["type"], &denied["principal"]["name"]), (&json!("role"), &json!("auditor")));
        let told = &denied["principal"]["session"];
        assert_eq!((&told["name"], &told["source_identity"]), (&json!("work"), &json!("ticket-7")));
        assert_eq!(told["begun_by"], user_of(&zoe).number());
        let text: String = home.trail(0).iter().map(ToString::to_string).collect();
        assert!(!text.contains("stranger"));
        for company in [&home, &other] {
            assert_replays(company);
            let verify = audit::Verify { account: Some(company.account()), head: None, checkpoints: Vec::new() };
            assert!(node.query(&operator(), verify).unwrap().verdict.is_ok());
        }
    });
}

/// A chain's events name who began it.
#[test]
fn sec_108_a_chain_is_told_with_its_beginner() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        for name in ["one", "two"] {
            company.does(create_role(name, super::chains::all_of_trust(&company)));
            may_assume(&company, name);
        }
        let first = Begun::assumed(&company, node.change(&boss, assume("one")).unwrap());
        node.change(&first.caller, assume("two")).unwrap();
        let second = of_action(&company, "sts:AssumeRole").pop().unwrap();
        assert_eq!(second["principal"]["type"], "role");
        assert_eq!(second["principal"]["session"]["begun_by"], user_of(&boss).number());
        assert_eq!(second["principal"]["session"]["access_key"], first.credentials.key.as_str());
    });
}

/// SEC-178: marks are rows like others; who sets them, and whose, is told.
#[test]
fn sec_178_revocations_are_told_and_replayed() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.administrator("alice");
        company.does(create_role("reader", trusting_home(&company)));
        for _ in 0..2 {
            company.does(revoke(owner("alice")));
            company.does(revoke(Owner::Root));
            company.does(revoke_role("reader"));
            node.clock.advance_micros(1_000_000);
        }
        let events = of_action(&company, "iam:RevokeUserSessions");
        let resources: Vec<&Json> = events.iter().map(|event| &event["resources"]).collect();
        assert_eq!(resources, [&json!(["user/alice"]), &json!(["root"]), &json!(["user/alice"]), &json!(["root"])]);
        let [first, second] = &of_action(&company, "iam:RevokeRoleSessions")[..] else { panic!("two") };
        assert_eq!(first["resources"], json!(["role/reader"]));
        assert_eq!((first["changes"].as_array().unwrap().len(), second["changes"].as_array().unwrap().len()), (1, 1));
        assert_replays(&company);
        company.does(crate::tests::support::deeds::delete_user("alice"));
        company.does(crate::tests::support::deeds::delete_role("reader"));
        assert_replays(&company);
    });
}

fn trusting_home(company: &Company<'_>) -> crate::roles::TrustDocument {
    crate::tests::support::deeds::trusting(&company.account().to_string())
}
