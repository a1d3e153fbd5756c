//! Roles: who may assume them, and what they are called.

use iam::{
    dependents::Dependents,
    page::PageSize,
    roles::{Changes, Create, Delete, Detail, Get, List, MaxSession, Role, TrustDocument, Update},
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};
use policy::grammar::Flavour;
use serde::Serialize;
use serde_json::json;

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, hex_id},
};

/// A role on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleModel {
    id: String,
    name: String,
    create_time: String,
    description: String,
    assume_role_policy_document: String,
}

impl From<Role> for RoleModel {
    fn from(role: Role) -> Self {
        Self {
            id: hex_id(role.id.number()),
            name: role.name,
            create_time: role.created.to_seconds(),
            description: role.description,
            assume_role_policy_document: role.trust_document,
        }
    }
}

/// `POST /v1/role`
pub(super) fn create(call: Call) -> Pending {
    Box::pin(async move {
        let create = Create {
            name: EntityName::parse(call.body.required_text("name")?)?,
            path: EntityPath::default(),
            description: Remarks::parse(call.body.text("description")?.unwrap_or_default())?,
            tags: Tags::default(),
            // The wire cannot say it, and its clients ask for two hours.
            max_session: MaxSession::from_seconds(7_200)?,
            trust: TrustDocument::parse(call.body.required_text("assumeRolePolicyDocument")?, Flavour::Acl)?,
        };
        let role = call.iam.change(call.caller, create).await?;
        Ok(Answer::created(&RoleModel::from(role)))
    })
}

/// `GET /v1/role/{name}`
pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let name = call.name(0)?;
        let Detail { role, .. } = call.iam.query(call.caller, Get { name }).await?;
        Ok(Answer::ok(&RoleModel::from(role)))
    })
}

/// `PUT /v1/role/{name}`: what is absent stays as it is.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let trust = call.body.text("assumeRolePolicyDocument")?;
        let to = Changes {
            name: call.body.text("name")?.map(EntityName::parse).transpose()?,
            description: call.body.text("description")?.map(Remarks::parse).transpose()?,
            trust: trust.map(|text| TrustDocument::parse(text, Flavour::Acl)).transpose()?,
            ..Changes::default()
        };
        let name = call.name(0)?;
        let role = call.iam.change(call.caller, Update { name, to }).await?;
        Ok(Answer::ok(&RoleModel::from(role)))
    })
}

/// `DELETE /v1/role/{name}`: with what it holds, as the service does with users and groups.
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let name = call.name(0)?;
        call.iam.change(call.caller, Delete { name, dependents: Dependents::Remove }).await?;
        Ok(Answer::empty())
    })
}

/// `GET /v1/role`: the whole list in one object.
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let mut roles: Vec<RoleModel> = Vec::new();
        let mut after = None;
        loop {
            let list = List { search: None, under: PathPrefix::default(), after, size: PageSize::MAX };
            let page = call.iam.query(call.caller.clone(), list).await?;
            roles.extend(page.items.into_iter().map(RoleModel::from));
            after = page.next;
            if after.is_none() {
                return Ok::<_, Fault>(Answer::ok(&json!({ "roles": roles })));
            }
        }
    })
}
