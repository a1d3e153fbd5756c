use super::*;
use crate::{
    document::Principal,
    request::AskerKind,
    testing::{
        Keys, Random, allow, condition, deny, document, request,
        world::{World, random_keys, random_request},
    },
};

const USER: &str = "arn:aws:iam::1:user/a";

fn world() -> World {
    World {
        kind: AskerKind::User(7),
        groups: Vec::new(),
        same_account: true,
        identity: Vec::new(),
        boundary: None,
        session: None,
        resource: None,
    }
}

fn explained(world: &World) -> Explanation {
    world.explain(&request("iam:GetUser", USER), &Keys::default())
}

fn place(layer: Layer, document: usize, statement: usize) -> Place {
    Place { layer, document, statement }
}

fn nearest(world: &World) -> Option<(Place, Missing)> {
    let explanation = explained(world);
    assert_eq!((explanation.decision, explanation.decided), (Decision::ImplicitDeny, Vec::new()));
    explanation.nearest.map(|nearest| (nearest.place, nearest.missing))
}

#[test]
fn a_deny_names_the_statements_that_deny() {
    let denies = deny(&["iam:*"], &["*"]);
    let gets = allow(&["iam:GetUser"], &["*"]);
    let world = World {
        identity: vec![document([gets.clone()]), document([gets.clone(), denies.clone()])],
        boundary: Some(document([denies.clone()])),
        session: Some(vec![document([gets.clone()]), document([denies.clone()])]),
        resource: Some(document([gets.to([Principal::Everyone]), denies.to([Principal::Everyone])])),
        ..world()
    };
    let decided = vec![
        place(Layer::Identity, 1, 1),
        place(Layer::Boundary, 0, 0),
        place(Layer::Session, 1, 0),
        place(Layer::Resource, 0, 1),
    ];
    assert_eq!(explained(&world), Explanation { decision: Decision::ExplicitDeny, decided, nearest: None });
}

#[test]
fn an_allow_names_the_statements_that_it_rests_on() {
    let gets = allow(&["iam:GetUser"], &["*"]);
    let user = Principal::User { account: "1".into(), name: "7".into() };
    let account = Principal::Account("1".into());
    let all = World {
        identity: vec![document([allow(&["sts:*"], &["*"]), gets.clone()])],
        boundary: Some(document([gets.clone()])),
        session: Some(vec![document([gets.clone()])]),
        resource: Some(document([gets.clone().to([account]), gets.clone().to([Principal::Everyone])])),
        ..world()
    };
    let decided = |world: &World| {
        let explanation = explained(world);
        assert_eq!((explanation.decision, explanation.nearest), (Decision::Allow, None));
        explanation.decided
    };
    let (identity, boundary) = (place(Layer::Identity, 0, 1), place(Layer::Boundary, 0, 0));
    let (session, first, second) =
        (place(Layer::Session, 0, 0), place(Layer::Resource, 0, 0), place(Layer::Resource, 0, 1));
    assert_eq!(decided(&all), [identity, boundary, session, second]);
    assert_eq!(decided(&World { same_account: false, ..all.clone() }), [identity, boundary, session, first, second]);
    let mut by_itself = all.clone();
    by_itself.resource = Some(document([gets.clone().to([Principal::Everyone]), gets.to([user])]));
    assert_eq!(decided(&by_itself), [second]);
    let root = World { kind: AskerKind::Root, ..all };
    assert_eq!(decided(&root), [session]);
    assert_eq!(decided(&World { session: None, ..root }), []);
}

#[test]
fn nearest_is_what_matches_most() {
    let other_service = allow(&["sts:*"], &["*"]);
    let other_action = allow(&["iam:ListUsers"], &["*"]);
    let other_resource = allow(&["iam:GetUser"], &["crn:iam::1:user/b"]);
    let when = |count: usize| {
        let gets = allow(&["iam:GetUser"], &["*"]);
        let gets = (0..count).fold(gets, |gets, _| gets.when(condition(Operator::Null, "x", &["true"])));
        gets.when(condition(Operator::Bool, "aws:MultiFactorAuthPresent", &["true"]))
    };
    let documents = |list: &[&crate::document::Statement]| World {
        identity: list.iter().map(|statement| document([(*statement).clone()])).collect(),
        ..world()
    };
    let missing = |condition| Missing::Condition {
        condition,
        operator: Operator::Bool,
        key: Key::named("aws:MultiFactorAuthPresent"),
    };
    let identity = |document| place(Layer::Identity, document, 0);
    assert_eq!(nearest(&documents(&[])), None);
    assert_eq!(nearest(&documents(&[&other_service])), None);
    let list = [&other_service, &other_action];
    assert_eq!(nearest(&documents(&list)), Some((identity(1), Missing::Action)));
    let list = [&other_action, &other_resource, &other_resource];
    assert_eq!(nearest(&documents(&list)), Some((identity(1), Missing::Resource)));
    let (first, second) = (when(0), when(1));
    let list = [&other_resource, &first, &other_action];
    assert_eq!(nearest(&documents(&list)), Some((identity(1), missing(0))));
    let list = [&first, &second, &other_resource];
    assert_eq!(nearest(&documents(&list)), Some((identity(1), missing(1))));
}

#[test]
fn what_leaves_out_an_allow_is_told() {
    let gets = document([allow(&["iam:GetUser"], &["*"])]);
    let lists = document([allow(&["iam:ListUsers"], &["*"])]);
    let identity = World { identity: vec![gets], ..world() };
    let first = place(Layer::Identity, 0, 0);
    let bounded = World { boundary: Some(lists.clone()), ..identity.clone() };
    assert_eq!(nearest(&bounded), Some((first, Missing::Boundary)));
    let limited = World { session: Some(vec![lists.clone()]), ..identity.clone() };
    assert_eq!(nearest(&limited), Some((first, Missing::Session)));
    let away = World { same_account: false, ..identity };
    assert_eq!(nearest(&away), Some((first, Missing::OtherAccount)));
    let everyone = document([allow(&["iam:GetUser"], &["*"]).to([Principal::Everyone])]);
    let public = World { resource: Some(everyone), boundary: Some(lists.clone()), ..world() };
    assert_eq!(nearest(&public), Some((place(Layer::Resource, 0, 0), Missing::Boundary)));
    let root = World { kind: AskerKind::Root, session: Some(vec![lists]), ..world() };
    assert_eq!(nearest(&root), Some((place(Layer::Session, 0, 0), Missing::Action)));
}

/// [`World::explain`] asks `decide` too; reasons are there where they should be.
#[test]
fn sec_081_an_explanation_is_of_the_decisions_opinion() {
    let mut random = Random(5);
    for _ in 0..8_000 {
        let world = World::random(&mut random);
        let (request, keys) = (random_request(&mut random), random_keys(&mut random));
        let explanation = world.explain(&request, &keys);
        let is_root = world.kind == AskerKind::Root;
        match explanation.decision {
            Decision::ExplicitDeny => assert!(!explanation.decided.is_empty() && explanation.nearest.is_none()),
            Decision::Allow => assert!((is_root || !explanation.decided.is_empty()) && explanation.nearest.is_none()),
            Decision::ImplicitDeny => assert!(explanation.decided.is_empty()),
        }
    }
}
