//! `claviger whoami`: whose access key this is.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::Value;

use super::output;
use crate::{cli::Whoami, client::Client, terminal::plain};

pub(super) fn run(arguments: &Whoami) -> Result<ExitCode> {
    let answer = Client::new(&arguments.server)?.get("/api/v1/whoami")?;
    output::answer(arguments.output, &answer, text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(answer: &Value) -> Result<String> {
    let id = answer.get("id").map(Value::to_string).unwrap_or_default();
    let field = |name: &str| output::field(answer, name).map(plain);
    Ok(format!(
        "name        {}\nkind        {}\nid          {id}\naccount     {}\naccess key  {}",
        field("name")?,
        field("kind")?,
        field("account")?,
        field("access_key")?,
    ))
}
