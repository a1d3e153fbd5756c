//! Access keys, of users and of the account's root user.

use iam::{
    access_keys::{AccessKey, Create, Delete, GetOwner, LastUsed, List, Minted, Owner, SetEnabled},
    action::Action,
    usage::Use,
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, flag, object, text, time},
    endpoint::{Gives, Noun, delete, get, patch, post},
    error::Fault,
    response::Answer,
};

pub(super) static ACCESS_KEYS: Noun = Noun {
    name: "access-keys",
    about: "Pairs of an id and a secret, by which requests are signed.",
    endpoints: &[
        get("/api/v1/users/{user}/access-keys", "listAccessKeys")
            .asks(Action::ListAccessKeys)
            .about("Lists the access keys of a user, oldest first")
            .gives(Gives::List(&ACCESS_KEY))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/users/{user}/access-keys", "createAccessKey")
            .asks(Action::CreateAccessKey)
            .about("Makes an access key for a user, and shows its secret, once")
            .gives(Gives::Created(&NEW_ACCESS_KEY))
            .secret()
            .runs(|call| Box::pin(create(call))),
        patch("/api/v1/users/{user}/access-keys/{key}", "updateAccessKey")
            .asks(Action::UpdateAccessKey)
            .about("Switches an access key of a user on or off")
            .takes(&ACCESS_KEY_CHANGES)
            .gives(Gives::Object(&ACCESS_KEY))
            .runs(|call| Box::pin(switch(call))),
        delete("/api/v1/users/{user}/access-keys/{key}", "deleteAccessKey")
            .asks(Action::DeleteAccessKey)
            .about("Deletes an access key of a user for good")
            .runs(|call| Box::pin(remove(call))),
        get("/api/v1/access-keys/{key}/last-used", "getAccessKeyLastUsed")
            .asks(Action::GetAccessKeyLastUsed)
            .about("Tells when an access key was last used, whoever owns it")
            .gives(Gives::Object(&KEY_LAST_USED))
            .runs(|call| Box::pin(last_used(call))),
        get("/api/v1/root/access-keys", "listRootAccessKeys")
            .asks(Action::ListAccessKeys)
            .about("Lists the access keys of the account's root user, oldest first")
            .gives(Gives::List(&ACCESS_KEY))
            .runs(|call| Box::pin(list(call))),
        post("/api/v1/root/access-keys", "createRootAccessKey")
            .asks(Action::CreateAccessKey)
            .about("Makes an access key for the account's root user, and shows its secret, once")
            .gives(Gives::Created(&NEW_ACCESS_KEY))
            .secret()
            .runs(|call| Box::pin(create(call))),
        patch("/api/v1/root/access-keys/{key}", "updateRootAccessKey")
            .asks(Action::UpdateAccessKey)
            .about("Switches an access key of the account's root user on or off")
            .takes(&ACCESS_KEY_CHANGES)
            .gives(Gives::Object(&ACCESS_KEY))
            .runs(|call| Box::pin(switch(call))),
        delete("/api/v1/root/access-keys/{key}", "deleteRootAccessKey")
            .asks(Action::DeleteAccessKey)
            .about("Deletes an access key of the account's root user for good")
            .runs(|call| Box::pin(remove(call))),
    ],
};

const ID: Field = text("id", "Its id, which is no secret.").length(20, 20).example("CVAKQ2X4T7M3B6N5P8R9").required();
const ENABLED: Field = flag("enabled", "Whether it may be used.").required();
const CREATED: Field = time("created_at", "When it was made.").required();
const LAST_USED: Field = object("last_used", "When it was last used; at most a minute behind.", &USE);

const USER: Field = text("user", "The name of the user whose key it is; absent for root's.").example("alice");

pub(super) static ACCESS_KEY: Schema =
    Schema { name: "AccessKey", about: "An access key.", fields: &[ID, ENABLED, CREATED, LAST_USED] };

pub(super) static NEW_ACCESS_KEY: Schema = Schema {
    name: "NewAccessKey",
    about: "An access key and the only sight of its secret.",
    fields: &[
        ID,
        ENABLED,
        CREATED,
        text("secret", "The secret half, which is never shown again.")
            .length(44, 44)
            .example("wZ3kJ8vQ1nR6tY2mB5xC9dF4gH7jL0pS3aE6uI8oT1yK")
            .required(),
    ],
};

static ACCESS_KEY_CHANGES: Schema =
    Schema { name: "AccessKeyChanges", about: "What to change of an access key.", fields: &[ENABLED] };

static KEY_LAST_USED: Schema = Schema {
    name: "KeyLastUsed",
    about: "When an access key was last used, and whose it is.",
    fields: &[ID, USER, LAST_USED],
};

pub(super) static USE: Schema = Schema {
    name: "Use",
    about: "A use of a key or of a role.",
    fields: &[
        time("at", "When.").required(),
        text("service", "For which service.").example("bos").required(),
        text("source", "From which address.").example("192.0.2.7").required(),
    ],
};

/// An access key on the wire.
#[derive(Serialize)]
pub(super) struct KeyModel<'a> {
    id: &'a str,
    enabled: bool,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<UseModel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

/// A use of a key on the wire.
#[derive(Serialize)]
pub(super) struct UseModel {
    at: String,
    service: String,
    source: String,
}

#[derive(Serialize)]
struct LastUsedModel {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<UseModel>,
}

impl<'a> From<&'a AccessKey> for KeyModel<'a> {
    fn from(key: &'a AccessKey) -> Self {
        Self {
            id: key.id.as_str(),
            enabled: key.enabled,
            created_at: key.created.to_seconds(),
            last_used: key.last_used.as_ref().map(UseModel::from),
            secret: None,
        }
    }
}

impl<'a> KeyModel<'a> {
    /// A new key, with its secret.
    pub(super) fn minted(minted: &'a Minted) -> Self {
        Self { secret: Some(minted.secret.expose()), ..Self::from(&minted.key) }
    }
}

impl From<&Use> for UseModel {
    fn from(used: &Use) -> Self {
        Self { at: used.at.to_seconds(), service: used.service.clone(), source: used.source.clone() }
    }
}

/// Whose keys a call is about, and the one that it names.
pub(super) fn named(call: &Call) -> Result<(Owner, String), Fault> {
    match call.names.as_slice() {
        [] => Ok((Owner::Root, String::new())),
        [key] if call.endpoint.names().eq(["key"]) => Ok((Owner::Root, key.clone())),
        [user] => Ok((Owner::User(user.clone()), String::new())),
        [user, key] => Ok((Owner::User(user.clone()), key.clone())),
        _ => Err(Fault::no_such_path()),
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let (owner, _) = named(&call)?;
    let keys = call.ask(List { owner }).await?;
    Answer::list(&keys.iter().map(KeyModel::from).collect::<Vec<_>>())
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let (owner, _) = named(&call)?;
    call.change(Create { owner }, |minted| Answer::ok(&KeyModel::minted(minted))).await
}

async fn switch(call: Call) -> Result<Answer, Fault> {
    let (owner, key) = named(&call)?;
    let enabled = call.body.required_flag("enabled")?;
    call.change(SetEnabled { owner, key, enabled }, |key| Answer::ok(&KeyModel::from(key))).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let (owner, key) = named(&call)?;
    call.carry_out(Delete { owner, key }).await
}

async fn last_used(call: Call) -> Result<Answer, Fault> {
    let id = call.name(0)?;
    let used = call.ask(LastUsed { key: id.clone() }).await?;
    let user = call.ask(GetOwner { key: id.clone() }).await?;
    Answer::ok(&LastUsedModel { id, user, last_used: used.as_ref().map(UseModel::from) })
}
