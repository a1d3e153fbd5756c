//! `claviger master-key …`.

use clap::{Args, Subcommand};

use crate::cli::{Output, Store};

const HELP: &str = "To change the master key: `add`; copy the new line to the file of every other node; `rotate`; then \
                    `drop` the old version, and remove its line.";

/// [operator] Change the master key, while everything goes on
#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum MasterKey {
    /// List the versions, and how many keys each wraps
    List(MasterKeys),
    /// Make a new version and add its line to the file of this node; nothing uses it yet
    Add(MasterKeys),
    /// Use the newest version for what is new, and wrap anew what others wrap
    Rotate(RotateMasterKey),
    /// Do without a version that wraps nothing any more
    Drop(DropMasterKey),
}

impl MasterKey {
    pub(super) fn store_mut(&mut self) -> &mut Store {
        match self {
            Self::List(list) | Self::Add(list) => &mut list.store,
            Self::Rotate(rotate) => &mut rotate.store,
            Self::Drop(drop) => &mut drop.store,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct MasterKeys {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct RotateMasterKey {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Do not wait until everything is wrapped anew: the server goes on by itself
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DropMasterKey {
    /// The version's number
    pub(crate) version: u64,
    #[command(flatten)]
    pub(crate) store: Store,
}
