//! The grammar of access-control lists, as Baidu AI Cloud writes them.

mod condition;
pub(crate) use self::condition::members as condition_members;
pub(super) mod print;
mod ranges;
mod trust;
pub(super) mod words;

use base::json::Value;

use super::statement::principal::{is_name, is_path};
use crate::{
    document::{Action, Document, Effect, Listed, Principal, Purpose, Resource, Statement},
    grammar::{
        error::{Hint, PolicyError, Problem},
        members::{self, Members, Reader},
        statement::missing,
        values,
    },
};

/// The member that holds the entries.
pub(super) const LIST: &str = "accessControlList";
const ALL: &str = "*";
/// The region of what has none, as documents of API keys write it: it stands for every region.
const GLOBAL: &str = "global";
/// What may stand before a service.
const PREFIX: &str = "bce:";
const GRANTEE: [&str; 4] = ["id", "user", "group", "saml-provider"];
const PROVIDER: &str = "saml-provider";

/// Reads an access-control list.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Document, PolicyError> {
    let members = reader.members(value, "a document", members::LIST)?;
    let text = |name: &'static str| {
        let text = members.get(name).map(|value| values::text(value, &format!("`{name}`")));
        Ok::<_, PolicyError>(reader.note(text.transpose())?.flatten().map(str::to_owned))
    };
    let list = members.get(LIST).ok_or_else(|| missing(value, LIST))?;
    let entries = values::objects(list, LIST, "entries", reader)?;
    let statements = reader.each(entries, |object| {
        let members = reader.members(object, "an entry", members::ENTRY)?;
        entry(object, &members, reader)
    })?;
    Ok(Document { version: text("version")?, id: text("id")?, variables: false, statements })
}

fn entry(object: &Value, members: &Members<'_>, reader: Reader<'_>) -> Result<Statement, PolicyError> {
    let must = |name| members.get(name).ok_or_else(|| missing(object, name));
    let id = reader.note(members.get("eid").map(|value| values::text(value, "`eid`")).transpose())?.flatten();
    let effect = must("effect").and_then(|value| reader.effect(value, "effect"));
    let effect = reader.note(effect)?.unwrap_or(Effect::Deny);
    let service = reader.note(must("service").and_then(service))?.unwrap_or(ALL);
    let region = must("region").and_then(|value| {
        let region = values::text(value, "`region`")?;
        values::check_pattern(value, region)?;
        Ok(region)
    });
    let region = reader.note(region)?.filter(|region| *region != GLOBAL).unwrap_or(ALL);
    let principals = match members.get("grantee") {
        Some(value) => reader.note(grantees(value, reader))?.map(|items| Listed { negated: false, items }),
        None => None,
    };
    let permissions = must("permission").and_then(|value| permissions(value, service, reader));
    let permissions = reader.note(permissions)?.unwrap_or_default();
    let trusted = (reader.purpose == Purpose::Trust).then_some(principals.as_ref()).flatten();
    let actions = match (trusted, members.get("permission")) {
        (Some(trusted), Some(value)) => {
            reader.note(trust::actions(value, &permissions, &trusted.items))?.unwrap_or_default()
        }
        _ => permissions,
    };
    let resources = match members.either("resource", "notResource") {
        Some((value, negated)) if reader.purpose != Purpose::Trust => {
            let items = reader.note(resources(value, service, region, reader))?.unwrap_or_default();
            Listed { negated, items }
        }
        _ => Listed { negated: false, items: Vec::new() },
    };
    let conditions = match members.get("condition") {
        Some(value) => reader.note(condition::read(value, reader))?.unwrap_or_default(),
        None => Vec::new(),
    };
    let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
    Ok(Statement { id, effect, principals, actions: Listed { negated: false, items: actions }, resources, conditions })
}

/// Its name without the vendor's prefix.
fn service(value: &Value) -> Result<&str, PolicyError> {
    let text = values::text(value, "`service`")?;
    let prefixed = text.get(..PREFIX.len()).filter(|start| start.eq_ignore_ascii_case(PREFIX));
    let name = if prefixed.is_some() { text.get(PREFIX.len()..).unwrap_or_default() } else { text };
    if name == ALL || !(name.is_empty() || name.contains([':', '*', '?'])) {
        return Ok(name);
    }
    let problem = Problem::Form { text: text.to_owned(), wanted: "a service" };
    Err(PolicyError::at(value, problem)
        .hint(Hint::new("service_form", "write one, as `bos` or `bce:bos`, or `*` for all")))
}

fn permissions(value: &Value, service: &str, reader: Reader<'_>) -> Result<Vec<Action>, PolicyError> {
    let read = |(value, text): (&Value, &str)| {
        if text.is_empty() || text.contains(':') {
            let problem = Problem::Form { text: text.to_owned(), wanted: "a permission" };
            let hint = Hint::new("permission_form", "write a word, as `READ`, or an action's name alone");
            return Err(PolicyError::at(value, problem).hint(hint));
        }
        values::check_pattern(value, text)?;
        let service = (service != ALL).then(|| service.to_owned());
        Ok(Action::Permission { service, word: text.to_owned() })
    };
    reader.each(values::texts(value, "`permission`", reader)?, read)
}

fn resources(value: &Value, service: &str, region: &str, reader: Reader<'_>) -> Result<Vec<Resource>, PolicyError> {
    let read = |(value, path): (&Value, &str)| {
        values::check_pattern(value, path)?;
        if path == ALL && region == ALL {
            return Ok(Resource::Any);
        }
        let own = str::to_owned;
        Ok(Resource::Entry { service: own(service), region: own(region), path: own(path) })
    };
    reader.each(values::texts(value, "`resource`", reader)?, read)
}

fn grantees(value: &Value, reader: Reader<'_>) -> Result<Vec<Principal>, PolicyError> {
    let mut principals = Vec::new();
    for object in values::objects(value, "grantee", "grantees", reader)? {
        reader.note(grantee(object, reader, &mut principals))?;
    }
    Ok(principals)
}

/// An account, or its users, groups and providers; each may be one text or several.
fn grantee(object: &Value, reader: Reader<'_>, principals: &mut Vec<Principal>) -> Result<(), PolicyError> {
    for member in members::object(object, "a grantee")? {
        if !GRANTEE.contains(&member.name.as_str()) {
            reader.note::<()>(Err(members::unknown(member, GRANTEE.into_iter(), &[])))?;
        }
    }
    let ids = match object.get("id") {
        Some(value) => values::texts(value, "`id`", reader)?,
        None => Vec::new(),
    };
    let named = GRANTEE.into_iter().skip(1).filter_map(|kind| Some((kind, object.get(kind)?)));
    let named: Vec<_> = named.collect();
    for (place, id) in &ids {
        if !(is_name(id) || (*id == ALL && named.is_empty())) {
            return Err(not_a_grantee(
                place,
                id,
                Hint::new("grantee_account", "write an account's id, or `*` alone for everybody"),
            ));
        }
        match () {
            () if !named.is_empty() => {}
            () if *id == ALL => principals.push(Principal::Everyone),
            () => principals.push(Principal::Account((*id).to_owned())),
        }
    }
    for (kind, value) in &named {
        if ids.is_empty() && *kind != PROVIDER {
            let hint = Hint::new("whose_account", "say whose account it is in");
            return Err(PolicyError::at(object, Problem::Missing { name: "id" }).hint(hint));
        }
        for (place, name) in values::texts(value, &format!("`{kind}`"), reader)? {
            if !is_path(name) {
                return Err(not_a_grantee(place, name, Hint::new("grantee_name", "write a name, without wildcards")));
            }
            let accounts = ids.iter().map(|(_, id)| Some((*id).to_owned()));
            let accounts = if ids.is_empty() { vec![None] } else { accounts.collect() };
            principals.extend(accounts.into_iter().filter_map(|account| in_account(kind, account, name)));
        }
    }
    if ids.is_empty() && named.is_empty() {
        return Err(PolicyError::at(object, Problem::Missing { name: "id" }));
    }
    Ok(())
}

fn in_account(kind: &str, account: Option<String>, name: &str) -> Option<Principal> {
    let name = name.to_owned();
    Some(match kind {
        "user" => Principal::User { account: account?, name },
        "group" => Principal::Group { account: account?, name },
        _ => Principal::Provider { account, name: format!("{PROVIDER}/{name}") },
    })
}

fn not_a_grantee(value: &Value, text: &str, hint: Hint) -> PolicyError {
    PolicyError::at(value, Problem::Form { text: text.to_owned(), wanted: "a grantee" }).hint(hint)
}
