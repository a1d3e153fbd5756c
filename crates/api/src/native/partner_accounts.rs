//! Records that a partner keeps of the customers it looks after.

use iam::{
    action::Action,
    partner_accounts::{Get, List, PartnerAccount, Put, Record},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Schema, text, time},
    endpoint::{Gives, Noun, get, put},
    error::Fault,
    response::Answer,
};

const ONE: &str = "/api/v1/partner-accounts/{customer}";

pub(super) static PARTNER_ACCOUNTS: Noun = Noun {
    name: "partner-accounts",
    about: "Records that a partner keeps here of its customers. No user comes of one, and no power.",
    endpoints: &[
        get("/api/v1/partner-accounts", "listPartnerAccounts")
            .asks(Action::ListPartnerAccounts)
            .about("Lists the records of customers, by the customers' names")
            .query(&[text("reference", "Only those that refer to this account.").length(1, 255).example("hosting-17")])
            .gives(Gives::Page(&PARTNER_ACCOUNT))
            .runs(|call| Box::pin(list(call))),
        get(ONE, "getPartnerAccount")
            .asks(Action::GetPartnerAccount)
            .about("Shows the record of a customer")
            .gives(Gives::Object(&PARTNER_ACCOUNT))
            .runs(|call| Box::pin(show(call))),
        put(ONE, "putPartnerAccount")
            .asks(Action::PutPartnerAccount)
            .about("Keeps a record of a customer, in place of what was kept; what is absent is empty")
            .takes(&RECORD)
            .gives(Gives::Object(&PARTNER_ACCOUNT))
            .runs(|call| Box::pin(keep(call))),
    ],
};

const REFERENCE: Field =
    text("reference", "By what the partner knows the customer's account.").length(0, 255).example("hosting-17");
const NAME: Field = text("name", "The customer's name.").length(0, 255).example("Zhang Wei");
const EMAIL: Field =
    text("email", "An e-mail address, which is not looked at.").length(0, 255).example("zhang@example.com");
const MOBILE: Field = text("mobile", "A mobile number, which is not looked at.").length(0, 255).example("13800000000");
const KIND: Field = text("kind", "What kind of account it is.").length(0, 255).example("ENTERPRISE");
const COMPANY: Field = text("company", "The customer's company.").length(0, 255).example("Example Ltd");

static PARTNER_ACCOUNT: Schema = Schema {
    name: "PartnerAccount",
    about: "A record of a customer. A text that is empty is absent.",
    fields: &[
        text("customer", "By what the partner knows the customer: unique in the account.")
            .length(1, 255)
            .example("customer-17")
            .required(),
        REFERENCE,
        NAME,
        EMAIL,
        MOBILE,
        KIND,
        COMPANY,
        time("created_at", "When it was kept first.").required(),
    ],
};

static RECORD: Schema = Schema {
    name: "PartnerAccountRecord",
    about: "What is kept of a customer.",
    fields: &[REFERENCE, NAME, EMAIL, MOBILE, KIND, COMPANY],
};

/// A record on the wire.
#[derive(Serialize)]
struct RecordModel<'a> {
    customer: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reference: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    mobile: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    company: &'a str,
    created_at: String,
}

impl<'a> From<&'a PartnerAccount> for RecordModel<'a> {
    fn from(PartnerAccount { record, created }: &'a PartnerAccount) -> Self {
        Self {
            customer: &record.user_id,
            reference: &record.reference,
            name: &record.name,
            email: &record.email,
            mobile: &record.mobile,
            kind: &record.kind,
            company: &record.company,
            created_at: created.to_seconds(),
        }
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let after = call.after(|key| Some(key.to_owned()))?;
    let reference = call.parameter("reference").map(str::to_owned);
    let page = call.ask(List { reference, after, size: call.size()? }).await?;
    call.page(&page.items.iter().map(RecordModel::from).collect::<Vec<_>>(), page.next)
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let account = call.ask(Get { user_id: call.name(0)? }).await?;
    Answer::ok(&RecordModel::from(&account))
}

async fn keep(call: Call) -> Result<Answer, Fault> {
    let text = |name| call.body.text(name).unwrap_or_default().to_owned();
    let record = Record {
        user_id: call.name(0)?,
        reference: text("reference"),
        name: text("name"),
        email: text("email"),
        mobile: text("mobile"),
        kind: text("kind"),
        company: text("company"),
    };
    call.change(Put::new(record)?, |account| Answer::ok(&RecordModel::from(account))).await
}
