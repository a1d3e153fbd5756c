//! What can be typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, parser::ValueSource};

use crate::config::ACKNOWLEDGEMENT;

/// Identity and access management of a cloud, in one program.
///
/// Start with `claviger serve --demo`, which needs nothing and shows what to paste next. For a store of your own,
/// `claviger init` makes it with a first account, and `claviger serve` runs it.
#[derive(Debug, Parser)]
#[command(name = "claviger", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed, with the reason on standard error; 2 the arguments are not \
                          understood; 3 the server gave up its store; 4 `audit verify` or `audit replay` found something wrong.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a store and its first account, and show its root user's access key, once
    Init(Init),
    /// Run the server until it is told to stop (SIGTERM or Ctrl-C); SIGHUP reads the TLS files again
    Serve(Serve),
    /// Manage accounts, as the operator of this installation
    #[command(subcommand)]
    Account(Account),
    /// Check and export the audit trail
    #[command(subcommand)]
    Audit(Audit),
}

/// Where the store is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Store {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "CLAVIGER_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Directory of the store; made where it is missing [default: claviger-data]
    #[arg(long, value_name = "DIR", env = "CLAVIGER_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL database in place of the embedded one; a URL with a password goes into the environment
    #[arg(long, value_name = "URL", env = "CLAVIGER_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// File of the master key [default: master.key in the data directory]
    #[arg(long, value_name = "FILE", env = "CLAVIGER_MASTER_KEY_FILE")]
    pub(crate) master_key_file: Option<PathBuf>,
    #[arg(skip)]
    database_from: Option<ValueSource>,
}

impl Store {
    /// Whether the database's URL came from the environment, where others do not see it.
    pub(crate) fn database_from_environment(&self) -> bool {
        self.database_from == Some(ValueSource::EnvVariable)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Make a small company in a store of its own, gone when the server stops, and print lines to paste
    #[arg(long, conflicts_with_all = ["data", "database", "config", "master_key_file"])]
    pub(crate) demo: bool,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8585]
    #[arg(long, value_name = "ADDR", env = "CLAVIGER_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// URL by which people and programs reach the server [default: where it listens]
    #[arg(long, value_name = "URL", env = "CLAVIGER_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// File of the TLS certificate chain (PEM)
    #[arg(long, value_name = "FILE", env = "CLAVIGER_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// File of the certificate's private key (PEM)
    #[arg(long, value_name = "FILE", env = "CLAVIGER_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Speak plain HTTP beyond loopback, where something in front speaks TLS
    #[arg(long)]
    pub(crate) insecure_http: bool,
    /// Whether the environment acknowledges the switch above.
    #[arg(skip)]
    pub(crate) insecure_accepted: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Create an account and show its root user's access key, once
    Create(CreateAccount),
    /// List the accounts
    List(ListAccounts),
    /// Set an account's alias, or remove it with an empty one
    Alias(SetAlias),
    /// Set one of an account's limits
    Quota(SetQuota),
    /// Look after the access keys of an account's root user: how a lost root is recovered
    #[command(subcommand)]
    RootKey(RootKey),
}

#[derive(Debug, Args)]
pub(crate) struct CreateAccount {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct ListAccounts {
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct SetAlias {
    /// The account's twelve digits
    pub(crate) account: String,
    /// 3 to 63 lower-case letters, digits and hyphens; empty removes it
    pub(crate) alias: String,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Debug, Args)]
pub(crate) struct SetQuota {
    /// The account's twelve digits
    pub(crate) account: String,
    /// `users`, `groups`, `access_keys_per_user`, `users_per_group` or `groups_per_user`
    pub(crate) quota: String,
    /// How many there may be
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RootKey {
    /// Make a key and show its secret, once
    Create(RootKeys),
    /// List the keys
    List(RootKeys),
    /// Delete a key
    Delete(DeleteRootKey),
}

#[derive(Debug, Args)]
pub(crate) struct RootKeys {
    /// The account's twelve digits
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) store: Store,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteRootKey {
    /// The account's twelve digits
    pub(crate) account: String,
    /// The access key's id
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) store: Store,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check that no event was edited, removed, inserted or moved
    Verify(Verify),
    /// Rebuild an account's tables from its events and compare them with what is stored
    Replay(Replay),
    /// Write an account's events, one JSON object a line
    Export(Export),
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

/// The form of a command's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

impl Arguments {
    /// Reads the arguments, and where the database's URL came from.
    pub(crate) fn read(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches_from(arguments)?;
        let source = deepest(&matches).value_source("database");
        let mut read = Self::from_arg_matches(&matches)?;
        read.store_mut().database_from = source;
        if let Command::Serve(serve) = &mut read.command {
            serve.insecure_accepted = std::env::var_os(ACKNOWLEDGEMENT).is_some_and(|value| value == "1");
        }
        Ok(read)
    }

    fn store_mut(&mut self) -> &mut Store {
        match &mut self.command {
            Command::Init(init) => &mut init.store,
            Command::Serve(serve) => &mut serve.store,
            Command::Account(Account::Create(create)) => &mut create.store,
            Command::Account(Account::List(list)) => &mut list.store,
            Command::Account(Account::Alias(alias)) => &mut alias.store,
            Command::Account(Account::Quota(quota)) => &mut quota.store,
            Command::Account(Account::RootKey(RootKey::Create(keys) | RootKey::List(keys))) => &mut keys.store,
            Command::Account(Account::RootKey(RootKey::Delete(delete))) => &mut delete.store,
            Command::Audit(Audit::Verify(verify)) => &mut verify.store,
            Command::Audit(Audit::Replay(replay)) => &mut replay.store,
            Command::Audit(Audit::Export(export)) => &mut export.store,
        }
    }
}

fn deepest(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| deepest(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_url_in_the_arguments_is_known_as_such() {
        let read = |list: &[&str]| Arguments::read(list.iter().map(Into::into)).unwrap();
        let mut typed = read(&["claviger", "serve", "--database", "postgres://x"]);
        assert!(!typed.store_mut().database_from_environment());
        assert_eq!(typed.store_mut().database.as_deref(), Some("postgres://x"));
    }
}
