//! What can be typed. One file a noun; what several share is here.

mod account;
mod audit;
mod authorize;
mod backup;
mod console_session;
mod grants;
mod group;
mod identity_provider;
mod import;
mod key;
mod master_key;
mod policy;
mod profile;
mod role;
mod serve;
mod server;
mod shared;
mod sts;
mod user;

use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, parser::ValueSource};

use self::shared::{flavour, pair, seconds};
pub(crate) use self::{
    account::{Account, AccountSettings, ListAccounts, RootKey, RootKeys, RootPassword, SetSettings},
    audit::{Audit, Checkpoint, CheckpointKey, EventFilter, Export, QueryEvents, Replay, TailEvents, Verify},
    authorize::Authorize,
    backup::{Backup, BackupCommand, Restore, VerifyBackup},
    console_session::{ConsoleSession, EndSessions, ListSessions},
    grants::{Attachment, Boundary, Inline, OneInline, PutInline},
    group::{CreateGroup, Group, Membership, UpdateGroup},
    identity_provider::{IdentityProvider, SetIdentityProvider},
    import::{Import, ImportFrom},
    key::{ApiKey, CreateApiKey, Key, OneApiKey, OneKey, Owner, UpdateApiKey},
    master_key::MasterKey,
    policy::{
        AddVersion, Check, CreatePolicy, Describe, Format, ListPolicies, OneVersion, Policy, PolicyEntities,
        PolicyVersion, ShowPolicy, Simulate, UpdatePolicy,
    },
    profile::{Profile, SetProfile},
    role::{CreateRole, Role, TrustRole, UpdateRole},
    serve::Serve,
    server::{Asked, Form, Nothing, Server},
    shared::{Before, Deletion, DocumentFile, Holder, Limit, MaybeDocument, Unchanged, Yes},
    sts::{AssumeRole, Issued, IssuedForm, SessionToken, Sts},
    user::{CreateUser, ListUsers, Login, SetPassword, UpdateLogin, UpdateUser, User},
};
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
                          understood, or `authorize` is answered with a deny; 3 the server gave up its store; 4 `audit \
                          verify` or `audit replay` found something wrong. Of what is asked of a server: 5 it is not \
                          there; 6 the server does not let us; 7 it is there already, in use, or another than it was; 8 \
                          the server cannot be reached, or cannot serve now.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a store and its first account, and show its root user's access key, once
    Init(Init),
    /// Run the server until it is told to stop (SIGTERM or Ctrl-C); SIGHUP reads the files of TLS and the master
    /// key again
    Serve(Serve),
    #[command(subcommand)]
    Account(Account),
    #[command(subcommand)]
    Audit(Audit),
    /// Write the whole store into one sealed file, while a server works on it or not
    Backup(Backup),
    /// Make a store from a backup, in an empty directory or an empty database
    Restore(Restore),
    #[command(subcommand)]
    MasterKey(MasterKey),
    #[command(subcommand)]
    User(User),
    #[command(subcommand)]
    Group(Group),
    #[command(subcommand)]
    Policy(Policy),
    #[command(subcommand)]
    Role(Role),
    #[command(subcommand)]
    Key(Key),
    #[command(subcommand)]
    ApiKey(ApiKey),
    #[command(subcommand)]
    IdentityProvider(IdentityProvider),
    /// Attach a policy to a user, a group or a role, on a server
    Attach(Asked<Attachment>),
    /// Detach a policy
    Detach(Asked<Attachment>),
    #[command(subcommand)]
    Inline(Inline),
    #[command(subcommand)]
    Boundary(Boundary),
    #[command(subcommand)]
    Sts(Sts),
    /// Ask a server whether somebody may do something
    Authorize(Asked<Authorize>),
    /// Ask a server whose key this is
    Whoami(Asked<Nothing>),
    /// Change one's own password, which ends all one's sessions at the console: the present one and the new one are
    /// asked for, or the next two lines of standard input
    Password(Asked<Nothing>),
    #[command(subcommand, name = "session")]
    ConsoleSession(ConsoleSession),
    #[command(subcommand)]
    Profile(Profile),
    #[command(subcommand)]
    Import(Import),
    /// Print what a shell needs to complete commands, for it to load
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// The shells that can complete our commands.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    /// `source <(claviger completions bash)`
    Bash,
    /// `source <(claviger completions zsh)`
    Zsh,
    /// `claviger completions fish | source`
    Fish,
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
    /// Folder of descriptions of services [default: catalogue in the data directory, where that is there]
    #[arg(long, value_name = "DIR", env = "CLAVIGER_CATALOGUE")]
    pub(crate) catalogue: Option<PathBuf>,
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

/// The form of a command's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

impl Arguments {
    /// Reads the arguments, and what stands in the environment without an argument of its own.
    pub(crate) fn read(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches_from(arguments)?;
        let mut read = Self::from_arg_matches(&matches)?;
        if let Some(store) = read.store_mut() {
            store.database_from = deepest(&matches).value_source("database");
        }
        if let Command::Serve(Serve { insecure_accepted, .. }) = &mut read.command {
            *insecure_accepted = std::env::var_os(ACKNOWLEDGEMENT).is_some_and(|value| value == "1");
        }
        Ok(read)
    }

    fn store_mut(&mut self) -> Option<&mut Store> {
        match &mut self.command {
            Command::Init(init) => Some(&mut init.store),
            Command::Serve(serve) => Some(&mut serve.store),
            Command::Account(account) => account.store_mut(),
            Command::Audit(audit) => audit.store_mut(),
            Command::Backup(Backup { command: None, store, .. }) => Some(store),
            Command::Restore(restore) => Some(&mut restore.store),
            Command::MasterKey(command) => Some(command.store_mut()),
            _ => None,
        }
    }
}

fn deepest(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| deepest(inner))
}

#[cfg(test)]
mod tests;
