//! The commands.

mod account;
mod serve;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::{Account, Command};

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(serve) => serve::run(serve),
        Command::Account(Account::Create(create)) => account::create(&create),
    }
}
