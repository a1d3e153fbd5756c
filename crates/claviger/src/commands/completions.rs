//! `claviger completions`: what a shell loads to complete our commands.

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::{Shell as Script, generate};

use super::output;
use crate::cli::{Arguments, Completions, Shell};

pub(super) fn run(arguments: &Completions) -> Result<ExitCode> {
    let shell = match arguments.shell {
        Shell::Bash => Script::Bash,
        Shell::Zsh => Script::Zsh,
        Shell::Fish => Script::Fish,
    };
    // Not straight to standard output: there, a pipe that was closed would be a panic.
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "claviger", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
