//! The provider that an account's users may sign in by (SAML).

use data_encoding::BASE64;
use iam::{
    error::{Error, Noun},
    identity_providers::{Changes, Delete, Get, IdentityProvider, Update},
};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Call, Pending, error::Fault, response::Answer};

/// A provider on the wire. The classic SDKs read its members as they are, the newer ones inside `idp`: they stand twice.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderModel {
    status: &'static str,
    auxiliary_domain: String,
    domain_id: String,
    encode_metadata: String,
    file_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_time: Option<String>,
}

/// The answer about a provider; where none is set, that it is off.
fn answer(account: String, provider: Option<IdentityProvider>) -> Answer {
    let model = match provider {
        Some(provider) => ProviderModel {
            status: if provider.enabled { "enable" } else { "disable" },
            auxiliary_domain: provider.auxiliary_domain,
            domain_id: account,
            encode_metadata: BASE64.encode(provider.metadata.as_bytes()),
            file_name: provider.file_name,
            create_time: Some(provider.created.to_seconds()),
            update_time: Some(provider.updated.to_seconds()),
        },
        None => ProviderModel {
            status: "disable",
            auxiliary_domain: String::new(),
            domain_id: account,
            encode_metadata: String::new(),
            file_name: String::new(),
            create_time: None,
            update_time: None,
        },
    };
    let inner = json!(model);
    let mut whole = inner.clone();
    if let Json::Object(members) = &mut whole {
        members.insert("idp".to_owned(), inner);
    }
    Answer::ok(&whole)
}

/// `GET /v1/subUser/idp/query`
pub(super) fn query(call: Call) -> Pending {
    Box::pin(async move {
        let account = call.caller.account().to_string();
        let provider = match call.iam.query(call.caller, Get).await {
            Ok(provider) => Some(provider),
            Err(Error::NotFound { noun: Noun::IdentityProvider, .. }) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(answer(account, provider))
    })
}

/// `POST /v1/subUser/idp/updateStatus?status=enable` or `disable`
pub(super) fn update_status(call: Call) -> Pending {
    Box::pin(async move {
        let enabled = match call.query.get("status") {
            Some("enable") => true,
            Some("disable") => false,
            _ => return Err(Fault::bad_uri("`status` must be `enable` or `disable`")),
        };
        change(call, Changes { enabled: Some(enabled), ..Changes::default() }).await
    })
}

/// `POST /v1/subUser/idp/update`: what is absent stays as it is, but for the file's name.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let to = Changes {
            enabled: None,
            file_name: Some(call.body.required_text("fileName")?.to_owned()),
            metadata: call.body.text("encodeMetadata")?.map(decoded).transpose()?,
            auxiliary_domain: call.body.text("auxiliaryDomain")?.map(str::to_owned),
        };
        change(call, to).await
    })
}

/// `POST /v1/subUser/idp/delete`
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        call.iam.change(call.caller, Delete).await?;
        Ok(Answer::empty())
    })
}

async fn change(call: Call, to: Changes) -> Result<Answer, Fault> {
    let account = call.caller.account().to_string();
    let provider = call.iam.change(call.caller, Update::new(to)?).await?;
    Ok(answer(account, Some(provider)))
}

/// Metadata comes as base64 of UTF-8, perhaps with ends of lines in between.
fn decoded(text: &str) -> Result<String, Fault> {
    let packed: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    let bytes = BASE64.decode(packed.as_bytes()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| Fault::inappropriate_json("`encodeMetadata` must be base64 of text in UTF-8"))
}
