//! Access keys of users.

use iam::access_keys::{AccessKey, Create, Delete, LastUsed, List, Minted, Owner, SetEnabled};
use serde::Serialize;
use serde_json::json;

use super::{Call, Pending, error::Fault, response::Answer};

/// A key on the wire. The secret is there only in the answer to its creation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessKeyModel {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    create_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_time: Option<String>,
    enabled: bool,
    description: String,
}

impl From<AccessKey> for AccessKeyModel {
    fn from(key: AccessKey) -> Self {
        Self {
            id: key.id.to_string(),
            secret: None,
            create_time: key.created.to_seconds(),
            last_used_time: key.last_used.map(|used| used.at.to_seconds()),
            enabled: key.enabled,
            description: String::new(),
        }
    }
}

fn owner(call: &Call) -> Result<Owner, Fault> {
    call.name(0).map(Owner::User)
}

/// `POST /v1/user/{name}/accesskey`
pub(super) fn create(call: Call) -> Pending {
    Box::pin(async move {
        let owner = owner(&call)?;
        let Minted { key, secret } = call.iam.change(call.caller, Create { owner }).await?;
        let model = AccessKeyModel { secret: Some(secret.expose().to_owned()), ..key.into() };
        Ok(Answer::created(&model))
    })
}

/// `GET /v1/user/{name}/accesskey`
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let owner = owner(&call)?;
        let keys = call.iam.query(call.caller, List { owner }).await?;
        let keys: Vec<AccessKeyModel> = keys.into_iter().map(AccessKeyModel::from).collect();
        Ok(Answer::ok(&json!({ "accessKeys": keys })))
    })
}

/// `PUT /v1/user/{name}/accesskey/{id}?enable` or `?disable`: the flag's presence decides.
pub(super) fn switch(call: Call) -> Pending {
    Box::pin(async move {
        let enabled = match (call.query.get("enable"), call.query.get("disable")) {
            (Some(_), None) => true,
            (None, Some(_)) => false,
            _ => return Err(Fault::bad_uri("it must have either `enable` or `disable`")),
        };
        let (owner, key) = (owner(&call)?, call.name(1)?);
        let key = call.iam.change(call.caller, SetEnabled { owner, key, enabled }).await?;
        Ok(Answer::ok(&AccessKeyModel::from(key)))
    })
}

/// `DELETE /v1/user/{name}/accesskey/{id}`
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let (owner, key) = (owner(&call)?, call.name(1)?);
        call.iam.change(call.caller, Delete { owner, key }).await?;
        Ok(Answer::empty())
    })
}

/// `GET /v1/accesskey/{id}/lastusedtime`
pub(super) fn last_used(call: Call) -> Pending {
    Box::pin(async move {
        let key = call.name(0)?;
        let used = call.iam.query(call.caller, LastUsed { key: key.clone() }).await?;
        Ok(Answer::ok(&json!({ "accessKeyId": key, "lastUsedTime": used.map(|used| used.at.to_seconds()) })))
    })
}
