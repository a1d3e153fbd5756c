//! `claviger key …` and `claviger api-key …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, MaybeDocument, Yes};

/// Manage access keys, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make an access key and show its secret, once
    Create(Asked<Owner>),
    /// List access keys
    List(Asked<Owner>),
    /// Let a disabled access key sign again
    Enable(Asked<OneKey>),
    /// Let an access key sign no more until it is enabled again
    Disable(Asked<OneKey>),
    /// Delete an access key for good
    Delete(Asked<DeleteKey>),
    /// Show when, for what and from where an access key was last used
    LastUsed(Asked<LastUsed>),
}

/// Whose keys they are.
#[derive(Debug, Args)]
pub(crate) struct Owner {
    /// The user's name
    #[arg(required_unless_present = "root", conflicts_with = "root")]
    pub(crate) user: Option<String>,
    /// In place of a user's: the account's root user's
    #[arg(long)]
    pub(crate) root: bool,
}

impl Owner {
    /// Where keys of a kind of this owner's are.
    pub(crate) fn path<'a>(&'a self, keys: &'a str) -> Vec<&'a str> {
        match &self.user {
            Some(user) => vec!["users", user, keys],
            None => vec!["root", keys],
        }
    }

    /// The owner, for people.
    pub(crate) fn words(&self) -> String {
        self.user.as_ref().map_or_else(|| "the root user".to_owned(), |user| format!("user `{user}`"))
    }
}

#[derive(Debug, Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct OneKey {
    #[command(flatten)]
    pub(crate) owner: Owner,
    /// The access key's id
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteKey {
    #[command(flatten)]
    pub(crate) key: OneKey,
    #[command(flatten)]
    pub(crate) sure: Yes,
}

#[derive(Debug, Args)]
pub(crate) struct LastUsed {
    /// The access key's id
    pub(crate) key: String,
}

/// Manage API keys, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Make an API key and show it, once
    Create(Asked<CreateApiKey>),
    /// List API keys
    List(Asked<Owner>),
    /// Show an API key, but for the key itself
    Show(Asked<OneApiKey>),
    /// Change what is given of an API key
    Update(Asked<UpdateApiKey>),
    /// Delete an API key for good
    Delete(Asked<DeleteApiKey>),
}

#[derive(Debug, Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct OneApiKey {
    #[command(flatten)]
    pub(crate) owner: Owner,
    /// The API key's id
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
}

#[derive(Debug, Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct CreateApiKey {
    #[command(flatten)]
    pub(crate) owner: Owner,
    /// What the key shall be called
    pub(crate) name: String,
    /// When it ends, as `2026-11-24T11:00:00Z` [default: never]
    #[arg(long, value_name = "TIME")]
    pub(crate) expires_at: Option<String>,
    #[command(flatten)]
    pub(crate) document: MaybeDocument,
}

#[derive(Debug, Args)]
#[group(id = "changes_of_api_key", required = true, multiple = true, args = ["new_name", "enabled",
    "expires_at", "no_expiry", "file", "no_document"])]
pub(crate) struct UpdateApiKey {
    #[command(flatten)]
    pub(crate) key: OneApiKey,
    /// What the key shall be called
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) new_name: Option<String>,
    /// Whether it may be used
    #[arg(long, value_name = "true|false")]
    pub(crate) enabled: Option<bool>,
    /// When it ends
    #[arg(long, value_name = "TIME", conflicts_with = "no_expiry")]
    pub(crate) expires_at: Option<String>,
    /// Let it never end
    #[arg(long)]
    pub(crate) no_expiry: bool,
    #[command(flatten)]
    pub(crate) document: MaybeDocument,
    /// Let it do all that its user may do
    #[arg(long, conflicts_with = "file")]
    pub(crate) no_document: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteApiKey {
    #[command(flatten)]
    pub(crate) key: OneApiKey,
    #[command(flatten)]
    pub(crate) sure: Yes,
}
