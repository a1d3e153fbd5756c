//! `claviger audit …`

mod events;

use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Value, json};

use super::{account::each_account, operator, output};
use crate::{
    admin::Operator,
    cli::{Audit, Export, Output, Replay, Verify},
};

/// What a check says when something is wrong.
const FOUND: u8 = 4;
/// The installation's own chain.
const INSTANCE: &str = "000000000000";

pub(super) fn run(command: Audit) -> Result<ExitCode> {
    let good = match command {
        Audit::Query(asked) => return asked.run(events::query),
        Audit::Tail(asked) => return asked.run(events::tail),
        Audit::Verify(arguments) => verify(&arguments)?,
        Audit::Replay(arguments) => replay(&arguments)?,
        Audit::Export(arguments) => {
            export(&arguments)?;
            true
        }
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// One chain, or all of them. Every chain is looked at, even after a bad one.
fn verify(arguments: &Verify) -> Result<bool> {
    let operator = operator(&arguments.store)?;
    if let Some(account) = &arguments.account {
        return verify_one(&operator, account, arguments.head.as_deref(), arguments.output);
    }
    let mut good = verify_one(&operator, INSTANCE, None, arguments.output)?;
    each_account(&operator, |account| {
        good &= verify_one(&operator, output::field(account, "account_id")?, None, arguments.output)?;
        Ok(())
    })?;
    Ok(good)
}

fn verify_one(operator: &Operator, account: &str, head: Option<&str>, form: Output) -> Result<bool> {
    let mut answer = operator.call("/operator/audit/verify", &json!({ "account": account, "head": head }))?;
    let intact = flag(&answer, "intact");
    if let Some(object) = answer.as_object_mut() {
        object.insert("account_id".to_owned(), json!(account));
    }
    output::answer(form, &answer, |answer| {
        let events = answer.get("events").and_then(Value::as_u64).unwrap_or_default();
        Ok(if intact {
            format!("{account}  intact, {events} events, head {}", output::field(answer, "head")?)
        } else {
            let seq = answer.get("seq").and_then(Value::as_i64).unwrap_or_default();
            format!("{account}  NOT INTACT: event {seq}: {}", output::field(answer, "problem")?)
        })
    })?;
    Ok(intact)
}

fn replay(arguments: &Replay) -> Result<bool> {
    let answer =
        operator(&arguments.store)?.call("/operator/audit/replay", &json!({ "account": arguments.account }))?;
    output::answer(arguments.output, &answer, |answer| {
        let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
        let head = format!("{} events replayed, {} rows compared", number("events"), number("rows"));
        let differences =
            output::list(answer, "differences")?.iter().map(|difference| format!("DIFFERENT: {difference}"));
        Ok(std::iter::once(head).chain(differences).collect::<Vec<_>>().join("\n"))
    })?;
    Ok(flag(&answer, "equal"))
}

/// Page after page, so that a trail of any length passes through little memory.
fn export(arguments: &Export) -> Result<()> {
    let operator = operator(&arguments.store)?;
    let mut after = json!(arguments.after);
    loop {
        let page = operator.call("/operator/audit/export", &json!({ "account": arguments.account, "after": after }))?;
        for event in output::list(&page, "events")? {
            output::line(&event.to_string())?;
        }
        after = page.get("next").cloned().unwrap_or_default();
        if after.is_null() {
            return Ok(());
        }
    }
}

fn flag(answer: &Value, name: &str) -> bool {
    answer.get(name).and_then(Value::as_bool) == Some(true)
}
