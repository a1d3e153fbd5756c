//! Conditions, and variables wherever they stand.

use super::Finding;
use crate::{
    catalogue::Catalogue,
    condition::{Operator, ValueType},
    document::{Condition, Effect, Quantifier, Resource, Statement},
    grammar::prefixes::PREFIXES,
    key::Key,
    nearest::nearest,
    pattern::{Part, Pattern, Syntax},
};

/// Keys that every request has.
const ALWAYS: &[&str] = &["currenttime", "epochtime", "principalaccount", "principalarn", "principaltype", "userid"];
/// The key that the well-known mistake is made with: it is absent for long-term credentials, not `false`.
const SECOND_FACTOR: &str = "multifactorauthpresent";
/// What only assertions bring.
const ASSERTIONS: [&str; 2] = ["edupersonprincipalname", "saml:"];

pub(super) fn look(statement: &Statement, variables: bool, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    for condition in &statement.conditions {
        findings.extend(unknown(&condition.key, catalogue));
        if passes_absent(statement, condition) {
            let (operator, key) = (condition.operator.name(), condition.key.written().to_owned());
            findings.push(Finding::AbsentKey { operator, key });
        }
    }
    if statement.effect == Effect::Deny && variables {
        for text in loose(statement) {
            findings.push(Finding::LooseDeny { text: text.to_owned() });
        }
    }
}

fn unknown(key: &Key, catalogue: &Catalogue) -> Option<Finding> {
    let name = key.name();
    let service = name.split_once(':').map(|(service, _)| service);
    // Of services that the catalogue does not know it does not know the keys.
    let described = service.is_none_or(|service| {
        PREFIXES.iter().any(|prefix| prefix.strip_suffix(':') == Some(service)) || catalogue.service(service).is_some()
    });
    if !described || catalogue.key(name).is_some() || ASSERTIONS.iter().any(|known| name.starts_with(known)) {
        return None;
    }
    let own = service.and_then(|service| catalogue.service(service)).map(|service| service.keys.as_slice());
    let known = own.unwrap_or(catalogue.global_keys()).iter().map(|key| key.name.as_str());
    let prefix = PREFIXES.iter().find(|prefix| name.starts_with(**prefix)).copied().unwrap_or_default();
    let nearest = nearest(name.strip_prefix(prefix).unwrap_or(name), known);
    let nearest = nearest.map(|nearest| format!("{prefix}{nearest}"));
    Some(Finding::UnknownKey { key: key.written().to_owned(), nearest })
}

/// Whether the condition lets a request pass that does not have the key, and nothing shows that this is meant: an
/// Allow with a negated operator or with `ForAllValues:`, or a Deny that asks whether a second factor was not proved.
fn passes_absent(statement: &Statement, condition: &Condition) -> bool {
    let key = condition.key.name();
    let asks_null = |other: &Condition| other.operator == Operator::Null && other.key.name() == key;
    if condition.if_exists || statement.conditions.iter().any(asks_null) {
        return false;
    }
    match statement.effect {
        Effect::Allow => passes_without(condition) && !ALWAYS.contains(&key),
        Effect::Deny => {
            let is_false = condition.values.iter().any(|value| value.eq_ignore_ascii_case("false"));
            condition.operator == Operator::Bool && key == SECOND_FACTOR && is_false
        }
    }
}

/// The texts with a variable without default by which a Deny may fail to match.
fn loose(statement: &Statement) -> impl Iterator<Item = &str> {
    let resources = if statement.resources.negated { &[] } else { statement.resources.items.as_slice() };
    let paths = resources.iter().filter_map(|resource| match resource {
        Resource::Named { path, .. } => Some(path.as_str()),
        Resource::Any | Resource::Entry { .. } => None,
    });
    let compares = |condition: &&Condition| {
        let takes = matches!(condition.operator.value_type(), ValueType::Text | ValueType::Arn | ValueType::Bool);
        takes && !condition.operator.is_negated()
    };
    let values = statement.conditions.iter().filter(compares).flat_map(|condition| &condition.values);
    paths.chain(values.map(String::as_str)).filter(|text| is_loose(text))
}

fn is_loose(text: &str) -> bool {
    let Ok(pattern) = Pattern::read(text, Syntax::TEXT.with_variables(true)) else { return false };
    pattern.parts().iter().any(|part| match part {
        Part::Variable(variable) => variable.default.is_none() && !ALWAYS.contains(&variable.key.name()),
        Part::Literal(_) | Part::One | Part::Run => false,
    })
}

/// Whether the conditions can never hold together.
pub(super) fn never(conditions: &[Condition]) -> bool {
    conditions.iter().any(|condition| {
        let absent = condition.operator == Operator::Null && is_all(&condition.values, "true");
        let needs_it = |other: &Condition| {
            other.key.name() == condition.key.name() && !passes_without(other) && other.operator != Operator::Null
        };
        let nothing = condition.values.is_empty() && !condition.operator.is_negated() && !passes_without(condition);
        nothing || (absent && conditions.iter().any(needs_it))
    })
}

fn is_all(values: &[String], word: &str) -> bool {
    !values.is_empty() && values.iter().all(|value| value.eq_ignore_ascii_case(word))
}

/// Whether an absent key passes.
fn passes_without(condition: &Condition) -> bool {
    let negated = condition.operator.is_negated() && condition.quantifier == Quantifier::None;
    condition.if_exists || condition.quantifier == Quantifier::All || negated
}
