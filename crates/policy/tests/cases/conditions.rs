//! Conditions of the statement grammar.

use super::dice::Dice;
use super::keys::{self, KEYS, KINDS, Key, Kind};
use super::requests::Asked;
use serde_json::{Map, Value, json};

const TEXT: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const NUMBER: [&str; 6] = [
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATE: [&str; 6] =
    ["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"];
const ADDRESS: [&str; 3] = ["IpAddress", "IpAddress", "NotIpAddress"];
const ARN: [&str; 4] = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"];

/// The `Condition` of a statement: one or a few operators, each on one or two keys.
pub(crate) fn conditions(dice: &mut Dice, asked: &Asked) -> Value {
    let mut operators = Map::new();
    for _ in 0..dice.pick(&[1, 1, 1, 2]) {
        let key = key(dice, asked);
        // Now and then the operator is of another type than the key. Not the types whose spellings leave questions
        // open that another type's values would ask: is `+1` a date, is `ops` base64, is a lone `*` an ARN?
        let kind =
            if dice.chance(7) { dice.pick(&[Kind::Text, Kind::Number, Kind::Address, Kind::Bool]) } else { key.kind };
        let (operator, values) = if dice.chance(8) {
            ("Null".to_owned(), dice.pick(&["true", "false"]).into())
        } else {
            (operator(dice, kind, asked.values(key).len()), Value::Null)
        };
        let values = match values {
            Value::Null => policy_values(dice, asked, key, kind, operator.contains("Like")),
            text => null_values(dice, &text),
        };
        let keys = operators.entry(operator).or_insert_with(|| json!({}));
        keys[key.spelled(dice)] = values;
    }
    Value::Object(operators)
}

/// A key, more often one that the request has; and half of the time by its type, since most keys are text.
fn key(dice: &mut Dice, asked: &Asked) -> Key {
    let kind = dice.pick(&KINDS);
    let by_kind = dice.chance(50);
    let wanted = |key: &Key| !by_kind || key.kind == kind;
    let all: Vec<Key> = KEYS.into_iter().filter(wanted).collect();
    let present: Vec<Key> = asked.context.iter().map(|(key, _)| *key).filter(wanted).collect();
    if present.is_empty() || dice.chance(20) { dice.pick(&all) } else { dice.pick(&present) }
}

/// An operator; with a set more often where the key has several values.
fn operator(dice: &mut Dice, kind: Kind, count: usize) -> String {
    let base = match kind {
        Kind::Text => dice.pick(&TEXT),
        Kind::Number => dice.pick(&NUMBER),
        Kind::Date => dice.pick(&DATE),
        Kind::Address => dice.pick(&ADDRESS),
        Kind::Arn => dice.pick(&ARN),
        Kind::Bool => "Bool",
        Kind::Binary => "BinaryEquals",
    };
    let set =
        if dice.chance(if count > 1 { 75 } else { 15 }) { dice.pick(&["ForAllValues:", "ForAnyValue:"]) } else { "" };
    let suffix = if dice.chance(20) { "IfExists" } else { "" };
    format!("{set}{base}{suffix}")
}

fn policy_values(dice: &mut Dice, asked: &Asked, key: Key, kind: Kind, patterns: bool) -> Value {
    let count = dice.pick(&[0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3]);
    let values: Vec<Value> = (0..count)
        .map(|_| match asked.values(key) {
            [] => keys::policy_value(dice, kind),
            present if dice.chance(45) => {
                let value = dice.pick(present);
                // A `${` is left whole: cut, it would be malformed.
                let loosened = patterns && kind == Kind::Text && !value.contains('$') && dice.chance(60);
                json!(if loosened { dice.loosen(value) } else { value.to_owned() })
            }
            _ => keys::policy_value(dice, kind),
        })
        .collect();
    match values.as_slice() {
        [one] if dice.chance(60) => one.clone(),
        _ => Value::Array(values),
    }
}

fn null_values(dice: &mut Dice, text: &Value) -> Value {
    match dice.below(8) {
        0 => json!(text == "true"),
        1 => json!([text]),
        2 => json!(["true", "false"]),
        3 => json!([]),
        _ => text.clone(),
    }
}
