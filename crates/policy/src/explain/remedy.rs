//! The smallest change that turns a deny into an allow.

use super::{Found, Layer, Place};
use crate::{
    compiled::{Compiled, Question, principal::Naming},
    document::{Action, Document, Effect, Listed, Partition, Resource, Statement},
    evaluate::{Boundary, Combined, Layers},
    grammar::version,
    request::{AskerKind, Context, Request, ResourceName, SCHEMES},
};

/// Something that must change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// This statement denies: it must go, or be about less.
    Lift(Place),
    /// A document in this layer must allow it, as [`grant`] does. In the resource's layer it must name who asks.
    Allow(Layer),
    /// There is a boundary and it cannot be had: it must come back or go.
    Restore,
}

/// The fewest steps after which what is asked is allowed, all of which are needed; none where it is allowed. What a
/// boundary says that cannot be had is not known: it counts as if it allowed everything.
///
/// ```
/// use policy::{catalogue::Catalogue, compiled::Compiled, document::Purpose, evaluate::{Boundary, Layers}};
/// use policy::{explain::{Layer, Step, remedy}, grammar::{Flavour, parse}, key::Key};
/// use policy::request::{Asker, AskerKind, Context, Request, ResourceName, Values};
///
/// struct Nothing;
/// impl Context for Nothing {
///     fn values(&self, _: &Key) -> Values<'_> { Values::Absent }
/// }
///
/// let catalogue = Catalogue::built_in();
/// let text = r#"{"Statement": {"Effect": "Deny", "Action": "bos:*", "Resource": "*"}}"#;
/// let document = parse(text, Flavour::Native, Purpose::Identity).unwrap();
/// let held = Compiled::new(&document, &catalogue);
/// let layers = Layers {
///     asker: &Asker { account: "418812345678", kind: AskerKind::User(7), groups: &[] },
///     same_account: true,
///     identity: std::iter::once(&held),
///     boundary: Boundary::None,
///     session: None,
///     resource: None,
/// };
/// let action = catalogue.action("bos:GetObject").unwrap();
/// let steps = remedy(&layers, &Request { action, resource: ResourceName::None }, &Nothing);
/// assert!(matches!(steps[..], [Step::Lift(_), Step::Allow(Layer::Identity)]));
/// ```
pub fn remedy<'a, I>(layers: &Layers<'a, I>, request: &Request<'_>, context: &dyn Context) -> Vec<Step>
where
    I: Iterator<Item = &'a Compiled> + Clone,
{
    let found = Found::in_layers(layers, Question::new(request, context));
    let lifted: Vec<Step> = found.denying.iter().copied().map(Step::Lift).collect();
    let mut layers = layers.clone();
    let mut facts = found.facts(&layers);
    let mut allowed = Vec::new();
    let restore = matches!(layers.boundary, Boundary::Missing).then_some(Step::Restore);
    if restore.is_some() {
        (layers.boundary, facts.boundary) = (Boundary::None, true);
    }
    // Each round gives one layer what it lacks, so there are at most four.
    loop {
        let layer = match layers.combine(facts) {
            Combined::Allowed => break,
            Combined::NoAllow => {
                facts.identity = true;
                Layer::Identity
            }
            Combined::OtherAccount => {
                facts.resource = Naming::Account;
                Layer::Resource
            }
            Combined::Boundary => {
                facts.boundary = true;
                Layer::Boundary
            }
            Combined::Session => {
                facts.session = true;
                Layer::Session
            }
        };
        allowed.push(Step::Allow(layer));
    }
    // At home, a resource's document that names who asks is enough by itself.
    let by_resource = layers.same_account && layers.asker.kind != AskerKind::Root && layers.resource.is_some();
    if by_resource && allowed.len() > 1 {
        allowed = vec![Step::Allow(Layer::Resource)];
    }
    lifted.into_iter().chain(restore).chain(allowed).collect()
}

/// The narrowest document that allows what is asked: one statement, to be attached as it is or added to another document
/// of its version. What is special in the resource's path is written so that it stands for itself.
pub fn grant(request: &Request<'_>) -> Document {
    let action = Action::Named { service: request.action.service.to_owned(), name: request.action.name.to_owned() };
    let statement = Statement {
        id: None,
        effect: Effect::Allow,
        principals: None,
        actions: Listed { negated: false, items: vec![action] },
        resources: Listed { negated: false, items: vec![resource(request.resource)] },
        conditions: Vec::new(),
    };
    Document { version: Some(version().to_owned()), id: None, variables: true, statements: vec![statement] }
}

fn resource(name: ResourceName<'_>) -> Resource {
    let ResourceName::Named { partition, service, region, account, path } = name else { return Resource::Any };
    // Nothing stands for itself there; as a pattern each fits itself, but for what looks like a variable.
    let part = |text: &str| if text.contains("${") { "*".to_owned() } else { text.to_owned() };
    let scheme = |partition: &str| SCHEMES.into_iter().find(|scheme| *scheme == partition);
    Resource::Named {
        partition: match partition {
            None => Partition::Open,
            Some(partition) => scheme(partition).map_or_else(|| Partition::Named(part(partition)), Partition::Scheme),
        },
        service: part(service),
        region: part(region),
        account: part(account),
        path: literal(path),
    }
}

/// A text as a pattern that only it fits.
fn literal(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    let mut rest = path.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '*' | '?' => pattern.extend(['$', '{', char, '}']),
            '$' if rest.peek() == Some(&'{') => pattern.push_str("${$}"),
            plain => pattern.push(plain),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::Principal,
        evaluate::Decision,
        testing::{
            Keys, Random, action_name, compile, document, request,
            world::{World, random_keys, random_request},
        },
    };

    /// The world after the steps.
    fn changed(world: &World, steps: &[Step], request: &Request<'_>) -> World {
        let mut world = world.clone();
        let mut lifted: Vec<Place> = Vec::new();
        for step in steps {
            match step {
                Step::Lift(place) => lifted.push(*place),
                Step::Allow(Layer::Identity) => world.identity.push(grant(request)),
                Step::Allow(Layer::Boundary) => {
                    world.boundary.as_mut().unwrap().statements.extend(grant(request).statements);
                }
                Step::Allow(Layer::Session) => world.session.as_mut().unwrap().push(grant(request)),
                Step::Allow(Layer::Resource) => {
                    let own = |name: &str| name.to_owned();
                    let asker = match world.kind {
                        AskerKind::User(number) => Principal::User { account: own("1"), name: number.to_string() },
                        AskerKind::Session { role, name } => {
                            Principal::Session { account: own("1"), role: role.to_string(), name: own(name) }
                        }
                        AskerKind::Root => Principal::Account(own("1")),
                        AskerKind::Service(name) => Principal::Service(own(name)),
                    };
                    let statement = grant(request).statements.remove(0).to([asker]);
                    world.resource.get_or_insert_with(|| document([])).statements.push(statement);
                }
                Step::Restore => unreachable!("no world lacks its boundary"),
            }
        }
        lifted.sort_by_key(|place| place.statement);
        for Place { layer, document: at, statement } in lifted.into_iter().rev() {
            let document: &mut Document = match layer {
                Layer::Identity => &mut world.identity[at],
                Layer::Boundary => world.boundary.as_mut().unwrap(),
                Layer::Session => &mut world.session.as_mut().unwrap()[at],
                Layer::Resource => world.resource.as_mut().unwrap(),
            };
            document.statements.remove(statement);
        }
        world
    }

    #[test]
    fn the_steps_make_an_allow_of_a_deny_and_none_is_too_many() {
        let mut seen = [0; 7];
        for seed in 0..20_000 {
            let mut random = Random(seed);
            let (world, keys, request) =
                (World::random(&mut random), random_keys(&mut random), random_request(&mut random));
            let steps = world.remedy(&request, &keys);
            let decision = world.decide(&request, &keys);
            assert_eq!(decision == Decision::Allow, steps.is_empty(), "seed {seed}");
            let after = changed(&world, &steps, &request);
            assert_eq!(
                after.decide(&request, &keys),
                Decision::Allow,
                "seed {seed} {steps:?}\n{world:#?}\n{request:?}"
            );
            for left_out in 0..steps.len() {
                let mut fewer = steps.clone();
                fewer.remove(left_out);
                let after = changed(&world, &fewer, &request);
                assert_ne!(after.decide(&request, &keys), Decision::Allow, "seed {seed} {steps:?} {left_out}");
            }
            for step in &steps {
                seen[match step {
                    Step::Lift(_) => 0,
                    Step::Allow(layer) => 1 + *layer as usize,
                    Step::Restore => 5,
                }] += 1;
            }
            seen[6] += usize::from(steps.len() > 1);
        }
        println!("{seen:?}");
        assert!([0, 1, 2, 3, 4, 6].iter().all(|kind| seen[*kind] > 200), "{seen:?}");
    }

    /// A resource may be called what is special in patterns.
    #[test]
    fn what_is_granted_is_what_was_asked_and_nothing_else() {
        for (path, other) in [("a/*", "a/b"), ("a?", "ab"), ("${aws:username}", "x"), ("$${*}", "$*"), ("$", "$$")] {
            let named = |path: &str| format!("arn:aws:bos:::{path}");
            let (own, other) = (named(path), named(other));
            let compiled = compile(&grant(&request("bos:GetObject", &own)));
            let allows = |action: &'static str, resource: &str| {
                let question = Request { action: action_name(action), resource: ResourceName::read(resource).unwrap() };
                let keys = Keys::default().with("username", "x");
                compiled.statements()[0].matches(Question::new(&question, &keys))
            };
            assert!(allows("bos:GetObject", &own), "{path}");
            assert!(!allows("bos:GetObject", &other) && !allows("bos:PutObject", &own), "{path}");
        }
    }
}
