//! The program: its commands, its listeners, and the wiring between them and the core. No rules.

mod admin;
mod catalogue;
mod cli;
mod client;
mod commands;
pub mod config;
mod failure;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod import;
mod listener;
mod log;
mod otlp;
mod profiles;
pub mod server;
mod settings;
mod sinks;
mod terminal;
mod tls;

use std::{ffi::OsString, io::ErrorKind, process::ExitCode};

/// Runs the command that the arguments name, and gives the exit code, as `claviger --help` lists them.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match cli::Arguments::read(arguments) {
        Ok(arguments) => arguments.command,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(command) {
        Ok(code) => code,
        // Whoever read the answer has seen enough.
        Err(error) if error.downcast_ref().is_some_and(|io: &std::io::Error| io.kind() == ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("claviger: {error:#}");
            failure::exit_code(&error)
        }
    }
}
