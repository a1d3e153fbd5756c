//! Handing the trail out, and what proves it.

use base::ids::AccountId;
use data_encoding::HEXLOWER;

use super::{checkpoint::Checkpoint, sql};
use crate::{
    action::Action,
    caller::Caller,
    door::{Query, Read, Target},
    error::Result,
    page::{Page, PageSize},
};

/// A page of an account's events, as they are stored.
///
/// Each page is a read that is recorded itself, perhaps in the very chain; so a stream of pages ends with the
/// first page that has no next one, and not with an empty one.
#[derive(Debug, Clone, Copy)]
pub struct Export {
    /// Whose; the installation's own where there is none.
    pub account: Option<AccountId>,
    /// Begin behind the event of this number; 0 for the first.
    pub after: u64,
    /// How many at most.
    pub size: PageSize,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Its number in the chain, from 1.
    pub seq: u64,
    /// Its hash in hex: SHA-256 over the hash before it (32 zero bytes before the first) and the body.
    pub hash: String,
    /// Its text: a JSON object.
    pub body: String,
}

impl Query for Export {
    const ACTION: Action = Action::ExportAuditTrail;
    type Found = ();
    type Output = Page<Exported, u64>;

    fn account(&self, caller: &Caller) -> AccountId {
        self.account.unwrap_or(caller.account())
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        super::verify::head(tx).map(|_| ())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Page<Exported, u64>> {
        let after = i64::try_from(self.after).unwrap_or(i64::MAX);
        let rows = tx.rows(&sql::EVENTS, &[after.into(), self.size.probe().into()])?;
        let event = |row: &crate::db::Row| {
            Ok(Exported { seq: row.number(0)?, hash: HEXLOWER.encode(&row.bytes(6)?), body: row.text(5)? })
        };
        let events = rows.iter().map(event).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(events, self.size, |event| event.seq))
    }
}

/// The last checkpoint of an account's chain, to be kept outside of the store; `None` where there is none yet.
#[derive(Debug, Clone, Copy)]
pub struct NewestCheckpoint {
    /// Whose; the installation's own where there is none.
    pub account: Option<AccountId>,
}

impl Query for NewestCheckpoint {
    const ACTION: Action = Action::ExportAuditTrail;
    type Found = ();
    type Output = Option<Checkpoint>;

    fn account(&self, caller: &Caller) -> AccountId {
        self.account.unwrap_or(caller.account())
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        super::verify::head(tx).map(|_| ())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Option<Checkpoint>> {
        let rows = tx.rows(&sql::NEWEST_CHECKPOINT, &[])?;
        let key = tx.core().checkpoint_key.public();
        rows.first().map(|row| Checkpoint::from_row(row, tx.account(), key)).transpose()
    }
}
