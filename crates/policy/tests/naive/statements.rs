//! The statement grammar: the native form, and the bare list that cdnetworks writes.

use super::actions::Actions;
use super::conditions::Condition;
use super::documents::Statement;
use super::patterns::Special;
use super::resources::{Pattern, Resources};
use super::{conditions, json, resources};
use serde_json::{Map, Value};

const MEMBERS: [&str; 7] = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// Reads `{"Version", "Id", "Statement"}`.
pub(crate) fn read_native(document: &Map<String, Value>) -> Result<Vec<Statement>, String> {
    json::only(document, &["Version", "Id", "Statement"])?;
    if let Some(id) = document.get("Id") {
        json::text(id)?;
    }
    let variables = match document.get("Version").map(json::text).transpose()? {
        None | Some("2008-10-17") => false,
        Some("2012-10-17") => true,
        Some(other) => return Err(format!("unknown version `{other}`")),
    };
    match document.get("Statement") {
        None => Err("no statement".to_owned()),
        Some(one @ Value::Object(_)) => read_list(std::slice::from_ref(one), variables),
        Some(several) => read_list(json::list(several)?, variables),
    }
}

/// Reads `[{"effect", "action", …}]`. Variables are always on in the vendor's flavour.
pub(crate) fn read_bare(list: &[Value]) -> Result<Vec<Statement>, String> {
    let renamed: Vec<Value> = list.iter().map(in_our_spelling).collect::<Result<_, _>>()?;
    read_list(&renamed, true)
}

fn in_our_spelling(statement: &Value) -> Result<Value, String> {
    let mut renamed = Map::new();
    for (name, value) in json::object(statement)? {
        let name = MEMBERS.into_iter().find(|member| member.eq_ignore_ascii_case(name)).unwrap_or(name);
        let value = match value.as_str() {
            Some("allow") if name == "Effect" => Value::from("Allow"),
            Some("deny") if name == "Effect" => Value::from("Deny"),
            _ => value.clone(),
        };
        if renamed.insert(name.to_owned(), value).is_some() {
            return Err(format!("`{name}` comes twice"));
        }
    }
    Ok(Value::Object(renamed))
}

fn read_list(list: &[Value], variables: bool) -> Result<Vec<Statement>, String> {
    if list.is_empty() {
        return Err("no statement".to_owned());
    }
    let mut names = Vec::new();
    for name in list.iter().filter_map(|statement| statement.get("Sid")) {
        let name = json::text(name)?;
        if names.contains(&name) {
            return Err(format!("two statements are named `{name}`"));
        }
        names.push(name);
    }
    list.iter().map(|statement| read_statement(json::object(statement)?, variables)).collect()
}

fn read_statement(members: &Map<String, Value>, variables: bool) -> Result<Statement, String> {
    json::only(members, &MEMBERS)?;
    Ok(Statement {
        allow: read_effect(members.get("Effect"))?,
        actions: read_actions(members)?,
        resources: read_resources(members, variables)?,
        conditions: match members.get("Condition") {
            None => Vec::new(),
            Some(condition) => read_conditions(json::object(condition)?, variables)?,
        },
    })
}

/// `Allow` or `Deny`, exactly so, in both grammars.
pub(crate) fn read_effect(effect: Option<&Value>) -> Result<bool, String> {
    match json::text(effect.ok_or("no effect")?)? {
        "Allow" => Ok(true),
        "Deny" => Ok(false),
        other => Err(format!("unknown effect `{other}`")),
    }
}

fn read_actions(members: &Map<String, Value>) -> Result<Actions, String> {
    let actions = match (members.get("Action"), members.get("NotAction")) {
        (Some(patterns), None) => Actions::These(json::texts(patterns)?),
        (None, Some(patterns)) => Actions::AllBut(json::texts(patterns)?),
        (None, None) => return Err("no action".to_owned()),
        (Some(_), Some(_)) => return Err("both `Action` and `NotAction`".to_owned()),
    };
    actions.check()?;
    Ok(actions)
}

fn read_resources(members: &Map<String, Value>, variables: bool) -> Result<Resources, String> {
    let read = |patterns: &Value| -> Result<Vec<Pattern>, String> {
        let special = Special { run: true, one: true, variables };
        json::texts(patterns)?.iter().map(|pattern| resources::read_pattern(pattern, special)).collect()
    };
    match (members.get("Resource"), members.get("NotResource")) {
        (Some(patterns), None) => Ok(Resources::These(read(patterns)?)),
        (None, Some(patterns)) => Ok(Resources::AllBut(read(patterns)?)),
        (None, None) => Err("no resource".to_owned()),
        (Some(_), Some(_)) => Err("both `Resource` and `NotResource`".to_owned()),
    }
}

fn read_conditions(operators: &Map<String, Value>, variables: bool) -> Result<Vec<Condition>, String> {
    let mut list = Vec::new();
    for (operator, keys) in operators {
        for (key, values) in json::object(keys)? {
            let values = json::condition_values(values)?;
            let condition = Condition {
                operator: conditions::read_operator(operator)?,
                key: key.clone(),
                values,
                variables,
                ranges: false,
            };
            condition.check()?;
            list.push(condition);
        }
        // An operator without a key still has to be one.
        conditions::read_operator(operator)?;
    }
    Ok(list)
}
