//! The roles' statements, and roles as the snapshot holds them.

use std::sync::Arc;

use base::{
    ids::{AccountId, RoleId},
    text,
};
use decide::snapshot::{self, Rules, Snapshot};
use policy::{catalogue::Catalogue, compiled::Compiled, document::Purpose};

use super::{MaxSession, Role, principals::Principals};
use crate::{
    attachments::{
        Holder,
        load::{Held, held_by},
    },
    db::{Connection, Row, Value, selects, statements},
    door::Read,
    error::{Error, Result},
    feed, policies, usage,
    values::Tags,
};

selects! {
    /// The role of a name.
    BY_NAME: scoped "SELECT r.id, r.name, r.path, r.description, r.tags, r.max_session_s, r.trust_flavour, r.trust_document, r.created_us, r.updated_us, u.used_us, u.service, u.source FROM iam_role r LEFT JOIN role_use u ON u.role_id = r.id WHERE r.account_id = $1 AND r.name_key = $2";
    /// Roles behind an id, in the order of creation, whose paths begin with a text and whose names hold one.
    PAGE: scoped "SELECT r.id, r.name, r.path, r.description, r.tags, r.max_session_s, r.trust_flavour, r.trust_document, r.created_us, r.updated_us, u.used_us, u.service, u.source FROM iam_role r LEFT JOIN role_use u ON u.role_id = r.id WHERE r.account_id = $1 AND r.id > $2 AND substr(r.path, 1, length(CAST($3 AS TEXT))) = $3 AND r.name_key LIKE $4 ESCAPE '\\' ORDER BY r.id LIMIT $5";
    /// One role, as deciding needs it.
    ONE: scoped "SELECT id, account_id, name, path, tags, max_session_s, trust_flavour, trust_document, trust_principals FROM iam_role WHERE account_id = $1 AND id = $2";
    /// As many of them as [`feed::NAMED`].
    MANY: scoped "SELECT id, account_id, name, path, tags, max_session_s, trust_flavour, trust_document, trust_principals FROM iam_role WHERE account_id = $1 AND id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY id LIMIT 64";
    /// Roles as deciding needs them: loading the snapshot is for all accounts.
    PAGE_OF_ALL: global "SELECT id, account_id, name, path, tags, max_session_s, trust_flavour, trust_document, trust_principals FROM iam_role WHERE id > $1 ORDER BY id LIMIT $2";
    /// The user of a name in whatever account: a trust document may name those of others. Nothing that it finds, or
    /// does not, is told to anybody.
    USER_ELSEWHERE: global "SELECT id, path FROM iam_user WHERE account_id = $1 AND name_key = $2";
    /// The same for groups.
    GROUP_ELSEWHERE: global "SELECT id, path FROM iam_group WHERE account_id = $1 AND name_key = $2";
    /// The same for roles.
    ROLE_ELSEWHERE: global "SELECT id, path FROM iam_role WHERE account_id = $1 AND name_key = $2";
}

statements! {
    /// Remembers a use, where the role is still there and no later use is known.
    REMEMBER_USE: "INSERT INTO role_use (role_id, account_id, used_us, service, source)
     SELECT id, account_id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT) FROM iam_role WHERE id = $1
     ON CONFLICT (role_id) DO UPDATE SET used_us = excluded.used_us, service = excluded.service, source = excluded.source
     WHERE role_use.used_us < excluded.used_us";
}

/// A role from a row of the first two queries.
pub(super) fn role(tx: &Read<'_>, row: &Row) -> Result<Role> {
    let id = row.role(0)?;
    Ok(Role {
        id,
        name: row.text(1)?,
        path: row.text(2)?,
        description: row.text(3)?,
        tags: Tags::from_column(&row.text(4)?)?,
        max_session: MaxSession::from_seconds(row.number(5)?).map_err(Error::internal)?,
        trust_flavour: policies::stored_flavour(&row.text(6)?)?,
        trust_document: row.text(7)?,
        created: row.timestamp(8)?,
        updated: row.timestamp(9)?,
        last_used: tx.core().usage.freshest(id, usage::in_row(row, 10)?),
    })
}

/// The row of a new role, in the order of [`super::ROLES`].
pub(super) fn row(role: &Role, principals: &str) -> [Value; 12] {
    [
        role.id.into(),
        role.name.as_str().into(),
        text::name_key(&role.name).into(),
        role.path.as_str().into(),
        role.description.as_str().into(),
        role.tags.to_column().into(),
        u64::from(role.max_session.seconds()).into(),
        role.trust_flavour.word().into(),
        role.trust_document.as_str().into(),
        principals.into(),
        role.created.into(),
        role.updated.into(),
    ]
}

/// Puts the roles into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    ids: &[RoleId],
) -> Result<()> {
    for ids in ids.chunks(feed::NAMED) {
        let rows = match ids {
            [id] => connection.rows(&ONE.sql, &[account.into(), (*id).into()])?,
            many => connection.rows(&MANY.sql, &feed::named(account, many))?,
        };
        let holders: Vec<Holder> = ids.iter().copied().map(Holder::Role).collect();
        let mut held = held_by(connection, &snapshot.system.catalogue, account, &holders)?;
        for id in ids {
            snapshot.roles.remove(id);
        }
        for row in &rows {
            put(snapshot, row, &mut held)?;
        }
    }
    Ok(())
}

/// Puts all roles into the snapshot, with what they hold.
pub(crate) fn load(connection: &mut dyn Connection, snapshot: &mut Snapshot, held: &mut Held) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = connection.rows(&PAGE_OF_ALL.sql, &[after.into(), feed::DOCUMENTS.into()])?;
        for row in &rows {
            put(snapshot, row, held)?;
        }
        match rows.last() {
            Some(row) => after = row.int(0)?,
            None => return Ok(()),
        }
    }
}

fn put(snapshot: &mut Snapshot, row: &Row, held: &mut Held) -> Result<()> {
    let id = row.role(0)?;
    let role = snapshot::Role {
        id,
        account: row.account(1)?,
        name: row.text(2)?,
        path: row.text(3)?,
        tags: Tags::from_column(&row.text(4)?)?.shared(),
        max_session_s: u32::try_from(row.number(5)?).map_err(Error::internal)?,
        trust: Arc::new(trust(row, &snapshot.system.catalogue)?),
        grants: held.remove(&Holder::Role(id)).unwrap_or_default(),
    };
    snapshot.roles.insert(id, Arc::new(role));
    Ok(())
}

/// Who may assume a role, from its columns. The names in its document mean the entities that they meant when it was
/// saved.
fn trust(row: &Row, catalogue: &Catalogue) -> Result<Rules> {
    let (_, document) = policies::stored_document(&row.text(6)?, &row.text(7)?, Purpose::Trust)?;
    let principals = Principals::from_column(&row.text(8)?)?;
    let compiled = Compiled::resolved(&document, catalogue, &|principal| principals.number(principal));
    Ok(Rules::of(&document, compiled))
}
