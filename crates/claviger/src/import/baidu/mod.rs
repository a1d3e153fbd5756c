//! Reading an account of Baidu AI Cloud: its IAM, as its SDKs call it (`bce-auth-v1`, JSON, whole lists).

mod wire;

use anyhow::{Context, Result};
use policy::grammar::Flavour;
use serde_json::Value;

pub(crate) use self::wire::{ENDPOINT, Reader};
use super::{Account, Document, Grants, Group, Policy, PolicyName, Secrets, User, may_be_denied};
use crate::terminal::Progress;

/// Reads all that can be brought over. Errors: there is no answer, or the key may not read.
pub(crate) fn read(reader: &Reader) -> Result<Account> {
    let mut progress = Progress::new();
    let mut account = Account::default();
    for policy in reader.list("/v1/policy?policyType=Custom", "policies")? {
        progress.show(&format!("reading: {} policies", account.policies.len()));
        account.policies.push(read_policy(reader, &name(&policy)?)?);
    }
    for user in reader.list("/v1/user", "users")? {
        progress.show(&format!("reading: {} users", account.users.len()));
        account.users.push(read_user(reader, &user)?);
    }
    for group in reader.list("/v1/group", "groups")? {
        progress.show(&format!("reading: {} groups", account.groups.len()));
        account.groups.push(read_group(reader, &group)?);
    }
    read_roles(reader, &mut account)?;
    Ok(account)
}

fn read_policy(reader: &Reader, name: &str) -> Result<Policy> {
    let policy = reader.get(&format!("/v1/policy/{}?policyType=Custom", encoded(name)))?;
    let text = policy.get("document").and_then(Value::as_str);
    let text = text.with_context(|| format!("policy `{name}` has no document"))?.to_owned();
    let document = Document { text, flavour: Flavour::Acl };
    Ok(Policy { name: name.to_owned(), description: text_of(&policy, "description"), path: None, tags: None, document })
}

fn read_user(reader: &Reader, user: &Value) -> Result<User> {
    let name = name(user)?;
    let path = format!("/v1/user/{}", encoded(&name));
    let keys = may_be_denied(reader.list(&format!("{path}/accesskey"), "accessKeys"))?.unwrap_or_default();
    let login = may_be_denied(reader.get(&format!("{path}/loginProfile")))?;
    let secrets = Secrets {
        password: login.is_some_and(|login| login.get("enabledLogin").and_then(Value::as_bool) == Some(true)),
        access_keys: keys.len(),
        api_keys: 0,
    };
    Ok(User {
        remarks: text_of(user, "description"),
        enabled: user.get("enabled").and_then(Value::as_bool).unwrap_or(true),
        details: None,
        grants: read_grants(reader, &path)?,
        secrets,
        name,
    })
}

fn read_group(reader: &Reader, group: &Value) -> Result<Group> {
    let name = name(group)?;
    let path = format!("/v1/group/{}", encoded(&name));
    let members = reader.list(&format!("{path}/user"), "users")?.iter().map(self::name).collect::<Result<_>>()?;
    let (remarks, grants) = (text_of(group, "description"), read_grants(reader, &path)?);
    Ok(Group { name, remarks, path: None, members, grants })
}

fn read_grants(reader: &Reader, path: &str) -> Result<Grants> {
    let attached = reader.list(&format!("{path}/policy"), "policies")?;
    let attached = attached.iter().map(|policy| {
        let (name, system) = (name(policy)?, text_of(policy, "type") == "System");
        let name = if system { api::system_policy_of_baidu(&name).into_owned() } else { name };
        Ok(PolicyName { system, name })
    });
    Ok(Grants { attached: attached.collect::<Result<_>>()?, ..Grants::default() })
}

/// A role's trust document names accounts and users by ids that mean nobody elsewhere.
fn read_roles(reader: &Reader, account: &mut Account) -> Result<()> {
    for role in may_be_denied(reader.list("/v1/role", "roles"))?.unwrap_or_default() {
        let why = "its trust document names accounts of that cloud, which are none here".to_owned();
        account.left.push(("role", name(&role)?, why));
    }
    Ok(())
}

fn name(thing: &Value) -> Result<String> {
    let name = thing.get("name").and_then(Value::as_str);
    name.context("something in the answer has no name").map(str::to_owned)
}

fn text_of(thing: &Value, member: &str) -> String {
    thing.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn encoded(name: &str) -> String {
    let mut encoded = String::new();
    signing::percent::encode(name, &mut encoded);
    encoded
}
