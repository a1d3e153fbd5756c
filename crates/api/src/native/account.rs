//! The account as a whole.

use std::collections::BTreeMap;

use base::ids::AccountId;
use iam::{
    accounts::{Alias, GetSummary, SetAlias, Summary},
    action::Action,
    error::Quota,
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, NUMBER_MAX, Schema, number, object, text},
    endpoint::{Gives, Noun, delete, get, put},
    error::Fault,
    response::Answer,
};

pub(super) static ACCOUNT: Noun = Noun {
    name: "account",
    about: "The account as a whole.",
    endpoints: &[
        get("/api/v1/account", "getAccount")
            .asks(Action::GetAccountSummary)
            .about("Shows the account, and how full it is")
            .gives(Gives::Object(&ACCOUNT_SCHEMA))
            .runs(|call| Box::pin(show(call))),
        put("/api/v1/account/alias", "setAccountAlias")
            .asks(Action::SetAccountAlias)
            .about("Sets the account's alias, in place of the one that is there")
            .takes(&NEW_ALIAS)
            .runs(|call| Box::pin(set_alias(call))),
        delete("/api/v1/account/alias", "deleteAccountAlias")
            .asks(Action::SetAccountAlias)
            .about("Takes the account's alias away")
            .runs(|call| Box::pin(delete_alias(call))),
    ],
};

const ALIAS: Field = text("alias", "What people sign in with in place of the account's number.")
    .length(3, 63)
    .pattern("^(?!-)(?!.*--)(?!.*-$)(?=.*[a-z])[a-z0-9-]+$")
    .example("acme");

static NEW_ALIAS: Schema = Schema { name: "NewAlias", about: "An alias.", fields: &[ALIAS.required()] };

pub(super) static ACCOUNT_SCHEMA: Schema = Schema {
    name: "Account",
    about: "An account, and how full it is.",
    fields: &[
        text("id", "Its id.").length(12, 12).example("418812345678").required(),
        ALIAS,
        object("limits", "How many of each thing there may be.", &LIMITS).required(),
        object("counts", "How many of some things there are.", &COUNTS).required(),
    ],
};

const fn limit(word: &'static str, about: &'static str) -> Field {
    number(word, about, 0, NUMBER_MAX).example("5000").required()
}

static LIMITS: Schema = Schema {
    name: "Limits",
    about: "How many of each thing an account may have.",
    fields: &[
        limit("users", "Users."),
        limit("access_keys_per_user", "Access keys of one user."),
        limit("api_keys_per_user", "API keys of one user."),
        limit("groups", "Groups."),
        limit("users_per_group", "Users in one group."),
        limit("groups_per_user", "Groups that one user is in."),
        limit("policies", "Policies that the account wrote."),
        limit("versions_per_policy", "Versions of one policy."),
        limit("attachments_per_holder", "Policies that are attached to one user, group or role."),
        limit("inline_policies_per_holder", "Documents of one user's, group's or role's own."),
        limit("roles", "Roles."),
        limit("partner_accounts", "Records that a partner keeps of accounts."),
    ],
};

static COUNTS: Schema = Schema {
    name: "Counts",
    about: "How many of some things an account has.",
    fields: &[
        limit("users", "Users."),
        limit("groups", "Groups."),
        limit("policies", "Policies that the account wrote."),
        limit("roles", "Roles."),
    ],
};

/// An account on the wire.
#[derive(Serialize)]
pub(super) struct AccountModel {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    limits: BTreeMap<&'static str, u64>,
    counts: CountsModel,
}

#[derive(Serialize)]
struct CountsModel {
    users: u64,
    groups: u64,
    policies: u64,
    roles: u64,
}

impl AccountModel {
    /// An account on the wire.
    pub(super) fn new(id: AccountId, summary: &Summary) -> Self {
        let limit = |(quota, limit): (&Quota, &u64)| (quota.word(), *limit);
        Self {
            id: id.to_string(),
            alias: summary.alias.clone(),
            limits: summary.limits.iter().map(limit).collect(),
            counts: CountsModel {
                users: summary.users,
                groups: summary.groups,
                policies: summary.policies,
                roles: summary.roles,
            },
        }
    }
}

async fn show(call: Call) -> Result<Answer, Fault> {
    let summary = call.ask(GetSummary).await?;
    Answer::ok(&AccountModel::new(call.asker.identity.account, &summary))
}

async fn set_alias(call: Call) -> Result<Answer, Fault> {
    let alias = Some(Alias::parse(call.body.required_text("alias")?)?);
    call.carry_out(SetAlias { account: call.asker.identity.account, alias }).await
}

async fn delete_alias(call: Call) -> Result<Answer, Fault> {
    call.carry_out(SetAlias { account: call.asker.identity.account, alias: None }).await
}
