//! The statements of an account at a glance. Each looks through a bounded number of rows along an index.

use std::collections::BTreeMap;

use base::{ids::AccountId, timestamp::Timestamp};

use super::{
    COUNTED_MAX, Found,
    activity::{Day, Days, Happened},
};
use crate::{
    db::{Connection, Row, Select, Value, selects, statements},
    door::Read,
    error::{Error, Result},
};

/// How many rows are looked through for one kind of finding.
const LOOKED_AT: i64 = 5_000;

selects! {
    /// Whose access keys are older than a moment and may be used, oldest first.
    OLD_KEYS: scoped "SELECT u.name FROM access_key k JOIN iam_user u ON u.id = k.owner_id WHERE k.account_id = $1 AND k.created_us < $2 AND k.enabled ORDER BY k.created_us, k.id LIMIT $3";
    /// Whose of the oldest keys were not used since a moment.
    UNUSED_KEYS: scoped "SELECT u.name FROM (SELECT id, owner_id, created_us FROM access_key WHERE account_id = $1 AND created_us < $2 AND enabled ORDER BY created_us, id LIMIT $4) k JOIN iam_user u ON u.id = k.owner_id LEFT JOIN access_key_use x ON x.key_id = k.id WHERE x.used_us IS NULL OR x.used_us < $2 ORDER BY k.created_us, k.id LIMIT $3";
    /// Who of those that were not active for longest is older than a moment and may act.
    UNUSED_USERS: scoped "SELECT u.name FROM (SELECT user_id, active_us FROM user_listing WHERE account_id = $1 AND active_us < $2 AND enabled = 1 ORDER BY active_us, user_id LIMIT $4) l JOIN iam_user u ON u.id = l.user_id WHERE u.created_us < $2 ORDER BY l.active_us, l.user_id LIMIT $3";
    /// Who may sign in to the console and never did.
    NEVER_SIGNED_IN: scoped "SELECT u.name FROM (SELECT user_id, name_key FROM user_listing WHERE account_id = $1 AND login >= 2 AND enabled = 1 AND signed_in_us = 0 ORDER BY name_key, user_id LIMIT $2) l JOIN iam_user u ON u.id = l.user_id ORDER BY l.name_key, l.user_id LIMIT $2";
    /// What happened in an account from a day on.
    ACTIVITY: scoped "SELECT day, signed_in, sign_in_failed, calls, calls_denied, decisions_allowed, decisions_denied FROM account_activity WHERE account_id = $1 AND day >= $2 ORDER BY day LIMIT $3";
}

statements! {
    ADD_ACTIVITY: "INSERT INTO account_activity (account_id, day, signed_in, sign_in_failed, calls, calls_denied, decisions_allowed, decisions_denied)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account_id, day) DO UPDATE SET
     signed_in = account_activity.signed_in + excluded.signed_in,
     sign_in_failed = account_activity.sign_in_failed + excluded.sign_in_failed,
     calls = account_activity.calls + excluded.calls,
     calls_denied = account_activity.calls_denied + excluded.calls_denied,
     decisions_allowed = account_activity.decisions_allowed + excluded.decisions_allowed,
     decisions_denied = account_activity.decisions_denied + excluded.decisions_denied";
    PRUNE_ACTIVITY: "DELETE FROM account_activity WHERE (account_id, day) IN
     (SELECT account_id, day FROM account_activity WHERE day < $1 ORDER BY day, account_id LIMIT $2)";
}

/// What the store knows to have happened, from a day on.
pub(super) fn activity(tx: &Read<'_>, first: Day) -> Result<BTreeMap<Day, Happened>> {
    let rows = tx.rows(&ACTIVITY, &[first.number().into(), (Days::MAX + 1).into()])?;
    rows.iter().map(|row| Ok((Day::from_number(row.int(0)?), happened(row)?))).collect()
}

/// The numbers of a row whose first column is the day.
fn happened(row: &Row) -> Result<Happened> {
    Ok(Happened {
        signed_in: row.number(1)?,
        sign_in_failed: row.number(2)?,
        calls: row.number(3)?,
        calls_denied: row.number(4)?,
        decisions_allowed: row.number(5)?,
        decisions_denied: row.number(6)?,
    })
}

/// Adds to an account's day.
pub(crate) fn add_activity(
    connection: &mut dyn Connection,
    account: AccountId,
    day: Day,
    happened: &Happened,
) -> Result<()> {
    let row = [
        account.into(),
        day.number().into(),
        happened.signed_in.into(),
        happened.sign_in_failed.into(),
        happened.calls.into(),
        happened.calls_denied.into(),
        happened.decisions_allowed.into(),
        happened.decisions_denied.into(),
    ];
    connection.run(&ADD_ACTIVITY, &row)?;
    Ok(())
}

/// What a statement finds that is older than a moment.
pub(super) fn older(tx: &Read<'_>, select: &Select, than: Timestamp) -> Result<Found> {
    let most = i64::try_from(COUNTED_MAX + 1).map_err(Error::internal)?;
    let bounded = std::ptr::eq(select, &raw const UNUSED_KEYS) || std::ptr::eq(select, &raw const UNUSED_USERS);
    let mut parameters: Vec<Value> = vec![than.into(), most.into()];
    parameters.extend(bounded.then(|| LOOKED_AT.into()));
    found(tx, select, &parameters)
}

/// Who never signed in.
pub(super) fn never_signed_in(tx: &Read<'_>) -> Result<Found> {
    let most = i64::try_from(COUNTED_MAX + 1).map_err(Error::internal)?;
    found(tx, &NEVER_SIGNED_IN, &[most.into()])
}

fn found(tx: &Read<'_>, select: &Select, parameters: &[Value]) -> Result<Found> {
    let names = tx.rows(select, parameters)?.iter().map(|row| row.text(0)).collect::<Result<Vec<_>>>()?;
    Ok(Found::of(names))
}
