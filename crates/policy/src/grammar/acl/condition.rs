//! Conditions of entries: a table of what each member compares.

use base::json::{Kind, Value};

use super::ranges;
use crate::{
    condition::{Operator, ValueType},
    document::{Condition, Quantifier},
    grammar::{
        error::{PolicyError, Problem},
        members::{Mixup, Reader, object, unknown, wrong_type},
        print::Obstacle,
        values,
    },
    json_text::Json,
    key::Key,
};

/// A member of a condition, and what it becomes.
struct Row {
    name: &'static str,
    shape: Shape,
}

enum Shape {
    /// A value or a list of values, compared with this key; an empty one is the key of the member's name.
    List(Operator, &'static str),
    /// An object of operators, each with a value or a list of them.
    Operators(&'static [(&'static str, Operator)], &'static str),
    /// An object of tags of the resource, each with a value or a list.
    Tags,
    /// `true` or `false`.
    Flag(&'static str),
}

const DATES: &[(&str, Operator)] = &[
    ("dateLessThan", Operator::DateLessThan),
    ("dateLessThanEquals", Operator::DateLessThanEquals),
    ("dateGreaterThan", Operator::DateGreaterThan),
    ("dateGreaterThanEquals", Operator::DateGreaterThanEquals),
];
const TEXTS: &[(&str, Operator)] = &[("stringLike", Operator::StringLike), ("stringEquals", Operator::StringEquals)];
const TAG: &str = "resourcetag/";

const fn row(name: &'static str, shape: Shape) -> Row {
    Row { name, shape }
}

/// Of two members that become the same, printing takes the first.
const TABLE: &[Row] = &[
    row("ipAddress", Shape::List(Operator::IpAddress, "sourceip")),
    row("notIpAddress", Shape::List(Operator::NotIpAddress, "sourceip")),
    row("currentTime", Shape::Operators(DATES, "currenttime")),
    row("referer", Shape::Operators(TEXTS, "referer")),
    row("userAgent", Shape::Operators(TEXTS, "useragent")),
    row("secureTransport", Shape::Flag("securetransport")),
    row("vpcId", Shape::List(Operator::StringEquals, "vpcid")),
    row("eduPersonPrincipalName", Shape::List(Operator::StringEquals, "eduPersonPrincipalName")),
    row("resourceTag", Shape::Tags),
    row("tag", Shape::Tags),
];
const MIXUPS: &[Mixup] = &[("Time", "called", "currentTime", "it is `currentTime`")];
/// Attributes of an assertion: whatever comes behind it.
const SAML: &str = "saml:";

/// Reads `condition`: an object, or a list of objects, all of which must hold.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Vec<Condition>, PolicyError> {
    let mut conditions = Vec::new();
    if matches!(&value.kind, Kind::Array(objects) if objects.is_empty()) {
        return Ok(conditions);
    }
    for one in values::objects(value, "condition", "conditions", reader)? {
        for member in reader.note(object(one, "`condition`"))?.into_iter().flatten() {
            let Some(shape) = shape(&member.name) else {
                reader.note::<()>(Err(unknown(member, TABLE.iter().map(|row| row.name), MIXUPS)))?;
                continue;
            };
            reader.note(shape.read(&member.name, &member.value, reader, &mut conditions))?;
        }
    }
    Ok(conditions)
}

/// The members of a condition, or of one of its members.
pub(crate) fn members(inside: Option<&str>) -> impl Iterator<Item = &'static str> {
    let outer = TABLE.iter().filter(move |_| inside.is_none()).map(|row| row.name);
    let inner = TABLE.iter().filter(move |row| inside == Some(row.name)).flat_map(|row| match row.shape {
        Shape::Operators(operators, _) => operators,
        Shape::List(..) | Shape::Tags | Shape::Flag(_) => &[],
    });
    outer.chain(inner.map(|(name, _)| *name))
}

fn shape(name: &str) -> Option<&Shape> {
    const SAML_TEXT: &Shape = &Shape::List(Operator::StringEquals, "");
    let known = TABLE.iter().find(|row| row.name == name).map(|row| &row.shape);
    known.or_else(|| is_saml(name).then_some(SAML_TEXT))
}

fn is_saml(name: &str) -> bool {
    name.len() > SAML.len() && name.starts_with(SAML)
}

impl Shape {
    fn read(
        &self,
        name: &str,
        value: &Value,
        reader: Reader<'_>,
        conditions: &mut Vec<Condition>,
    ) -> Result<(), PolicyError> {
        let mut add = |operator: Operator, key: &str, value: &Value| {
            let values = listed(value, name, operator, reader)?;
            let key = Key::with_prefixes(key, &[]);
            conditions.push(Condition { operator, quantifier: Quantifier::None, if_exists: false, key, values });
            Ok(())
        };
        match self {
            Self::List(operator, "") => add(*operator, name, value),
            Self::List(operator, key) => add(*operator, key, value),
            Self::Flag(key) => {
                if !matches!(&value.kind, Kind::Bool(_)) && !matches!(value.as_str(), Some("true" | "false")) {
                    return Err(wrong_type(value, &format!("`{name}`"), "true or false"));
                }
                add(Operator::Bool, key, value)
            }
            Self::Operators(operators, key) => {
                for member in object(value, &format!("`{name}`"))? {
                    let known = operators.iter().find(|(operator, _)| *operator == member.name);
                    let Some((_, operator)) = known else {
                        let known = operators.iter().map(|(operator, _)| *operator);
                        reader.note::<()>(Err(unknown(member, known, &[])))?;
                        continue;
                    };
                    reader.note(add(*operator, key, &member.value))?;
                }
                Ok(())
            }
            Self::Tags => {
                for member in object(value, &format!("`{name}`"))? {
                    if member.name.is_empty() {
                        let problem = Problem::Empty { what: "the tag's key".to_owned() };
                        reader.note::<()>(Err(PolicyError::at_name(member, problem)))?;
                    }
                    reader.note(add(Operator::StringEquals, &format!("{TAG}{}", member.name), &member.value))?;
                }
                Ok(())
            }
        }
    }

    /// Whether the condition is one that this becomes, and where.
    fn place(&self, condition: &Condition) -> Option<Inner> {
        let key = condition.key.name();
        match self {
            Self::List(operator, own) => {
                (condition.operator == *operator && own.eq_ignore_ascii_case(key)).then_some(Inner::None)
            }
            Self::Flag(own) => {
                let plain = matches!(condition.values.as_slice(), [value] if value == "true" || value == "false");
                (condition.operator == Operator::Bool && *own == key && plain).then_some(Inner::None)
            }
            Self::Operators(operators, own) => {
                let (inner, _) = operators.iter().find(|(_, operator)| *operator == condition.operator)?;
                (*own == key).then(|| Inner::Member((*inner).to_owned()))
            }
            Self::Tags => {
                let tag = key.strip_prefix(TAG).filter(|tag| !tag.is_empty())?;
                // As written: the key's one spelling has lost the case.
                let written = condition.key.written();
                let written = written.len().checked_sub(tag.len()).and_then(|at| written.get(at..)).unwrap_or(tag);
                (condition.operator == Operator::StringEquals).then(|| Inner::Member(written.to_owned()))
            }
        }
    }
}

fn listed(value: &Value, name: &str, operator: Operator, reader: Reader<'_>) -> Result<Vec<String>, PolicyError> {
    let read = values::condition_values(value, &format!("the value of `{name}`"), reader)?;
    let mut values = Vec::with_capacity(read.len());
    for (place, text) in read {
        if operator == Operator::StringLike {
            reader.note(values::check_pattern(place, &text))?;
        }
        let is_range = operator.value_type() == ValueType::Address;
        if let Some(networks) = is_range.then(|| ranges::networks(&text)).flatten() {
            values.extend(networks);
        } else {
            reader.note(reader.check_value(place, &text, operator))?;
            values.push(text);
        }
    }
    Ok(values)
}

/// The values of a condition stand in a member of their own, or in one of its object's members.
#[derive(Debug, Clone)]
enum Inner {
    None,
    Member(String),
}

/// Prints conditions: an object, or where one is not enough, a list of them.
pub(super) fn print(conditions: &[Condition]) -> Result<Json, Obstacle> {
    let mut objects: Vec<Vec<(String, Json)>> = vec![Vec::new()];
    for condition in conditions {
        let (name, inner) = member(condition)?;
        if !objects.last().is_some_and(|object| has_room(object, &name, &inner)) {
            objects.push(Vec::new());
        }
        let Some(object) = objects.last_mut() else { continue };
        let values = print_values(condition);
        match (inner, object.last_mut()) {
            (Inner::None, _) => object.push((name, values)),
            (Inner::Member(inner), Some((last, Json::Object(members)))) if *last == name => {
                members.push((inner, values));
            }
            (Inner::Member(inner), _) => object.push((name, Json::Object(vec![(inner, values)]))),
        }
    }
    let mut objects: Vec<Json> = objects.into_iter().map(Json::Object).collect();
    Ok(if objects.len() == 1 { objects.remove(0) } else { Json::List(objects) })
}

/// Whether a member may be added to an object, in order: it is new there; or it is the last one, and the inner one is
/// new in that.
fn has_room(object: &[(String, Json)], name: &str, inner: &Inner) -> bool {
    match (object.iter().find(|(known, _)| known == name), object.last(), inner) {
        (None, _, _) => true,
        (Some(_), Some((last, Json::Object(members))), Inner::Member(inner)) => {
            last == name && members.iter().all(|(known, _)| known != inner)
        }
        _ => false,
    }
}

/// The member that a condition becomes.
fn member(condition: &Condition) -> Result<(String, Inner), Obstacle> {
    let key = condition.key.written();
    let plain = !condition.if_exists && condition.quantifier == Quantifier::None;
    let known = TABLE.iter().find_map(|row| Some((row.name.to_owned(), row.shape.place(condition)?)));
    let is_saml = condition.operator == Operator::StringEquals && is_saml(key);
    let known = known.or_else(|| is_saml.then(|| (key.to_owned(), Inner::None)));
    let obstacle = || Obstacle::Condition { operator: condition.operator.name(), key: key.to_owned() };
    known.filter(|_| plain).ok_or_else(obstacle)
}

fn print_values(condition: &Condition) -> Json {
    match (condition.operator, condition.values.as_slice()) {
        (Operator::Bool, [value]) => Json::Literal(value.clone()),
        (operator, [value]) if operator.value_type() == ValueType::Date => Json::text(value),
        (_, values) => Json::texts(values.iter().map(String::as_str)),
    }
}
