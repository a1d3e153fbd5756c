//! Policies: the account's own, and the system's.

use std::collections::BTreeMap;

use base::ids::PolicyId;
use iam::{
    action::Action,
    page::Search,
    policies::{Body as Document, Changes, Create, Delete, Detail, Get, List, Policy, Scope, Update},
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};
use policy::grammar::{self, Flavour};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, id, number, one_of, time},
    endpoint::{Gives, Noun, delete, get, patch, post},
    error::Fault,
    response::Answer,
    values::{
        DESCRIPTION, DOCUMENT, FLAVOUR, FORCE, NAME, PATH, PATH_PREFIX, SEARCH, TAGS, dependents, document, policy_ref,
        required_document, tags,
    },
};

pub(super) static POLICIES: Noun = Noun {
    name: "policies",
    about: "Documents that say what their holders may do. `{policy}` is a name (the account's own before the system's), \
            `id:` and an id, or `system:` and the name of one of the system's.",
    endpoints: &[
        get("/api/v1/policies", "listPolicies")
            .asks(Action::ListPolicies)
            .about("Lists policies, the system's first, then the account's in the order of their creation")
            .query(&[KIND_WANTED, SEARCH, PATH_PREFIX, ATTACHED])
            .gives(Gives::Page(&POLICY))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/policies", "createPolicy")
            .asks(Action::CreatePolicy)
            .about("Creates a policy, whose document becomes version 1")
            .takes(&NEW_POLICY)
            .gives(Gives::Created(&POLICY))
            .versioned()
            .runs(|call| Box::pin(create(call))),
        get("/api/v1/policies/{policy}", "getPolicy")
            .asks(Action::GetPolicy)
            .about("Shows a policy and the document in force")
            .gives(Gives::Object(&POLICY_DETAIL))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/policies/{policy}", "updatePolicy")
            .asks(Action::UpdatePolicy)
            .about("Changes a policy or renames it; another document becomes a version, and the one in force")
            .takes(&POLICY_CHANGES)
            .gives(Gives::Object(&POLICY))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/policies/{policy}", "deletePolicy")
            .asks(Action::DeletePolicy)
            .about("Deletes a policy; by force, also where it is attached or has more versions than one")
            .query(&[FORCE])
            .versioned()
            .runs(|call| Box::pin(remove(call))),
    ],
};

const ID: Field = id("Its id, for ever.");
const POLICY_NAME: Field = NAME.example("deploy");
const DEFAULT_VERSION: Field =
    number("default_version", "The version in force.", 1, u32::MAX as u64).example("3").required();
const CREATED: Field = time("created_at", "When it was made; absent for the system's.");
const UPDATED: Field = time("updated_at", "When it was last changed; absent for the system's.");
const KIND: Field = one_of("kind", "Whether the account wrote it, or it is the system's.", &["custom", "system"]);
const KIND_WANTED: Field = one_of("kind", "Which; `any` where it is not said.", &["custom", "system", "any"]);

const ATTACHED: Field =
    one_of("attached", "Only those that somebody holds, or only those that nobody does.", &["true", "false"]);

static POLICY: Schema = Schema {
    name: "Policy",
    about: "A policy.",
    fields: &[
        ID,
        POLICY_NAME.required(),
        PATH.required(),
        DESCRIPTION.required(),
        TAGS.required(),
        KIND.required(),
        DEFAULT_VERSION,
        CREATED,
        UPDATED,
    ],
};

static POLICY_DETAIL: Schema = Schema {
    name: "PolicyDetail",
    about: "A policy and what it says.",
    fields: &[
        ID,
        POLICY_NAME.required(),
        PATH.required(),
        DESCRIPTION.required(),
        TAGS.required(),
        KIND.required(),
        DEFAULT_VERSION,
        CREATED,
        UPDATED,
        FLAVOUR.required(),
        DOCUMENT.required(),
    ],
};

static NEW_POLICY: Schema = Schema {
    name: "NewPolicy",
    about: "What a policy begins with.",
    fields: &[POLICY_NAME.required(), PATH, DESCRIPTION, TAGS, DOCUMENT.required(), FLAVOUR],
};

static POLICY_CHANGES: Schema = Schema {
    name: "PolicyChanges",
    about: "What to change of a policy.",
    fields: &[POLICY_NAME, PATH, DESCRIPTION, TAGS, DOCUMENT, FLAVOUR],
};

/// A policy on the wire.
#[derive(Serialize)]
struct PolicyModel {
    id: u64,
    name: String,
    path: String,
    description: String,
    tags: BTreeMap<String, String>,
    kind: &'static str,
    default_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

/// The same with its document.
#[derive(Serialize)]
struct DetailModel {
    #[serde(flatten)]
    policy: PolicyModel,
    #[serde(flatten)]
    document: DocumentModel,
}

/// What a policy says, on the wire.
#[derive(Serialize)]
pub(super) struct DocumentModel {
    flavour: &'static str,
    document: String,
}

impl From<&Policy> for PolicyModel {
    fn from(policy: &Policy) -> Self {
        Self {
            id: policy.id.number(),
            name: policy.name.clone(),
            path: policy.path.clone(),
            description: policy.description.clone(),
            tags: tags(&policy.tags),
            kind: kind(policy),
            default_version: policy.default_version,
            created_at: policy.created.map(base::timestamp::Timestamp::to_seconds),
            updated_at: policy.updated.map(base::timestamp::Timestamp::to_seconds),
        }
    }
}

/// The word for whose it is.
pub(super) const fn kind(policy: &Policy) -> &'static str {
    if policy.account.is_some() { "custom" } else { "system" }
}

impl DocumentModel {
    /// As its author wrote it; the system's, as we write it.
    pub(super) fn of(call: &Call, document: Document) -> Result<Self, Fault> {
        match document {
            Document::Text { text, flavour } => Ok(Self { flavour: flavour.word(), document: text }),
            Document::Tree(tree) => {
                let catalogue = &call.asker.snapshot.system.catalogue;
                let document = grammar::print(&tree, Flavour::Native, catalogue).map_err(Fault::internal)?;
                Ok(Self { flavour: Flavour::Native.word(), document })
            }
        }
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let list = List {
        scope: match call.parameter("kind") {
            Some("custom") => Scope::Custom,
            Some("system") => Scope::System,
            _ => Scope::Any,
        },
        search: call.parameter("search").map(Search::parse).transpose()?,
        under: call.parameter("path_prefix").map(PathPrefix::parse).transpose()?.unwrap_or_default(),
        attached: call.parameter("attached").map(|word| word == "true"),
        after: call.after_id(PolicyId::new)?,
        size: call.size()?,
    };
    let page = call.ask(list).await?;
    call.page(&page.items.iter().map(PolicyModel::from).collect::<Vec<_>>(), page.next)
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let create = Create {
        name: EntityName::parse(body.required_text("name")?)?,
        path: body.text("path").map(EntityPath::parse).transpose()?.unwrap_or_default(),
        description: Remarks::parse(body.text("description").unwrap_or_default())?,
        tags: Tags::parse(body.texts("tags").unwrap_or_default())?,
        document: required_document(body)?,
    };
    call.change(create, told).await
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let Detail { policy, document } = call.ask(Get { policy: policy_ref(&call.name(0)?) }).await?;
    let model = DetailModel { policy: PolicyModel::from(&policy), document: DocumentModel::of(&call, document)? };
    match policy.updated {
        Some(updated) => Answer::versioned(&model, updated),
        None => Answer::ok(&model),
    }
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let body = &call.body;
    let to = Changes {
        name: body.text("name").map(EntityName::parse).transpose()?,
        path: body.text("path").map(EntityPath::parse).transpose()?,
        description: body.text("description").map(Remarks::parse).transpose()?,
        tags: body.texts("tags").map(Tags::parse).transpose()?,
        document: document(body)?,
    };
    call.change(Update { policy: policy_ref(&call.name(0)?), to }, told).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let dependents = dependents(&call);
    let policy = policy_ref(&call.name(0)?);
    call.carry_out(Delete { policy, attachments: dependents, versions: dependents }).await
}

fn told(policy: &Policy) -> Result<Answer, Fault> {
    let model = PolicyModel::from(policy);
    match policy.updated {
        Some(updated) => Answer::versioned(&model, updated),
        None => Answer::ok(&model),
    }
}
