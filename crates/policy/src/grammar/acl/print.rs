//! Printing access-control lists.

use super::{ALL, GLOBAL, PREFIX, PROVIDER, condition, trust, words};
use crate::{
    catalogue::Catalogue,
    document::{Action, Document, Effect, Listed, Partition, Principal, Resource, Statement},
    grammar::{acl::LIST, print::Obstacle},
    json_text::Json,
};

/// Errors: the place of a statement, from 1, and what cannot be said.
pub(in crate::grammar) fn document(document: &Document, catalogue: &Catalogue) -> Result<Json, (usize, Obstacle)> {
    let mut entries = Vec::with_capacity(document.statements.len());
    for (place, statement) in (1..).zip(&document.statements) {
        let printer = Printer { catalogue, variables: document.variables };
        entries.push(printer.entry(statement).map_err(|obstacle| (place, obstacle))?);
    }
    // A version that turns on variables says nothing here.
    let version = document.version.as_deref().filter(|_| !document.variables);
    let texts = [("id", document.id.as_deref()), ("version", version)];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Json::text(text?))));
    Ok(Json::object(texts.chain([(LIST, Json::List(entries))])))
}

struct Printer<'a> {
    catalogue: &'a Catalogue,
    /// Whether `${` begins a variable in the document.
    variables: bool,
}

/// Where the actions or the resources of an entry are; unknown for what is everywhere.
type Place<'a> = Option<(&'a str, &'a str)>;

impl Printer<'_> {
    fn entry(&self, statement: &Statement) -> Result<Json, Obstacle> {
        let mut members: Vec<(&str, Json)> = Vec::new();
        members.extend(statement.id.as_deref().map(|id| ("eid", Json::text(id))));
        let (service, permissions) = self.permissions(statement)?;
        let (place, paths) = self.resources(&statement.resources)?;
        let (own, region) = place.unwrap_or((service, ALL));
        if !own.eq_ignore_ascii_case(service) {
            return Err(Obstacle::Mixed);
        }
        let trusts = statement.resources.items.is_empty();
        let prefix = if trusts { PREFIX } else { "" };
        members.push(("service", Json::Text(format!("{prefix}{service}"))));
        members.push(("region", Json::text(region)));
        if !trusts {
            members.push((if statement.resources.negated { "notResource" } else { "resource" }, Json::texts(paths)));
        }
        members.push(("permission", Json::texts(permissions)));
        if let Some(principals) = &statement.principals {
            members.push(("grantee", grantees(principals)?));
        }
        let effect = if statement.effect == Effect::Allow { "Allow" } else { "Deny" };
        members.push(("effect", Json::text(effect)));
        if !statement.conditions.is_empty() {
            let values = statement.conditions.iter().flat_map(|condition| &condition.values);
            values.into_iter().try_for_each(|value| self.plain(value))?;
            members.push(("condition", condition::print(&statement.conditions)?));
        }
        Ok(Json::object(members))
    }

    /// The one service of the actions, and their words.
    fn permissions<'a>(&self, statement: &'a Statement) -> Result<(&'a str, Vec<&'a str>), Obstacle> {
        let actions = &statement.actions;
        if actions.negated {
            return Err(Obstacle::Member("NotAction"));
        }
        if statement.resources.items.is_empty() {
            let trusted = statement.principals.as_ref().map(|principals| trust::assuming(&principals.items));
            let same = trusted.is_some_and(|trusted| trusted == actions.items);
            return if same { Ok(("iam", vec!["AssumeRole"])) } else { Err(Obstacle::Trusted) };
        }
        let words: Vec<(&str, &str)> =
            actions.items.iter().map(|action| self.permission(action)).collect::<Result<_, _>>()?;
        let service = words.first().map_or(ALL, |(service, _)| service);
        if words.iter().any(|(other, _)| other != &service) {
            return Err(Obstacle::Mixed);
        }
        Ok((service, words.into_iter().map(|(_, word)| word).collect()))
    }

    fn permission<'a>(&self, action: &'a Action) -> Result<(&'a str, &'a str), Obstacle> {
        match action {
            Action::Any => Ok((ALL, words::EVERYTHING)),
            Action::Permission { service, word } => Ok((service.as_deref().unwrap_or(ALL), word)),
            Action::Named { service, name } if name.contains('?') || words::is_word(service, name, self.catalogue) => {
                Err(Obstacle::Text(format!("{service}:{name}")))
            }
            Action::Named { service, name } => Ok((service, name)),
        }
    }

    /// The one place of the resources, and their paths.
    fn resources<'a>(&self, resources: &'a Listed<Resource>) -> Result<(Place<'a>, Vec<&'a str>), Obstacle> {
        let found: Vec<_> = resources.items.iter().map(|resource| self.resource(resource)).collect::<Result<_, _>>()?;
        let place = found.iter().find_map(|(place, _)| *place);
        // The lone `*` is everything only where the region is.
        let differs = |other: &Place<'_>| match (other, place) {
            (None, Some((_, region))) => region != ALL,
            (other, place) => *other != place,
        };
        if found.iter().any(|(other, _)| differs(other)) {
            return Err(Obstacle::Mixed);
        }
        Ok((place, found.into_iter().map(|(_, path)| path).collect()))
    }

    fn resource<'a>(&self, resource: &'a Resource) -> Result<(Place<'a>, &'a str), Obstacle> {
        match resource {
            Resource::Any => Ok((None, ALL)),
            // It would be read as every region.
            Resource::Entry { region, .. } | Resource::Named { region, .. } if region == GLOBAL => {
                Err(Obstacle::Text(region.clone()))
            }
            Resource::Entry { service, region, path } => Ok((Some((service, region)), path)),
            Resource::Named { partition, service, region, account, path } => {
                match partition {
                    Partition::Open => {}
                    Partition::Named(_) => return Err(Obstacle::Scheme("arn".to_owned())),
                    Partition::Scheme(scheme) => return Err(Obstacle::Scheme((*scheme).to_owned())),
                }
                let special = [service, region, path].into_iter().find(|part| part.contains('?'));
                if let Some(special) = special.or((account != ALL).then_some(account)) {
                    return Err(Obstacle::Text(special.clone()));
                }
                if service != ALL && service.contains('*') || path == ALL && region == ALL {
                    return Err(Obstacle::Text(format!("{service}:{region}:{path}")));
                }
                self.plain(path)?;
                Ok((Some((service, region)), path))
            }
        }
    }

    fn plain(&self, text: &str) -> Result<(), Obstacle> {
        if self.variables && text.contains("${") { Err(Obstacle::Text(text.to_owned())) } else { Ok(()) }
    }
}

fn grantees(principals: &Listed<Principal>) -> Result<Json, Obstacle> {
    if principals.negated {
        return Err(Obstacle::Member("NotPrincipal"));
    }
    let one = |principal: &Principal| {
        Ok(match principal {
            Principal::Everyone => Json::object([("id", Json::text(ALL))]),
            Principal::Account(account) => Json::object([("id", Json::text(account))]),
            Principal::User { account, name } => {
                Json::object([("id", Json::text(account)), ("user", Json::text(name))])
            }
            Principal::Group { account, name } => {
                Json::object([("id", Json::text(account)), ("group", Json::text(name))])
            }
            Principal::Provider { account, name } => {
                let name = name.strip_prefix(PROVIDER).and_then(|name| name.strip_prefix('/'));
                let name = (PROVIDER, Json::text(name.ok_or(Obstacle::Principal)?));
                let id = account.as_deref().map(|account| ("id", Json::text(account)));
                Json::object(id.into_iter().chain([name]))
            }
            Principal::Role { .. } | Principal::Session { .. } | Principal::Service(_) | Principal::Id(_) => {
                return Err(Obstacle::Principal);
            }
        })
    };
    Ok(Json::List(principals.items.iter().map(one).collect::<Result<_, _>>()?))
}
