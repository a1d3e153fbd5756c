//! Passwords that somebody had: what an account that remembers them does not take again.
//!
//! Only who changes their own password is asked for another: that proves the present one first. Were it asked when
//! somebody else sets a password, the answer would let them try what an old one was, as often as they like.

use argon2::{Argon2, PasswordVerifier, password_hash::phc::PasswordHash};
use base::{
    ids::{AccountId, UserId},
    timestamp::Timestamp,
};

use super::sql;
use crate::{
    db::{
        Connection, Row,
        table::{Column, Kind, Table, Touches},
    },
    door::{Read, Write},
    error::Result,
    hashing::Password,
    password_settings::PasswordSettings,
};

/// The table of passwords that users had. They open nothing.
pub(crate) static OLD_PASSWORDS: Table = Table {
    name: "old_password",
    key: &[Column { name: "user_id", kind: Kind::Int }, Column { name: "set_us", kind: Kind::Int }],
    columns: &[Column { name: "password_hash", kind: Kind::Digest }],
    touches: Touches::Nobody,
};

/// More than an account can ask to remember.
const ALL: i64 = 100;

/// The hashes of what `user` may not set again: the present one and those before it, as many as the settings say.
pub fn forbidden(tx: &Read<'_>, user: UserId, settings: &PasswordSettings) -> Result<Vec<String>> {
    let before = i64::from(settings.history) - 1;
    if before < 0 {
        return Ok(Vec::new());
    }
    let mut rows = tx.rows(&sql::PRESENT, &[user.into()])?;
    rows.extend(tx.rows(&sql::OLD, &[user.into(), before.into()])?);
    rows.iter().map(|row| row.text(1)).collect()
}

/// The same outside of the door, for whoever has yet to prove itself.
pub(crate) fn forbidden_in(
    connection: &mut dyn Connection,
    account: AccountId,
    user: UserId,
    settings: &PasswordSettings,
) -> Result<Vec<String>> {
    let before = i64::from(settings.history) - 1;
    if before < 0 {
        return Ok(Vec::new());
    }
    let mut rows = connection.rows(&sql::PRESENT.sql, &[account.into(), user.into()])?;
    rows.extend(connection.rows(&sql::OLD.sql, &[account.into(), user.into(), before.into()])?);
    rows.iter().map(|row| row.text(1)).collect()
}

/// Whether `password` is one of those. It takes as long as hashing it so many times, so only on a hashing thread.
pub fn is_one_of(password: &Password, hashes: &[String]) -> bool {
    hashes.iter().any(|hash| {
        let hash = PasswordHash::new(hash);
        hash.is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
    })
}

/// Remembers the present password of `user`, which is about to be replaced, and forgets those that the settings no
/// longer ask for.
pub(crate) fn remember(tx: &mut Write<'_>, user: UserId, settings: &PasswordSettings) -> Result<()> {
    let present = tx.rows(&sql::PRESENT, &[user.into()])?;
    if settings.history > 1
        && let Some(present) = present.first()
    {
        let set = present.optional(0, Row::timestamp)?.unwrap_or(Timestamp::from_micros(0));
        tx.insert(&OLD_PASSWORDS, &[user.into(), set.into(), present.text(1)?.into()])?;
    }
    let keep = usize::from(settings.history.saturating_sub(1));
    forget_but(tx, user, keep)
}

/// Forgets all that `user` had.
pub(crate) fn forget(tx: &mut Write<'_>, user: UserId) -> Result<()> {
    forget_but(tx, user, 0)
}

fn forget_but(tx: &mut Write<'_>, user: UserId, keep: usize) -> Result<()> {
    for row in tx.rows(&sql::OLD, &[user.into(), ALL.into()])?.iter().skip(keep) {
        tx.delete(&OLD_PASSWORDS, &[user.into(), row.timestamp(0)?.into()])?;
    }
    Ok(())
}
