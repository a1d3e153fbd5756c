//! `claviger audit …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::{Asked, Limit, Output, Store};

const HELP: &str = "The commands with [operator] are for whoever may open the data directory, and need no key. The \
                    others ask a server about the account whose key is used.";

/// Look at one's account's audit trail, on a server; as the operator, check and export all
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Audit {
    /// Look events up
    Query(Asked<QueryEvents>),
    /// Print events as they happen, after the last ones
    Tail(Asked<TailEvents>),
    /// [operator] Check that no event was edited, removed, inserted or moved
    Verify(Verify),
    /// [operator] Print the last checkpoint of a chain, or of all, one JSON object a line: keep them elsewhere
    Checkpoint(Checkpoint),
    /// [operator] Print the key that verifies checkpoints: keep it elsewhere
    Key(CheckpointKey),
    /// [operator] Rebuild an account's tables from its events and compare them with what is stored
    Replay(Replay),
    /// [operator] Write an account's events, one JSON object a line
    Export(Export),
}

/// Which events are meant.
#[derive(Debug, Args)]
pub(crate) struct EventFilter {
    /// Only of this action, as `iam:CreateUser`
    #[arg(long, value_name = "SERVICE:NAME")]
    pub(crate) action: Option<String>,
    /// Only of this principal's
    #[arg(long, value_name = "NAME")]
    pub(crate) principal: Option<String>,
    /// Only those that ended so, as `denied`
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) outcome: Option<String>,
    /// Only about this resource
    #[arg(long, value_name = "RESOURCE")]
    pub(crate) resource: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct QueryEvents {
    #[command(flatten)]
    pub(crate) filter: EventFilter,
    /// Not before this time, as `2026-11-24T11:00:00Z`
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Which come first [default: newest]
    #[arg(long, value_name = "ORDER", value_parser = ["newest", "oldest"])]
    pub(crate) order: Option<String>,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

#[derive(Debug, Args)]
pub(crate) struct TailEvents {
    #[command(flatten)]
    pub(crate) filter: EventFilter,
    /// How many of the last events come first
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    pub(crate) lines: usize,
}

impl Audit {
    pub(super) fn store_mut(&mut self) -> Option<&mut Store> {
        match self {
            Self::Query(_) | Self::Tail(_) => None,
            Self::Verify(verify) => Some(&mut verify.store),
            Self::Checkpoint(checkpoint) => Some(&mut checkpoint.store),
            Self::Key(key) => Some(&mut key.store),
            Self::Replay(replay) => Some(&mut replay.store),
            Self::Export(export) => Some(&mut export.store),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The account's twelve digits; all chains when absent
    pub(crate) account: Option<String>,
    /// The head that an earlier check told you to keep: finds removal from the end, too
    #[arg(long, value_name = "SEQ:HASH", requires = "account")]
    pub(crate) head: Option<String>,
    /// What `audit checkpoint` printed earlier and you kept: finds a store that was rolled back, too
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoints: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Checkpoint {
    /// The account's twelve digits; all chains when absent
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Debug, Args)]
pub(crate) struct CheckpointKey {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The account's twelve digits
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The account's twelve digits
    pub(crate) account: String,
    /// Begin behind this event
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    pub(crate) after: i64,
    #[command(flatten)]
    pub(crate) store: Store,
}
