//! The grammar of statements, as AWS, Volcengine and `CDNetworks` write them.

mod action;
mod condition;
pub(super) mod principal;
pub(super) mod print;
mod resource;

pub(crate) use self::condition::{operator_name, read_operator};

use base::json::{Kind, Value};

use crate::{
    document::{Document, Effect, Listed, Purpose, Resource, Statement},
    grammar::{
        error::{Hint, PolicyError, Problem},
        flavour::{Takes, Version, WITH_VARIABLES, WITHOUT_VARIABLES},
        members::{self, Members, Reader},
        values,
    },
    nearest::nearest,
};

const NONE: Listed<Resource> = Listed { negated: false, items: Vec::new() };

/// Reads a document of statements.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Document, PolicyError> {
    let bare = matches!(value.kind, Kind::Array(_)) && reader.flavour.takes(Takes::BareList);
    let (version, id, list) = if bare {
        (None, None, value)
    } else {
        let members = reader.members(value, "a document", members::DOCUMENT)?;
        let text = |name: &'static str| {
            let text = members.get(name).map(|value| values::text(value, &format!("`{name}`")));
            Ok::<_, PolicyError>(reader.note(text.transpose())?.flatten().map(str::to_owned))
        };
        let list = members.get("Statement").ok_or_else(|| missing(value, "Statement"))?;
        if let (Some(version), Version::Dated) = (members.get("Version"), reader.flavour.traits().version) {
            reader.note(check_version(version))?;
        }
        (text("Version")?, text("Id")?, list)
    };
    let variables = match reader.flavour.traits().version {
        // Who writes bare lists has no versions.
        Version::Dated => bare || version.as_deref() == Some(WITH_VARIABLES),
        Version::Variables => true,
        Version::Plain => false,
    };
    let statements = statements(list, Reader { variables, lower: bare || reader.lower, ..reader })?;
    Ok(Document { version, id, variables, statements })
}

fn check_version(value: &Value) -> Result<(), PolicyError> {
    let version = values::text(value, "`Version`")?;
    if version == WITH_VARIABLES || version == WITHOUT_VARIABLES {
        return Ok(());
    }
    let error = PolicyError::at(value, Problem::Unknown { what: "version", name: version.to_owned() });
    Err(match nearest(version, [WITH_VARIABLES, WITHOUT_VARIABLES]) {
        Some(meant) => error.meant(Some(meant)),
        None => error.hint(
            Hint::new("version", format!("the version of the language is `{WITH_VARIABLES}`")).word(WITH_VARIABLES),
        ),
    })
}

fn statements(list: &Value, reader: Reader<'_>) -> Result<Vec<Statement>, PolicyError> {
    let objects = values::objects(list, "Statement", "statements", reader)?;
    let mut statements: Vec<Statement> = Vec::with_capacity(objects.len());
    for object in objects {
        let Some(members) = reader.note(reader.members(object, "a statement", members::STATEMENT))? else { continue };
        let statement = statement(object, &members, reader)?;
        let repeated = |other: &Statement| other.id.is_some() && other.id == statement.id;
        if !reader.flavour.takes(Takes::RepeatedIds) && statements.iter().any(repeated) {
            let name = statement.id.unwrap_or_default();
            let place = members.get("Sid").unwrap_or(object);
            reader.note::<()>(Err(PolicyError::at(place, Problem::Repeated { what: "`Sid`", name })
                .hint(Hint::new("own_id", "give each statement its own, or none"))))?;
            continue;
        }
        statements.push(statement);
    }
    Ok(statements)
}

fn statement(object: &Value, members: &Members<'_>, reader: Reader<'_>) -> Result<Statement, PolicyError> {
    let must = |name| members.get(name).ok_or_else(|| missing(object, name));
    let id = reader.note(members.get("Sid").map(|value| values::text(value, "`Sid`")).transpose())?.flatten();
    let effect = must("Effect").and_then(|value| reader.effect(value, "Effect"));
    let effect = reader.note(effect)?.unwrap_or(Effect::Deny);
    let principals = match members.either("Principal", "NotPrincipal") {
        Some((value, negated)) => reader.note(principal::read(value, reader))?.map(|items| Listed { negated, items }),
        None => None,
    };
    let actions = members.either("Action", "NotAction").ok_or_else(|| missing(object, "Action"));
    let actions = actions.and_then(|(value, negated)| Ok(Listed { negated, items: action::read(value, reader)? }));
    let resources = match members.either("Resource", "NotResource") {
        Some((value, negated)) => resource::read(value, reader).map(|items| Listed { negated, items }),
        None if reader.purpose == Purpose::Trust => Ok(NONE),
        None => Ok(Listed { negated: false, items: vec![Resource::Any] }),
    };
    // The order is that in which problems are told where only the first is wanted.
    let actions = reader.note(actions)?.unwrap_or(Listed { negated: false, items: Vec::new() });
    let resources = reader.note(resources)?.unwrap_or(NONE);
    let conditions = match members.get("Condition") {
        Some(value) => reader.note(condition::read(value, reader))?.unwrap_or_default(),
        None => Vec::new(),
    };
    // Tools that generate documents write an empty `Sid` for none, several times.
    let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
    Ok(Statement { id, effect, principals, actions, resources, conditions })
}

/// The tables say what must be there, so this is for the compiler; and should a table be wrong, it is an error.
pub(super) fn missing(value: &Value, name: &'static str) -> PolicyError {
    PolicyError::at(value, Problem::Missing { name })
}
