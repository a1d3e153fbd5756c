//! Conditions: operator, key, values.

use base::json::{Member, Value};

use super::print::Printer;
use crate::{
    catalogue::service::KeyType,
    condition::{Operator, ValueType},
    document::{Condition, Quantifier},
    grammar::prefixes::PREFIXES,
    grammar::{
        error::{Hint, PolicyError, Problem},
        flavour::{Flavour, Takes},
        members::{Reader, object},
        print::Obstacle,
        values,
    },
    json_text::Json,
    key::Key,
    nearest::nearest,
    pattern::check_variables,
};

pub(super) const FOR_ALL: &str = "ForAllValues:";
pub(super) const FOR_ANY: &str = "ForAnyValue:";
pub(super) const IF_EXISTS: &str = "IfExists";
const IF_EXISTS_FIRST: &str = "IfExists:";

/// How keys are compared: an operator as a document writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) operator: Operator,
    pub(super) quantifier: Quantifier,
    pub(super) if_exists: bool,
}

/// Reads `Condition`.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Vec<Condition>, PolicyError> {
    let mut conditions: Vec<Condition> = Vec::new();
    for operator in object(value, "`Condition`")? {
        let test = reader.note(test(&operator.name, reader.flavour).map_err(|wrong| wrong.error(operator)))?;
        let Some(members) = reader.note(object(&operator.value, &format!("`{}`", operator.name)))? else { continue };
        for member in members {
            let key = reader.note(key(&member.name, reader.flavour).map_err(|hint| {
                let problem = Problem::Unknown { what: "condition key", name: member.name.clone() };
                PolicyError::at_name(member, problem).hint(hint)
            }))?;
            let Some(Test { operator, quantifier, if_exists }) = test else { continue };
            let values = reader.note(listed(&member.value, &member.name, operator, reader))?;
            let (Some(key), Some(values)) = (key, values) else { continue };
            conditions.push(Condition { operator, quantifier, if_exists, key, values });
        }
    }
    Ok(conditions)
}

impl Test {
    pub(super) fn of(condition: &Condition) -> Self {
        let Condition { operator, quantifier, if_exists, .. } = *condition;
        Self { operator, quantifier, if_exists }
    }
}

enum Misnamed {
    /// No operator has that name; perhaps this is meant.
    Unknown(Option<String>),
    /// `Null` with something around it.
    Null,
}

impl Misnamed {
    fn error(self, operator: &Member) -> PolicyError {
        let name = operator.name.clone();
        match self {
            Self::Unknown(meant) => {
                let problem = Problem::Unknown { what: "condition operator", name };
                PolicyError::at_name(operator, problem).meant(meant.as_deref())
            }
            Self::Null => {
                let problem = Problem::Form { text: name, wanted: "a condition operator" };
                PolicyError::at_name(operator, problem)
                    .hint(Hint::new("null_alone", "`Null` takes neither `IfExists` nor a set operator"))
            }
        }
    }
}

fn test(name: &str, flavour: Flavour) -> Result<Test, Misnamed> {
    let (quantifier, rest) = match (name.strip_prefix(FOR_ALL), name.strip_prefix(FOR_ANY)) {
        (Some(rest), _) => (Quantifier::All, rest),
        (_, Some(rest)) => (Quantifier::Any, rest),
        (None, None) => (Quantifier::None, name),
    };
    let first = rest.strip_prefix(IF_EXISTS_FIRST).filter(|_| flavour.takes(Takes::IfExistsFirst));
    let last = if first.is_none() { rest.strip_suffix(IF_EXISTS) } else { None };
    let base = first.or(last).unwrap_or(rest);
    let Some(operator) = Operator::from_name(base) else {
        let around = |meant: &str| name.replace(base, meant);
        let meant = nearest(base, Operator::ALL.iter().map(|operator| operator.name()));
        return Err(Misnamed::Unknown(meant.map(around)));
    };
    let if_exists = first.or(last).is_some();
    if operator == Operator::Null && (if_exists || quantifier != Quantifier::None) {
        return Err(Misnamed::Null);
    }
    Ok(Test { operator, quantifier, if_exists })
}

/// Errors: a global key with the prefix of another flavour, which would name a key that nothing has; and a hint.
fn key(name: &str, flavour: Flavour) -> Result<Key, Hint> {
    let key = Key::with_prefixes(name, flavour.traits().prefixes);
    let anyones = Key::with_prefixes(name, PREFIXES);
    if key.name() == anyones.name() {
        return Ok(key);
    }
    let bare = name.split_once(':').map_or(name, |(_, bare)| bare);
    let prefix = flavour.traits().prefixes.first().copied().unwrap_or_default();
    let spelled = format!("{prefix}{bare}");
    Err(Hint::new("key_prefix", format!("in this flavour it is `{spelled}`")).word(spelled))
}

fn listed(value: &Value, key: &str, operator: Operator, reader: Reader<'_>) -> Result<Vec<String>, PolicyError> {
    let values = values::condition_values(value, &format!("the value of `{key}`"), reader)?;
    reader.each(values, |(place, text)| {
        if is_pattern(operator) {
            values::check_pattern(place, &text)?;
        }
        if reader.variables && takes_variables(operator) {
            let wrong = |problem| PolicyError::at(place, Problem::Variable { text: text.clone(), problem });
            check_variables(&text).map_err(wrong)?;
        }
        reader.check_value(place, &text, operator)?;
        Ok(text)
    })
}

/// Whether variables stand in the values of an operator.
fn takes_variables(operator: Operator) -> bool {
    matches!(operator.value_type(), ValueType::Text | ValueType::Arn | ValueType::Bool)
}

fn is_pattern(operator: Operator) -> bool {
    matches!(operator, Operator::StringLike | Operator::StringNotLike) || operator.value_type() == ValueType::Arn
}

/// Prints conditions, those with one operator together.
pub(super) fn print(conditions: &[Condition], printer: &Printer<'_>) -> Result<Json, Obstacle> {
    let mut operators: Vec<(Test, Vec<(String, Json)>)> = Vec::new();
    for condition in conditions {
        let test = Test::of(condition);
        let place = operators.iter().position(|(other, _)| *other == test).unwrap_or(operators.len());
        if place == operators.len() {
            operators.push((test, Vec::new()));
        }
        let Some((_, members)) = operators.get_mut(place) else { continue };
        let variables = takes_variables(condition.operator);
        let value = |value: &String| if variables { printer.literal(value) } else { value.clone() };
        let values = Json::List(condition.values.iter().map(|text| Json::Text(value(text))).collect());
        members.push((print_key(condition, printer, members)?, values));
    }
    Ok(Json::Object(operators.into_iter().map(|(test, members)| (test.print(), Json::Object(members))).collect()))
}

/// As its document wrote it, where this flavour reads the same key; else with a prefix of this flavour. A key that is
/// there already under its operator is spelled another way, and so is there twice.
fn print_key(condition: &Condition, printer: &Printer<'_>, used: &[(String, Json)]) -> Result<String, Obstacle> {
    let key = &condition.key;
    let prefixes = printer.flavour.traits().prefixes;
    let known = printer.catalogue.key(key.name());
    // The prefix says also how names of resources are spelled in the key's values.
    let is_arn = known.is_some_and(|known| known.kind == KeyType::Arn);
    let is_same = |text: &String| {
        let read = Key::with_prefixes(text, prefixes);
        read.name() == key.name() && (!is_arn || read.spelling() == key.spelling())
    };
    let bare = PREFIXES.iter().find_map(|prefix| {
        key.written().split_at_checked(prefix.len()).filter(|(start, _)| start.eq_ignore_ascii_case(prefix))
    });
    let bare = bare.map_or(key.written(), |(_, bare)| bare);
    let known = known.map_or(bare, |known| known.name.as_str());
    let names = [known, bare];
    let spellings = prefixes.iter().flat_map(|prefix| names.map(|name| format!("{prefix}{name}")));
    let written = (!printer.from_list).then(|| key.written().to_owned());
    let all = written.into_iter().chain(spellings).chain([key.written().to_owned()]);
    let mut possible = all.filter(is_same).peekable();
    if possible.peek().is_none() {
        return Err(Obstacle::Condition { operator: condition.operator.name(), key: key.written().to_owned() });
    }
    let is_free = |text: &String| used.iter().all(|(used, _)| used != text);
    possible.find(is_free).ok_or_else(|| Obstacle::RepeatedKey(key.written().to_owned()))
}

/// An operator as documents write it.
pub(crate) fn operator_name(operator: Operator, quantifier: Quantifier, if_exists: bool) -> String {
    Test { operator, quantifier, if_exists }.print()
}

/// The operator that a native document writes so.
pub(crate) fn read_operator(name: &str) -> Option<(Operator, Quantifier, bool)> {
    let Test { operator, quantifier, if_exists } = test(name, Flavour::Native).ok()?;
    Some((operator, quantifier, if_exists))
}

impl Test {
    fn print(self) -> String {
        let quantifier = match self.quantifier {
            Quantifier::None => "",
            Quantifier::All => FOR_ALL,
            Quantifier::Any => FOR_ANY,
        };
        format!("{quantifier}{}{}", self.operator.name(), if self.if_exists { IF_EXISTS } else { "" })
    }
}
