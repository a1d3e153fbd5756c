//! The versions of policies, and who uses a policy.

use base::ids::{GroupId, RoleId, UserId};
use iam::{
    action::Action,
    attachments::{Entities, Entity, EntityKey, Holder, ListEntities, Usage},
    policies::{CreateVersion, DeleteVersion, GetVersion, ListVersions, SetDefaultVersion, Version, VersionDetail},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, flag, id, number, one_of, text, time},
    endpoint::{Gives, Noun, delete, get, post, put},
    error::Fault,
    policies::DocumentModel,
    response::Answer,
    values::{DOCUMENT, FLAVOUR, policy_ref, required_document},
};

pub(super) static POLICY_VERSIONS: Noun = Noun {
    name: "policy-versions",
    about: "What a policy said and says, which of it is in force, and for whom.",
    endpoints: &[
        get("/api/v1/policies/{policy}/versions", "listPolicyVersions")
            .asks(Action::ListPolicyVersions)
            .about("Lists the versions of a policy, newest first")
            .gives(Gives::List(&VERSION))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/policies/{policy}/versions", "createPolicyVersion")
            .asks(Action::CreatePolicyVersion)
            .about("Adds a version to a policy, in force at once unless it is said otherwise")
            .takes(&NEW_VERSION)
            .gives(Gives::Created(&VERSION))
            .runs(|call| Box::pin(create(call))),
        get("/api/v1/policies/{policy}/versions/{version}", "getPolicyVersion")
            .asks(Action::GetPolicyVersion)
            .about("Shows a version of a policy and what it says")
            .gives(Gives::Object(&VERSION_DETAIL))
            .runs(|call| Box::pin(show(call))),
        delete("/api/v1/policies/{policy}/versions/{version}", "deletePolicyVersion")
            .asks(Action::DeletePolicyVersion)
            .about("Deletes a version of a policy that is not in force")
            .runs(|call| Box::pin(remove(call))),
        put("/api/v1/policies/{policy}/default-version", "setDefaultPolicyVersion")
            .asks(Action::SetDefaultPolicyVersion)
            .about("Puts a version of a policy in force, at once for everybody who holds it")
            .takes(&DEFAULT_VERSION)
            .runs(|call| Box::pin(set_default(call))),
        get("/api/v1/policies/{policy}/entities", "listEntitiesForPolicy")
            .asks(Action::ListEntitiesForPolicy)
            .about("Lists who uses a policy: first those to whom it is attached, then those whose boundary it is")
            .query(&[USAGE, KIND])
            .gives(Gives::Page(&ENTITY))
            .runs(|call| Box::pin(entities(call))),
    ],
};

const NUMBER: Field =
    number("version", "Its number, which is never given twice.", 1, u32::MAX as u64).example("3").required();
const IS_DEFAULT: Field = flag("is_default", "Whether it is in force.").required();
const CREATED: Field = time("created_at", "When it was made; absent for the system's.");
const USAGE: Field = one_of("usage", "How it is used.", &["policy", "boundary"]);
const KIND: Field = one_of("kind", "What it is.", &["user", "group", "role"]);

static VERSION: Schema =
    Schema { name: "PolicyVersion", about: "A version of a policy.", fields: &[NUMBER, IS_DEFAULT, CREATED] };

static VERSION_DETAIL: Schema = Schema {
    name: "PolicyVersionDetail",
    about: "A version of a policy and what it says.",
    fields: &[NUMBER, IS_DEFAULT, CREATED, FLAVOUR.required(), DOCUMENT.required()],
};

static NEW_VERSION: Schema = Schema {
    name: "NewPolicyVersion",
    about: "What a version begins with.",
    fields: &[
        DOCUMENT.required(),
        FLAVOUR,
        flag("set_default", "Whether it is in force at once; `true` where it is not said."),
    ],
};

static DEFAULT_VERSION: Schema =
    Schema { name: "DefaultVersion", about: "Which version is to be in force.", fields: &[NUMBER] };

static ENTITY: Schema = Schema {
    name: "Entity",
    about: "One who uses a policy.",
    fields: &[
        KIND.required(),
        USAGE.required(),
        id("Its id."),
        text("name", "Its name.").example("alice").required(),
        text("path", "Its path.").example("/engineers/").required(),
        time("since", "Since when it uses the policy.").required(),
    ],
};

/// A version on the wire.
#[derive(Serialize)]
struct VersionModel {
    version: u32,
    is_default: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
}

/// The same with its document.
#[derive(Serialize)]
struct DetailModel {
    #[serde(flatten)]
    version: VersionModel,
    #[serde(flatten)]
    document: DocumentModel,
}

/// One who uses a policy, on the wire.
#[derive(Serialize)]
struct EntityModel {
    kind: &'static str,
    usage: &'static str,
    id: u64,
    name: String,
    path: String,
    since: String,
}

impl From<&Version> for VersionModel {
    fn from(version: &Version) -> Self {
        let created_at = version.created.map(base::timestamp::Timestamp::to_seconds);
        Self { version: version.number, is_default: version.is_default, created_at }
    }
}

impl From<&Entity> for EntityModel {
    fn from(entity: &Entity) -> Self {
        Self {
            kind: kind(entity.holder),
            usage: usage(entity.usage),
            id: entity.holder.number(),
            name: entity.name.clone(),
            path: entity.path.clone(),
            since: entity.since.to_seconds(),
        }
    }
}

const fn kind(holder: Holder) -> &'static str {
    match holder {
        Holder::User(_) => "user",
        Holder::Group(_) => "group",
        Holder::Role(_) => "role",
    }
}

const fn usage(usage: Usage) -> &'static str {
    match usage {
        Usage::Attached => "policy",
        Usage::Boundary => "boundary",
    }
}

fn usage_of(word: &str) -> Option<Usage> {
    [Usage::Attached, Usage::Boundary].into_iter().find(|one| usage(*one) == word)
}

/// The key of an entity in a cursor.
fn key(cursor: &str) -> Option<EntityKey> {
    let mut parts = cursor.splitn(3, ' ');
    let (usage, kind, number) = (usage_of(parts.next()?)?, parts.next()?, parts.next()?.parse().ok()?);
    let holder = match kind {
        "user" => Holder::User(UserId::new(number).ok()?),
        "group" => Holder::Group(GroupId::new(number).ok()?),
        "role" => Holder::Role(RoleId::new(number).ok()?),
        _ => return None,
    };
    Some((usage, holder))
}

/// The version that the path names. Errors: it is no number, so there is no such version.
fn number_of(call: &Call) -> Result<u32, Fault> {
    let text = call.name(1)?;
    text.parse().map_err(|_| Fault::no_such("policy version", &text))
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let versions = call.ask(ListVersions { policy: policy_ref(&call.name(0)?) }).await?;
    Answer::list(&versions.iter().map(VersionModel::from).collect::<Vec<_>>())
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let create = CreateVersion {
        policy: policy_ref(&call.name(0)?),
        document: required_document(&call.body)?,
        set_default: call.body.flag("set_default").unwrap_or(true),
    };
    call.change(create, |version| Answer::ok(&VersionModel::from(version))).await
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let get = GetVersion { policy: policy_ref(&call.name(0)?), version: number_of(&call)? };
    let VersionDetail { version, document } = call.ask(get).await?;
    Answer::ok(&DetailModel { version: VersionModel::from(&version), document: DocumentModel::of(&call, document)? })
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let delete = DeleteVersion { policy: policy_ref(&call.name(0)?), version: number_of(&call)? };
    call.carry_out(delete).await
}

async fn set_default(call: Call) -> Result<Answer, Fault> {
    let version = u32::try_from(call.body.required_number("version")?).map_err(Fault::internal)?;
    call.carry_out(SetDefaultVersion { policy: policy_ref(&call.name(0)?), version }).await
}

async fn entities(call: Call) -> Result<Answer, Fault> {
    let list = ListEntities {
        policy: policy_ref(&call.name(0)?),
        usage: call.parameter("usage").and_then(usage_of),
        entities: match call.parameter("kind") {
            Some("user") => Entities::Users,
            Some("group") => Entities::Groups,
            Some("role") => Entities::Roles,
            _ => Entities::All,
        },
        after: call.after(key)?,
        size: call.size()?,
    };
    let page = call.ask(list).await?;
    let next = page.next.map(|(by, holder)| format!("{} {} {}", usage(by), kind(holder), holder.number()));
    call.page(&page.items.iter().map(EntityModel::from).collect::<Vec<_>>(), next)
}
