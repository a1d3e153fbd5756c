//! Actions and resources, by the catalogue.

use super::Finding;
use crate::{
    catalogue::{
        Catalogue, Levels,
        service::{ActionEntry, Service},
    },
    document::{Action, Resource, Statement},
    nearest::nearest,
    pattern::{Pattern, Syntax},
};

/// An action of a statement, as the catalogue knows it.
enum Meant<'a> {
    /// Nothing is known of it.
    Unknown,
    /// Actions of a service.
    Of(&'a Service, Vec<&'a ActionEntry>),
    /// Actions of all services.
    All,
}

pub(super) fn look(statement: &Statement, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let meant: Vec<Meant<'_>> =
        statement.actions.items.iter().map(|action| meant(action, catalogue, findings)).collect();
    if statement.actions.negated || statement.resources.negated {
        return;
    }
    // What the catalogue does not know may be done to anything.
    let known = meant.iter().all(|meant| matches!(meant, Meant::Of(..)));
    let of = |service: &str| meant.iter().any(|meant| meant.deals_with(service));
    for resource in &statement.resources.items {
        if let (true, Resource::Named { service, .. }) = (known, resource)
            && !service.contains(['*', '?'])
            && !of(service)
        {
            findings.push(Finding::OtherService { service: service.clone() });
        }
    }
    if statement.resources.items.is_empty() || statement.resources.items.contains(&Resource::Any) {
        return;
    }
    for (action, meant) in statement.actions.items.iter().zip(&meant) {
        if let (Action::Named { service, name }, Meant::Of(_, entries)) = (action, meant)
            && let [entry] = entries.as_slice()
            && entry.on.is_empty()
        {
            findings.push(Finding::NeedsStar { action: format!("{service}:{name}") });
        }
    }
}

impl Meant<'_> {
    fn deals_with(&self, service: &str) -> bool {
        match self {
            Self::Unknown | Self::All => true,
            Self::Of(own, entries) => {
                own.name == service || entries.iter().any(|entry| entry.on.iter().any(|on| on.service == service))
            }
        }
    }
}

fn meant<'a>(action: &Action, catalogue: &'a Catalogue, findings: &mut Vec<Finding>) -> Meant<'a> {
    let (service, name, syntax) = match action {
        Action::Any | Action::Permission { service: None, .. } => return Meant::All,
        Action::Named { service, name } => (service, name, Syntax::WILD),
        Action::Permission { service: Some(service), word } => (service, word, Syntax::STAR),
    };
    let Some(known) = catalogue.service(service) else {
        let nearest = nearest(service, catalogue.services().iter().map(|service| service.name.as_str()));
        findings.push(Finding::UnknownService { service: service.clone(), nearest: nearest.map(str::to_owned) });
        return Meant::Unknown;
    };
    let is_permission = matches!(action, Action::Permission { .. });
    if let Some(levels) = Levels::of_word(name) {
        // A service's words are actions too: in a statement they are asked for by name.
        let entries = known.actions.iter().filter(|entry| levels.contains_all(Levels::of(entry.level)));
        return Meant::Of(known, if is_permission { entries.collect() } else { known.actions.iter().collect() });
    }
    if let Some(own) = catalogue.own_word(service, name) {
        return Meant::Of(known, own.iter().filter_map(|name| catalogue.entry(service, name)).collect());
    }
    let entries = matching(known, name, syntax);
    if entries.is_empty() {
        let action = format!("{service}:{name}");
        let is_pattern = name.contains('*') || (name.contains('?') && !is_permission);
        findings.push(if is_pattern {
            Finding::NoAction { pattern: action }
        } else {
            let nearest = nearest(name, known.actions.iter().map(|entry| entry.name.as_str()));
            Finding::UnknownAction { action, nearest: nearest.map(|name| format!("{service}:{name}")) }
        });
        return Meant::Unknown;
    }
    Meant::Of(known, entries)
}

fn matching<'a>(service: &'a Service, name: &str, syntax: Syntax) -> Vec<&'a ActionEntry> {
    let Ok(pattern) = Pattern::read(name, syntax) else { return Vec::new() };
    service.actions.iter().filter(|entry| pattern.matches_in_ascii_case(&entry.name)).collect()
}
