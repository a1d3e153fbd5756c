use std::sync::Arc;

use base::ids::{GroupId, PolicyId};
use policy::{
    catalogue::Catalogue,
    document::{Document, Purpose},
    grammar::{Flavour, parse, print},
    request::ResourceName,
};

use super::*;
use crate::{
    check::{Resource, check},
    facts::Circumstances,
    identity::Who,
    snapshot::{Grants, Group, Inline, Policy, Rules},
    testing::{ALICE, AWAY, HOME, ROOT, STAFF, World, account, noon, user},
};

const BOUNDARY: u64 = 500_000_000_001;

/// What alice holds: her own document, her group's, her boundary, and what limits her credential.
#[derive(Debug, Clone, Default)]
struct Holds {
    own: Option<Document>,
    staff: Option<Document>,
    boundary: Option<Document>,
    limit: Option<Document>,
}

fn document(statements: &[&str]) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    parse(&text, Flavour::Native, Purpose::Identity).unwrap()
}

fn rules(document: &Document) -> Arc<Rules> {
    Arc::new(Rules::new(document, &Catalogue::built_in()))
}

fn inline(name: &str, document: &Document) -> Inline {
    Inline { name: name.to_owned(), document: rules(document), digest: [0; 32] }
}

fn group(world: &mut World, id: u64, name: &str, document: Option<&Document>) {
    let id = GroupId::new(id).unwrap();
    let inline = document.map(|document| inline(name, document)).into_iter().collect();
    let grants = Grants { inline, ..Grants::default() };
    let group = Group { id, account: account(HOME), name: name.to_owned(), path: "/".to_owned(), grants };
    world.snapshot.groups.insert(id, Arc::new(group));
}

impl Holds {
    fn world(&self) -> World {
        let mut world = World::new();
        group(&mut world, STAFF, "staff", self.staff.as_ref());
        if let Some(own) = &self.own {
            world.change(ALICE, |alice| alice.grants.inline.push(inline("own", own)));
        }
        if let Some(boundary) = &self.boundary {
            let id = PolicyId::new(BOUNDARY).unwrap();
            let rules = rules(boundary);
            let policy =
                Policy { id, account: Some(account(HOME)), name: "fence".to_owned(), path: "/".to_owned(), rules };
            world.snapshot.policies.insert(id, Arc::new(policy));
            world.change(ALICE, |alice| alice.grants.boundary = Some(id));
        }
        world
    }

    fn ask<T>(&self, world: &World, then: impl FnOnce(&Snapshot, &Question<'_>) -> T) -> T {
        let limit = self.limit.as_ref().map(rules);
        let who = Who { limit: limit.as_deref(), ..Who::unlimited(user(ALICE)) };
        ask(world, who, HOME, then)
    }

    fn remedy(&self) -> Vec<Step> {
        self.ask(&self.world(), remedy)
    }

    /// What she holds once a step is taken.
    fn after(&mut self, step: &Step) {
        let catalogue = Catalogue::built_in();
        // By way of its text, as people would.
        let again = |grant: &Document| {
            let text = print(grant, Flavour::Native, &catalogue).unwrap();
            parse(&text, Flavour::Native, Purpose::Identity).unwrap().statements
        };
        let add = |held: &mut Option<Document>, grant: &Document| {
            held.get_or_insert_with(|| Document { statements: Vec::new(), ..grant.clone() })
                .statements
                .extend(again(grant));
        };
        match step {
            Step::Allow { grant, .. } => add(&mut self.own, grant),
            Step::Widen { grant, .. } => add(&mut self.boundary, grant),
            Step::Credential(grant) => add(&mut self.limit, grant),
            Step::Lift(name) => {
                let held = match (name.policy.as_str(), &name.group) {
                    ("own", None) => &mut self.own,
                    ("staff", Some(_)) => &mut self.staff,
                    ("fence", None) => &mut self.boundary,
                    _ => &mut self.limit,
                };
                let place: usize = name.statement.trim_start_matches('#').parse().unwrap();
                // What is lifted stays in its place: other steps name places.
                held.as_mut().unwrap().statements[place - 1].actions.items.clear();
            }
            Step::Enable | Step::TakeAway | Step::Restore | Step::OtherAccount(_) => panic!("{step:?}"),
        }
    }
}

fn ask<T>(world: &World, who: Who<'_>, owner: u64, then: impl FnOnce(&Snapshot, &Question<'_>) -> T) -> T {
    let digits = owner.to_string();
    let name = ResourceName::Named { partition: None, service: "bos", region: "", account: &digits, path: "b/?" };
    let circumstances = Circumstances::at(noon());
    let question = Question {
        who,
        action: world.snapshot.system.catalogue.action("bos:GetObject").unwrap(),
        resource: Resource { account: account(owner), name, tags: &[] },
        circumstances: &circumstances,
    };
    then(&world.snapshot, &question)
}

const STATEMENTS: [&str; 5] = [
    r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"bos:Put*","Resource":"*"}"#,
    r#"{"Effect":"Deny","Action":"bos:*","Resource":"crn:bos:*:*:b/*"}"#,
    r#"{"Effect":"Deny","Action":"bos:GetObject","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"bos:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
];

#[test]
fn the_steps_as_they_are_told_make_an_allow() {
    let (mut denied, mut seen) = (0, [0; 4]);
    let mut number = 0;
    // Each slot holds nothing or up to two statements, all that there are.
    let slots: Vec<Option<Document>> = std::iter::once(None)
        .chain(STATEMENTS.iter().map(|one| Some(document(&[one]))))
        .chain(STATEMENTS.iter().zip(STATEMENTS.iter().skip(1)).map(|(one, two)| Some(document(&[one, two]))))
        .collect();
    for own in &slots {
        for staff in &slots {
            for boundary in &slots {
                number += 1;
                let limit = slots[number % slots.len()].clone();
                let holds = Holds { own: own.clone(), staff: staff.clone(), boundary: boundary.clone(), limit };
                let steps = holds.remedy();
                let mut after = holds.clone();
                for step in &steps {
                    after.after(step);
                }
                let decision = after.ask(&after.world(), check);
                assert_eq!(decision, Decision::Allow, "{steps:#?}\n{holds:#?}");
                denied += usize::from(!steps.is_empty());
                for step in &steps {
                    seen[match step {
                        Step::Lift(_) => 0,
                        Step::Allow { .. } => 1,
                        Step::Widen { .. } => 2,
                        _ => 3,
                    }] += 1;
                }
            }
        }
    }
    println!("{denied} of {number} were denied; steps {seen:?}");
    assert!(denied > 500 && seen.iter().all(|count| *count > 100), "{denied} {seen:?}");
}

#[test]
fn statements_and_policies_have_their_names() {
    let holds = Holds {
        staff: Some(document(&[STATEMENTS[1], STATEMENTS[3]])),
        boundary: Some(document(&[STATEMENTS[1]])),
        limit: Some(document(&[STATEMENTS[1]])),
        ..Holds::default()
    };
    let steps = holds.remedy();
    let words: Vec<&str> = steps.iter().map(Step::word).collect();
    assert_eq!(words, ["lift", "allow", "widen", "credential"]);
    let lifted =
        StatementName { policy: "staff".to_owned(), statement: "#2".to_owned(), group: Some("staff".to_owned()) };
    assert_eq!(steps[0], Step::Lift(lifted));
    let Step::Widen { policy, grant } = &steps[2] else { panic!("{steps:?}") };
    assert_eq!(policy, "fence");
    let text = print(grant, Flavour::Native, &Catalogue::built_in()).unwrap();
    assert!(text.contains("\"bos:GetObject\"") && text.contains("\"crn:bos::100000000000:b/${?}\""), "{text}");
}

/// Groups that would do are named; not those that deny, are another account's, or are hers already.
#[test]
fn groups_that_one_could_join_are_named() {
    let holds = Holds::default();
    let mut world = holds.world();
    group(&mut world, 21, "readers", Some(&document(&[STATEMENTS[0]])));
    group(&mut world, 22, "denied", Some(&document(&[STATEMENTS[0], STATEMENTS[2]])));
    group(&mut world, 23, "writers", Some(&document(&[STATEMENTS[1]])));
    group(&mut world, 24, "admins", Some(&document(&[STATEMENTS[0]])));
    let steps = holds.ask(&world, remedy);
    let [Step::Allow { groups, .. }] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(groups, &["admins", "readers"]);
    for number in 30..40 {
        group(&mut world, number, &format!("more-{number}"), Some(&document(&[STATEMENTS[0]])));
    }
    let steps = holds.ask(&world, remedy);
    assert!(matches!(steps.as_slice(), [Step::Allow { groups, .. }] if groups.len() == 5), "{steps:?}");
}

#[test]
fn what_no_policy_of_ones_own_can_change() {
    let allowed = Holds { own: Some(document(&[STATEMENTS[0]])), ..Holds::default() };
    assert_eq!(allowed.remedy(), []);
    let world = allowed.world();
    assert_eq!(ask(&world, Who::unlimited(user(ALICE)), AWAY, remedy), [Step::OtherAccount(account(AWAY))]);
    assert_eq!(ask(&world, Who::unlimited(user(ROOT)), AWAY, remedy), [Step::OtherAccount(account(AWAY))]);
    let mut world = allowed.world();
    world.change(ALICE, |alice| alice.enabled = false);
    assert_eq!(allowed.ask(&world, remedy), [Step::Enable]);
    let mut world = allowed.world();
    world.change(ALICE, |alice| alice.grants.boundary = Some(PolicyId::new(BOUNDARY).unwrap()));
    assert_eq!(allowed.ask(&world, remedy), [Step::Restore]);
}
