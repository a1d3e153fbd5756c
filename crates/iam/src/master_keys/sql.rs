//! The statements about master keys and about what they wrap.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{Registered, Version, wrapping};
use crate::{
    db::{Connection, Row, Select, Value, selects, statements},
    door::{Read, Write},
    error::{Error, Result},
};

/// How many names of accounts are read at a time.
pub(super) const PAGE: usize = 500;

selects! {
    /// The first master key, which the store's own row knows. It is of the store, not of an account.
    FIRST: global "SELECT key_check, created_us FROM instance WHERE id = 1";
    /// The others, and what became of the first. They are of the store.
    REGISTERED: global "SELECT version, key_check, created_us, used_from_us, dropped_us FROM master_key ORDER BY version LIMIT 10000";
    /// An account's data key.
    DATA_KEY: scoped "SELECT data_key FROM account WHERE account_id = $1";
    /// Accounts behind one whose data keys an older master key wraps: wrapping anew is for all of them.
    OLDER: global "SELECT account_id FROM account WHERE account_id > $1 AND data_key < $2 ORDER BY account_id LIMIT $3";
    /// How many data keys a master key wraps, of all accounts.
    DATA_KEYS: global "SELECT count(*) FROM account WHERE data_key >= $1 AND data_key < $2";
    /// How many keys of the installation it wraps. They are of no account.
    INSTANCE_KEYS: global "SELECT count(*) FROM instance_key WHERE wrapped >= $1 AND wrapped < $2";
    /// Keys of the installation that an older master key wraps. They are of no account.
    OLDER_INSTANCE_KEYS: global "SELECT name, wrapped FROM instance_key WHERE wrapped < $1 ORDER BY name LIMIT 100";
}

statements! {
    REGISTER: "INSERT INTO master_key (version, key_check, created_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    USE: "UPDATE master_key SET used_from_us = $2 WHERE version = $1";
    DROP: "INSERT INTO master_key (version, key_check, created_us, used_from_us, dropped_us) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (version) DO UPDATE SET dropped_us = excluded.dropped_us";
    KEEP_INSTANCE_KEY: "UPDATE instance_key SET wrapped = $2 WHERE name = $1";
}

/// Runs queries, in an operation or beside one.
type Rows<'a> = &'a mut dyn FnMut(&Select) -> Result<Vec<Row>>;

/// All master keys that the store knows, by their versions; none where it is new. `others` says whether there is a
/// table of others: a store that an older release made has none yet.
pub(crate) fn registered(connection: &mut dyn Connection, others: bool) -> Result<Vec<Registered>> {
    all(&mut |select| Ok(connection.rows(&select.sql, &[])?), others)
}

/// The same in an operation.
pub(crate) fn registered_in(tx: &Read<'_>) -> Result<Vec<Registered>> {
    all(&mut |select| tx.rows(select, &[]), true)
}

fn all(rows: Rows<'_>, others: bool) -> Result<Vec<Registered>> {
    let others = if others { rows(&REGISTERED)? } else { Vec::new() };
    let others = others.iter().map(|row| {
        Ok(Registered {
            version: Version::new(row.number(0)?).map_err(Error::internal)?,
            check: row.bytes(1)?,
            created: row.timestamp(2)?,
            used_from: row.optional(3, Row::timestamp)?,
            dropped: row.optional(4, Row::timestamp)?,
        })
    });
    let mut others = others.collect::<Result<Vec<_>>>()?;
    if let Some(row) = rows(&FIRST)?.first()
        && others.first().is_none_or(|one| one.version != Version::FIRST)
    {
        let (check, created) = (row.bytes(0)?, row.timestamp(1)?);
        let first = Registered { version: Version::FIRST, check, created, used_from: Some(created), dropped: None };
        others.insert(0, first);
    }
    Ok(others)
}

/// The account's data key, as it is wrapped.
pub(super) fn data_key(tx: &Read<'_>) -> Result<Option<Vec<u8>>> {
    tx.rows(&DATA_KEY, &[])?.first().map(|row| row.bytes(0)).transpose()
}

/// A page of accounts behind one whose data keys older master keys wrap than this.
pub(super) fn older(connection: &mut dyn Connection, after: AccountId, than: Version) -> Result<Vec<AccountId>> {
    let limit = u64::try_from(PAGE).map_err(Error::internal)?;
    let rows = connection.rows(&OLDER.sql, &[after.into(), wrapping::first_wrapped(than).into(), limit.into()])?;
    rows.iter().map(|row| row.account(0)).collect()
}

/// How many keys it wraps: data keys, and keys of the installation.
pub(super) fn wrapped_by(tx: &Read<'_>, version: Version) -> Result<(u64, u64)> {
    let span = wrapping::wrapped_span(version).map(Value::from);
    let count = |select| tx.rows(select, &span)?.first().map_or(Ok(0), |row| row.number(0));
    Ok((count(&DATA_KEYS)?, count(&INSTANCE_KEYS)?))
}

/// Keys of the installation that older master keys wrap than this: names and what is kept.
pub(super) fn older_instance_keys(tx: &Read<'_>, than: Version) -> Result<Vec<(String, Vec<u8>)>> {
    let rows = tx.rows(&OLDER_INSTANCE_KEYS, &[wrapping::first_wrapped(than).into()])?;
    rows.iter().map(|row| Ok((row.text(0)?, row.bytes(1)?))).collect()
}

/// Whether there are such keys.
pub(super) fn has_older_instance_keys(connection: &mut dyn Connection, than: Version) -> Result<bool> {
    Ok(!connection.rows(&OLDER_INSTANCE_KEYS.sql, &[wrapping::first_wrapped(than).into()])?.is_empty())
}

/// Remembers a new master key. `false` where one of that version is known.
pub(super) fn register(tx: &mut Write<'_>, version: Version, check: &[u8]) -> Result<bool> {
    let now = tx.now();
    Ok(tx.keep(&REGISTER, &[version.into(), check.to_vec().into(), now.into()])? == 1)
}

/// From now on it wraps what is new.
pub(super) fn take_into_use(tx: &mut Write<'_>, version: Version) -> Result<()> {
    let now = tx.now();
    tx.keep(&USE, &[version.into(), now.into()]).map(drop)
}

/// The store does not need it any more.
pub(super) fn drop_one(tx: &mut Write<'_>, one: &Registered) -> Result<()> {
    let now: Timestamp = tx.now();
    let row = [one.version.into(), one.check.clone().into(), one.created.into(), one.used_from.into(), now.into()];
    tx.keep(&DROP, &row).map(drop)
}

/// Keeps a key of the installation in another wrapping.
pub(super) fn keep_instance_key(tx: &mut Write<'_>, name: &str, wrapped: Vec<u8>) -> Result<()> {
    tx.keep(&KEEP_INSTANCE_KEY, &[name.into(), wrapped.into()]).map(drop)
}
