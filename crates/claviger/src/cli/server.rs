//! What every command has that asks a server.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which server is asked, and as whom; what is absent comes from the environment, or from a profile.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server", after_help = KEY_HELP)]
pub(crate) struct Server {
    #[arg(long, value_name = "NAME", help = "Profile to use, over what the environment says [env: CLAVIGER_PROFILE]")]
    pub(crate) profile: Option<String>,
    #[arg(
        long,
        value_name = "URL",
        help = "URL of the server [env: CLAVIGER_ENDPOINT] [default: http://127.0.0.1:8585]"
    )]
    pub(crate) endpoint: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        help = "File of the certificates (PEM) to trust, for a private authority [env: CLAVIGER_CA] [default: the system's]"
    )]
    pub(crate) ca: Option<PathBuf>,
}

pub(crate) const KEY_HELP: &str = "\
The request is signed with the access key in the environment variables CLAVIGER_ACCESS_KEY_ID and \
CLAVIGER_SECRET_ACCESS_KEY (for a session, and CLAVIGER_SESSION_TOKEN), or bears the API key in CLAVIGER_API_KEY, or \
takes either from a profile: see `claviger profile --help`. There is no argument for them: the arguments of a program \
can be seen by others.";

/// What is asked of a server, and of which.
#[derive(Debug, Args)]
pub(crate) struct Asked<T: Args> {
    #[command(flatten)]
    pub(crate) what: T,
    #[command(flatten)]
    pub(crate) server: Server,
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        help = "For people, for programs, or for spreadsheets [env: CLAVIGER_OUTPUT] [default: text]"
    )]
    pub(crate) output: Option<Form>,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Tables and lines for people
    Text,
    /// What the server says; of lists one array
    Json,
    /// A line of titles, and a line for each thing
    Csv,
}

/// Nothing more has to be said.
#[derive(Debug, Args)]
pub(crate) struct Nothing {}
