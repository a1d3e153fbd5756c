//! Permissions boundaries of users and roles.

use std::time::Duration;

use base::ids::PolicyId;
use policy::grammar::Flavour;

use super::{
    roles::{as_user, create_policy, create_role, events, replays},
    support::{Node, Root, eventually, on_each, on_postgres},
};
use crate::{
    attachments::{Holder, OfRole, OfUser},
    boundaries::{Bounded, Delete, Put},
    dependents::Dependents,
    error::{Error, Noun, Result},
    inline_policies,
    policies::{self, PolicyDocument, PolicyRef},
    values::EntityName,
};

fn put(node: &Node, root: &Root, holder: impl Bounded, policy: &str) -> Result<()> {
    node.change(&root.caller, Put { holder, policy: PolicyRef::custom(policy) })
}

fn bounded(node: &Node, holder: Holder) -> Option<PolicyId> {
    let snapshot = node.iam.snapshot().unwrap();
    match holder {
        Holder::User(id) => snapshot.principals.get(&id)?.grants.boundary,
        Holder::Group(id) => snapshot.groups.get(&id)?.grants.boundary,
        Holder::Role(id) => snapshot.roles.get(&id)?.grants.boundary,
    }
}

fn life_cycle(node: &Node, root: &Root, kind: impl Bounded, holder: Holder, [one, two]: [PolicyId; 2]) {
    assert_eq!(bounded(node, holder), None);
    let absent = node.change(&root.caller, Delete { holder: kind.clone() }).unwrap_err();
    assert!(matches!(absent, Error::NotFound { noun: Noun::PermissionsBoundary, .. }), "{absent:?}");
    put(node, root, kind.clone(), "one").unwrap();
    assert_eq!(bounded(node, holder), Some(one));
    put(node, root, kind.clone(), "one").unwrap();
    put(node, root, kind.clone(), "TWO").unwrap();
    assert_eq!(bounded(node, holder), Some(two), "one takes the other's place");
    let absent = put(node, root, kind.clone(), "three").unwrap_err();
    assert!(matches!(absent, Error::NotFound { noun: Noun::Policy, .. }), "{absent:?}");
    node.change(&root.caller, Delete { holder: kind.clone() }).unwrap();
    assert_eq!(bounded(node, holder), None);
    put(node, root, kind, "one").unwrap();
}

#[test]
fn users_and_roles_have_boundaries() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let user = Holder::User(node.create_user(&root, "same").unwrap().id);
        let role = Holder::Role(create_role(&node, &root, "same").id);
        let policies = ["one", "two"].map(|name| create_policy(&node, &root, name).id);
        life_cycle(&node, &root, OfUser("same".to_owned()), user, policies);
        life_cycle(&node, &root, OfRole("same".to_owned()), role, policies);
        let event = &events(&node, &root, "iam:PutRolePermissionsBoundary")[0];
        assert_eq!(event["resources"], serde_json::json!(["role/same", "policy/one"]));
        replays(&node, &root);
        drop(node);
        let node = store.node();
        assert_eq!([user, role].map(|holder| bounded(&node, holder)), [Some(policies[0]); 2]);
    });
}

/// A system policy can be a boundary too.
#[test]
fn a_system_policy_bounds() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let user = Holder::User(node.create_user(&root, "alice").unwrap().id);
        let system = node.iam.snapshot().unwrap().system.policies.values().next().unwrap().clone();
        let alice = || OfUser("alice".to_owned());
        let policy = PolicyRef::system(system.name.clone());
        node.change(&root.caller, Put { holder: alice(), policy }).unwrap();
        assert_eq!(bounded(&node, user), Some(system.id));
        node.change(&root.caller, Delete { holder: alice() }).unwrap();
        assert_eq!(bounded(&node, user), None);
    });
}

/// A policy that bounds somebody stays: without it nobody could tell what the bounds were.
#[test]
fn a_policy_that_bounds_somebody_is_not_deleted() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        for root in [&root, &other] {
            create_policy(&node, root, "limit");
            node.create_user(root, "alice").unwrap();
        }
        put(&node, &root, OfUser("alice".to_owned()), "limit").unwrap();
        let delete = |root: &Root| {
            let (attachments, versions) = (Dependents::Remove, Dependents::Remove);
            let delete = policies::Delete { policy: PolicyRef::custom("limit"), attachments, versions };
            node.change(&root.caller, delete)
        };
        let kept = delete(&root).unwrap_err();
        assert!(matches!(kept, Error::InUse { noun: Noun::Policy, .. }), "{kept:?}");
        delete(&other).unwrap();
        node.delete_user(&root, "alice").unwrap();
        delete(&root).unwrap();
        replays(&node, &root);
        drop(node);
        let count = crate::db::Sql::new("SELECT count(*) FROM boundary");
        assert_eq!(store.transact(|tx| tx.rows(&count, &[])?[0].int(0)).unwrap(), 0);
    });
}

/// Whom a caller may bound, and by what, are two questions; and conditions can ask which policy it is.
#[test]
fn sec_083_a_boundary_takes_the_holder_and_the_policy() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        for policy in ["one", "two"] {
            create_policy(&node, &root, policy);
        }
        for user in ["bob", "carol"] {
            node.create_user(&root, user).unwrap();
        }
        let alice = as_user(&node, &root, "alice");
        let account = root.account;
        let allow = |resources: &str, condition: &str| {
            let text = format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": ["iam:PutUserPermissionsBoundary",
                "iam:DeleteUserPermissionsBoundary", "iam:PutUserPolicy"], "Resource": [{resources}]{condition}}}}}"#
            );
            let document = PolicyDocument::parse(text, Flavour::Native).unwrap();
            let (holder, name) = (OfUser("alice".to_owned()), EntityName::parse("own").unwrap());
            node.change(&root.caller, inline_policies::Put { holder, name, document }).unwrap();
        };
        let puts = |user: &str, policy: &str| {
            let put = Put { holder: OfUser(user.to_owned()), policy: PolicyRef::custom(policy) };
            node.change(&alice, put).map_err(|error| match error {
                Error::Denied { resource, .. } => resource,
                other => panic!("{other:?}"),
            })
        };
        let named = |what: &str| format!("\"crn:iam::{account}:{what}\"");
        assert_eq!(puts("bob", "one"), Err("user/bob".to_owned()));
        allow(&named("user/bob"), "");
        assert_eq!(puts("bob", "one"), Err("policy/one".to_owned()));
        allow(&format!("{}, {}", named("user/bob"), named("policy/one")), "");
        assert_eq!(puts("bob", "one"), Ok(()));
        assert_eq!(puts("bob", "two"), Err("policy/two".to_owned()));
        assert_eq!(puts("carol", "one"), Err("user/carol".to_owned()));

        let only = |policy: &str| {
            format!(
                r#", "Condition": {{"ArnEquals": {{"iam:PermissionsBoundary": {}}}}}"#,
                named(&format!("policy/{policy}"))
            )
        };
        allow("\"*\"", &only("two"));
        let takes = || node.change(&alice, Delete { holder: OfUser("bob".to_owned()) });
        assert!(matches!(takes(), Err(Error::Denied { .. })), "it is bounded by one");
        assert_eq!(puts("carol", "one"), Err("user/carol".to_owned()));
        assert_eq!(puts("bob", "two"), Ok(()));
        assert!(matches!(takes(), Ok(())));
    });
}

/// A document of one's own may be written where the holder is bounded as the condition says.
#[test]
fn conditions_see_what_bounds_the_holder_of_a_document() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        create_policy(&node, &root, "limit");
        let alice = as_user(&node, &root, "alice");
        for user in ["bob", "carol"] {
            node.create_user(&root, user).unwrap();
        }
        put(&node, &root, OfUser("bob".to_owned()), "limit").unwrap();
        let writes = |caller, user: &str, text: String| {
            let document = PolicyDocument::parse(text, Flavour::Native).unwrap();
            let (holder, name) = (OfUser(user.to_owned()), EntityName::parse("own").unwrap());
            node.change(caller, inline_policies::Put { holder, name, document })
        };
        let own = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:PutUserPolicy", "Resource": "*",
            "Condition": {{"ArnEquals": {{"iam:PermissionsBoundary": "crn:iam::{}:policy/limit"}}}}}}}}"#,
            root.account
        );
        writes(&root.caller, "alice", own).unwrap();
        let reading = || super::roles::READING.to_owned();
        writes(&alice, "bob", reading().replace("arn:aws:", "crn:")).unwrap();
        let refused = writes(&alice, "carol", reading()).unwrap_err();
        assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
    });
}

#[test]
fn another_node_follows() {
    on_postgres(|store| {
        let (node, other) = (store.node(), store.node());
        let root = node.account();
        let limit = create_policy(&node, &root, "limit").id;
        let user = Holder::User(node.create_user(&root, "alice").unwrap().id);
        put(&node, &root, OfUser("alice".to_owned()), "limit").unwrap();
        eventually(Duration::from_secs(2), || bounded(&other, user) == Some(limit));
        node.change(&root.caller, Delete { holder: OfUser("alice".to_owned()) }).unwrap();
        eventually(Duration::from_secs(2), || bounded(&other, user).is_none());
    });
}
