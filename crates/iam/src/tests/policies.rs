//! Policies and their versions on both databases.

use base::ids::PolicyId;
use decide::snapshot::Snapshot;
use policy::grammar::Flavour;

use super::{
    roles::as_user,
    support::{Node, Root, on_each, operator, wait},
};
use crate::{
    attachments::OfUser,
    audit::{Replay, Verify},
    caller::Caller,
    dependents::Dependents,
    error::{Error, Noun, Quota, Result},
    inline_policies,
    page::{PageSize, Search},
    policies::{self, Body, Changes, PolicyDocument, PolicyRef, Scope},
    quotas,
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};

/// A document's text; `sid` tells it from others.
pub(super) fn text(sid: &str) -> String {
    format!(
        "{{\"Version\":\"2012-10-17\",\n \"Statement\":[{{\"Sid\":\"{sid}\",\"Effect\":\"Allow\",\"Action\":\"bos:GetObject\",\"Resource\":\"*\"}}]}}\n"
    )
}

pub(super) fn document(sid: &str) -> PolicyDocument {
    PolicyDocument::parse(text(sid), Flavour::Native).unwrap()
}

fn create(name: &str, path: &str) -> policies::Create {
    policies::Create {
        name: EntityName::parse(name).unwrap(),
        path: EntityPath::parse(path).unwrap(),
        description: Remarks::parse("for tests").unwrap(),
        tags: Tags::default(),
        document: document("v1"),
    }
}

impl Node {
    /// Makes a policy whose one statement is called `v1`.
    pub(super) fn create_policy(&self, root: &Root, name: &str) -> Result<policies::Policy> {
        self.change(&root.caller, create(name, "/"))
    }

    pub(super) fn policy(&self, root: &Root, name: &str) -> Result<policies::Detail> {
        self.query(&root.caller, policies::Get { policy: PolicyRef::custom(name) })
    }

    fn update_policy(&self, root: &Root, name: &str, to: Changes) -> Result<policies::Policy> {
        self.change(&root.caller, policies::Update { policy: PolicyRef::custom(name), to })
    }

    pub(super) fn delete_policy(&self, root: &Root, name: &str, dependents: Dependents) -> Result<()> {
        let policy = PolicyRef::custom(name);
        self.change(&root.caller, policies::Delete { policy, attachments: dependents, versions: dependents })
    }

    fn add_version(&self, root: &Root, sid: &str, set_default: bool) -> Result<u32> {
        let (policy, document) = (PolicyRef::custom("reading"), document(sid));
        let made = self.change(&root.caller, policies::CreateVersion { policy, document, set_default });
        made.map(|version| version.number)
    }

    fn set_default(&self, root: &Root, version: u32) -> Result<()> {
        let policy = PolicyRef::custom("reading");
        self.change(&root.caller, policies::SetDefaultVersion { policy, version })
    }

    fn delete_version(&self, root: &Root, version: u32) -> Result<()> {
        let policy = PolicyRef::custom("reading");
        self.change(&root.caller, policies::DeleteVersion { policy, version })
    }

    /// The numbers of the versions, newest first, and which of them is in force.
    fn versions(&self, root: &Root) -> (Vec<u32>, u32) {
        let versions =
            self.query(&root.caller, policies::ListVersions { policy: PolicyRef::custom("reading") }).unwrap();
        let default: Vec<u32> = versions.iter().filter(|version| version.is_default).map(|v| v.number).collect();
        assert_eq!(default.len(), 1, "one is in force");
        (versions.iter().map(|version| version.number).collect(), default[0])
    }

    fn listed(&self, root: &Root, list: policies::List) -> Vec<String> {
        self.query(&root.caller, list).unwrap().items.into_iter().map(|policy| policy.name).collect()
    }

    fn set_quota(&self, root: &Root, quota: Quota, limit: u64) {
        self.change(&operator(), quotas::Set { account: root.account, quota, limit }).unwrap();
    }

    /// That the trail tells what the tables hold.
    pub(super) fn check_trail(&self, root: &Root) {
        let account = Some(root.account);
        assert_eq!(self.query(&operator(), Replay { account }).unwrap().differences, []);
        assert!(self.query(&operator(), Verify::of(account)).unwrap().verdict.is_ok());
    }
}

/// The statements by which a policy decides.
pub(super) fn in_force(snapshot: &Snapshot, id: PolicyId) -> Option<String> {
    let policy = snapshot.policies.get(&id)?;
    policy.rules.statements.first().cloned().flatten()
}

fn list(scope: Scope) -> policies::List {
    policies::List {
        scope,
        search: None,
        under: PathPrefix::default(),
        attached: None,
        after: None,
        size: PageSize::MAX,
    }
}

pub(super) fn is_absent<T>(result: &Result<T>, wanted: Noun) -> bool {
    matches!(result, Err(Error::NotFound { noun, .. }) if *noun == wanted)
}

fn is_in_use<T>(result: &Result<T>, wanted: Noun) -> bool {
    matches!(result, Err(Error::InUse { noun, .. }) if *noun == wanted)
}

fn is_taken<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Exists { noun: Noun::Policy, .. }))
}

#[test]
fn policies_are_created_shown_changed_and_deleted() {
    on_each(|store| {
        let node = store.node();
        let (root, other) = (node.account(), node.account());
        let made = node.change(&root.caller, create("Reading", "/dev/")).unwrap();
        let shown = node.policy(&root, "reading").unwrap();
        assert_eq!(shown.policy, made);
        assert_eq!(shown.document, Body::Text { text: text("v1"), flavour: Flavour::Native }, "as it was received");
        let by_id = node.query(&root.caller, policies::Get { policy: PolicyRef::Id(made.id) }).unwrap();
        assert_eq!(by_id, shown);
        let elsewhere = node.query(&other.caller, policies::Get { policy: PolicyRef::Id(made.id) });
        assert!(is_absent(&elsewhere, Noun::Policy), "{elsewhere:?}");
        assert!(is_absent(&node.policy(&other, "reading"), Noun::Policy));
        assert!(is_taken(&node.create_policy(&root, "READING")));
        node.create_policy(&other, "reading").unwrap();

        node.clock.advance_micros(1);
        let to = Changes {
            name: EntityName::parse("writing").ok(),
            path: EntityPath::parse("/").ok(),
            description: Remarks::parse("").ok(),
            tags: Tags::parse([("team".to_owned(), "blue".to_owned())]).ok(),
            document: None,
        };
        let updated = node.update_policy(&root, "Reading", to.clone()).unwrap();
        assert!(updated.updated > made.updated && updated.created == made.created && updated.id == made.id);
        let shown = node.policy(&root, "writing").unwrap();
        assert_eq!(shown.policy, updated);
        assert_eq!((updated.path.as_str(), updated.description.as_str(), updated.default_version), ("/", "", 1));
        assert_eq!(node.update_policy(&root, "writing", to).unwrap(), updated, "nothing is left to be changed");
        assert!(is_absent(&node.policy(&root, "reading"), Noun::Policy));
        assert_eq!(node.iam.snapshot().unwrap().policies.get(&made.id).unwrap().name, "writing");

        node.delete_policy(&root, "Writing", Dependents::Refuse).unwrap();
        assert!(is_absent(&node.delete_policy(&root, "writing", Dependents::Refuse), Noun::Policy));
        assert!(node.iam.snapshot().unwrap().policies.get(&made.id).is_none());
        let again = node.create_policy(&root, "writing").unwrap();
        assert!(again.id != made.id, "an id is never used again");
        node.check_trail(&root);
    });
}

#[test]
fn lists_tell_what_is_held_from_what_is_not() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let other = node.account();
        for name in ["held", "idle"] {
            node.create_policy(&root, name).unwrap();
        }
        node.create_user(&root, "alice").unwrap();
        node.create_user(&other, "alice").unwrap();
        let alice = || OfUser("alice".to_owned());
        let read_only = || PolicyRef::system("ReadOnlyAccess");
        node.attach(&root, alice(), PolicyRef::custom("held")).unwrap();
        node.attach(&root, alice(), read_only()).unwrap();
        node.attach(&other, alice(), PolicyRef::system("AuditReadAccess")).unwrap();
        let that_are = |attached| policies::List { attached: Some(attached), ..list(Scope::Any) };
        assert_eq!(node.listed(&root, that_are(true)), ["ReadOnlyAccess", "held"]);
        let idle = node.listed(&root, that_are(false));
        assert!(idle.ends_with(&["idle".to_owned()]) && !idle.contains(&"ReadOnlyAccess".to_owned()), "{idle:?}");
        let id = |policy| node.query(&root.caller, policies::Get { policy }).unwrap().policy.id;
        let ids = [PolicyRef::custom("idle"), read_only(), PolicyRef::custom("held")].map(id);
        let used = node.query(&root.caller, policies::Usage { policies: ids.to_vec() }).unwrap();
        let counts: Vec<u64> = used.iter().map(|used| used.attached).collect();
        assert_eq!(counts, [0, 1, 1]);
        assert!(used.iter().all(|used| !used.more));
    });
}

#[test]
fn lists_have_the_systems_policies_first_and_page_through_both() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        for (name, path) in [("reading", "/dev/"), ("Writing", "/dev/ops/"), ("all_100", "/"), ("all-100", "/")] {
            node.change(&root.caller, create(name, path)).unwrap();
        }
        let custom = ["reading", "Writing", "all_100", "all-100"];
        assert_eq!(node.listed(&root, list(Scope::Custom)), custom);
        let system = node.listed(&root, list(Scope::System));
        assert!(system.iter().any(|name| name == "AdministratorAccess") && system.len() > 10, "{system:?}");
        let all: Vec<String> = system.iter().map(String::as_str).chain(custom).map(str::to_owned).collect();
        assert_eq!(node.listed(&root, list(Scope::Any)), all);
        for size in [1, 3, 1_000] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let list = policies::List { after, size: PageSize::new(size).unwrap(), ..list(Scope::Any) };
                let page = node.query(&root.caller, list).unwrap();
                seen.extend(page.items.into_iter().map(|policy| policy.name));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, all, "pages of {size}");
        }
        let search = |text: &str| policies::List { search: Search::parse(text).ok(), ..list(Scope::Any) };
        assert_eq!(node.listed(&root, search("ADMINISTRATOR")), ["AdministratorAccess"]);
        assert_eq!(node.listed(&root, search("ING")), ["reading", "Writing"]);
        assert_eq!(node.listed(&root, search("L_10")), ["all_100"]);
        let under = |path: &str| policies::List { under: PathPrefix::parse(path).unwrap(), ..list(Scope::Any) };
        assert_eq!(node.listed(&root, under("/dev/")), ["reading", "Writing"]);
        assert_eq!(node.listed(&root, under("/dev/o")), ["Writing"]);
        assert_eq!(node.listed(&root, under("/DEV/")), [""; 0]);
    });
}

#[test]
fn one_version_is_in_force_and_numbers_are_given_once() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let policy = node.create_policy(&root, "reading").unwrap();
        let shown = || in_force(&node.iam.snapshot().unwrap(), policy.id).unwrap();
        assert_eq!(node.add_version(&root, "v2", false).unwrap(), 2);
        assert_eq!((node.versions(&root), shown()), ((vec![2, 1], 1), "v1".to_owned()));
        node.set_default(&root, 2).unwrap();
        assert_eq!((node.versions(&root).1, shown()), (2, "v2".to_owned()));
        assert_eq!(node.add_version(&root, "v3", true).unwrap(), 3);
        assert_eq!((node.versions(&root), shown()), ((vec![3, 2, 1], 3), "v3".to_owned()));
        assert!(is_in_use(&node.delete_version(&root, 3), Noun::PolicyVersion));
        node.set_default(&root, 1).unwrap();
        node.set_default(&root, 1).unwrap();
        assert_eq!(shown(), "v1", "what was in force before is again");
        node.delete_version(&root, 3).unwrap();
        for gone in [node.delete_version(&root, 3), node.set_default(&root, 3), node.set_default(&root, 9)] {
            assert!(is_absent(&gone, Noun::PolicyVersion), "{gone:?}");
        }
        assert_eq!(node.add_version(&root, "v4", false).unwrap(), 4, "a number is given once");
        let get =
            |version| node.query(&root.caller, policies::GetVersion { policy: PolicyRef::custom("reading"), version });
        let shown = get(2).unwrap();
        assert_eq!(shown.document, Body::Text { text: text("v2"), flavour: Flavour::Native });
        assert!(!shown.version.is_default && shown.version.created.is_some() && get(1).unwrap().version.is_default);
        assert!(is_absent(&get(3), Noun::PolicyVersion) && is_absent(&get(0), Noun::PolicyVersion));
        let refused = node.delete_policy(&root, "reading", Dependents::Refuse);
        assert!(is_in_use(&refused, Noun::Policy), "it has more than one version: {refused:?}");
        let policy = PolicyRef::custom("reading");
        let delete = policies::Delete { policy, attachments: Dependents::Refuse, versions: Dependents::Remove };
        node.change(&root.caller, delete).unwrap();
        node.check_trail(&root);
    });
}

/// The sixth version is refused where versions are made one by one, and takes the oldest one's place where a policy is
/// just given another document.
#[test]
fn the_number_of_versions_has_an_end() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let policy = node.create_policy(&root, "reading").unwrap();
        for number in 2..=5 {
            assert_eq!(node.add_version(&root, "more", false).unwrap(), number);
        }
        for set_default in [false, true] {
            let sixth = node.add_version(&root, "six", set_default);
            let full = Error::LimitExceeded { quota: Quota::VersionsPerPolicy, limit: 5 };
            assert_eq!(sixth.unwrap_err().to_string(), full.to_string());
        }
        let rewrite = |sid: &str| {
            let to = Changes { document: Some(document(sid)), ..Changes::default() };
            node.update_policy(&root, "reading", to).unwrap()
        };
        assert_eq!(rewrite("six").default_version, 6);
        assert_eq!(node.versions(&root), (vec![6, 5, 4, 3, 2], 6));
        assert_eq!(in_force(&node.iam.snapshot().unwrap(), policy.id).unwrap(), "six");
        assert_eq!(rewrite("six").default_version, 6, "the same again is no other version");
        node.set_default(&root, 2).unwrap();
        rewrite("seven");
        assert_eq!(node.versions(&root), (vec![7, 6, 5, 4, 3], 7), "the oldest goes once it is not in force");
        node.set_default(&root, 3).unwrap();
        node.set_quota(&root, Quota::VersionsPerPolicy, 1);
        rewrite("eight");
        assert_eq!(node.versions(&root), (vec![8, 7, 6, 5, 4], 8), "what is there stays, and does not grow");
        node.check_trail(&root);
    });
}

#[test]
fn sec_243_the_quota_of_policies_holds_however_many_ask() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.set_quota(&root, Quota::Policies, 7);
        let asked: Vec<_> = (0..30)
            .map(|number| node.iam.change(root.caller.clone(), create(&format!("policy-{number}"), "/")))
            .collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        let full =
            |answer: &Result<_>| matches!(answer, Err(Error::LimitExceeded { quota: Quota::Policies, limit: 7 }));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 7);
        assert_eq!(answers.iter().filter(|answer| full(answer)).count(), 23);
        let [first, ..] = &node.listed(&root, list(Scope::Custom))[..] else { panic!() };
        node.delete_policy(&root, first, Dependents::Refuse).unwrap();
        node.create_policy(&root, "another").unwrap();
    });
}

/// SEC-102: what is the system's can be seen and used by everybody, and is changed by nobody.
#[test]
fn sec_102_system_policies_are_immutable_and_their_names_are_taken() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let name = "administratoraccess";
        assert!(is_taken(&node.create_policy(&root, name)));
        node.create_policy(&root, "reading").unwrap();
        let to = Changes { name: EntityName::parse(name).ok(), ..Changes::default() };
        assert!(is_taken(&node.update_policy(&root, "reading", to)));

        let policy = || PolicyRef::system(name);
        let shown = node.query(&root.caller, policies::Get { policy: policy() }).unwrap();
        assert_eq!((shown.policy.name.as_str(), shown.policy.account), ("AdministratorAccess", None));
        assert!(matches!(&shown.document, Body::Tree(tree) if tree.statements.len() == 1));
        let by_id = policies::Get { policy: PolicyRef::Id(shown.policy.id) };
        assert_eq!(node.query(&root.caller, by_id).unwrap(), shown);
        for (scope, is_there) in [(Scope::Any, true), (Scope::Custom, false)] {
            let get = policies::Get { policy: PolicyRef::Name { scope, name: name.to_owned() } };
            assert_eq!(node.query(&root.caller, get).is_ok(), is_there, "{scope:?}");
        }
        let versions = node.query(&root.caller, policies::ListVersions { policy: policy() }).unwrap();
        assert_eq!(
            versions.iter().map(|version| (version.number, version.is_default)).collect::<Vec<_>>(),
            [(1, true)]
        );
        let get = |version| node.query(&root.caller, policies::GetVersion { policy: policy(), version });
        assert_eq!(get(1).unwrap().document, shown.document);
        assert!(is_absent(&get(2), Noun::PolicyVersion));

        let to = Changes { document: Some(document("mine")), ..Changes::default() };
        let dependents = Dependents::Remove;
        let (document, set_default) = (document("mine"), true);
        let refused = [
            node.change(&root.caller, policies::Update { policy: policy(), to }).map(drop),
            node.change(
                &root.caller,
                policies::Delete { policy: policy(), attachments: dependents, versions: dependents },
            ),
            node.change(&root.caller, policies::CreateVersion { policy: policy(), document, set_default }).map(drop),
            node.change(&root.caller, policies::DeleteVersion { policy: policy(), version: 1 }),
            node.change(&root.caller, policies::SetDefaultVersion { policy: policy(), version: 1 }),
        ];
        for refused in refused {
            let told = refused.unwrap_err();
            let fits = matches!(&told, Error::Immutable { noun: Noun::Policy, name } if name == "AdministratorAccess");
            assert!(fits, "{told:?}");
        }
    });
}

/// SEC-085: a document that is not understood is not kept, and its author is told where and why.
#[test]
fn sec_085_a_document_that_is_not_understood_is_refused() {
    let parse = |text: &str| PolicyDocument::parse(text.to_owned(), Flavour::Native);
    let told = parse("{\"Version\":\"2012-10-17\",\n\"Statement\":[{\"Efect\":\"Allow\"}]}").unwrap_err();
    let Error::Invalid { field: "document", rule } = told else { panic!("{told:?}") };
    assert!(rule.starts_with("line 2, column 15: ") && rule.contains("Effect"), "{rule}");
    let unreadable =
        text("x").replace("\"Resource\"", "\"Condition\":{\"NumericEquals\":{\"bos:MaxKeys\":\"many\"}},\"Resource\"");
    assert!(matches!(parse(&unreadable), Err(Error::Invalid { field: "document", .. })));
    let padded = format!("{}{}", text("x"), " ".repeat(20_000));
    assert!(parse(&padded).is_ok(), "white space is free");
    assert!(parse(&format!("{}{}", text("x"), " ".repeat(70_000))).is_err(), "up to a point");
    let long = text("x").replace("bos:GetObject", &format!("bos:{}", "G".repeat(10_240)));
    assert!(parse(&long).is_err());
}

/// What the trail keeps of documents is their SHA-256, and what was answered is decided by after a new start.
#[test]
fn sec_178_the_trail_has_documents_as_digests_and_a_start_finds_what_was_left() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        let policy = node.create_policy(&root, "reading").unwrap();
        node.add_version(&root, "secret_words", true).unwrap();
        let export = crate::audit::Export { account: Some(root.account), after: 0, size: PageSize::MAX };
        let events = node.query(&operator(), export).unwrap().items;
        let event = events.iter().find(|event| event.body.contains("iam:CreatePolicyVersion")).unwrap();
        assert!(event.body.contains(r#""document":{"sha256":""#), "{}", event.body);
        assert!(event.body.contains(r#""resources":["policy/reading"]"#), "{}", event.body);
        assert!(events.iter().all(|event| !event.body.contains("secret_words")));
        node.check_trail(&root);
        drop(node);
        let node = store.node();
        assert_eq!(in_force(&node.iam.snapshot().unwrap(), policy.id).unwrap(), "secret_words");
        assert_eq!(node.policy(&root, "reading").unwrap().policy.default_version, 2);
    });
}

/// A document that allows `actions`, a list as JSON has it, on `resource` of the account.
pub(super) fn allowing(actions: &str, resource: &str) -> PolicyDocument {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"crn:iam::*:{resource}"}}]}}"#
    );
    PolicyDocument::parse(text, Flavour::Native).unwrap()
}

/// A user that may do `actions` on `resource`, as it calls.
pub(super) fn user_who_may(node: &Node, root: &Root, name: &str, actions: &str, resource: &str) -> Caller {
    let caller = as_user(node, root, name);
    let (holder, policy) = (OfUser(name.to_owned()), EntityName::parse("rights").unwrap());
    let put = inline_policies::Put { holder, name: policy, document: allowing(actions, resource) };
    node.change(&root.caller, put).unwrap();
    caller
}

pub(super) fn is_denied<T>(result: &Result<T>, wanted: &str, on: &str) -> bool {
    matches!(result, Err(Error::Denied { action, resource, .. }) if *action == wanted && resource == on)
}

/// SEC-096: a version that is in force at once is made and put in force; a policy that is rewritten is that, too.
#[test]
fn sec_096_putting_a_version_in_force_is_a_permission_of_its_own() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.create_policy(&root, "reading").unwrap();
        let writer = r#""iam:CreatePolicyVersion","iam:UpdatePolicy""#;
        let alice = user_who_may(&node, &root, "alice", writer, "policy/*");
        let create = |set_default| {
            let (policy, document) = (PolicyRef::custom("reading"), document("v2"));
            node.change(&alice, policies::CreateVersion { policy, document, set_default })
        };
        let (wanted, on) = ("iam:SetDefaultPolicyVersion", "policy/reading");
        assert!(is_denied(&create(true), wanted, on), "{:?}", create(true));
        assert_eq!(create(false).unwrap().number, 2);
        let update = |to| node.change(&alice, policies::Update { policy: PolicyRef::custom("reading"), to });
        let rewrite = || Changes { document: Some(document("v3")), ..Changes::default() };
        assert!(is_denied(&update(rewrite()), wanted, on), "{:?}", update(rewrite()));
        // The document that is in force anyway is no change.
        let same = Changes {
            document: Some(document("v1")),
            description: Remarks::parse("read by alice").ok(),
            ..Changes::default()
        };
        assert_eq!(update(same).unwrap().default_version, 1);
        let bob = user_who_may(&node, &root, "bob", r#""iam:UpdatePolicy","iam:SetDefaultPolicyVersion""#, "*");
        let policy = PolicyRef::custom("reading");
        let refused = node.change(&bob, policies::Update { policy, to: rewrite() });
        assert!(is_denied(&refused, "iam:CreatePolicyVersion", on), "{refused:?}");
    });
}

/// SEC-083: whoever renames a policy needs the permission for both names. SEC-084: a list is one permission on all that
/// it may show. And who may not act does not learn what is there.
#[test]
fn sec_083_what_is_named_and_what_it_becomes_must_be_allowed() {
    on_each(|store| {
        let node = store.node();
        let root = node.account();
        node.change(&root.caller, create("reading", "/dev/")).unwrap();
        let all = r#""iam:UpdatePolicy","iam:ListPolicies","iam:CreatePolicy","iam:GetPolicy","iam:DeletePolicy""#;
        let alice = user_who_may(&node, &root, "alice", all, "policy/dev/*");
        let update = |to| node.change(&alice, policies::Update { policy: PolicyRef::custom("reading"), to });
        let away = Changes { path: EntityPath::parse("/ops/").ok(), ..Changes::default() };
        assert!(is_denied(&update(away), "iam:UpdatePolicy", "policy/ops/reading"));
        let renamed = Changes { name: EntityName::parse("writing").ok(), ..Changes::default() };
        assert_eq!(update(renamed).unwrap().name, "writing");
        let listed = |under: &str| {
            let list = policies::List { under: PathPrefix::parse(under).unwrap(), ..list(Scope::Any) };
            node.query(&alice, list)
        };
        assert_eq!(listed("/dev/").unwrap().items.len(), 1);
        assert!(is_denied(&listed("/"), "iam:ListPolicies", "policy/*"));
        assert!(is_denied(&listed("/de"), "iam:ListPolicies", "policy/de*"));
        assert!(is_denied(&node.change(&alice, create("x", "/")), "iam:CreatePolicy", "policy/x"));
        node.change(&alice, create("x", "/dev/")).unwrap();
        for policy in [PolicyRef::custom("nothing"), PolicyRef::Id(PolicyId::new(7).unwrap())] {
            let get = node.query(&alice, policies::Get { policy: policy.clone() });
            assert!(matches!(get, Err(Error::Denied { .. })), "{get:?}");
            let (attachments, versions) = (Dependents::Refuse, Dependents::Refuse);
            let delete = node.change(&alice, policies::Delete { policy, attachments, versions });
            assert!(matches!(delete, Err(Error::Denied { .. })), "{delete:?}");
        }
        // A system policy is nobody's to change, and that is told to whoever might.
        let policy = PolicyRef::system("ReadOnlyAccess");
        let (attachments, versions) = (Dependents::Refuse, Dependents::Refuse);
        let delete = node.change(&alice, policies::Delete { policy, attachments, versions });
        assert!(is_denied(&delete, "iam:DeletePolicy", "policy/ReadOnlyAccess"));
    });
}
