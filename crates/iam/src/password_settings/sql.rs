//! The password settings' statements.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{Lock, PasswordSettings};
use crate::{
    db::{Connection, Row, Value, selects},
    door::Read,
    error::{Error, Result},
    passwords::Class,
};

selects! {
    /// What an account has set.
    OF_ACCOUNT: scoped "SELECT min_length, classes, validity_days, expired_may_reset, history, lock_failures, lock_minutes, idle_minutes, session_hours, updated_us FROM password_settings WHERE account_id = $1";
}

/// What holds in the account.
pub(crate) fn of_account(tx: &Read<'_>) -> Result<PasswordSettings> {
    tx.rows(&OF_ACCOUNT, &[])?.first().map_or(Ok(PasswordSettings::DEFAULT), settings)
}

/// The same outside of the door.
pub(crate) fn of(connection: &mut dyn Connection, account: AccountId) -> Result<PasswordSettings> {
    let rows = connection.rows(&OF_ACCOUNT.sql, &[account.into()])?;
    rows.first().map_or(Ok(PasswordSettings::DEFAULT), settings)
}

/// The settings in a row of [`OF_ACCOUNT`].
fn settings(row: &Row) -> Result<PasswordSettings> {
    let lock = match (row.optional(5, number)?, row.optional(6, number)?) {
        (Some(failures), Some(minutes)) => Some(Lock { failures, minutes }),
        _ => None,
    };
    Ok(PasswordSettings {
        min_length: number(row, 0)?,
        classes: row.text(1)?.split(',').filter_map(Class::from_word).collect(),
        validity_days: number(row, 2)?,
        expired_may_reset: row.bool(3)?,
        history: number(row, 4)?,
        lock,
        idle_minutes: number(row, 7)?,
        session_hours: number(row, 8)?,
        updated: Some(row.timestamp(9)?),
    })
}

fn number(row: &Row, place: usize) -> Result<u16> {
    u16::try_from(row.number(place)?).map_err(Error::internal)
}

/// The columns that an update sets, but for times.
pub(super) fn columns(settings: &PasswordSettings) -> [(&'static str, Value); 9] {
    let classes: Vec<&str> = settings.classes.iter().map(|class| class.word()).collect();
    let number = |number: u16| Value::from(i64::from(number));
    [
        ("min_length", number(settings.min_length)),
        ("classes", classes.join(",").into()),
        ("validity_days", number(settings.validity_days)),
        ("expired_may_reset", settings.expired_may_reset.into()),
        ("history", number(settings.history)),
        ("lock_failures", settings.lock.map(|lock| i64::from(lock.failures)).into()),
        ("lock_minutes", settings.lock.map(|lock| i64::from(lock.minutes)).into()),
        ("idle_minutes", number(settings.idle_minutes)),
        ("session_hours", number(settings.session_hours)),
    ]
}

/// The row of settings that were none, in the order of [`super::PASSWORD_SETTINGS`].
pub(super) fn row(settings: &PasswordSettings, now: Timestamp) -> Vec<Value> {
    let columns = columns(settings).map(|(_, value)| value);
    columns.into_iter().chain([now.into(), now.into()]).collect()
}
