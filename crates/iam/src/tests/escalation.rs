//! Ways to more power (SEC-104): each is tried by somebody who may do nothing but the deeds that it takes, and must leave
//! everybody with the power that they had.
//!
//! The methods are those of the requirement, which has them from Rhino Security Labs' list and from pathfinding.cloud,
//! and those that our own operations suggest. A method is a row of the tables in this folder.

mod brakes;
mod credentials;
mod grants;
mod helped;
mod names;
mod permitted;
mod roles;
mod scene;
mod sessions;
mod standing;

use serde_json::Value as Json;

use self::{
    scene::{ATTACKER, Scene},
    standing::{Thing, standing},
};
use super::support::{deeds::Deed, on_each};
use crate::error::{Error, Result, Why};

/// A way to more power.
struct Method {
    /// What it is called.
    name: &'static str,
    /// What the attacker may do, to everything: nothing more than the method takes.
    may: &'static [&'static str],
    /// What else is there that the method needs.
    given: fn(&Scene<'_>),
    /// What the attacker does, and what becomes of each.
    tries: fn(&Scene<'_>) -> Vec<(Deed, Outcome)>,
}

/// What becomes of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is done, since it gives nobody power.
    Done,
    /// Denied: somebody would have, or has, more power than the attacker, or it would have more than before.
    Exceeds,
    /// Denied: root is touched by root alone.
    Root,
    /// Denied by the policies: it takes an action that the attacker may not do.
    Policies,
    /// Denied: the role does not let the attacker in.
    Untrusted,
    /// Denied: it takes a credential that lasts.
    Lasting,
    /// It is not legal, whoever asks for it.
    Illegal,
    /// There is no room for it.
    Full,
    /// It cannot be done as long as something is in use.
    InUse,
    /// Somebody bears the name.
    Exists,
}

use Outcome::{Done, Exceeds, Exists, Full, Illegal, InUse, Lasting, Policies, Root, Untrusted};

/// Nothing more than each scene has.
fn nothing(_scene: &Scene<'_>) {}

/// Tries each method on both databases, each in an account of its own.
fn try_all(methods: &[Method]) {
    on_each(|store| {
        let node = store.node();
        for method in methods {
            method.try_in(&Scene::new(&node, method.may));
        }
    });
}

impl Method {
    fn try_in(&self, scene: &Scene<'_>) {
        (self.given)(scene);
        let begin = scene.company.trail(0).len() as u64;
        let things = Thing::all(scene);
        let before = standing(scene, &things);
        let (deeds, wanted): (Vec<Deed>, Vec<Outcome>) = (self.tries)(scene).into_iter().unzip();
        let answers: Vec<Result<()>> =
            deeds.into_iter().map(|deed| deed(scene.company.node, &scene.attacker)).collect();
        let after = standing(scene, &things);
        assert!(before == after, "{}: power has changed:\n{}", self.name, before.difference(&after));
        let found: Vec<Option<Outcome>> = answers.iter().map(Outcome::of).collect();
        let wanted: Vec<Option<Outcome>> = wanted.into_iter().map(Some).collect();
        assert_eq!(found, wanted, "{}: {answers:#?}", self.name);
        self.check_trail(scene, begin, &answers);
    }

    /// That the trail tells of each deed that was done and of each denial, in their order, and of nothing else.
    fn check_trail(&self, scene: &Scene<'_>, begin: u64, answers: &[Result<()>]) {
        let attacker = scene.company.id(ATTACKER).number();
        let is_attackers = |event: &Json| {
            event["principal"]["name"] == ATTACKER || event["principal"]["session"]["begun_by"] == attacker
        };
        let events = scene.company.trail(begin).into_iter().filter(is_attackers);
        let found: Vec<String> = events.map(|event| event["outcome"].as_str().unwrap().to_owned()).collect();
        let wanted = answers.iter().filter_map(|answer| match answer {
            Ok(()) => Some("success"),
            Err(Error::Denied { .. }) => Some("denied"),
            Err(_) => None,
        });
        assert_eq!(found, wanted.collect::<Vec<_>>(), "{}: what the trail tells", self.name);
    }
}

impl Outcome {
    fn of(answer: &Result<()>) -> Option<Self> {
        match answer {
            Ok(()) => Some(Done),
            Err(Error::Denied { why, .. }) => match **why {
                Why::Root => Some(Root),
                Why::Policies(_) => Some(Policies),
                Why::Trust => Some(Untrusted),
                Why::Credential => Some(Lasting),
                Why::Kind => None,
                _ => Some(Exceeds),
            },
            Err(Error::LimitExceeded { .. }) => Some(Full),
            Err(Error::InUse { .. }) => Some(InUse),
            Err(Error::Exists { .. }) => Some(Exists),
            Err(Error::Invalid { .. }) => Some(Illegal),
            Err(_) => None,
        }
    }
}

/// Where a method of SEC-104 is tried.
enum Where {
    /// In these rows, by the beginnings of their names.
    Rows(&'static [&'static str]),
    /// Nowhere yet: there is no operation for it.
    Later(&'static str),
}

use Where::{Later, Rows};

/// The methods in the order of the requirement. What is for later may only become less.
const SEC_104: [(&str, Where); 31] = [
    ("CreatePolicyVersion", Rows(&["CreatePolicyVersion"])),
    ("SetDefaultPolicyVersion", Rows(&["SetDefaultPolicyVersion"])),
    ("CreateAccessKey(other)", Rows(&["CreateAccessKey"])),
    ("+DeleteAccessKey to free quota", Rows(&["DeleteAccessKey, CreateAccessKey"])),
    ("CreateLoginProfile", Rows(&["UpdateLoginProfile of somebody without one"])),
    ("UpdateLoginProfile", Rows(&["UpdateLoginProfile of an administrator"])),
    ("AttachUserPolicy", Rows(&["AttachUserPolicy"])),
    ("AttachGroupPolicy", Rows(&["AttachGroupPolicy"])),
    ("AttachRolePolicy", Rows(&["AttachRolePolicy"])),
    ("PutUserPolicy", Rows(&["PutUserPolicy"])),
    ("PutGroupPolicy", Rows(&["PutGroupPolicy"])),
    ("PutRolePolicy", Rows(&["PutRolePolicy"])),
    ("AddUserToGroup", Rows(&["AddUserToGroup"])),
    ("UpdateAssumeRolePolicy", Rows(&["UpdateAssumeRolePolicy"])),
    ("AttachRole+AssumeRole", Rows(&["AttachRolePolicy, AssumeRole"])),
    ("AttachUser+CreateAccessKey", Rows(&["AttachUserPolicy, CreateAccessKey"])),
    ("CreatePolicyVersion+AssumeRole", Rows(&["CreatePolicyVersion, AssumeRole"])),
    ("PutRolePolicy+AssumeRole", Rows(&["PutRolePolicy, AssumeRole"])),
    ("PutUserPolicy+CreateAccessKey", Rows(&["PutUserPolicy, CreateAccessKey"])),
    (
        "Attach/Put/CreateVersion+UpdateAssumeRolePolicy",
        Rows(&[
            "AttachRolePolicy, UpdateAssumeRolePolicy",
            "PutRolePolicy, UpdateAssumeRolePolicy",
            "CreatePolicyVersion, UpdateAssumeRolePolicy",
        ]),
    ),
    ("AssumeRole chain", Rows(&["AssumeRole chain"])),
    ("PassRole to any service-like object", Later("nothing can be given a role yet")),
    ("DeactivateMFA(other)", Later("there are no second factors yet; the switches of a login profile are tried")),
    ("edit contact(other) then recovery", Rows(&["UpdateUser, another's addresses"])),
    ("create invitation with admin policy", Later("there are no invitations yet")),
    ("edit IdP mapping to admin role", Rows(&["UpdateUserIdentityProvider"])),
    ("remove deny policy/boundary from self", Rows(&["a Deny", "a boundary"])),
    ("tag self to match a tag-based allow", Rows(&["UpdateUser, one's own tags"])),
    ("API-key scope edit", Rows(&["CreateApiKey", "UpdateApiKey"])),
    ("restore old policy version", Rows(&["SetDefaultPolicyVersion"])),
    ("approve own request", Later("there are no requests for access yet")),
];

fn all() -> Vec<&'static Method> {
    [credentials::METHODS, grants::METHODS, roles::METHODS, sessions::METHODS, brakes::METHODS, names::METHODS]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn sec_104_each_method_of_the_requirement_is_tried_or_for_later() {
    let names: Vec<&str> = all().iter().map(|method| method.name).collect();
    for (method, place) in &SEC_104 {
        match place {
            Rows(rows) => {
                for row in *rows {
                    assert!(names.iter().any(|name| name.starts_with(row)), "{method}: there is no row `{row}`");
                }
            }
            Later(reason) => assert!(!reason.is_empty(), "{method}"),
        }
    }
    let unlike: std::collections::BTreeSet<&&str> = names.iter().collect();
    assert_eq!(unlike.len(), names.len(), "two rows have one name");
}

/// A row takes what it says it takes, and nothing else is given.
#[test]
fn sec_104_attackers_may_do_what_there_is() {
    let catalogue = policy::catalogue::Catalogue::built_in();
    for method in all() {
        for action in method.may {
            let (service, name) = action.split_once(':').unwrap();
            assert!(catalogue.entry(service, name).is_some(), "{}: {action}", method.name);
        }
    }
}

#[test]
fn sec_104_credentials() {
    try_all(credentials::METHODS);
}

#[test]
fn sec_104_grants() {
    try_all(grants::METHODS);
}

#[test]
fn sec_104_roles() {
    try_all(roles::METHODS);
}

#[test]
fn sec_099_sec_104_sessions() {
    try_all(sessions::METHODS);
}

#[test]
fn sec_104_what_holds_somebody_back() {
    try_all(brakes::METHODS);
}

#[test]
fn sec_104_names_and_tags() {
    try_all(names::METHODS);
}
