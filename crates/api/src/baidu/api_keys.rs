//! API keys. The service has no other name for them than their ids, so all is in bodies.
//!
//! Facts of the wire: the service's newer SDKs (`baiducloud-go-sdk`) and its API description (`bce-openapi-meta`), with
//! the page "API Key" of the IAM documentation. The service can show a key again; we keep a hash alone and cannot.

use base::{ids::UserId, text::shown};
use decide::identity::Actor;
use iam::{
    access_keys::Owner,
    api_keys::{ApiKey, Changes, Create, Delete, Get, KeyDocument, KeyName, List, Minted, Update},
    caller::Caller,
    page::PageSize,
    policies::PolicyDocument,
};
use policy::{
    catalogue::Catalogue,
    document::Purpose,
    grammar::{self, Flavour},
};
use serde::Serialize;
use serde_json::{Value as Json, json, value::RawValue};

use super::{
    Call, Pending,
    error::Fault,
    pages::PageNumber,
    response::{Answer, hex_id, of_hex_id},
};

/// What stands before the name of a service.
const SERVICE_PREFIX: &str = "bce:";

/// A key on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiKeyModel {
    id: String,
    /// The key itself in the answer to its creation; else its id stands here, too.
    token_id: String,
    name: String,
    user_id: String,
    services: Vec<String>,
    create_time: String,
    update_time: String,
    domain_id: String,
    /// What limits it, as it was sent; absent where nothing does, or where the service's grammar cannot say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    acl: Option<Box<RawValue>>,
}

impl ApiKeyModel {
    fn new(key: ApiKey, account: &str, catalogue: &Catalogue) -> Self {
        let acl = key.document.and_then(|document| acl_text(document, catalogue));
        Self {
            id: key.id.to_string(),
            token_id: key.id.to_string(),
            name: key.name,
            user_id: hex_id(key.owner.number()),
            services: acl.as_deref().map(services).unwrap_or_default(),
            create_time: key.created.to_seconds(),
            update_time: key.updated.to_seconds(),
            domain_id: account.to_owned(),
            acl: acl.and_then(|text| RawValue::from_string(text).ok()),
        }
    }

    /// Whether it may be used for one of these services; one that nothing limits may be used for all.
    fn is_for(&self, wanted: &[&str]) -> bool {
        let any =
            |name: &str| name == "*" || wanted.iter().any(|wanted| without_prefix(wanted).eq_ignore_ascii_case(name));
        wanted.is_empty() || self.acl.is_none() || self.services.iter().any(|name| any(without_prefix(name)))
    }
}

/// A document in the service's grammar.
fn acl_text(document: KeyDocument, catalogue: &Catalogue) -> Option<String> {
    if document.flavour == Flavour::Acl {
        return Some(document.text);
    }
    let tree = grammar::parse(&document.text, document.flavour, Purpose::Identity).ok()?;
    grammar::print(&tree, Flavour::Acl, catalogue).ok()
}

/// The services that a document's entries name, each once.
fn services(acl: &str) -> Vec<String> {
    let document: Json = serde_json::from_str(acl).unwrap_or_default();
    let entries = document.get("accessControlList").and_then(Json::as_array).into_iter().flatten();
    let mut services: Vec<String> = Vec::new();
    for service in entries.filter_map(|entry| entry.get("service")?.as_str()) {
        if !services.iter().any(|known| known == service) {
            services.push(service.to_owned());
        }
    }
    services
}

fn without_prefix(service: &str) -> &str {
    service.strip_prefix(SERVICE_PREFIX).unwrap_or(service)
}

impl Call {
    fn model(&self, key: ApiKey) -> Result<ApiKeyModel, Fault> {
        let account = self.caller.account().to_string();
        Ok(ApiKeyModel::new(key, &account, &self.iam.snapshot()?.system.catalogue))
    }

    /// Whose keys: the caller's own, where the call does not say.
    fn owner(&self) -> Result<Owner, Fault> {
        match (self.body.text("userId")?.unwrap_or_default(), &self.caller) {
            ("", Caller::Principal { identity, .. }) => match identity.actor {
                Actor::User(user) => Ok(Owner::Id(user)),
                Actor::Role(_) => Err(Fault::inappropriate_json("a role has no API keys: `userId` must say whose")),
            },
            (text, _) => {
                let id = of_hex_id(text).and_then(|number| UserId::new(number).ok());
                id.map(Owner::Id).ok_or_else(|| {
                    Fault::inappropriate_json(format!("`userId` must be the id of a user, not `{}`", shown(text)))
                })
            }
        }
    }

    /// The document in the body, as it stands there.
    fn acl(&self) -> Result<Option<PolicyDocument>, Fault> {
        let Some(value) = self.body.object("acl")? else { return Ok(None) };
        let text = value.text_in(&self.raw).ok_or_else(Fault::internal)?;
        Ok(Some(PolicyDocument::parse(text.to_owned(), Flavour::Acl)?))
    }

    fn key_name(&self) -> Result<Option<KeyName>, Fault> {
        Ok(self.body.text("name")?.map(KeyName::parse).transpose()?)
    }
}

/// `POST /v1/apikey/create`: for good, as long as nobody deletes it. What it may do must be said.
pub(super) fn create(call: Call) -> Pending {
    Box::pin(async move {
        let document = call.acl()?.ok_or_else(|| Fault::inappropriate_json("`acl` is missing"))?;
        let name = call.key_name()?.unwrap_or_default();
        let create = Create { owner: call.owner()?, name, expires: None, document: Some(document) };
        let Minted { key, text } = call.iam.change(call.caller.clone(), create).await?;
        let model = ApiKeyModel { token_id: text.expose().to_owned(), ..call.model(key)? };
        Ok(Answer::created(&model))
    })
}

/// `POST /v1/apikey/update`: what is absent stays as it is.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let key = call.body.required_text("id")?.to_owned();
        let to = Changes { name: call.key_name()?, document: call.acl()?.map(Some), ..Changes::default() };
        let update = Update { owner: call.owner()?, key, to };
        let key = call.iam.change(call.caller.clone(), update).await?;
        Ok(Answer::ok(&call.model(key)?))
    })
}

/// `POST /v1/apikey/list`: a page by its number, of the keys for one of some services.
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let page = PageNumber::of(&call.body)?;
        let services = call.body.texts("service")?;
        // Nobody has more keys than a page of the core may hold.
        let owner = call.owner()?;
        let keys = call.iam.query(call.caller.clone(), List { owner, after: None, size: PageSize::MAX }).await?.items;
        let mut found = Vec::new();
        for key in keys {
            found.push(call.model(key)?);
        }
        found.retain(|key| key.is_for(&services));
        let page = PageModel {
            order_by: "createTime",
            order: "asc",
            page_no: page.number,
            page_size: page.size,
            total_count: found.len(),
            result: page.cut(found),
        };
        Ok(Answer::ok(&ListModel { success: true, status: 200, page }))
    })
}

/// A list on the wire.
#[derive(Serialize)]
struct ListModel {
    success: bool,
    status: u16,
    page: PageModel,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageModel {
    order_by: &'static str,
    order: &'static str,
    page_no: u64,
    page_size: u64,
    total_count: usize,
    result: Vec<ApiKeyModel>,
}

/// `POST /v1/apikey/detail`
pub(super) fn detail(call: Call) -> Pending {
    Box::pin(async move {
        let get = Get { owner: call.owner()?, key: call.body.required_text("id")?.to_owned() };
        let key = call.iam.query(call.caller.clone(), get).await?;
        Ok(Answer::ok(&call.model(key)?))
    })
}

/// `POST /v1/apikey/decrypt`: refused, to whoever may look at the key.
pub(super) fn decrypt(call: Call) -> Pending {
    Box::pin(async move {
        let get = Get { owner: call.owner()?, key: call.body.required_text("id")?.to_owned() };
        call.iam.query(call.caller.clone(), get).await?;
        Err(Fault::operation_denied("an API key is shown when it is made, and only its hash is kept"))
    })
}

/// `POST /v1/apikey/delete`
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let delete = Delete { owner: call.owner()?, key: call.body.required_text("id")?.to_owned() };
        call.iam.change(call.caller, delete).await?;
        Ok(Answer::ok(&json!({ "success": true, "status": 200 })))
    })
}
