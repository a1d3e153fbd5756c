//! Loading a whole snapshot, at start.

use decide::snapshot::Snapshot;

use crate::{access_keys, accounts, db::Connection, error::Result, groups, keyring::Keyring, users};

/// How many rows are read at a time.
pub(crate) const PAGE: i64 = 10_000;

/// Reads every account, principal, group and access key through one transaction.
pub(crate) fn load(connection: &mut dyn Connection, keyring: &Keyring) -> Result<Snapshot> {
    let mut snapshot = Snapshot::default();
    accounts::sql::load(connection, &mut snapshot, keyring)?;
    users::sql::load(connection, &mut snapshot)?;
    groups::sql::load(connection, &mut snapshot)?;
    access_keys::sql::load(connection, &mut snapshot)?;
    Ok(snapshot)
}
