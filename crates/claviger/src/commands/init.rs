//! `claviger init`: the first account of a store.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use super::{operator, output};
use crate::cli::Init;

pub(super) fn run(arguments: &Init) -> Result<ExitCode> {
    let answer = operator(&arguments.store)?.call("/operator/accounts", &json!({ "first": true }))?;
    output::answer(arguments.output, &answer, output::new_key)?;
    Ok(ExitCode::SUCCESS)
}
