//! The groups' statements, and groups as the snapshot holds them.

use std::{collections::HashMap, sync::Arc};

use base::{
    ids::{AccountId, GroupId, UserId},
    text,
};
use decide::snapshot::{self, Principal, Snapshot};

use super::Group;
use crate::{
    attachments::{
        Holder,
        load::{Held, held_by},
    },
    db::{Connection, Row, Value, selects},
    door::Read,
    error::{Error, Result},
    feed::{self, PAGE as LOAD_PAGE},
};

/// More than the largest quota of what hangs on one user or one group: such lists come whole.
pub(crate) const ALL_OF_ONE: i64 = 100_000;

selects! {
    /// The group of a name.
    BY_NAME: scoped "SELECT id, name, path, remarks, created_us, updated_us FROM iam_group WHERE account_id = $1 AND name_key = $2";
    /// Groups behind an id with a text in their name, in the order of creation.
    PAGE: scoped "SELECT id, name, path, remarks, created_us, updated_us FROM iam_group WHERE account_id = $1 AND id > $2 AND name_key LIKE $3 ESCAPE '\\' ORDER BY id LIMIT $4";
    /// The groups of a user.
    OF_USER: scoped "SELECT g.id, g.name, g.path, g.remarks, g.created_us, g.updated_us FROM group_member m JOIN iam_group g ON g.id = m.group_id WHERE m.account_id = $1 AND m.user_id = $2 ORDER BY g.id LIMIT $3";
    /// The ids of them.
    IDS_OF_USER: scoped "SELECT group_id FROM group_member WHERE account_id = $1 AND user_id = $2 ORDER BY group_id LIMIT $3";
    /// Those of as many users as [`feed::NAMED`].
    IDS_OF_USERS: scoped "SELECT user_id, group_id FROM group_member WHERE account_id = $1 AND user_id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY user_id, group_id LIMIT $66";
    /// The users of a group behind an id in whom a text is found, in the order of creation.
    USERS: scoped "SELECT u.id, u.name, u.path, u.display_name, u.remarks, u.mobile, u.email, u.tags, u.enabled, u.created_us, u.updated_us FROM group_member m JOIN iam_user u ON u.id = m.user_id WHERE m.account_id = $1 AND m.group_id = $2 AND m.user_id > $3 AND u.search_text LIKE $4 ESCAPE '\\' ORDER BY m.user_id LIMIT $5";
    /// The ids of them.
    IDS_OF_MEMBERS: scoped "SELECT user_id FROM group_member WHERE account_id = $1 AND group_id = $2 ORDER BY user_id LIMIT $3";
    /// How many they are.
    COUNT_MEMBERS: scoped "SELECT count(*) FROM group_member WHERE account_id = $1 AND group_id = $2";
    /// In how many groups a user is.
    COUNT_GROUPS: scoped "SELECT count(*) FROM group_member WHERE account_id = $1 AND user_id = $2";
    /// One group, as deciding needs it.
    ONE: scoped "SELECT id, account_id, name, path FROM iam_group WHERE account_id = $1 AND id = $2";
    /// As many of them as [`feed::NAMED`].
    MANY: scoped "SELECT id, account_id, name, path FROM iam_group WHERE account_id = $1 AND id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY id LIMIT 64";
    /// Groups as deciding needs them: loading the snapshot is for all accounts.
    PAGE_OF_ALL: global "SELECT id, account_id, name, path FROM iam_group WHERE id > $1 ORDER BY id LIMIT $2";
    /// Memberships: loading the snapshot is for all accounts.
    MEMBERS_OF_ALL: global "SELECT group_id, user_id FROM group_member WHERE (group_id, user_id) > ($1, $2) ORDER BY group_id, user_id LIMIT $3";
}

/// A group from a row of the first three queries.
pub(crate) fn group(row: &Row) -> Result<Group> {
    Ok(Group {
        id: row.group(0)?,
        name: row.text(1)?,
        path: row.text(2)?,
        remarks: row.text(3)?,
        created: row.timestamp(4)?,
        updated: row.timestamp(5)?,
    })
}

/// The row of a new group, in the order of [`super::GROUPS`].
pub(crate) fn row(group: &Group) -> [Value; 7] {
    [
        group.id.into(),
        group.name.as_str().into(),
        text::name_key(&group.name).into(),
        group.path.as_str().into(),
        group.remarks.as_str().into(),
        group.created.into(),
        group.updated.into(),
    ]
}

pub(crate) fn ids_of_user(tx: &Read<'_>, user: UserId) -> Result<Vec<GroupId>> {
    tx.rows(&IDS_OF_USER, &[user.into(), ALL_OF_ONE.into()])?.iter().map(|row| row.group(0)).collect()
}

pub(crate) fn ids_of_members(tx: &Read<'_>, group: GroupId) -> Result<Vec<UserId>> {
    tx.rows(&IDS_OF_MEMBERS, &[group.into(), ALL_OF_ONE.into()])?.iter().map(|row| row.user(0)).collect()
}

/// The names of a user's groups, in the order of their creation.
pub(crate) fn names_of_user(tx: &Read<'_>, user: UserId) -> Result<Vec<String>> {
    tx.rows(&OF_USER, &[user.into(), ALL_OF_ONE.into()])?.iter().map(|row| row.text(1)).collect()
}

pub(crate) fn count_members(tx: &Read<'_>, group: GroupId) -> Result<u64> {
    tx.rows(&COUNT_MEMBERS, &[group.into()])?.first().map_or(Ok(0), |row| row.number(0))
}

pub(crate) fn count_groups(tx: &Read<'_>, user: UserId) -> Result<u64> {
    tx.rows(&COUNT_GROUPS, &[user.into()])?.first().map_or(Ok(0), |row| row.number(0))
}

/// The groups of principals, at most [`feed::NAMED`] of them, for the snapshot. Who is in none is left out.
pub(crate) fn ids_of_principals(
    connection: &mut dyn Connection,
    account: AccountId,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<GroupId>>> {
    let mut groups: HashMap<UserId, Vec<GroupId>> = HashMap::new();
    if let [user] = users {
        let rows = connection.rows(&IDS_OF_USER.sql, &[account.into(), (*user).into(), ALL_OF_ONE.into()])?;
        groups.insert(*user, rows.iter().map(|row| row.group(0)).collect::<Result<_>>()?);
        return Ok(groups);
    }
    let mut parameters = feed::named(account, users);
    parameters.push((ALL_OF_ONE * i64::try_from(users.len()).map_err(Error::internal)?).into());
    for row in connection.rows(&IDS_OF_USERS.sql, &parameters)? {
        groups.entry(row.user(0)?).or_default().push(row.group(1)?);
    }
    Ok(groups)
}

/// Puts the groups into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    ids: &[GroupId],
) -> Result<()> {
    for ids in ids.chunks(feed::NAMED) {
        let rows = match ids {
            [id] => connection.rows(&ONE.sql, &[account.into(), (*id).into()])?,
            many => connection.rows(&MANY.sql, &feed::named(account, many))?,
        };
        let holders: Vec<Holder> = ids.iter().copied().map(Holder::Group).collect();
        let mut held = held_by(connection, &snapshot.system.catalogue, account, &holders)?;
        for id in ids {
            snapshot.groups.remove(id);
        }
        for row in &rows {
            put(snapshot, row, &mut held)?;
        }
    }
    Ok(())
}

/// Puts all groups, with what they hold and who is in them, into a snapshot that has the users already.
pub(crate) fn load(connection: &mut dyn Connection, snapshot: &mut Snapshot, held: &mut Held) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = connection.rows(&PAGE_OF_ALL.sql, &[after.into(), LOAD_PAGE.into()])?;
        for row in &rows {
            put(snapshot, row, held)?;
        }
        match rows.last() {
            Some(row) => after = row.int(0)?,
            None => break,
        }
    }
    let mut memberships: HashMap<UserId, Vec<GroupId>> = HashMap::new();
    let mut after = (0, 0);
    loop {
        let rows = connection.rows(&MEMBERS_OF_ALL.sql, &[after.0.into(), after.1.into(), LOAD_PAGE.into()])?;
        for row in &rows {
            memberships.entry(row.user(1)?).or_default().push(row.group(0)?);
        }
        match rows.last() {
            Some(row) => after = (row.int(0)?, row.int(1)?),
            None => break,
        }
    }
    for (user, groups) in memberships {
        let known = snapshot.principals.get(&user);
        let known = known.ok_or_else(|| Error::internal(format!("a group has user {user}, who does not exist")))?;
        let principal = Principal { groups, ..(**known).clone() };
        snapshot.principals.insert(user, Arc::new(principal));
    }
    Ok(())
}

fn put(snapshot: &mut Snapshot, row: &Row, held: &mut Held) -> Result<()> {
    let id = row.group(0)?;
    let grants = held.remove(&Holder::Group(id)).unwrap_or_default();
    let group = snapshot::Group { id, account: row.account(1)?, name: row.text(2)?, path: row.text(3)?, grants };
    snapshot.groups.insert(id, Arc::new(group));
    Ok(())
}
