//! Documents of the statement grammar.

use super::conditions;
use super::dice::Dice;
use super::requests::Asked;
use super::words::{self, ACCOUNT};
use serde_json::{Map, Value, json};

/// A native document: any version or none, one statement by itself or a list.
pub(crate) fn native(dice: &mut Dice, asked: &Asked, denies: u64) -> Value {
    let mut document = Map::new();
    let version = dice.pick(&["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", ""]);
    if !version.is_empty() {
        document.insert("Version".to_owned(), json!(version));
    }
    if dice.chance(10) {
        document.insert("Id".to_owned(), json!("policy"));
    }
    let count = dice.pick(&[1, 1, 1, 2, 3]);
    let mut list: Vec<Value> = (0..count).map(|number| statement(dice, asked, denies, number)).collect();
    let statements = if count == 1 && dice.chance(40) { list.remove(0) } else { Value::Array(list) };
    document.insert("Statement".to_owned(), statements);
    Value::Object(document)
}

/// A document that allows or denies everything on a condition.
pub(crate) fn condition_only(dice: &mut Dice, asked: &Asked) -> Value {
    let effect = dice.pick(&["Allow", "Allow", "Deny"]);
    let condition = conditions::conditions(dice, asked);
    let statement = json!({ "Effect": effect, "Action": "*", "Resource": "*", "Condition": condition });
    if dice.chance(80) {
        json!({ "Version": "2012-10-17", "Statement": statement })
    } else {
        json!({ "Statement": [statement] })
    }
}

/// A bare list with members in lower case.
pub(crate) fn bare(dice: &mut Dice, asked: &Asked, denies: u64) -> Value {
    let count = dice.pick(&[1, 1, 2]);
    let list = (0..count).map(|_| {
        let mut lower = json!({
            "effect": if dice.chance(denies) { "deny" } else { "allow" },
            "action": actions(dice, asked),
            "resource": resources(dice, asked),
        });
        if dice.chance(25) {
            lower["condition"] = conditions::conditions(dice, asked);
        }
        lower
    });
    Value::Array(list.collect())
}

fn statement(dice: &mut Dice, asked: &Asked, denies: u64, number: u64) -> Value {
    let mut statement = json!({ "Effect": if dice.chance(denies) { "Deny" } else { "Allow" } });
    if dice.chance(30) {
        statement["Sid"] = json!(format!("s{number}"));
    }
    let action = if dice.chance(12) { "NotAction" } else { "Action" };
    statement[action] = if action == "Action" { actions(dice, asked) } else { other_actions(dice) };
    let resource = if dice.chance(12) { "NotResource" } else { "Resource" };
    statement[resource] = if resource == "Resource" { resources(dice, asked) } else { other_resources(dice, asked) };
    if dice.chance(50) {
        statement["Condition"] = conditions::conditions(dice, asked);
    }
    statement
}

fn actions(dice: &mut Dice, asked: &Asked) -> Value {
    let count = dice.pick(&[1, 1, 1, 2, 3]);
    let list = (0..count).map(|_| if dice.chance(75) { action_like(dice, asked.action) } else { random_action(dice) });
    one_or_list(&list.collect::<Vec<_>>())
}

fn other_actions(dice: &mut Dice) -> Value {
    let count = dice.pick(&[1, 2]);
    one_or_list(&(0..count).map(|_| random_action(dice)).collect::<Vec<_>>())
}

fn random_action(dice: &mut Dice) -> String {
    let action = dice.pick(&words::ACTIONS);
    action_like(dice, action)
}

/// A pattern that fits the action, or nearly.
fn action_like(dice: &mut Dice, action: &str) -> String {
    let (service, name) = action.split_once(':').unwrap_or((action, "*"));
    let name = match dice.below(9) {
        0 => return "*".to_owned(),
        1 => return "*:*".to_owned(),
        2 | 3 => "*".to_owned(),
        4 | 5 => dice.loosen(name),
        6 => format!("{name}?"),
        _ => name.to_owned(),
    };
    let name = if name.is_empty() { "*".to_owned() } else { name };
    let spelled = format!("{service}:{name}");
    dice.respell(&spelled)
}

fn resources(dice: &mut Dice, asked: &Asked) -> Value {
    if dice.chance(40) {
        return json!("*");
    }
    let count = dice.pick(&[1, 1, 2, 3]);
    let list = (0..count).map(|_| match dice.below(10) {
        0..6 => resource_like(dice, &asked.resource),
        6..9 => variable_resource(dice, &asked.resource),
        _ => random_resource(dice),
    });
    one_or_list(&list.collect::<Vec<_>>())
}

fn other_resources(dice: &mut Dice, asked: &Asked) -> Value {
    let count = dice.pick(&[1, 1, 2]);
    let list = (0..count).map(|_| match dice.below(10) {
        0..4 => random_resource(dice),
        4..8 => variable_resource(dice, &asked.resource),
        _ => resource_like(dice, &asked.resource),
    });
    one_or_list(&list.collect::<Vec<_>>())
}

fn random_resource(dice: &mut Dice) -> String {
    let (scheme, region, path) =
        (dice.pick(&["arn:aws", "arn:*", "trn", "wsc", "crn"]), dice.pick(&words::REGIONS), dice.pick(&words::PATHS));
    let resource = format!("{scheme}:bos:{region}:{ACCOUNT}:{path}");
    // The paths name things, so a `${` in one would be a variable here, and is one that is well formed.
    resource_like(dice, &resource)
}

/// A pattern that fits the resource, or nearly.
fn resource_like(dice: &mut Dice, resource: &str) -> String {
    let Some((scheme, [service, region, account, path])) = split(resource) else {
        return dice.pick(&["*", "*", "arn:aws:bos:*:*:*", "crn:*:*:*:*"]).to_owned();
    };
    let scheme = loosened_scheme(dice, scheme);
    let service = loosened(dice, service, 15);
    let region = loosened(dice, region, 40);
    let account = loosened(dice, account, 40);
    let path = if path.contains('$') { dice.pick(&["*", "home/*"]).to_owned() } else { loosened(dice, path, 60) };
    if dice.chance(4) && path.contains(':') {
        // `*` shall not reach into the next part.
        return format!("{scheme}:{service}:*:{path}");
    }
    format!("{scheme}:{service}:{region}:{account}:{path}")
}

/// A pattern for the resource's service whose path has variables.
fn variable_resource(dice: &mut Dice, resource: &str) -> String {
    let (scheme, service) = split(resource).map_or(("crn", "bos"), |(scheme, [service, ..])| (scheme, service));
    let scheme = loosened_scheme(dice, scheme);
    format!("{scheme}:{service}:*:*:{}", dice.pick(&words::VARIABLE_PATHS))
}

fn loosened_scheme(dice: &mut Dice, scheme: &str) -> String {
    match dice.below(12) {
        0 | 1 => "crn".to_owned(),
        2 | 3 if scheme.starts_with("arn:") => dice.pick(&["arn:*", "arn:aws*", "arn:aw?"]).to_owned(),
        4 => dice.pick(&["arn:aws", "arn:*", "trn", "wsc"]).to_owned(),
        _ => scheme.to_owned(),
    }
}

fn loosened(dice: &mut Dice, part: &str, of_hundred: u64) -> String {
    match dice.below(3) {
        _ if !dice.chance(of_hundred) => part.to_owned(),
        0 => "*".to_owned(),
        _ => dice.loosen(part),
    }
}

/// The scheme, with the partition where it has one, and the four parts.
fn split(resource: &str) -> Option<(&str, [&str; 4])> {
    let scheme_ends =
        if resource.starts_with("arn:") { resource.match_indices(':').nth(1)?.0 } else { resource.find(':')? };
    let (scheme, rest) = resource.split_at_checked(scheme_ends)?;
    let mut parts = rest.strip_prefix(':')?.splitn(4, ':');
    Some((scheme, [parts.next()?, parts.next()?, parts.next()?, parts.next()?]))
}

fn one_or_list(list: &[String]) -> Value {
    match list {
        // Half by itself, half as a list: by its length, which is as good as any dice.
        [one] if one.len() % 2 == 0 => json!(one),
        _ => json!(list),
    }
}
