//! Truth tables: fixed cases and what the written rules say of them.
//!
//! Each row was worked out by hand from `docs/decisions/0007-policy-language.md` and the vendors' pages behind it,
//! never copied from what an evaluator said. The rows are plain data; this file makes whole cases of them.

#![cfg(test)]

mod acl;
mod actions;
mod layers;
mod operators;
mod refused;
mod resources;
mod values;
mod variables;

use serde_json::{Value, json};

/// All rows: a name, a case, and the decision, which is `error` for a case that is not valid.
pub(crate) fn rows() -> Vec<(String, Value, &'static str)> {
    let mut rows = Vec::new();
    rows.extend(operators::ROWS.iter().chain(values::ROWS).map(condition_row));
    rows.extend(variables::PATHS.iter().map(path_row));
    rows.extend(variables::CONDITIONS.iter().map(conditions_row));
    rows.extend(resources::ROWS.iter().map(resource_row));
    rows.extend(actions::ROWS.iter().map(action_row));
    rows.extend(acl::ROWS.iter().map(acl_row));
    rows.extend(acl::CONDITIONS.iter().map(acl_condition_row));
    rows.extend(layers::ROWS.iter().map(layer_row));
    rows.extend(refused::DOCUMENTS.iter().map(refused_row));
    rows.extend(refused::REQUESTS.iter().map(refused_request_row));
    rows
}

const ALLOW: &str = "allow";
const IMPLICIT: &str = "implicit_deny";
const EXPLICIT: &str = "explicit_deny";

/// Why, operator, values, the key's values (none: absent), whether it holds.
type ConditionRow = (&'static str, &'static str, &'static str, &'static str, bool);
/// Why, version, `Resource` or `NotResource`, path of the pattern, context, path of the request, whether it matches.
type PathRow = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, bool);
/// Why, version, `Condition`, context, whether it holds.
type ConditionsRow = (&'static str, &'static str, &'static str, &'static str, bool);
/// Why, member, resource of the request, whether it matches.
type ResourceRow = (&'static str, &'static str, &'static str, bool);
/// Why, member, action of the request, whether it matches.
type ActionRow = (&'static str, &'static str, &'static str, bool);
/// Why, service and region and paths of the entry, its permissions, action, resource, whether it matches.
type AclRow = (&'static str, [&'static str; 3], &'static str, &'static str, &'static str, bool);
/// Why, condition, context, whether it holds.
type AclConditionRow = (&'static str, &'static str, &'static str, bool);

/// The layers of a row, by short names that `layers` explains.
struct Layer {
    why: &'static str,
    principal: &'static str,
    owner: &'static str,
    identity: &'static [&'static str],
    boundary: &'static str,
    session: &'static [&'static str],
    decision: &'static str,
}

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const OBJECT: &str = "arn:aws:bos:bj:123456789012:home/alice/x";

fn condition_row(row: &ConditionRow) -> (String, Value, &'static str) {
    let (why, operator, values, asked, holds) = *row;
    let mut context = json!({
        "aws:username": "alice", "aws:PrincipalTag/star": "a*", "shop:two": ["a", "b"], "shop:yes": "TRUE"
    });
    if !asked.is_empty() {
        context["shop:key"] = parse(asked);
    }
    let document = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "shop:key": parse(values) } }
    }]});
    let name = format!("{operator} {values} on {}: {why}", if asked.is_empty() { "nothing" } else { asked });
    (name, case(&document, "bos:GetObject", OBJECT, &context), if_allowed(holds))
}

fn path_row(row: &PathRow) -> (String, Value, &'static str) {
    let (why, version, member, path, context, asked, matches) = *row;
    let document =
        versioned(version, &json!({ "Effect": "Allow", "Action": "*", member: format!("arn:aws:bos:*:*:{path}") }));
    let resource = format!("arn:aws:bos:bj:123456789012:{asked}");
    let name = format!("version `{version}`, {member} `{path}` with {context} on `{asked}`: {why}");
    (name, case(&document, "bos:GetObject", &resource, &parse(context)), if_allowed(matches))
}

fn conditions_row(row: &ConditionsRow) -> (String, Value, &'static str) {
    let (why, version, condition, context, holds) = *row;
    let document = versioned(
        version,
        &json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": parse(condition) }),
    );
    let name = format!("version `{version}`, {condition} with {context}: {why}");
    (name, case(&document, "bos:GetObject", OBJECT, &parse(context)), if_allowed(holds))
}

fn versioned(version: &str, statement: &Value) -> Value {
    let mut document = json!({ "Statement": [statement] });
    if !version.is_empty() {
        document["Version"] = json!(version);
    }
    document
}

fn resource_row(row: &ResourceRow) -> (String, Value, &'static str) {
    let (why, member, resource, matches) = *row;
    let document = parse(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":"*",{member}}}}}"#));
    (
        format!("{member} on `{resource}`: {why}"),
        case(&document, "bos:GetObject", resource, &json!({})),
        if_allowed(matches),
    )
}

fn action_row(row: &ActionRow) -> (String, Value, &'static str) {
    let (why, member, action, matches) = *row;
    let document = parse(&format!(r#"{{"Statement":{{"Effect":"Allow","Resource":"*",{member}}}}}"#));
    (format!("{member} on `{action}`: {why}"), case(&document, action, OBJECT, &json!({})), if_allowed(matches))
}

fn acl_row(row: &AclRow) -> (String, Value, &'static str) {
    let (why, [service, region, paths], permissions, action, resource, matches) = *row;
    let list = |texts: &str| texts.split(' ').map(Value::from).collect::<Value>();
    let document = json!({ "accessControlList": [{
        "service": service, "region": region, "resource": list(paths), "permission": list(permissions), "effect": "Allow"
    }]});
    let name = format!("acl {service} {region} {paths} {permissions} on `{action}`, `{resource}`: {why}");
    (name, case(&document, action, resource, &json!({})), if_allowed(matches))
}

fn acl_condition_row(row: &AclConditionRow) -> (String, Value, &'static str) {
    let (why, condition, context, holds) = *row;
    let document = json!({ "version": "v2", "accessControlList": [{
        "eid": "1", "service": "bos", "region": "*", "resource": ["*"], "permission": ["*"], "effect": "Allow",
        "condition": parse(condition)
    }]});
    let name = format!("acl condition {condition} on {context}: {why}");
    (name, case(&document, "bos:GetObject", OBJECT, &parse(context)), if_allowed(holds))
}

fn layer_row(row: &Layer) -> (String, Value, &'static str) {
    let mut request = json!({
        "principal": row.principal, "action": "bos:GetObject", "resource": OBJECT, "context": {}
    });
    if !row.owner.is_empty() {
        request["resource_account"] = json!(row.owner);
    }
    let documents = |names: &[&str]| -> Vec<Value> { names.iter().map(|name| layers::document(name)).collect() };
    let case = json!({
        "id": row.why,
        "policies": {
            "identity": documents(row.identity),
            "boundary": if row.boundary.is_empty() { Value::Null } else { layers::document(row.boundary) },
            "session": match row.session {
                [] => Value::Null,
                [one] => layers::document(one),
                several => Value::Array(documents(several)),
            },
        },
        "request": request
    });
    (format!("layers: {}", row.why), case, row.decision)
}

fn refused_row(row: &(&'static str, &'static str)) -> (String, Value, &'static str) {
    let (why, document) = *row;
    (format!("refused document: {why}"), case(&parse(document), "bos:GetObject", OBJECT, &json!({})), "error")
}

fn refused_request_row(row: &(&'static str, &'static str)) -> (String, Value, &'static str) {
    let (why, members) = *row;
    let mut case = case(&layers::document("allow"), "bos:GetObject", OBJECT, &json!({}));
    for (name, value) in parse(members).as_object().into_iter().flatten() {
        case["request"][name] = value.clone();
    }
    (format!("refused request: {why}"), case, "error")
}

fn case(document: &Value, action: &str, resource: &str, context: &Value) -> Value {
    json!({
        "id": null,
        "policies": { "identity": [document], "boundary": null, "session": null },
        "request": { "principal": ALICE, "action": action, "resource": resource, "context": context }
    })
}

fn if_allowed(matches: bool) -> &'static str {
    if matches { ALLOW } else { IMPLICIT }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the tables are JSON")
}
