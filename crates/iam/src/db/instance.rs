//! The one row that says what this store is, made on the first start.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{Connection, head, selects, statements};
use crate::error::Result;

/// The table of that row.
pub(crate) const TABLE: &str = "instance";

selects! {
    /// The value that only the store's own master key opens. It is of the store, not of an account.
    KEY_CHECK: global "SELECT key_check FROM instance WHERE id = 1";
}

statements! {
    CREATE: "INSERT INTO instance (id, created_us, key_check) VALUES (1, $1, $2) ON CONFLICT DO NOTHING";
}

/// The store's key check; `None` before the first start is complete.
pub(crate) fn key_check(connection: &mut dyn Connection) -> Result<Option<Vec<u8>>> {
    connection.rows(&KEY_CHECK.sql, &[])?.first().map(|row| row.bytes(0)).transpose()
}

/// Makes the store ready for its first account: its own row, and the head of the installation's audit chain.
pub(crate) fn create(connection: &mut dyn Connection, key_check: Vec<u8>, now: Timestamp) -> Result<()> {
    connection.run(&CREATE, &[now.into(), key_check.into()])?;
    head::create(connection, AccountId::INSTANCE)?;
    Ok(())
}
