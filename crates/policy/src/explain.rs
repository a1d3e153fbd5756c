//! Why a decision is what it is: which statements decided, or what was nearest to an allow.

use crate::{
    compiled::{Compiled, Miss, Question, Statement, principal::Naming},
    condition::Operator,
    document::Effect,
    evaluate::{Boundary, Combined, Decision, Facts, Layers},
    key::Key,
    request::{AskerKind, Context, Request},
};

mod remedy;

pub use remedy::{Step, grant, remedy};

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The decision: always what [`crate::evaluate::decide`] says.
    pub decision: Decision,
    /// The statements that decided: those that deny, or those that allow together. None where nothing allows, and where
    /// it is the root user of whom nothing is asked.
    pub decided: Vec<Place>,
    /// Where nothing allows: what was nearest to it. `None` where no statement comes near.
    pub nearest: Option<Nearest>,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The layer.
    pub layer: Layer,
    /// The document, by its place in the layer.
    pub document: usize,
    /// The statement, by its place in the document.
    pub statement: usize,
}

/// Where a document has its say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// With the identity and its groups.
    Identity,
    /// As its boundary.
    Boundary,
    /// With its credential.
    Session,
    /// With the resource.
    Resource,
}

/// An Allow that did not become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The statement.
    pub place: Place,
    /// What it lacks.
    pub missing: Missing,
}

/// What an Allow lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It is about another action.
    Action,
    /// It is about another resource.
    Resource,
    /// A condition does not hold.
    Condition {
        /// The condition, by its place in the statement.
        condition: usize,
        /// Its operator.
        operator: Operator,
        /// Its key.
        key: Key,
    },
    /// It matches, and the boundary leaves it out or cannot be had.
    Boundary,
    /// It matches, and the session policies leave it out.
    Session,
    /// It matches, and the resource is another account's, whose document does not let in who asks.
    OtherAccount,
}

/// Decides, and says why. Slower than [`crate::evaluate::decide`], and always of its opinion.
pub fn explain<'a, I>(layers: &Layers<'a, I>, request: &Request<'_>, context: &dyn Context) -> Explanation
where
    I: Iterator<Item = &'a Compiled> + Clone,
{
    let question = Question::new(request, context);
    let found = Found::in_layers(layers, question);
    if !found.denying.is_empty() {
        return Explanation { decision: Decision::ExplicitDeny, decided: found.denying, nearest: None };
    }
    let facts = found.facts(layers);
    let missing = match layers.combine(facts) {
        Combined::Allowed => {
            let decides = |allowing: &&Allowing| layers.counts(allowing, facts);
            let decided = found.allowing.iter().filter(decides).map(|allowing| allowing.place).collect();
            return Explanation { decision: Decision::Allow, decided, nearest: None };
        }
        Combined::NoAllow => None,
        Combined::OtherAccount => Some(Missing::OtherAccount),
        Combined::Boundary => Some(Missing::Boundary),
        Combined::Session => Some(Missing::Session),
    };
    Explanation { decision: Decision::ImplicitDeny, decided: Vec::new(), nearest: found.nearest(missing) }
}

/// What the statements of all layers say.
#[derive(Default)]
struct Found {
    denying: Vec<Place>,
    allowing: Vec<Allowing>,
    /// The Allow that matched most without matching whole, of those that permit by themselves.
    closest: Option<(Miss, Nearest)>,
}

/// An Allow that matches.
struct Allowing {
    place: Place,
    /// How it names who asks; [`Naming::Not`] outside the resource's document.
    naming: Naming,
    /// Whether it permits, rather than only not limiting what others permit.
    permits: bool,
}

impl Found {
    fn in_layers<'a, I>(layers: &Layers<'a, I>, question: Question<'_>) -> Self
    where
        I: Iterator<Item = &'a Compiled> + Clone,
    {
        let mut found = Self::default();
        let boundary = if let Boundary::Document(document) = layers.boundary { Some(document) } else { None };
        let documents = (layers.identity.clone().enumerate().map(|(at, document)| (Layer::Identity, at, document)))
            .chain(boundary.map(|document| (Layer::Boundary, 0, document)))
            .chain(
                layers.session.into_iter().flatten().enumerate().map(|(at, document)| (Layer::Session, at, *document)),
            )
            .chain(layers.resource.map(|document| (Layer::Resource, 0, document)));
        for (layer, document, compiled) in documents {
            for (at, statement) in compiled.statements().iter().enumerate() {
                let place = Place { layer, document, statement: at };
                let naming = if layer == Layer::Resource { statement.naming(layers.asker) } else { Naming::Not };
                if layer != Layer::Resource || naming != Naming::Not {
                    let permits = layers.permits(layer, naming);
                    found.add(Allowing { place, naming, permits }, statement, question);
                }
            }
        }
        found
    }

    fn add(&mut self, allowing: Allowing, statement: &Statement, question: Question<'_>) {
        match (statement.miss(question), statement.effect) {
            (None, Effect::Deny) => self.denying.push(allowing.place),
            (None, Effect::Allow) => self.allowing.push(allowing),
            (Some(miss), Effect::Allow) if allowing.permits => {
                let is_near = miss > Miss::Action || statement.actions.name_service(question.action.name.service);
                if is_near && self.closest.as_ref().is_none_or(|(most, _)| miss > *most) {
                    let nearest = Nearest { place: allowing.place, missing: Missing::part(miss, statement) };
                    self.closest = Some((miss, nearest));
                }
            }
            (Some(_), _) => {}
        }
    }

    /// What the Allows come to, whatever denies.
    fn facts<I>(&self, layers: &Layers<'_, I>) -> Facts {
        let in_layer = |layer| self.allowing.iter().any(|allowing| allowing.place.layer == layer);
        let named = self.allowing.iter().filter(|allowing| allowing.place.layer == Layer::Resource);
        Facts {
            identity: in_layer(Layer::Identity),
            boundary: matches!(layers.boundary, Boundary::None) || in_layer(Layer::Boundary),
            session: layers.session.is_none() || in_layer(Layer::Session),
            resource: named.map(|allowing| allowing.naming).max().unwrap_or_default(),
        }
    }

    /// The statement that permits but lacks `missing`; else the one that matched most.
    fn nearest(self, missing: Option<Missing>) -> Option<Nearest> {
        let permitting = self.allowing.iter().find(|allowing| allowing.permits);
        match (missing, permitting) {
            (Some(missing), Some(allowing)) => Some(Nearest { place: allowing.place, missing }),
            _ => self.closest.map(|(_, nearest)| nearest),
        }
    }
}

impl<I> Layers<'_, I> {
    fn is_root(&self) -> bool {
        self.asker.kind == AskerKind::Root
    }

    /// Whether an Allow in this layer permits, rather than only not limiting what others permit. Nothing but a session
    /// policy is asked of the root user.
    fn permits(&self, layer: Layer, naming: Naming) -> bool {
        match layer {
            Layer::Identity => !self.is_root(),
            Layer::Resource => self.same_account && !self.is_root() && naming > Naming::Account,
            Layer::Session => self.is_root(),
            Layer::Boundary => false,
        }
    }

    /// Whether what is allowed rests on this Allow.
    fn counts(&self, allowing: &Allowing, facts: Facts) -> bool {
        let by_itself = self.same_account && !self.is_root() && facts.resource == Naming::Itself;
        match allowing.place.layer {
            Layer::Resource if by_itself => allowing.naming == Naming::Itself,
            Layer::Resource => allowing.permits || !self.same_account,
            Layer::Session => !by_itself,
            Layer::Identity | Layer::Boundary => !by_itself && !self.is_root(),
        }
    }
}

impl Missing {
    fn part(miss: Miss, statement: &Statement) -> Self {
        match miss {
            Miss::Action => Self::Action,
            Miss::Resource => Self::Resource,
            Miss::Check(condition) => statement.checks.get(condition).map_or(Self::Resource, |check| Self::Condition {
                condition,
                operator: check.operator,
                key: check.key.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
