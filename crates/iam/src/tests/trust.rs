//! Whom trust documents mean.

use base::ids::RoleId;
use policy::{
    evaluate::{self, Trust},
    grammar::Flavour,
    key::Key,
    request::{Asker, AskerKind, Context, Request, ResourceName, Values},
};

use super::{
    roles::{READING, as_user, create_role, events, get, named, replays, trusting, update_trust},
    support::{Node, Root, Store, on_each},
};
use crate::{
    attachments::OfUser,
    error::Error,
    groups, inline_policies,
    policies::PolicyDocument,
    roles::{self, Changes, Role, TrustDocument},
    users,
    values::{EntityName, EntityPath, Remarks},
};

struct Nothing;

impl Context for Nothing {
    fn values(&self, _key: &Key) -> Values<'_> {
        Values::Absent
    }
}

/// What a role's trust document says about somebody of an account.
fn trusts(node: &Node, role: RoleId, root: &Root, kind: AskerKind<'_>, groups: &[u64]) -> Trust {
    let snapshot = node.iam.snapshot().unwrap();
    let account = root.account.to_string();
    let request =
        Request { action: snapshot.system.catalogue.action("sts:AssumeRole").unwrap(), resource: ResourceName::None };
    let asker = Asker { account: &account, kind, groups };
    evaluate::trusts(&snapshot.roles.get(&role).unwrap().trust.compiled, &asker, &request, &Nothing)
}

pub(super) fn trusts_user(node: &Node, role: &Role, root: &Root, user: &users::User) -> bool {
    trusts(node, role.id, root, AskerKind::User(user.id.number()), &[]) == Trust::Principal
}

/// Both grammars, kept byte for byte.
#[test]
fn trust_documents_are_kept_as_they_were_received() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        create_role(&node, &root, "deploy");
        let acl = format!(
            "{{\"version\": \"v1\",\n  \"accessControlList\": [{{\"service\": \"iam\", \"region\": \"*\",\n  \
             \"permission\": [\"AssumeRole\"], \"grantee\": [{{\"id\": \"{}\"}}], \"effect\": \"Allow\"}}]}}\n",
            root.account
        );
        let role = update_trust(&node, &root, "deploy", TrustDocument::parse(&acl, Flavour::Acl).unwrap()).unwrap();
        assert_eq!(role, get(&node, &root, "deploy").unwrap());
        assert_eq!((role.trust_document.as_str(), role.trust_flavour), (acl.as_str(), Flavour::Acl));
        assert_eq!(trusts(&node, role.id, &root, AskerKind::User(7), &[]), Trust::Account);
        for bad in ["", "{}", READING] {
            let refused = TrustDocument::parse(bad, Flavour::Aws).unwrap_err();
            assert!(matches!(refused, Error::Invalid { field: "trust document", .. }), "{refused:?}");
        }
        replays(&node, &root);
    });
}

/// SEC-093: a name means whom it meant when it was saved: not a namesake that is made later, and still the same after
/// a renaming.
#[test]
fn sec_093_a_recreated_namesake_is_not_trusted() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let alice = node.create_user(&root, "alice").unwrap();
        let trust = trusting(&format!("\"arn:aws:iam::{}:user/alice\"", root.account));
        let role = node.change(&root.caller, named("deploy", trust.clone())).unwrap();
        assert!(trusts_user(&node, &role, &root, &alice));

        let to = users::Changes { name: Some(EntityName::parse("alison").unwrap()), ..users::Changes::default() };
        node.change(&root.caller, users::Update { name: "alice".to_owned(), to }).unwrap();
        let namesake = node.create_user(&root, "alice").unwrap();
        assert!(trusts_user(&node, &role, &root, &alice) && !trusts_user(&node, &role, &root, &namesake));

        node.delete_user(&root, "alison").unwrap();
        node.delete_user(&root, "alice").unwrap();
        let again = node.create_user(&root, "alice").unwrap();
        assert!(!trusts_user(&node, &role, &root, &again));
        assert_eq!(get(&node, &root, "deploy").unwrap().trust_document, trust.text());
        let node = restarted(store, node);
        assert!(!trusts_user(&node, &role, &root, &again), "nor after a new start");

        update_trust(&node, &root, "deploy", trust).unwrap();
        assert!(trusts_user(&node, &role, &root, &again), "whoever saves it again means the new one");
        replays(&node, &root);
    });
}

fn restarted(store: &Store, node: Node) -> Node {
    drop(node);
    store.node()
}

#[test]
fn trust_documents_name_users_groups_roles_and_sessions() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let alice = node.create_user(&root, "alice").unwrap();
        let group = groups::Create {
            name: EntityName::parse("ops").unwrap(),
            path: EntityPath::parse("/dev/").unwrap(),
            remarks: Remarks::default(),
        };
        let ops = node.change(&root.caller, group).unwrap();
        let build = create_role(&node, &root, "build");
        let account = root.account;
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {{"Claviger": [
            "crn:iam::{account}:user/alice", "crn:iam::{account}:group/dev/ops", "arn:aws:iam::{account}:role/build",
            "crn:sts::{account}:assumed-role/build/nightly"]}}}}}}"#
        );
        let trust = TrustDocument::parse(&text, Flavour::Native).unwrap();
        let role = node.change(&root.caller, named("deploy", trust)).unwrap();
        let asks = |kind, groups: &[u64]| trusts(&node, role.id, &root, kind, groups);
        assert_eq!(asks(AskerKind::User(alice.id.number()), &[]), Trust::Principal);
        assert_eq!(asks(AskerKind::User(ops.id.number()), &[]), Trust::Silent);
        assert_eq!(asks(AskerKind::User(7), &[ops.id.number()]), Trust::Role);
        assert_eq!(asks(AskerKind::Session { role: build.id.number(), name: "nightly" }, &[]), Trust::Principal);
        assert_eq!(asks(AskerKind::Session { role: 7, name: "nightly" }, &[]), Trust::Silent);
        for absent in ["user/bob", "user/dev/alice", "group/ops2", "group/ops/ops", "role/dep"] {
            let text = text.replace("user/alice", absent);
            let trust = TrustDocument::parse(&text, Flavour::Native).unwrap();
            let refused = update_trust(&node, &root, "deploy", trust).unwrap_err();
            let Error::Invalid { field: "trust document", rule } = refused else { panic!("{refused:?}") };
            assert_eq!(rule, format!("names the principal `{absent}`, which does not exist"));
        }
    });
}

/// An update that brings a trust document needs both actions, and does all or nothing.
#[test]
fn an_update_can_bring_a_trust_document() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let alice = as_user(&node, &root, "alice");
        create_role(&node, &root, "deploy");
        let update = |caller, user: &str| {
            let to = Changes {
                description: Some(Remarks::parse(user).unwrap()),
                trust: Some(trusting(&format!("\"arn:aws:iam::{}:user/{user}\"", root.account))),
                ..Changes::default()
            };
            node.change(caller, roles::Update { name: "deploy".to_owned(), to })
        };
        let refused = update(&root.caller, "bob").unwrap_err();
        assert!(matches!(refused, Error::Invalid { field: "trust document", .. }), "{refused:?}");
        assert_eq!(get(&node, &root, "deploy").unwrap().description, "");
        let bob = node.create_user(&root, "bob").unwrap();
        let role = update(&root.caller, "bob").unwrap();
        assert_eq!(get(&node, &root, "deploy").unwrap(), role);
        assert!(role.description == "bob" && trusts_user(&node, &role, &root, &bob));

        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:UpdateRole",
            "Resource": "crn:iam::{}:role/deploy"}}}}"#,
            root.account
        );
        let document = PolicyDocument::parse(text, Flavour::Native).unwrap();
        let (holder, name) = (OfUser("alice".to_owned()), EntityName::parse("own").unwrap());
        node.change(&root.caller, inline_policies::Put { holder, name, document }).unwrap();
        let refused = update(&alice, "alice").unwrap_err();
        assert!(matches!(refused, Error::Denied { action: "iam:UpdateAssumeRolePolicy", .. }), "{refused:?}");
        replays(&node, &root);
    });
}

/// Who there is in the account learns only who may save such a document.
#[test]
fn a_refusal_tells_nobody_who_is_there() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let alice = as_user(&node, &root, "alice");
        create_role(&node, &root, "deploy");
        for name in ["alice", "nobody"] {
            let trust = trusting(&format!("\"arn:aws:iam::{}:user/{name}\"", root.account));
            let refused = node.change(&alice, named("other", trust.clone())).unwrap_err();
            assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
            let update = roles::UpdateTrust { name: "deploy".to_owned(), trust };
            let refused = node.change(&alice, update).unwrap_err();
            assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
        }
    });
}

/// Names of other accounts are looked up too, and whether there was anybody shows nowhere: not in the answer, and not
/// in the account's trail.
#[test]
fn principals_of_other_accounts_are_trusted_without_telling_whether_they_are_there() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        let bob = node.create_user(&other, "bob").unwrap();
        let create = |name: &str, user: &str| {
            let trust = trusting(&format!("\"arn:aws:iam::{}:user/{user}\"", other.account));
            node.change(&root.caller, named(name, trust)).unwrap()
        };
        let known = create("known", "bob");
        let own = node.create_user(&root, "bob").unwrap();
        assert!(trusts_user(&node, &known, &other, &bob) && !trusts_user(&node, &known, &root, &own));
        let unknown = create("unknown", "carol");
        let carol = node.create_user(&other, "carol").unwrap();
        assert!(!trusts_user(&node, &unknown, &other, &carol), "the name meant nobody when it was saved");
        for name in ["again", "once-more"] {
            create(name, "dave");
        }
        let digests: Vec<String> = events(&node, &root, "iam:CreateRole")
            .iter()
            .map(|event| event["changes"][0]["fields"]["trust_principals"].to_string())
            .collect();
        assert_eq!(digests.len(), 4);
        for (place, digest) in digests.iter().enumerate() {
            assert!(digest.len() >= 64 && !digest.contains("bob"), "{digest}");
            assert!(!digests[..place].contains(digest), "equal digests would tell of equal findings");
        }
        // An account that is none of ours.
        let elsewhere = trusting("[\"arn:aws:iam::999999999999:user/eve\", \"arn:aws:iam::999999999999:root\"]");
        node.change(&root.caller, named("elsewhere", elsewhere)).unwrap();
        node.delete_user(&other, "bob").unwrap();
        let namesake = node.create_user(&other, "bob").unwrap();
        assert!(!trusts_user(&node, &known, &other, &namesake));
        replays(&node, &root);
    });
}
