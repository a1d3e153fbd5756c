//! The access keys' statements, and keys as the snapshot holds them.

use std::sync::Arc;

use base::ids::{AccessKeyId, AccountId, UserId};
use decide::snapshot::{AccessKey, Snapshot};

use crate::{
    access_keys,
    db::{Connection, Row, selects, statements},
    door::Read,
    error::Result,
    feed::{self, PAGE},
    usage,
};

selects! {
    /// One key.
    ONE: scoped "SELECT id, account_id, owner_id, sealed_secret, enabled FROM access_key WHERE account_id = $1 AND id = $2";
    /// As many as [`feed::NAMED`].
    MANY: scoped "SELECT id, account_id, owner_id, sealed_secret, enabled FROM access_key WHERE account_id = $1 AND id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY id LIMIT 64";
    /// Keys in the order of their ids: loading the snapshot is for all accounts.
    PAGE_OF_ALL: global "SELECT id, account_id, owner_id, sealed_secret, enabled FROM access_key WHERE id > $1 ORDER BY id LIMIT $2";
    /// A user's keys, oldest first.
    OF_OWNER: scoped "SELECT k.id, k.enabled, k.created_us, u.used_us, u.service, u.source FROM access_key k LEFT JOIN access_key_use u ON u.key_id = k.id WHERE k.account_id = $1 AND k.owner_id = $2 ORDER BY k.created_us, k.id LIMIT $3";
    /// One key of a user.
    OF_OWNER_ONE: scoped "SELECT k.id, k.enabled, k.created_us, u.used_us, u.service, u.source FROM access_key k LEFT JOIN access_key_use u ON u.key_id = k.id WHERE k.account_id = $1 AND k.owner_id = $2 AND k.id = $3";
    /// One key, whoever owns it.
    ANY: scoped "SELECT k.id, k.enabled, k.created_us, u.used_us, u.service, u.source, k.owner_id FROM access_key k LEFT JOIN access_key_use u ON u.key_id = k.id WHERE k.account_id = $1 AND k.id = $2";
}

statements! {
    /// Remembers a use, where the key is still there and no later use is known.
    REMEMBER_USE: "INSERT INTO access_key_use (key_id, account_id, used_us, service, source)
     SELECT id, account_id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT) FROM access_key WHERE id = $1
     ON CONFLICT (key_id) DO UPDATE SET used_us = excluded.used_us, service = excluded.service, source = excluded.source
     WHERE access_key_use.used_us < excluded.used_us";
}

/// A key from a row of the first three queries of keys as people see them.
pub(crate) fn key(row: &Row) -> Result<access_keys::AccessKey> {
    let last_used = usage::in_row(row, 3)?;
    Ok(access_keys::AccessKey { id: row.access_key(0)?, enabled: row.bool(1)?, created: row.timestamp(2)?, last_used })
}

/// The ids of a user's keys. No user has more than the snapshot's page.
pub(crate) fn ids_of(tx: &Read<'_>, owner: UserId) -> Result<Vec<AccessKeyId>> {
    let rows = tx.rows(&OF_OWNER, &[owner.into(), PAGE.into()])?;
    rows.iter().map(|row| row.access_key(0)).collect()
}

/// Whether a user has a key that may be used.
pub(crate) fn has_enabled(tx: &Read<'_>, owner: UserId) -> Result<bool> {
    let rows = tx.rows(&OF_OWNER, &[owner.into(), PAGE.into()])?;
    Ok(rows.iter().map(|row| row.bool(1)).collect::<Result<Vec<_>>>()?.contains(&true))
}

/// Puts the keys into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    ids: &[AccessKeyId],
) -> Result<()> {
    for ids in ids.chunks(feed::NAMED) {
        let rows = match ids {
            [id] => connection.rows(&ONE.sql, &[account.into(), (*id).into()])?,
            many => connection.rows(&MANY.sql, &feed::named(account, many))?,
        };
        for id in ids {
            snapshot.access_keys.remove(id);
        }
        for row in &rows {
            put(snapshot, row)?;
        }
    }
    Ok(())
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
    let id = row.access_key(0)?;
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
