//! Rows to a document.

use super::{Actions, Chosen, Condition, Model, Part, Row, Wrong};
use crate::{
    catalogue::Catalogue,
    document::{Effect, Purpose},
    format::format,
    grammar::{Flavour, MAX_ITEMS, MAX_STATEMENTS, PolicyError, Problem, json, parse_all, version},
    json_text::Json,
};

/// The text of a native document that says what the rows say. Levels become the actions that the catalogue has now; more
/// than a statement may have become several statements, which read as one row again.
///
/// Errors: all that is wrong, row by row.
pub fn document(model: &Model, catalogue: &Catalogue) -> Result<String, Vec<Wrong>> {
    if model.rows.len() > MAX_STATEMENTS {
        // Levels may stand for many actions: nothing is written that would be refused anyway.
        let problem = Problem::TooMany { what: "statements", max: MAX_STATEMENTS };
        return Err(vec![Wrong { row: None, part: Part::Whole, problem, hint: None }]);
    }
    let mut wrong: Vec<Wrong> = Vec::new();
    for (place, row) in model.rows.iter().enumerate() {
        for (part, alone) in parts(row) {
            let found = problems(&text(None, [&alone], catalogue));
            wrong.extend(found.into_iter().map(|error| Wrong::new(Some(place), part, error)));
        }
        let repeated =
            row.id.as_ref().filter(|id| model.rows.iter().take(place).any(|other| other.id.as_ref() == Some(*id)));
        wrong.extend(repeated.map(|id| {
            let problem = Problem::Repeated { what: "`Sid`", name: id.clone() };
            Wrong { row: Some(place), part: Part::Id, problem, hint: None }
        }));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let text = text(model.id.as_deref(), &model.rows, catalogue);
    let whole = |error| Wrong::new(None, Part::Whole, error);
    let found = problems(&text);
    if found.is_empty() {
        format(&text).map_err(|error| vec![whole(error)])
    } else {
        Err(found.into_iter().map(whole).collect())
    }
}

/// The parts of a row, each alone in a row that is otherwise without fault.
fn parts(row: &Row) -> [(Part, Row); 4] {
    let plain = Row {
        id: None,
        effect: Effect::Allow,
        actions: Actions::Everything,
        resources: Vec::new(),
        conditions: Vec::new(),
    };
    [
        (Part::Id, Row { id: row.id.clone(), ..plain.clone() }),
        (Part::Actions, Row { actions: row.actions.clone(), ..plain.clone() }),
        (Part::Resources, Row { resources: row.resources.clone(), ..plain.clone() }),
        (Part::Conditions, Row { conditions: row.conditions.clone(), ..plain }),
    ]
}

fn problems(text: &str) -> Vec<PolicyError> {
    match json(text).map(|value| parse_all(&value, Flavour::Native, Purpose::Identity)) {
        Ok(Ok(_)) => Vec::new(),
        Ok(Err(errors)) => errors,
        Err(error) => vec![error],
    }
}

impl Wrong {
    fn new(row: Option<usize>, part: Part, error: PolicyError) -> Self {
        Self { row, part, problem: error.problem, hint: error.hint }
    }
}

fn text<'a>(id: Option<&str>, rows: impl IntoIterator<Item = &'a Row>, catalogue: &Catalogue) -> String {
    let statements = rows.into_iter().flat_map(|row| statements(row, catalogue)).collect();
    let id = id.map(|id| ("Id", Json::text(id)));
    let members = [("Version", Json::text(version()))].into_iter().chain(id);
    Json::object(members.chain([("Statement", Json::List(statements))])).line()
}

fn statements(row: &Row, catalogue: &Catalogue) -> Vec<Json> {
    let actions = actions(&row.actions, catalogue);
    let mut lists: Vec<&[String]> = actions.chunks(MAX_ITEMS).collect();
    if lists.is_empty() {
        lists.push(&[]);
    }
    let one = |(place, actions): (usize, &[String])| {
        let id = row.id.as_deref().filter(|_| place == 0).map(|id| ("Sid", Json::text(id)));
        let effect = if row.effect == Effect::Allow { "Allow" } else { "Deny" };
        let resources = if row.resources.is_empty() { Json::text("*") } else { one_or_all(&row.resources) };
        let middle = [("Effect", Json::text(effect)), ("Action", one_or_all(actions)), ("Resource", resources)];
        let conditions = (!row.conditions.is_empty()).then(|| ("Condition", conditions(&row.conditions)));
        Json::object(id.into_iter().chain(middle).chain(conditions))
    };
    lists.into_iter().enumerate().map(one).collect()
}

fn one_or_all(texts: &[String]) -> Json {
    if let [only] = texts { Json::text(only) } else { Json::texts(texts.iter().map(String::as_str)) }
}

fn actions(actions: &Actions, catalogue: &Catalogue) -> Vec<String> {
    let (service, chosen) = match actions {
        Actions::Everything => return vec!["*".to_owned()],
        Actions::Of(service, chosen) => (service, chosen),
    };
    let named = |name: &str| format!("{service}:{name}");
    match chosen {
        Chosen::All => vec![named("*")],
        Chosen::Named(names) => names.iter().map(|name| named(name)).collect(),
        Chosen::Levels(levels) => {
            let known = catalogue.service(service).map(|service| service.actions.as_slice()).unwrap_or_default();
            known.iter().filter(|action| levels.contains(&action.level)).map(|action| named(&action.name)).collect()
        }
    }
}

/// Those with one operator together. Of two on one key the second is refused, because it would be there twice.
fn conditions(conditions: &[Condition]) -> Json {
    let mut operators: Vec<(String, Vec<(String, Json)>)> = Vec::new();
    for condition in conditions {
        let name = condition.operator_name();
        let member = (condition.key.clone(), one_or_all(&condition.values));
        match operators.iter_mut().find(|(known, _)| *known == name) {
            Some((_, members)) => members.push(member),
            None => operators.push((name, vec![member])),
        }
    }
    Json::Object(operators.into_iter().map(|(name, members)| (name, Json::Object(members))).collect())
}
