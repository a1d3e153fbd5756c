//! Holding a chain against what checkpoints say of it: those in the store, and those that were kept elsewhere.

use std::collections::VecDeque;

use super::{
    checkpoint::{Checkpoint, PUBLIC_KEY_BYTES},
    fault::{Fault, Problem},
    sql,
};
use crate::{
    db::{Row, head::HASH_BYTES},
    door::Read,
    error::Result,
};

/// How many of the store's are in memory at once.
const PAGE: usize = 1_000;

/// See the module.
pub(super) struct Stated {
    key: [u8; PUBLIC_KEY_BYTES],
    /// Some of the store's, in order.
    stored: VecDeque<Row>,
    /// Behind which number the store has more; `None` where all are read.
    after: Option<i64>,
    /// In order.
    kept: VecDeque<Checkpoint>,
    /// The last event that fits a checkpoint.
    good: i64,
    /// How many the chain fits.
    pub(super) held: u64,
}

impl Stated {
    pub(super) fn of(tx: &Read<'_>, kept: &[Checkpoint]) -> Self {
        let mut kept = kept.to_vec();
        kept.sort_by_key(|checkpoint| checkpoint.seq);
        let key = tx.core().checkpoint_key.public();
        Self { key, stored: VecDeque::new(), after: Some(i64::MIN), kept: kept.into(), good: 0, held: 0 }
    }

    /// Holds the chain's event `seq` against all that is said of it, and of none before it that there can be.
    pub(super) fn hold(&mut self, tx: &Read<'_>, seq: i64, hash: &[u8; HASH_BYTES]) -> Result<Option<Fault>> {
        while let Some((of, checkpoint)) = self.next(tx, seq)? {
            let problem = match self.signed(tx, checkpoint) {
                Ok(checkpoint) if of == seq && checkpoint.hash == *hash => {
                    self.held += 1;
                    self.good = seq;
                    continue;
                }
                Ok(_) => Problem::Rewritten { behind: self.good },
                Err(problem) => problem,
            };
            return Ok(Some(Fault { seq: of, problem }));
        }
        Ok(None)
    }

    /// The chain ends with event `last`: nothing may be said of later ones.
    pub(super) fn end(&mut self, tx: &Read<'_>, last: i64) -> Result<Option<Fault>> {
        let Some((of, checkpoint)) = self.next(tx, i64::MAX)? else { return Ok(None) };
        Ok(Some(match self.signed(tx, checkpoint) {
            Ok(_) => Fault { seq: last + 1, problem: Problem::Truncated },
            Err(problem) => Fault { seq: of, problem },
        }))
    }

    /// A checkpoint, if it is what it says. Errors: what is wrong with it.
    fn signed(&self, tx: &Read<'_>, checkpoint: Option<Checkpoint>) -> std::result::Result<Checkpoint, Problem> {
        let signed = checkpoint.filter(|checkpoint| checkpoint.account == tx.account() && checkpoint.is_signed());
        match signed {
            None => Err(Problem::Unsigned),
            Some(checkpoint) if checkpoint.key != self.key => Err(Problem::AnotherKey),
            Some(checkpoint) => Ok(checkpoint),
        }
    }

    /// Takes out the next that is of an event up to `most`: its number, and nothing more where it cannot be read.
    fn next(&mut self, tx: &Read<'_>, most: i64) -> Result<Option<(i64, Option<Checkpoint>)>> {
        if let (true, Some(after)) = (self.stored.is_empty(), self.after) {
            let size = i64::try_from(PAGE).unwrap_or(i64::MAX);
            self.stored = tx.rows(&sql::CHECKPOINTS, &[after.into(), size.into()])?.into();
            self.after = match self.stored.back() {
                Some(last) if self.stored.len() == PAGE => Some(last.int(0)?),
                _ => None,
            };
        }
        let stored = self.stored.front().map(|row| row.int(0)).transpose()?;
        let kept = self.kept.front().map(|checkpoint| i64::try_from(checkpoint.seq).unwrap_or(i64::MAX));
        let stored_first = stored.is_some_and(|seq| kept.is_none_or(|kept| seq <= kept));
        let first = if stored_first { stored } else { kept };
        let Some(seq) = first.filter(|seq| *seq <= most) else { return Ok(None) };
        let checkpoint = if stored_first {
            self.stored.pop_front().and_then(|row| Checkpoint::from_row(&row, tx.account(), self.key).ok())
        } else {
            self.kept.pop_front()
        };
        Ok(Some((seq, checkpoint)))
    }
}
