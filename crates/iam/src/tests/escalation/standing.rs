//! Who can do what, in an account: by asking deciding about everybody, every action of `iam` and `sts`, and everything
//! that there is; and by who gets in as an administrator.

use std::collections::BTreeSet;

use base::ids::{GroupId, PolicyId, RoleId, UserId};
use decide::{
    check::{Decision, Question, Resource, check},
    facts::Circumstances,
    identity::{Actor, Who},
    power::{self, Subject},
    snapshot::{Grants, Kind, Snapshot},
};
use policy::request::{ActionName, ResourceName};

use super::scene::Scene;
use crate::{login_profiles, page::PageSize, tests::support::ADMINISTRATOR, users};

/// All that can be done, a line for each.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing(BTreeSet<String>);

/// What there is to do something to. By id: what a thing is called may change, and what can be done to it then, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Thing {
    User(UserId),
    Group(GroupId),
    Role(RoleId),
    Policy(PolicyId),
    /// What policies call so, whether it is there or not.
    Called(&'static str),
}

impl Standing {
    /// What one has and the other has not.
    pub(super) fn difference(&self, after: &Self) -> String {
        let gone = self.0.difference(&after.0).map(|line| format!("- {line}"));
        let new = after.0.difference(&self.0).map(|line| format!("+ {line}"));
        gone.chain(new).collect::<Vec<_>>().join("\n")
    }
}

impl Thing {
    /// Everything in the account, and what is not there.
    pub(super) fn all(scene: &Scene<'_>) -> Vec<Self> {
        let (account, snapshot) = (scene.company.account(), scene.company.node.iam.snapshot().unwrap());
        let users =
            snapshot.principals.iter().filter(|(_, user)| user.account == account).map(|(id, _)| Self::User(*id));
        let groups = snapshot.groups.iter().filter(|(_, group)| group.account == account);
        let roles = snapshot.roles.iter().filter(|(_, role)| role.account == account);
        let policies = snapshot.policies.iter().filter(|(_, policy)| policy.account == Some(account));
        users
            .chain(groups.map(|(id, _)| Self::Group(*id)))
            .chain(roles.map(|(id, _)| Self::Role(*id)))
            .chain(policies.map(|(id, _)| Self::Policy(*id)))
            .chain(["user/*", "user/dev/somebody", "group/*", "role/*", "policy/*", "account"].map(Self::Called))
            .collect()
    }

    /// What policies call it now.
    fn path(&self, snapshot: &Snapshot) -> Option<String> {
        match self {
            Self::User(id) => power::name(snapshot, Subject::User(*id)),
            Self::Group(id) => power::name(snapshot, Subject::Group(*id)),
            Self::Role(id) => power::name(snapshot, Subject::Role(*id)),
            Self::Policy(id) => snapshot.policy(*id).map(|policy| format!("policy{}{}", policy.path, policy.name)),
            Self::Called(path) => Some((*path).to_owned()),
        }
    }

    /// Its tags, as far as deciding keeps them.
    fn tags<'s>(&self, snapshot: &'s Snapshot) -> &'s [(String, String)] {
        match self {
            Self::User(id) => snapshot.principals.get(id).map_or(&[], |user| &user.tags),
            Self::Role(id) => snapshot.roles.get(id).map_or(&[], |role| &role.tags),
            Self::Group(_) | Self::Policy(_) | Self::Called(_) => &[],
        }
    }
}

/// What everybody can do to these things.
pub(super) fn standing(scene: &Scene<'_>, things: &[Thing]) -> Standing {
    let snapshot = scene.company.node.iam.snapshot().unwrap();
    let mut lines = BTreeSet::new();
    powers(scene, &snapshot, things, &mut lines);
    ways_in(scene, &snapshot, &mut lines);
    let administrator = snapshot.system.catalogue.system_policy_by_name(ADMINISTRATOR).unwrap().id;
    let administrator = PolicyId::new(administrator).unwrap();
    for (id, role) in snapshot.roles.iter().filter(|(_, role)| role.account == scene.company.account()) {
        if role.grants.attached.is_empty() && role.grants.inline.is_empty() {
            continue;
        }
        // Who may assume a role that can do nothing matters to nobody.
        let trust = role.grants.attached.contains(&administrator).then_some(&role.trust);
        lines.insert(format!("role {id} holds {} {trust:?}", held(&snapshot, &role.grants)));
    }
    Standing(lines)
}

/// What each user may do to what.
fn powers(scene: &Scene<'_>, snapshot: &Snapshot, things: &[Thing], lines: &mut BTreeSet<String>) {
    let account = scene.company.account();
    let digits = account.to_string();
    let catalogue = &snapshot.system.catalogue;
    let guarded: Vec<String> = (catalogue.actions())
        .filter(|(service, _)| ["iam", "sts"].contains(&service.name.as_str()))
        .map(|(service, action)| format!("{}:{}", service.name, action.name))
        .collect();
    let guarded: Vec<ActionName<'_>> = guarded.iter().map(|action| catalogue.action(action).unwrap()).collect();
    let circumstances = Circumstances::at(scene.company.node.iam.now());
    for (id, principal) in snapshot.principals.iter().filter(|(_, principal)| principal.account == account) {
        if principal.kind == Kind::Root {
            continue;
        }
        for thing in things {
            let Some(path) = thing.path(snapshot) else { continue };
            let name =
                ResourceName::Named { partition: None, service: "iam", region: "", account: &digits, path: &path };
            let resource = Resource { account, name, tags: thing.tags(snapshot) };
            for action in &guarded {
                let question = Question {
                    who: Who::unlimited(Actor::User(*id)),
                    action: *action,
                    resource,
                    circumstances: &circumstances,
                };
                if check(snapshot, &question) == Decision::Allow {
                    lines.insert(format!("{id} may {} {thing:?}", action.name));
                }
            }
        }
    }
}

/// How administrators get in.
fn ways_in(scene: &Scene<'_>, snapshot: &Snapshot, lines: &mut BTreeSet<String>) {
    for (id, key) in snapshot.access_keys.iter() {
        if key.account == scene.company.account() && power::is_unlimited(snapshot, key.owner) {
            lines.insert(format!("{} gets in by {id}: {}", key.owner, key.enabled));
        }
    }
    for (id, key) in snapshot.api_keys.iter() {
        if key.account == scene.company.account() && power::is_unlimited(snapshot, key.owner) {
            let limits = (key.enabled, key.expires, key.rules.as_ref().map(|rules| format!("{:?}", rules.compiled)));
            lines.insert(format!("{} gets in by {id}: {limits:?}", key.owner));
        }
    }
    let root = &scene.company.root.caller;
    let list = users::List { search: None, after: None, size: PageSize::MAX };
    for user in scene.company.node.query(root, list).unwrap().items {
        if power::is_unlimited(snapshot, user.id) {
            let profile = scene.company.node.query(root, login_profiles::Get { user: user.name }).unwrap();
            lines.insert(format!("{} gets in by {profile:?}, {:?}, {:?}", user.id, user.email, user.mobile));
        }
    }
}

/// The documents that somebody holds by itself, and what bounds it.
fn held(snapshot: &Snapshot, grants: &Grants) -> String {
    let in_force = |id| snapshot.policy(id).map(|policy| format!("{:?}", policy.rules.compiled));
    let attached: Vec<_> = grants.attached.iter().map(|id| in_force(*id)).collect();
    let inline: Vec<_> = grants.inline.iter().map(|inline| format!("{:?}", inline.document.compiled)).collect();
    format!("{attached:?} {inline:?} {:?}", grants.boundary.map(in_force))
}
