//! Documents of the acl grammar.

use super::dice::Dice;
use super::keys::{self, KEYS, Kind};
use super::requests::Asked;
use super::words;
use serde_json::{Map, Value, json};

const PERMISSIONS: [&str; 18] = [
    "*",
    "FULL_CONTROL",
    "READ",
    "READ",
    "LIST",
    "WRITE",
    "MODIFY",
    "OPERATE",
    "OPERATE",
    "read",
    "Operate",
    "GetObject",
    "getobject",
    "Get*",
    "*Object*",
    "PutObject",
    "G?tObject",
    "Unheard",
];

const PATHS: [&str; 13] = [
    "*",
    "*",
    "*",
    "*",
    "home/*",
    "home/*",
    "home/alice/*",
    "home/alice/x",
    "*x",
    "home/al?ce/x",
    "home/a*/x",
    "b:c/d",
    "home/${aws:username}/x",
];

/// An acl document with one or a few entries.
pub(crate) fn document(dice: &mut Dice, asked: &Asked, denies: u64) -> Value {
    let count = dice.pick(&[1, 1, 1, 2, 3]);
    let entries: Vec<Value> = (0..count).map(|_| entry(dice, asked, denies)).collect();
    let mut document = json!({ "accessControlList": entries });
    if dice.chance(30) {
        document["version"] = json!(dice.pick(&["v1", "v2", "anything"]));
    }
    if dice.chance(20) {
        document["id"] = json!("policy");
    }
    document
}

/// A document that allows or denies everything on a condition.
pub(crate) fn condition_only(dice: &mut Dice, asked: &Asked) -> Value {
    json!({ "accessControlList": [{
        "service": "*",
        "region": "*",
        "resource": ["*"],
        "permission": ["*"],
        "effect": dice.pick(&["Allow", "Allow", "Deny"]),
        "condition": condition(dice, asked),
    }]})
}

fn entry(dice: &mut Dice, asked: &Asked, denies: u64) -> Value {
    let service = asked.action.split_once(':').map_or("bos", |(service, _)| service).to_ascii_lowercase();
    let service = match dice.below(10) {
        0 | 1 => "*".to_owned(),
        2 | 3 => format!("bce:{service}"),
        4 => dice.pick(&["bos", "shop", "bce:bcc"]).to_owned(),
        _ => service,
    };
    let name = asked.action.split_once(':').map_or("*", |(_, name)| name);
    let permissions: Vec<String> = (0..dice.pick(&[1, 1, 2, 3]))
        .map(|_| if dice.chance(20) { dice.respell(name) } else { dice.pick(&PERMISSIONS).to_owned() })
        .collect();
    let paths: Vec<&str> = (0..dice.pick(&[1, 1, 2])).map(|_| dice.pick(&PATHS)).collect();
    let mut entry = json!({
        "service": service,
        "region": dice.pick(&["*", "*", "*", "bj", "bj", "b*", "gz", "b?"]),
        "resource": paths,
        "permission": permissions,
        "effect": if dice.chance(denies) { "Deny" } else { "Allow" },
    });
    if dice.chance(20) {
        entry["eid"] = json!("entry");
    }
    if dice.chance(40) {
        entry["condition"] = condition(dice, asked);
    }
    entry
}

/// An object, or an array of one or two.
fn condition(dice: &mut Dice, asked: &Asked) -> Value {
    match dice.below(10) {
        0..6 => one_condition(dice, asked),
        6..8 => json!([one_condition(dice, asked)]),
        _ => json!([one_condition(dice, asked), one_condition(dice, asked)]),
    }
}

fn one_condition(dice: &mut Dice, asked: &Asked) -> Value {
    let mut condition = Map::new();
    for _ in 0..dice.pick(&[1, 1, 1, 2]) {
        let (name, value) = match dice.below(11) {
            0 | 1 => ("ipAddress", addresses(dice)),
            2 => ("notIpAddress", addresses(dice)),
            3 | 4 => ("currentTime", times(dice)),
            5 => ("referer", texts_by_operator(dice, asked, ":referer")),
            6 => ("userAgent", texts_by_operator(dice, asked, ":UserAgent")),
            7 => ("secureTransport", json!(dice.chance(70))),
            8 => ("vpcId", texts(dice, asked, "vpcid")),
            9 if dice.chance(50) => ("saml:aud", texts(dice, asked, "saml:aud")),
            9 => ("eduPersonPrincipalName", texts(dice, asked, "eduPersonPrincipalName")),
            _ => {
                let name = dice.pick(&["tag", "resourceTag"]);
                let tag = dice.pick(&["team", "Team", "team", "gone"]);
                (name, json!({ tag: texts(dice, asked, ":ResourceTag/team") }))
            }
        };
        condition.insert(name.to_owned(), value);
    }
    Value::Object(condition)
}

fn addresses(dice: &mut Dice) -> Value {
    let list: Vec<Value> =
        (0..dice.pick(&[0, 1, 1, 1, 1, 2, 2]))
            .map(|_| {
                if dice.chance(40) { json!(dice.pick(&words::RANGES)) } else { keys::policy_value(dice, Kind::Address) }
            })
            .collect();
    json!(list)
}

fn times(dice: &mut Dice) -> Value {
    let mut times = Map::new();
    for _ in 0..dice.pick(&[1, 1, 2]) {
        let operator = dice.pick(&["dateLessThan", "dateLessThanEquals", "dateGreaterThan", "dateGreaterThanEquals"]);
        let time = if dice.chance(5) { dice.pick(&words::NO_DATES) } else { dice.pick(&words::DATES) };
        times.insert(operator.to_owned(), json!(time));
    }
    Value::Object(times)
}

fn texts_by_operator(dice: &mut Dice, asked: &Asked, key: &str) -> Value {
    if dice.chance(20) {
        return json!({ "stringEquals": dice.pick(&words::TEXTS) });
    }
    let operator = dice.pick(&["stringLike", "stringEquals"]);
    let mut values = texts(dice, asked, key);
    if operator == "stringLike" {
        // Whether `?` is special in acl is an open question.
        values = json!(values.to_string().replace('?', "*").parse::<Value>().unwrap_or_default());
    }
    json!({ operator: values })
}

/// A list of texts, some from the request.
fn texts(dice: &mut Dice, asked: &Asked, key: &str) -> Value {
    let present = KEYS.iter().find(|other| other.name == key).map_or(&[][..], |key| asked.values(*key));
    let list: Vec<&str> = (0..dice.pick(&[0, 1, 1, 1, 1, 2, 3]))
        .map(|_| if !present.is_empty() && dice.chance(60) { dice.pick(present) } else { dice.pick(&words::TEXTS) })
        .collect();
    json!(list)
}
