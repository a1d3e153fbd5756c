//! `claviger import …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::{Asked, Yes};

const HELP: &str = "\
Shows a plan: what is to be created here, what exists, what differs and stays as it is, what cannot be brought. With \
`--apply` it is then carried out, once that is confirmed. Nothing here is changed or removed, and doing it twice does \
nothing more. Secrets cannot be read anywhere: the plan says who needs new ones.

The key for where it comes from is taken from the profile of `--from`, or from CLAVIGER_FROM_ACCESS_KEY_ID and \
CLAVIGER_FROM_SECRET_ACCESS_KEY (and CLAVIGER_FROM_SESSION_TOKEN) in the environment.";

/// Bring users, groups, policies and grants over from an account elsewhere, to a server
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Import {
    /// From an account of Baidu AI Cloud: users, groups, policies, and who holds which
    Baidu(Asked<ImportFrom>),
    /// From an account of another server like this: those, roles, inline documents and boundaries
    Native(Asked<ImportNative>),
}

/// Where it comes from, and what is done about it.
#[derive(Debug, Args)]
pub(crate) struct ImportFrom {
    /// Profile with the key for where it comes from
    #[arg(long, value_name = "PROFILE")]
    pub(crate) from: Option<String>,
    /// URL of where it comes from, over the profile's
    #[arg(long, value_name = "URL")]
    pub(crate) from_endpoint: Option<String>,
    /// File of the certificates (PEM) to trust there [default: the profile's, or the system's]
    #[arg(long, value_name = "FILE")]
    pub(crate) from_ca: Option<PathBuf>,
    /// Do what the plan says
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) sure: Yes,
}

#[derive(Debug, Args)]
pub(crate) struct ImportNative {
    #[command(flatten)]
    pub(crate) from: ImportFrom,
    /// In documents, put this account's id in the place of the other's
    #[arg(long)]
    pub(crate) rewrite_account: bool,
}
