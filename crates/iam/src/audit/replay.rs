//! Replaying the trail: does it tell what the tables hold?

use std::{fmt, ops::ControlFlow};

use base::ids::AccountId;

use super::{rebuilt::Rebuilt, walk};
use crate::{
    action::Action,
    caller::Caller,
    door::{Query, Read, Target},
    error::Result,
};

/// Replays the row changes of all of an account's events, and compares the outcome with every table of state,
/// row by row and column by column; and recounts the account's tallies.
///
/// Values are compared in the form that the trail has them in: secrets and documents by their SHA-256. The
/// whole account is held in memory in that form. Whether the trail itself is genuine is for
/// [`super::Verify`] to say.
///
/// Errors: `NotFound` where there is no such account.
#[derive(Debug, Clone, Copy)]
pub struct Replay {
    /// Whose; the installation's own, which has no state, where there is none.
    pub account: Option<AccountId>,
}

/// What replaying found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    /// How many events were replayed.
    pub events: u64,
    /// How many rows were compared.
    pub rows: u64,
    /// What differs: the first [`Replayed::DIFFERENCES_MAX`] of it.
    pub differences: Vec<Difference>,
    /// How many differences there are.
    pub differing: u64,
}

/// Something that the trail and the tables do not agree on. Values are JSON text, in the trail's form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The row's key: a JSON array.
    pub key: String,
    /// The column; `None` where it is about the whole row.
    pub column: Option<String>,
    /// What the trail tells; `None` where it knows no such row.
    pub expected: Option<String>,
    /// What was found; `None` where there is no such row.
    pub found: Option<String>,
    /// The event that does not fit those before it; `None` where a table does not fit the trail.
    pub event: Option<i64>,
}

impl Replayed {
    /// How many differences are told one by one.
    pub const DIFFERENCES_MAX: usize = 100;

    pub(super) fn differs(&mut self, difference: Difference) {
        self.differing += 1;
        if self.differences.len() < Self::DIFFERENCES_MAX {
            self.differences.push(difference);
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = "nothing".to_owned();
        let (expected, found) = (self.expected.as_ref().unwrap_or(&nothing), self.found.as_ref().unwrap_or(&nothing));
        write!(f, "{}{}", self.table, self.key)?;
        if let Some(column) = &self.column {
            write!(f, ".{column}")?;
        }
        match self.event {
            Some(event) => write!(f, ": event {event} does not fit: it finds {found}, and before it was {expected}"),
            None => write!(f, ": the trail tells {expected}, the table holds {found}"),
        }
    }
}

impl Query for Replay {
    const ACTION: Action = Action::ReplayAuditTrail;
    type Found = ();
    type Output = Replayed;

    fn account(&self, caller: &Caller) -> AccountId {
        self.account.unwrap_or(caller.account())
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<()> {
        super::verify::head(tx).map(|_| ())
    }

    fn run(&self, (): (), tx: &Read<'_>) -> Result<Replayed> {
        let mut rebuilt = Rebuilt::of(tx.account());
        walk::each_event::<()>(tx, |row| {
            rebuilt.replay(row)?;
            Ok(ControlFlow::Continue(()))
        })?;
        rebuilt.compare(tx)
    }
}
