//! Accounts of a "virtual store": records that a partner keeps of its customers. Only the SDK for Java has them.

use iam::{
    page::PageSize,
    partner_accounts::{Get, List, PartnerAccount, Put, Record},
};
use serde::Serialize;
use serde_json::json;

use super::{Call, Pending, error::Fault, pages::PageNumber, response::Answer};

/// A record on the wire. What is empty is absent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartnerAccountModel {
    #[serde(skip_serializing_if = "String::is_empty")]
    account_id: String,
    user_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    mobile_phone: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    account_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    company: String,
}

impl From<PartnerAccount> for PartnerAccountModel {
    fn from(PartnerAccount { record, .. }: PartnerAccount) -> Self {
        Self {
            account_id: record.reference,
            user_id: record.user_id,
            name: record.name,
            email: record.email,
            mobile_phone: record.mobile,
            account_type: record.kind,
            company: record.company,
        }
    }
}

/// `POST /v1/vs/account`: again takes the place of what was there.
pub(super) fn put(call: Call) -> Pending {
    Box::pin(async move {
        let text = |name| Ok::<_, Fault>(call.body.text(name)?.unwrap_or_default().to_owned());
        let record = Record {
            user_id: call.body.required_text("userId")?.to_owned(),
            reference: text("accountId")?,
            name: text("name")?,
            email: text("email")?,
            mobile: text("mobilePhone")?,
            kind: text("accountType")?,
            company: text("company")?,
        };
        let account = call.iam.change(call.caller, Put::new(record)?).await?;
        Ok(Answer::created(&PartnerAccountModel::from(account)))
    })
}

/// `GET /v1/vs/account/{userId}`
pub(super) fn get(call: Call) -> Pending {
    Box::pin(async move {
        let get = Get { user_id: call.name(0)? };
        let account = call.iam.query(call.caller, get).await?;
        Ok(Answer::ok(&PartnerAccountModel::from(account)))
    })
}

/// `POST /v1/vs/account/list`: the user ids of a page by its number, of all or of one account's.
pub(super) fn list(call: Call) -> Pending {
    Box::pin(async move {
        let number = PageNumber::of(&call.body)?;
        let given = |name| Ok::<_, Fault>(call.body.text(name)?.filter(|text| !text.is_empty()).map(str::to_owned));
        let (reference, user_id) = (given("accountId")?, given("userId")?);
        // The wire counts pages and wants to know how many records there are: the quota keeps them few.
        let mut found: Vec<String> = Vec::new();
        let mut after = None;
        loop {
            let list = List { reference: reference.clone(), after, size: PageSize::MAX };
            let page = call.iam.query(call.caller.clone(), list).await?;
            found.extend(page.items.into_iter().map(|account| account.record.user_id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        found.retain(|found| user_id.as_ref().is_none_or(|wanted| wanted == found));
        Ok(Answer::ok(&json!({ "totalSize": found.len(), "uidList": number.cut(found) })))
    })
}
