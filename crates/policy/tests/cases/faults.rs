//! Cases that are not valid: one thing in them is wrong.

use super::dice::Dice;
use serde_json::{Value, json};

/// Spoils a document or the request.
pub(crate) fn spoil(dice: &mut Dice, identity: &mut [Value], request: &mut Value) {
    let Some(document) = identity.first_mut().filter(|_| dice.chance(80)) else {
        return spoil_request(dice, request);
    };
    if dice.chance(10) {
        *document = Value::String(dice.pick(&["", "{", "[]", "{} {}", "null", "\"{}\"", DUPLICATE]).to_owned());
    } else if document.is_array() {
        spoil_bare(dice, document);
    } else if document.get("accessControlList").is_some() {
        spoil_acl(dice, document);
    } else {
        spoil_native(dice, document);
    }
}

const DUPLICATE: &str = r#"{"Statement":[{"Effect":"Allow","Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn spoil_request(dice: &mut Dice, request: &mut Value) {
    let (name, value) = dice.pick(&[
        ("action", "GetObject"),
        ("action", "bos:"),
        ("action", ":GetObject"),
        ("action", "bos:Get*"),
        ("action", "bos:GetObjec?"),
        ("resource", "home/alice/x"),
        ("resource", "arn:aws:bos:bj:home"),
        ("resource", "trn:bos:bj:home"),
        ("resource", ""),
        ("principal", "alice"),
        ("principal", ""),
        ("principal", "arn:aws:bos:bj:123456789012:home"),
    ]);
    request[name] = json!(value);
}

fn spoil_bare(dice: &mut Dice, document: &mut Value) {
    let Some(first) = document.get_mut(0).and_then(Value::as_object_mut).filter(|_| dice.chance(80)) else {
        *document = json!([]);
        return;
    };
    match dice.below(4) {
        0 => first.remove("effect"),
        1 => first.remove("action"),
        2 => first.remove("resource"),
        _ => first.insert("note".to_owned(), json!("x")),
    };
}

fn spoil_acl(dice: &mut Dice, document: &mut Value) {
    let Some(first) = document["accessControlList"].get_mut(0).and_then(Value::as_object_mut) else { return };
    let (name, value) = match dice.below(12) {
        0 => {
            document["accessControlList"] = json!([]);
            return;
        }
        1 => {
            document["Statement"] = json!([]);
            return;
        }
        2..7 => {
            first.remove(dice.pick(&["service", "region", "resource", "permission", "effect"]));
            return;
        }
        7 => ("grantee", json!([{ "id": "*" }])),
        8 => ("permission", json!([])),
        9 => ("resource", json!([])),
        10 => ("condition", json!({ "weather": ["fine"] })),
        _ => ("effect", json!("Permit")),
    };
    first.insert(name.to_owned(), value);
}

fn spoil_native(dice: &mut Dice, document: &mut Value) {
    match dice.below(6) {
        0 => document["Comment"] = json!("x"),
        1 => document["Version"] = json!("2020-01-01"),
        2 => document["Statement"] = json!([]),
        3 => {
            let statement = json!({ "Sid": "same", "Effect": "Allow", "Action": "*", "Resource": "*" });
            document["Statement"] = json!([statement, statement]);
        }
        4 => spoil_variable(dice, document),
        _ => {
            let first = match &mut document["Statement"] {
                Value::Array(list) => list.first_mut(),
                one => Some(one),
            };
            if let Some(statement) = first {
                spoil_statement(dice, statement);
            }
        }
    }
}

fn spoil_variable(dice: &mut Dice, document: &mut Value) {
    let variable = dice.pick(&["${", "${aws:username", "${}", "${aws:username, alice}", "${aws:${x}}"]);
    let statement = if dice.chance(50) {
        json!({ "Effect": "Allow", "Action": "*", "Resource": format!("arn:aws:bos:*:*:{variable}") })
    } else {
        let operator = dice.pick(&["StringEquals", "StringNotLike", "Bool", "ForAnyValue:StringLikeIfExists"]);
        json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "bos:prefix": variable } } })
    };
    document["Version"] = json!("2012-10-17");
    document["Statement"] = statement;
}

fn spoil_statement(dice: &mut Dice, statement: &mut Value) {
    let Some(members) = statement.as_object_mut() else { return };
    let (name, value) = match dice.below(16) {
        0 => {
            members.remove("Effect");
            return;
        }
        1 => {
            members.retain(|name, _| !name.ends_with("Action"));
            return;
        }
        2 => {
            members.retain(|name, _| !name.ends_with("Resource"));
            return;
        }
        3 => {
            members.insert("Action".to_owned(), json!("*"));
            ("NotAction", json!("bos:*"))
        }
        4 => {
            members.insert("Resource".to_owned(), json!("*"));
            ("NotResource", json!("*"))
        }
        5 => ("Note", json!("x")),
        6 => ("Principal", json!("*")),
        7 => ("Effect", json!("allow")),
        8 => ("Sid", json!(5)),
        9 => {
            members.retain(|name, _| !name.ends_with("Action"));
            ("Action", json!(dice.pick(&["b*:GetObject", "*:Get*", "GetObject", "bos:", "b?s:*", ""])))
        }
        10 => {
            members.retain(|name, _| !name.ends_with("Resource"));
            (
                "Resource",
                json!(dice.pick(&["home/*", "arn:aws:bos:bj:home", "*:aws:bos:bj:1:home", "", "trn:bos:bj:x"])),
            )
        }
        11 => {
            members.retain(|name, _| !name.ends_with("Action"));
            ("Action", json!([]))
        }
        12 => {
            members.retain(|name, _| !name.ends_with("Resource"));
            ("NotResource", json!([]))
        }
        13 => ("Condition", json!({ "StringIs": { "bos:prefix": "a" } })),
        14 => ("Condition", json!({ "NullIfExists": { "bos:prefix": "true" } })),
        _ => ("Condition", json!({ "StringEquals": { "bos:prefix": [null] } })),
    };
    members.insert(name.to_owned(), value);
}
