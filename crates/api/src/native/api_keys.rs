//! API keys, of users and of the account's root user.

use base::{ids::ApiKeyId, timestamp::Timestamp};
use iam::{
    action::Action,
    api_keys::{ApiKey, Changes, Create, Delete, Get, KeyName, List, Minted, Position, Update},
    policies::PolicyDocument,
};
use policy::grammar::Flavour;
use serde::Serialize;

use super::{
    access_keys::{USE, UseModel, named},
    call::{Body, Call},
    describe::{Field, Schema, flag, object, one_of, text, time},
    endpoint::{Gives, Noun, delete, get, patch, post},
    error::Fault,
    response::Answer,
    values::FLAVOURS,
};

pub(super) static API_KEYS: Noun = Noun {
    name: "api-keys",
    about: "Texts that are their own proof, shown as `Authorization: Bearer …`.",
    endpoints: &[
        get("/api/v1/users/{user}/api-keys", "listApiKeys")
            .asks(Action::ListApiKeys)
            .about("Lists the API keys of a user, oldest first")
            .gives(Gives::Page(&API_KEY))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/users/{user}/api-keys", "createApiKey")
            .asks(Action::CreateApiKey)
            .about("Makes an API key for a user, and shows it, once")
            .takes(&API_KEY_BEGINNING)
            .gives(Gives::Created(&NEW_API_KEY))
            .versioned()
            .secret()
            .runs(|call| Box::pin(create(call))),
        get("/api/v1/users/{user}/api-keys/{key}", "getApiKey")
            .asks(Action::GetApiKey)
            .about("Shows an API key, but not the key itself")
            .gives(Gives::Object(&API_KEY))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/users/{user}/api-keys/{key}", "updateApiKey")
            .asks(Action::UpdateApiKey)
            .about("Changes an API key, or switches it on or off; what is absent stays")
            .takes(&API_KEY_CHANGES)
            .gives(Gives::Object(&API_KEY))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/users/{user}/api-keys/{key}", "deleteApiKey")
            .asks(Action::DeleteApiKey)
            .about("Deletes an API key for good")
            .versioned()
            .runs(|call| Box::pin(remove(call))),
        get("/api/v1/root/api-keys", "listRootApiKeys")
            .asks(Action::ListApiKeys)
            .about("Lists the API keys of the account's root user, oldest first")
            .gives(Gives::Page(&API_KEY))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/root/api-keys", "createRootApiKey")
            .asks(Action::CreateApiKey)
            .about("Makes an API key for the account's root user, and shows it, once")
            .takes(&API_KEY_BEGINNING)
            .gives(Gives::Created(&NEW_API_KEY))
            .versioned()
            .secret()
            .runs(|call| Box::pin(create(call))),
        get("/api/v1/root/api-keys/{key}", "getRootApiKey")
            .asks(Action::GetApiKey)
            .about("Shows an API key of the account's root user, but not the key itself")
            .gives(Gives::Object(&API_KEY))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        patch("/api/v1/root/api-keys/{key}", "updateRootApiKey")
            .asks(Action::UpdateApiKey)
            .about("Changes an API key of the account's root user, or switches it on or off; what is absent stays")
            .takes(&API_KEY_CHANGES)
            .gives(Gives::Object(&API_KEY))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete("/api/v1/root/api-keys/{key}", "deleteRootApiKey")
            .asks(Action::DeleteApiKey)
            .about("Deletes an API key of the account's root user for good")
            .versioned()
            .runs(|call| Box::pin(remove(call))),
    ],
};

const ID: Field = text("id", "Its id, which is no secret.").length(20, 20).example("CVAPTJG2ATJYDTG3NIXJ");
const NAME: Field = text("name", "What people call it; not unique.").length(0, 128).example("night build");
const ENABLED: Field = flag("enabled", "Whether it may be used.");
const EXPIRES: Field = time("expires_at", "From when on it may not be used any more; absent where that is never.");
const FLAVOUR: Field =
    one_of("flavour", "Whose way of writing the document follows; `native` where it is not said.", FLAVOURS);
const DOCUMENT: Field = text("document", "What limits it beside what its owner may do, kept byte for byte.")
    .length(1, usize::MAX)
    .example(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bos:GetObject","Resource":"*"}]}"#);
const CREATED: Field = time("created_at", "When it was made.").required();
const UPDATED: Field = time("updated_at", "When it was last changed.").required();

static API_KEY: Schema = Schema {
    name: "ApiKey",
    about: "An API key.",
    fields: &[
        ID.required(),
        NAME.required(),
        ENABLED.required(),
        CREATED,
        UPDATED,
        EXPIRES,
        FLAVOUR,
        DOCUMENT,
        object("last_used", "When it was last used; at most a minute behind.", &USE),
    ],
};

static NEW_API_KEY: Schema = Schema {
    name: "NewApiKey",
    about: "An API key and the only sight of it.",
    fields: &[
        ID.required(),
        NAME.required(),
        ENABLED.required(),
        CREATED,
        UPDATED,
        EXPIRES,
        FLAVOUR,
        DOCUMENT,
        text("key", "The key itself, which is never shown again.")
            .length(53, 53)
            .example("clv_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg3Safig")
            .required(),
    ],
};

static API_KEY_BEGINNING: Schema = Schema {
    name: "ApiKeyBeginning",
    about: "What an API key begins with.",
    fields: &[NAME.required(), EXPIRES, DOCUMENT, FLAVOUR],
};

static API_KEY_CHANGES: Schema = Schema {
    name: "ApiKeyChanges",
    about: "What to change of an API key.",
    fields: &[NAME, ENABLED, EXPIRES.or_null(), DOCUMENT.or_null(), FLAVOUR],
};

/// An API key on the wire.
#[derive(Serialize)]
struct KeyModel<'a> {
    id: &'a str,
    name: &'a str,
    enabled: bool,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flavour: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<UseModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

impl<'a> From<&'a ApiKey> for KeyModel<'a> {
    fn from(key: &'a ApiKey) -> Self {
        let document = key.document.as_ref();
        Self {
            id: key.id.as_str(),
            name: &key.name,
            enabled: key.enabled,
            created_at: key.created.to_seconds(),
            updated_at: key.updated.to_seconds(),
            expires_at: key.expires.map(Timestamp::to_seconds),
            flavour: document.map(|document| document.flavour.word()),
            document: document.map(|document| document.text.as_str()),
            last_used: key.last_used.as_ref().map(UseModel::from),
            key: None,
        }
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let after = call.after(|key| {
        let (created, id) = key.split_once(' ')?;
        Some(Position { created: Timestamp::from_micros(created.parse().ok()?), id: ApiKeyId::parse(id).ok()? })
    })?;
    let (owner, _) = named(&call)?;
    let page = call.ask(List { owner, after, size: call.size()? }).await?;
    let keys: Vec<KeyModel<'_>> = page.items.iter().map(KeyModel::from).collect();
    call.page(&keys, page.next.map(|next| format!("{} {}", next.created.micros(), next.id)))
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let name = KeyName::parse(call.body.required_text("name")?)?;
    let expires = end(call.body.text("expires_at"))?;
    let document = document(&call.body)?.flatten();
    let told = |minted: &Minted| {
        let model = KeyModel { key: Some(minted.text.expose()), ..KeyModel::from(&minted.key) };
        Answer::versioned(&model, minted.key.updated)
    };
    let (owner, _) = named(&call)?;
    call.change(Create { owner, name, expires, document }, told).await
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let (owner, key) = named(&call)?;
    told(&call.ask(Get { owner, key }).await?)
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let to = Changes {
        name: call.body.text("name").map(KeyName::parse).transpose()?,
        enabled: call.body.flag("enabled"),
        expires: call.body.text_or_null("expires_at").map(end).transpose()?,
        document: document(&call.body)?,
    };
    let (owner, key) = named(&call)?;
    call.change(Update { owner, key, to }, told).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let (owner, key) = named(&call)?;
    call.carry_out(Delete { owner, key }).await
}

fn told(key: &ApiKey) -> Result<Answer, Fault> {
    Answer::versioned(&KeyModel::from(key), key.updated)
}

fn end(text: Option<&str>) -> Result<Option<Timestamp>, Fault> {
    let read = |text| Timestamp::parse_seconds(text).ok_or_else(|| Fault::invalid("`expires_at` must be a time"));
    text.map(read).transpose()
}

/// What the body says of the document. Errors, among others: a flavour without one.
#[expect(clippy::option_option, reason = "as the core's changes: whether to change it, and to what")]
fn document(body: &Body) -> Result<Option<Option<PolicyDocument>>, Fault> {
    let flavour = body.text("flavour");
    match body.text_or_null("document") {
        Some(Some(text)) => {
            let flavour = Flavour::from_word(flavour.unwrap_or("native"));
            let flavour = flavour.ok_or_else(|| Fault::internal("a flavour is described that is none"))?;
            Ok(Some(Some(PolicyDocument::parse(text.to_owned(), flavour)?)))
        }
        _ if flavour.is_some() => Err(Fault::invalid("`flavour` is that of a `document`")),
        Some(None) => Ok(Some(None)),
        None => Ok(None),
    }
}
