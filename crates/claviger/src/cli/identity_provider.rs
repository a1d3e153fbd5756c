//! `claviger identity-provider …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::{Asked, Nothing, Unchanged, Yes};

/// Manage the provider that users may sign in by, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityProvider {
    /// Show the provider, with what it says of itself
    Show(Asked<Nothing>),
    /// Set what is given of the provider; where there is none, it is made, switched off
    Set(Asked<SetIdentityProvider>),
    /// Let users come by the provider
    Enable(Asked<Nothing>),
    /// Let nobody come by the provider until it is enabled again
    Disable(Asked<Nothing>),
    /// Remove the provider
    Delete(Asked<DeleteIdentityProvider>),
}

#[derive(Debug, Args)]
#[group(id = "changes_of_provider", required = true, multiple = true, args = ["metadata", "file_name", "domain"])]
pub(crate) struct SetIdentityProvider {
    /// File of what the provider says of itself; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) metadata: Option<PathBuf>,
    /// What the file is called [default: the file's own name]
    #[arg(long, value_name = "NAME")]
    pub(crate) file_name: Option<String>,
    /// A domain that names of users may end with; an empty one takes it away
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteIdentityProvider {
    #[command(flatten)]
    pub(crate) unchanged: Unchanged,
    #[command(flatten)]
    pub(crate) sure: Yes,
}
