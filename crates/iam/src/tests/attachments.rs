//! Who holds which policies, on both databases.

use std::{sync::Arc, time::Duration};

use decide::snapshot::{Grants, Snapshot};
use policy::{catalogue::Catalogue, grammar::Flavour};

use super::{
    policies::{document, in_force, is_absent, is_denied, text, user_who_may},
    roles::{as_user, create_role},
    support::{Node, Root, Store, eventually, key_of, on_each, on_postgres, operator, wait},
};
use crate::{
    access_keys, accounts,
    attachments::{
        Attach, Attached, Detach, Entities, Entity, Holder, Kind, ListAttached, ListEntities, OfGroup, OfRole, OfUser,
        Usage,
    },
    boundaries,
    caller::Caller,
    dependents::Dependents,
    error::{Error, Noun, Quota, Result},
    groups, inline_policies,
    page::PageSize,
    policies::{self, Changes, PolicyDocument, PolicyRef},
    quotas, roles, users,
    values::{EntityName, EntityPath, Remarks},
};

/// What other nodes may take to see a change (SEC-240).
const ELSEWHERE: Duration = Duration::from_secs(2);

fn custom() -> PolicyRef {
    PolicyRef::custom("reading")
}

fn system() -> PolicyRef {
    PolicyRef::system("ReadOnlyAccess")
}

fn user() -> OfUser {
    OfUser("alice".to_owned())
}

fn group() -> OfGroup {
    OfGroup("readers".to_owned())
}

fn role() -> OfRole {
    OfRole("courier".to_owned())
}

impl Node {
    pub(super) fn attach(&self, root: &Root, holder: impl Kind, policy: PolicyRef) -> Result<()> {
        self.change(&root.caller, Attach { holder, policy })
    }

    fn detach(&self, root: &Root, holder: impl Kind, policy: PolicyRef) -> Result<()> {
        self.change(&root.caller, Detach { holder, policy })
    }

    /// The names of the policies that are attached.
    fn attached(&self, root: &Root, holder: impl Kind) -> Vec<String> {
        let attached: Vec<Attached> = self.query(&root.caller, ListAttached { holder }).unwrap();
        attached.into_iter().map(|attached| attached.policy.name).collect()
    }

    fn entities(&self, root: &Root, list: ListEntities) -> Vec<Entity> {
        self.query(&root.caller, list).unwrap().items
    }

    pub(super) fn create_group(&self, root: &Root, name: &str) -> groups::Group {
        let (name, path, remarks) = (EntityName::parse(name).unwrap(), EntityPath::default(), Remarks::default());
        self.change(&root.caller, groups::Create { name, path, remarks }).unwrap()
    }

    /// What somebody holds, as deciding sees it.
    fn grants(&self, holder: Holder) -> Option<Grants> {
        grants(&self.iam.snapshot().unwrap(), holder)
    }
}

fn grants(snapshot: &Snapshot, holder: Holder) -> Option<Grants> {
    match holder {
        Holder::User(id) => snapshot.principals.get(&id).map(|user| user.grants.clone()),
        Holder::Group(id) => snapshot.groups.get(&id).map(|group| group.grants.clone()),
        Holder::Role(id) => snapshot.roles.get(&id).map(|role| role.grants.clone()),
    }
}

/// A user `alice`, a group `readers`, a role `courier` and a policy `reading`.
fn world(node: &Node) -> (Root, [Holder; 3], policies::Policy) {
    let root = node.account();
    let user = node.create_user(&root, "alice").unwrap().id;
    let group = node.create_group(&root, "readers").id;
    let role = create_role(node, &root, "courier").id;
    let policy = node.create_policy(&root, "reading").unwrap();
    (root, [Holder::User(user), Holder::Group(group), Holder::Role(role)], policy)
}

/// Attaches and detaches with one kind of holder.
fn come_and_go(node: &Node, root: &Root, (holder, id): (impl Kind, Holder), policy: &policies::Policy) {
    let held = || node.grants(id).unwrap().attached;
    let names = || node.attached(root, holder.clone());
    assert_eq!((names(), held()), (vec![], vec![]));
    for _ in 0..2 {
        node.attach(root, holder.clone(), custom()).unwrap();
        assert_eq!((names(), held()), (vec!["reading".to_owned()], vec![policy.id]), "twice is as good as once");
    }
    node.attach(root, holder.clone(), system()).unwrap();
    assert_eq!(names(), ["ReadOnlyAccess", "reading"]);
    assert_eq!(held().len(), 2);
    assert!(held().iter().all(|id| node.iam.snapshot().unwrap().policy(*id).is_some()));
    node.detach(root, holder.clone(), PolicyRef::Id(policy.id)).unwrap();
    assert_eq!(names(), ["ReadOnlyAccess"]);
    let gone = node.detach(root, holder.clone(), custom());
    assert!(is_absent(&gone, Noun::Attachment), "{gone:?}");
    assert!(is_absent(&node.attach(root, holder.clone(), PolicyRef::custom("nothing")), Noun::Policy));
    assert!(is_absent(&node.attach(root, holder.clone(), PolicyRef::system("reading")), Noun::Policy));
    node.detach(root, holder.clone(), system()).unwrap();
    assert_eq!((names(), held()), (vec![], vec![]));
}

#[test]
fn policies_are_attached_and_detached() {
    on_each(|store| {
        let node = store.node();
        let (root, [alice, readers, courier], policy) = world(&node);
        come_and_go(&node, &root, (user(), alice), &policy);
        come_and_go(&node, &root, (group(), readers), &policy);
        come_and_go(&node, &root, (role(), courier), &policy);
        let nobody = || "nobody".to_owned();
        let absent = [
            (node.attach(&root, OfUser(nobody()), custom()), Noun::User),
            (node.detach(&root, OfUser(nobody()), custom()), Noun::User),
            (node.attach(&root, OfGroup(nobody()), custom()), Noun::Group),
            (node.attach(&root, OfRole(nobody()), custom()), Noun::Role),
        ];
        for (absent, noun) in absent {
            assert!(is_absent(&absent, noun), "{absent:?}");
        }
        // Another account's policy is not there, not even by its id.
        let (other, ..) = world(&node);
        assert!(is_absent(&node.attach(&other, user(), PolicyRef::Id(policy.id)), Noun::Policy));
        node.check_trail(&root);
    });
}

#[test]
fn sec_243_the_quota_of_attachments_holds_however_many_ask() {
    on_each(|store| {
        let node = store.node();
        let (root, [alice, ..], _) = world(&node);
        let quota = Quota::AttachmentsPerHolder;
        node.change(&operator(), quotas::Set { account: root.account, quota, limit: 3 }).unwrap();
        let names: Vec<String> = (0..12).map(|number| format!("policy-{number}")).collect();
        for name in &names {
            node.create_policy(&root, name).unwrap();
        }
        let attach = |name: &String| {
            let attach = Attach { holder: user(), policy: PolicyRef::custom(name) };
            node.iam.change(root.caller.clone(), attach)
        };
        let asked: Vec<_> = names.iter().map(attach).collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        let full =
            |answer: &Result<()>| matches!(answer, Err(Error::LimitExceeded { quota: q, limit: 3 }) if *q == quota);
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
        assert_eq!(answers.iter().filter(|answer| full(answer)).count(), 9);
        assert_eq!(node.grants(alice).unwrap().attached.len(), 3);
        node.attach(&root, group(), custom()).unwrap();
    });
}

#[test]
fn who_uses_a_policy_is_listed() {
    on_each(|store| {
        let node = store.node();
        let (root, [alice, readers, courier], policy) = world(&node);
        let bob = Holder::User(node.create_user(&root, "bob").unwrap().id);
        node.attach(&root, user(), custom()).unwrap();
        node.attach(&root, OfUser("bob".to_owned()), custom()).unwrap();
        node.attach(&root, group(), custom()).unwrap();
        node.attach(&root, role(), custom()).unwrap();
        node.attach(&root, role(), system()).unwrap();
        node.change(&root.caller, boundaries::Put { holder: role(), policy: custom() }).unwrap();
        node.change(&root.caller, boundaries::Put { holder: user(), policy: custom() }).unwrap();
        let list = |usage, entities| ListEntities {
            policy: PolicyRef::Id(policy.id),
            usage,
            entities,
            after: None,
            size: PageSize::MAX,
        };
        let keys =
            |list| node.entities(&root, list).iter().map(|found| (found.usage, found.holder)).collect::<Vec<_>>();
        let attached = [readers, courier, alice, bob].map(|holder| (Usage::Attached, holder));
        let bounded = [courier, alice].map(|holder| (Usage::Boundary, holder));
        let all = [&attached[..], &bounded[..]].concat();
        assert_eq!(keys(list(None, Entities::All)), all);
        assert_eq!(keys(list(Some(Usage::Attached), Entities::All)), attached);
        assert_eq!(keys(list(Some(Usage::Boundary), Entities::All)), bounded);
        assert_eq!(keys(list(None, Entities::Users)), [attached[2], attached[3], bounded[1]]);
        assert_eq!(keys(list(None, Entities::Groups)), [attached[0]]);
        assert_eq!(keys(list(Some(Usage::Boundary), Entities::Roles)), [bounded[0]]);
        for size in [1, 2, 3, 5, 6, 7] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let size = PageSize::new(size).unwrap();
                let page = node.query(&root.caller, ListEntities { after, size, ..list(None, Entities::All) }).unwrap();
                seen.extend(page.items.iter().map(|found| (found.usage, found.holder)));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, all, "pages of {size}");
        }
        let first = node.entities(&root, list(None, Entities::Users)).remove(0);
        assert_eq!((first.name.as_str(), first.path.as_str()), ("alice", "/"));
        let of_system = ListEntities { policy: system(), ..list(None, Entities::All) };
        assert_eq!(keys(of_system), [(Usage::Attached, courier)]);
    });
}

#[test]
fn a_policy_in_use_is_not_deleted_by_accident() {
    on_each(|store| {
        let node = store.node();
        let (root, holders, _) = world(&node);
        node.attach(&root, user(), custom()).unwrap();
        node.attach(&root, group(), custom()).unwrap();
        node.attach(&root, role(), custom()).unwrap();
        node.change(&root.caller, boundaries::Put { holder: role(), policy: custom() }).unwrap();
        for dependents in [Dependents::Refuse, Dependents::Remove] {
            let Err(Error::InUse { noun: Noun::Policy, by }) = node.delete_policy(&root, "reading", dependents) else {
                panic!("{dependents:?}: deleted")
            };
            assert_eq!(by, "attached to: 3, boundary of: 1, versions: 1");
        }
        node.change(&root.caller, boundaries::Delete { holder: role() }).unwrap();
        assert!(node.delete_policy(&root, "reading", Dependents::Refuse).is_err());
        node.delete_policy(&root, "reading", Dependents::Remove).unwrap();
        for holder in holders {
            assert_eq!(node.grants(holder).unwrap().attached, []);
        }
        assert_eq!(node.attached(&root, user()), [""; 0]);
        node.check_trail(&root);
    });
}

/// SEC-093: what somebody held goes with them, and whoever gets the name later has nothing of it.
#[test]
fn sec_093_what_somebody_held_goes_with_them() {
    on_each(|store| {
        let node = store.node();
        let (root, holders, _) = world(&node);
        let inline = EntityName::parse("own").unwrap();
        node.attach(&root, user(), custom()).unwrap();
        node.attach(&root, group(), custom()).unwrap();
        node.attach(&root, role(), system()).unwrap();
        let put = inline_policies::Put { holder: user(), name: inline.clone(), document: document("own") };
        node.change(&root.caller, put).unwrap();
        let put = inline_policies::Put { holder: group(), name: inline, document: document("own") };
        node.change(&root.caller, put).unwrap();
        node.change(&root.caller, boundaries::Put { holder: user(), policy: system() }).unwrap();
        let held = node.grants(holders[0]).unwrap();
        assert_eq!((held.attached.len(), held.inline.len(), held.boundary.is_some()), (1, 1, true));
        assert_eq!(held.inline[0].document.statements, [Some("own".to_owned())]);

        let (name, refuse, remove) = (|name: &str| name.to_owned(), Dependents::Refuse, Dependents::Remove);
        let told = node.change(&root.caller, users::Delete { name: name("alice"), dependents: refuse });
        assert!(told.unwrap_err().to_string().contains("attached policies: 1, inline policies: 1"));
        let told = node.change(&root.caller, groups::Delete { name: name("readers"), dependents: refuse });
        assert!(told.unwrap_err().to_string().contains("attached policies: 1, inline policies: 1"));
        let told = node.change(&root.caller, roles::Delete { name: name("courier"), dependents: refuse });
        assert!(matches!(told, Err(Error::InUse { noun: Noun::Role, .. })), "{told:?}");
        node.change(&root.caller, users::Delete { name: name("alice"), dependents: remove }).unwrap();
        node.change(&root.caller, groups::Delete { name: name("readers"), dependents: remove }).unwrap();
        node.change(&root.caller, roles::Delete { name: name("courier"), dependents: remove }).unwrap();
        for holder in holders {
            assert!(node.grants(holder).is_none(), "{holder:?} is still there");
        }
        node.delete_policy(&root, "reading", refuse).unwrap();
        let again = node.create_user(&root, "alice").unwrap();
        let held = node.grants(Holder::User(again.id)).unwrap();
        assert!(held.attached.is_empty() && held.inline.is_empty() && held.boundary.is_none());
        node.check_trail(&root);
        // What is not in the tables any more is not loaded, and what is there fits together.
        drop(node);
        drop(store.node());
    });
}

/// SEC-083: who attaches a policy needs the permission for the holder and for the policy, and conditions can ask for the
/// policy's name.
#[test]
fn sec_083_attaching_takes_the_holder_and_the_policy() {
    on_each(|store| {
        let node = store.node();
        let (root, ..) = world(&node);
        node.create_policy(&root, "writing").unwrap();
        let action = r#""iam:AttachUserPolicy","iam:DetachUserPolicy""#;
        let attach = |caller: &Caller, policy| node.change(caller, Attach { holder: user(), policy });
        let one = user_who_may(&node, &root, "one", action, "user/*");
        assert!(is_denied(&attach(&one, custom()), "iam:AttachUserPolicy", "policy/reading"));
        let two = user_who_may(&node, &root, "two", action, "policy/*");
        assert!(is_denied(&attach(&two, custom()), "iam:AttachUserPolicy", "user/alice"));
        let absent = attach(&two, PolicyRef::custom("nothing"));
        assert!(matches!(absent, Err(Error::Denied { .. })), "{absent:?}");
        let three = user_who_may(&node, &root, "three", action, "*");
        attach(&three, custom()).unwrap();
        node.change(&three, Detach { holder: user(), policy: custom() }).unwrap();

        let four = as_user(&node, &root, "four");
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*",
            "Condition":{{"ArnLike":{{"iam:PolicyArn":"crn:iam::{}:policy/read*"}}}}}}]}}"#,
            root.account
        );
        let document = PolicyDocument::parse(text, Flavour::Native).unwrap();
        let (holder, name) = (OfUser("four".to_owned()), EntityName::parse("rights").unwrap());
        node.change(&root.caller, inline_policies::Put { holder, name, document }).unwrap();
        attach(&four, custom()).unwrap();
        for other in [PolicyRef::custom("writing"), system()] {
            assert!(matches!(attach(&four, other), Err(Error::Denied { .. })));
        }
    });
}

/// SEC-240: what is attached, rewritten and detached on one node is decided by on another.
#[test]
fn sec_240_another_node_sees_who_holds_what() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let (root, holders, policy) = world(&one);
        one.attach(&root, user(), custom()).unwrap();
        one.attach(&root, group(), custom()).unwrap();
        one.attach(&root, role(), custom()).unwrap();
        for holder in holders {
            let seen =
                eventually(ELSEWHERE, || two.grants(holder).is_some_and(|grants| grants.attached == [policy.id]));
            println!("attached: seen after {seen:?}");
        }
        assert_eq!(in_force(&two.iam.snapshot().unwrap(), policy.id).unwrap(), "v1");
        let to = Changes { document: Some(document("v2")), ..Changes::default() };
        one.change(&root.caller, policies::Update { policy: custom(), to }).unwrap();
        eventually(ELSEWHERE, || in_force(&two.iam.snapshot().unwrap(), policy.id).unwrap() == "v2");
        two.detach(&root, user(), custom()).unwrap();
        eventually(ELSEWHERE, || one.grants(holders[0]).is_some_and(|grants| grants.attached.is_empty()));
        one.delete_policy(&root, "reading", Dependents::Remove).unwrap();
        eventually(ELSEWHERE, || two.iam.snapshot().unwrap().policies.get(&policy.id).is_none());
        assert!(holders.into_iter().all(|holder| two.grants(holder).unwrap().attached.is_empty()));
    });
}

/// However many hold a policy, rewriting it is one entry of the feed.
#[test]
fn rewriting_a_policy_costs_the_same_however_many_hold_it() {
    on_each(|store| {
        let node = store.node();
        let (root, ..) = world(&node);
        for number in 0..70 {
            let name = format!("user-{number}");
            node.create_user(&root, &name).unwrap();
            node.attach(&root, OfUser(name), custom()).unwrap();
        }
        let before = entries(store);
        let to = Changes { document: Some(document("v2")), ..Changes::default() };
        node.change(&root.caller, policies::Update { policy: custom(), to }).unwrap();
        assert_eq!(entries(store), before + 1);
        // And where all of them change at once, they are read again together.
        node.delete_policy(&root, "reading", Dependents::Remove).unwrap();
        let snapshot = node.iam.snapshot().unwrap();
        assert!(snapshot.principals.iter().all(|(_, principal)| principal.grants.attached.is_empty()));
        assert_eq!(entries(store), before + 1 + 71);
    });
}

/// How many entries the feed has.
fn entries(store: &Store) -> i64 {
    let count = "SELECT sum(seq) FROM change_head";
    match store {
        Store::Sqlite(_) => store.file().query_row(count, [], |row| row.get(0)).unwrap(),
        Store::Postgres(database) => database.admin().value(count).parse().unwrap(),
    }
}

/// The system policies of a service go with the service's file: who holds one has nothing by it, until the file is there
/// again.
#[test]
fn a_system_policy_that_is_not_there_gives_nothing() {
    const SHOP: &str = "service = \"shop\"\ntitle = \"Shop\"\nabout = \"Orders.\"\n[actions]\n\
        ListOrders = { level = \"list\", about = \"Lists orders.\" }\n";
    on_each(|store| {
        let catalogue = Arc::new(Catalogue::with([("shop.toml", SHOP)]).unwrap());
        let with_shop = || store.node_with(|settings| settings.catalogue = Arc::clone(&catalogue));
        let node = with_shop();
        let (root, [alice, ..], _) = world(&node);
        node.attach(&root, user(), PolicyRef::system("ShopFullAccess")).unwrap();
        node.attach(&root, user(), custom()).unwrap();
        drop(node);
        let node = store.node();
        let held = node.attached(&root, user());
        let [gone, reading] = held.as_slice() else { panic!("{held:?}") };
        assert!(gone.starts_with("gone-") && reading == "reading", "{held:?}");
        assert!(is_absent(&node.attach(&root, user(), PolicyRef::system(gone.as_str())), Noun::Policy));
        assert!(is_absent(&node.attach(&root, group(), PolicyRef::system("ShopFullAccess")), Noun::Policy));
        let (snapshot, held) = (node.iam.snapshot().unwrap(), node.grants(alice).unwrap().attached);
        assert_eq!(held.iter().filter(|id| snapshot.policy(**id).is_some()).count(), 1);
        drop(node);
        assert_eq!(with_shop().attached(&root, user()), ["ShopFullAccess", "reading"]);
    });
}

/// A store whose documents cannot be read is damaged, and says so instead of deciding without them.
#[test]
fn a_document_that_cannot_be_read_is_a_damaged_store() {
    let store = Store::Sqlite(tempfile::tempdir().unwrap());
    let node = store.node();
    let (root, ..) = world(&node);
    node.attach(&root, user(), custom()).unwrap();
    drop(node);
    let file = store.file();
    assert_eq!(file.execute("UPDATE policy_version SET document = '{'", []).unwrap(), 1);
    let opened = store.try_node();
    assert!(matches!(&opened, Err(crate::OpenError::Damaged(_))), "{:?}", opened.err());
    file.execute("UPDATE policy_version SET document = ?1", [text("v1")]).unwrap();
    file.execute("UPDATE attachment SET holder_id = 7", []).unwrap();
    assert!(matches!(store.try_node(), Err(crate::OpenError::Damaged(_))));
}

/// SEC-103: nobody is the last administrator who never was one.
#[test]
fn sec_103_who_has_no_key_administers_nothing() {
    const ALL_POWER: &str =
        r#"{"Statement":[{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}],"Version":"2012-10-17"}"#;
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let helper = as_user(&node, &root, "helper");
        let document = PolicyDocument::parse(ALL_POWER.to_owned(), Flavour::Native).unwrap();
        let (holder, name) = (OfUser("helper".to_owned()), EntityName::parse("rights").unwrap());
        node.change(&root.caller, inline_policies::Put { holder, name, document }).unwrap();
        node.create_user(&root, "boss").unwrap();
        node.attach(&root, OfUser("boss".to_owned()), PolicyRef::system("AdministratorAccess")).unwrap();
        let delete = accounts::DeleteRootKey { account: root.account, key: key_of(&root.caller).to_string() };
        node.change(&operator(), delete).unwrap();
        let switch = |name: &str, enabled| {
            let to = users::Changes { enabled: Some(enabled), ..Default::default() };
            node.change(&helper, users::Update { name: name.to_owned(), to })
        };
        // An administrator is touched by administrators alone, not by whoever may do all with identities.
        assert!(matches!(switch("boss", false), Err(Error::Denied { .. })));
        let owner = access_keys::Owner::User("boss".to_owned());
        assert!(matches!(node.change(&helper, access_keys::Create { owner }), Err(Error::Denied { .. })));
        // But who may do all with identities and policies administers, whatever else it may not do: `boss` has no key.
        let (holder, name) = (OfUser("helper".to_owned()), "rights".to_owned());
        let refused = node.change(&helper, inline_policies::Delete { holder, name });
        assert!(matches!(refused, Err(Error::LastAdministrator)), "{refused:?}");
    });
}
