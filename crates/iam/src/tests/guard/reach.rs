//! Whom a change reaches (SEC-096).

use super::exceeds;
use crate::{
    policies::PolicyDocument,
    tests::support::{
        Company,
        deeds::{
            add_version, allow, attach, bound, create_group, create_policy, create_role, create_user, deny, document,
            erase, everything, group, harmless, join, move_group, put, rewrite, role, set_default, trusting, user,
        },
        on_each,
    },
};

const VERSIONS: &[&str] = &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:UpdatePolicy"];

/// A policy that is somebody's, by every way to hold one: it is as if its holder were edited.
#[test]
fn sec_096_editing_a_policy_is_editing_everybody_whom_it_reaches() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let editor = company.user_who_may("editor", VERSIONS, &["policy/*"]);
        company.administrator("boss");
        company.does(create_user("bob"));
        company.does(create_group("crew"));
        company.does(create_role("deploy", trusting(&company.account().to_string())));
        let held = |name: &str| company.does(create_policy(name, harmless()));
        for name in
            ["of-nobody", "of-bob", "of-boss", "of-crew", "of-boss-group", "of-role", "of-strong-role", "bounds"]
        {
            held(name);
        }
        company.does(attach(user("bob"), "of-bob"));
        company.does(attach(user("boss"), "of-boss"));
        company.does(join("bob", "crew"));
        company.does(attach(group("crew"), "of-crew"));
        company.does(create_group("bosses"));
        company.does(attach(group("bosses"), "of-boss-group"));
        company.does(attach(role("deploy"), "of-role"));
        company.does(create_role("strong", trusting(&company.account().to_string())));
        company.does(put(role("strong"), "own", everything()));
        company.does(attach(role("strong"), "of-strong-role"));
        let edit = |name: &str, document: PolicyDocument| node.change(&editor, add_version(name, document, true));
        let other = || document([allow(&["bos:PutObject"], &["*"])]);
        for name in ["of-nobody", "of-bob", "of-crew", "of-boss-group", "of-role", "bounds"] {
            edit(name, other()).unwrap();
        }
        assert!(edit("of-nobody", everything()).is_ok(), "nobody holds it");
        for name in ["of-boss", "of-strong-role"] {
            assert!(exceeds(&edit(name, other())), "{name}");
        }
        for name in ["of-bob", "of-crew", "of-role"] {
            assert!(exceeds(&edit(name, everything())), "{name}");
        }
        // As soon as somebody strong is reached it counts, though nothing of the policy has changed since.
        company.does(join("boss", "bosses"));
        company.does(bound(user("boss"), "bounds"));
        for name in ["of-boss-group", "bounds"] {
            assert!(exceeds(&edit(name, harmless())), "{name}");
            assert!(exceeds(&node.change(&editor, set_default(name, 1))), "{name}");
            assert!(exceeds(&node.change(&editor, rewrite(name, document([deny(&["bos:*"], &["*"])])))), "{name}");
        }
    });
}

/// One strong member among many is enough.
#[test]
fn sec_096_a_group_is_all_its_members() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let editor = company.user_who_may("editor", &["iam:PutGroupPolicy", "iam:AttachGroupPolicy"], &["*"]);
        company.does(create_group("many"));
        company.does(create_policy("reading", harmless()));
        for number in 0..20 {
            let name = format!("user-{number}");
            company.does(create_user(&name));
            company.does(join(&name, "many"));
        }
        node.change(&editor, put(group("many"), "own", harmless())).unwrap();
        company.does(put(user("user-13"), "strong", document([allow(&["iam:GetUser"], &["user/x"])])));
        let refused = [
            node.change(&editor, put(group("many"), "own", document([allow(&["bos:*"], &["*"])]))).map(drop),
            node.change(&editor, attach(group("many"), "reading")),
        ];
        assert!(refused.iter().all(exceeds), "{refused:?}");
        let told = refused.into_iter().next().unwrap().unwrap_err().to_string();
        assert!(told.contains("user/user-13") && told.contains("`strong`"), "{told}");
    });
}

/// The editor itself is among those who are reached: by its own policy, its group's, and its boundary.
#[test]
fn sec_096_the_editor_is_reached_too() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let editor = company.user_who_may("editor", VERSIONS, &["policy/*"]);
        company.does(create_group("crew"));
        company.does(join("editor", "crew"));
        for name in ["own", "of-crew"] {
            company.does(create_policy(name, harmless()));
        }
        company.does(attach(user("editor"), "own"));
        company.does(attach(group("crew"), "of-crew"));
        for name in ["own", "of-crew"] {
            for more in [everything(), document([allow(VERSIONS, &["*"])])] {
                let answer = node.change(&editor, add_version(name, more, true));
                assert!(exceeds(&answer), "{name}: {answer:?}");
            }
            node.change(&editor, add_version(name, document([allow(VERSIONS, &["policy/x*"])]), true)).unwrap();
        }
        company
            .does(create_policy("bounds", document([allow(&["iam:CreatePolicyVersion", "iam:Set*"], &["policy/*"])])));
        company.does(bound(user("editor"), "bounds"));
        let wider = node.change(&editor, add_version("bounds", everything(), true));
        assert!(exceeds(&wider), "{wider:?}");
    });
}

/// Setting a version as the default is attaching what it says, by the power that one has at that moment.
#[test]
fn sec_096_sec_101_a_version_is_looked_at_when_it_is_put_in_force() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let editor = company.user_who_may("editor", VERSIONS, &["policy/*"]);
        company.does(create_user("bob"));
        company.does(create_policy("held", harmless()));
        company.does(attach(user("bob"), "held"));
        let some = || document([allow(&["iam:GetUser"], &["user/x"])]);
        assert_eq!(node.change(&editor, add_version("held", some(), false)).unwrap().number, 2, "it is not in force");
        let refused = node.change(&editor, set_default("held", 2));
        assert!(exceeds(&refused), "{refused:?}");
        company.does(put(user("editor"), "more", some()));
        node.change(&editor, set_default("held", 2)).unwrap();
        company.does(erase(user("editor"), "more"));
        let refused = node.change(&editor, set_default("held", 1));
        assert!(exceeds(&refused), "bob is the stronger one now: {refused:?}");
    });
}

/// Moving a group is touching its members (SEC-095).
#[test]
fn sec_095_moving_a_group_is_touching_its_members() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let mover = company.user_who_may("mover", &["iam:UpdateGroup"], &["*"]);
        company.does(create_group("crew"));
        company.does(create_user("bob"));
        company.does(join("bob", "crew"));
        node.change(&mover, move_group("crew", "/a/")).unwrap();
        company.administrator("boss");
        company.does(join("boss", "crew"));
        let refused = node.change(&mover, move_group("crew", "/b/"));
        assert!(exceeds(&refused), "{refused:?}");
    });
}
