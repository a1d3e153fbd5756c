//! `claviger account …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, Before, Nothing, Output, Store, Yes};

const HELP: &str = "The commands with [operator] are for whoever may open the data directory, and need no key. The \
                    others ask a server about the account whose key is used.";

/// Look after one's account, on a server; as the operator, manage all accounts
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Account {
    /// Show one's account: its alias, its limits, and how much of them is used
    Show(Asked<Nothing>),
    /// Show one's account at a glance, with what to look at for its security
    Overview(Asked<Nothing>),
    /// Look after what one's account asks of passwords, and how long its users stay signed in to the console
    #[command(subcommand)]
    Settings(AccountSettings),
    /// Set the alias of one's account
    SetAlias(Asked<SetOwnAlias>),
    /// Remove the alias of one's account
    RemoveAlias(Asked<RemoveAlias>),
    /// End the sessions that the account's root user has begun
    RevokeRootSessions(Asked<Before>),
    /// [operator] Create an account and show its root user's access key, once
    Create(CreateAccount),
    /// [operator] List the accounts
    List(ListAccounts),
    /// [operator] Set an account's alias, or remove it with an empty one
    Alias(SetAlias),
    /// [operator] Set one of an account's limits
    Quota(SetQuota),
    /// [operator] Set the password with which an account's root user signs in; it is read from standard input. Ends its
    /// sessions, and everything that failed attempts have led to: how a lost root is recovered
    RootPassword(RootPassword),
    /// [operator] Look after the access keys of an account's root user: how a lost root is recovered
    #[command(subcommand)]
    RootKey(RootKey),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountSettings {
    /// Show the settings; the defaults where nothing was set
    Show(Asked<Nothing>),
    /// Change what is given of the settings
    Set(Asked<SetSettings>),
}

#[derive(Debug, Default, Args)]
#[group(id = "changes_of_settings", required = true, multiple = true, args = ["min_length", "must_contain",
    "any_characters", "history", "validity_days", "expired_may_reset", "lock", "no_lock", "idle_minutes",
    "session_hours"])]
pub(crate) struct SetSettings {
    /// The fewest characters of a password: 8 to 32
    #[arg(long, value_name = "NUMBER")]
    pub(crate) min_length: Option<u16>,
    /// A kind of characters that a password must have, in place of those that it must now; may be repeated
    #[arg(long, value_name = "KIND", value_parser = ["upper", "lower", "digit", "special"])]
    pub(crate) must_contain: Vec<String>,
    /// A password may have any characters
    #[arg(long, conflicts_with = "must_contain")]
    pub(crate) any_characters: bool,
    /// How many of the last passwords may not be set again: 0 to 24
    #[arg(long, value_name = "NUMBER")]
    pub(crate) history: Option<u16>,
    /// For how many days a password is good: 0 (for ever) to 1095
    #[arg(long, value_name = "DAYS")]
    pub(crate) validity_days: Option<u16>,
    /// Whether somebody whose password is too old may sign in to set another
    #[arg(long, value_name = "true|false")]
    pub(crate) expired_may_reset: Option<bool>,
    /// After how many wrong passwords in a row (3 to 5) a user is locked out, and for how many minutes (10 to 60)
    #[arg(long, value_name = "FAILURES:MINUTES", value_parser = lock)]
    pub(crate) lock: Option<(u16, u16)>,
    /// Lock nobody out
    #[arg(long, conflicts_with = "lock")]
    pub(crate) no_lock: bool,
    /// After how many minutes without a click a session at the console ends: 15 to 2880
    #[arg(long, value_name = "MINUTES")]
    pub(crate) idle_minutes: Option<u16>,
    /// After how many hours a session at the console ends in any case: 1 to 168
    #[arg(long, value_name = "HOURS")]
    pub(crate) session_hours: Option<u16>,
}

/// Two numbers with a colon between.
fn lock(text: &str) -> Result<(u16, u16), String> {
    let numbers = text.split_once(':').and_then(|(one, two)| Some((one.parse().ok()?, two.parse().ok()?)));
    numbers.ok_or_else(|| "two numbers with a colon between are wanted, as `5:30`".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct SetOwnAlias {
    /// 3 to 63 lower-case letters, digits and hyphens
    pub(crate) alias: String,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveAlias {
    #[command(flatten)]
    pub(crate) sure: Yes,
}

impl Account {
    pub(super) fn store_mut(&mut self) -> Option<&mut Store> {
        match self {
            Self::Show(_)
            | Self::Overview(_)
            | Self::Settings(_)
            | Self::SetAlias(_)
            | Self::RemoveAlias(_)
            | Self::RevokeRootSessions(_) => None,
            Self::Create(create) => Some(&mut create.store),
            Self::List(list) => Some(&mut list.store),
            Self::Alias(alias) => Some(&mut alias.store),
            Self::Quota(quota) => Some(&mut quota.store),
            Self::RootPassword(root) => Some(&mut root.store),
            Self::RootKey(RootKey::Create(keys) | RootKey::List(keys)) => Some(&mut keys.store),
            Self::RootKey(RootKey::Delete(delete)) => Some(&mut delete.store),
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

#[derive(Debug, Args)]
pub(crate) struct RootPassword {
    /// The account's twelve digits
    pub(crate) account: String,
    /// The e-mail address by which the root user signs in; needed where it has none yet
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// What the account is called
    #[arg(long)]
    pub(crate) account_name: Option<String>,
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
