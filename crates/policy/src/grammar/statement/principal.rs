//! Principals, read and printed.

use base::json::{Kind, Value};

use super::resource::{form, spelled};
use crate::{
    document::{Listed, Principal, Resource},
    grammar::{
        error::{Hint, PolicyError, Problem},
        flavour::{Flavour, Takes},
        members::{Mixup, Reader, object, unknown, wrong_type},
        print::Obstacle,
        values,
    },
    json_text::Json,
};

const SERVICE: &str = "Service";
const FEDERATED: &str = "Federated";
const PROVIDERS: [&str; 3] = ["saml-provider/", "oidc-provider/", "oauth-provider/"];
/// How the ids of users and roles begin that AWS's dialect prints, and how long they are at least.
const ID_PREFIXES: [&str; 2] = ["AIDA", "AROA"];
const ID_LENGTH: std::ops::RangeInclusive<usize> = 16..=128;

const MIXUPS: &[Mixup] = &[
    ("CanonicalUser", "principal_number", "", "name the account by its number, or the user by its ARN"),
    ("AWS", "member_of_flavour", "aws", "that is a member of the flavour `aws`"),
    ("IAM", "member_of_flavour", "volcengine", "that is a member of the flavour `volcengine`"),
    ("Claviger", "member_of_flavour", "native", "that is a member of the flavour `native`"),
];

/// Reads `Principal` or `NotPrincipal`.
pub(super) fn read(value: &Value, reader: Reader<'_>) -> Result<Vec<Principal>, PolicyError> {
    let wanted = "`*` or an object";
    let members = match &value.kind {
        Kind::String(text) if text == "*" => return Ok(vec![Principal::Everyone]),
        Kind::Object(_) => object(value, "`Principal`")?,
        Kind::String(text) => {
            let member = reader.flavour.traits().principals.first().copied().unwrap_or(SERVICE);
            let wrapped = format!("{{\"{member}\": \"{text}\"}}");
            let hint = Hint::new("principal_wrapped", format!("write {wrapped}")).word(wrapped);
            return Err(wrong_type(value, "`Principal`", wanted).hint(hint));
        }
        _ => return Err(wrong_type(value, "`Principal`", wanted)),
    };
    if members.is_empty() {
        return Err(PolicyError::at(value, Problem::Empty { what: "`Principal`".to_owned() }));
    }
    let entities = reader.flavour.traits().principals;
    let mut principals = Vec::new();
    for member in members {
        let read = match member.name.as_str() {
            SERVICE => service,
            FEDERATED => provider,
            name if entities.contains(&name) => entity,
            _ => {
                let known = entities.iter().copied().chain([SERVICE, FEDERATED]);
                reader.note::<()>(Err(unknown(member, known, MIXUPS)))?;
                continue;
            }
        };
        let texts = reader.note(values::texts(&member.value, &format!("`{}`", member.name), reader))?;
        principals.extend(reader.each(texts.into_iter().flatten(), |(place, text)| {
            read(text, reader.flavour).map_err(|hint| {
                let problem = Problem::Form { text: text.to_owned(), wanted: "a principal" };
                PolicyError::at(place, problem).hint(hint)
            })
        })?);
    }
    Ok(principals)
}

fn entity(text: &str, flavour: Flavour) -> Result<Principal, Hint> {
    if text == "*" {
        return Ok(Principal::Everyone);
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Principal::Account(text.to_owned()));
    }
    if is_id(text) {
        return Ok(Principal::Id(text.to_owned()));
    }
    let scheme = flavour.traits().schemes.first().copied().unwrap_or("crn");
    let form = form(scheme);
    let clear = format!("write an account's number, or `{form}` with `user/…` or `role/…`");
    let unclear = || Hint::new("principal_form", clear.clone()).word(form);
    let (service, account, path) = owned(text, flavour).ok_or_else(unclear)?;
    let (kind, name) = path.split_once('/').unwrap_or((&path, ""));
    let name = name.to_owned();
    if !is_name(&account) || (path != "root" && !is_path(&name)) {
        return Err(Hint::new("principal_wildcard", format!("no wildcards and variables: {clear}")).word(form));
    }
    match (service.as_str(), kind) {
        ("iam", "root") if path == "root" => Ok(Principal::Account(account)),
        ("iam", "user") => Ok(Principal::User { account, name }),
        ("iam", "role") => Ok(Principal::Role { account, name }),
        ("iam", "group") if flavour.takes(Takes::Groups) => Ok(Principal::Group { account, name }),
        ("iam", "group") => Err(Hint::new("group_users", "a group is no principal here; name its users")),
        ("sts", "assumed-role") => match name.split_once('/') {
            Some((role, session)) if is_name(role) && is_name(session) => {
                Ok(Principal::Session { account, role: role.to_owned(), name: session.to_owned() })
            }
            _ => Err(Hint::new("session_form", "write `assumed-role/<role>/<session>`")),
        },
        _ => Err(unclear()),
    }
}

fn service(text: &str, _: Flavour) -> Result<Principal, Hint> {
    let is_service = is_name(text).then(|| Principal::Service(text.to_owned()));
    is_service.ok_or_else(|| Hint::new("service_name", "write a service's name"))
}

fn provider(text: &str, flavour: Flavour) -> Result<Principal, Hint> {
    if is_path(text) {
        return Ok(Principal::Provider { account: None, name: text.to_owned() });
    }
    match owned(text, flavour) {
        Some((service, account, name)) if service == "iam" && is_name(&account) && is_provider(&name) => {
            Ok(Principal::Provider { account: Some(account), name })
        }
        _ => Err(Hint::new("provider_form", "write its ARN, with `saml-provider/…` or `oidc-provider/…`")),
    }
}

/// Service, account and path of what is nobody's but an account's.
fn owned(text: &str, flavour: Flavour) -> Option<(String, String, String)> {
    match spelled(text, flavour) {
        Ok(Resource::Named { service, region, account, path, .. }) if region.is_empty() => {
            Some((service, account, path))
        }
        _ => None,
    }
}

fn is_id(text: &str) -> bool {
    ID_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && ID_LENGTH.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_provider(path: &str) -> bool {
    is_path(path) && PROVIDERS.iter().any(|kind| path.len() > kind.len() && path.starts_with(kind))
}

/// Whether a text is one name, in which nothing is special. What names may be is not for documents to say.
pub(in crate::grammar) fn is_name(text: &str) -> bool {
    is_path(text) && !text.contains('/')
}

/// Whether a text is a path of such names.
pub(in crate::grammar) fn is_path(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(['*', '?', '$', ':', '"', '\\'])
        && !text.chars().any(char::is_whitespace)
        && text.split('/').all(|part| !part.is_empty())
}

/// Prints principals: those of a kind together, which may change their order and changes nothing else.
pub(super) fn print(principals: &Listed<Principal>, flavour: Flavour) -> Result<Json, Obstacle> {
    if let [Principal::Everyone] = principals.items.as_slice() {
        return Ok(Json::text("*"));
    }
    let entities = flavour.traits().principals.first().copied().unwrap_or(SERVICE);
    let mut lists = [(entities, Vec::new()), (SERVICE, Vec::new()), (FEDERATED, Vec::new())];
    for principal in &principals.items {
        let (member, text) = match principal {
            Principal::Service(name) => (SERVICE, name.clone()),
            Principal::Provider { account: None, name } => (FEDERATED, name.clone()),
            Principal::Provider { account: Some(account), name } => (FEDERATED, arn(flavour, "iam", account, name)),
            other => (entities, print_entity(other, flavour)?),
        };
        for (name, list) in &mut lists {
            if *name == member {
                list.push(Json::Text(text.clone()));
            }
        }
    }
    Ok(Json::object(
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name, Json::List(list))),
    ))
}

fn print_entity(principal: &Principal, flavour: Flavour) -> Result<String, Obstacle> {
    let of_iam = |account: &str, kind: &str, name: &str| arn(flavour, "iam", account, &format!("{kind}/{name}"));
    Ok(match principal {
        Principal::Everyone => "*".to_owned(),
        Principal::Account(account) => arn(flavour, "iam", account, "root"),
        Principal::User { account, name } => of_iam(account, "user", name),
        Principal::Role { account, name } => of_iam(account, "role", name),
        Principal::Group { account, name } if flavour.takes(Takes::Groups) => of_iam(account, "group", name),
        Principal::Group { .. } => return Err(Obstacle::Principal),
        Principal::Session { account, role, name } => {
            arn(flavour, "sts", account, &format!("assumed-role/{role}/{name}"))
        }
        Principal::Provider { name, .. } | Principal::Service(name) | Principal::Id(name) => name.clone(),
    })
}

fn arn(flavour: Flavour, service: &str, account: &str, path: &str) -> String {
    match flavour.traits().schemes.first() {
        Some(&"arn") => format!("arn:aws:{service}::{account}:{path}"),
        Some(scheme) => format!("{scheme}:{service}::{account}:{path}"),
        None => format!("crn:{service}::{account}:{path}"),
    }
}
