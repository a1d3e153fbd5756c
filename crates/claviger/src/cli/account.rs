//! `claviger account …`.

use clap::{Args, Subcommand};

use crate::cli::{Output, Store};

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Create an account and show its root user's access key, once
    Create(CreateAccount),
    /// List the accounts
    List(ListAccounts),
    /// Set an account's alias, or remove it with an empty one
    Alias(SetAlias),
    /// Set one of an account's limits
    Quota(SetQuota),
    /// Look after the access keys of an account's root user: how a lost root is recovered
    #[command(subcommand)]
    RootKey(RootKey),
}

impl Account {
    pub(super) fn store_mut(&mut self) -> &mut Store {
        match self {
            Self::Create(create) => &mut create.store,
            Self::List(list) => &mut list.store,
            Self::Alias(alias) => &mut alias.store,
            Self::Quota(quota) => &mut quota.store,
            Self::RootKey(RootKey::Create(keys) | RootKey::List(keys)) => &mut keys.store,
            Self::RootKey(RootKey::Delete(delete)) => &mut delete.store,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CreateAccount {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct ListAccounts {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct SetAlias {
    /// The account's twelve digits
    pub(crate) account: String,
    /// 3 to 63 lower-case letters, digits and hyphens; empty removes it
    pub(crate) alias: String,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Debug, Args)]
pub(crate) struct SetQuota {
    /// The account's twelve digits
    pub(crate) account: String,
    /// `users`, `groups`, `roles`, `policies`, `access_keys_per_user`, `users_per_group`, `groups_per_user`,
    /// `attachments_per_holder`, `inline_policies_per_holder` or `versions_per_policy`
    pub(crate) quota: String,
    /// How many there may be
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RootKey {
    /// Make a key and show its secret, once
    Create(RootKeys),
    /// List the keys
    List(RootKeys),
    /// Delete a key
    Delete(DeleteRootKey),
}

#[derive(Debug, Args)]
pub(crate) struct RootKeys {
    /// The account's twelve digits
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteRootKey {
    /// The account's twelve digits
    pub(crate) account: String,
    /// The access key's id
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) store: Store,
}
