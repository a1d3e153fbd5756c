//! Reading a case.

use base::json::{Kind, Value};

use crate::{
    document::{Document, Purpose},
    grammar::{
        Flavour, json,
        members::{object, unknown},
        parse_value,
    },
    key::Key,
    request::{AskerKind, Context, ResourceName, Values},
    simulate::Wrong,
};

/// A case.
pub(super) struct Case<'a> {
    pub(super) identity: Vec<Document>,
    pub(super) boundary: Option<Document>,
    pub(super) session: Vec<Document>,
    pub(super) account: &'a str,
    pub(super) asker: AskerKind<'a>,
    pub(super) action: &'a str,
    pub(super) resource: ResourceName<'a>,
    pub(super) resource_account: Option<&'a str>,
    pub(super) context: Vec<(Key, Vec<String>)>,
}

/// A context that has what a case says and nothing else.
pub(super) struct Known<'a> {
    pub(super) keys: &'a [(Key, Vec<String>)],
}

impl Context for Known<'_> {
    fn values(&self, key: &Key) -> Values<'_> {
        let known = self.keys.iter().find(|(known, _)| known.name() == key.name());
        known.map_or(Values::Absent, |(_, values)| Values::Several(values))
    }
}

/// Reads a case.
pub(super) fn read(value: &Value) -> Result<Case<'_>, Wrong> {
    known(value, "a case", &["id", "policies", "request"])?;
    let policies = must(value, "policies")?;
    known(policies, "`policies`", &["identity", "boundary", "session"])?;
    let request = must(value, "request")?;
    known(request, "`request`", &["principal", "action", "resource", "resource_account", "context"])?;
    let resource = text(request, "resource")?;
    let (account, asker) = principal(text(request, "principal")?)?;
    Ok(Case {
        identity: list(policies, "identity")?,
        boundary: given(policies, "boundary").map(|value| document(value, "boundary")).transpose()?,
        session: match given(policies, "session").map(|value| &value.kind) {
            Some(Kind::Array(_)) | None => list(policies, "session")?,
            Some(_) => vec![document(must(policies, "session")?, "session")?],
        },
        account,
        asker,
        action: text(request, "action")?,
        resource: ResourceName::read(resource).ok_or_else(|| format!("resource: `{resource}` is not one, nor `*`"))?,
        resource_account: given(request, "resource_account").map(|_| text(request, "resource_account")).transpose()?,
        context: given(request, "context").map_or(Ok(Vec::new()), context)?,
    })
}

fn list(policies: &Value, layer: &str) -> Result<Vec<Document>, Wrong> {
    let Some(value) = given(policies, layer) else { return Ok(Vec::new()) };
    let Kind::Array(elements) = &value.kind else { return Err(format!("`{layer}` must be a list of documents")) };
    (0..).zip(elements).map(|(at, element)| document(element, &format!("{layer}[{at}]"))).collect()
}

/// A document as it stands in the case, or as text. Where something is wrong in it, the place is within the line or
/// within the text.
fn document(value: &Value, name: &str) -> Result<Document, Wrong> {
    let parsed = match value.as_str() {
        Some(text) => json(text).and_then(|value| parse_value(&value, Flavour::detect(&value), Purpose::Identity)),
        None => parse_value(value, Flavour::detect(value), Purpose::Identity),
    };
    parsed.map_err(|error| format!("{name}: {error}"))
}

/// The account and who it is there: a bare account is its root.
fn principal(text: &str) -> Result<(&str, AskerKind<'_>), Wrong> {
    let wrong = || {
        let text = base::text::shown(text);
        format!("principal: `{text}` is not an account or `arn:aws:iam::<account>:root`, `…:user/…`, `…:role/…`")
    };
    if is_account(text) {
        return Ok((text, AskerKind::Root));
    }
    let Some(ResourceName::Named { service, region: "", account, path, .. }) = ResourceName::read(text) else {
        return Err(wrong());
    };
    let (kind, name) = path.split_once('/').unwrap_or((path, ""));
    // Which user or role it is makes no difference: identities' documents name none.
    let asker = match (service, kind) {
        ("iam", "root") if path == "root" => AskerKind::Root,
        ("iam", "user") if !name.is_empty() => AskerKind::User(0),
        ("iam", "role") if !name.is_empty() => AskerKind::Session { role: 0, name: "" },
        ("sts", "assumed-role") => match name.split_once('/') {
            Some((role, name)) if !role.is_empty() && !name.is_empty() => AskerKind::Session { role: 0, name },
            _ => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    if is_account(account) { Ok((account, asker)) } else { Err(wrong()) }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn context(value: &Value) -> Result<Vec<(Key, Vec<String>)>, Wrong> {
    let members = object(value, "`context`").map_err(|error| error.to_string())?;
    let mut keys: Vec<(Key, Vec<String>)> = Vec::with_capacity(members.len());
    for member in members {
        let key = Key::named(&member.name);
        if keys.iter().any(|(other, _)| other.name() == key.name()) {
            return Err(format!("context: `{}` is there twice", base::text::shown(&member.name)));
        }
        let one = |value: &Value| value.as_str().map(str::to_owned);
        let values = match &member.value.kind {
            Kind::Array(elements) => elements.iter().map(one).collect(),
            _ => one(&member.value).map(|only| vec![only]),
        };
        let wrong = || format!("context: `{}` must be text or a list of texts", base::text::shown(&member.name));
        keys.push((key, values.ok_or_else(wrong)?));
    }
    Ok(keys)
}

/// A member that is there and not null.
fn given<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).filter(|value| value.kind != Kind::Null)
}

fn must<'a>(value: &'a Value, name: &str) -> Result<&'a Value, Wrong> {
    value.get(name).ok_or_else(|| format!("`{name}` is missing"))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Wrong> {
    must(value, name)?.as_str().ok_or_else(|| format!("`{name}` must be text"))
}

fn known(value: &Value, what: &str, names: &[&str]) -> Result<(), Wrong> {
    let members = object(value, what).map_err(|error| error.to_string())?;
    match members.iter().find(|member| !names.contains(&member.name.as_str())) {
        Some(member) => Err(unknown(member, names.iter().copied(), &[]).to_string()),
        None => Ok(()),
    }
}
