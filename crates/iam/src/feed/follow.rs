//! Following the feed: how a node's snapshot catches up with what other nodes have changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base::ids::AccountId;
use decide::snapshot::Snapshot;

use super::{Change, Committed, SHARDS, Touched, apply, sql};
use crate::{
    db::Connection,
    error::{Error, Result},
    keyring::Keyring,
};

/// How many entries are followed one by one at most; beyond that it is cheaper to load everything anew.
const FOLLOWED_MAX: i64 = 20_000;
/// How many entries are read at a time.
const ENTRIES: i64 = 1_000;

/// How far the feed has been read: for each shard the number of the last entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor([i64; SHARDS]);

impl Cursor {
    /// Where the feed ends for this transaction.
    pub(crate) fn end(connection: &mut dyn Connection) -> Result<Self> {
        let rows = connection.rows(&sql::HEADS.sql, &[])?;
        let numbers = rows.iter().map(|row| row.int(1)).collect::<Result<Vec<_>>>()?;
        let numbers = numbers.try_into().map_err(|_| Error::internal("the feed has another number of heads"))?;
        Ok(Self(numbers))
    }

    /// How many entries lie between this and a later `end`; `None` where `end` is not later, as after the
    /// database was put back to an earlier state.
    fn distance(&self, end: &Self) -> Option<i64> {
        let mut shards = self.0.iter().zip(end.0);
        shards.try_fold(0, |sum, (from, to)| (to >= *from).then(|| sum + (to - from)))
    }
}

/// What following found.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing has changed.
    Unchanged,
    /// The snapshot as it is now, and how far the feed is read with it.
    Moved(Arc<Snapshot>, Cursor),
    /// The entries that would be needed are gone, or too many: load everything.
    Behind,
}

/// Brings `snapshot`, which shows the state at `cursor`, up to the end of the feed. The caller's transaction must
/// show one moment throughout, so that no mixed state is published (SEC-241).
pub(crate) fn follow(
    connection: &mut dyn Connection,
    snapshot: &Snapshot,
    cursor: &Cursor,
    keyring: &Keyring,
) -> Result<Step> {
    let end = Cursor::end(connection)?;
    match cursor.distance(&end) {
        Some(0) => return Ok(Step::Unchanged),
        Some(1..=FOLLOWED_MAX) => {}
        _ => return Ok(Step::Behind),
    }
    let Some(changes) = changes(connection, cursor, &end)? else { return Ok(Step::Behind) };
    let mut committed = Committed::default();
    for (account, changes) in changes {
        let rows = connection.rows(&sql::REVISION.sql, &[account.into()])?;
        let revision = rows.first().map_or(Ok(0), |row| row.int(0))?;
        committed.0.push(Touched { account, revision, changes: changes.into_iter().collect() });
    }
    let mut next = snapshot.clone();
    apply(connection, &mut next, &committed, keyring)?;
    Ok(Step::Moved(Arc::new(next), end))
}

/// What was changed between the two, each entity once: however often it changed, it is read as it is now.
/// `None` where an entry is missing.
fn changes(
    connection: &mut dyn Connection,
    from: &Cursor,
    to: &Cursor,
) -> Result<Option<BTreeMap<AccountId, BTreeSet<Change>>>> {
    let mut changes: BTreeMap<AccountId, BTreeSet<Change>> = BTreeMap::new();
    for (shard, (from, to)) in from.0.iter().zip(to.0).enumerate() {
        let mut read = *from;
        while read < to {
            let rows = connection.rows(&sql::ENTRIES.sql, &[(shard as u64).into(), read.into(), ENTRIES.into()])?;
            for row in &rows {
                if row.int(0)? != read + 1 {
                    return Ok(None);
                }
                read += 1;
                let change = Change::from_columns(&row.text(2)?, &row.text(3)?)?;
                changes.entry(row.account(1)?).or_default().insert(change);
            }
            if rows.is_empty() {
                return Ok(None);
            }
        }
    }
    Ok(Some(changes))
}
