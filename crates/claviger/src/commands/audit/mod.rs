//! `claviger audit …`

mod checkpoints;
mod events;

use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Value, json};

use self::checkpoints::Kept;
use super::{account::each_account, operator, output};
use crate::{
    admin::Operator,
    cli::{Audit, Export, Output, Replay, Verify},
};

/// What a check says when something is wrong.
const FOUND: u8 = 4;
/// The installation's own chain.
const INSTANCE: &str = "000000000000";
/// What is wrong with a chain of which only checkpoints are left.
const GONE: &str = "its checkpoint was kept, and the store has no such account";

pub(super) fn run(command: Audit) -> Result<ExitCode> {
    let good = match command {
        Audit::Query(asked) => return asked.run(events::query),
        Audit::Tail(asked) => return asked.run(events::tail),
        Audit::Verify(arguments) => verify(&arguments)?,
        Audit::Checkpoint(arguments) => {
            checkpoints::print(&arguments)?;
            true
        }
        Audit::Key(arguments) => {
            checkpoints::print_key(&arguments)?;
            true
        }
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
    let mut kept = arguments.checkpoints.as_deref().map(Kept::read).transpose()?.unwrap_or_default();
    let form = arguments.output;
    if let Some(account) = &arguments.account {
        return verify_one(&operator, account, arguments.head.as_deref(), &kept.take(account), form);
    }
    let mut good = verify_one(&operator, INSTANCE, None, &kept.take(INSTANCE), form)?;
    each_account(&operator, |account| {
        let account = output::field(account, "account_id")?;
        good &= verify_one(&operator, account, None, &kept.take(account), form)?;
        Ok(())
    })?;
    for account in kept.accounts() {
        let answer = json!({ "account_id": account, "intact": false, "seq": 1, "problem": GONE });
        told(form, &answer)?;
        good = false;
    }
    Ok(good)
}

/// Holds a chain against what was kept of it: as much at a time as one call takes, until something is wrong.
fn verify_one(operator: &Operator, account: &str, head: Option<&str>, kept: &[Value], form: Output) -> Result<bool> {
    let (first, rest) = kept.split_at(kept.len().min(Kept::AT_ONCE));
    let mut answer = json!({ "account": account, "head": head, "checkpoints": first });
    answer = operator.call("/operator/audit/verify", &answer)?;
    for more in rest.chunks(Kept::AT_ONCE) {
        if !flag(&answer, "intact") {
            break;
        }
        let question = json!({ "account": account, "head": head, "checkpoints": more });
        answer = operator.call("/operator/audit/verify", &question)?;
    }
    if let Some(object) = answer.as_object_mut() {
        object.insert("account_id".to_owned(), json!(account));
    }
    told(form, &answer)?;
    Ok(flag(&answer, "intact"))
}

fn told(form: Output, answer: &Value) -> Result<()> {
    output::answer(form, answer, |answer| {
        let account = output::field(answer, "account_id")?;
        let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
        Ok(if flag(answer, "intact") {
            let (events, checkpoints) = (number("events"), number("checkpoints"));
            let head = output::field(answer, "head")?;
            format!("{account}  intact, {events} events, {checkpoints} checkpoints, head {head}")
        } else {
            let seq = answer.get("seq").and_then(Value::as_i64).unwrap_or_default();
            format!("{account}  NOT INTACT: event {seq}: {}", output::field(answer, "problem")?)
        })
    })
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
