//! `claviger sts …`.

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::{MaybeDocument, Server, pair, seconds};

const HELP: &str = "With `--profile-name` the credentials are kept as a profile, and not shown. With `--output env`, \
                    `eval \"$(claviger sts … --output env)\"` lets the commands that follow in a shell use them.";

/// Get temporary credentials from a server
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Sts {
    /// Get credentials for oneself, for a while
    SessionToken(Issued<SessionToken>),
    /// Assume a role
    AssumeRole(Issued<AssumeRole>),
    /// Get a token that is shown as it is, in place of a signature
    BearerToken(Issued<SessionToken>),
}

/// Credentials that a server is asked for, and what becomes of them.
#[derive(Debug, Args)]
pub(crate) struct Issued<T: Args> {
    #[command(flatten)]
    pub(crate) what: T,
    /// Keep them as the profile of this name, also in place of one
    #[arg(long, value_name = "NAME")]
    pub(crate) profile_name: Option<String>,
    #[command(flatten)]
    pub(crate) server: Server,
    /// For people, for programs, or for a shell [default: text]
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) output: Option<IssuedForm>,
}

/// The form in which credentials are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IssuedForm {
    /// Lines for people
    Text,
    /// What the server says
    Json,
    /// Lines that a shell can run: `export CLAVIGER_…`
    Env,
}

#[derive(Debug, Args)]
pub(crate) struct SessionToken {
    /// How long they shall be good, as `90m`
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    pub(crate) duration: Option<u64>,
    #[command(flatten)]
    pub(crate) document: MaybeDocument,
}

#[derive(Debug, Args)]
pub(crate) struct AssumeRole {
    /// The role's name
    pub(crate) role: String,
    /// What the session shall be called
    #[arg(long, value_name = "NAME")]
    pub(crate) session_name: String,
    /// Whose the role is [default: one's own account]
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// How long they shall be good, as `90m`
    #[arg(long, value_name = "SPAN", value_parser = seconds)]
    pub(crate) duration: Option<u64>,
    /// What the role's trust document wants to be told
    #[arg(long, value_name = "TEXT")]
    pub(crate) external_id: Option<String>,
    /// Who is behind the session; it stays through all that comes of it
    #[arg(long, value_name = "TEXT")]
    pub(crate) source_identity: Option<String>,
    /// A tag of the session; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) tags: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) document: MaybeDocument,
}
