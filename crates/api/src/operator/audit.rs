//! The audit trail, for the operator.

use iam::{
    audit::{Difference, Export, KeptHead, Replay, Verify},
    page::PageSize,
};
use serde_json::{Value, json};

use super::{Answer, Call, accounts::account_id};

/// `POST /operator/audit/verify`, with `{"account", "head"}`, both optional: is the chain as it was written?
pub(super) fn verify(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.body.text("account")?.map(account_id).transpose()?;
        let head = call.body.text("head")?.map(KeptHead::parse).transpose()?;
        let verified = call.iam.query(call.request.operator(), Verify { account, head }).await?;
        Ok(match verified.verdict {
            Ok(head) => json!({ "intact": true, "events": verified.events, "head": head.to_string() }),
            Err(fault) => json!({
                "intact": false,
                "events": verified.events,
                "seq": fault.seq,
                "problem": fault.problem.to_string(),
            }),
        })
    })
}

/// `POST /operator/audit/replay`, with `{"account"}`: do the events give the tables?
pub(super) fn replay(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.account()?;
        let replayed = call.iam.query(call.request.operator(), Replay { account: Some(account) }).await?;
        let difference = |difference: &Difference| {
            json!({
                "table": difference.table,
                "key": difference.key,
                "column": difference.column,
                "expected": difference.expected,
                "found": difference.found,
                "event": difference.event,
            })
        };
        let differences: Vec<Value> = replayed.differences.iter().map(difference).collect();
        Ok(json!({
            "equal": replayed.differing == 0,
            "events": replayed.events,
            "rows": replayed.rows,
            "differing": replayed.differing,
            "differences": differences,
        }))
    })
}

/// `POST /operator/audit/export`, with `{"account", "after"}`: a page of events, as they are stored.
pub(super) fn export(call: Call) -> Answer {
    Box::pin(async move {
        let export = Export {
            account: Some(call.account()?),
            after: call.body.number("after")?.unwrap_or(0),
            size: PageSize::MAX,
        };
        let page = call.iam.query(call.request.operator(), export).await?;
        let events: Vec<Value> = page
            .items
            .iter()
            .map(|event| json!({ "seq": event.seq, "hash": event.hash, "body": event.body }))
            .collect();
        Ok(json!({ "events": events, "next": page.next }))
    })
}
