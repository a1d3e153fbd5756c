//! The users' statements, and users as the snapshot holds them.

use std::sync::Arc;

use base::{
    ids::{AccountId, GroupId, UserId},
    text,
    timestamp::Timestamp,
};
use decide::snapshot::{Kind, Principal, Snapshot};

use super::{Impact, User};
use crate::{
    attachments::{
        Holder,
        load::{Held, held_by},
    },
    db::{Connection, Row, Value, selects},
    door::Read,
    error::Result,
    feed, groups,
    values::Tags,
};

selects! {
    /// The user of a name.
    BY_NAME: scoped "SELECT id, name, path, display_name, remarks, mobile, email, tags, enabled, created_us, updated_us FROM iam_user WHERE account_id = $1 AND name_key = $2";
    /// Users behind an id, in the order of creation.
    PAGE: scoped "SELECT id, name, path, display_name, remarks, mobile, email, tags, enabled, created_us, updated_us FROM iam_user WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    /// The same of those in which a text occurs: looked for in the listing, whose rows are narrower.
    SEARCH: scoped "SELECT u.id, u.name, u.path, u.display_name, u.remarks, u.mobile, u.email, u.tags, u.enabled, u.created_us, u.updated_us FROM (SELECT user_id FROM user_listing WHERE account_id = $1 AND user_id > $2 AND search_text LIKE $3 {{escape}} ORDER BY user_id LIMIT $4) l JOIN iam_user u ON u.id = l.user_id ORDER BY u.id LIMIT $4";
    /// One user, as deciding needs it.
    PRINCIPAL: scoped "SELECT id, account_id, name, path, enabled, tags FROM iam_user WHERE account_id = $1 AND id = $2";
    /// As many of them as [`feed::NAMED`].
    PRINCIPALS: scoped "SELECT id, account_id, name, path, enabled, tags FROM iam_user WHERE account_id = $1 AND id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY id LIMIT 64";
    /// Users as deciding needs them: loading the snapshot is for all accounts.
    PRINCIPALS_OF_ALL: global "SELECT id, account_id, name, path, enabled, tags FROM iam_user WHERE id > $1 ORDER BY id LIMIT $2";
    /// When a user was last active, and last signed in; 0 for never.
    ACTIVITY: scoped "SELECT active_us, signed_in_us FROM user_listing WHERE account_id = $1 AND user_id = $2";
    /// How many sessions at the console go on.
    SESSIONS: scoped "SELECT count(*) FROM console_session WHERE account_id = $1 AND user_id = $2 AND expires_us > $3 AND seen_us + idle_us > $3";
    /// The roles whose trust documents mean an entity.
    TRUSTING: scoped "SELECT name FROM iam_role WHERE account_id = $1 AND trust_principals LIKE $2 ORDER BY name_key LIMIT $3";
    /// Users behind an id who are enabled.
    IDS_OF_ENABLED: scoped "SELECT id FROM iam_user WHERE account_id = $1 AND id > $2 AND enabled ORDER BY id LIMIT $3";
}

/// A user from a row of the first two queries.
pub(crate) fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.user(0)?,
        name: row.text(1)?,
        path: row.text(2)?,
        display_name: row.text(3)?,
        remarks: row.text(4)?,
        mobile: row.optional(5, Row::text)?,
        email: row.optional(6, Row::text)?,
        tags: Tags::from_column(&row.text(7)?)?,
        enabled: row.bool(8)?,
        created: row.timestamp(9)?,
        updated: row.timestamp(10)?,
    })
}

/// The row of a new user, in the order of [`super::USERS`].
pub(crate) fn row(user: &User) -> [Value; 13] {
    [
        user.id.into(),
        user.name.as_str().into(),
        text::name_key(&user.name).into(),
        user.path.as_str().into(),
        user.display_name.as_str().into(),
        user.remarks.as_str().into(),
        user.mobile.clone().into(),
        user.email.clone().into(),
        user.tags.to_column().into(),
        search_text(user).into(),
        user.enabled.into(),
        user.created.into(),
        user.updated.into(),
    ]
}

/// What a search looks in: name, display name, mobile number and e-mail address, a line each, folded.
fn search_text(user: &User) -> String {
    let lines = [Some(&user.name), Some(&user.display_name), user.mobile.as_ref(), user.email.as_ref()];
    text::name_key(&lines.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n"))
}

/// When a user was last active, and when it last signed in.
pub(super) fn activity(tx: &Read<'_>, user: UserId) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let rows = tx.rows(&ACTIVITY, &[user.into()])?;
    let Some(row) = rows.first() else { return Ok((None, None)) };
    let moment = |micros: i64| Some(Timestamp::from_micros(micros)).filter(|_| micros > 0);
    Ok((moment(row.int(0)?), moment(row.int(1)?)))
}

/// How many sessions at the console a user has.
pub(super) fn count_sessions(tx: &Read<'_>, user: UserId) -> Result<u64> {
    tx.rows(&SESSIONS, &[user.into(), tx.now().into()])?.first().map_or(Ok(0), |row| row.number(0))
}

/// The names of the roles that trust a user by its name: their documents have its number.
pub(super) fn roles_that_trust(tx: &Read<'_>, user: UserId) -> Result<Vec<String>> {
    let pattern = format!("%\"id\":{user},%");
    let rows = tx.rows(&TRUSTING, &[pattern.into(), Impact::ROLES_MAX.into()])?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Users behind an id who are enabled, some at a time.
pub(crate) fn ids_of_enabled(tx: &Read<'_>, after: u64) -> Result<Vec<UserId>> {
    tx.rows(&IDS_OF_ENABLED, &[after.into(), feed::PAGE.into()])?.iter().map(|row| row.user(0)).collect()
}

/// Puts the users into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    ids: &[UserId],
) -> Result<()> {
    for ids in ids.chunks(feed::NAMED) {
        let rows = match ids {
            [id] => connection.rows(&PRINCIPAL.sql, &[account.into(), (*id).into()])?,
            many => connection.rows(&PRINCIPALS.sql, &feed::named(account, many))?,
        };
        let mut groups = groups::sql::ids_of_principals(connection, account, ids)?;
        let holders: Vec<Holder> = ids.iter().copied().map(Holder::User).collect();
        let mut held = held_by(connection, &snapshot.system.catalogue, account, &holders)?;
        for id in ids {
            snapshot.principals.remove(id);
        }
        for row in &rows {
            let groups = groups.remove(&row.user(0)?).unwrap_or_default();
            put(snapshot, row, groups, &mut held)?;
        }
    }
    Ok(())
}

/// Puts all users into the snapshot, with what they hold, but not their groups.
pub(crate) fn load(connection: &mut dyn Connection, snapshot: &mut Snapshot, held: &mut Held) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = connection.rows(&PRINCIPALS_OF_ALL.sql, &[after.into(), feed::PAGE.into()])?;
        for row in &rows {
            put(snapshot, row, Vec::new(), held)?;
        }
        match rows.last() {
            Some(row) => after = row.int(0)?,
            None => return Ok(()),
        }
    }
}

fn put(snapshot: &mut Snapshot, row: &Row, groups: Vec<GroupId>, held: &mut Held) -> Result<()> {
    let id = row.user(0)?;
    let principal = Principal {
        id,
        account: row.account(1)?,
        kind: Kind::User { name: row.text(2)?, path: row.text(3)? },
        enabled: row.bool(4)?,
        groups,
        tags: Tags::from_column(&row.text(5)?)?.shared(),
        grants: held.remove(&Holder::User(id)).unwrap_or_default(),
    };
    snapshot.principals.insert(id, Arc::new(principal));
    Ok(())
}
