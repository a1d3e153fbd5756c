//! Permissions boundaries of users and roles. What bounds one is told where it is shown by itself.

use iam::{
    action::Action,
    attachments::{OfRole, OfUser},
    boundaries::{Bounded, Delete, Put},
};

use super::{
    call::Call,
    describe::{Schema, text},
    endpoint::{Noun, delete, put},
    error::Fault,
    response::Answer,
    values::policy_ref,
};

pub(super) static BOUNDARIES: Noun = Noun {
    name: "permissions-boundaries",
    about: "The policy beyond which a user or a role may do nothing, whatever else it holds.",
    endpoints: &[
        put("/api/v1/users/{user}/permissions-boundary", "putUserPermissionsBoundary")
            .asks(Action::PutUserPermissionsBoundary)
            .about("Sets the permissions boundary of a user, in place of the one that is there")
            .takes(&NEW_BOUNDARY)
            .runs(|call| Box::pin(set(call, OfUser))),
        delete("/api/v1/users/{user}/permissions-boundary", "deleteUserPermissionsBoundary")
            .asks(Action::DeleteUserPermissionsBoundary)
            .about("Takes the permissions boundary away from a user")
            .runs(|call| Box::pin(remove(call, OfUser))),
        put("/api/v1/roles/{role}/permissions-boundary", "putRolePermissionsBoundary")
            .asks(Action::PutRolePermissionsBoundary)
            .about("Sets the permissions boundary of a role, in place of the one that is there")
            .takes(&NEW_BOUNDARY)
            .runs(|call| Box::pin(set(call, OfRole))),
        delete("/api/v1/roles/{role}/permissions-boundary", "deleteRolePermissionsBoundary")
            .asks(Action::DeleteRolePermissionsBoundary)
            .about("Takes the permissions boundary away from a role")
            .runs(|call| Box::pin(remove(call, OfRole))),
    ],
};

static NEW_BOUNDARY: Schema = Schema {
    name: "NewBoundary",
    about: "Which policy is to be the boundary.",
    fields: &[text("policy", "The policy, as in a path: a name, `id:…` or `system:…`.")
        .length(1, 256)
        .example("limits")
        .required()],
};

async fn set<K: Bounded>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    let (holder, policy) = (holder(call.name(0)?), policy_ref(call.body.required_text("policy")?));
    call.carry_out(Put { holder, policy }).await
}

async fn remove<K: Bounded>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    call.carry_out(Delete { holder: holder(call.name(0)?) }).await
}
