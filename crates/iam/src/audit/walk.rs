//! Walking a chain from its beginning, a page at a time.

use std::ops::ControlFlow;

use crate::{db::Row, door::Read, error::Result};

/// How many events are in memory at once.
const PAGE: i64 = 1_000;

/// Shows each event of the account to `visit`, in the order of their numbers, until it breaks off.
pub(super) fn each_event<B>(tx: &Read<'_>, mut visit: impl FnMut(&Row) -> Result<ControlFlow<B>>) -> Result<Option<B>> {
    // From the least number there is: an event below 1 is nobody's but an intruder's.
    let mut after = i64::MIN;
    loop {
        let rows = tx.rows(&super::sql::EVENTS, &[after.into(), PAGE.into()])?;
        let Some(last) = rows.last() else { return Ok(None) };
        after = last.int(0)?;
        for row in &rows {
            if let ControlFlow::Break(reason) = visit(row)? {
                return Ok(Some(reason));
            }
        }
    }
}
