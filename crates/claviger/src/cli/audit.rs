//! `claviger audit …`.

use clap::{Args, Subcommand};

use crate::cli::{Output, Store};

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check that no event was edited, removed, inserted or moved
    Verify(Verify),
    /// Rebuild an account's tables from its events and compare them with what is stored
    Replay(Replay),
    /// Write an account's events, one JSON object a line
    Export(Export),
}

impl Audit {
    pub(super) fn store_mut(&mut self) -> &mut Store {
        match self {
            Self::Verify(verify) => &mut verify.store,
            Self::Replay(replay) => &mut replay.store,
            Self::Export(export) => &mut export.store,
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
