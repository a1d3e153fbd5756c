//! Roles.

use std::time::Duration;

use base::ids::RoleId;
use decide::snapshot::Snapshot;
use policy::grammar::Flavour;

use super::{
    support::{Node, Root, eventually, on_each, on_postgres, operator},
    trust::trusts_user,
};
use crate::{
    attachments::{self, OfRole},
    audit, boundaries,
    caller::Caller,
    db::Sql,
    dependents::Dependents,
    error::{Error, Noun, Quota, Result},
    inline_policies,
    page::{PageSize, Search},
    policies::{self, PolicyDocument, PolicyRef},
    quotas,
    roles::{self, Changes, MaxSession, Role, TrustDocument},
    usage::Use,
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};

/// A document that lets everything be read in one bucket.
pub(super) const READING: &str = r#"{"Version": "2012-10-17",
  "Statement": {"Sid": "Read", "Effect": "Allow", "Action": "bos:GetObject", "Resource": "arn:aws:bos:::photos/*"}}"#;

/// A trust document that names principals, as `"AWS": …` has them.
pub(super) fn trusting(principals: &str) -> TrustDocument {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":{principals}}},"Action":"sts:AssumeRole"}}]}}"#
    );
    TrustDocument::parse(&text, Flavour::Aws).unwrap()
}

pub(super) fn named(name: &str, trust: TrustDocument) -> roles::Create {
    roles::Create {
        name: EntityName::parse(name).unwrap(),
        path: EntityPath::default(),
        description: Remarks::default(),
        tags: Tags::default(),
        max_session: MaxSession::default(),
        trust,
    }
}

/// Makes a role that its whole account may assume.
pub(super) fn create_role(node: &Node, root: &Root, name: &str) -> Role {
    node.change(&root.caller, named(name, trusting(&format!("\"{}\"", root.account)))).unwrap()
}

pub(super) fn create_policy(node: &Node, root: &Root, name: &str) -> policies::Policy {
    let create = policies::Create {
        name: EntityName::parse(name).unwrap(),
        path: EntityPath::default(),
        description: Remarks::default(),
        tags: Tags::default(),
        document: PolicyDocument::parse(READING.to_owned(), Flavour::Aws).unwrap(),
    };
    node.change(&root.caller, create).unwrap()
}

/// A user of the account, as it calls.
pub(super) fn as_user(node: &Node, root: &Root, name: &str) -> Caller {
    let user = node.create_user(root, name).unwrap();
    let key = node.create_key(root, name);
    Caller::with_key(root.account, user.id, key, root.caller.origin().clone())
}

/// That the trail tells what the tables hold.
pub(super) fn replays(node: &Node, root: &Root) {
    let replayed = node.query(&operator(), audit::Replay { account: Some(root.account) }).unwrap();
    assert_eq!(replayed.differing, 0, "{:?}", replayed.differences);
}

/// What the trail has of deeds of that name.
pub(super) fn events(node: &Node, root: &Root, action: &str) -> Vec<serde_json::Value> {
    let export = audit::Export { account: Some(root.account), after: 0, size: PageSize::MAX };
    let events = node.query(&operator(), export).unwrap().items;
    let bodies = events.into_iter().map(|event| serde_json::from_str::<serde_json::Value>(&event.body).unwrap());
    bodies.filter(|body| body["action"] == action).collect()
}

fn names(node: &Node, root: &Root, under: &str) -> Vec<String> {
    let list = roles::List { search: None, under: PathPrefix::parse(under).unwrap(), after: None, size: PageSize::MAX };
    node.query(&root.caller, list).unwrap().items.into_iter().map(|role| role.name).collect()
}

pub(super) fn get(node: &Node, root: &Root, name: &str) -> Result<Role> {
    node.query(&root.caller, roles::Get { name: name.to_owned() }).map(|detail| detail.role)
}

pub(super) fn update_trust(node: &Node, root: &Root, name: &str, trust: TrustDocument) -> Result<Role> {
    node.change(&root.caller, roles::UpdateTrust { name: name.to_owned(), trust })
}

fn delete(node: &Node, root: &Root, name: &str, dependents: Dependents) -> Result<()> {
    node.change(&root.caller, roles::Delete { name: name.to_owned(), dependents })
}

#[test]
fn roles_are_created_shown_listed_changed_and_deleted() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        let create = roles::Create {
            path: EntityPath::parse("/dev/team/").unwrap(),
            description: Remarks::parse("deploys").unwrap(),
            tags: Tags::parse([("env".to_owned(), "prod".to_owned())]).unwrap(),
            max_session: MaxSession::from_seconds(7_200).unwrap(),
            ..named("Deploy", trusting(&format!("\"{}\"", root.account)))
        };
        let deploy = node.change(&root.caller, create.clone()).unwrap();
        assert_eq!(get(&node, &root, "DEPLOY").unwrap(), deploy);
        assert_eq!((deploy.path.as_str(), deploy.max_session.seconds()), ("/dev/team/", 7_200));
        assert_eq!(deploy.trust_document, create.trust.text(), "the text is kept as it was received");
        create_role(&node, &root, "backup");
        for (under, expected) in
            [("/", vec!["Deploy", "backup"]), ("/dev/", vec!["Deploy"]), ("/dev/te", vec!["Deploy"]), ("/DEV/", vec![])]
        {
            assert_eq!(names(&node, &root, under), expected, "{under}");
        }
        assert_eq!(names(&node, &other, "/"), [""; 0]);
        let absent = get(&node, &other, "deploy").unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::Role, .. }), "{absent:?}");
        let taken = node.change(&root.caller, create).unwrap_err();
        assert!(matches!(taken, Error::Exists { noun: Noun::Role, .. }), "{taken:?}");

        node.clock.advance_micros(5_000_000);
        let update = |name: &str, to| node.change(&root.caller, roles::Update { name: name.to_owned(), to });
        let same = update("deploy", Changes { name: Some(EntityName::parse("Deploy").unwrap()), ..Changes::default() });
        assert_eq!(same.unwrap(), deploy, "nothing has changed");
        let to = Changes {
            name: Some(EntityName::parse("release").unwrap()),
            description: Some(Remarks::default()),
            tags: Some(Tags::default()),
            max_session: Some(MaxSession::default()),
            trust: None,
        };
        let release = update("deploy", to).unwrap();
        assert_eq!(get(&node, &root, "release").unwrap(), release);
        assert!(release.id == deploy.id && release.updated > deploy.updated && release.path == deploy.path);
        let to = Changes { name: Some(EntityName::parse("BACKUP").unwrap()), ..Changes::default() };
        let taken = update("release", to).unwrap_err();
        assert!(matches!(taken, Error::Exists { noun: Noun::Role, .. }), "{taken:?}");

        delete(&node, &root, "Release", Dependents::Refuse).unwrap();
        let gone = delete(&node, &root, "release", Dependents::Refuse).unwrap_err();
        assert!(matches!(gone, Error::NotFound { noun: Noun::Role, .. }), "{gone:?}");
        assert!(node.iam.snapshot().unwrap().roles.get(&release.id).is_none());
        assert!(create_role(&node, &root, "release").id != release.id, "an id is never used again");
        replays(&node, &root);
    });
}

#[test]
fn lists_of_roles_come_in_pages() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let made: Vec<String> = (0..5).map(|number| format!("role-{number}")).collect();
        for name in &made {
            create_role(&node, &root, name);
        }
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let list =
                roles::List { search: None, under: PathPrefix::default(), after, size: PageSize::new(2).unwrap() };
            let page = node.query(&root.caller, list).unwrap();
            seen.extend(page.items.into_iter().map(|role| role.name));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, made);
    });
}

#[test]
fn lists_of_roles_are_searched_by_name() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        for name in ["Deploy-east", "deploy-west", "audit", "a_b", "axb"] {
            create_role(&node, &root, name);
        }
        let found = |text: &str| {
            let search = Some(Search::parse(text).unwrap());
            let list = roles::List { search, under: PathPrefix::default(), after: None, size: PageSize::MAX };
            let page = node.query(&root.caller, list).unwrap();
            page.items.into_iter().map(|role| role.name).collect::<Vec<_>>()
        };
        assert_eq!(found("DEPLOY"), ["Deploy-east", "deploy-west"]);
        assert_eq!(found("a_b"), ["a_b"]);
        assert!(found("nobody").is_empty());
    });
}

#[test]
fn when_a_role_was_last_used_is_remembered() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let role = create_role(&node, &root, "deploy");
        let last = |node: &Node| get(node, &root, "deploy").unwrap().last_used;
        assert_eq!(last(&node), None);
        node.iam.note_use(role.id, "bos", "192.0.2.8");
        let used = Use { at: node.iam.now(), service: "bos".to_owned(), source: "192.0.2.8".to_owned() };
        assert_eq!(last(&node), Some(used.clone()));
        drop(node);
        let node = store.node();
        assert_eq!(last(&node), Some(used));
        // A role that is gone takes it along; a use that comes late stops nothing.
        delete(&node, &root, "deploy", Dependents::Refuse).unwrap();
        node.iam.note_use(role.id, "bos", "192.0.2.9");
        drop(node);
        let uses = store.transact(|tx| Ok(tx.rows(&Sql::new("SELECT role_id FROM role_use"), &[])?)).unwrap();
        assert_eq!(uses, []);
    });
}

/// Gives a role an attached and an inline policy, and a boundary.
fn furnish(node: &Node, root: &Root, role: &str) -> [policies::Policy; 2] {
    let [held, limit] = ["held", "limit"].map(|name| create_policy(node, root, name));
    let holder = || OfRole(role.to_owned());
    let attach = attachments::Attach { holder: holder(), policy: PolicyRef::Id(held.id) };
    node.change(&root.caller, attach).unwrap();
    let put = inline_policies::Put {
        holder: holder(),
        name: EntityName::parse("own").unwrap(),
        document: PolicyDocument::parse(READING.to_owned(), Flavour::Aws).unwrap(),
    };
    node.change(&root.caller, put).unwrap();
    node.change(&root.caller, boundaries::Put { holder: holder(), policy: PolicyRef::Id(limit.id) }).unwrap();
    [held, limit]
}

#[test]
fn a_role_with_policies_is_kept_or_goes_with_them() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let role = create_role(&node, &root, "deploy");
        let [held, limit] = furnish(&node, &root, "deploy");
        let kept = delete(&node, &root, "deploy", Dependents::Refuse).unwrap_err();
        let Error::InUse { noun: Noun::Role, by } = kept else { panic!("{kept:?}") };
        assert_eq!(by, "attached policies: 1, inline policies: 1");
        delete(&node, &root, "deploy", Dependents::Remove).unwrap();
        for policy in [held, limit] {
            let policy = PolicyRef::Id(policy.id);
            let (attachments, versions) = (Dependents::Refuse, Dependents::Refuse);
            node.change(&root.caller, policies::Delete { policy, attachments, versions }).unwrap();
        }
        assert!(node.iam.snapshot().unwrap().roles.get(&role.id).is_none());
        replays(&node, &root);
        drop(node);
        for count in [
            "SELECT count(*) FROM attachment",
            "SELECT count(*) FROM inline_policy",
            "SELECT count(*) FROM boundary",
            "SELECT count(*) FROM iam_role",
        ] {
            let sql = crate::db::Sql::new(count);
            assert_eq!(store.transact(|tx| tx.rows(&sql, &[])?[0].int(0)).unwrap(), 0, "{count}");
        }
    });
}

#[test]
fn the_quota_of_roles_holds() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.change(&operator(), quotas::Set { account: root.account, quota: Quota::Roles, limit: 1 }).unwrap();
        create_role(&node, &root, "one");
        let trust = || trusting(&format!("\"{}\"", root.account));
        let refused = node.change(&root.caller, named("two", trust())).unwrap_err();
        assert!(matches!(refused, Error::LimitExceeded { quota: Quota::Roles, limit: 1 }), "{refused:?}");
        delete(&node, &root, "one", Dependents::Refuse).unwrap();
        create_role(&node, &root, "two");
    });
}

fn shown(snapshot: &Snapshot, role: RoleId) -> String {
    format!("{:?}", snapshot.roles.get(&role))
}

/// What deciding has of a role is the same by each change, by a new start, and on another node.
#[test]
fn the_snapshot_has_roles_with_what_they_hold() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let create = roles::Create {
            path: EntityPath::parse("/dev/").unwrap(),
            tags: Tags::parse([("env".to_owned(), "prod".to_owned())]).unwrap(),
            ..named("deploy", trusting(&format!("\"{}\"", root.account)))
        };
        let id = node.change(&root.caller, create).unwrap().id;
        let [held, limit] = furnish(&node, &root, "deploy");
        let snapshot = node.iam.snapshot().unwrap();
        let role = snapshot.roles.get(&id).unwrap();
        assert_eq!((role.name.as_str(), role.path.as_str(), role.max_session_s), ("deploy", "/dev/", 3_600));
        assert_eq!((role.account, &*role.tags), (root.account, &[("env".to_owned(), "prod".to_owned())][..]));
        assert_eq!((&role.grants.attached, role.grants.boundary), (&vec![held.id], Some(limit.id)));
        let inline: Vec<_> = role.grants.inline.iter().map(|own| (&*own.name, &own.document.statements)).collect();
        assert_eq!(inline, [("own", &vec![Some("Read".to_owned())])]);
        let before = shown(&snapshot, id);
        drop((node, snapshot));
        let node = store.node();
        assert_eq!(shown(&node.iam.snapshot().unwrap(), id), before);
    });
    on_postgres(|store| {
        let (node, other) = (store.node(), store.node());
        let root = node.account();
        let ids = ["deploy", "build"].map(|name| create_role(&node, &root, name).id);
        furnish(&node, &root, "build");
        let follows = |id| {
            let expected = shown(&node.iam.snapshot().unwrap(), id);
            eventually(Duration::from_secs(2), || shown(&other.iam.snapshot().unwrap(), id) == expected);
        };
        ids.into_iter().for_each(follows);
        delete(&node, &root, "deploy", Dependents::Refuse).unwrap();
        let alice = node.create_user(&root, "alice").unwrap();
        let trust = trusting(&format!("\"arn:aws:iam::{}:user/alice\"", root.account));
        let build = update_trust(&node, &root, "build", trust).unwrap();
        ids.into_iter().for_each(follows);
        assert!(trusts_user(&other, &build, &root, &alice));
    });
}
