//! Accounts, for the operator.

use base::ids::AccountId;
use iam::{
    access_keys::AccessKey,
    accounts::{Alias, Create, CreateRootKey, DeleteRootKey, List, ListRootKeys, Occasion, SetAlias, SetRootLogin},
    error::Quota,
    hashing::Password,
    page::PageSize,
    quotas,
    values::{DisplayName, Email},
};
use serde_json::{Value, json};

use super::{Answer, Call, error::Fault};

/// `POST /operator/accounts`, with `{"first": true}` for one that must be the first: a new account; shows its
/// root's access key, once.
pub(super) fn create(call: Call) -> Answer {
    Box::pin(async move {
        let occasion = if call.body.flag("first")?.unwrap_or(false) { Occasion::First } else { Occasion::Any };
        let account = call.iam.draw_account_id();
        let created = call.iam.change(call.request.operator(), Create { account, occasion }).await?;
        Ok(json!({
            "account_id": created.account.to_string(),
            "access_key_id": created.access_key.as_str(),
            "secret_access_key": created.secret.expose(),
        }))
    })
}

/// `POST /operator/accounts/list`, with `{"after": …}`: a page of accounts.
pub(super) fn list(call: Call) -> Answer {
    Box::pin(async move {
        let after = call.body.text("after")?.map(account_id).transpose()?;
        let page = call.iam.query(call.request.operator(), List { after, size: PageSize::MAX }).await?;
        let accounts = page.items.iter().map(|account| {
            json!({
                "account_id": account.id.to_string(),
                "alias": account.alias,
                "created": account.created.to_seconds(),
            })
        });
        let accounts: Vec<Value> = accounts.collect();
        Ok(json!({ "accounts": accounts, "next": page.next.map(|next| next.to_string()) }))
    })
}

/// `POST /operator/accounts/alias`, with `{"account", "alias"}`; an empty alias removes it.
pub(super) fn set_alias(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.account()?;
        let alias = match call.body.required_text("alias")? {
            "" => None,
            alias => Some(Alias::parse(alias)?),
        };
        call.iam.change(call.request.operator(), SetAlias { account, alias }).await?;
        Ok(json!({}))
    })
}

/// `POST /operator/accounts/quota`, with `{"account", "quota", "limit"}`.
pub(super) fn set_quota(call: Call) -> Answer {
    Box::pin(async move {
        let name = call.body.required_text("quota")?;
        let quota = Quota::from_word(name).ok_or_else(|| {
            let known: Vec<&str> = Quota::ALL.iter().map(|quota| quota.word()).collect();
            Fault::bad_request(format!("there is no quota `{name}`, but {}", known.join(", ")))
        })?;
        let set = quotas::Set { account: call.account()?, quota, limit: call.body.required_number("limit")? };
        call.iam.change(call.request.operator(), set).await?;
        Ok(json!({}))
    })
}

/// `POST /operator/accounts/root-keys`, with `{"account"}`: a new key; shows its secret, once.
pub(super) fn create_root_key(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.account()?;
        let minted = call.iam.change(call.request.operator(), CreateRootKey { account }).await?;
        Ok(json!({
            "account_id": account.to_string(),
            "access_key_id": minted.key.id.as_str(),
            "secret_access_key": minted.secret.expose(),
        }))
    })
}

/// `POST /operator/accounts/root-keys/list`, with `{"account"}`.
pub(super) fn list_root_keys(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.account()?;
        let keys = call.iam.query(call.request.operator(), ListRootKeys { account }).await?;
        let keys: Vec<Value> = keys.iter().map(key).collect();
        Ok(json!({ "access_keys": keys }))
    })
}

/// `POST /operator/accounts/root-keys/delete`, with `{"account", "key"}`.
pub(super) fn delete_root_key(call: Call) -> Answer {
    Box::pin(async move {
        let delete = DeleteRootKey { account: call.account()?, key: call.body.required_text("key")?.to_owned() };
        call.iam.change(call.request.operator(), delete).await?;
        Ok(json!({}))
    })
}

/// `POST /operator/accounts/root-login`, with `{"account", "password", "email"?, "account_name"?}`: how the root user
/// signs in to the console. The address is needed where it has none yet.
pub(super) fn set_root_login(call: Call) -> Answer {
    Box::pin(async move {
        let email = call.body.text("email")?.map(Email::parse).transpose()?;
        let name = call.body.text("account_name")?.map(DisplayName::parse).transpose()?;
        let password = Password::parse(call.body.required_text("password")?)?;
        let set = SetRootLogin::new(call.account()?, email, name, password);
        let login = call.iam.change(call.request.operator(), set).await?;
        Ok(json!({ "email": login.email, "account_name": login.account_name }))
    })
}

fn key(key: &AccessKey) -> Value {
    json!({
        "access_key_id": key.id.as_str(),
        "enabled": key.enabled,
        "created": key.created.to_seconds(),
        "last_used": key.last_used.as_ref().map(|used| used.at.to_seconds()),
    })
}

/// Reads an account's twelve digits.
pub(super) fn account_id(text: &str) -> Result<AccountId, Fault> {
    AccountId::parse(text)
        .map_err(|_| Fault::bad_request(format!("`{text}` is not an account id: it has twelve digits")))
}
