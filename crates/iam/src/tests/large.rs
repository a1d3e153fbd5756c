//! Changes that touch very many things at once.

use std::time::Duration;

use super::support::{Node, Root, Store, eventually, on_each, timed, wait};
use crate::{
    attachments::{Attach, OfUser},
    dependents::Dependents,
    groups,
    policies::{self, PolicyRef},
    values::{EntityName, EntityPath, Remarks},
};

/// How many members the group has.
const MEMBERS: usize = 1_500;
/// What deleting it may take; it takes a fraction of that.
const QUICK: Duration = Duration::from_secs(5);
/// What other nodes may take to see it (SEC-240).
const ELSEWHERE: Duration = Duration::from_secs(2);

/// SEC-239: a change of very many principals is shown in time, so that the node never stops trusting its snapshot,
/// and wherever it is shown it is shown whole.
#[test]
fn sec_239_a_large_group_is_deleted_without_stopping_the_node() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        fill_group(&node, &root);
        let other = matches!(store, Store::Postgres(_)).then(|| store.node());
        let nodes = [Some(&node), other.as_ref()];
        for node in nodes.iter().flatten() {
            assert_eq!(memberships(node, &root), MEMBERS);
        }

        std::thread::scope(|scope| {
            for node in nodes.into_iter().flatten() {
                scope.spawn(|| {
                    let seen = eventually(QUICK + ELSEWHERE, || match memberships(node, &root) {
                        0 => true,
                        seen => {
                            assert_eq!(seen, MEMBERS, "half of the change is shown");
                            false
                        }
                    });
                    println!("seen after {seen:?}");
                });
            }
            let delete = groups::Delete { name: "everybody".to_owned(), dependents: Dependents::Remove };
            let (answer, took) = timed(|| node.change(&root.caller, delete));
            println!("deleting a group of {MEMBERS} took {took:?}");
            answer.unwrap();
            assert!(took < QUICK, "{took:?}");
            assert_eq!(memberships(&node, &root), 0, "who answers shows it");
        });
        for node in nodes.into_iter().flatten() {
            assert_eq!(node.iam.snapshot().unwrap().principals.len(), MEMBERS + 1, "they stay, and the root user");
        }
    });
}

/// The same of a policy that very many hold.
#[test]
fn sec_239_a_policy_of_many_is_deleted_without_stopping_the_node() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let names = create_users(&node, &root);
        node.create_policy(&root, "everything").unwrap();
        let policy = || PolicyRef::custom("everything");
        let attach = |name| Attach { holder: OfUser(name), policy: policy() };
        let asked: Vec<_> = names.into_iter().map(|name| node.iam.change(root.caller.clone(), attach(name))).collect();
        for asked in asked {
            wait(asked).unwrap();
        }
        assert_eq!(attachments(&node), MEMBERS);
        let remove = Dependents::Remove;
        let delete = policies::Delete { policy: policy(), attachments: remove, versions: remove };
        let (answer, took) = timed(|| node.change(&root.caller, delete));
        println!("deleting a policy of {MEMBERS} took {took:?}");
        answer.unwrap();
        assert!(took < QUICK, "{took:?}");
        assert_eq!(attachments(&node), 0, "who answers shows it");
    });
}

/// How many policies the node's snapshot shows as attached to users.
fn attachments(node: &Node) -> usize {
    let snapshot = node.iam.snapshot().unwrap();
    snapshot.principals.iter().map(|(_, principal)| principal.grants.attached.len()).sum()
}

/// Makes [`MEMBERS`] users; gives their names.
fn create_users(node: &Node, root: &Root) -> Vec<String> {
    let names: Vec<String> = (0..MEMBERS).map(|number| format!("user-{number}")).collect();
    let made: Vec<_> = names.iter().map(|name| node.creating_user(root, name)).collect();
    for asked in made {
        wait(asked).unwrap();
    }
    names
}

/// Makes a group `everybody` of [`MEMBERS`] users.
fn fill_group(node: &Node, root: &Root) {
    let (name, path) = (EntityName::parse("everybody").unwrap(), EntityPath::default());
    let remarks = Remarks::default();
    node.change(&root.caller, groups::Create { name, path, remarks }).unwrap();
    let names = create_users(node, root);
    let add = |user: String| groups::AddUser { group: "everybody".to_owned(), user };
    let added: Vec<_> = names.into_iter().map(|name| node.iam.change(root.caller.clone(), add(name))).collect();
    for asked in added {
        wait(asked).unwrap();
    }
}

/// How many memberships the node's snapshot shows in the account.
fn memberships(node: &Node, root: &Root) -> usize {
    let snapshot = node.iam.snapshot().unwrap();
    let principals = snapshot.principals.iter().filter(|(_, principal)| principal.account == root.account);
    principals.map(|(_, principal)| principal.groups.len()).sum()
}
