//! The commands.

mod account;
mod account_settings;
mod api_key;
mod attachments;
mod audit;
mod authorize;
mod backup;
mod body;
mod boundary;
mod completions;
mod console_session;
mod demo;
mod group;
mod identity_provider;
mod import;
mod init;
mod inline;
mod key;
mod master_key;
mod output;
mod password;
mod policy;
mod profile;
mod progress;
mod role;
mod serve;
mod session;
mod sts;
mod user;
mod whoami;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{
    admin::Operator,
    cli::{self, Command},
    config::{File, Store},
};

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<ExitCode> {
    // Nobody may read the keys in memory through a core dump or a debugger (SEC-067).
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("core dumps could not be switched off")?;
    match command {
        Command::Init(init) => init::run(&init),
        Command::Serve(serve) => serve::run(&serve),
        Command::Account(account) => account::run(account),
        Command::Audit(audit) => audit::run(audit),
        Command::Backup(backup) => backup::run(&backup),
        Command::Restore(restore) => backup::restore(&restore),
        Command::MasterKey(command) => master_key::run(command),
        Command::User(user) => user::run(user),
        Command::Group(group) => group::run(group),
        Command::Policy(policy) => policy::run(policy),
        Command::Role(role) => role::run(role),
        Command::Key(key) => key::run(key),
        Command::ApiKey(key) => api_key::run(key),
        Command::IdentityProvider(provider) => identity_provider::run(provider),
        Command::Attach(attachment) => attachments::attach(&attachment),
        Command::Detach(attachment) => attachments::detach(&attachment),
        Command::Inline(inline) => inline::run(inline),
        Command::Boundary(boundary) => boundary::run(boundary),
        Command::Sts(sts) => sts::run(sts),
        Command::Authorize(authorize) => authorize::run(&authorize),
        Command::Whoami(whoami) => whoami::run(&whoami),
        Command::Password(asked) => password::run(&asked),
        Command::ConsoleSession(command) => console_session::run(command),
        Command::Profile(profile) => profile::run(profile),
        Command::Import(import) => import::run(import),
        Command::Completions(completions) => completions::run(&completions),
    }
}

/// Where the store is that the arguments, the environment and the file name.
fn store(arguments: &cli::Store) -> Result<Store> {
    let file = File::read(arguments.config.as_deref())?;
    Store::decide(arguments, file.store, file.catalogue)
}

/// A line to that store.
fn operator(arguments: &cli::Store) -> Result<Operator> {
    Operator::of(&store(arguments)?)
}
