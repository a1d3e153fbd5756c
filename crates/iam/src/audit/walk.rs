//! Walking a chain from its beginning, a page at a time.

use std::ops::ControlFlow;

use base::ids::AccountId;

use crate::{
    db::{Connection, Row},
    door::Read,
    error::Result,
};

/// How many events are in memory at once.
const PAGE: i64 = 1_000;

/// Shows each event of the account to `visit`, in the order of their numbers, until it breaks off.
pub(super) fn each_event<B>(tx: &Read<'_>, visit: impl FnMut(&Row) -> Result<ControlFlow<B>>) -> Result<Option<B>> {
    each_row(|after| tx.rows(&super::sql::EVENTS, &[after.into(), PAGE.into()]), visit)
}

/// The same outside of the door, for who makes a whole store.
pub(super) fn each_event_of<B>(
    (connection, account): (&mut dyn Connection, AccountId),
    visit: impl FnMut(&Row) -> Result<ControlFlow<B>>,
) -> Result<Option<B>> {
    let events = &super::sql::EVENTS.sql;
    each_row(|after| Ok(connection.rows(events, &[account.into(), after.into(), PAGE.into()])?), visit)
}

fn each_row<B>(
    mut page: impl FnMut(i64) -> Result<Vec<Row>>,
    mut visit: impl FnMut(&Row) -> Result<ControlFlow<B>>,
) -> Result<Option<B>> {
    // From the least number there is: an event below 1 is nobody's but an intruder's.
    let mut after = i64::MIN;
    loop {
        let rows = page(after)?;
        let Some(last) = rows.last() else { return Ok(None) };
        after = last.int(0)?;
        for row in &rows {
            if let ControlFlow::Break(reason) = visit(row)? {
                return Ok(Some(reason));
            }
        }
    }
}
