//! The sentences in English.

use std::fmt;

use super::{Act, Clause, Deed, Relation, Sentence, Thing};
use crate::{
    catalogue::Level,
    document::{Effect, Listed, Principal, Quantifier},
};

/// How many of a list are named before the rest is counted.
const NAMED: usize = 5;

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.effect {
            Effect::Allow => "Allows",
            Effect::Deny => "Denies",
        })?;
        if let Some(principals) = &self.principals {
            let names: Vec<String> = principals.items.iter().map(principal).collect();
            let all = if principals.negated { "everybody but " } else { "" };
            write!(f, " {all}{}", joined(&names, "and"))?;
        }
        let deeds: Vec<String> = self.actions.items.iter().map(Deed::to_string).collect();
        write!(f, " {}{}", but(&self.actions), joined(&deeds, "and"))?;
        if self.resources.negated || !self.resources.items.is_empty() {
            let things: Vec<String> = self.resources.items.iter().map(Thing::to_string).collect();
            write!(f, " on {}{}", but(&self.resources), joined(&things, "and"))?;
        }
        for (place, clause) in self.conditions.iter().enumerate() {
            write!(f, "{} {clause}", if place == 0 { ", if" } else { " and" })?;
        }
        f.write_str(".")
    }
}

fn but<T>(listed: &Listed<T>) -> &'static str {
    if listed.negated { "everything but " } else { "" }
}

/// `a, b and 3 more`
fn joined(parts: &[String], last: &str) -> String {
    let (shown, more) = if parts.len() > NAMED + 1 { (NAMED, parts.len() - NAMED) } else { (parts.len(), 0) };
    let mut shown: Vec<String> = parts.iter().take(shown).cloned().collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((end, start)) => format!("{} {last} {end}", start.join(", ")),
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Service(service) => write!(f, "everything in {}", service.title),
            Self::Levels(service, levels) => {
                let levels: Vec<String> = levels.iter().map(|level| verb(*level).to_owned()).collect();
                let place = service.as_ref().map_or("all services", |service| service.title.as_str());
                write!(f, "{} in {place}", joined(&levels, "and"))
            }
            Self::Actions(service, acts) => {
                let named = |act: &Act| format!("{}:{}", service.name, act.name);
                f.write_str(&joined(&acts.iter().map(named).collect::<Vec<_>>(), "and"))
            }
            Self::Like(service, pattern, _) => {
                write!(f, "{}:{pattern}", service.as_ref().map_or("*", |service| service.name.as_str()))
            }
        }
    }
}

fn verb(level: Level) -> &'static str {
    match level {
        Level::Read => "reading",
        Level::List => "listing",
        Level::Write => "changing",
        Level::Manage => "managing access",
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Resources { service, path, region: None, account: None, .. } if path == "*" => {
                write!(f, "everything of {}", service.title)
            }
            Self::Resources { shape: Some(shape), text, .. } => write!(f, "{shape} `{text}`"),
            Self::Resources { text, .. } => write!(f, "`{text}`"),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quantifier {
            Quantifier::None => {}
            Quantifier::All => f.write_str("each value of ")?,
            Quantifier::Any => f.write_str("one value of ")?,
        }
        write!(f, "`{}` {}", self.written, relation(self.relation))?;
        if !matches!(self.relation, Relation::Exists | Relation::IsMissing) {
            write!(f, " {}", joined(&self.values, "or"))?;
        }
        if self.if_exists { f.write_str(" where it is there") } else { Ok(()) }
    }
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Is => "is",
        Relation::IsNot => "is not",
        Relation::IsInAnyCase => "is, in any case of letters,",
        Relation::IsNotInAnyCase => "is not, in any case of letters,",
        Relation::IsLike => "is like",
        Relation::IsNotLike => "is not like",
        Relation::Below => "is below",
        Relation::AtMost => "is at most",
        Relation::Above => "is above",
        Relation::AtLeast => "is at least",
        Relation::Before => "is before",
        Relation::NotAfter => "is not after",
        Relation::After => "is after",
        Relation::NotBefore => "is not before",
        Relation::InNetwork => "is in",
        Relation::NotInNetwork => "is not in",
        Relation::Exists => "is there",
        Relation::IsMissing => "is not there",
    }
}

fn principal(principal: &Principal) -> String {
    match principal {
        Principal::Everyone => "everybody".to_owned(),
        Principal::Account(account) => format!("account {account}"),
        Principal::User { account, name } => format!("user {name} of account {account}"),
        Principal::Group { account, name } => format!("group {name} of account {account}"),
        Principal::Role { account, name } => format!("role {name} of account {account}"),
        Principal::Session { account, role, name } => format!("session {name} of role {role} of account {account}"),
        Principal::Provider { account: Some(account), name } => format!("whoever comes by {name} of account {account}"),
        Principal::Provider { account: None, name } => format!("whoever comes by {name}"),
        Principal::Service(name) => format!("service {name}"),
        Principal::Id(id) => format!("`{id}`"),
    }
}
