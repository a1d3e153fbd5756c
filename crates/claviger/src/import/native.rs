//! Reading an account of a server of our own kind: the one to be brought over, and the one that is here.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use base::text::name_key;
use policy::grammar::Flavour;
use serde_json::Value;

use super::{Account, Details, Document, Grants, Group, Policy, PolicyName, Role, Secrets, User, may_be_denied};
use crate::{
    client::{Call, Client},
    terminal::Progress,
};

/// Whether an account is read to be brought over, or to be compared.
pub(crate) enum Wanted<'a> {
    All,
    /// Only what bears the names that this has. Secrets are not counted.
    LikeIn(&'a Account),
}

/// Reads an account. Errors: there is no answer, or the key may not read.
pub(crate) fn read(client: &Client, wanted: &Wanted<'_>) -> Result<Account> {
    let mut reader = Reader { client, progress: Progress::new(), counts_secrets: matches!(wanted, Wanted::All) };
    let names = Names::of(wanted);
    let id = client.ask(&Call::get(&["whoami"]))?;
    let mut account = Account { id: Some(text(&id, "account")?), ..Account::default() };
    for policy in reader.all(&Call::get(&["policies"]).with("kind", "custom"), "policies")? {
        let name = text(&policy, "name")?;
        if names.has(&names.policies, &name) {
            account.policies.push(reader.policy(&name)?);
        }
    }
    for user in reader.all(&Call::get(&["users"]), "users")? {
        let name = text(&user, "name")?;
        if names.has(&names.users, &name) {
            account.users.push(reader.user(&name)?);
        }
    }
    for group in reader.all(&Call::get(&["groups"]), "groups")? {
        if names.has(&names.groups, &text(&group, "name")?) {
            account.groups.push(reader.group(&group)?);
        }
    }
    for role in reader.all(&Call::get(&["roles"]), "roles")? {
        let name = text(&role, "name")?;
        if names.has(&names.roles, &name) {
            account.roles.push(reader.role(&name)?);
        }
    }
    Ok(account)
}

/// The names of the system's policies.
pub(crate) fn system_policies(client: &Client) -> Result<Vec<String>> {
    let mut names = Vec::new();
    client.pages(&Call::get(&["policies"]).with("kind", "system"), None, |page| {
        for policy in &page {
            names.push(text(policy, "name")?);
        }
        Ok(())
    })?;
    Ok(names)
}

/// The names that are wanted, folded; all where there are none.
struct Names {
    all: bool,
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
    policies: BTreeSet<String>,
    roles: BTreeSet<String>,
}

impl Names {
    fn of(wanted: &Wanted<'_>) -> Self {
        let nothing = Account::default();
        let (all, like) = match wanted {
            Wanted::All => (true, &nothing),
            Wanted::LikeIn(account) => (false, *account),
        };
        Self {
            all,
            users: like.users.iter().map(|user| name_key(&user.name)).collect(),
            groups: like.groups.iter().map(|group| name_key(&group.name)).collect(),
            policies: like.policies.iter().map(|policy| name_key(&policy.name)).collect(),
            roles: like.roles.iter().map(|role| name_key(&role.name)).collect(),
        }
    }

    fn has(&self, names: &BTreeSet<String>, name: &str) -> bool {
        self.all || names.contains(&name_key(name))
    }
}

struct Reader<'c> {
    client: &'c Client,
    progress: Progress,
    counts_secrets: bool,
}

impl Reader<'_> {
    /// All of a list that comes in pages.
    fn all(&mut self, call: &Call, things: &str) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        self.client.pages(call, None, |page| {
            all.extend(page);
            self.progress.show(&format!("reading: {} {things}", all.len()));
            Ok(())
        })?;
        Ok(all)
    }

    fn get(&mut self, path: &[&str]) -> Result<Value> {
        self.progress.show(&format!("reading: {}", path.join("/")));
        self.client.ask(&Call::get(path))
    }

    /// A list that comes whole.
    fn whole(&mut self, path: &[&str]) -> Result<Vec<Value>> {
        self.progress.show(&format!("reading: {}", path.join("/")));
        self.client.whole(&Call::get(path))
    }

    fn user(&mut self, name: &str) -> Result<User> {
        let user = self.get(&["users", name])?;
        let some = |member: &str| user.get(member).and_then(Value::as_str).map(str::to_owned);
        let details = Details {
            path: text(&user, "path")?,
            display_name: text(&user, "display_name")?,
            mobile: some("mobile"),
            email: some("email"),
            tags: tags(&user),
        };
        Ok(User {
            name: text(&user, "name")?,
            remarks: text(&user, "remarks")?,
            enabled: user.get("enabled").and_then(Value::as_bool).unwrap_or(true),
            details: Some(details),
            grants: self.grants("users", name, &user)?,
            secrets: if self.counts_secrets { self.secrets(name)? } else { Secrets::default() },
        })
    }

    /// What may not be looked at is not counted.
    fn secrets(&mut self, user: &str) -> Result<Secrets> {
        let login = may_be_denied(self.get(&["users", user, "login-profile"]))?;
        let access_keys = may_be_denied(self.whole(&["users", user, "access-keys"]))?.unwrap_or_default().len();
        let api_keys = self.all(&Call::get(&["users", user, "api-keys"]), "API keys");
        let api_keys = may_be_denied(api_keys)?.unwrap_or_default().len();
        let password = login.is_some_and(|login| login.get("has_password").and_then(Value::as_bool) == Some(true));
        Ok(Secrets { password, access_keys, api_keys })
    }

    fn group(&mut self, group: &Value) -> Result<Group> {
        let name = text(group, "name")?;
        let members = self.all(&Call::get(&["groups", &name, "users"]), "members")?;
        Ok(Group {
            remarks: text(group, "remarks")?,
            path: Some(text(group, "path")?),
            members: members.iter().map(|user| text(user, "name")).collect::<Result<_>>()?,
            grants: self.grants("groups", &name, group)?,
            name,
        })
    }

    fn policy(&mut self, name: &str) -> Result<Policy> {
        let policy = self.get(&["policies", name])?;
        Ok(Policy {
            name: text(&policy, "name")?,
            description: text(&policy, "description")?,
            path: Some(text(&policy, "path")?),
            tags: Some(tags(&policy)),
            document: document(&policy, "document", "flavour")?,
        })
    }

    fn role(&mut self, name: &str) -> Result<Role> {
        let role = self.get(&["roles", name])?;
        Ok(Role {
            name: text(&role, "name")?,
            description: text(&role, "description")?,
            path: text(&role, "path")?,
            tags: tags(&role),
            max_session_s: role
                .get("max_session_s")
                .and_then(Value::as_u64)
                .context("a role has no `max_session_s`")?,
            trust: document(&role, "trust_document", "trust_flavour")?,
            grants: self.grants("roles", name, &role)?,
        })
    }

    fn grants(&mut self, collection: &str, name: &str, holder: &Value) -> Result<Grants> {
        let attached = self.whole(&[collection, name, "policies"])?;
        let attached = attached.iter().map(|attached| {
            let policy = attached.get("policy").context("something attached is no policy")?;
            Ok(PolicyName { system: text(policy, "kind")? == "system", name: text(policy, "name")? })
        });
        let attached = attached.collect::<Result<_>>()?;
        let mut inline = Vec::new();
        for listed in self.whole(&[collection, name, "inline-policies"])? {
            let of_policy = text(&listed, "name")?;
            let policy = self.get(&[collection, name, "inline-policies", &of_policy])?;
            inline.push((of_policy, document(&policy, "document", "flavour")?));
        }
        let boundary = holder.get("permissions_boundary").map(|policy| self.boundary(policy)).transpose()?;
        Ok(Grants { attached, inline, boundary })
    }

    /// Whether it is a system policy, its holder does not say.
    fn boundary(&mut self, policy: &Value) -> Result<PolicyName> {
        let id = policy.get("id").and_then(Value::as_u64).context("a boundary has no id")?;
        let policy = self.get(&["policies", &format!("id:{id}")])?;
        Ok(PolicyName { system: text(&policy, "kind")? == "system", name: text(&policy, "name")? })
    }
}

fn document(thing: &Value, text_member: &str, flavour_member: &str) -> Result<Document> {
    let flavour = text(thing, flavour_member)?;
    let flavour = Flavour::from_word(&flavour).with_context(|| format!("`{flavour}` is not a flavour known here"))?;
    Ok(Document { text: text(thing, text_member)?, flavour })
}

fn tags(thing: &Value) -> BTreeMap<String, String> {
    let tags = thing.get("tags").and_then(Value::as_object).into_iter().flatten();
    tags.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

fn text(thing: &Value, member: &str) -> Result<String> {
    let text = thing.get(member).and_then(Value::as_str);
    text.with_context(|| format!("something in the answer has no `{member}`")).map(str::to_owned)
}
