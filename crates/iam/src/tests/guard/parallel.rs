//! Two administrators who remove each other at one moment: one stays (SEC-103).

use std::time::Duration;

use decide::power;

use crate::{
    access_keys::Owner,
    caller::Caller,
    error::Result,
    tests::support::{
        ADMINISTRATOR, Company, Node, Store,
        deeds::{
            attach, bound, create_group, create_policy, delete_key, delete_user, deny, detach, document, group,
            harmless, join, leave, owner, switch_key, switch_user, user,
        },
        eventually, on_each, wait,
    },
};

type Pending = std::pin::Pin<Box<dyn Future<Output = Result<()>>>>;

/// A way in which `caller` removes the administrator of that name, begun and not waited for.
type Way = fn(&Node, &Caller, &Company<'_>, &str) -> Pending;

fn begin(node: &Node, caller: &Caller, operation: impl crate::door::Operation) -> Pending {
    let answer = node.iam.change(caller.clone(), operation);
    Box::pin(async { answer.await.map(drop) })
}

const WAYS: [(&str, Way); 8] = [
    ("deleting", |node, caller, _, name| begin(node, caller, delete_user(name))),
    ("switching off", |node, caller, _, name| begin(node, caller, switch_user(name, false))),
    ("detaching", |node, caller, _, name| begin(node, caller, detach(user(name), ADMINISTRATOR))),
    ("denying", |node, caller, _, name| begin(node, caller, attach(user(name), "brake"))),
    ("bounding", |node, caller, _, name| begin(node, caller, bound(user(name), "bounds"))),
    ("a group that is denied something", |node, caller, _, name| begin(node, caller, join(name, "brakes"))),
    ("switching its key off", |node, caller, company, name| {
        begin(node, caller, switch_key(owner(name), &company.keys(company.id(name))[0], false))
    }),
    ("deleting its key", |node, caller, company, name| {
        begin(node, caller, delete_key(owner(name), &company.keys(company.id(name))[0]))
    }),
];

/// Two administrators, and a root without a key.
fn two(node: &Node) -> (Company<'_>, [Caller; 2]) {
    let company = Company::new(node);
    company.does(create_policy("brake", document([deny(&["iam:*"], &["*"])])));
    company.does(create_policy("bounds", harmless()));
    company.does(create_group("brakes"));
    company.does(attach(group("brakes"), "brake"));
    let both = ["one", "two"].map(|name| company.administrator(name));
    company.does(delete_key(Owner::Root, &company.keys(company.root_id())[0]));
    (company, both)
}

/// How many can administer an account, as a node has it.
fn administrators(node: &Node, company: &Company<'_>) -> usize {
    let snapshot = node.iam.snapshot().unwrap();
    let keys = snapshot.access_keys.iter().filter(|(_, key)| key.enabled && key.account == company.account());
    let owners: std::collections::BTreeSet<_> = keys.map(|(_, key)| key.owner).collect();
    owners.into_iter().filter(|owner| power::is_unlimited(&snapshot, *owner)).count()
}

/// Begins both at once, each on its own node, and looks at who is left.
fn race(nodes: [&Node; 2], way: Way, about: [&str; 2], name: &str) {
    let (company, [one, two]) = two(nodes[0]);
    let revision = nodes[0].iam.snapshot().unwrap().revision(company.account());
    eventually(Duration::from_secs(2), || {
        wait(nodes[1].iam.catch_up());
        nodes[1].iam.snapshot().unwrap().revision(company.account()) >= revision
    });
    let begun = [way(nodes[0], &one, &company, about[0]), way(nodes[1], &two, &company, about[1])];
    let answers = begun.map(wait);
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(done, 1, "{name}: one of the two: {answers:?}");
    for node in nodes {
        eventually(Duration::from_secs(2), || {
            wait(node.iam.catch_up());
            node.iam.snapshot().unwrap().revision(company.account()) > revision
        });
        assert_eq!(administrators(node, &company), 1, "{name}: {answers:?}");
    }
}

#[test]
fn sec_103_two_who_remove_each_other_leave_one() {
    on_each(|store| {
        let first = store.node();
        let second = matches!(store, Store::Postgres(_)).then(|| store.node());
        let nodes = [&first, second.as_ref().unwrap_or(&first)];
        for (name, way) in WAYS {
            race(nodes, way, ["two", "one"], name);
        }
    });
}

/// Each removes itself, in the ways in which somebody may.
#[test]
fn sec_103_two_who_resign_leave_one() {
    on_each(|store| {
        let first = store.node();
        let second = matches!(store, Store::Postgres(_)).then(|| store.node());
        let nodes = [&first, second.as_ref().unwrap_or(&first)];
        let never = ["deleting", "switching off"];
        for (name, way) in WAYS.into_iter().filter(|(name, _)| !never.contains(name)) {
            race(nodes, way, ["one", "two"], name);
        }
    });
}

/// Two administrators by one group, of whom each takes the other one out.
#[test]
fn sec_103_a_group_of_administrators_is_not_left_empty() {
    on_each(|store| {
        let first = store.node();
        let second = matches!(store, Store::Postgres(_)).then(|| store.node());
        let nodes = [&first, second.as_ref().unwrap_or(&first)];
        let company = Company::new(&first);
        company.does(create_group("admins"));
        company.does(attach(group("admins"), ADMINISTRATOR));
        let callers = ["one", "two"].map(|name| {
            let caller = company.user(name);
            company.does(join(name, "admins"));
            caller
        });
        company.does(delete_key(Owner::Root, &company.keys(company.root_id())[0]));
        wait(nodes[1].iam.catch_up());
        let begun = [
            begin(nodes[0], &callers[0], leave("two", "admins")),
            begin(nodes[1], &callers[1], leave("one", "admins")),
        ];
        let answers = begun.map(wait);
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        wait(nodes[0].iam.catch_up());
        assert_eq!(administrators(nodes[0], &company), 1);
    });
}
