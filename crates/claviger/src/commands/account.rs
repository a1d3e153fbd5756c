//! `claviger account …`

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    admin,
    cli::{CreateAccount, Output},
};

/// `claviger account create`
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn create(arguments: &CreateAccount) -> Result<ExitCode> {
    let answer = admin::call(&arguments.store, "POST", "/operator/accounts", None)?;
    match arguments.output {
        Output::Json => println!("{answer}"),
        Output::Text => {
            let field = |name: &str| answer.get(name).and_then(Value::as_str).context("the answer is not complete");
            println!("account id         {}", field("account_id")?);
            println!("access key id      {}", field("access_key_id")?);
            println!("secret access key  {}", field("secret_access_key")?);
            println!();
            println!("The secret is shown only now. Keep it safe.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
