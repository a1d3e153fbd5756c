//! The policies' statements, and policies as the snapshot holds them.

use std::sync::Arc;

use base::{
    ids::{AccountId, PolicyId},
    text,
};
use decide::snapshot::{self, Snapshot};

use super::{Policy, Version, document};
use crate::{
    db::{Connection, Row, Value, selects},
    door::Read,
    error::{Error, Quota, Result},
    feed,
    values::Tags,
};

selects! {
    /// The policy of a name.
    BY_NAME: scoped "SELECT id, account_id, name, path, description, tags, default_version, last_version, created_us, updated_us FROM policy WHERE account_id = $1 AND name_key = $2";
    /// The policy of an id.
    BY_ID: scoped "SELECT id, account_id, name, path, description, tags, default_version, last_version, created_us, updated_us FROM policy WHERE account_id = $1 AND id = $2";
    /// Policies behind an id, in the order of creation, in whose names a text occurs and whose paths begin with one; those
    /// that somebody holds (1), that nobody does (0), or all (-1).
    PAGE: scoped "SELECT id, account_id, name, path, description, tags, default_version, last_version, created_us, updated_us FROM policy WHERE account_id = $1 AND id > $2 AND name_key LIKE $3 {{escape}} AND substr(path, 1, length(CAST($4 AS TEXT))) = $4 \
         AND (CAST($5 AS BIGINT) < 0 OR CASE WHEN EXISTS (SELECT 1 FROM attachment a WHERE a.account_id = policy.account_id AND a.policy_id = policy.id) THEN 1 ELSE 0 END = CAST($5 AS BIGINT)) ORDER BY id LIMIT $6";
    /// What a version says.
    DOCUMENT: scoped "SELECT flavour, document, created_us FROM policy_version WHERE account_id = $1 AND policy_id = $2 AND version = $3";
    /// The versions of a policy, newest first.
    VERSIONS: scoped "SELECT version, created_us FROM policy_version WHERE account_id = $1 AND policy_id = $2 ORDER BY version DESC LIMIT $3";
    /// One policy, as deciding needs it.
    ONE: scoped "SELECT p.id, p.account_id, p.name, p.path, v.flavour, v.document FROM policy p JOIN policy_version v ON v.policy_id = p.id AND v.version = p.default_version WHERE p.account_id = $1 AND p.id = $2";
    /// As many of them as [`feed::NAMED`].
    MANY: scoped "SELECT p.id, p.account_id, p.name, p.path, v.flavour, v.document FROM policy p JOIN policy_version v ON v.policy_id = p.id AND v.version = p.default_version WHERE p.account_id = $1 AND p.id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY p.id LIMIT 64";
    /// Policies as deciding needs them: loading the snapshot is for all accounts.
    PAGE_OF_ALL: global "SELECT p.id, p.account_id, p.name, p.path, v.flavour, v.document FROM policy p JOIN policy_version v ON v.policy_id = p.id AND v.version = p.default_version WHERE p.id > $1 ORDER BY p.id LIMIT $2";
}

/// The account's policy whose name has that key.
pub(super) fn by_name(tx: &Read<'_>, name_key: &str) -> Result<Option<Policy>> {
    tx.rows(&BY_NAME, &[name_key.into()])?.first().map(|row| policy(row, 0)).transpose()
}

/// The account's policy of that id.
pub(super) fn by_id(tx: &Read<'_>, id: PolicyId) -> Result<Option<Policy>> {
    tx.rows(&BY_ID, &[id.into()])?.first().map(|row| policy(row, 0)).transpose()
}

/// A policy from a row that has its columns from `first` on, in the order of the queries above.
pub(crate) fn policy(row: &Row, first: usize) -> Result<Policy> {
    Ok(Policy {
        id: row.policy(first)?,
        account: Some(row.account(first + 1)?),
        name: row.text(first + 2)?,
        path: row.text(first + 3)?,
        description: row.text(first + 4)?,
        tags: Tags::from_column(&row.text(first + 5)?)?,
        default_version: version_number(row, first + 6)?,
        last_version: version_number(row, first + 7)?,
        created: Some(row.timestamp(first + 8)?),
        updated: Some(row.timestamp(first + 9)?),
    })
}

/// The row of a new policy, in the order of [`super::POLICIES`].
pub(super) fn row(policy: &Policy) -> [Value; 10] {
    [
        policy.id.into(),
        policy.name.as_str().into(),
        text::name_key(&policy.name).into(),
        policy.path.as_str().into(),
        policy.description.as_str().into(),
        policy.tags.to_column().into(),
        u64::from(policy.default_version).into(),
        u64::from(policy.last_version).into(),
        policy.created.into(),
        policy.updated.into(),
    ]
}

/// The versions of a policy, newest first: all of them, as the quota keeps them few.
pub(super) fn versions(tx: &Read<'_>, policy: &Policy) -> Result<Vec<Version>> {
    // What is there stays, even where a lower limit is set.
    let most = Quota::VersionsPerPolicy.highest() + 1;
    let rows = tx.rows(&VERSIONS, &[policy.id.into(), most.into()])?;
    let version = |row: &Row| {
        let number = version_number(row, 0)?;
        Ok(Version { number, is_default: number == policy.default_version, created: Some(row.timestamp(1)?) })
    };
    rows.iter().map(version).collect()
}

fn version_number(row: &Row, place: usize) -> Result<u32> {
    u32::try_from(row.int(place)?).map_err(Error::internal)
}

/// Puts the policies into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    ids: &[PolicyId],
) -> Result<()> {
    for ids in ids.chunks(feed::NAMED) {
        let rows = match ids {
            [id] => connection.rows(&ONE.sql, &[account.into(), (*id).into()])?,
            many => connection.rows(&MANY.sql, &feed::named(account, many))?,
        };
        for id in ids {
            snapshot.policies.remove(id);
        }
        for row in &rows {
            put(snapshot, row)?;
        }
    }
    Ok(())
}

/// Puts all policies into the snapshot.
pub(crate) fn load(connection: &mut dyn Connection, snapshot: &mut Snapshot) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = connection.rows(&PAGE_OF_ALL.sql, &[after.into(), feed::DOCUMENTS.into()])?;
        for row in &rows {
            put(snapshot, row)?;
        }
        match rows.last() {
            Some(row) => after = row.int(0)?,
            None => return Ok(()),
        }
    }
}

fn put(snapshot: &mut Snapshot, row: &Row) -> Result<()> {
    let id = row.policy(0)?;
    let rules = document::stored_rules(&row.text(4)?, &row.text(5)?, &snapshot.system.catalogue)?;
    let policy = snapshot::Policy {
        id,
        account: Some(row.account(1)?),
        name: row.text(2)?,
        path: row.text(3)?,
        rules: Arc::new(rules),
    };
    snapshot.policies.insert(id, Arc::new(policy));
    Ok(())
}
