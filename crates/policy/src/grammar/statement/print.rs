//! Printing statements.

use std::collections::HashSet;

use super::{condition, principal};
use crate::{
    catalogue::Catalogue,
    document::{Action, Document, Effect, Listed, Partition, Resource, Statement},
    grammar::{
        MAX_ITEMS,
        acl::words,
        flavour::{Flavour, Takes, Version, WITH_VARIABLES, WITHOUT_VARIABLES},
        members,
        print::Obstacle,
    },
    json_text::Json,
};

/// How a document is printed.
pub(super) struct Printer<'a> {
    pub(super) flavour: Flavour,
    pub(super) catalogue: &'a Catalogue,
    /// Whether the document was read from an access-control list.
    pub(super) from_list: bool,
    /// Whether `${` is literal in the document and would not be in print.
    escapes: bool,
}

/// Errors: the place of a statement, from 1, and what cannot be said.
pub(in crate::grammar) fn document(
    document: &Document,
    flavour: Flavour,
    catalogue: &Catalogue,
) -> Result<Json, (usize, Obstacle)> {
    let from_list = document.statements.iter().any(is_entry);
    let version = version(document, flavour, from_list);
    let variables = flavour.traits().version == Version::Variables || version == Some(WITH_VARIABLES);
    let printer = Printer { flavour, catalogue, from_list, escapes: variables && !document.variables };
    let mut seen: Vec<&str> = Vec::new();
    let mut statements = Vec::with_capacity(document.statements.len());
    for (place, statement) in (1..).zip(&document.statements) {
        // Entries of a list may share an id, which says nothing; statements may not.
        let id = statement.id.as_deref().filter(|id| flavour.takes(Takes::RepeatedIds) || !seen.contains(id));
        seen.extend(id);
        statements.extend(printer.statements(statement, id).map_err(|obstacle| (place, obstacle))?);
    }
    let list = Json::List(statements);
    if flavour.takes(Takes::LowerCase) && version.is_none() && document.id.is_none() {
        return Ok(list);
    }
    let texts = [("Version", version), ("Id", document.id.as_deref())];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Json::text(text?))));
    Ok(Json::object(texts.chain([("Statement", list)])))
}

fn is_entry(statement: &Statement) -> bool {
    statement.actions.items.iter().any(|action| matches!(action, Action::Permission { .. }))
        || statement.resources.items.iter().any(|resource| matches!(resource, Resource::Entry { .. }))
}

fn version(document: &Document, flavour: Flavour, from_list: bool) -> Option<&str> {
    let version = document.version.as_deref();
    match flavour.traits().version {
        Version::Variables | Version::Plain => version,
        Version::Dated if document.variables || from_list => Some(WITH_VARIABLES),
        Version::Dated => version.filter(|version| *version == WITHOUT_VARIABLES),
    }
}

impl Printer<'_> {
    /// One statement; or several, where words stand for more actions than a list may have.
    fn statements(&self, statement: &Statement, id: Option<&str>) -> Result<Vec<Json>, Obstacle> {
        let mut start: Vec<(&str, Json)> = vec![("Effect", Json::Text(self.cased(effect(statement.effect))))];
        if let Some(principals) = &statement.principals {
            let name = self.either(principals.negated, "Principal", "NotPrincipal")?;
            start.push((name, principal::print(principals, self.flavour)?));
        }
        let mut end: Vec<(&str, Json)> = Vec::new();
        if statement.resources.negated || !statement.resources.items.is_empty() {
            let name = self.either(statement.resources.negated, "Resource", "NotResource")?;
            end.push((name, self.resources(&statement.resources)?));
        }
        if !statement.conditions.is_empty() {
            end.push(("Condition", condition::print(&statement.conditions, self)?));
        }
        let name = self.either(statement.actions.negated, "Action", "NotAction")?;
        let actions = self.actions(&statement.actions)?;
        let size = if statement.actions.negated { actions.len().max(1) } else { MAX_ITEMS };
        let lists = actions.chunks(size).map(|actions| Json::texts(actions.iter().map(String::as_str)));
        let statement = |(place, list): (usize, Json)| {
            let id = id.filter(|_| place == 0).map(|id| ("Sid", Json::text(id)));
            let members = id.into_iter().chain(start.iter().cloned()).chain([(name, list)]).chain(end.iter().cloned());
            Json::Object(members.map(|(name, value)| (self.cased(name), value)).collect())
        };
        Ok(lists.enumerate().map(statement).collect())
    }

    fn cased(&self, word: &str) -> String {
        if self.flavour.takes(Takes::LowerCase) { word.to_ascii_lowercase() } else { word.to_owned() }
    }

    fn either(&self, negated: bool, name: &'static str, other: &'static str) -> Result<&'static str, Obstacle> {
        match negated {
            false => Ok(name),
            true if members::knows(members::STATEMENT, other, self.flavour) => Ok(other),
            true => Err(Obstacle::Member(other)),
        }
    }

    fn actions(&self, actions: &Listed<Action>) -> Result<Vec<String>, Obstacle> {
        let mut texts = Vec::with_capacity(actions.items.len());
        // What words stand for overlaps.
        let mut listed = HashSet::new();
        for action in &actions.items {
            match action {
                Action::Any => texts.push("*".to_owned()),
                Action::Named { service, name } => texts.push(format!("{service}:{name}")),
                Action::Permission { service, word } => {
                    let actions = words::expand(service.as_deref(), word, self.catalogue)?;
                    texts.extend(actions.into_iter().filter(|action| listed.insert(action.clone())));
                }
            }
        }
        Ok(texts)
    }

    fn resources(&self, resources: &Listed<Resource>) -> Result<Json, Obstacle> {
        let texts = resources.items.iter().map(|resource| Ok(Json::Text(self.resource(resource)?)));
        Ok(Json::List(texts.collect::<Result<_, _>>()?))
    }

    fn resource(&self, resource: &Resource) -> Result<String, Obstacle> {
        match resource {
            Resource::Any => Ok("*".to_owned()),
            Resource::Named { partition, service, region, account, path } => {
                let (scheme, partition) = match partition {
                    Partition::Open => ("crn", String::new()),
                    Partition::Named(partition) => ("arn", format!("{partition}:")),
                    Partition::Scheme(scheme) => (*scheme, String::new()),
                };
                if !self.flavour.traits().schemes.contains(&scheme) {
                    return Err(Obstacle::Scheme(scheme.to_owned()));
                }
                Ok(format!("{scheme}:{partition}{service}:{region}:{account}:{}", self.literal(path)))
            }
            Resource::Entry { service, region, path } => {
                let special = [service, region].into_iter().find(|part| part.contains(['?', ':']));
                if let Some(special) = special {
                    return Err(Obstacle::Text(special.clone()));
                }
                Ok(format!("crn:{service}:{region}:*:{}", self.literal(path).replace('?', "${?}")))
            }
        }
    }

    /// Text in which variables would be seen that it does not have.
    pub(super) fn literal(&self, text: &str) -> String {
        if self.escapes { text.replace("${", "${$}{") } else { text.to_owned() }
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    }
}
