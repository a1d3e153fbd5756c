//! The one row that says what this store is, made on the first start, and the keys of the installation itself.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{Connection, head, selects, statements};
use crate::error::Result;

/// The table of that row.
pub(crate) const TABLE: &str = "instance";
/// The table of master keys, which a store of an older release has not yet.
pub(crate) const MASTER_KEYS: &str = "master_key";

selects! {
    /// A key of the installation. It is of no account.
    KEY: global "SELECT wrapped FROM instance_key WHERE name = $1";
}

statements! {
    CREATE: "INSERT INTO instance (id, created_us, key_check) VALUES (1, $1, $2) ON CONFLICT DO NOTHING";
    KEEP_KEY: "INSERT INTO instance_key (name, wrapped, created_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
}

/// Makes the store ready for its first account: its own row, and the head of the installation's audit chain.
pub(crate) fn create(connection: &mut dyn Connection, key_check: Vec<u8>, now: Timestamp) -> Result<()> {
    connection.run(&CREATE, &[now.into(), key_check.into()])?;
    head::create(connection, AccountId::INSTANCE)?;
    Ok(())
}

/// A key of the installation, as a master key wraps it.
pub(crate) fn key(connection: &mut dyn Connection, name: &str) -> Result<Option<Vec<u8>>> {
    connection.rows(&KEY.sql, &[name.into()])?.first().map(|row| row.bytes(0)).transpose()
}

/// Keeps a key of the installation. Nothing changes where one of that name is there already.
pub(crate) fn keep_key(connection: &mut dyn Connection, name: &str, wrapped: Vec<u8>, now: Timestamp) -> Result<()> {
    connection.run(&KEEP_KEY, &[name.into(), wrapped.into(), now.into()])?;
    Ok(())
}
