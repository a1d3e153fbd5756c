//! The visual builder: a document as rows that a person fills in, and back.
//!
//! A row says whether it allows or denies, which actions of one service, on which resources, and when. Not every document
//! can be shown so; of those that cannot, [`Unshown`] says why. What is shown and printed again means the same.
//!
//! ```
//! use policy::{builder::{Chosen, Model, Row, document, read}, catalogue::{Catalogue, Level}, document::Effect};
//!
//! let catalogue = Catalogue::built_in();
//! let chosen = Chosen::Levels(vec![Level::Read, Level::List]);
//! let row = Row::new(Effect::Allow, "bos", chosen).on("crn:bos:*:*:photos/*");
//! let model = Model { id: None, rows: vec![row] };
//! let text = document(&model, &catalogue).unwrap();
//! assert!(text.contains("\"bos:GetObject\""));
//! assert_eq!(read(&text, None, &catalogue).unwrap(), model);
//! ```

use thiserror::Error;

use crate::{
    catalogue::Level,
    condition::Operator,
    document::{Effect, Quantifier},
    grammar::{self, Flavour, Hint, PolicyError, Problem},
};

mod build;
mod show;

pub use build::document;
pub use show::{model, read};

/// A document, as the builder shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// Its `Id`.
    pub id: Option<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row: one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What its author calls it; no two rows may have one.
    pub id: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// What is done.
    pub actions: Actions,
    /// To what, as native documents spell resources; empty: everything.
    pub resources: Vec<String>,
    /// When: all of them must hold. Those with one operator stand together.
    pub conditions: Vec<Condition>,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actions {
    /// Everything, in all services.
    Everything,
    /// Some actions of the service with this prefix.
    Of(String, Chosen),
}

/// Which actions of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All.
    All,
    /// Those of some levels, as the catalogue has them when the document is made.
    Levels(Vec<Level>),
    /// These: names, and patterns with `*` and `?`.
    Named(Vec<String>),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How key and values are compared.
    pub operator: Operator,
    /// What is asked of a key with several values.
    pub quantifier: Quantifier,
    /// Whether an absent key passes.
    pub if_exists: bool,
    /// The key, as native documents write it: `claviger:SourceIp`.
    pub key: String,
    /// The values: one that fits is enough.
    pub values: Vec<String>,
}

impl Row {
    /// A row about actions of a service, on everything and always.
    pub fn new(effect: Effect, service: &str, chosen: Chosen) -> Self {
        let actions = Actions::Of(service.to_owned(), chosen);
        Self { id: None, effect, actions, resources: Vec::new(), conditions: Vec::new() }
    }

    /// And on this resource.
    #[must_use]
    pub fn on(mut self, resource: &str) -> Self {
        self.resources.push(resource.to_owned());
        self
    }

    /// And only if this holds.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

impl Condition {
    /// That a key compares so with one of the values.
    pub fn new(operator: Operator, key: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        Self { operator, quantifier: Quantifier::None, if_exists: false, key: key.to_owned(), values }
    }

    /// The same, where the operator is called as documents call it, as `ForAnyValue:StringLikeIfExists`. `None` where
    /// there is no such operator.
    pub fn named(operator: &str, key: &str, values: &[&str]) -> Option<Self> {
        let (operator, quantifier, if_exists) = grammar::read_operator(operator)?;
        Some(Self { quantifier, if_exists, ..Self::new(operator, key, values) })
    }

    /// What documents call its operator.
    pub fn operator_name(&self) -> String {
        grammar::operator_name(self.operator, self.quantifier, self.if_exists)
    }
}

/// What is wrong with a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}{}", .hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
pub struct Wrong {
    /// The row, by its place from 0; none where it is the whole.
    pub row: Option<usize>,
    /// The part of the row.
    pub part: Part,
    /// What is wrong.
    pub problem: Problem,
    /// How to mend it, where we can tell.
    pub hint: Option<Box<Hint>>,
}

/// A part of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What it is called.
    Id,
    /// Its service, or its actions.
    Actions,
    /// Its resources.
    Resources,
    /// Its conditions.
    Conditions,
    /// All of it: it is too long, or there is none.
    Whole,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Id, Self::Actions, Self::Resources, Self::Conditions, Self::Whole];

    /// A word for it, by which it is worded in any language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Actions => "actions",
            Self::Resources => "resources",
            Self::Conditions => "conditions",
            Self::Whole => "whole",
        }
    }
}

/// Why a document cannot be shown in the builder.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unshown {
    /// It is of another flavour: the builder writes native documents.
    #[error("it is a document of the flavour `{}`", .0.word())]
    Flavour(Flavour),
    /// It would be refused.
    #[error(transparent)]
    Refused(#[from] PolicyError),
    /// A statement, by its place from 1, says what a row cannot.
    #[error("statement {statement} {obstacle}")]
    Statement {
        /// The statement.
        statement: usize,
        /// What it says.
        obstacle: Obstacle,
    },
}

/// What a row cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Obstacle {
    /// Everything but some actions.
    #[error("is about everything but some actions")]
    NotAction,
    /// Everything but some resources.
    #[error("is about everything but some resources")]
    NotResource,
    /// Whom it is about.
    #[error("names principals")]
    Principals,
    /// `${` that stands for itself, as in documents of the older version.
    #[error("holds a `${{` that its version takes literally")]
    Literal,
    /// An action or a resource as only access-control lists have them.
    #[error("has what only an access-control list says")]
    List,
}

impl Obstacle {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::NotAction, Self::NotResource, Self::Principals, Self::Literal, Self::List];

    /// A word for it, by which it is worded in any language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAction => "not_action",
            Self::NotResource => "not_resource",
            Self::Principals => "principals",
            Self::Literal => "literal",
            Self::List => "list",
        }
    }
}

#[cfg(test)]
mod tests;
