//! Forgetting what the core keeps for a while only: entries of the feed, answers to requests that are done once, what
//! happened long ago.

use base::timestamp::Timestamp;

use crate::{console_sessions, db::Connection, error::Result, feed, once, overview, sign_in};

/// Deletes some of what is too old. Tells whether there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let entries = feed::prune(connection, now)?;
    let answers = once::prune(connection, now)?;
    let sessions = console_sessions::prune(connection, now)?;
    let attempts = sign_in::prune(connection, now)?;
    let days = overview::tallies::prune(connection, now)?;
    Ok(entries || answers || sessions || attempts || days)
}
