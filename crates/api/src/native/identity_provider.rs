//! The provider that an account's users may sign in by.

use iam::{
    action::Action,
    identity_providers::{Changes, Delete, Get, IdentityProvider, Update},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, flag, text, time},
    endpoint::{Gives, Noun, delete, get, put},
    error::Fault,
    response::Answer,
};

const PATH: &str = "/api/v1/identity-provider";

pub(super) static IDENTITY_PROVIDER: Noun = Noun {
    name: "identity-provider",
    about: "Whose identities an account's users may come with: one provider an account.",
    endpoints: &[
        get(PATH, "getUserIdentityProvider")
            .asks(Action::GetUserIdentityProvider)
            .about("Shows the provider that users may sign in by")
            .gives(Gives::Object(&PROVIDER))
            .versioned()
            .runs(|call| Box::pin(show(call))),
        put(PATH, "updateUserIdentityProvider")
            .asks(Action::UpdateUserIdentityProvider)
            .about("Sets the provider that users may sign in by; what is absent stays")
            .takes(&PROVIDER_CHANGES)
            .gives(Gives::Object(&PROVIDER))
            .versioned()
            .runs(|call| Box::pin(update(call))),
        delete(PATH, "deleteUserIdentityProvider")
            .asks(Action::DeleteUserIdentityProvider)
            .about("Removes the provider that users may sign in by")
            .versioned()
            .runs(|call| Box::pin(remove(call))),
    ],
};

const ENABLED: Field = flag("enabled", "Whether users may come by it; off to begin with.");
const FILE_NAME: Field =
    text("file_name", "What the file was called that its metadata came in.").length(0, 255).example("idp.xml");
const METADATA: Field =
    text("metadata", "What it says of itself: text of at most 100 KiB.").example("<EntityDescriptor/>");
const DOMAIN: Field =
    text("auxiliary_domain", "A domain that names of users may end with.").length(0, 255).example("example.com");

static PROVIDER: Schema = Schema {
    name: "IdentityProvider",
    about: "A provider of identities. A text that is empty is absent.",
    fields: &[
        ENABLED.required(),
        FILE_NAME,
        METADATA,
        DOMAIN,
        time("created_at", "When it was set first.").required(),
        time("updated_at", "When it was last changed.").required(),
    ],
};

static PROVIDER_CHANGES: Schema = Schema {
    name: "IdentityProviderChanges",
    about: "What to change of the provider.",
    fields: &[ENABLED, FILE_NAME, METADATA, DOMAIN],
};

/// A provider on the wire.
#[derive(Serialize)]
struct ProviderModel<'a> {
    enabled: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    file_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    metadata: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    auxiliary_domain: &'a str,
    created_at: String,
    updated_at: String,
}

async fn show(call: Call) -> Result<Answer, Fault> {
    told(&call.ask(Get).await?)
}

async fn update(call: Call) -> Result<Answer, Fault> {
    let text = |name| call.body.text(name).map(str::to_owned);
    let to = Changes {
        enabled: call.body.flag("enabled"),
        file_name: text("file_name"),
        metadata: text("metadata"),
        auxiliary_domain: text("auxiliary_domain"),
    };
    call.change(Update::new(to)?, told).await
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    call.carry_out(Delete).await
}

fn told(provider: &IdentityProvider) -> Result<Answer, Fault> {
    let model = ProviderModel {
        enabled: provider.enabled,
        file_name: &provider.file_name,
        metadata: &provider.metadata,
        auxiliary_domain: &provider.auxiliary_domain,
        created_at: provider.created.to_seconds(),
        updated_at: provider.updated.to_seconds(),
    };
    Answer::versioned(&model, provider.updated)
}
