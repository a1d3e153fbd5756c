//! The audit trail, for the operator.

use base::timestamp::Timestamp;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use iam::{
    audit::{Checkpoint, Difference, Export, KeptHead, NewestCheckpoint, Replay, Verify},
    page::PageSize,
};
use serde_json::{Value, json};

use super::{Answer, Call, accounts::account_id, error::Fault};
use crate::members::Object;

/// The members of a checkpoint.
const CHECKPOINT: [&str; 6] = ["account", "seq", "hash", "time", "signature", "key"];

/// `POST /operator/audit/verify`, with `{"account", "head", "checkpoints"}`, all optional: is the chain as it was
/// written? `checkpoints` are those of the account that were kept.
pub(super) fn verify(call: Call) -> Answer {
    Box::pin(async move {
        let account = call.body.text("account")?.map(account_id).transpose()?;
        let head = call.body.text("head")?.map(KeptHead::parse).transpose()?;
        let checkpoints = call.body.list("checkpoints")?.iter().map(kept).collect::<Result<_, Fault>>()?;
        let verify = Verify { account, head, checkpoints };
        let verified = call.iam.query(call.request.operator(), verify).await?;
        Ok(match verified.verdict {
            Ok(head) => json!({
                "intact": true,
                "events": verified.events,
                "checkpoints": verified.checkpoints,
                "head": head.to_string(),
            }),
            Err(fault) => json!({
                "intact": false,
                "events": verified.events,
                "checkpoints": verified.checkpoints,
                "seq": fault.seq,
                "problem": fault.problem.to_string(),
            }),
        })
    })
}

/// `POST /operator/audit/checkpoint`, with `{"account"}`: its last checkpoint; `null` where it has none yet.
pub(super) fn checkpoint(call: Call) -> Answer {
    Box::pin(async move {
        let newest = NewestCheckpoint { account: Some(call.account()?) };
        let newest = call.iam.query(call.request.operator(), newest).await?;
        Ok(json!({ "checkpoint": newest.as_ref().map(shown) }))
    })
}

/// `POST /operator/audit/key`: the key that verifies checkpoints.
pub(super) fn key(call: Call) -> Answer {
    Box::pin(async move { Ok(json!({ "algorithm": "Ed25519", "key": HEXLOWER.encode(&call.iam.checkpoint_key()) })) })
}

fn shown(checkpoint: &Checkpoint) -> Value {
    json!({
        "account": checkpoint.account.to_string(),
        "seq": checkpoint.seq,
        "hash": HEXLOWER.encode(&checkpoint.hash),
        "time": checkpoint.time.to_milliseconds(),
        "signature": HEXLOWER.encode(&checkpoint.signature),
        "key": HEXLOWER.encode(&checkpoint.key),
    })
}

/// Reads a checkpoint as it was shown.
fn kept(value: &base::json::Value) -> Result<Checkpoint, Fault> {
    let object = Object::of(value, "checkpoints", &CHECKPOINT)?;
    let time = Timestamp::parse_rfc3339(object.required_text("time")?);
    Ok(Checkpoint {
        account: account_id(object.required_text("account")?)?,
        seq: object.number("seq")?.unwrap_or_default(),
        hash: bytes(object, "hash")?,
        time: time.ok_or_else(|| Fault::bad_request("`time` must be a moment"))?,
        signature: bytes(object, "signature")?,
        key: bytes(object, "key")?,
    })
}

fn bytes<const N: usize>(object: Object<'_>, name: &'static str) -> Result<[u8; N], Fault> {
    let decoded = HEXLOWER_PERMISSIVE.decode(object.required_text(name)?.as_bytes()).ok();
    let decoded = decoded.and_then(|bytes| bytes.try_into().ok());
    decoded.ok_or_else(|| Fault::bad_request(format!("`{name}` must have {} hexadecimal digits", 2 * N)))
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
