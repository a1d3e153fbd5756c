use std::sync::Arc;

use base::ids::{GroupId, PolicyId, RoleId};

use super::*;
use crate::{
    identity::{Actor, Credential, Identity},
    session::Session,
    snapshot::{Grants, Group, Policy, Rules},
    testing::{
        ALICE, AWAY, BOB, HOME, ROOT, ROOT_AWAY, STAFF, World, ZOE, account, chained, noon, policy, role, rules,
        session_as, session_of, statement, trusting, user,
    },
};

const DEPLOY: u64 = 21;
const BUILD: u64 = 22;

/// What is said without anything special.
const PLAIN: Wish<'static> = Wish { name: "work", external_id: None, source_identity: None, tags: &[] };

#[derive(Debug, PartialEq, Clone, Copy)]
enum Answer {
    Yes,
    NotTrusted,
    NotAllowed,
}

use Answer::{NotAllowed, NotTrusted, Yes};

impl World {
    fn asks_for(&self, who: Who<'_>, number: u64, wish: &Wish<'_>) -> Result<(), Refusal> {
        let role = self.snapshot.roles.get(&RoleId::new(number).unwrap()).map(AsRef::as_ref);
        let account = role.map_or(account(HOME), |role| role.account);
        self.asks_in(who, (account, role), wish)
    }

    fn asks_in(
        &self,
        who: Who<'_>,
        (account, role): (AccountId, Option<&Role>),
        wish: &Wish<'_>,
    ) -> Result<(), Refusal> {
        let asked = Asked { account, named: "role/deploy", role };
        let address = Some([192, 0, 2, 7].into());
        let circumstances = Circumstances { address, tls: Some(true), agent: "test/1", ..Circumstances::at(noon()) };
        may_assume(&self.snapshot, who, asked, wish, &circumstances)
    }

    fn asks(&self, who: Who<'_>) -> Answer {
        answer(&self.asks_for(who, DEPLOY, &PLAIN))
    }

    fn asks_with(&self, who: Who<'_>, wish: &Wish<'_>) -> Answer {
        answer(&self.asks_for(who, DEPLOY, wish))
    }

    fn boundary(&mut self, id: u64, of: Actor, document: Arc<Rules>) {
        let id = PolicyId::new(id).unwrap();
        let (account, path) = (Some(account(HOME)), "/".to_owned());
        let policy = Policy { id, account, name: "edge".to_owned(), path, rules: document };
        self.snapshot.policies.insert(id, Arc::new(policy));
        match of {
            Actor::User(user) => self.change(user.number(), |user| user.grants.boundary = Some(id)),
            Actor::Role(role) => self.change_role(role.number(), |role| role.grants.boundary = Some(id)),
        }
    }
}

fn answer(outcome: &Result<(), Refusal>) -> Answer {
    match outcome {
        Ok(()) => Yes,
        Err(Refusal::NotTrusted) => NotTrusted,
        Err(Refusal::NotAllowed(_)) => NotAllowed,
    }
}

fn by_key(number: u64) -> Who<'static> {
    Who::unlimited(user(number))
}

fn by(session: &Session) -> Who<'_> {
    Who { actor: session.actor, limit: session.limit(), session: Some(session) }
}

fn limited(number: u64, limit: &Rules) -> Who<'_> {
    Who { actor: user(number), limit: Some(limit), session: None }
}

fn arn(home: u64, path: &str) -> String {
    format!("arn:aws:iam::{home}:{path}")
}

fn trusts(principal: &str) -> String {
    trusting("Allow", "*", principal, "")
}

fn assuming(more: &str) -> String {
    statement("Allow", "sts:*", more)
}

fn condition(operator: &str, key: &str, value: &str) -> String {
    format!(r#","Condition":{{"{operator}":{{"{key}":"{value}"}}}}"#)
}

/// SEC-098: whoever the trust document names by the account alone needs own policies besides; whom it names needs none.
#[test]
fn sec_098_trust_in_the_account_needs_own_policies_and_trust_in_oneself_does_not() {
    let mut world = World::new();
    world.give(BOB, &assuming(""));
    for everyone in [HOME.to_string(), arn(HOME, "root"), "*".to_owned()] {
        world.role(DEPLOY, HOME, &trusts(&everyone));
        let answers = [ALICE, BOB, ROOT].map(|user| world.asks(by_key(user)));
        assert_eq!(answers, [NotAllowed, Yes, Yes], "{everyone}");
    }
    for (named, wanted) in [
        ("user/alice", [Yes, NotTrusted, NotTrusted]),
        ("group/staff", [Yes, NotTrusted, NotTrusted]),
        ("user/bob", [NotAllowed, Yes, NotTrusted]),
        ("role/ops/role-22", [NotAllowed, NotTrusted, NotTrusted]),
    ] {
        world.role(DEPLOY, HOME, &trusts(&arn(HOME, named)));
        assert_eq!([ALICE, BOB, ROOT].map(|user| world.asks(by_key(user))), wanted, "{named}");
    }
    world.role(DEPLOY, HOME, &trusts(&AWAY.to_string()));
    assert_eq!([BOB, ROOT].map(|user| world.asks(by_key(user))), [NotTrusted, NotTrusted]);
    world.change(BOB, |bob| bob.enabled = false);
    world.role(DEPLOY, HOME, &trusts(&arn(HOME, "user/bob")));
    assert_eq!(world.asks(by_key(BOB)), NotTrusted);
}

/// Own policies must name the role.
#[test]
fn sec_098_own_policies_are_about_the_very_role() {
    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusts(&HOME.to_string()));
    let on = |resource: &str| format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{resource}"}}"#);
    for (resource, wanted) in [
        (arn(HOME, "role/ops/role-21"), Yes),
        ("crn:iam:::role/ops/*".replace(":::", &format!("::{HOME}:")), Yes),
        (arn(HOME, "role/role-21"), NotAllowed),
        (arn(AWAY, "role/ops/role-21"), NotAllowed),
        (arn(HOME, "role/ops/role-2"), NotAllowed),
    ] {
        world.change(BOB, |bob| bob.grants = Grants::default());
        world.give(BOB, &on(&resource));
        assert_eq!(world.asks(by_key(BOB)), wanted, "{resource}");
    }
}

/// SEC-081: a Deny anywhere denies: by oneself, by a group, by the boundary, by what limits the credential, by the role.
#[test]
fn sec_081_a_deny_anywhere_denies() {
    let denies = statement("Deny", "sts:AssumeRole", "");
    let world = || {
        let mut world = World::new();
        world.role(DEPLOY, HOME, &trusts(&arn(HOME, "user/alice")));
        world.give(ALICE, &assuming(""));
        world
    };
    assert_eq!(world().asks(by_key(ALICE)), Yes);
    let mut own = world();
    own.give(ALICE, &denies);
    assert_eq!(own.asks(by_key(ALICE)), NotAllowed);
    let mut of_group = world();
    let (id, inline) = (GroupId::new(STAFF).unwrap(), rules(&denies));
    let inline = vec![crate::snapshot::Inline { name: "no".to_owned(), document: inline, digest: [0; 32] }];
    let grants = Grants { inline, ..Grants::default() };
    let group = Group { id, account: account(HOME), name: "staff".to_owned(), path: "/".to_owned(), grants };
    of_group.snapshot.groups.insert(id, Arc::new(group));
    assert_eq!(of_group.asks(by_key(ALICE)), NotAllowed);
    let mut of_boundary = world();
    of_boundary.boundary(1 << 42, user(ALICE), rules(&format!("{},{denies}", statement("Allow", "*", ""))));
    assert_eq!(of_boundary.asks(by_key(ALICE)), NotAllowed);
    let limit = rules(&format!("{},{denies}", statement("Allow", "*", "")));
    assert_eq!(world().asks(limited(ALICE, &limit)), NotAllowed);
    let mut of_role = world();
    let denying = trusting("Deny", "sts:AssumeRole", &HOME.to_string(), "");
    of_role.role(DEPLOY, HOME, &format!("{},{denying}", trusts(&arn(HOME, "user/alice"))));
    assert_eq!(of_role.asks(by_key(ALICE)), NotTrusted);
    for root in [ROOT, ALICE] {
        let mut of_root = world();
        of_root.role(DEPLOY, HOME, &format!("{},{denying}", trusts(&HOME.to_string())));
        assert_eq!(of_root.asks(by_key(root)), NotTrusted);
    }
}

/// SEC-098: a boundary leaves out what it does not allow, also where a group or role is trusted; whom the document names
/// itself it does not bind, as no boundary does (decision 0007); but one that is not there binds everybody.
#[test]
fn sec_098_a_boundary_binds_who_is_not_named_itself() {
    let edge = || rules(&statement("Allow", "bos:*", ""));
    for (named, wanted) in
        [(HOME.to_string(), NotAllowed), (arn(HOME, "group/staff"), NotAllowed), (arn(HOME, "user/alice"), Yes)]
    {
        let mut world = World::new();
        world.role(DEPLOY, HOME, &trusts(&named));
        world.give(ALICE, &assuming(""));
        assert_eq!(world.asks(by_key(ALICE)), Yes);
        world.boundary(1 << 42, user(ALICE), edge());
        assert_eq!(world.asks(by_key(ALICE)), wanted, "{named}");
        world.snapshot.policies.remove(&PolicyId::new(1 << 42).unwrap());
        assert_eq!(world.asks(by_key(ALICE)), NotAllowed, "{named}: the boundary is gone");
    }
    let mut world = World::new();
    world.role(BUILD, HOME, &trusts(&HOME.to_string()));
    world.role(DEPLOY, HOME, &trusts(&arn(HOME, "role/ops/role-22")));
    let session = session_as(BUILD, ALICE);
    assert_eq!(world.asks(by(&session)), Yes);
    world.boundary(1 << 42, role(BUILD), edge());
    assert_eq!(world.asks(by(&session)), NotAllowed);
    world.role(DEPLOY, HOME, &trusts(&format!("arn:aws:sts::{HOME}:assumed-role/role-22/work")));
    assert_eq!(world.asks(by(&session)), Yes, "the very session is named");
}

/// SEC-088: whoever holds more than can be looked through may hold a Deny among it.
#[test]
fn sec_088_trust_is_nothing_to_whoever_holds_too_much() {
    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusts(&arn(HOME, "user/alice")));
    let list = vec![format!("\"crn:bos:*:*:{}/*\"", "b".repeat(500)); 18].join(",");
    let long = format!(r#"{{"Effect":"Allow","Action":"bos:*","Resource":[{list}]}}"#);
    for _ in 0..60 {
        world.give(ALICE, &long);
    }
    assert_eq!(world.asks(by_key(ALICE)), NotAllowed);
}

/// SEC-110: both accounts have a say, whatever the document names.
#[test]
fn sec_110_another_accounts_role_needs_both() {
    let mut world = World::new();
    for named in [AWAY.to_string(), arn(AWAY, "user/zoe"), arn(AWAY, "root")] {
        world.role(DEPLOY, HOME, &trusts(&named));
        world.change(ZOE, |zoe| zoe.grants = Grants::default());
        assert_eq!(world.asks(by_key(ZOE)), NotAllowed, "{named}");
        world.give(ZOE, &assuming(""));
        assert_eq!(world.asks(by_key(ZOE)), Yes, "{named}");
        let root = if named.contains("user") { NotTrusted } else { Yes };
        assert_eq!(world.asks(by_key(ROOT_AWAY)), root, "{named}");
        world.give(ZOE, &statement("Deny", "sts:AssumeRole", ""));
        assert_eq!(world.asks(by_key(ZOE)), NotAllowed, "{named}");
    }
}

/// SEC-004: nothing tells a role of another account that does not trust from one that is not there: no condition on its
/// tags, no pattern of its path.
#[test]
fn sec_004_another_accounts_role_that_does_not_trust_is_as_none() {
    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusts(&HOME.to_string()));
    let secretive = world.snapshot.roles.get(&RoleId::new(DEPLOY).unwrap()).unwrap().clone();
    let on =
        |resource: &str, more: &str| format!(r#"{{"Effect":"Allow","Action":"sts:*","Resource":"{resource}"{more}}}"#);
    for (held, wanted) in [
        (String::new(), NotAllowed),
        (assuming(""), NotTrusted),
        (assuming(&condition("StringEquals", "aws:ResourceTag/team", "ops")), NotAllowed),
        (assuming(&condition("StringNotEquals", "aws:ResourceTag/team", "ops")), NotTrusted),
        (assuming(&condition("Null", "aws:ResourceTag/team", "true")), NotTrusted),
        (on(&arn(HOME, "role/ops/role-21"), ""), NotAllowed),
        (on(&arn(HOME, "role/ops/*"), ""), NotAllowed),
        (on(&arn(HOME, "role/deploy"), ""), NotTrusted),
    ] {
        world.change(ZOE, |zoe| zoe.grants = Grants::default());
        if !held.is_empty() {
            world.give(ZOE, &held);
        }
        let there = world.asks_in(by_key(ZOE), (account(HOME), Some(&secretive)), &PLAIN);
        let absent = world.asks_in(by_key(ZOE), (account(HOME), None), &PLAIN);
        assert_eq!(there, absent, "{held}");
        assert_eq!(answer(&there), wanted, "{held}");
    }
    world.role(DEPLOY, HOME, &trusts(&AWAY.to_string()));
    world.change(ZOE, |zoe| zoe.grants = Grants::default());
    world.give(ZOE, &assuming(&condition("StringEquals", "aws:ResourceTag/team", "ops")));
    assert_eq!(world.asks(by_key(ZOE)), Yes, "whom it trusts sees its tags");
}

/// SEC-107: an external id is compared exactly, and required where the document asks for one.
#[test]
fn sec_107_an_external_id_is_exact_and_required() {
    let mut world = World::new();
    world.give(ZOE, &assuming(""));
    let asking = condition("StringEquals", "sts:ExternalId", "Blue:42/x");
    world.role(DEPLOY, HOME, &trusting("Allow", "*", &AWAY.to_string(), &asking));
    let says = |id| Wish { external_id: id, ..PLAIN };
    assert_eq!(world.asks_with(by_key(ZOE), &says(Some("Blue:42/x"))), Yes);
    for wrong in [None, Some("blue:42/x"), Some("Blue:42/x "), Some("Blue:42/"), Some("*"), Some("")] {
        assert_eq!(world.asks_with(by_key(ZOE), &says(wrong)), NotTrusted, "{wrong:?}");
    }
    world.role(DEPLOY, HOME, &trusts(&AWAY.to_string()));
    assert_eq!(world.asks_with(by_key(ZOE), &says(Some("whatever"))), Yes, "who asks for none takes any");
}

/// What a trust document can ask about who asks, and about what it says.
#[test]
fn sec_098_conditions_of_trust() {
    let tags = [("team".to_owned(), "night".to_owned())];
    let wish = Wish { name: "work", external_id: Some("x1"), source_identity: Some("carol"), tags: &tags };
    for (operator, key, value, fits) in [
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", true),
        ("IpAddress", "aws:SourceIp", "198.51.100.0/24", false),
        ("StringEquals", "sts:RoleSessionName", "work", true),
        ("StringEquals", "sts:RoleSessionName", "Work", false),
        ("StringEquals", "sts:SourceIdentity", "carol", true),
        ("StringEquals", "sts:SourceIdentity", "dave", false),
        ("StringEquals", "aws:RequestTag/team", "night", true),
        ("StringEquals", "aws:RequestTag/team", "day", false),
        ("StringEquals", "aws:RequestTag/other", "night", false),
        ("ForAllValues:StringEquals", "aws:TagKeys", "team", true),
        ("ForAllValues:StringEquals", "aws:TagKeys", "other", false),
        ("StringEquals", "aws:PrincipalTag/team", "build", true),
        ("StringEquals", "aws:PrincipalTag/team", "night", false),
        ("StringEquals", "aws:ResourceTag/team", "ops", true),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::100000000000:user/alice", true),
        ("StringEquals", "aws:username", "alice", true),
        ("StringEquals", "aws:PrincipalAccount", "100000000000", true),
        ("Bool", "aws:SecureTransport", "true", true),
        ("Bool", "aws:MultiFactorAuthPresent", "false", false),
        ("Null", "aws:TokenIssueTime", "true", true),
        ("DateLessThan", "aws:CurrentTime", "2026-11-22T12:00:01Z", true),
        ("DateLessThan", "aws:CurrentTime", "2026-11-22T12:00:00Z", false),
    ] {
        let mut world = World::new();
        let named = arn(HOME, "user/alice");
        world.role(DEPLOY, HOME, &trusting("Allow", "*", &named, &condition(operator, key, value)));
        let wanted = if fits { Yes } else { NotAllowed };
        assert_eq!(world.asks_with(by_key(ALICE), &wish), wanted, "{operator} {key} {value}");
        world.give(ALICE, &assuming(""));
        let wanted = if fits { Yes } else { NotTrusted };
        assert_eq!(world.asks_with(by_key(ALICE), &wish), wanted, "{operator} {key} {value}, allowed by itself");
    }
}

/// Tags need `sts:TagSession`, and a source identity `sts:SetSourceIdentity`, of both sides.
#[test]
fn sec_108_tags_and_a_source_identity_need_actions_of_their_own() {
    let tags = [("team".to_owned(), "night".to_owned())];
    let tagged = Wish { tags: &tags, ..PLAIN };
    let sourced = Wish { source_identity: Some("carol"), ..PLAIN };
    let both = Wish { tags: &tags, source_identity: Some("carol"), ..PLAIN };
    let asks = |trust: &[&str], held: &[&str]| {
        let mut world = World::new();
        world.role(DEPLOY, HOME, &trusting("Allow", &trust.join("\",\""), &HOME.to_string(), ""));
        for action in held {
            world.give(ALICE, &statement("Allow", action, ""));
        }
        [PLAIN, tagged, sourced, both].map(|wish| world.asks_with(by_key(ALICE), &wish))
    };
    let (assume, tag, source) = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity");
    let all = [assume, tag, source];
    assert_eq!(asks(&all, &all), [Yes, Yes, Yes, Yes]);
    assert_eq!(asks(&[assume], &all), [Yes, NotTrusted, NotTrusted, NotTrusted]);
    assert_eq!(asks(&[assume, tag], &all), [Yes, Yes, NotTrusted, NotTrusted]);
    assert_eq!(asks(&all, &[assume]), [Yes, NotAllowed, NotAllowed, NotAllowed]);
    assert_eq!(asks(&all, &[assume, source]), [Yes, NotAllowed, Yes, NotAllowed]);
    assert_eq!(asks(&[tag, source], &all), [NotTrusted; 4]);
    assert_eq!(asks(&all, &[tag, source]), [NotAllowed; 4]);
}

/// SEC-106: what limits a credential must allow it, whoever's it is and whomever the document names.
#[test]
fn sec_106_a_limited_credential_needs_its_document_too() {
    let silent = rules(&statement("Allow", "bos:*", ""));
    let allows = rules(&assuming(""));
    for (who, trust) in [
        (ROOT, HOME.to_string()),
        (ALICE, arn(HOME, "user/alice")),
        (ALICE, arn(HOME, "group/staff")),
        (BOB, HOME.to_string()),
    ] {
        let mut world = World::new();
        world.role(DEPLOY, HOME, &trusts(&trust));
        world.give(BOB, &assuming(""));
        assert_eq!(world.asks(by_key(who)), Yes, "{who} {trust}");
        assert_eq!(world.asks(limited(who, &silent)), NotAllowed, "{who} {trust}");
        assert_eq!(world.asks(limited(who, &allows)), Yes, "{who} {trust}");
    }
}

/// A role's session asks as the role: by name, by the role, by its account; and by what it holds.
#[test]
fn sec_098_chains() {
    let mut world = World::new();
    world.role(BUILD, HOME, &trusts(&HOME.to_string()));
    let (session, foreign) = (session_as(BUILD, ALICE), session_as(BUILD, ZOE));
    for (trust, wanted) in [
        (arn(HOME, "role/ops/role-22"), [Yes, Yes]),
        (format!("arn:aws:sts::{HOME}:assumed-role/role-22/work"), [Yes, Yes]),
        (format!("arn:aws:sts::{HOME}:assumed-role/role-22/play"), [NotAllowed, NotAllowed]),
        (arn(HOME, "role/ops/role-23"), [NotAllowed, NotAllowed]),
        (HOME.to_string(), [NotAllowed, NotAllowed]),
        // By whom it was assumed counts for nothing: it acts as the role.
        (arn(HOME, "user/alice"), [NotAllowed, NotAllowed]),
        (AWAY.to_string(), [NotAllowed, NotAllowed]),
    ] {
        world.role(DEPLOY, HOME, &trusts(&trust));
        assert_eq!([&session, &foreign].map(|session| world.asks(by(session))), wanted, "{trust}");
    }
    world.role(DEPLOY, HOME, &trusts(&HOME.to_string()));
    let inline = crate::snapshot::Inline { name: "own".to_owned(), document: rules(&assuming("")), digest: [0; 32] };
    world.change_role(BUILD, |role| role.grants.inline.push(inline));
    assert_eq!(world.asks(by(&session)), Yes);
    let narrow = Session { policy: Some(policy(&statement("Allow", "bos:*", ""))), ..session.clone() };
    assert_eq!(world.asks(by(&narrow)), NotAllowed);
    assert_eq!(world.asks(by(&chained(BUILD, session, 12))), Yes);
}

/// What a decision can ask about a session.
fn seen(session: &Session, conditions: &str) -> bool {
    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusts(&HOME.to_string()));
    let allows = statement("Allow", "bos:*", &format!(r#","Condition":{{{conditions}}}"#));
    world.give(ALICE, &allows);
    let inline = crate::snapshot::Inline { name: "own".to_owned(), document: rules(&allows), digest: [0; 32] };
    world.change_role(DEPLOY, |role| role.grants.inline.push(inline));
    let identity = Identity {
        account: session.account,
        actor: session.actor,
        credential: Credential::Session(Arc::new(session.clone())),
    };
    may(&world, &identity, "bos:GetObject") == Decision::Allow
}

fn may(world: &World, identity: &Identity, action: &str) -> Decision {
    let name = ResourceName::Named { partition: None, service: "bos", region: "", account: "", path: "b/k" };
    let circumstances = Circumstances::at(noon());
    let question = Question {
        who: Who::of(identity, &world.snapshot).unwrap(),
        action: world.snapshot.system.catalogue.action(action).unwrap(),
        resource: Resource { account: account(HOME), name, tags: &[] },
        circumstances: &circumstances,
    };
    let decision = check::check(&world.snapshot, &question);
    assert_eq!(check::explain(&world.snapshot, &question).decision, decision);
    decision
}

/// SEC-090: what policies can ask about who acts is true of sessions, too.
#[test]
fn sec_090_the_keys_of_a_session() {
    let own = session_of(ALICE);
    let mut assumed = session_as(DEPLOY, ALICE);
    assumed.assumed.as_mut().unwrap().source_identity = Some("carol".to_owned());
    let pair = |key: &str, value: &str| format!(r#""{key}":"{value}""#);
    for (operator, key, of_user, of_role) in [
        (
            "ArnEquals",
            "aws:PrincipalArn",
            "arn:aws:iam::100000000000:user/alice",
            "arn:aws:iam::100000000000:role/ops/role-21",
        ),
        ("StringEquals", "aws:userid", "2", "21:work"),
        ("StringEquals", "aws:PrincipalType", "User", "AssumedRole"),
        ("StringEquals", "aws:PrincipalAccount", "100000000000", "100000000000"),
        ("DateEquals", "aws:TokenIssueTime", "2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z"),
        ("Bool", "aws:MultiFactorAuthPresent", "false", "false"),
        ("Null", "aws:MultiFactorAuthAge", "true", "true"),
        ("StringEquals", "aws:PrincipalTag/team", "build", "ops"),
    ] {
        assert!(seen(&own, &format!(r#""{operator}":{{{}}}"#, pair(key, of_user))), "{key} of the user");
        assert!(seen(&assumed, &format!(r#""{operator}":{{{}}}"#, pair(key, of_role))), "{key} of the role");
    }
    assert!(seen(&own, r#""StringEquals":{"aws:username":"alice"},"Null":{"aws:SourceIdentity":"true"}"#));
    assert!(seen(&assumed, r#""StringEquals":{"aws:SourceIdentity":"carol"},"Null":{"aws:username":"true"}"#));
    let with_factor = Session { mfa: Some(noon().minus(std::time::Duration::from_secs(90))), ..assumed };
    assert!(seen(
        &with_factor,
        r#""Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericEquals":{"aws:MultiFactorAuthAge":"90"}"#
    ));
}

/// A session's tag hides the role's of that name; one that cannot be told is none, and not the role's.
#[test]
fn sec_090_a_sessions_tags_stand_over_the_roles() {
    let tagged = |tags: &[(&str, &str)]| {
        let mut session = session_as(DEPLOY, ALICE);
        session.assumed.as_mut().unwrap().tags =
            tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        session
    };
    let is = |session: &Session, value: &str| {
        seen(session, &format!(r#""StringEquals":{{"aws:PrincipalTag/team":"{value}"}}"#))
    };
    assert!(is(&tagged(&[]), "ops") && is(&tagged(&[("other", "x")]), "ops"));
    for tags in [[("team", "night")], [("TEAM", "night")]] {
        assert!(is(&tagged(&tags), "night") && !is(&tagged(&tags), "ops"));
    }
    let twice = tagged(&[("team", "night"), ("Team", "ops")]);
    assert!(!is(&twice, "night") && !is(&twice, "ops"));
    assert!(seen(&twice, r#""Null":{"aws:PrincipalTag/team":"true"}"#));
}

/// SEC-106: a session may do what its policy and its owner's permissions have in common; root's, too.
#[test]
fn sec_106_a_session_policy_only_narrows() {
    use Decision::{Allow, ExplicitDeny, ImplicitDeny};

    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusts(&HOME.to_string()));
    world.give(ALICE, &statement("Allow", "bos:*", ""));
    let inline = |text: &str| crate::snapshot::Inline { name: "own".into(), document: rules(text), digest: [0; 32] };
    world.change_role(DEPLOY, |role| role.grants.inline.push(inline(&statement("Allow", "bos:*", ""))));
    let narrow = format!("{},{}", statement("Allow", "bos:Get*", ""), statement("Allow", "iam:*", ""));
    let denying = format!("{},{}", statement("Allow", "*", ""), statement("Deny", "bos:Put*", ""));
    for session in [session_of(ROOT), session_of(ALICE), session_as(DEPLOY, ALICE)] {
        let is_root = session.actor == user(ROOT);
        let by = |statements: Option<&str>, bearer: bool| {
            let session = Session { policy: statements.map(policy), bearer, ..session.clone() };
            let identity = Identity {
                account: session.account,
                actor: session.actor,
                credential: Credential::Session(Arc::new(session)),
            };
            ["bos:GetObject", "bos:PutObject", "iam:CreateUser"].map(|action| may(&world, &identity, action))
        };
        let of_iam = if is_root { Allow } else { ImplicitDeny };
        for bearer in [false, true] {
            assert_eq!(by(None, bearer), [Allow, Allow, of_iam]);
            assert_eq!(by(Some(&narrow), bearer), [Allow, ImplicitDeny, of_iam]);
            assert_eq!(by(Some(&denying), bearer), [Allow, ExplicitDeny, of_iam]);
            assert_eq!(by(Some(&statement("Deny", "*", "")), bearer), [ExplicitDeny; 3]);
        }
        let limited = Session { policy: Some(policy(&narrow)), ..session.clone() };
        let who = Who { actor: limited.actor, limit: limited.limit(), session: Some(&limited) };
        assert!(!who.is_whole_root(&world.snapshot));
        let whole = Who { limit: None, ..who };
        assert_eq!(whole.is_whole_root(&world.snapshot), is_root);
    }
}
