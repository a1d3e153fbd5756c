//! Loading a whole snapshot, at start.

use std::sync::Arc;

use decide::snapshot::{Snapshot, System};

use crate::{
    access_keys, accounts, api_keys,
    attachments::load::held_by_all,
    db::Connection,
    error::{Error, Result},
    groups,
    keyring::Keyring,
    policies, roles, users,
};

/// How many rows are read at a time.
pub(crate) const PAGE: i64 = 10_000;
/// How many rows that hold documents are.
pub(crate) const DOCUMENTS: i64 = 500;

/// Reads every account, principal, group, role, policy and key through one transaction.
pub(crate) fn load(connection: &mut dyn Connection, keyring: &Keyring, system: &Arc<System>) -> Result<Snapshot> {
    let mut snapshot = Snapshot::new(Arc::clone(system));
    let mut held = held_by_all(connection, &system.catalogue)?;
    accounts::sql::load(connection, &mut snapshot, keyring, &mut held)?;
    policies::sql::load(connection, &mut snapshot)?;
    users::sql::load(connection, &mut snapshot, &mut held)?;
    groups::sql::load(connection, &mut snapshot, &mut held)?;
    roles::sql::load(connection, &mut snapshot, &mut held)?;
    if let Some(holder) = held.keys().next() {
        return Err(Error::internal(format!("{holder:?} holds policies and does not exist")));
    }
    access_keys::sql::load(connection, &mut snapshot)?;
    api_keys::sql::load(connection, &mut snapshot)?;
    Ok(snapshot)
}
