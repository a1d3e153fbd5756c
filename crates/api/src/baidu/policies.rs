//! Policies. The service knows no versions: a changed document takes the place of the one before.

use base::text::name_key;
use iam::{
    attachments::Attached,
    dependents::Dependents,
    page::{PageSize, Search},
    policies::{Body, Changes, Create, Delete, Detail, Get, List, Policy, PolicyDocument, PolicyRef, Scope, Update},
    values::{EntityName, EntityPath, PathPrefix, Remarks, Tags},
};
use policy::grammar::{self, Flavour};
use serde::Serialize;
use serde_json::json;

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, hex_id},
    system_policies,
};

/// A policy on the wire. Where nothing is known, a member is absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyModel {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attach_time: Option<String>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
}

impl From<Policy> for PolicyModel {
    fn from(policy: Policy) -> Self {
        let of_system = policy.account.is_none();
        Self {
            id: hex_id(policy.id.number()),
            name: if of_system { system_policies::theirs(&policy.name) } else { policy.name },
            kind: if of_system { "System" } else { "Custom" },
            create_time: policy.created.map(base::timestamp::Timestamp::to_seconds),
            attach_time: None,
            description: policy.description,
            document: None,
        }
    }
}

impl From<Attached> for PolicyModel {
    fn from(attached: Attached) -> Self {
        Self { attach_time: Some(attached.attached.to_seconds()), ..Self::from(attached.policy) }
    }
}

/// With its document: as its author wrote it, or a system policy's in the service's grammar.
fn with_document(call: &Call, detail: Detail) -> Result<PolicyModel, Fault> {
    let document = match detail.document {
        Body::Text { text, .. } => text,
        Body::Tree(tree) => {
            let snapshot = call.iam.snapshot()?;
            // Where the grammar cannot say it, the statement grammar can.
            grammar::print(&tree, Flavour::Acl, &snapshot.system.catalogue)
                .or_else(|_| grammar::print(&tree, Flavour::Native, &snapshot.system.catalogue))
                .map_err(|_| Fault::internal())?
        }
    };
    Ok(PolicyModel { document: Some(document), ..PolicyModel::from(detail.policy) })
}

/// The policy that a call names, of the type that its query gives: without one, the account's own.
pub(super) fn named(call: &Call, place: usize) -> Result<PolicyRef, Fault> {
    let name = call.name(place)?;
    if scope(call)? != Scope::System {
        return Ok(PolicyRef::custom(name));
    }
    let ours = system_policies::ours(&name);
    // Where there is none, the refusal speaks of it as the call does.
    let known = call.iam.snapshot()?.system.catalogue.system_policy_by_name(&ours).is_some();
    Ok(PolicyRef::system(if known { ours.as_ref() } else { name.as_str() }))
}

/// `policyType`; an empty one is as none.
fn scope(call: &Call) -> Result<Scope, Fault> {
    match call.query.get("policyType").unwrap_or_default() {
        "" | "Custom" => Ok(Scope::Custom),
        "System" => Ok(Scope::System),
        _ => Err(Fault::inappropriate_json("`policyType` must be `System` or `Custom`")),
    }
}

/// `POST /v1/policy`
pub(super) fn create(call: Call) -> Pending {
    Box::pin(async move {
        let create = Create {
            name: EntityName::parse(call.body.required_text("name")?)?,
            path: EntityPath::default(),
            description: Remarks::parse(call.body.text("description")?.unwrap_or_default())?,
            tags: Tags::default(),
            document: PolicyDocument::parse(call.body.required_text("document")?.to_owned(), Flavour::Acl)?,
        };
        let document = create.document.text().to_owned();
        let policy = call.iam.change(call.caller, create).await?;
        Ok(Answer::created(&PolicyModel { document: Some(document), ..PolicyModel::from(policy) }))
    })
}

/// `GET /v1/policy/{name}`
pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let get = Get { policy: named(&call, 0)? };
        let detail = call.iam.query(call.caller.clone(), get).await?;
        Ok(Answer::ok(&with_document(&call, detail)?))
    })
}

/// `POST /v1/policy/{name}`: what is absent stays as it is.
pub(super) fn update(call: Call) -> Pending {
    Box::pin(async move {
        let sent = call.body.text("document")?.map(str::to_owned);
        let document = sent.clone().map(|text| PolicyDocument::parse(text, Flavour::Acl));
        let to = Changes {
            name: call.body.text("name")?.map(EntityName::parse).transpose()?,
            description: call.body.text("description")?.map(Remarks::parse).transpose()?,
            document: document.transpose()?,
            ..Changes::default()
        };
        let policy = named(&call, 0)?;
        let policy = call.iam.change(call.caller.clone(), Update { policy, to }).await?;
        if sent.is_some() {
            return Ok(Answer::ok(&PolicyModel { document: sent, ..PolicyModel::from(policy) }));
        }
        let get = Get { policy: PolicyRef::Id(policy.id) };
        match call.iam.query(call.caller.clone(), get).await {
            Ok(detail) => Ok(Answer::ok(&with_document(&call, detail)?)),
            // It is changed; who may change but not look gets what the change itself gave.
            Err(_) => Ok(Answer::ok(&PolicyModel::from(policy))),
        }
    })
}

/// `DELETE /v1/policy/{name}`: not while it is attached. What it said before it was updated goes with it.
pub(super) fn delete(call: Call) -> Pending {
    Box::pin(async move {
        let policy = named(&call, 0)?;
        let delete = Delete { policy, attachments: Dependents::Refuse, versions: Dependents::Remove };
        call.iam.change(call.caller, delete).await?;
        Ok(Answer::empty())
    })
}

/// `GET /v1/policy`: the whole list in one object, without documents.
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let scope = scope(&call)?;
        let filter = call.query.get("nameFilter").unwrap_or_default();
        let search = if filter.is_empty() { None } else { Some(Search::parse(filter)?) };
        // The system's are searched by the names that they bear on the wire.
        let (search, on_wire) = if scope == Scope::System { (None, search) } else { (search, None) };
        let fits = |policy: &PolicyModel| on_wire.as_ref().is_none_or(|search| search.is_in(&name_key(&policy.name)));
        let mut policies: Vec<PolicyModel> = Vec::new();
        let mut after = None;
        loop {
            let (search, under) = (search.clone(), PathPrefix::default());
            let list = List { scope, search, under, attached: None, after, size: PageSize::MAX };
            let page = call.iam.query(call.caller.clone(), list).await?;
            policies.extend(page.items.into_iter().map(PolicyModel::from).filter(&fits));
            after = page.next;
            if after.is_none() {
                return Ok::<_, Fault>(Answer::ok(&json!({ "policies": policies })));
            }
        }
    })
}
