use std::sync::Arc;

use base::ids::{AccountId, UserId};
use policy::{
    document::Purpose,
    grammar::{self, Flavour},
};

use super::*;
use crate::snapshot::System;

const ACTOR: u64 = 1;
const HOME: &str = "100000000000";

/// An account with an actor and others, each with a document or none: an Allow of these actions on these resources.
fn snapshot(documents: &[(u64, &str, &str)]) -> Snapshot {
    let mut snapshot = Snapshot::new(Arc::new(System::default()));
    for (id, actions, resources) in documents {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{actions},"Resource":{resources}}}]}}"#
        );
        let document = grammar::parse(&text, Flavour::Native, Purpose::Identity).unwrap();
        let inline = Inline {
            name: "own".into(),
            document: Arc::new(Rules::new(&document, &snapshot.system.catalogue)),
            digest: [0; 32],
        };
        let principal = Principal {
            id: UserId::new(*id).unwrap(),
            account: AccountId::parse(HOME).unwrap(),
            kind: Kind::User { name: format!("user-{id}"), path: "/dev/".into() },
            enabled: true,
            groups: Vec::new(),
            tags: Arc::new([]),
            grants: Grants { inline: vec![inline], ..Grants::default() },
        };
        snapshot.principals.insert(principal.id, Arc::new(principal));
    }
    snapshot
}

/// Whether the actor's document holds all that the other's grants.
fn holds(actor: (&str, &str), other: (&str, &str), without_own: bool) -> bool {
    let snapshot = snapshot(&[(ACTOR, actor.0, actor.1), (2, other.0, other.1)]);
    let [actor, other] = [ACTOR, 2].map(|id| UserId::new(id).unwrap());
    Measure::of(&snapshot, Who::unlimited(Actor::User(actor)))
        .excess(&snapshot, Subject::User(other), without_own)
        .is_none()
}

#[test]
fn sec_094_knowing_who_one_is_is_no_power() {
    let little = (r#""iam:GetUser""#, r#""*""#);
    assert!(holds(little, (r#""sts:GetCallerIdentity""#, r#""*""#), false));
    assert!(!holds(little, (r#""sts:AssumeRole""#, r#""*""#), false));
    assert!(!holds(little, (r#""sts:*""#, r#""*""#), false));
    assert!(!holds(little, (r#""iam:ListUsers""#, r#""*""#), false));
}

#[test]
fn sec_094_the_own_account_is_what_is_asked_about() {
    let users = (r#""iam:*""#, r#""arn:aws:iam::100000000000:user/*""#);
    assert!(holds(users, (r#""iam:*""#, r#""crn:iam::*:user/dev/*""#), false));
    assert!(holds(users, (r#""*""#, r#"["crn:iam::200000000000:*", "crn:bos:::b/*"]"#), false));
    assert!(!holds(users, (r#""iam:*""#, r#""crn:iam::*:group/*""#), false));
    assert!(!holds((r#""iam:*""#, r#""crn:iam::200000000000:*""#), (r#""iam:*""#, r#""crn:iam::*:user/a""#), false));
}

#[test]
fn what_one_may_do_to_oneself_is_left_out_where_asked() {
    let resources = r#"["crn:iam::*:user/${claviger:UserName}", "crn:iam::*:user/*/${claviger:UserName}"]"#;
    let own = (r#""iam:*AccessKey""#, resources);
    let little = (r#""iam:GetUser""#, r#""*""#);
    assert!(holds(little, own, true) && !holds(little, own, false));
}

/// A policy that many hold is as much work as one.
#[test]
fn a_document_is_looked_at_once() {
    let mut snapshot = snapshot(&[(ACTOR, r#""iam:*""#, r#""crn:iam::*:user/*""#), (2, r#""iam:*""#, r#""*""#)]);
    let one = Principal::clone(snapshot.principals.get(&UserId::new(2).unwrap()).unwrap());
    for id in 3..100 {
        let id = UserId::new(id).unwrap();
        snapshot.principals.insert(id, Arc::new(Principal { id, ..one.clone() }));
    }
    let measure = Measure::of(&snapshot, Who::unlimited(Actor::User(UserId::new(ACTOR).unwrap())));
    for id in 2..100 {
        assert!(measure.excess(&snapshot, Subject::User(UserId::new(id).unwrap()), false).is_some());
    }
    assert_eq!(measure.looked_at.borrow().len(), 1);
    assert_eq!(measure.excess(&snapshot, Subject::User(UserId::new(ACTOR).unwrap()), false), None);
}
