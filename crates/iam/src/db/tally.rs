//! How many of a noun an account has: a number kept beside the rows, so that a quota costs one look-up
//! however large the account is.

use base::ids::AccountId;

use super::{Connection, selects, statements};
use crate::error::{Noun, Result};

selects! {
    COUNT: scoped "SELECT count FROM tally WHERE account_id = $1 AND noun = $2";
}

statements! {
    ADD: "INSERT INTO tally (account_id, noun, count) VALUES ($1, $2, $3)
     ON CONFLICT (account_id, noun) DO UPDATE SET count = tally.count + excluded.count";
}

/// How many of `noun` the account has.
pub(crate) fn count(connection: &mut dyn Connection, account: AccountId, noun: Noun) -> Result<u64> {
    let rows = connection.rows(&COUNT.sql, &[account.into(), noun.word().into()])?;
    rows.first().map_or(Ok(0), |row| row.number(0))
}

/// Adds to the number; the caller holds the account's head.
pub(crate) fn add(connection: &mut dyn Connection, account: AccountId, noun: Noun, difference: i64) -> Result<()> {
    connection.run(&ADD, &[account.into(), noun.word().into(), difference.into()])?;
    Ok(())
}
