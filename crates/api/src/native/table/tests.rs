//! What must hold for every row.

use std::collections::{BTreeMap, BTreeSet};

use iam::action::{ACTIONS, Action, Gate};

use super::*;
use crate::native::{
    describe::{self, Schema, check_parameter},
    endpoint::{Method, name_in},
    openapi, recognises,
};

/// Actions that no call of this dialect asks for, and why. The list may only shrink.
const WITHOUT_A_CALL: &[(Action, &str)] = &[];

/// A path whose literal words a name of another could match as well would make the order matter.
#[test]
fn no_two_rows_meet() {
    let meet = |one: &Endpoint, other: &Endpoint| {
        let (one, other): (Vec<_>, Vec<_>) = (one.segments().collect(), other.segments().collect());
        let either = |a: &str, b: &str| a == b || name_in(a).is_some() || name_in(b).is_some();
        one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| either(a, b))
    };
    let all: Vec<_> = endpoints().collect();
    for (place, one) in all.iter().enumerate() {
        for other in &all[place + 1..] {
            assert!(one.method != other.method || !meet(one, other), "{} and {}", one.id, other.id);
            assert_ne!(one.id, other.id);
        }
    }
}

#[test]
fn rows_are_whole() {
    for endpoint in endpoints() {
        let id = endpoint.id;
        assert!(recognises(endpoint.path), "{id}");
        assert!(!endpoint.summary.is_empty() && !endpoint.summary.ends_with('.'), "{id}");
        assert!(endpoint.method != Method::Get || endpoint.body.is_none(), "{id}: a GET has no body");
        assert!(!endpoint.secret || endpoint.is_idempotent(), "{id}: what shows a secret once makes it");
        assert!(endpoint.names().collect::<BTreeSet<_>>().len() == endpoint.names().count(), "{id}");
        for field in endpoint.parameters() {
            let text = match openapi::value(field) {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            assert_eq!(check_parameter(&field.kind, &text), Ok(()), "{id}: the example of `{}`", field.name);
            let simple = !matches!(field.kind, describe::Kind::Texts | describe::Kind::List(_) | describe::Kind::Any);
            assert!(simple && !matches!(field.kind, describe::Kind::Object(_)) && !field.nullable, "{id}");
        }
    }
}

/// All schemas by name.
fn schemas() -> BTreeMap<&'static str, &'static Schema> {
    fn gather(schema: &'static Schema, all: &mut BTreeMap<&'static str, &'static Schema>) {
        if let Some(other) = all.insert(schema.name, schema) {
            assert!(std::ptr::eq(schema, other), "two schemas are called `{}`", schema.name);
            return;
        }
        for field in schema.fields {
            let mut kind = &field.kind;
            while let describe::Kind::List(of) = kind {
                kind = of;
            }
            if let describe::Kind::Object(inner) = kind {
                gather(inner, all);
            }
        }
    }
    let mut all = BTreeMap::new();
    for endpoint in endpoints() {
        let given = match endpoint.gives {
            Gives::Nothing => None,
            Gives::Object(schema) | Gives::Created(schema) | Gives::List(schema) | Gives::Page(schema) => Some(schema),
        };
        for schema in endpoint.body.into_iter().chain(given) {
            gather(schema, &mut all);
        }
    }
    all
}

#[test]
fn every_description_has_its_own_name_and_an_example_that_fits() {
    for (name, schema) in schemas() {
        assert!(schema.about.ends_with('.') && name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
        let names: BTreeSet<_> = schema.fields.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), schema.fields.len(), "{name}");
        for field in schema.fields {
            let sentence = field.about.ends_with(['.', '…', '`']) && !field.about.is_empty();
            assert!(sentence, "{name}.{}: {}", field.name, field.about);
        }
        let example = openapi::example(schema).to_string();
        let value = json::parse(example.as_bytes(), Limits::API).unwrap();
        assert_eq!(describe::check(schema, &value), Ok(()), "{name}: {example}");
    }
}

/// SEC-082: what policies can allow, somebody can ask for here, or it stands on a list with a reason.
#[test]
fn sec_082_every_action_has_a_call() {
    let offered: BTreeSet<Action> = endpoints().filter_map(|endpoint| endpoint.action).collect();
    let wanted = ACTIONS
        .iter()
        .filter(|row| matches!(row.gate, Gate::Policy | Gate::OwnSelf | Gate::PolicyOrSelf | Gate::PolicyOrOperator));
    let without: BTreeSet<Action> = WITHOUT_A_CALL.iter().map(|(action, _)| *action).collect();
    for row in wanted {
        let (offered, left_out) = (offered.contains(&row.action), without.contains(&row.action));
        assert!(offered != left_out, "{}: offered {offered}, on the list {left_out}", row.name);
    }
}

#[test]
fn the_documentation_is_whole() {
    fn references(value: &serde_json::Value, found: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(reference) if name == "$ref" => drop(found.insert(reference.to_owned())),
                        _ => references(value, found),
                    }
                }
            }
            serde_json::Value::Array(elements) => elements.iter().for_each(|element| references(element, found)),
            _ => {}
        }
    }
    let document: serde_json::Value = serde_json::from_slice(&openapi::text()).unwrap();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for (kind, component) in document["components"].as_object().unwrap() {
        for name in component.as_object().unwrap().keys().filter(|_| kind != "securitySchemes") {
            assert!(found.contains(&format!("#/components/{kind}/{name}")), "{kind} {name} is not used");
        }
    }
    let operations: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, endpoints().count());
}

#[test]
fn paths_lead_to_rows() {
    let split = |path: &str| path.split('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
    let (found, names) = find("GET", &split("/api/v1/users/alice")).unwrap();
    assert_eq!((found.id, names), ("getUser", vec!["alice".to_owned()]));
    for path in ["/api/v1/users/alice/x", "/api/v1/user", "/api/v1", "/api/v2/users", "/api/v1/Users"] {
        assert_eq!(find("GET", &split(path)).err().unwrap().code(), "NotFound", "{path}");
    }
    for method in ["HEAD", "OPTIONS", "POST", "get"] {
        assert_eq!(find(method, &split("/api/v1/users/alice")).err().unwrap().code(), "MethodNotAllowed", "{method}");
    }
}
