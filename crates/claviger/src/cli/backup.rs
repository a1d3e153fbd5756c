//! `claviger backup …` and `claviger restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::{Output, Store};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Backup {
    #[command(subcommand)]
    pub(crate) command: Option<BackupCommand>,
    /// File to write the backup to; it must not be there yet
    #[arg(required = true)]
    pub(crate) file: Option<PathBuf>,
    /// File of the key that seals backups: 64 hexadecimal digits, and not the master key
    #[arg(long, value_name = "FILE", required = true, env = "CLAVIGER_BACKUP_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Make the key where its file is not there
    #[arg(long)]
    pub(crate) make_key: bool,
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Read a backup to its end and show what is in it; needs no store and no master key
    Verify(VerifyBackup),
}

#[derive(Debug, Args)]
pub(crate) struct VerifyBackup {
    /// The backup
    pub(crate) file: PathBuf,
    /// File of the key that seals backups
    #[arg(long, value_name = "FILE", env = "CLAVIGER_BACKUP_KEY_FILE")]
    pub(crate) key_file: PathBuf,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    pub(crate) file: PathBuf,
    /// File of the key that seals backups
    #[arg(long, value_name = "FILE", env = "CLAVIGER_BACKUP_KEY_FILE")]
    pub(crate) key_file: PathBuf,
    /// Leave sessions and temporary credentials valid; some may have been ended since the backup
    #[arg(long)]
    pub(crate) keep_sessions: bool,
    /// Data directory of the old store (embedded), if it can still be read: lists the keys deleted since the backup
    #[arg(long, value_name = "DIR")]
    pub(crate) compare: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}
