//! Forgetting what the core keeps for a while only: entries of the feed, answers to requests that are done once.

use base::timestamp::Timestamp;

use crate::{db::Connection, error::Result, feed, once};

/// Deletes some of what is too old. Tells whether there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let entries = feed::prune(connection, now)?;
    let answers = once::prune(connection, now)?;
    Ok(entries || answers)
}
