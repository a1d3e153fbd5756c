//! Documents that belong to one user, group or role.

use iam::{
    action::Action,
    attachments::{OfGroup, OfRole, OfUser},
    inline_policies::{Delete, Get, Heading, InlinePolicy, Kind, List, Put},
    values::EntityName,
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, time},
    endpoint::{Endpoint, Gives, Noun, delete, get, put},
    error::Fault,
    response::Answer,
    values::{DOCUMENT, FLAVOUR, NAME, required_document},
};

pub(super) static INLINE_POLICIES: Noun = Noun {
    name: "inline-policies",
    about: "Documents that belong to one user, group or role, and go with it.",
    endpoints: &[
        listing("/api/v1/users/{user}/inline-policies", "listUserPolicies", Action::ListUserPolicies)
            .about("Lists a user's own documents, by their names")
            .runs(|call| Box::pin(list(call, OfUser))),
        showing("/api/v1/users/{user}/inline-policies/{name}", "getUserPolicy", Action::GetUserPolicy)
            .about("Shows a document of a user's own")
            .runs(|call| Box::pin(show(call, OfUser))),
        putting("/api/v1/users/{user}/inline-policies/{name}", "putUserPolicy", Action::PutUserPolicy)
            .about("Gives a user a document of its own, in place of the one of that name")
            .runs(|call| Box::pin(store(call, OfUser))),
        deleting("/api/v1/users/{user}/inline-policies/{name}", "deleteUserPolicy", Action::DeleteUserPolicy)
            .about("Deletes a document of a user's own")
            .runs(|call| Box::pin(remove(call, OfUser))),
        listing("/api/v1/groups/{group}/inline-policies", "listGroupPolicies", Action::ListGroupPolicies)
            .about("Lists a group's own documents, by their names")
            .runs(|call| Box::pin(list(call, OfGroup))),
        showing("/api/v1/groups/{group}/inline-policies/{name}", "getGroupPolicy", Action::GetGroupPolicy)
            .about("Shows a document of a group's own")
            .runs(|call| Box::pin(show(call, OfGroup))),
        putting("/api/v1/groups/{group}/inline-policies/{name}", "putGroupPolicy", Action::PutGroupPolicy)
            .about("Gives a group a document of its own, in place of the one of that name")
            .runs(|call| Box::pin(store(call, OfGroup))),
        deleting("/api/v1/groups/{group}/inline-policies/{name}", "deleteGroupPolicy", Action::DeleteGroupPolicy)
            .about("Deletes a document of a group's own")
            .runs(|call| Box::pin(remove(call, OfGroup))),
        listing("/api/v1/roles/{role}/inline-policies", "listRolePolicies", Action::ListRolePolicies)
            .about("Lists a role's own documents, by their names")
            .runs(|call| Box::pin(list(call, OfRole))),
        showing("/api/v1/roles/{role}/inline-policies/{name}", "getRolePolicy", Action::GetRolePolicy)
            .about("Shows a document of a role's own")
            .runs(|call| Box::pin(show(call, OfRole))),
        putting("/api/v1/roles/{role}/inline-policies/{name}", "putRolePolicy", Action::PutRolePolicy)
            .about("Gives a role a document of its own, in place of the one of that name")
            .runs(|call| Box::pin(store(call, OfRole))),
        deleting("/api/v1/roles/{role}/inline-policies/{name}", "deleteRolePolicy", Action::DeleteRolePolicy)
            .about("Deletes a document of a role's own")
            .runs(|call| Box::pin(remove(call, OfRole))),
    ],
};

const fn listing(path: &'static str, id: &'static str, action: Action) -> Endpoint {
    get(path, id).asks(action).gives(Gives::List(&HEADING))
}

const fn showing(path: &'static str, id: &'static str, action: Action) -> Endpoint {
    get(path, id).asks(action).gives(Gives::Object(&INLINE_POLICY)).versioned()
}

const fn putting(path: &'static str, id: &'static str, action: Action) -> Endpoint {
    put(path, id).asks(action).takes(&NEW_DOCUMENT).gives(Gives::Object(&INLINE_POLICY)).versioned()
}

const fn deleting(path: &'static str, id: &'static str, action: Action) -> Endpoint {
    delete(path, id).asks(action).versioned()
}

const OWN_NAME: Field = NAME.example("reads-photos").required();
const CREATED: Field = time("created_at", "When it was made.").required();
const UPDATED: Field = time("updated_at", "When it was last changed.").required();

static HEADING: Schema = Schema {
    name: "InlinePolicyHeading",
    about: "A document of somebody's own, without what it says.",
    fields: &[OWN_NAME, FLAVOUR.required(), CREATED, UPDATED],
};

static INLINE_POLICY: Schema = Schema {
    name: "InlinePolicy",
    about: "A document of somebody's own.",
    fields: &[OWN_NAME, FLAVOUR.required(), DOCUMENT.required(), CREATED, UPDATED],
};

static NEW_DOCUMENT: Schema =
    Schema { name: "NewDocument", about: "What somebody is to be allowed.", fields: &[DOCUMENT.required(), FLAVOUR] };

/// A document of somebody's own, on the wire; in lists without what it says.
#[derive(Serialize)]
struct InlineModel<'a> {
    name: &'a str,
    flavour: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    created_at: String,
    updated_at: String,
}

impl<'a> From<&'a Heading> for InlineModel<'a> {
    fn from(heading: &'a Heading) -> Self {
        Self {
            name: &heading.name,
            flavour: heading.flavour.word(),
            document: None,
            created_at: heading.created.to_seconds(),
            updated_at: heading.updated.to_seconds(),
        }
    }
}

async fn list<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    let headings = call.ask(List { holder: holder(call.name(0)?) }).await?;
    Answer::list(&headings.iter().map(InlineModel::from).collect::<Vec<_>>())
}

async fn show<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    told(&call.ask(Get { holder: holder(call.name(0)?), name: call.name(1)? }).await?)
}

async fn store<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    let put = Put {
        holder: holder(call.name(0)?),
        name: EntityName::parse(&call.name(1)?)?,
        document: required_document(&call.body)?,
    };
    call.change(put, told).await
}

async fn remove<K: Kind>(call: Call, holder: fn(String) -> K) -> Result<Answer, Fault> {
    call.carry_out(Delete { holder: holder(call.name(0)?), name: call.name(1)? }).await
}

fn told(policy: &InlinePolicy) -> Result<Answer, Fault> {
    let model = InlineModel {
        name: &policy.name,
        flavour: policy.flavour.word(),
        document: Some(&policy.document),
        created_at: policy.created.to_seconds(),
        updated_at: policy.updated.to_seconds(),
    };
    Answer::versioned(&model, policy.updated)
}
