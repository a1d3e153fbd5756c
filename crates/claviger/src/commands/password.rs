//! `claviger password`: one's own.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::{
    cli::{Asked, Nothing},
    client::Call,
    terminal::ask,
};

pub(super) fn run(asked: &Asked<Nothing>) -> Result<ExitCode> {
    asked.run(|session, _| {
        let current = ask::secret("present password")?;
        let new = ask::new_secret("new password")?;
        let body = json!({ "current": current.expose(), "new": new.expose() });
        let call = Call::put(&["whoami", "password"]).with_body(&body);
        session.carry_out(&call, "the password is set, and all sessions at the console are over")
    })
}
