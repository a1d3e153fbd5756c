//! Users, groups, policies and roles themselves.

use std::collections::BTreeMap;

use base::text::check_name;
use policy::{document::Purpose, grammar};
use serde_json::{Map, Value, json};

use super::{
    super::{Account, Document, Group, Policy, Role, User, compare, same},
    Plan, Rewriting, Step,
    Verdict::{self, Cannot, Create, Differs, Exists},
};
use crate::client::Call;

pub(super) fn plan(plan: &mut Plan, there: &Account, here: &Account, rewriting: &Rewriting) {
    for user in &there.users {
        let found = here.users.iter().find(|other| same(&other.name, &user.name));
        plan.push(step("user", &user.name, found.map(|found| compare::users(user, found)), || Ok(create_user(user))));
    }
    for group in &there.groups {
        let found = here.groups.iter().find(|other| same(&other.name, &group.name));
        plan.push(step("group", &group.name, found.map(|found| compare::groups(group, found)), || {
            Ok(vec![create_group(group)])
        }));
    }
    for policy in &there.policies {
        let (after, step) = plan_policy(policy, here, rewriting);
        plan.push_as(after, step);
    }
    for role in in_order(&there.roles) {
        plan.push(plan_role(role, here, rewriting));
    }
}

/// What becomes of a thing, by in what it differs from one that is here.
fn step(
    what: &'static str,
    name: &str,
    differences: Option<Vec<&'static str>>,
    calls: impl FnOnce() -> Result<Vec<Call>, String>,
) -> Step {
    match differences {
        Some(differences) if differences.is_empty() => Step::new(what, name, Exists, ""),
        Some(differences) => Step::new(what, name, Differs, format!("other {} here", differences.join(", "))),
        None => match check_name(name).map_err(|problem| format!("the name {problem}")).and_then(|()| calls()) {
            Ok(calls) => calls.into_iter().fold(Step::new(what, name, Create, ""), Step::making),
            Err(reason) => Step::new(what, name, Cannot, reason),
        },
    }
}

/// A disabled user is made and disabled before it is given anything.
fn create_user(user: &User) -> Vec<Call> {
    let mut body = Map::from_iter([("name".to_owned(), json!(user.name)), ("remarks".to_owned(), json!(user.remarks))]);
    if let Some(details) = &user.details {
        let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
        set("path", json!(details.path));
        set("display_name", json!(details.display_name));
        set("tags", json!(details.tags));
        details.mobile.as_ref().map(|mobile| set("mobile", json!(mobile)));
        details.email.as_ref().map(|email| set("email", json!(email)));
    }
    let mut calls = vec![Call::post(&["users"], &Value::Object(body))];
    if !user.enabled {
        calls.push(Call::patch(&["users", &user.name], &json!({ "enabled": false })));
    }
    calls
}

fn create_group(group: &Group) -> Call {
    let mut body = json!({ "name": group.name, "remarks": group.remarks });
    add(&mut body, "path", group.path.as_ref().map(|path| json!(path)));
    Call::post(&["groups"], &body)
}

/// A policy that is here with the same document may be given, whatever else it is called.
fn plan_policy(policy: &Policy, here: &Account, rewriting: &Rewriting) -> (Verdict, Step) {
    let document = match readable(&policy.document, Purpose::Identity, rewriting) {
        Ok(document) => document,
        Err(reason) => return (Cannot, Step::new("policy", &policy.name, Cannot, reason)),
    };
    let wanted = Policy {
        document,
        name: policy.name.clone(),
        description: policy.description.clone(),
        path: policy.path.clone(),
        tags: policy.tags.clone(),
    };
    let found = here.policies.iter().find(|other| same(&other.name, &policy.name));
    let same_power = found.is_some_and(|found| compare::documents(&wanted.document, &found.document));
    let step = step("policy", &policy.name, found.map(|found| compare::policies(&wanted, found)), || {
        let Document { text, flavour } = &wanted.document;
        let mut body = json!({ "name": wanted.name, "description": wanted.description, "document": text,
            "flavour": flavour.word() });
        add(&mut body, "path", wanted.path.as_ref().map(|path| json!(path)));
        add(&mut body, "tags", wanted.tags.as_ref().map(|tags: &BTreeMap<_, _>| json!(tags)));
        Ok(vec![Call::post(&["policies"], &body)])
    });
    (if same_power { Exists } else { step.verdict }, step)
}

fn plan_role(role: &Role, here: &Account, rewriting: &Rewriting) -> Step {
    let trust = match readable(&role.trust, Purpose::Trust, rewriting) {
        Ok(trust) => trust,
        Err(reason) => return Step::new("role", &role.name, Cannot, format!("trust document: {reason}")),
    };
    let found = here.roles.iter().find(|other| same(&other.name, &role.name));
    let differences = found.map(|found| {
        let mut differences = compare::roles(role, found);
        // By the document as it has to be here.
        differences.retain(|what| *what != "trust document");
        if !compare::documents(&trust, &found.trust) {
            differences.push("trust document");
        }
        differences
    });
    step("role", &role.name, differences, || {
        let body = json!({ "name": role.name, "path": role.path, "description": role.description, "tags": role.tags,
            "max_session_s": role.max_session_s, "trust_document": trust.text, "trust_flavour": trust.flavour.word() });
        Ok(vec![Call::post(&["roles"], &body)])
    })
}

/// A document as it has to be here. Errors: it would be refused.
pub(super) fn readable(document: &Document, purpose: Purpose, rewriting: &Rewriting) -> Result<Document, String> {
    let document = rewriting.document(document)?;
    match grammar::parse_new(&document.text, document.flavour, purpose) {
        Ok(_) => Ok(document),
        Err(error) => Err(format!("line {}, column {}: {}", error.line, error.column, error.problem)),
    }
}

/// Roles that others trust come before those: whom a trust document names must be there.
fn in_order(roles: &[Role]) -> Vec<&Role> {
    let names = |role: &Role, other: &Role| role.trust.text.contains(&format!("role/{}", other.name));
    let (mut ordered, mut rest): (Vec<&Role>, Vec<&Role>) = (Vec::new(), roles.iter().collect());
    while !rest.is_empty() {
        let waits = |role: &&Role| rest.iter().any(|other| other.name != role.name && names(role, other));
        let (ready, waiting): (Vec<&Role>, Vec<&Role>) = rest.iter().copied().partition(|role| !waits(role));
        if ready.is_empty() {
            // They name each other: the server says which cannot be.
            ordered.extend(waiting);
            break;
        }
        ordered.extend(ready);
        rest = waiting;
    }
    ordered
}

fn add(body: &mut Value, member: &str, value: Option<Value>) {
    if let (Some(members), Some(value)) = (body.as_object_mut(), value) {
        members.insert(member.to_owned(), value);
    }
}
