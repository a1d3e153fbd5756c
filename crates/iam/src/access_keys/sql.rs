//! The access keys' statements, and keys as the snapshot holds them.

use std::sync::Arc;

use base::ids::{AccessKeyId, AccountId, UserId};
use decide::snapshot::{AccessKey, Snapshot};

use crate::{
    db::{Connection, Row, selects},
    door::Read,
    error::{Error, Result},
    feed::PAGE,
};

selects! {
    /// One key.
    ONE: scoped "SELECT id, account_id, owner_id, sealed_secret, enabled FROM access_key WHERE account_id = $1 AND id = $2";
    /// Keys in the order of their ids: loading the snapshot is for all accounts.
    PAGE_OF_ALL: global "SELECT id, account_id, owner_id, sealed_secret, enabled FROM access_key WHERE id > $1 ORDER BY id LIMIT $2";
    /// A user's keys, oldest first.
    OF_OWNER: scoped "SELECT id, enabled, created_us FROM access_key WHERE account_id = $1 AND owner_id = $2 ORDER BY created_us, id LIMIT $3";
}

/// The ids of a user's keys. No user has more than the snapshot's page.
pub(crate) fn ids_of(tx: &Read<'_>, owner: UserId) -> Result<Vec<AccessKeyId>> {
    let rows = tx.rows(&OF_OWNER, &[owner.into(), PAGE.into()])?;
    rows.iter().map(|row| AccessKeyId::parse(&row.text(0)?).map_err(Error::internal)).collect()
}

/// Puts the key into the snapshot as the tables have it now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    id: AccessKeyId,
) -> Result<()> {
    match connection.rows(&ONE.sql, &[account.into(), id.into()])?.first() {
        Some(row) => put(snapshot, row),
        None => {
            snapshot.access_keys.remove(&id);
            Ok(())
        }
    }
}

/// Puts all keys into the snapshot.
pub(crate) fn load(connection: &mut dyn Connection, snapshot: &mut Snapshot) -> Result<()> {
    let mut after = String::new();
    loop {
        let rows = connection.rows(&PAGE_OF_ALL.sql, &[after.as_str().into(), PAGE.into()])?;
        for row in &rows {
            put(snapshot, row)?;
        }
        match rows.last() {
            Some(row) => after = row.text(0)?,
            None => return Ok(()),
        }
    }
}

fn put(snapshot: &mut Snapshot, row: &Row) -> Result<()> {
    let id = AccessKeyId::parse(&row.text(0)?).map_err(Error::internal)?;
    let key = AccessKey {
        id,
        account: row.account(1)?,
        owner: row.user(2)?,
        sealed_secret: row.bytes(3)?,
        enabled: row.bool(4)?,
    };
    snapshot.access_keys.insert(id, Arc::new(key));
    Ok(())
}
