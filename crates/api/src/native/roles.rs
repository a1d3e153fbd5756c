//! Roles, and who may assume them.

use std::collections::BTreeMap;

use base::ids::RoleId;
use iam::{
    action::Action,
    page::Search,
    roles::{Changes, Create, Delete, Detail, Get, List, MaxSession, Role, TrustDocument, Update, UpdateTrust},
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};
use serde::Serialize;

use super::{
    access_keys::{USE, UseModel},
    call::{Body, Call},
    describe::{Field, Schema, id, number, object, one_of, text, time},
    endpoint::{Gives, Noun, delete, get, patch, post, put},
    error::Fault,
    response::Answer,
    values::{
        BOUNDARY, BoundaryModel, DESCRIPTION, FLAVOURS, FORCE, NAME, PATH, PATH_PREFIX, SEARCH, TAGS, dependents,
        flavour, tags,
    },
};

pub(super) static ROLES: Noun = Noun {
    name: "roles",
    about: "Identities without credentials of their own, for whom a trust document names to act as.",
    endpoints: &[
        get("/api/v1/roles", "listRoles")
            .asks(Action::ListRoles)
            .about("Lists roles in the order of their creation")
            .query(&[SEARCH, PATH_PREFIX])
            .gives(Gives::Page(&ROLE))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/roles", "createRole")
            .asks(Action::CreateRole)
            .about("Creates a role")
            .takes(&NEW_ROLE)
            .gives(Gives::Created(&ROLE))
            .versioned()
            .runs(|call| Box::pin(create(call))),
        get("/api/v1/roles/{role}", "getRole")
            .asks(Action::GetRole)
            .about("Shows a role")
            .gives(Gives::Object(&ROLE_DETAIL))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/roles/{role}", "updateRole")
            .asks(Action::UpdateRole)
            .about("Changes a role or renames it; what is absent stays")
            .takes(&ROLE_CHANGES)
            .gives(Gives::Object(&ROLE))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/roles/{role}", "deleteRole")
            .asks(Action::DeleteRole)
            .about("Deletes a role for good, and ends its sessions")
            .query(&[FORCE])
            .versioned()
            .runs(|call| Box::pin(remove(call))),
        put("/api/v1/roles/{role}/trust", "updateAssumeRolePolicy")
            .asks(Action::UpdateAssumeRolePolicy)
            .about("Gives a role another trust document; the names in it are looked up anew")
            .takes(&NEW_TRUST)
            .gives(Gives::Object(&ROLE))
            .versioned()
            .runs(|call| Box::pin(set_trust(call))),
    ],
};

const ID: Field = id("Its id, for ever.");
const ROLE_NAME: Field = NAME.example("deploy");
const MAX_SESSION: Field =
    number("max_session_s", "How long a session may last, in seconds; 3600 where it is not said.", 3_600, 43_200)
        .example("3600");
const TRUST: Field =
    text("trust_document", "Who may assume it, kept byte for byte.").length(1, usize::MAX).example(concat!(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
        r#""Principal":{"Claviger":"crn:iam::418812345678:user/alice"},"Action":"sts:AssumeRole"}]}"#
    ));
const TRUST_FLAVOUR: Field =
    one_of("trust_flavour", "Whose way of writing it follows; `native` where it is not said.", FLAVOURS);
const CREATED: Field = time("created_at", "When it was made.").required();
const UPDATED: Field = time("updated_at", "When it was last changed.").required();
const LAST_USED: Field = object("last_used", "When somebody last acted as it; at most a minute behind.", &USE);

static ROLE: Schema = Schema {
    name: "Role",
    about: "A role.",
    fields: &[
        ID,
        ROLE_NAME.required(),
        PATH.required(),
        DESCRIPTION.required(),
        TAGS.required(),
        MAX_SESSION.required(),
        TRUST_FLAVOUR.required(),
        TRUST.required(),
        CREATED,
        UPDATED,
        LAST_USED,
    ],
};

static ROLE_DETAIL: Schema = Schema {
    name: "RoleDetail",
    about: "A role, and what bounds it.",
    fields: &[
        ID,
        ROLE_NAME.required(),
        PATH.required(),
        DESCRIPTION.required(),
        TAGS.required(),
        MAX_SESSION.required(),
        TRUST_FLAVOUR.required(),
        TRUST.required(),
        CREATED,
        UPDATED,
        LAST_USED,
        object("permissions_boundary", "The policy beyond which its sessions may do nothing.", &BOUNDARY),
    ],
};

static NEW_ROLE: Schema = Schema {
    name: "NewRole",
    about: "What a role begins with.",
    fields: &[ROLE_NAME.required(), PATH, DESCRIPTION, TAGS, MAX_SESSION, TRUST.required(), TRUST_FLAVOUR],
};

static ROLE_CHANGES: Schema = Schema {
    name: "RoleChanges",
    about: "What to change of a role.",
    fields: &[ROLE_NAME, DESCRIPTION, TAGS, MAX_SESSION],
};

static NEW_TRUST: Schema =
    Schema { name: "NewTrust", about: "Who may assume a role.", fields: &[TRUST.required(), TRUST_FLAVOUR] };

/// A role on the wire.
#[derive(Serialize)]
struct RoleModel {
    id: u64,
    name: String,
    path: String,
    description: String,
    tags: BTreeMap<String, String>,
    max_session_s: u32,
    trust_flavour: &'static str,
    trust_document: String,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<UseModel>,
}

/// A role on the wire, shown by itself.
#[derive(Serialize)]
struct DetailModel {
    #[serde(flatten)]
    role: RoleModel,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<BoundaryModel>,
}

impl From<&Role> for RoleModel {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id.number(),
            name: role.name.clone(),
            path: role.path.clone(),
            description: role.description.clone(),
            tags: tags(&role.tags),
            max_session_s: role.max_session.seconds(),
            trust_flavour: role.trust_flavour.word(),
            trust_document: role.trust_document.clone(),
            created_at: role.created.to_seconds(),
            updated_at: role.updated.to_seconds(),
            last_used: role.last_used.as_ref().map(UseModel::from),
        }
    }
}

/// The trust document of a body, which must be there.
fn trust(body: &Body) -> Result<TrustDocument, Fault> {
    Ok(TrustDocument::parse(body.required_text("trust_document")?, flavour(body, "trust_flavour")?)?)
}

fn max_session(body: &Body) -> Result<Option<MaxSession>, Fault> {
    Ok(body.number("max_session_s").map(MaxSession::from_seconds).transpose()?)
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let search = call.parameter("search").map(Search::parse).transpose()?;
    let under = call.parameter("path_prefix").map(PathPrefix::parse).transpose()?.unwrap_or_default();
    let page = call.ask(List { search, under, after: call.after_id(RoleId::new)?, size: call.size()? }).await?;
    call.page(&page.items.iter().map(RoleModel::from).collect::<Vec<_>>(), page.next)
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let create = Create {
        name: EntityName::parse(body.required_text("name")?)?,
        path: body.text("path").map(EntityPath::parse).transpose()?.unwrap_or_default(),
        description: Remarks::parse(body.text("description").unwrap_or_default())?,
        tags: Tags::parse(body.texts("tags").unwrap_or_default())?,
        max_session: max_session(body)?.unwrap_or_default(),
        trust: trust(body)?,
    };
    call.change(create, told).await
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let Detail { role, boundary } = call.ask(Get { name: call.name(0)? }).await?;
    let permissions_boundary = boundary.as_ref().map(BoundaryModel::from);
    Answer::versioned(&DetailModel { role: RoleModel::from(&role), permissions_boundary }, role.updated)
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let to = Changes {
        name: body.text("name").map(EntityName::parse).transpose()?,
        description: body.text("description").map(Remarks::parse).transpose()?,
        tags: body.texts("tags").map(Tags::parse).transpose()?,
        max_session: max_session(body)?,
        trust: None,
    };
    call.change(Update { name: call.name(0)?, to }, told).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    call.carry_out(Delete { name: call.name(0)?, dependents: dependents(&call) }).await
}

async fn set_trust(call: Call) -> Result<Answer, Fault> {
    call.change(UpdateTrust { name: call.name(0)?, trust: trust(&call.body)? }, told).await
}

fn told(role: &Role) -> Result<Answer, Fault> {
    Answer::versioned(&RoleModel::from(role), role.updated)
}
