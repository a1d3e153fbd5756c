//! Verifying a chain: is the trail the one that was written?

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;

use std::{fmt, ops::ControlFlow};

use base::ids::AccountId;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::Value as Json;

use super::{
    checkpoint::Checkpoint,
    fault::{Fault, Problem},
    link, sql,
    stated::Stated,
    walk,
};
use crate::{
    action::Action,
    caller::Caller,
    db::{Connection, Row, head::HASH_BYTES},
    door::{Query, Read, Target},
    error::{Error, Noun, Result},
};

/// Verifies an account's chain from its first event to its head.
///
/// The chain alone shows that events were edited, removed from its middle, inserted or moved, and the
/// account's head shows that the last ones were removed. Whoever can write into the database can also write
/// a whole new chain with its head, but cannot sign its checkpoints; what was taken back to a checkpoint, with all
/// later ones, is shown by one that was kept elsewhere.
///
/// Errors: `NotFound` where there is no such account.
#[derive(Debug, Clone)]
pub struct Verify {
    /// Whose; the installation's own where there is none.
    pub account: Option<AccountId>,
    /// A head that an earlier verification gave, and that was kept outside of the store.
    pub head: Option<KeptHead>,
    /// Checkpoints of the account that were kept outside of the store: [`Verify::CHECKPOINTS_MAX`] at most.
    pub checkpoints: Vec<Checkpoint>,
}

/// What verifying found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many events were looked at.
    pub events: u64,
    /// How many checkpoints they fit, kept ones included.
    pub checkpoints: u64,
    /// The head to keep, or the first thing that is wrong.
    pub verdict: Result<KeptHead, Fault>,
}

/// The end of a chain. It commits to everything before it. As text: `seq:hash`, the hash in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptHead {
    /// The last event's number; 0 where there is none.
    pub seq: u64,
    /// The last event's hash; zeros where there is none.
    pub hash: [u8; HASH_BYTES],
}

impl KeptHead {
    /// Reads `seq:hash`. Errors: `Invalid`.
    pub fn parse(text: &str) -> Result<Self> {
        let read = || {
            let (seq, hash) = text.split_once(':')?;
            let hash = HEXLOWER_PERMISSIVE.decode(hash.as_bytes()).ok()?.try_into().ok()?;
            Some(Self { seq: seq.parse().ok()?, hash })
        };
        read().ok_or_else(|| Error::invalid("head", "must be a number, a colon and 64 hexadecimal digits"))
    }
}

impl fmt::Display for KeptHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, data_encoding::HEXLOWER.encode(&self.hash))
    }
}

impl Query for Verify {
    const ACTION: Action = Action::VerifyAuditTrail;
    type Found = ();
    type Output = Verified;

    fn account(&self, caller: &Caller) -> AccountId {
        self.account.unwrap_or(caller.account())
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        head(tx).map(|_| ())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Verified> {
        if self.checkpoints.len() > Self::CHECKPOINTS_MAX {
            return Err(Error::invalid("checkpoints", format!("may be at most {}", Self::CHECKPOINTS_MAX)));
        }
        let head = head(tx)?;
        let mut chain =
            Chain { account: tx.account().to_string(), kept: self.head, events: 0, seq: 0, hash: [0; HASH_BYTES] };
        let mut stated = Stated::of(tx, &self.checkpoints);
        let fault = walk::each_event(tx, |row| {
            let fault = match chain.take(row) {
                Ok(()) => stated.hold(tx, chain.seq, &chain.hash)?,
                Err(fault) => Some(fault),
            };
            Ok(fault.map_or(ControlFlow::Continue(()), ControlFlow::Break))
        })?;
        let fault = if fault.is_none() { stated.end(tx, chain.seq)? } else { fault };
        let verdict = fault.map_or_else(|| chain.end(&head), Err);
        Ok(Verified { events: chain.events, checkpoints: stated.held, verdict })
    }
}

impl Verify {
    /// How many kept checkpoints one call takes.
    pub const CHECKPOINTS_MAX: usize = 500;

    /// Of that account, by what the store itself has.
    pub fn of(account: Option<AccountId>) -> Self {
        Self { account, head: None, checkpoints: Vec::new() }
    }
}

/// Follows an account's chain outside of the door, for who makes a whole store: its head, or what is wrong with it.
pub(crate) fn follow(connection: &mut dyn Connection, account: AccountId) -> Result<Result<KeptHead, Fault>> {
    let rows = connection.rows(&sql::HEAD.sql, &[account.into()])?;
    let head = read_head(rows.first().ok_or_else(|| Error::not_found(Noun::Account, account))?)?;
    let mut chain = Chain { account: account.to_string(), kept: None, events: 0, seq: 0, hash: [0; HASH_BYTES] };
    let fault = walk::each_event_of((connection, account), |row| Ok(chain.flow(row)))?;
    Ok(fault.map_or_else(|| chain.end(&head), Err))
}

/// The account's head, as its row has it.
pub(super) struct Head {
    seq: i64,
    hash: Vec<u8>,
}

impl Head {
    /// The last event's number; 0 where there is none.
    pub(super) fn seq(&self) -> Result<u64> {
        u64::try_from(self.seq).map_err(Error::internal)
    }
}

/// Reads the account's head. Errors: `NotFound`.
pub(super) fn head(tx: &Read<'_>) -> Result<Head> {
    let rows = tx.rows(&sql::HEAD, &[])?;
    read_head(rows.first().ok_or_else(|| Error::not_found(Noun::Account, tx.account()))?)
}

fn read_head(row: &Row) -> Result<Head> {
    Ok(Head { seq: row.int(0)?, hash: row.bytes(1)? })
}

/// How far the chain has been followed.
struct Chain {
    account: String,
    kept: Option<KeptHead>,
    events: u64,
    seq: i64,
    hash: [u8; HASH_BYTES],
}

impl Chain {
    /// Follows the chain by one event, and breaks off where it is broken.
    fn flow(&mut self, row: &Row) -> ControlFlow<Fault> {
        match self.take(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(fault) => ControlFlow::Break(fault),
        }
    }

    /// Follows the chain by one event.
    fn take(&mut self, row: &Row) -> Result<(), Fault> {
        self.events += 1;
        let wanted = self.seq + 1;
        let fault = |seq, problem| Fault { seq, problem };
        let edited = |_: Error| fault(wanted, Problem::Edited);
        let seq = row.int(0).map_err(edited)?;
        if seq != wanted {
            let impossible = seq < wanted;
            return Err(if impossible { fault(seq, Problem::Impossible) } else { fault(wanted, Problem::Missing) });
        }
        let (text, hash) = (row.text(5).map_err(edited)?, row.bytes(6).map_err(edited)?);
        let linked = link(&self.hash, &text);
        let body: Json = serde_json::from_str(&text).map_err(|_| fault(seq, Problem::Edited))?;
        let place = (body.get("account").and_then(Json::as_str), body.get("seq").and_then(Json::as_i64));
        if place != (Some(self.account.as_str()), Some(seq)) {
            return Err(fault(seq, Problem::Moved));
        }
        if hash != linked {
            return Err(fault(seq, Problem::Edited));
        }
        if let Some(column) = differing_column(row, &body) {
            return Err(fault(seq, Problem::Column(column)));
        }
        (self.seq, self.hash) = (seq, linked);
        match self.kept {
            Some(kept) if i64::try_from(kept.seq) == Ok(seq) && kept.hash != linked => Err(fault(seq, Problem::Kept)),
            _ => Ok(()),
        }
    }

    /// The chain has no more events: does it end where it should?
    fn end(&self, head: &Head) -> Result<KeptHead, Fault> {
        let fault = |seq, problem| Err(Fault { seq, problem });
        let kept = self.kept.map_or(0, |kept| i64::try_from(kept.seq).unwrap_or(i64::MAX));
        if self.seq < head.seq || self.seq < kept {
            return fault(self.seq + 1, Problem::Truncated);
        }
        if self.seq > head.seq {
            return fault(head.seq + 1, Problem::Added);
        }
        if self.hash.as_slice() != head.hash {
            return fault(self.seq, Problem::Head);
        }
        Ok(KeptHead { seq: u64::try_from(self.seq).unwrap_or_default(), hash: self.hash })
    }
}

/// The columns repeat parts of the text, so that one can search by them: they must say the same.
fn differing_column(row: &Row, body: &Json) -> Option<&'static str> {
    let text = |name: &str| body.get(name).and_then(Json::as_str);
    let time = body.get("time_us").and_then(Json::as_i64);
    let principal = body.get("principal").and_then(|principal| principal.get("id")).and_then(Json::as_i64);
    let says = [
        ("time_us", row.int(1).ok() == time),
        ("action", row.text(2).ok().as_deref() == text("action")),
        ("principal_id", row.optional(3, Row::int).ok() == Some(principal)),
        ("outcome", row.text(4).ok().as_deref() == text("outcome")),
    ];
    says.into_iter().find_map(|(column, same)| (!same).then_some(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_survive_their_text() {
        let head = KeptHead { seq: 12, hash: [0xAB; 32] };
        assert_eq!(head.to_string(), format!("12:{}", "ab".repeat(32)));
        assert_eq!(KeptHead::parse(&head.to_string()).unwrap(), head);
        for bad in ["", "12", "12:", ":abab", "x:abab", "12:abab", &format!("-1:{}", "ab".repeat(32))] {
            assert!(KeptHead::parse(bad).is_err(), "{bad}");
        }
    }
}
