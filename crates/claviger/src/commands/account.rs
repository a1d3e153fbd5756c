//! `claviger account …`

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    account_settings, operator,
    output::{self, View},
    session::Session,
};
use crate::{
    admin::Operator,
    cli::{Account, Form, ListAccounts, RootKey, RootKeys, RootPassword},
    client::Call,
    terminal::ask,
};

/// How much of what an account may have it has.
const USE: View =
    View { things: "limits", columns: &[("of", "name"), ("there are", "count"), ("there may be", "limit")] };

/// How full it is.
const GLANCE: View = View {
    things: "accounts",
    columns: &[
        ("account", "id"),
        ("alias", "alias"),
        ("users", "counts.users"),
        ("groups", "counts.groups"),
        ("policies", "counts.policies"),
        ("roles", "counts.roles"),
    ],
};

/// What to look at.
const FINDINGS: View = View {
    things: "findings",
    columns: &[
        ("keys of the root user", "root_keys"),
        ("old keys", "old_keys.count"),
        ("unused keys", "unused_keys.count"),
        ("unused users", "unused_users.count"),
        ("never signed in", "never_signed_in.count"),
        ("administrators", "administrators.count"),
        ("weak settings", "weak_settings"),
    ],
};

const OVERVIEW: View = View {
    things: "accounts",
    columns: &[
        ("account", "account.id"),
        ("users", "account.counts.users"),
        ("groups", "account.counts.groups"),
        ("policies", "account.counts.policies"),
        ("roles", "account.counts.roles"),
        ("root keys", "findings.root_keys"),
        ("old keys", "findings.old_keys.count"),
        ("unused keys", "findings.unused_keys.count"),
        ("unused users", "findings.unused_users.count"),
        ("never signed in", "findings.never_signed_in.count"),
        ("administrators", "findings.administrators.count"),
        ("weak settings", "findings.weak_settings"),
    ],
};

const ACCOUNT: View = View { things: "accounts", columns: &[("account", "id"), ("alias", "alias")] };

pub(super) fn run(command: Account) -> Result<ExitCode> {
    match command {
        Account::Show(asked) => return asked.run(|session, _| show(session)),
        Account::Overview(asked) => return asked.run(|session, _| overview(session)),
        Account::Settings(command) => return account_settings::run(command),
        Account::SetAlias(asked) => {
            return asked.run(|session, what| {
                let call = Call::put(&["account", "alias"]).with_body(&json!({ "alias": what.alias }));
                session.carry_out(&call, &format!("the alias of the account is `{}`", what.alias))
            });
        }
        Account::RemoveAlias(asked) => {
            return asked.run(|session, what| {
                ask::confirm(what.sure.yes, "Remove the alias, by which users sign in?", "yes")?;
                session.carry_out(&Call::delete(&["account", "alias"]), "the account has no alias any more")
            });
        }
        Account::RevokeRootSessions(asked) => {
            return asked.run(|session, before| session.revoke("the root user", &["root"], before));
        }
        Account::Create(create) => {
            let answer = operator(&create.store)?.call("/operator/accounts", &json!({}))?;
            output::answer(create.output, &answer, output::new_key)?;
        }
        Account::List(arguments) => list(&arguments)?,
        Account::Alias(alias) => {
            let body = json!({ "account": alias.account, "alias": alias.alias });
            operator(&alias.store)?.call("/operator/accounts/alias", &body)?;
        }
        Account::Quota(quota) => {
            let body = json!({ "account": quota.account, "quota": quota.quota, "limit": quota.limit });
            operator(&quota.store)?.call("/operator/accounts/quota", &body)?;
        }
        Account::RootPassword(root) => set_root_password(&root)?,
        Account::RootKey(RootKey::Create(keys)) => {
            let answer = call_about_root(&keys, "/operator/accounts/root-keys")?;
            output::answer(keys.output, &answer, output::new_key)?;
        }
        Account::RootKey(RootKey::List(keys)) => {
            let answer = call_about_root(&keys, "/operator/accounts/root-keys/list")?;
            output::answer(keys.output, &answer, root_keys)?;
        }
        Account::RootKey(RootKey::Delete(delete)) => {
            let body = json!({ "account": delete.account, "key": delete.key });
            operator(&delete.store)?.call("/operator/accounts/root-keys/delete", &body)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(session: &Session) -> Result<()> {
    let answer = session.client().ask(&Call::get(&["account"]))?;
    session.print(&ACCOUNT, &answer)?;
    if session.form() != Form::Text {
        return Ok(());
    }
    let member = |object: &str, name: &str| answer.get(object).and_then(|object| object.get(name)).cloned();
    let limits = answer.get("limits").and_then(Value::as_object).context("the answer has no `limits`")?;
    let row = |name: &String| json!({ "name": name, "count": member("counts", name), "limit": member("limits", name) });
    output::line(&format!("\n{}", USE.table(&limits.keys().map(row).collect::<Vec<_>>())))
}

fn overview(session: &Session) -> Result<()> {
    let answer = session.client().ask(&Call::get(&["account", "overview"]))?;
    match session.form() {
        Form::Text => {
            let account = answer.get("account").context("the answer has no `account`")?;
            let findings = answer.get("findings").context("the answer has no `findings`")?;
            output::line(&format!("{}\n\n{}", GLANCE.lines(account), FINDINGS.lines(findings)))
        }
        Form::Json | Form::Csv => session.print(&OVERVIEW, &answer),
    }
}

fn set_root_password(root: &RootPassword) -> Result<()> {
    let operator = operator(&root.store)?;
    let password = ask::new_secret("the root user's new password")?;
    let (email, name) = (root.email.as_deref(), root.account_name.as_deref());
    let mut body = json!({ "account": root.account, "password": password.expose() });
    for (member, value) in [("email", email), ("account_name", name)] {
        if let (Some(members), Some(value)) = (body.as_object_mut(), value) {
            members.insert(member.to_owned(), json!(value));
        }
    }
    let answer = operator.call("/operator/accounts/root-login", &body)?;
    output::line(&format!("the root user signs in by {}", output::field(&answer, "email")?))
}

/// All accounts, page after page; JSON has one object a line.
fn list(arguments: &ListAccounts) -> Result<()> {
    let operator = operator(&arguments.store)?;
    each_account(&operator, |account| {
        output::answer(arguments.output, account, |account| {
            let alias = account.get("alias").and_then(Value::as_str).unwrap_or("-");
            Ok(format!("{}  {}  {alias}", output::field(account, "account_id")?, output::field(account, "created")?))
        })
    })
}

/// Calls `work` for each account.
pub(super) fn each_account(operator: &Operator, mut work: impl FnMut(&Value) -> Result<()>) -> Result<()> {
    let mut after = Value::Null;
    loop {
        let page = operator.call("/operator/accounts/list", &json!({ "after": after }))?;
        output::list(&page, "accounts")?.iter().try_for_each(&mut work)?;
        after = page.get("next").cloned().unwrap_or_default();
        if after.is_null() {
            return Ok(());
        }
    }
}

fn call_about_root(keys: &RootKeys, path: &str) -> Result<Value> {
    operator(&keys.store)?.call(path, &json!({ "account": keys.account }))
}

fn root_keys(answer: &Value) -> Result<String> {
    let keys = output::list(answer, "access_keys")?;
    if keys.is_empty() {
        return Ok("The root user has no access key.".to_owned());
    }
    let line = |key: &Value| {
        let used = key.get("last_used").and_then(Value::as_str).unwrap_or("never used");
        Ok(format!(
            "{}  created {}  last used {used}",
            output::field(key, "access_key_id")?,
            output::field(key, "created")?
        ))
    };
    Ok(keys.iter().map(line).collect::<Result<Vec<_>>>()?.join("\n"))
}
