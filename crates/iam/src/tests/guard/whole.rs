//! What an update leaves is looked at as a whole (SEC-101), what is the system's is nobody's (SEC-102), and tags are
//! asked about wherever they are (SEC-093).

use policy::grammar::Flavour;
use serde_json::json;

use super::{exceeds, is_not_allowed};
use crate::{
    caller::Caller,
    error::{Error, Noun},
    policies::{self, PolicyDocument},
    roles,
    tests::support::{
        Company,
        deeds::{
            add_version, allow, create_key, create_policy, create_role, create_user, delete_policy, deny, document,
            everything, harmless, move_user, name, owner, policy, put, rewrite, role, set_default, tag_user, tags,
            trusting, update_role, user, when,
        },
        on_each,
    },
    values::EntityName,
};

/// An update looks at all of what it leaves, not only at the part that it changes.
#[test]
fn sec_101_an_update_is_looked_at_as_a_whole() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let editor = company.user_who_may("editor", &["iam:PutUserPolicy", "iam:UpdateUser", "iam:UpdateRole"], &["*"]);
        company.does(create_user("bob"));
        // Another document of another flavour in one's place is read as what it is.
        let listed = json!({ "accessControlList": [{ "eid": "1", "service": "iam", "region": "*", "resource": ["*"],
            "permission": ["FULL_CONTROL"], "effect": "Allow" }] });
        let listed = PolicyDocument::parse(listed.to_string(), Flavour::Acl).unwrap();
        node.change(&editor, put(user("bob"), "own", harmless())).unwrap();
        let refused = node.change(&editor, put(user("bob"), "own", listed.clone()));
        assert!(exceeds(&refused), "{refused:?}");
        // What stands beside the changed part counts: here a document that was there before.
        company.does(put(user("bob"), "strong", listed));
        let refused = node.change(&editor, put(user("bob"), "own", document([allow(&["bos:*"], &["*"])])));
        assert!(exceeds(&refused), "{refused:?}");
        let refused = node.change(&editor, move_user("bob", "/moved/"));
        assert!(exceeds(&refused), "{refused:?}");
        // So do the parts of one update: a name that may be had does not carry a trust document along.
        company.does(create_role("deploy", trusting(&company.account().to_string())));
        let to = roles::Changes {
            name: Some(name("release")),
            trust: Some(trusting(&format!("arn:aws:iam::{}:user/editor", company.account()))),
            ..roles::Changes::default()
        };
        let refused = node.change(&editor, update_role("deploy", to));
        assert!(is_not_allowed(&refused), "{refused:?}");
    });
}

/// What is the system's nobody changes, and nobody takes its names, in whatever letters.
#[test]
fn sec_102_nobody_changes_or_becomes_the_system() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let admin = company.administrator("admin");
        company.does(create_policy("mine", harmless()));
        let callers: [&Caller; 2] = [&company.root.caller, &admin];
        for caller in callers {
            let immutable = [
                node.change(caller, add_version("AdministratorAccess", everything(), true)).map(drop),
                node.change(caller, rewrite("readonlyaccess", everything())).map(drop),
                node.change(caller, set_default("IAMFullAccess", 1)),
                node.change(caller, delete_policy("BOSReadOnlyAccess")),
            ];
            for answer in immutable {
                assert!(matches!(answer, Err(Error::Immutable { noun: Noun::Policy, .. })), "{answer:?}");
            }
            for taken in ["AdministratorAccess", "ADMINISTRATORACCESS", "administratoraccess", "STSFullAccess"] {
                let answer = node.change(caller, create_policy(taken, harmless()));
                assert!(matches!(answer, Err(Error::Exists { noun: Noun::Policy, .. })), "{taken}: {answer:?}");
                let to = policies::Changes { name: Some(name(taken)), ..policies::Changes::default() };
                let answer = node.change(caller, policies::Update { policy: policy("mine"), to });
                assert!(matches!(answer, Err(Error::Exists { noun: Noun::Policy, .. })), "{taken}: {answer:?}");
            }
        }
    });
    // Letters that only look like others are in no name.
    assert!(EntityName::parse("\u{ff21}dministratorAccess").is_err());
}

/// A condition on a tag is asked of whatever bears it: users, roles and policies alike.
#[test]
fn sec_093_a_deny_by_tag_binds_whatever_bears_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let rights = [
            allow(&["iam:*"], &["*"]),
            when(deny(&["iam:*"], &["*"]), "StringEquals", "claviger:ResourceTag/env", "prod"),
        ];
        let hand = company.user_with("hand", document(rights));
        let prod = || tags("env", "prod");
        company.does(policies::Create { tags: prod(), ..create_policy("policy", harmless()) });
        let trust = trusting(&company.account().to_string());
        company.does(roles::Create { tags: prod(), ..create_role("role", trust) });
        company.does(create_user("user"));
        company.does(tag_user("user", prod()));
        let refused = [
            ("policy", node.change(&hand, add_version("policy", harmless(), false)).map(drop)),
            ("role", node.change(&hand, put(role("role"), "own", harmless())).map(drop)),
            ("user", node.change(&hand, create_key(owner("user"))).map(drop)),
        ];
        for (bearer, answer) in refused {
            assert!(is_not_allowed(&answer), "{bearer}: {answer:?}");
        }
    });
}
