//! Inline policies, alike for users, groups and roles.

use std::time::Duration;

use decide::snapshot::{Grants, Snapshot};
use policy::grammar::Flavour;

use super::{
    roles::{READING, as_user, create_role, events, replays},
    support::{Node, Root, eventually, on_each, on_postgres, operator},
};
use crate::{
    attachments::{Holder, OfGroup, OfRole, OfUser},
    dependents::Dependents,
    error::{Error, Noun, Quota, Result},
    groups,
    inline_policies::{Delete, Get, InlinePolicy, Kind, List, Put},
    policies::PolicyDocument,
    quotas, roles, users,
    values::{EntityName, EntityPath, Remarks},
};

const WRITING: &str = r#"{"accessControlList": [{"eid": "Write", "service": "bos", "region": "bj",
    "resource": ["photos/*"], "permission": ["WRITE"], "effect": "Allow"}]}"#;

fn put(node: &Node, root: &Root, holder: impl Kind, name: &str, text: &str) -> Result<()> {
    let flavour = if text == WRITING { Flavour::Acl } else { Flavour::Aws };
    let document = PolicyDocument::parse(text.to_owned(), flavour).unwrap();
    node.change(&root.caller, Put { holder, name: EntityName::parse(name).unwrap(), document }).map(|_| ())
}

fn get(node: &Node, root: &Root, holder: impl Kind, name: &str) -> Result<InlinePolicy> {
    node.query(&root.caller, Get { holder, name: name.to_owned() })
}

fn names(node: &Node, root: &Root, holder: impl Kind) -> Vec<String> {
    node.query(&root.caller, List { holder }).unwrap().into_iter().map(|heading| heading.name).collect()
}

fn delete(node: &Node, root: &Root, holder: impl Kind, name: &str) -> Result<()> {
    node.change(&root.caller, Delete { holder, name: name.to_owned() })
}

fn create_group(node: &Node, root: &Root, name: &str) -> groups::Group {
    let (name, path, remarks) = (EntityName::parse(name).unwrap(), EntityPath::default(), Remarks::default());
    node.change(&root.caller, groups::Create { name, path, remarks }).unwrap()
}

fn grants(snapshot: &Snapshot, holder: Holder) -> Grants {
    match holder {
        Holder::User(id) => snapshot.principals.get(&id).unwrap().grants.clone(),
        Holder::Group(id) => snapshot.groups.get(&id).unwrap().grants.clone(),
        Holder::Role(id) => snapshot.roles.get(&id).unwrap().grants.clone(),
    }
}

/// What deciding has of a holder's inline policies: their names and the ids of their first statements.
fn in_force(node: &Node, holder: Holder) -> Vec<(String, String)> {
    let snapshot = node.iam.snapshot().unwrap();
    let inline = grants(&snapshot, holder).inline;
    inline.iter().map(|own| (own.name.clone(), own.document.statements[0].clone().unwrap())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect()
}

/// Everything that can be done, with one kind of holder.
fn life_cycle(node: &Node, root: &Root, kind: &impl Kind, holder: Holder) {
    assert_eq!(names(node, root, kind.clone()), [""; 0]);
    put(node, root, kind.clone(), "b-Read", READING).unwrap();
    put(node, root, kind.clone(), "a-write", WRITING).unwrap();
    assert_eq!(names(node, root, kind.clone()), ["a-write", "b-Read"]);
    assert_eq!(in_force(node, holder), pairs(&[("a-write", "Write"), ("b-Read", "Read")]));
    let shown = get(node, root, kind.clone(), "B-READ").unwrap();
    assert_eq!((shown.name.as_str(), shown.flavour, shown.document.as_str()), ("b-Read", Flavour::Aws, READING));

    node.clock.advance_micros(5_000_000);
    put(node, root, kind.clone(), "b-Read", READING).unwrap();
    assert_eq!(get(node, root, kind.clone(), "b-read").unwrap(), shown, "nothing has changed");
    put(node, root, kind.clone(), "B-read", WRITING).unwrap();
    let replaced = get(node, root, kind.clone(), "b-read").unwrap();
    assert_eq!(
        (replaced.name.as_str(), replaced.flavour, replaced.document.as_str()),
        ("B-read", Flavour::Acl, WRITING)
    );
    assert!(replaced.created == shown.created && replaced.updated > shown.updated);
    assert_eq!(in_force(node, holder), pairs(&[("a-write", "Write"), ("B-read", "Write")]));

    delete(node, root, kind.clone(), "B-Read").unwrap();
    for gone in [delete(node, root, kind.clone(), "b-read"), get(node, root, kind.clone(), "b-read").map(|_| ())] {
        let gone = gone.unwrap_err();
        assert!(matches!(gone, Error::NotFound { noun: Noun::InlinePolicy, .. }), "{gone:?}");
    }
    assert_eq!(in_force(node, holder), pairs(&[("a-write", "Write")]));
}

#[test]
fn users_groups_and_roles_have_documents_of_their_own() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let user = Holder::User(node.create_user(&root, "same").unwrap().id);
        let group = Holder::Group(create_group(&node, &root, "same").id);
        let role = Holder::Role(create_role(&node, &root, "same").id);
        let name = || "same".to_owned();
        life_cycle(&node, &root, &OfUser(name()), user);
        life_cycle(&node, &root, &OfGroup(name()), group);
        life_cycle(&node, &root, &OfRole(name()), role);
        replays(&node, &root);
        let before = [user, group, role].map(|holder| in_force(&node, holder));
        drop(node);
        let node = store.node();
        assert_eq!([user, group, role].map(|holder| in_force(&node, holder)), before);

        node.delete_user(&root, "same").unwrap();
        let remove = Dependents::Remove;
        node.change(&root.caller, groups::Delete { name: name(), dependents: remove }).unwrap();
        node.change(&root.caller, roles::Delete { name: name(), dependents: remove }).unwrap();
        replays(&node, &root);
        drop(node);
        let count = crate::db::Sql::new("SELECT count(*) FROM inline_policy");
        assert_eq!(store.transact(|tx| tx.rows(&count, &[])?[0].int(0)).unwrap(), 0);
    });
}

#[test]
fn a_holder_that_is_not_there_has_no_documents() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        create_role(&node, &other, "deploy");
        put(&node, &other, OfRole("deploy".to_owned()), "own", READING).unwrap();
        let absent = put(&node, &root, OfRole("deploy".to_owned()), "own", READING).unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::Role, .. }), "{absent:?}");
        let absent = get(&node, &root, OfUser("deploy".to_owned()), "own").unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::User, .. }), "{absent:?}");
        let absent = delete(&node, &root, OfGroup("deploy".to_owned()), "own").unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::Group, .. }), "{absent:?}");
        create_role(&node, &root, "deploy");
        assert_eq!(names(&node, &root, OfRole("deploy".to_owned())), [""; 0]);
    });
}

#[test]
fn the_quota_of_inline_policies_is_each_holders() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        for user in ["alice", "bob"] {
            node.create_user(&root, user).unwrap();
        }
        let quota = Quota::InlinePoliciesPerHolder;
        node.change(&operator(), quotas::Set { account: root.account, quota, limit: 2 }).unwrap();
        let alice = || OfUser("alice".to_owned());
        for name in ["one", "two"] {
            put(&node, &root, alice(), name, READING).unwrap();
        }
        let refused = put(&node, &root, alice(), "three", READING).unwrap_err();
        assert!(matches!(refused, Error::LimitExceeded { quota: q, limit: 2 } if q == quota), "{refused:?}");
        assert_eq!(names(&node, &root, alice()), ["one", "two"], "what was refused left nothing behind");
        put(&node, &root, alice(), "two", WRITING).unwrap();
        put(&node, &root, OfUser("bob".to_owned()), "one", READING).unwrap();
        delete(&node, &root, alice(), "one").unwrap();
        put(&node, &root, alice(), "three", READING).unwrap();
        replays(&node, &root);
    });
}

/// The trail tells whose documents changed, and their digests alone.
#[test]
fn the_trail_has_whose_documents_changed_and_not_what_they_say() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        let alice = || OfUser("alice".to_owned());
        put(&node, &root, alice(), "own", READING).unwrap();
        put(&node, &root, alice(), "own", WRITING).unwrap();
        delete(&node, &root, alice(), "own").unwrap();
        let deeds = [("iam:PutUserPolicy", 2), ("iam:DeleteUserPolicy", 1)];
        for (action, times) in deeds {
            let events = events(&node, &root, action);
            assert_eq!(events.len(), times, "{action}");
            for event in events {
                assert_eq!(event["resources"], serde_json::json!(["user/alice"]));
                assert_eq!(event["changes"][0]["table"], "inline_policy");
                assert!(!event.to_string().contains("photos"), "{event}");
            }
        }
        let mallory = as_user(&node, &root, "mallory");
        let document = PolicyDocument::parse(READING.to_owned(), Flavour::Aws).unwrap();
        let name = EntityName::parse("own").unwrap();
        let refused = node.change(&mallory, Put { holder: alice(), name, document }).unwrap_err();
        assert!(matches!(refused, Error::Denied { action: "iam:PutUserPolicy", .. }), "{refused:?}");
    });
}

/// What stays as it is is not more power: a user notes something about itself, whatever its own documents say.
#[test]
fn what_a_user_has_counts_as_changed_only_where_it_was() {
    const ALL_BUT_ONE: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"iam:*","Resource":"*"},
        {"Effect":"Deny","Action":"iam:GetUser","Resource":"*"}]}"#;
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let caller = as_user(&node, &root, "alice");
        put(&node, &root, OfUser("alice".to_owned()), "own", ALL_BUT_ONE).unwrap();
        let to = users::Changes { remarks: Some(Remarks::parse("on leave").unwrap()), ..Default::default() };
        node.change(&caller, users::Update { name: "alice".to_owned(), to }).unwrap();
    });
}

#[test]
fn another_node_follows() {
    on_postgres(|store| {
        let (node, other) = (store.node(), store.node());
        let root = node.account();
        let user = Holder::User(node.create_user(&root, "alice").unwrap().id);
        let group = Holder::Group(create_group(&node, &root, "ops").id);
        put(&node, &root, OfUser("alice".to_owned()), "own", READING).unwrap();
        put(&node, &root, OfGroup("ops".to_owned()), "ours", WRITING).unwrap();
        eventually(Duration::from_secs(2), || {
            other.iam.snapshot().unwrap().groups.len() == 1
                && in_force(&other, user) == pairs(&[("own", "Read")])
                && in_force(&other, group) == pairs(&[("ours", "Write")])
        });
        delete(&node, &root, OfGroup("ops".to_owned()), "ours").unwrap();
        eventually(Duration::from_secs(2), || in_force(&other, group).is_empty());
    });
}
