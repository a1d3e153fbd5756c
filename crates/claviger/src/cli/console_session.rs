//! `claviger session …`.

use clap::{Args, Subcommand};

use crate::cli::{Asked, Limit, Yes};

/// Look after who is signed in to the console, on a server
#[derive(Debug, Subcommand)]
pub(crate) enum ConsoleSession {
    /// List who is signed in, the earliest first
    List(Asked<ListSessions>),
    /// End one session, or all of a user, of root or of everybody
    End(Asked<EndSessions>),
}

#[derive(Debug, Args)]
#[group(id = "whose", multiple = false, args = ["user", "root"])]
pub(crate) struct ListSessions {
    /// Only the sessions of this user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Only the root user's
    #[arg(long)]
    pub(crate) root: bool,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = false, args = ["id", "user", "root", "everybody"])]
pub(crate) struct EndSessions {
    /// The session's number, as `list` shows it
    #[arg(value_name = "SESSION")]
    pub(crate) id: Option<u64>,
    /// All of this user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// All of the root user, who alone may
    #[arg(long)]
    pub(crate) root: bool,
    /// Everybody's; the root user's stay, unless it asks
    #[arg(long)]
    pub(crate) everybody: bool,
    #[command(flatten)]
    pub(crate) sure: Yes,
}
