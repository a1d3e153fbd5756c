use std::sync::Arc;

use base::{
    ids::{AccountId, GroupId, PolicyId, UserId},
    timestamp::Timestamp,
};
use policy::{
    catalogue::Catalogue,
    document::Purpose,
    grammar::{self, Flavour},
    key::Key,
    request::ResourceName,
};

use super::*;
use crate::{
    identity::Actor,
    snapshot::{Grants, Group, Inline, Kind, Policy, Principal, Rules, Snapshot, System, Tags},
};

const HOME: u64 = 100_000_000_000;
const AWAY: u64 = 200_000_000_000;

/// An account with root (1), a user `alice` (2) in the group `staff`, and one who is switched off (3).
struct World {
    snapshot: Snapshot,
}

impl World {
    fn new() -> Self {
        let mut world = Self { snapshot: Snapshot::new(Arc::new(System::default())) };
        world.principal(1, Kind::Root, true);
        world.principal(2, Kind::User { name: "alice".into(), path: "/dev/".into() }, true);
        world.principal(3, Kind::User { name: "off".into(), path: "/".into() }, false);
        world
    }

    fn principal(&mut self, id: u64, kind: Kind, enabled: bool) {
        let id = UserId::new(id).unwrap();
        let account = AccountId::new(HOME).unwrap();
        let tags: Tags = Arc::new([("team".to_owned(), "build".to_owned())]);
        let groups = vec![GroupId::new(7).unwrap()];
        let principal = Principal { id, account, kind, enabled, groups, tags, grants: Grants::default() };
        self.snapshot.principals.insert(id, Arc::new(principal));
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut Grants)) {
        let id = UserId::new(id).unwrap();
        let mut principal = Principal::clone(self.snapshot.principals.get(&id).unwrap());
        change(&mut principal.grants);
        self.snapshot.principals.insert(id, Arc::new(principal));
    }

    /// Gives alice a document of her own.
    fn inline(&mut self, text: &str) {
        let inline = Inline { name: "own".into(), document: rules(text), digest: [0; 32] };
        self.change(2, |grants| grants.inline.push(inline));
    }

    /// Makes a policy.
    fn policy(&mut self, id: u64, text: &str) -> PolicyId {
        let id = PolicyId::new(id).unwrap();
        let account = AccountId::new(HOME).ok();
        let policy = Policy { id, account, name: format!("policy-{id}"), path: "/".into(), rules: rules(text) };
        self.snapshot.policies.insert(id, Arc::new(policy));
        id
    }

    fn group(&mut self, grants: Grants) {
        let (id, account) = (GroupId::new(7).unwrap(), AccountId::new(HOME).unwrap());
        let group = Group { id, account, name: "staff".into(), path: "/".into(), grants };
        self.snapshot.groups.insert(id, Arc::new(group));
    }

    fn ask(&self, principal: u64, action: &str, path: &str) -> Decision {
        self.ask_with(principal, (action, path), HOME, &Circumstances::at(Timestamp::START_OF_2026))
    }

    /// Asks, and checks that the explanation is of the same opinion.
    fn ask_with(
        &self,
        principal: u64,
        (action, path): (&str, &str),
        owner: u64,
        circumstances: &Circumstances<'_>,
    ) -> Decision {
        let account = owner.to_string();
        let name = ResourceName::Named { partition: None, service: "bos", region: "", account: &account, path };
        let resource = Resource { account: AccountId::new(owner).unwrap(), name, tags: &[] };
        let action = self.snapshot.system.catalogue.action(action).unwrap();
        let question = Question { who: user(principal), action, resource, circumstances };
        let decision = check(&self.snapshot, &question);
        assert_eq!(explain(&self.snapshot, &question).decision, decision);
        decision
    }

    fn reasons(&self, action: &str, path: &str) -> Reasons {
        let name = ResourceName::Named { partition: None, service: "bos", region: "", account: "", path };
        let resource = Resource { account: AccountId::new(HOME).unwrap(), name, tags: &[] };
        let circumstances = Circumstances::at(Timestamp::START_OF_2026);
        let action = self.snapshot.system.catalogue.action(action).unwrap();
        explain(&self.snapshot, &Question { who: user(2), action, resource, circumstances: &circumstances })
    }
}

fn user(id: u64) -> Who<'static> {
    Who::unlimited(Actor::User(UserId::new(id).unwrap()))
}

fn rules(text: &str) -> Arc<Rules> {
    let document = grammar::parse(text, Flavour::Native, Purpose::Identity).unwrap();
    Arc::new(Rules::new(&document, &Catalogue::built_in()))
}

fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"one","Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}]}}"#
    )
}

/// SEC-081: nothing is allowed unless something allows it; who is unknown or switched off may nothing.
#[test]
fn sec_081_the_default_is_deny_and_a_deny_wins() {
    let mut world = World::new();
    assert_eq!(world.ask(1, "bos:GetObject", "b/k"), Decision::Allow);
    for nobody in [2, 3, 4] {
        assert_eq!(world.ask(nobody, "bos:GetObject", "b/k"), Decision::ImplicitDeny);
    }
    world.inline(&statement("Allow", "*", "*"));
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::Allow);
    world.inline(&statement("Deny", "bos:*", "crn:bos:*:*:b/*"));
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::ExplicitDeny);
    assert_eq!(world.ask(2, "bos:GetObject", "c/k"), Decision::Allow);
}

#[test]
fn groups_give_and_take() {
    let mut world = World::new();
    let read = world.policy(1 << 42, &statement("Allow", "bos:GetObject", "crn:bos:*:*:b/*"));
    world.group(Grants { attached: vec![read], ..Grants::default() });
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::Allow);
    assert_eq!(world.ask(2, "bos:PutObject", "b/k"), Decision::ImplicitDeny);
    // The members of a group that is not there have nothing from it.
    world.snapshot.groups.remove(&GroupId::new(7).unwrap());
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::ImplicitDeny);
}

/// SEC-092: whoever holds a policy is decided by what it says now.
#[test]
fn sec_092_a_changed_policy_counts_at_once_for_all_who_hold_it() {
    let mut world = World::new();
    let id = world.policy(1 << 42, &statement("Allow", "bos:*", "*"));
    world.change(2, |grants| grants.attached.push(id));
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::Allow);
    world.policy(1 << 42, &statement("Deny", "bos:*", "*"));
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::ExplicitDeny);
}

/// SEC-088: what somebody holds is bounded, so that no question about them takes long.
#[test]
fn sec_088_whoever_holds_too_much_may_do_nothing() {
    let mut world = World::new();
    let resource = format!("crn:bos:*:*:{}/*", "b".repeat(500));
    let list = vec![format!("\"{resource}\""); 18].join(",");
    let long = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"bos:*","Resource":["*",{list}]}}]}}"#
    );
    for number in 0..48 {
        let id = world.policy((1 << 42) + number, &long);
        world.change(2, |grants| grants.attached.push(id));
    }
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::Allow);
    for number in 48..60 {
        let id = world.policy((1 << 42) + number, &long);
        world.change(2, |grants| grants.attached.push(id));
    }
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::ImplicitDeny);
    assert!(world.reasons("bos:GetObject", "b/k").overloaded);
}

#[test]
fn a_boundary_limits_and_a_missing_one_allows_nothing() {
    let mut world = World::new();
    world.inline(&statement("Allow", "*", "*"));
    let edge = world.policy(1 << 42, &statement("Allow", "bos:Get*", "*"));
    world.change(2, |grants| grants.boundary = Some(edge));
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::Allow);
    assert_eq!(world.ask(2, "bos:PutObject", "b/k"), Decision::ImplicitDeny);
    assert_eq!(world.reasons("bos:PutObject", "b/k").missing.unwrap().part(), "boundary");
    world.snapshot.policies.remove(&edge);
    assert_eq!(world.ask(2, "bos:GetObject", "b/k"), Decision::ImplicitDeny);
}

/// SEC-110: another account's things are another account's, for root as for everybody.
#[test]
fn sec_110_nobody_reaches_into_another_account() {
    let mut world = World::new();
    world.inline(&statement("Allow", "*", "*"));
    let circumstances = Circumstances::at(Timestamp::START_OF_2026);
    for principal in [1, 2] {
        assert_eq!(world.ask_with(principal, ("bos:GetObject", "b/k"), AWAY, &circumstances), Decision::ImplicitDeny);
    }
}

/// SEC-090: what the product knows is not told to it by a service.
#[test]
fn sec_090_reserved_keys_come_from_the_product_alone() {
    let mut world = World::new();
    world.inline(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bos:*","Resource":"*","Condition":{
            "StringEquals":{"claviger:username":"alice","claviger:PrincipalTag/team":"build"},
            "ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::100000000000:user/dev/alice"},
            "Bool":{"claviger:SecureTransport":"true"},"IpAddress":{"claviger:SourceIp":"192.0.2.0/24"},
            "StringLike":{"bos:prefix":"cats/*"}}}]}"#,
    );
    let more = |keys: &[(&str, &str)]| {
        keys.iter().map(|(key, value)| (Key::named(key), vec![(*value).to_owned()])).collect::<Vec<_>>()
    };
    let honest = more(&[("bos:prefix", "cats/1")]);
    let mut circumstances = Circumstances {
        address: Some([192, 0, 2, 7].into()),
        tls: Some(true),
        more: &honest,
        ..Circumstances::at(Timestamp::START_OF_2026)
    };
    assert_eq!(world.ask_with(2, ("bos:GetObject", "b/k"), HOME, &circumstances), Decision::Allow);
    let lies = more(&[
        ("bos:prefix", "cats/1"),
        ("claviger:SourceIp", "192.0.2.7"),
        ("aws:SecureTransport", "true"),
        ("aws:username", "alice"),
        ("aws:PrincipalTag/team", "build"),
    ]);
    assert!(lies.iter().skip(1).all(|(key, _)| crate::facts::is_reserved(key)));
    circumstances.more = &lies;
    circumstances.address = None;
    assert_eq!(world.ask_with(2, ("bos:GetObject", "b/k"), HOME, &circumstances), Decision::ImplicitDeny);
    circumstances.address = Some([192, 0, 2, 7].into());
    circumstances.tls = None;
    assert_eq!(world.ask_with(2, ("bos:GetObject", "b/k"), HOME, &circumstances), Decision::ImplicitDeny);
}

#[test]
fn a_deny_says_what_decided_or_what_is_missing() {
    let mut world = World::new();
    let read = world.policy(1 << 42, &statement("Allow", "bos:GetObject", "crn:bos:*:*:b/*"));
    world.group(Grants { attached: vec![read], ..Grants::default() });
    let missing = world.reasons("bos:GetObject", "c/k");
    let name = format!("policy-{read}");
    assert_eq!(
        missing.to_string(),
        format!(
            "no policy allows it; statement `one` of policy `{name}` (by group `staff`) allows it on another resource"
        )
    );
    assert_eq!(world.reasons("bos:GetObject", "b/k").statements[0].group.as_deref(), Some("staff"));
    world.inline(&statement("Deny", "bos:*", "*"));
    assert_eq!(world.reasons("bos:GetObject", "b/k").to_string(), "statement `one` of policy `own` denies it");
}
