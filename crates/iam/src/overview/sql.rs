//! The statements of an account at a glance. Each looks through a bounded number of rows along an index.

use base::timestamp::Timestamp;

use super::{COUNTED_MAX, Found};
use crate::{
    db::{Select, Value, selects},
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
