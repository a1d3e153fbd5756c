//! Who holds which policies.

use base::ids::PolicyId;
use iam::{
    attachments::{
        Attach, Detach, Entities, Entity, Holder, Kind, ListAttached, ListEntities, OfGroup, OfRole, OfUser, Usage,
    },
    error::Error,
    page::PageSize,
    policies::PolicyRef,
};
use serde::Serialize;
use serde_json::json;

use super::{
    Call, Pending,
    error::Fault,
    policies::{PolicyModel, named},
    response::{Answer, hex_id, of_hex_id},
};

/// One who holds a policy, on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntityModel {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    attach_time: String,
}

impl From<Entity> for EntityModel {
    fn from(entity: Entity) -> Self {
        let kind = match entity.holder {
            Holder::User(_) => "UserPolicy",
            Holder::Group(_) => "GroupPolicy",
            Holder::Role(_) => "RolePolicy",
        };
        let id = hex_id(entity.holder.number());
        Self { id, name: entity.name, kind, attach_time: entity.since.to_seconds() }
    }
}

/// `PUT /v1/user/{name}/policy/{name}`: again is the same as once.
pub(super) fn attach_to_user(call: Call) -> Pending {
    attach(call, OfUser)
}

/// `DELETE /v1/user/{name}/policy/{name}`
pub(super) fn detach_from_user(call: Call) -> Pending {
    detach(call, OfUser)
}

/// `GET /v1/user/{name}/policy`
pub(super) fn of_user(call: Call) -> Pending {
    list(call, OfUser)
}

/// `PUT /v1/group/{name}/policy/{name}`
pub(super) fn attach_to_group(call: Call) -> Pending {
    attach(call, OfGroup)
}

/// `DELETE /v1/group/{name}/policy/{name}`
pub(super) fn detach_from_group(call: Call) -> Pending {
    detach(call, OfGroup)
}

/// `GET /v1/group/{name}/policy`
pub(super) fn of_group(call: Call) -> Pending {
    list(call, OfGroup)
}

/// `PUT /v1/role/{name}/policy/{name}`
pub(super) fn attach_to_role(call: Call) -> Pending {
    attach(call, OfRole)
}

/// `DELETE /v1/role/{name}/policy/{name}`
pub(super) fn detach_from_role(call: Call) -> Pending {
    detach(call, OfRole)
}

/// `GET /v1/role/{name}/policy`
pub(super) fn of_role(call: Call) -> Pending {
    list(call, OfRole)
}

fn attach<H: Kind>(call: Call, holder: fn(String) -> H) -> Pending {
    Box::pin(async move {
        let (holder, policy) = (holder(call.name(0)?), named(&call, 1)?);
        call.iam.change(call.caller, Attach { holder, policy }).await?;
        Ok(Answer::empty())
    })
}

fn detach<H: Kind>(call: Call, holder: fn(String) -> H) -> Pending {
    Box::pin(async move {
        let (holder, policy) = (holder(call.name(0)?), named(&call, 1)?);
        call.iam.change(call.caller, Detach { holder, policy }).await?;
        Ok(Answer::empty())
    })
}

fn list<H: Kind>(call: Call, holder: fn(String) -> H) -> Pending {
    Box::pin(async move {
        let holder = holder(call.name(0)?);
        let attached = call.iam.query(call.caller, ListAttached { holder }).await?;
        let policies: Vec<PolicyModel> = attached.into_iter().map(PolicyModel::from).collect();
        Ok(Answer::ok(&json!({ "policies": policies })))
    })
}

/// `GET /v1/policy/{id}/entity`
pub(super) fn entities(call: Call) -> Pending {
    entities_of(call, Entities::All)
}

/// `GET /v1/policy/{id}/grant/{type}`
pub(super) fn entities_by_type(call: Call) -> Pending {
    Box::pin(async move {
        let entities = match call.name(1)?.as_str() {
            "UserPolicy" => Entities::Users,
            "GroupPolicy" => Entities::Groups,
            "RolePolicy" => Entities::Roles,
            _ => return Err(Fault::bad_uri("the type of grant is `UserPolicy`, `GroupPolicy` or `RolePolicy`")),
        };
        entities_of(call, entities).await
    })
}

fn entities_of(call: Call, entities: Entities) -> Pending {
    Box::pin(async move {
        let asked = call.name(0)?;
        let policy = by_id(&asked);
        let mut found: Vec<EntityModel> = Vec::new();
        let mut after = None;
        loop {
            let (policy, usage) = (policy.clone(), Some(Usage::Attached));
            let list = ListEntities { policy, usage, entities, after, size: PageSize::MAX };
            let page = call.iam.query(call.caller.clone(), list).await.map_err(|error| match error {
                // Ids are spelled otherwise inside.
                Error::NotFound { noun, .. } => Error::NotFound { noun, name: asked.clone() },
                other => other,
            })?;
            found.extend(page.items.into_iter().map(EntityModel::from));
            after = page.next;
            if after.is_none() {
                return Ok::<_, Fault>(Answer::ok(&json!({ "entities": found })));
            }
        }
    })
}

/// A policy by its id, as we print ids; anything else is taken for the name of a custom policy.
fn by_id(text: &str) -> PolicyRef {
    match of_hex_id(text).and_then(|number| PolicyId::new(number).ok()) {
        Some(id) => PolicyRef::Id(id),
        None => PolicyRef::custom(text),
    }
}
