//! Groups and who is in them.

use iam::{
    dependents::Dependents,
    groups::{AddUser, Changes, Create, Delete, Get, Group, List, ListOfUser, ListUsers, RemoveUser, Update},
    page::PageSize,
    values::{EntityName, EntityPath, Remarks},
};
use serde::Serialize;
use serde_json::json;

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, hex_id},
    users::UserModel,
};

/// A group on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupModel {
    id: String,
    name: String,
    create_time: String,
    description: String,
}

impl From<Group> for GroupModel {
    fn from(group: Group) -> Self {
        Self {
            id: hex_id(group.id.number()),
            name: group.name,
            create_time: group.created.to_seconds(),
            description: group.remarks,
        }
    }
}

/// `POST /v1/group`
pub(super) fn create(call: Call) -> Pending {
    Box::pin(async move {
        let name = EntityName::parse(call.body.required_text("name")?)?;
        let remarks = Remarks::parse(call.body.text("description")?.unwrap_or_default())?;
        let group = call.iam.change(call.caller, Create { name, path: EntityPath::default(), remarks }).await?;
        Ok(Answer::created(&GroupModel::from(group)))
    })
}

/// `GET /v1/group/{name}`
pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let name = call.name(0)?;
        let group = call.iam.query(call.caller, Get { name }).await?;
        Ok(Answer::ok(&GroupModel::from(group)))
    })
}

/// `PUT /v1/group/{name}`: what is absent stays as it is.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let to = Changes {
            name: call.body.text("name")?.map(EntityName::parse).transpose()?,
            path: None,
            remarks: call.body.text("description")?.map(Remarks::parse).transpose()?,
        };
        let name = call.name(0)?;
        let group = call.iam.change(call.caller, Update { name, to }).await?;
        Ok(Answer::ok(&GroupModel::from(group)))
    })
}

/// `DELETE /v1/group/{name}`: with its memberships, as the service does.
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let name = call.name(0)?;
        call.iam.change(call.caller, Delete { name, dependents: Dependents::Remove }).await?;
        Ok(Answer::empty())
    })
}

/// `GET /v1/group`: the whole list in one object.
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let mut groups: Vec<GroupModel> = Vec::new();
        let mut after = None;
        loop {
            let page = call.iam.query(call.caller.clone(), List { search: None, after, size: PageSize::MAX }).await?;
            groups.extend(page.items.into_iter().map(GroupModel::from));
            after = page.next;
            if after.is_none() {
                return Ok::<_, Fault>(Answer::ok(&json!({ "groups": groups })));
            }
        }
    })
}

/// `GET /v1/user/{name}/group`
pub(super) fn of_user(call: Call) -> Pending {
    Box::pin(async move {
        let user = call.name(0)?;
        let groups = call.iam.query(call.caller, ListOfUser { user }).await?;
        let groups: Vec<GroupModel> = groups.into_iter().map(GroupModel::from).collect();
        Ok(Answer::ok(&json!({ "groups": groups })))
    })
}

/// `GET /v1/group/{name}/user`: the whole list in one object.
pub(super) fn users(call: Call) -> Pending {
    Box::pin(async move {
        let group = call.name(0)?;
        let mut users: Vec<UserModel> = Vec::new();
        let mut after = None;
        loop {
            let query = ListUsers { group: group.clone(), search: None, after, size: PageSize::MAX };
            let page = call.iam.query(call.caller.clone(), query).await?;
            users.extend(page.items.into_iter().map(UserModel::from));
            after = page.next;
            if after.is_none() {
                return Ok::<_, Fault>(Answer::ok(&json!({ "users": users })));
            }
        }
    })
}

/// `PUT /v1/group/{name}/user/{name}`: again is the same as once.
pub(super) fn add_user(call: Call) -> Pending {
    Box::pin(async move {
        let (group, user) = (call.name(0)?, call.name(1)?);
        call.iam.change(call.caller, AddUser { group, user }).await?;
        Ok(Answer::empty())
    })
}

/// `DELETE /v1/group/{name}/user/{name}`
pub(super) fn remove_user(call: Call) -> Pending {
    Box::pin(async move {
        let (group, user) = (call.name(0)?, call.name(1)?);
        call.iam.change(call.caller, RemoveUser { group, user }).await?;
        Ok(Answer::empty())
    })
}
