use super::*;
use crate::{
    condition::Operator,
    document::{Principal, Statement},
    testing::{
        Keys, Random, allow, compile, compile_numbered, condition, deny, document, request,
        world::{World, random_keys, random_request, random_statement},
    },
};

const USER: &str = "arn:aws:iam::1:user/a";

/// A user of number 7 in account 1, without documents.
fn nobody() -> World {
    World {
        kind: AskerKind::User(7),
        groups: vec![9],
        same_account: true,
        identity: Vec::new(),
        boundary: None,
        session: None,
        resource: None,
    }
}

fn get_user(world: &World) -> Decision {
    world.decide(&request("iam:GetUser", USER), &Keys::default())
}

fn gets() -> Statement {
    allow(&["iam:GetUser"], &[USER])
}

fn lists() -> Statement {
    allow(&["iam:ListUsers"], &["*"])
}

fn user(name: &str) -> Principal {
    Principal::User { account: "1".into(), name: name.into() }
}

fn named(principal: Principal) -> World {
    World { resource: Some(document([gets().to([principal])])), ..nobody() }
}

#[test]
fn sec_081_nothing_is_allowed_by_default() {
    assert_eq!(get_user(&nobody()), Decision::ImplicitDeny);
    assert_eq!(get_user(&World { identity: vec![document([lists()])], ..nobody() }), Decision::ImplicitDeny);
    assert_eq!(get_user(&World { identity: vec![document([lists(), gets()])], ..nobody() }), Decision::Allow);
}

#[test]
fn sec_081_a_deny_in_any_layer_beats_every_allow() {
    let allowing = World {
        identity: vec![document([gets()])],
        boundary: Some(document([gets()])),
        session: Some(vec![document([gets()])]),
        resource: Some(document([gets().to([user("7")])])),
        ..nobody()
    };
    assert_eq!(get_user(&allowing), Decision::Allow);
    for layer in 0..4 {
        for kind in [AskerKind::User(7), AskerKind::Root] {
            let mut world = World { kind, ..allowing.clone() };
            let document = world.documents().nth(layer).unwrap();
            let statement = deny(&["iam:Get*"], &["*"]).to([Principal::Everyone]);
            document.statements.push(statement);
            assert_eq!(get_user(&world), Decision::ExplicitDeny, "layer {layer} {kind:?}");
        }
    }
}

#[test]
fn sec_081_a_boundary_that_cannot_be_had_denies_everything() {
    let allows = compile_numbered(&document([allow(&["*"], &["*"]).to([user("7")])]));
    for kind in [AskerKind::User(7), AskerKind::Root] {
        let layers = Layers {
            asker: &Asker { account: "1", kind, groups: &[] },
            same_account: true,
            identity: [&allows].into_iter(),
            boundary: Boundary::Missing,
            session: None,
            resource: Some(&allows),
        };
        assert_eq!(decide(&layers, &request("iam:GetUser", USER), &Keys::default()), Decision::ImplicitDeny);
    }
}

#[test]
fn boundary_and_session_limit_and_do_not_grant() {
    let identity = vec![document([gets()])];
    for (boundary, session, expected) in [
        (None, None, Decision::Allow),
        (Some(gets()), None, Decision::Allow),
        (Some(lists()), None, Decision::ImplicitDeny),
        (None, Some(vec![gets()]), Decision::Allow),
        (None, Some(vec![lists()]), Decision::ImplicitDeny),
        (None, Some(vec![lists(), gets()]), Decision::Allow),
        (None, Some(Vec::new()), Decision::ImplicitDeny),
        (Some(gets()), Some(vec![lists()]), Decision::ImplicitDeny),
    ] {
        let boundary = boundary.map(|statement| document([statement]));
        let session = session.map(|list| list.into_iter().map(|statement| document([statement])).collect());
        let world = World { boundary, session, ..nobody() };
        assert_eq!(get_user(&world), Decision::ImplicitDeny);
        assert_eq!(get_user(&World { identity: identity.clone(), ..world }), expected);
    }
}

#[test]
fn root_may_do_everything_in_its_account_but_for_its_session() {
    let root = World { kind: AskerKind::Root, ..nobody() };
    assert_eq!(get_user(&root), Decision::Allow);
    assert_eq!(get_user(&World { boundary: Some(document([lists()])), ..root.clone() }), Decision::Allow);
    let limited = World { session: Some(vec![document([lists()])]), ..root.clone() };
    assert_eq!(get_user(&limited), Decision::ImplicitDeny);
    assert_eq!(get_user(&World { same_account: false, ..root.clone() }), Decision::ImplicitDeny);
    let account = Principal::Account("1".into());
    let invited = World { same_account: false, kind: AskerKind::Root, ..named(account) };
    assert_eq!(get_user(&invited), Decision::Allow);
    let limited = World { session: Some(vec![document([lists()])]), ..invited };
    assert_eq!(get_user(&limited), Decision::ImplicitDeny);
}

/// Who is named by a resource's document: allowed at all, and whatever boundary and session leave out.
#[test]
fn a_resource_names_its_callers_closely_or_less_so() {
    let session = AskerKind::Session { role: 8, name: "s" };
    let role = |name: &str| Principal::Role { account: "1".into(), name: name.into() };
    let of_role =
        |role: &str, name: &str| Principal::Session { account: "1".into(), role: role.into(), name: name.into() };
    let group = |name: &str| Principal::Group { account: "1".into(), name: name.into() };
    let service = AskerKind::Service("bos");
    for (kind, principal, alone, limited) in [
        (AskerKind::User(7), user("7"), true, true),
        (AskerKind::User(7), user("8"), false, false),
        (AskerKind::User(7), user("unknown"), false, false),
        (AskerKind::User(7), role("7"), false, false),
        (AskerKind::User(7), group("9"), true, false),
        (AskerKind::User(7), group("7"), false, false),
        (AskerKind::User(7), Principal::Everyone, true, false),
        (AskerKind::User(7), Principal::Account("1".into()), false, false),
        (AskerKind::User(7), Principal::Account("2".into()), false, false),
        (AskerKind::User(7), Principal::Id("7".into()), false, false),
        (AskerKind::User(7), Principal::Provider { account: None, name: "7".into() }, false, false),
        (session, of_role("8", "s"), true, true),
        (session, of_role("8", "t"), false, false),
        (session, of_role("7", "s"), false, false),
        (session, role("8"), true, false),
        (session, user("8"), false, false),
        (session, Principal::Account("1".into()), false, false),
        (service, Principal::Service("bos".into()), true, true),
        (service, Principal::Service("fc".into()), false, false),
    ] {
        let expect = |yes| if yes { Decision::Allow } else { Decision::ImplicitDeny };
        let world = World { kind, ..named(principal.clone()) };
        assert_eq!(get_user(&world), expect(alone), "{kind:?} {principal:?}");
        let bounded = World { boundary: Some(document([lists()])), ..world.clone() };
        assert_eq!(get_user(&bounded), expect(limited), "{kind:?} {principal:?} with a boundary");
        let session = World { session: Some(vec![document([lists()])]), ..world };
        assert_eq!(get_user(&session), expect(limited), "{kind:?} {principal:?} with a session policy");
    }
}

#[test]
fn another_accounts_resource_needs_both() {
    for (principal, names) in [
        (user("7"), true),
        (user("8"), false),
        (Principal::Account("1".into()), true),
        (Principal::Account("2".into()), false),
        (Principal::Everyone, true),
    ] {
        let away = World { same_account: false, ..named(principal.clone()) };
        assert_eq!(get_user(&away), Decision::ImplicitDeny, "{principal:?} without an identity's Allow");
        let both = World { identity: vec![document([gets()])], ..away };
        let expected = if names { Decision::Allow } else { Decision::ImplicitDeny };
        assert_eq!(get_user(&both), expected, "{principal:?}");
        let bounded = World { boundary: Some(document([lists()])), ..both.clone() };
        assert_eq!(get_user(&bounded), Decision::ImplicitDeny, "{principal:?}");
        assert_eq!(get_user(&World { resource: None, ..both }), Decision::ImplicitDeny);
    }
}

#[test]
fn who_is_not_listed_where_a_list_is_negated() {
    let negated = |statement: Statement, principals: Vec<Principal>| World {
        identity: vec![document([gets()])],
        resource: Some(document([statement.to(principals).not(false, false, true)])),
        ..nobody()
    };
    let denies = deny(&["*"], &["*"]);
    assert_eq!(get_user(&negated(denies.clone(), vec![user("8")])), Decision::ExplicitDeny);
    assert_eq!(get_user(&negated(denies.clone(), vec![user("7"), user("8")])), Decision::Allow);
    assert_eq!(get_user(&negated(denies, vec![Principal::Account("1".into())])), Decision::Allow);
    let allows = negated(gets(), vec![user("8")]);
    assert_eq!(get_user(&World { identity: Vec::new(), ..allows.clone() }), Decision::Allow);
    assert_eq!(get_user(&World { same_account: false, ..allows }), Decision::Allow);
}

#[test]
fn trust_documents_allow_by_themselves() {
    let assume = |principal| allow(&["sts:AssumeRole"], &[]).to([principal]);
    let role = request("sts:AssumeRole", "arn:aws:iam::1:role/r");
    let asked = |statements: Vec<Statement>, keys: &Keys| {
        let asker = Asker { account: "1", kind: AskerKind::User(7), groups: &[9] };
        trusts(&compile_numbered(&document(statements)), &asker, &role, keys)
    };
    let group = Principal::Group { account: "1".into(), name: "9".into() };
    let denies = deny(&["*"], &[]).to([user("7")]);
    let when = condition(Operator::Bool, "aws:MultiFactorAuthPresent", &["true"]);
    let plain = Keys::default();
    let with_factor = Keys::default().with("multifactorauthpresent", "true");
    assert_eq!(asked(vec![assume(user("7"))], &plain), Trust::Principal);
    assert_eq!(asked(vec![assume(group)], &plain), Trust::Role);
    assert_eq!(asked(vec![assume(Principal::Account("1".into())), assume(user("7"))], &plain), Trust::Principal);
    assert_eq!(asked(vec![assume(Principal::Account("1".into()))], &plain), Trust::Account);
    assert_eq!(asked(vec![assume(Principal::Everyone)], &plain), Trust::Account);
    assert_eq!(asked(vec![assume(user("8"))], &plain), Trust::Silent);
    assert_eq!(asked(vec![allow(&["sts:AssumeRole"], &[])], &plain), Trust::Silent);
    assert_eq!(asked(vec![allow(&["sts:TagSession"], &[]).to([user("7")])], &plain), Trust::Silent);
    assert_eq!(asked(vec![assume(user("7")), denies], &plain), Trust::Denies);
    assert_eq!(asked(vec![assume(user("7")).when(when.clone())], &plain), Trust::Silent);
    assert_eq!(asked(vec![assume(user("7")).when(when)], &with_factor), Trust::Principal);
}

/// SEC-081: default deny and precedence hold whatever the documents are. SEC-091: so do these.
#[test]
fn sec_081_properties_of_every_decision() {
    let mut random = Random(81);
    let mut seen = [0; 3];
    for _ in 0..5_000 {
        let mut world = World::random(&mut random);
        let (request, keys) = (random_request(&mut random), random_keys(&mut random));
        let before = world.decide(&request, &keys);
        seen[before as usize] += 1;
        let count = world.documents().count();

        let mut shuffled = world.clone();
        shuffled.identity.reverse();
        shuffled.session.iter_mut().for_each(|documents| documents.reverse());
        shuffled.documents().for_each(|document| document.statements.reverse());
        assert_eq!(shuffled.decide(&request, &keys), before, "order matters: {world:#?}");

        let mut without_allows = world.clone();
        for document in without_allows.documents() {
            document.statements.retain(|statement| statement.effect == Effect::Deny);
        }
        let is_root = world.kind == AskerKind::Root && world.same_account && world.session.is_none();
        assert!(is_root || without_allows.decide(&request, &keys) != Decision::Allow, "allowed by default: {world:#?}");

        if count == 0 {
            continue;
        }
        let (place, mut statement) = (random.below(count), random_statement(&mut random).to([Principal::Everyone]));
        let with = |statement: &Statement| {
            let mut world = world.clone();
            world.documents().nth(place).unwrap().statements.push(statement.clone());
            world.decide(&request, &keys)
        };
        statement.effect = Effect::Deny;
        let after = with(&statement);
        assert!(after == before || after == Decision::ExplicitDeny, "a Deny widens: {statement:#?}");
        statement.effect = Effect::Allow;
        let after = with(&statement);
        assert!(after == before || (before, after) == (Decision::ImplicitDeny, Decision::Allow), "{statement:#?}");
        assert_eq!(with(&deny(&["*"], &["*"]).to([Principal::Everyone])), Decision::ExplicitDeny);
    }
    assert!(seen.iter().all(|count| *count > 250), "{seen:?}");
}

/// SEC-088: a policy of 10 KiB that is hard in every part, against a resource of 2 KiB. The time is for a build without
/// optimisation on a busy machine.
#[test]
fn sec_088_a_hard_policy_is_decided_in_time() {
    let path = format!("{}/{}", "a".repeat(1 << 10), "ab/".repeat(300));
    let resource = format!("arn:aws:bos:::{path}");
    let hard = |piece: &str| format!("arn:aws:bos:::*{}", piece.repeat(80 / piece.len()));
    let resources: Vec<_> = ["*a", "*ab", "a?b*", "*a*?c", "?*"].iter().map(|piece| hard(piece)).collect();
    let resources: Vec<_> = resources.iter().map(String::as_str).collect();
    let values: Vec<String> = (0..5).map(|count| format!("*{}c*", "a?".repeat(40 + count))).collect();
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    let statement =
        || allow(&["bos:G*t*O*b*j*e*c*t*s"], &resources).when(condition(Operator::StringLike, "k", &values));
    let long = deny(&["bos:*"], &resources).when(condition(Operator::StringNotLike, "k", &values));
    let compiled = compile(&document((0..10).map(|_| statement()).chain([long])));
    let keys = Keys::default().with("k", "a".repeat(2 << 10));
    let layers = Layers {
        asker: &Asker { account: "1", kind: AskerKind::User(7), groups: &[] },
        same_account: true,
        identity: std::iter::once(&compiled),
        boundary: Boundary::None,
        session: None,
        resource: None,
    };
    let begun = std::time::Instant::now();
    let _ = decide(&layers, &request("bos:GetObject", &resource), &keys);
    assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
}
