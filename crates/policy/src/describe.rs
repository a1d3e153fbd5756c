//! What a document says, in sentences for people: a sentence for each statement, as parts that are worded in any
//! language. Printed, a sentence is in English.
//!
//! ```
//! use policy::{catalogue::Catalogue, describe::{Deed, describe}, document::Purpose, grammar::{Flavour, parse}};
//!
//! let text = r#"{"Statement": {"Effect": "Allow", "Action": ["bos:GetObject", "iam:*"], "Resource": "*",
//!   "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.7"]}}}}"#;
//! let document = parse(text, Flavour::Native, Purpose::Identity).unwrap();
//! let sentences = describe(&document, &Catalogue::built_in());
//! assert!(matches!(&sentences[0].actions.items[1], Deed::Service(iam) if iam.title == "IAM"));
//! let english = "Allows bos:GetObject and everything in IAM on everything, if `aws:SourceIp` is in 10.0.0.0/8 or \
//!   192.0.2.7.";
//! assert_eq!(sentences[0].to_string(), english);
//! ```

use crate::{
    catalogue::{Catalogue, Level, service::KeyType},
    condition::Operator,
    document::{Condition, Document, Effect, Listed, Principal, Quantifier, Statement},
};

mod deeds;
mod english;
mod things;

pub use deeds::levels_of;

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The statement's place, from 1.
    pub statement: usize,
    /// What its author calls it.
    pub id: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about, where it says so; or all others.
    pub principals: Option<Listed<Principal>>,
    /// What is done; or all else.
    pub actions: Listed<Deed>,
    /// To what; or to all else. Empty in trust documents, which are about their role.
    pub resources: Listed<Thing>,
    /// When: all of them must hold.
    pub conditions: Vec<Clause>,
}

/// A service, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName {
    /// The prefix of its actions.
    pub name: String,
    /// What the catalogue calls it; its prefix, where it does not know it.
    pub title: String,
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Everything, in all services.
    Everything,
    /// Everything in a service.
    Service(ServiceName),
    /// All that is of some levels: in a service, or in all.
    Levels(Option<ServiceName>, Vec<Level>),
    /// Some actions of a service, by name: one or more.
    Actions(ServiceName, Vec<Act>),
    /// The actions of a service, or of all, that are like a pattern, and how many of the catalogue's are.
    Like(Option<ServiceName>, String, usize),
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its name, without the service.
    pub name: String,
    /// How much it can do; `None` where the catalogue does not know it.
    pub level: Option<Level>,
}

/// Something that it is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// Everything, and what is done to nothing in particular.
    Everything,
    /// Some resources of a service.
    Resources {
        /// The service, or a pattern for services.
        service: ServiceName,
        /// What the catalogue calls such a resource, as `object`.
        shape: Option<String>,
        /// The path, with its wildcards and variables. `*`: all of the service's.
        path: String,
        /// The region; `None` for any.
        region: Option<String>,
        /// The account; `None` for any.
        account: Option<String>,
        /// As the document spells it.
        text: String,
    },
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The key in its one spelling, as `sourceip` or `bos:prefix`.
    pub key: String,
    /// The key as its document writes it.
    pub written: String,
    /// What its values are, where the catalogue knows it.
    pub kind: Option<KeyType>,
    /// What is asked of it.
    pub relation: Relation,
    /// What is asked where it has several values.
    pub quantifier: Quantifier,
    /// Whether a request without the key passes because of `IfExists`.
    pub if_exists: bool,
    /// The values: one that fits is enough; for a negated relation, none may.
    pub values: Vec<String>,
}

/// How a key compares with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is one of them.
    Is,
    /// It is none of them.
    IsNot,
    /// It is one of them in some case of letters.
    IsInAnyCase,
    /// It is none of them in any case of letters.
    IsNotInAnyCase,
    /// It is like one of them.
    IsLike,
    /// It is like none of them.
    IsNotLike,
    /// It is less.
    Below,
    /// It is not more.
    AtMost,
    /// It is more.
    Above,
    /// It is not less.
    AtLeast,
    /// It is earlier.
    Before,
    /// It is not later.
    NotAfter,
    /// It is later.
    After,
    /// It is not earlier.
    NotBefore,
    /// It is in one of the networks.
    InNetwork,
    /// It is in none of the networks.
    NotInNetwork,
    /// The request has it.
    Exists,
    /// The request does not have it.
    IsMissing,
}

impl Relation {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Is,
        Self::IsNot,
        Self::IsInAnyCase,
        Self::IsNotInAnyCase,
        Self::IsLike,
        Self::IsNotLike,
        Self::Below,
        Self::AtMost,
        Self::Above,
        Self::AtLeast,
        Self::Before,
        Self::NotAfter,
        Self::After,
        Self::NotBefore,
        Self::InNetwork,
        Self::NotInNetwork,
        Self::Exists,
        Self::IsMissing,
    ];

    /// A word for it, by which it is worded in any language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::IsInAnyCase => "is_in_any_case",
            Self::IsNotInAnyCase => "is_not_in_any_case",
            Self::IsLike => "is_like",
            Self::IsNotLike => "is_not_like",
            Self::Below => "below",
            Self::AtMost => "at_most",
            Self::Above => "above",
            Self::AtLeast => "at_least",
            Self::Before => "before",
            Self::NotAfter => "not_after",
            Self::After => "after",
            Self::NotBefore => "not_before",
            Self::InNetwork => "in_network",
            Self::NotInNetwork => "not_in_network",
            Self::Exists => "exists",
            Self::IsMissing => "is_missing",
        }
    }

    fn of(operator: Operator, values: &[String]) -> Self {
        match operator {
            Operator::StringEquals
            | Operator::NumericEquals
            | Operator::DateEquals
            | Operator::Bool
            | Operator::BinaryEquals => Self::Is,
            Operator::StringNotEquals | Operator::NumericNotEquals | Operator::DateNotEquals => Self::IsNot,
            Operator::StringEqualsIgnoreCase => Self::IsInAnyCase,
            Operator::StringNotEqualsIgnoreCase => Self::IsNotInAnyCase,
            Operator::StringLike | Operator::ArnEquals | Operator::ArnLike => Self::IsLike,
            Operator::StringNotLike | Operator::ArnNotEquals | Operator::ArnNotLike => Self::IsNotLike,
            Operator::NumericLessThan => Self::Below,
            Operator::NumericLessThanEquals => Self::AtMost,
            Operator::NumericGreaterThan => Self::Above,
            Operator::NumericGreaterThanEquals => Self::AtLeast,
            Operator::DateLessThan => Self::Before,
            Operator::DateLessThanEquals => Self::NotAfter,
            Operator::DateGreaterThan => Self::After,
            Operator::DateGreaterThanEquals => Self::NotBefore,
            Operator::IpAddress => Self::InNetwork,
            Operator::NotIpAddress => Self::NotInNetwork,
            Operator::Null if values.iter().any(|value| value == "true") => Self::IsMissing,
            Operator::Null => Self::Exists,
        }
    }
}

/// What a document says, statement by statement.
pub fn describe(document: &Document, catalogue: &Catalogue) -> Vec<Sentence> {
    (1..).zip(&document.statements).map(|(place, statement)| sentence(place, statement, catalogue)).collect()
}

fn sentence(place: usize, statement: &Statement, catalogue: &Catalogue) -> Sentence {
    Sentence {
        statement: place,
        id: statement.id.clone(),
        effect: statement.effect,
        principals: statement.principals.clone(),
        actions: Listed { negated: statement.actions.negated, items: deeds::of(&statement.actions.items, catalogue) },
        resources: Listed {
            negated: statement.resources.negated,
            items: statement.resources.items.iter().map(|resource| things::of(resource, catalogue)).collect(),
        },
        conditions: statement.conditions.iter().map(|condition| clause(condition, catalogue)).collect(),
    }
}

fn clause(condition: &Condition, catalogue: &Catalogue) -> Clause {
    let relation = Relation::of(condition.operator, &condition.values);
    let asks_values = !matches!(relation, Relation::Exists | Relation::IsMissing);
    Clause {
        key: condition.key.name().to_owned(),
        written: condition.key.written().to_owned(),
        kind: catalogue.key(condition.key.name()).map(|key| key.kind),
        relation,
        quantifier: condition.quantifier,
        if_exists: condition.if_exists,
        values: if asks_values { condition.values.clone() } else { Vec::new() },
    }
}

impl ServiceName {
    /// What the catalogue calls the service of this prefix.
    pub(crate) fn of(name: &str, catalogue: &Catalogue) -> Self {
        match catalogue.service(name) {
            Some(service) => Self { name: service.name.clone(), title: service.title.clone() },
            None => Self { name: name.to_owned(), title: name.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests;
