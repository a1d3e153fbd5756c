//! Forgetting old entries of the feed. A node that was away for longer loads everything anew.

use std::time::Duration;

use base::timestamp::Timestamp;

use super::{SHARDS, sql};
use crate::{
    db::Connection,
    error::{Error, Result},
};

/// How long an entry is kept.
const KEPT: Duration = Duration::from_hours(24);
/// How many entries of a shard are deleted at a time.
const BATCH: i64 = 500;

/// Deletes some of what is too old, from the front of each shard so that no gap arises behind it. Tells whether
/// there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let limit = now.minus(KEPT);
    let mut more = false;
    for shard in 0..SHARDS as u64 {
        let mut old = Vec::new();
        for row in connection.rows(&sql::OLDEST.sql, &[shard.into(), BATCH.into()])? {
            if row.timestamp(1)? >= limit {
                break;
            }
            old.push(row.int(0)?);
        }
        if let Some(last) = old.last() {
            connection.run(&sql::PRUNE, &[shard.into(), (*last).into()])?;
        }
        more |= i64::try_from(old.len()).map_err(Error::internal)? == BATCH;
    }
    Ok(more)
}
