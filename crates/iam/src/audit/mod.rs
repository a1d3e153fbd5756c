//! The audit trail: one chain of events per account.
//!
//! An event is JSON text with sorted members. Its hash is SHA-256 over the hash before it and the text, so
//! that no event can be edited, removed, inserted or moved without breaking the chain ([`Verify`]). The
//! event of a change commits in the transaction of the change; the event of a denial is durable before the
//! answer; reading is recorded within a second, by a thread of its own; who did not prove who it is, is counted.
//!
//! The events of changes name every field that changed, so that the trail alone tells what each table of
//! state must hold ([`Replay`]).

mod checkpoint;
mod checkpointing;
mod denial;
mod event;
mod export;
mod fault;
mod filter;
mod list;
mod reads;
mod rebuilt;
mod recorder;
mod refusal;
mod replay;
mod rows;
mod sinks;
pub(crate) mod sql;
mod stated;
mod trail;
mod verify;
mod walk;

use std::time::Duration;

use base::timestamp::Timestamp;
use sha2::{Digest, Sha256};

#[cfg(any(test, fuzzing))]
pub(crate) use self::verify::fuzz;
pub(crate) use self::{
    checkpoint::CheckpointKey,
    denial::Denial,
    event::{Event, Performer},
    recorder::Recorder,
    rows::{RowChange, row_change, shown},
    trail::Trail,
    verify::follow,
};
pub use self::{
    checkpoint::{Checkpoint, PUBLIC_KEY_BYTES, SIGNATURE_BYTES},
    event::Outcome,
    export::{Export, Exported, NewestCheckpoint},
    fault::{Fault, Problem},
    filter::{ActionPattern, Filter, Text},
    list::{ListEvents, Listed, Order},
    refusal::Refusal,
    replay::{Difference, Replay, Replayed},
    sinks::{Lag, Outgoing, Sink, SinkName},
    verify::{KeptHead, Verified, Verify},
};
#[cfg(test)]
pub(crate) use self::{
    checkpointing::make_due,
    recorder::{collect, send, waiting},
};
use crate::{
    core::Core,
    db::{
        Connection,
        head::{HASH_BYTES, Head},
    },
    error::{Error, Result},
};

/// How long equal deeds are counted together.
const WINDOW: Duration = Duration::from_mins(1);

/// Appends an event to the chain whose head the caller holds.
pub(crate) fn append(connection: &mut dyn Connection, core: &Core, head: &mut Head, event: &Event) -> Result<()> {
    append_at(connection, &core.node, head, event)?;
    if head.audit_seq % checkpoint::EVENTS_BETWEEN == 0 {
        checkpoint::keep(connection, &core.checkpoint_key, head, event.now)?;
    }
    core.trail.checkpoints.note(head.account, event.now);
    core.trail.sinks.note(head.account);
    Ok(())
}

/// The same by the node's name, without a checkpoint: the next start of a node makes one.
pub(crate) fn append_at(connection: &mut dyn Connection, node: &str, head: &mut Head, event: &Event) -> Result<()> {
    let seq = head.audit_seq + 1;
    let body = event.body(head, seq, node);
    let hash = link(&head.audit_hash, &body);
    let row = [
        head.account.into(),
        seq.into(),
        event.now.into(),
        event.action.row().name.into(),
        event.principal_id().into(),
        event.outcome.word().into(),
        body.into(),
        hash.to_vec().into(),
    ];
    connection.run(&sql::APPEND, &row).map_err(|error| {
        tracing::error!(error = %error, "an audit event could not be written");
        match Error::from(error) {
            passing @ (Error::Unavailable { .. } | Error::OutcomeUnknown) => passing,
            _ => Error::AuditUnavailable,
        }
    })?;
    head.audit_seq = seq;
    head.audit_hash = hash;
    Ok(())
}

/// The hash of the event that follows `previous`.
fn link(previous: &[u8; HASH_BYTES], body: &str) -> [u8; HASH_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(body.as_bytes());
    hasher.finalize().into()
}

/// Whether what is counted since then is to be recorded: also where the clock has gone back.
fn minute_is_over(since: Timestamp, now: Timestamp) -> bool {
    now < since || now >= since.plus(WINDOW)
}

#[cfg(test)]
mod tests;
