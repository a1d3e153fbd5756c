//! Recording that somebody known was refused.

use decide::snapshot::Snapshot;

use super::{Event, Outcome, append};
use crate::{
    action::Action,
    caller::Caller,
    core::Core,
    db::{Connection, head},
    error::{Error, Result},
    feed::Committed,
};

/// Writes the event of a denial into the caller's own chain: what another account's administrators see is
/// never what strangers tried.
pub(crate) fn record(
    connection: &mut dyn Connection,
    core: &Core,
    caller: &Caller,
    action: Action,
    failure: &Error,
) -> Result<Committed> {
    let Error::Denied { resource, .. } = failure else { return Ok(Committed::default()) };
    let account = caller.account();
    let mut head =
        head::lock(connection, account)?.ok_or_else(|| Error::internal(format!("account {account} has no head")))?;
    let snapshot: std::sync::Arc<Snapshot> = core.published.load_full();
    let event = Event {
        action,
        caller,
        resources: std::slice::from_ref(resource),
        outcome: Outcome::Denied,
        changes: &[],
        count: 1,
        now: core.clock.now(),
        snapshot: &snapshot,
    };
    append(connection, core, &mut head, &event)?;
    head::save(connection, &head)?;
    Ok(Committed::default())
}
