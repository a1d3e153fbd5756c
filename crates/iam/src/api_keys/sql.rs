//! The API keys' statements, and keys as the snapshot holds them.

use std::sync::Arc;

use base::ids::{AccountId, ApiKeyId, UserId};
use decide::snapshot::{self, Snapshot};

use super::{ApiKey, KeyDocument, Position};
use crate::{
    db::{Connection, Row, Value, selects, statements},
    door::Read,
    error::{Error, Result},
    feed::{self, PAGE},
    page::PageSize,
    policies, usage,
};

selects! {
    /// One key.
    ONE: scoped "SELECT id, account_id, owner_id, digest, enabled, expires_us, flavour, document FROM api_key WHERE account_id = $1 AND id = $2";
    /// As many as [`feed::NAMED`].
    MANY: scoped "SELECT id, account_id, owner_id, digest, enabled, expires_us, flavour, document FROM api_key WHERE account_id = $1 AND id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY id LIMIT 64";
    /// Keys in the order of their ids: loading the snapshot is for all accounts.
    PAGE_OF_ALL: global "SELECT id, account_id, owner_id, digest, enabled, expires_us, flavour, document FROM api_key WHERE id > $1 ORDER BY id LIMIT $2";
    /// A user's keys behind one, oldest first.
    OF_OWNER: scoped "SELECT k.id, k.owner_id, k.name, k.flavour, k.document, k.enabled, k.expires_us, k.created_us, k.updated_us, u.used_us, u.service, u.source FROM api_key k LEFT JOIN api_key_use u ON u.key_id = k.id WHERE k.account_id = $1 AND k.owner_id = $2 AND (k.created_us, k.id) > ($3, $4) ORDER BY k.created_us, k.id LIMIT $5";
    /// One key of a user.
    OF_OWNER_ONE: scoped "SELECT k.id, k.owner_id, k.name, k.flavour, k.document, k.enabled, k.expires_us, k.created_us, k.updated_us, u.used_us, u.service, u.source FROM api_key k LEFT JOIN api_key_use u ON u.key_id = k.id WHERE k.account_id = $1 AND k.owner_id = $2 AND k.id = $3";
    /// The ids of a user's keys.
    IDS_OF_OWNER: scoped "SELECT id FROM api_key WHERE account_id = $1 AND owner_id = $2 ORDER BY created_us, id LIMIT $3";
    /// How many a user has.
    COUNT: scoped "SELECT count(*) FROM api_key WHERE account_id = $1 AND owner_id = $2";
    /// One that may do all that its owner may, for good.
    UNLIMITED: scoped "SELECT id FROM api_key WHERE account_id = $1 AND owner_id = $2 AND enabled AND expires_us IS NULL AND document IS NULL ORDER BY id LIMIT 1";
}

statements! {
    /// Remembers a use, where the key is still there and no later use is known.
    REMEMBER_USE: "INSERT INTO api_key_use (key_id, account_id, used_us, service, source)
     SELECT id, account_id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT) FROM api_key WHERE id = $1
     ON CONFLICT (key_id) DO UPDATE SET used_us = excluded.used_us, service = excluded.service, source = excluded.source
     WHERE api_key_use.used_us < excluded.used_us";
}

/// A page of a user's keys, and one more where there is one.
pub(super) fn page(tx: &Read<'_>, owner: UserId, after: Option<Position>, size: PageSize) -> Result<Vec<ApiKey>> {
    let (created, id): (Value, Value) = match after {
        Some(Position { created, id }) => (created.into(), id.into()),
        None => (0i64.into(), "".into()),
    };
    let rows = tx.rows(&OF_OWNER, &[owner.into(), created, id, size.probe().into()])?;
    rows.iter().map(|row| key(tx, row)).collect()
}

/// The key of that id, where it is the user's.
pub(super) fn one(tx: &Read<'_>, owner: UserId, id: ApiKeyId) -> Result<Option<ApiKey>> {
    tx.rows(&OF_OWNER_ONE, &[owner.into(), id.into()])?.first().map(|row| key(tx, row)).transpose()
}

/// A key from a row of the two queries of keys as people see them.
fn key(tx: &Read<'_>, row: &Row) -> Result<ApiKey> {
    let id = row.api_key(0)?;
    let document = match (row.optional(3, Row::text)?, row.optional(4, Row::text)?) {
        (Some(flavour), Some(text)) => Some(KeyDocument { flavour: policies::stored_flavour(&flavour)?, text }),
        _ => None,
    };
    Ok(ApiKey {
        id,
        owner: row.user(1)?,
        name: row.text(2)?,
        document,
        enabled: row.bool(5)?,
        expires: row.optional(6, Row::timestamp)?,
        created: row.timestamp(7)?,
        updated: row.timestamp(8)?,
        last_used: tx.core().usage.freshest(id, usage::in_row(row, 9)?),
    })
}

/// The ids of a user's keys. No user has more than the snapshot's page.
pub(super) fn ids_of(tx: &Read<'_>, owner: UserId) -> Result<Vec<ApiKeyId>> {
    tx.rows(&IDS_OF_OWNER, &[owner.into(), PAGE.into()])?.iter().map(|row| row.api_key(0)).collect()
}

/// How many keys a user has.
pub(crate) fn count(tx: &Read<'_>, owner: UserId) -> Result<u64> {
    tx.rows(&COUNT, &[owner.into()])?.first().map_or(Ok(0), |row| row.number(0))
}

/// Whether a user has a key that may do all that it may itself, for good.
pub(crate) fn has_unlimited(tx: &Read<'_>, owner: UserId) -> Result<bool> {
    Ok(!tx.rows(&UNLIMITED, &[owner.into()])?.is_empty())
}

/// The columns of a key that can change.
pub(super) fn columns(key: &ApiKey) -> [(&'static str, Value); 5] {
    let document = key.document.as_ref();
    [
        ("name", key.name.as_str().into()),
        ("flavour", document.map(|document| document.flavour.word()).into()),
        ("document", document.map(|document| document.text.as_str()).into()),
        ("enabled", key.enabled.into()),
        ("expires_us", key.expires.into()),
    ]
}

/// The row of a new key, in the order of [`super::API_KEYS`].
pub(super) fn row(key: &ApiKey, digest: [u8; 32]) -> [Value; 10] {
    let [name, flavour, document, enabled, expires] = columns(key).map(|(_, value)| value);
    let (id, owner, digest) = (key.id.into(), key.owner.into(), digest.to_vec().into());
    [id, owner, name, digest, flavour, document, enabled, expires, key.created.into(), key.updated.into()]
}

/// Puts the keys into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    ids: &[ApiKeyId],
) -> Result<()> {
    for ids in ids.chunks(feed::NAMED) {
        let rows = match ids {
            [id] => connection.rows(&ONE.sql, &[account.into(), (*id).into()])?,
            many => connection.rows(&MANY.sql, &feed::named(account, many))?,
        };
        for id in ids {
            snapshot.api_keys.remove(id);
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
        let rows = connection.rows(&PAGE_OF_ALL.sql, &[after.as_str().into(), feed::DOCUMENTS.into()])?;
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
    let id = row.api_key(0)?;
    let rules = match (row.optional(6, Row::text)?, row.optional(7, Row::text)?) {
        (None, None) => None,
        (Some(flavour), Some(text)) => {
            Some(Arc::new(policies::stored_rules(&flavour, &text, &snapshot.system.catalogue)?))
        }
        // It must not become a key without limits.
        _ => return Err(Error::internal(format!("the document of API key {id} is not whole"))),
    };
    let digest = row.bytes(3)?.try_into();
    let key = snapshot::ApiKey {
        id,
        account: row.account(1)?,
        owner: row.user(2)?,
        digest: digest.map_err(|_| Error::internal(format!("the digest of API key {id} is not one")))?,
        enabled: row.bool(4)?,
        expires: row.optional(5, Row::timestamp)?,
        rules,
    };
    snapshot.api_keys.insert(id, Arc::new(key));
    Ok(())
}
