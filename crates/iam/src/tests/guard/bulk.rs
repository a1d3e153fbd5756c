//! One operation that does many things goes through the same checks as one that does a single thing (SEC-100): what is
//! refused for one of the things that it reaches is refused for all.

use super::{exceeds, is_not_allowed};
use crate::{
    dependents::Dependents,
    error::Error,
    policies,
    roles::Changes,
    tests::support::{
        ADMINISTRATOR, Company, Node,
        deeds::{
            attach, bound, change, create_group, create_policy, create_role, create_user, delete_group, delete_policy,
            delete_role, delete_user, erase, everything, group, harmless, join, policy, put, rewrite, role, trusting,
            update_role, user,
        },
        on_each,
    },
};

/// What hangs on what, as deciding has it.
fn shown(node: &Node) -> String {
    let snapshot = node.iam.snapshot().unwrap();
    let mut lines: Vec<String> = snapshot.principals.iter().map(|(_, principal)| format!("{principal:?}")).collect();
    lines.extend(snapshot.groups.iter().map(|(_, group)| format!("{group:?}")));
    lines.extend(snapshot.roles.iter().map(|(_, role)| format!("{role:?}")));
    lines.extend(snapshot.policies.iter().map(|(_, policy)| format!("{policy:?}")));
    lines.sort();
    lines.join("\n")
}

/// Three plain users, an administrator, a group and a role, all with one policy.
fn company(node: &Node) -> Company<'_> {
    let company = Company::new(node);
    company.administrator("boss");
    company.does(create_policy("shared", harmless()));
    company.does(create_group("everybody"));
    company.does(create_role("deploy", trusting(&company.account().to_string())));
    for name in ["a", "b", "c"] {
        company.does(create_user(name));
    }
    for name in ["a", "b", "boss", "c"] {
        company.does(attach(user(name), "shared"));
        company.does(join(name, "everybody"));
    }
    company.does(attach(group("everybody"), "shared"));
    company.does(attach(role("deploy"), "shared"));
    company
}

#[test]
fn sec_100_deleting_with_all_that_hangs_on_it_is_refused_for_one_that_may_not_be_touched() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node);
        let actions = ["iam:DeletePolicy", "iam:DeleteGroup", "iam:DeleteUser", "iam:DeleteRole"];
        let deleter = company.user_who_may("deleter", &actions, &["*"]);
        company.does(attach(role("deploy"), ADMINISTRATOR));
        let before = shown(&node);
        let deeds = [
            change(delete_policy("shared")),
            change(delete_group("everybody")),
            change(delete_user("boss")),
            change(delete_role("deploy")),
        ];
        for (place, deed) in deeds.into_iter().enumerate() {
            let answer = deed(&node, &deleter);
            assert!(exceeds(&answer), "deed {place}: {answer:?}");
        }
        assert_eq!(shown(&node), before, "not even the others have changed");
        company.does(delete_role("deploy"));
        company.does(delete_user("boss"));
        for deed in [change(delete_policy("shared")), change(delete_group("everybody")), change(delete_user("a"))] {
            deed(&node, &deleter).unwrap();
        }
    });
}

/// What needs several permissions when it is done by one after the other needs them when it is done at once.
#[test]
fn sec_100_an_update_of_many_parts_needs_what_each_part_needs() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node);
        let before = shown(&node);
        let updater = company.user_who_may("updater", &["iam:UpdatePolicy", "iam:UpdateRole"], &["*"]);
        let trust = || Changes {
            trust: Some(trusting(&format!("arn:aws:iam::{}:root", company.account()))),
            ..Changes::default()
        };
        let rewritten = node.change(&updater, rewrite("shared", everything()));
        let trusted = node.change(&updater, update_role("deploy", trust()));
        assert!(is_not_allowed(&rewritten) && is_not_allowed(&trusted), "{rewritten:?} {trusted:?}");
        // With the permissions, the guard still looks at whom it reaches.
        let actions = ["iam:UpdatePolicy", "iam:*PolicyVersion", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy"];
        let all = company.user_who_may("all", &actions, &["*"]);
        company.does(put(role("deploy"), "own", everything()));
        let rewritten = node.change(&all, rewrite("shared", everything()));
        let trusted = node.change(&all, update_role("deploy", trust()));
        assert!(exceeds(&rewritten) && exceeds(&trusted), "{rewritten:?} {trusted:?}");
        company.does(erase(role("deploy"), "own"));
        company.does(delete_user("all"));
        company.does(delete_user("updater"));
        assert_eq!(shown(&node), before);
    });
}

/// Keeping dependents is no way around the guard either: whether they are there is told after it is known who asks.
#[test]
fn sec_100_a_boundary_is_not_deleted_from_under_somebody() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node);
        company.does(bound(user("a"), "shared"));
        let deleter = company.user_who_may("deleter", &["iam:GetPolicy"], &["*"]);
        for dependents in [Dependents::Refuse, Dependents::Remove] {
            let delete =
                || policies::Delete { policy: policy("shared"), attachments: dependents, versions: dependents };
            let answer = node.change(&deleter, delete());
            assert!(is_not_allowed(&answer), "{answer:?}");
            let answer = node.change(&company.root.caller, delete());
            assert!(matches!(answer, Err(Error::InUse { .. })), "{answer:?}");
        }
    });
}
