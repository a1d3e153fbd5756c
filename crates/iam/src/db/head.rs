//! The account's head: one row that every change of the account locks first and writes last.
//!
//! While a transaction holds it, nobody else changes the account, so quotas, the last administrator and the
//! audit chain are plain code. Where several heads are locked, it is in the order of their ids.

use base::ids::AccountId;

use super::{Connection, Value, statements};
use crate::error::{Error, Result};

/// The length of a chain hash (SHA-256).
pub(crate) const HASH_BYTES: usize = 32;

/// A locked head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) account: AccountId,
    /// Counts changes that deciding must see.
    pub(crate) revision: i64,
    /// The last audit event's number; 0 before the first.
    pub(crate) audit_seq: i64,
    /// The last audit event's hash; zeros before the first.
    pub(crate) audit_hash: [u8; HASH_BYTES],
}

statements! {
    LOCK: "SELECT revision, audit_seq, audit_hash FROM account_head WHERE account_id = $1 {{for_update}}";
    CREATE: "INSERT INTO account_head (account_id, revision, audit_seq, audit_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING";
    SAVE: "UPDATE account_head SET revision = $2, audit_seq = $3, audit_hash = $4 WHERE account_id = $1";
}

/// Locks the head of `account`; `None` where there is no such account.
pub(crate) fn lock(connection: &mut dyn Connection, account: AccountId) -> Result<Option<Head>> {
    let rows = connection.rows(&LOCK, &[account.into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let audit_hash = row.bytes(2)?.try_into().map_err(|_| Error::internal("an audit hash has another length"))?;
    Ok(Some(Head { account, revision: row.int(0)?, audit_seq: row.int(1)?, audit_hash }))
}

/// Makes the head of a new account, locked. `None` where the account is there already.
pub(crate) fn create(connection: &mut dyn Connection, account: AccountId) -> Result<Option<Head>> {
    let head = Head { account, revision: 0, audit_seq: 0, audit_hash: [0; HASH_BYTES] };
    let made = connection.run(&CREATE, &parameters(&head))?;
    Ok((made == 1).then_some(head))
}

/// Writes a locked head back.
pub(crate) fn save(connection: &mut dyn Connection, head: &Head) -> Result<()> {
    connection.run(&SAVE, &parameters(head))?;
    Ok(())
}

fn parameters(head: &Head) -> [Value; 4] {
    [head.account.into(), head.revision.into(), head.audit_seq.into(), head.audit_hash.to_vec().into()]
}
