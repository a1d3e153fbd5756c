//! Sessions at the console: who is signed in, where, and for how long still.
//!
//! A session is a row, and is looked up in the store whenever somebody acts by it: so ending one holds on every node at
//! once. The store keeps only the hash of what the browser holds (SEC-042).

mod look;
mod ops;
pub(crate) mod sql;

use std::time::Duration;

use base::{
    ids::{AccountId, ConsoleSessionId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::identity::{Actor, Credential, Identity};

pub use self::ops::{End, EndAll, EndEverybodys, Ended, List, Whose};
use crate::{
    caller::{Caller, Origin},
    core::Core,
    db::Connection,
    door::Write,
    error::{Error, Result},
    password_settings::PasswordSettings,
    sign_in,
};

/// How many sessions one user has at most: the oldest ends for a new one.
const PER_USER: i64 = 100;
/// How often at most it is written down that a session is in use.
const TOUCHED_EVERY: Duration = Duration::from_mins(1);
/// Of how many users sessions end at a time, where everybody's do.
const USERS_AT_A_TIME: i64 = 500;
/// How many rows are pruned at a time.
const BATCH: i64 = 500;

/// Somebody who is signed in to the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleSession {
    /// Its id, which is no secret.
    pub id: ConsoleSessionId,
    /// The account.
    pub account: AccountId,
    /// Who.
    pub user: UserId,
    /// Whether that is the account's root user.
    pub is_root: bool,
    /// The user's name; `root` for root.
    pub user_name: String,
    /// What people call the user; for root, its e-mail address.
    pub display_name: String,
    /// What the account is called; empty where it has no name.
    pub account_name: String,
    /// The account's alias, where it has one.
    pub account_alias: Option<String>,
    /// Whether it may do nothing but set a password.
    pub must_reset: bool,
    /// When it began.
    pub began: Timestamp,
    /// When it was last used, as it was last written down.
    pub seen: Timestamp,
    /// When it ends, unless it is left alone before.
    pub expires: Timestamp,
    /// The address from which it began.
    pub source: String,
    /// The browser's name for itself when it began.
    pub agent: String,
}

impl ConsoleSession {
    /// Its user as a caller. The door looks again whether the session is good.
    pub fn caller(&self, origin: Origin) -> Caller {
        let (actor, credential) = (Actor::User(self.user), Credential::Console(self.id));
        Caller::of(Identity { account: self.account, actor, credential }, origin)
    }
}

/// Whose session begins.
pub(crate) struct Beginner<'a> {
    pub(crate) account: AccountId,
    pub(crate) user: UserId,
    pub(crate) must_reset: bool,
    /// What the account says about how long.
    pub(crate) settings: &'a PasswordSettings,
    pub(crate) origin: &'a Origin,
}

/// Begins a session of somebody who has proved who it is; gives the token, for the only time.
pub(crate) fn begin(
    connection: &mut dyn Connection,
    core: &Core,
    beginner: &Beginner<'_>,
    now: Timestamp,
) -> Result<(SecretText, ConsoleSession)> {
    let row = new_row(core, beginner, now)?;
    connection.run(&sql::BEGIN, &row.values)?;
    connection.run(&sql::TRIM, &[beginner.account.into(), beginner.user.into(), PER_USER.into()])?;
    let found = connection.rows(&sql::BY_DIGEST.sql, &[row.digest.into()])?;
    let session = found.first().map(sql::known).transpose()?;
    let session = session.ok_or_else(|| Error::internal("a session that has begun is not there"))?;
    Ok((row.token, session.session))
}

/// The same in the midst of a change.
pub(crate) fn begin_in(tx: &mut Write<'_>, beginner: &Beginner<'_>) -> Result<(SecretText, ConsoleSession)> {
    let row = new_row(tx.core(), beginner, tx.now())?;
    tx.keep(&sql::BEGIN, &row.values)?;
    tx.keep(&sql::TRIM, &[beginner.account.into(), beginner.user.into(), PER_USER.into()])?;
    let found = tx.rows(&sql::BY_DIGEST, &[row.digest.into()])?;
    let session = found.first().map(sql::known).transpose()?;
    let session = session.ok_or_else(|| Error::internal("a session that has begun is not there"))?;
    Ok((row.token, session.session))
}

struct NewRow {
    token: SecretText,
    digest: Vec<u8>,
    values: [crate::db::Value; 11],
}

fn new_row(core: &Core, beginner: &Beginner<'_>, now: Timestamp) -> Result<NewRow> {
    let token = sign_in::draw_token(core);
    let digest = sign_in::digest(token.expose());
    let id = ConsoleSessionId::new(core.entity_id(now)).map_err(Error::internal)?;
    let PasswordSettings { idle_minutes, session_hours, .. } = *beginner.settings;
    let idle_us = i64::from(idle_minutes) * 60_000_000;
    let longest = Duration::from_hours(u64::from(session_hours));
    let origin = beginner.origin;
    let values = [
        id.into(),
        beginner.account.into(),
        beginner.user.into(),
        digest.clone().into(),
        beginner.must_reset.into(),
        now.into(),
        now.into(),
        idle_us.into(),
        now.plus(longest).into(),
        origin.source.as_str().into(),
        origin.agent.as_str().into(),
    ];
    Ok(NewRow { token, digest, values })
}

/// What the door must know of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) must_reset: bool,
}

/// Looks whether a session is good still. Errors: `Unauthenticated`.
pub(crate) fn standing(
    connection: &mut dyn Connection,
    identity: &Identity,
    id: ConsoleSessionId,
    now: Timestamp,
) -> Result<Standing> {
    let rows = connection.rows(&sql::STANDING.sql, &[identity.account.into(), id.into()])?;
    let row = rows.first().ok_or(Error::Unauthenticated)?;
    let is_theirs = identity.actor == Actor::User(row.user(0)?);
    if !is_theirs || !sql::Span::of(row, 2)?.holds(now) {
        return Err(Error::Unauthenticated);
    }
    Ok(Standing { must_reset: row.bool(1)? })
}

/// Ends all sessions of a user, but for one.
pub(crate) fn end_all(tx: &mut Write<'_>, user: UserId, but: Option<ConsoleSessionId>) -> Result<u64> {
    let but = but.map_or(0, ConsoleSessionId::number);
    tx.keep(&sql::END_ALL, &[tx.account().into(), user.into(), but.into()])
}

/// Deletes some of what is over. Tells whether there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let deleted = connection.run(&sql::PRUNE, &[now.into(), BATCH.into()])?;
    Ok(i64::try_from(deleted).map_err(Error::internal)? == BATCH)
}
