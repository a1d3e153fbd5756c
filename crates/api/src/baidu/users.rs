//! Users.

use iam::{
    dependents::Dependents,
    page::PageSize,
    users::{Changes, Create, Delete, Detail, Get, List, Profile, Update, User},
    values::{EntityName, Remarks},
};
use serde::Serialize;

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, hex_id},
};

/// A user on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserModel {
    id: String,
    name: String,
    create_time: String,
    description: String,
    enabled: bool,
}

impl From<User> for UserModel {
    fn from(user: User) -> Self {
        Self {
            id: hex_id(user.id.number()),
            name: user.name,
            create_time: user.created.to_seconds(),
            description: user.remarks,
            enabled: user.enabled,
        }
    }
}

/// `POST /v1/user`
pub(super) fn create(call: Call) -> Pending {
    Box::pin(async move {
        let name = EntityName::parse(call.body.required_text("name")?)?;
        let remarks = Remarks::parse(call.body.text("description")?.unwrap_or_default())?;
        let profile = Profile { remarks, ..Profile::new(name) };
        let user = call.iam.change(call.caller, Create { profile }).await?;
        Ok(Answer::created(&UserModel::from(user)))
    })
}

/// `GET /v1/user/{name}`
pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let name = call.name(0)?;
        let Detail { user, .. } = call.iam.query(call.caller, Get { name }).await?;
        Ok(Answer::ok(&UserModel::from(user)))
    })
}

/// `GET /v1/user`: the whole list in one object, as the wire has no pages.
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let mut users: Vec<UserModel> = Vec::new();
        let mut after = None;
        loop {
            let page = call.iam.query(call.caller.clone(), List { search: None, after, size: PageSize::MAX }).await?;
            users.extend(page.items.into_iter().map(UserModel::from));
            after = page.next;
            if after.is_none() {
                return Ok::<_, Fault>(Answer::ok(&serde_json::json!({ "users": users })));
            }
        }
    })
}

/// `PUT /v1/user/{name}`: what is absent stays as it is.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let to = Changes {
            name: call.body.text("name")?.map(EntityName::parse).transpose()?,
            remarks: call.body.text("description")?.map(Remarks::parse).transpose()?,
            enabled: call.body.flag("enabled")?,
            ..Changes::default()
        };
        let name = call.name(0)?;
        let user = call.iam.change(call.caller, Update { name, to }).await?;
        Ok(Answer::ok(&UserModel::from(user)))
    })
}

/// `DELETE /v1/user/{name}`: with all that hangs on it, as the service does.
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let name = call.name(0)?;
        call.iam.change(call.caller, Delete { name, dependents: Dependents::Remove }).await?;
        Ok(Answer::empty())
    })
}
