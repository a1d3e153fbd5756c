//! `claviger boundary …`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::{cli::Boundary, client::Call, terminal::ask};

pub(super) fn run(command: Boundary) -> Result<ExitCode> {
    match command {
        Boundary::Set(asked) => asked.run(|session, what| {
            let holder = what.bounded.holder();
            let (collection, name) = holder.path();
            let call = Call::put(&[collection, name, "permissions-boundary"]);
            let done = format!("policy `{}` bounds {}", what.policy, holder.words());
            session.carry_out(&call.with_body(&json!({ "policy": what.policy })), &done)
        }),
        Boundary::Remove(asked) => asked.run(|session, what| {
            let holder = what.bounded.holder();
            let (collection, name) = holder.path();
            ask::confirm(what.sure.yes, &format!("Take the permissions boundary away from {}?", holder.words()), name)?;
            let call = Call::delete(&[collection, name, "permissions-boundary"]);
            session.carry_out(&call, &format!("nothing bounds {} any more", holder.words()))
        }),
    }
}
