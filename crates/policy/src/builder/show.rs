//! A document to rows.

use super::{Actions, Chosen, Condition, Model, Obstacle, Row, Unshown};
use crate::{
    catalogue::{Catalogue, service::Service},
    describe::levels_of,
    document::{self, Action, Document, Purpose, Resource, Statement},
    grammar::{self, Flavour, MAX_ITEMS},
};

/// Shows the text of a document. `flavour`: `None` for what it looks like.
///
/// Errors: why it cannot be shown.
pub fn read(text: &str, flavour: Option<Flavour>, catalogue: &Catalogue) -> Result<Model, Unshown> {
    let value = grammar::json(text)?;
    let flavour = flavour.unwrap_or_else(|| Flavour::detect(&value));
    if flavour != Flavour::Native {
        return Err(Unshown::Flavour(flavour));
    }
    model(&grammar::parse_value(&value, flavour, Purpose::Identity)?, catalogue)
}

/// Shows a native document of an identity. A statement about several services becomes a row for each.
///
/// Errors: the first statement that says what a row cannot.
pub fn model(document: &Document, catalogue: &Catalogue) -> Result<Model, Unshown> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for (place, statement) in (1..).zip(&document.statements) {
        if let Some(obstacle) = obstacle(statement, document.variables) {
            return Err(Unshown::Statement { statement: place, obstacle });
        }
        let goes_on = last.is_some_and(|last| goes_on(last, statement));
        for row in of(statement, catalogue) {
            match (goes_on, rows.last_mut(), row.actions) {
                (
                    true,
                    Some(Row { actions: Actions::Of(_, Chosen::Named(known)), .. }),
                    Actions::Of(_, Chosen::Named(more)),
                ) => {
                    known.extend(more);
                }
                (_, _, actions) => rows.push(Row { actions, ..row }),
            }
        }
        last = Some(statement);
    }
    // Only now are lists whole that went over several statements.
    for row in &mut rows {
        level(row, catalogue);
    }
    Ok(Model { id: document.id.clone(), rows })
}

/// Whether a statement continues the list of the one before it, which is as long as may be.
fn goes_on(before: &Statement, statement: &Statement) -> bool {
    let service = |statement: &Statement| match statement.actions.items.first() {
        Some(Action::Named { service, .. }) => Some(service.clone()),
        _ => None,
    };
    let one_service = |own: &Statement| {
        let first = service(own);
        first.is_some() && own.actions.items.iter().all(|action| {
            matches!(action, Action::Named { service, name } if Some(service) == first.as_ref() && name != "*")
        })
    };
    before.actions.items.len() == MAX_ITEMS
        && one_service(before)
        && one_service(statement)
        && service(before) == service(statement)
        && statement.id.is_none()
        && before.effect == statement.effect
        && before.resources == statement.resources
        && before.conditions == statement.conditions
}

fn obstacle(statement: &Statement, variables: bool) -> Option<Obstacle> {
    let texts = statement.resources.items.iter().filter_map(|resource| match resource {
        Resource::Named { path, .. } => Some(path),
        Resource::Any | Resource::Entry { .. } => None,
    });
    let mut texts = texts.chain(statement.conditions.iter().flat_map(|condition| &condition.values));
    let is_word = |action: &Action| matches!(action, Action::Permission { .. });
    let is_entry = |resource: &Resource| matches!(resource, Resource::Entry { .. });
    match () {
        () if statement.principals.is_some() => Some(Obstacle::Principals),
        () if statement.actions.negated => Some(Obstacle::NotAction),
        () if statement.resources.negated => Some(Obstacle::NotResource),
        () if statement.actions.items.iter().any(is_word) => Some(Obstacle::List),
        () if statement.resources.items.iter().any(is_entry) => Some(Obstacle::List),
        () if !variables && texts.any(|text| text.contains("${")) => Some(Obstacle::Literal),
        () => None,
    }
}

/// A row for each service of a statement.
fn of(statement: &Statement, catalogue: &Catalogue) -> Vec<Row> {
    let resources = if statement.resources.items.contains(&Resource::Any) {
        Vec::new()
    } else {
        statement.resources.items.iter().map(Resource::spelled).collect()
    };
    let conditions: Vec<Condition> = statement.conditions.iter().map(condition).collect();
    let row = |(place, actions): (usize, Actions)| Row {
        id: statement.id.clone().filter(|_| place == 0),
        effect: statement.effect,
        actions,
        resources: resources.clone(),
        conditions: conditions.clone(),
    };
    by_service(&statement.actions.items, catalogue).into_iter().enumerate().map(row).collect()
}

fn by_service(actions: &[Action], catalogue: &Catalogue) -> Vec<Actions> {
    if actions.contains(&Action::Any) {
        return vec![Actions::Everything];
    }
    let mut services: Vec<(String, Vec<String>)> = Vec::new();
    for action in actions {
        let Action::Named { service, name } = action else { continue };
        let known = catalogue.entry(service, name);
        let service = catalogue.service(service).map_or(service, |service| &service.name);
        let name = known.map_or(name, |entry| &entry.name).clone();
        match services.iter_mut().find(|(known, _)| known == service) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => services.push((service.clone(), vec![name])),
        }
    }
    let chosen =
        |names: Vec<String>| if names.iter().any(|name| name == "*") { Chosen::All } else { Chosen::Named(names) };
    services.into_iter().map(|(service, names)| Actions::Of(service, chosen(names))).collect()
}

/// Says by levels what is all of them.
fn level(row: &mut Row, catalogue: &Catalogue) {
    let Actions::Of(service, Chosen::Named(names)) = &row.actions else { return };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let levels = catalogue.service(service).and_then(|known: &Service| levels_of(known, &names));
    if let Some(levels) = levels {
        row.actions = Actions::Of(service.clone(), Chosen::Levels(levels));
    }
}

fn condition(condition: &document::Condition) -> Condition {
    Condition {
        operator: condition.operator,
        quantifier: condition.quantifier,
        if_exists: condition.if_exists,
        key: condition.key.written().to_owned(),
        values: condition.values.clone(),
    }
}
