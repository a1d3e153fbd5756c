//! The statements of sessions at the console.

use std::time::Duration;

use base::{
    ids::{AccountId, ConsoleSessionId},
    timestamp::Timestamp,
};

use super::ConsoleSession;
use crate::{
    db::{Row, selects, statements},
    door::Read,
    error::{Error, Result},
};

selects! {
    /// The session of a token: nobody is known before it is found.
    BY_DIGEST: global "SELECT s.id, s.account_id, s.user_id, s.must_reset, s.began_us, s.seen_us, s.idle_us, s.expires_us, s.source, s.agent, a.root_id, a.alias, r.account_name, r.email, u.name, u.display_name, u.enabled, p.enabled FROM console_session s JOIN account a ON a.account_id = s.account_id LEFT JOIN root_login r ON r.account_id = s.account_id LEFT JOIN iam_user u ON u.id = s.user_id LEFT JOIN login_profile p ON p.user_id = s.user_id WHERE s.digest = $1";
    /// Sessions of an account behind an id, in the order in which they began.
    PAGE: scoped "SELECT s.id, s.account_id, s.user_id, s.must_reset, s.began_us, s.seen_us, s.idle_us, s.expires_us, s.source, s.agent, a.root_id, a.alias, r.account_name, r.email, u.name, u.display_name, u.enabled, p.enabled FROM console_session s JOIN account a ON a.account_id = s.account_id LEFT JOIN root_login r ON r.account_id = s.account_id LEFT JOIN iam_user u ON u.id = s.user_id LEFT JOIN login_profile p ON p.user_id = s.user_id WHERE s.account_id = $1 AND s.id > $2 AND s.expires_us > $3 AND s.seen_us + s.idle_us > $3 ORDER BY s.id LIMIT $4";
    /// Those of one user.
    PAGE_OF_USER: scoped "SELECT s.id, s.account_id, s.user_id, s.must_reset, s.began_us, s.seen_us, s.idle_us, s.expires_us, s.source, s.agent, a.root_id, a.alias, r.account_name, r.email, u.name, u.display_name, u.enabled, p.enabled FROM console_session s JOIN account a ON a.account_id = s.account_id LEFT JOIN root_login r ON r.account_id = s.account_id LEFT JOIN iam_user u ON u.id = s.user_id LEFT JOIN login_profile p ON p.user_id = s.user_id WHERE s.account_id = $1 AND s.user_id = $2 AND s.id > $3 AND s.expires_us > $4 AND s.seen_us + s.idle_us > $4 ORDER BY s.id LIMIT $5";
    /// Users with sessions other than one, but for the root user.
    USERS_WITH_OTHERS: scoped "SELECT DISTINCT s.user_id FROM console_session s JOIN account a ON a.account_id = s.account_id WHERE s.account_id = $1 AND s.id <> $2 AND s.user_id <> a.root_id ORDER BY s.user_id LIMIT $3";
    /// Whose a session is, and until when.
    STANDING: scoped "SELECT user_id, must_reset, seen_us, idle_us, expires_us FROM console_session WHERE account_id = $1 AND id = $2";
    /// When a session ends. The change that it limits may be in another account, whose role is assumed.
    EXPIRY: global "SELECT expires_us FROM console_session WHERE account_id = $1 AND id = $2";
}

statements! {
    BEGIN: "INSERT INTO console_session (id, account_id, user_id, digest, must_reset, began_us, seen_us, idle_us, expires_us, source, agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Ends those beyond the newest few of a user.
    TRIM: "DELETE FROM console_session WHERE account_id = $1 AND user_id = $2 AND id NOT IN
     (SELECT id FROM console_session WHERE account_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT $3)";
    /// It is in use. A session never goes back.
    TOUCH: "UPDATE console_session SET seen_us = $2 WHERE id = $1 AND seen_us < $2";
    END: "DELETE FROM console_session WHERE account_id = $1 AND id = $2";
    END_ALL: "DELETE FROM console_session WHERE account_id = $1 AND user_id = $2 AND id <> $3";
    PRUNE: "DELETE FROM console_session WHERE id IN
     (SELECT id FROM console_session WHERE expires_us <= $1 ORDER BY expires_us LIMIT $2)";
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) seen: Timestamp,
    idle: Duration,
    expires: Timestamp,
}

impl Span {
    /// From the three columns that begin at `first`.
    pub(super) fn of(row: &Row, first: usize) -> Result<Self> {
        let idle = Duration::from_micros(row.number(first + 1)?);
        Ok(Self { seen: row.timestamp(first)?, idle, expires: row.timestamp(first + 2)? })
    }

    /// Whether it lasts still.
    pub(super) fn holds(self, now: Timestamp) -> bool {
        now < self.expires && now < self.seen.plus(self.idle)
    }
}

/// A session as the store has it.
pub(super) struct Known {
    pub(super) session: ConsoleSession,
    pub(super) span: Span,
    /// Whether its user may be signed in at all.
    pub(super) stands: bool,
}

/// A session from a row of the first three queries.
pub(super) fn known(row: &Row) -> Result<Known> {
    let span = Span::of(row, 5)?;
    let user = row.user(2)?;
    let is_root = row.user(10)? == user;
    let enabled = row.optional(16, Row::bool)?.unwrap_or(false) && row.optional(17, Row::bool)?.unwrap_or(false);
    let or_empty = |place| Ok::<_, Error>(row.optional(place, Row::text)?.unwrap_or_default());
    let session = ConsoleSession {
        id: row.console_session(0)?,
        account: row.account(1)?,
        user,
        is_root,
        user_name: if is_root { "root".to_owned() } else { or_empty(14)? },
        display_name: or_empty(if is_root { 13 } else { 15 })?,
        account_name: or_empty(12)?,
        account_alias: row.optional(11, Row::text)?,
        must_reset: row.bool(3)?,
        began: row.timestamp(4)?,
        seen: span.seen,
        expires: span.expires,
        source: row.text(8)?,
        agent: row.text(9)?,
    };
    Ok(Known { session, span, stands: is_root || enabled })
}

/// When a session ends at the latest, where it is there.
pub(crate) fn expiry(tx: &Read<'_>, account: AccountId, id: ConsoleSessionId) -> Result<Option<Timestamp>> {
    tx.rows(&EXPIRY, &[account.into(), id.into()])?.first().map(|row| row.timestamp(0)).transpose()
}
