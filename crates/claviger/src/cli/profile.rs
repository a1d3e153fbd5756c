//! `claviger profile …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::{Form, Output, Yes};

const HELP: &str = "\
Profiles stand in the file that CLAVIGER_PROFILES names, or else in claviger/profiles.toml under XDG_CONFIG_HOME or \
~/.config. Only its owner may read it: otherwise it is refused. What a command takes from a profile stands behind its \
arguments and the environment; but a profile named by `--profile` stands over the environment.";

/// Keep servers and keys under names, so that commands need not be told.
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Profile {
    /// Make a profile, or change what is given; secrets are asked for, or read from standard input, a line each
    Set(SetProfile),
    /// List the profiles
    List(ListProfiles),
    /// Show a profile, without its secrets
    Show(ShowProfile),
    /// Remove a profile and the key in it
    Remove(RemoveProfile),
    /// Use a profile wherever none is named
    Use(UseProfile),
}

#[derive(Debug, Args)]
pub(crate) struct SetProfile {
    /// The profile's name
    pub(crate) name: String,
    /// URL of the server
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Id of an access key, whose secret is asked for
    #[arg(long, value_name = "ID", conflicts_with_all = ["api_key", "from_environment"])]
    pub(crate) access_key_id: Option<String>,
    /// Ask for the session token, too, that belongs to a temporary access key
    #[arg(long, requires = "access_key_id")]
    pub(crate) session_token: bool,
    /// Ask for an API key or a bearer token in place of an access key
    #[arg(long, conflicts_with = "from_environment")]
    pub(crate) api_key: bool,
    /// Take the key that the environment holds
    #[arg(long)]
    pub(crate) from_environment: bool,
    /// File of the certificates (PEM) to trust
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Form of answers
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) output: Option<Form>,
}

#[derive(Debug, Args)]
pub(crate) struct ListProfiles {
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct ShowProfile {
    /// The profile's name [default: the one in use]
    pub(crate) name: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveProfile {
    /// The profile's name
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) sure: Yes,
}

#[derive(Debug, Args)]
pub(crate) struct UseProfile {
    /// The profile's name
    pub(crate) name: String,
}
