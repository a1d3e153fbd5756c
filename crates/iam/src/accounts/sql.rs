//! The accounts' statements, and accounts as the snapshot holds them.

use std::sync::Arc;

use base::ids::AccountId;
use decide::snapshot::{Account, Kind, Principal, Snapshot, Tags};

use super::RootLogin;
use crate::{
    attachments::{
        Holder,
        load::{Held, held_by},
    },
    db::{Connection, Row, selects},
    door::Read,
    error::Result,
    feed::PAGE,
    keyring::Keyring,
    page::PageSize,
};

selects! {
    /// One account.
    ONE: scoped "SELECT a.account_id, a.root_id, a.data_key, h.revision FROM account a JOIN account_head h ON h.account_id = a.account_id WHERE a.account_id = $1";
    /// An account's alias.
    ALIAS: scoped "SELECT alias FROM account WHERE account_id = $1";
    /// How the account's root user signs in.
    ROOT_LOGIN: scoped "SELECT account_name, email, password_changed_us, password_hash FROM root_login WHERE account_id = $1";
    /// Whose root user has an e-mail address: addresses are unique among all accounts.
    ROOT_OF_EMAIL: global "SELECT account_id FROM root_login WHERE email_key = $1";
    /// Who has an alias: aliases are unique among all accounts.
    BEARER: global "SELECT account_id FROM account WHERE alias = $1";
    /// Accounts behind an id, for the operator, who looks after all of them.
    PAGE_FOR_OPERATOR: global "SELECT account_id, alias, created_us FROM account WHERE account_id > $1 ORDER BY account_id LIMIT $2";
    /// Accounts in the order of their ids: loading the snapshot is for all of them.
    PAGE_OF_ALL: global "SELECT a.account_id, a.root_id, a.data_key, h.revision FROM account a JOIN account_head h ON h.account_id = a.account_id WHERE a.account_id > $1 ORDER BY a.account_id LIMIT $2";
}

/// The account's alias, where it has one.
pub(crate) fn alias(tx: &Read<'_>) -> Result<Option<String>> {
    Ok(tx.rows(&ALIAS, &[])?.first().map(|row| row.optional(0, Row::text)).transpose()?.flatten())
}

/// How the account's root user signs in, where that was set.
pub(crate) fn root_login(tx: &Read<'_>) -> Result<Option<RootLogin>> {
    let login = |row: &Row| {
        let (account_name, email) = (row.text(0)?, row.text(1)?);
        Ok(RootLogin { account_name, email, password_changed: row.optional(2, Row::timestamp)? })
    };
    tx.rows(&ROOT_LOGIN, &[])?.first().map(login).transpose()
}

/// The hash of the root user's password, where it has one.
pub(crate) fn root_password(tx: &Read<'_>) -> Result<Option<String>> {
    Ok(tx.rows(&ROOT_LOGIN, &[])?.first().map(|row| row.optional(3, Row::text)).transpose()?.flatten())
}

/// The account whose root user has that address.
pub(crate) fn root_of_email(tx: &Read<'_>, key: &str) -> Result<Option<AccountId>> {
    tx.rows(&ROOT_OF_EMAIL, &[key.into()])?.first().map(|row| row.account(0)).transpose()
}

/// Accounts behind one, and one more than the page holds.
pub(crate) fn page(tx: &Read<'_>, after: Option<AccountId>, size: PageSize) -> Result<Vec<super::Account>> {
    let after = after.map_or(0, AccountId::number);
    let rows = tx.rows(&PAGE_FOR_OPERATOR, &[after.into(), size.probe().into()])?;
    let account = |row: &Row| {
        Ok(super::Account { id: row.account(0)?, alias: row.optional(1, Row::text)?, created: row.timestamp(2)? })
    };
    rows.iter().map(account).collect()
}

/// The account that has this alias.
pub(crate) fn bearer(tx: &Read<'_>, alias: &str) -> Result<Option<AccountId>> {
    tx.rows(&BEARER, &[alias.into()])?.first().map(|row| row.account(0)).transpose()
}

/// Puts the account, and its root user, into the snapshot as the tables have them now.
pub(crate) fn refresh(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    account: AccountId,
    keyring: &Keyring,
) -> Result<()> {
    if let Some(row) = connection.rows(&ONE.sql, &[account.into()])?.first() {
        let mut held = held_by(connection, &snapshot.system.catalogue, account, &[Holder::User(row.user(1)?)])?;
        return put(snapshot, row, keyring, &mut held);
    }
    if let Some(gone) = snapshot.accounts.remove(&account) {
        snapshot.principals.remove(&gone.root);
    }
    Ok(())
}

/// Puts all accounts into the snapshot.
pub(crate) fn load(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    keyring: &Keyring,
    held: &mut Held,
) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = connection.rows(&PAGE_OF_ALL.sql, &[after.into(), PAGE.into()])?;
        for row in &rows {
            put(snapshot, row, keyring, held)?;
            after = row.int(0)?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// A root user is part of its account: it has no row of its own, and holds nothing but the mark of its sessions.
fn put(snapshot: &mut Snapshot, row: &Row, keyring: &Keyring, held: &mut Held) -> Result<()> {
    let (id, root) = (row.account(0)?, row.user(1)?);
    let wrapped = row.bytes(2)?;
    // A data key that is in use need not be unwrapped again; but the next start will have to.
    let data_key = if let Some(known) = snapshot.accounts.get(&id) {
        keyring.could_open_data_key(id, &wrapped)?;
        Arc::clone(&known.data_key)
    } else {
        Arc::new(keyring.open_data_key(id, &wrapped)?)
    };
    let principal = Principal {
        id: root,
        account: id,
        kind: Kind::Root,
        enabled: true,
        groups: Vec::new(),
        tags: Tags::default(),
        grants: held.remove(&Holder::User(root)).unwrap_or_default(),
    };
    snapshot.principals.insert(root, Arc::new(principal));
    snapshot.accounts.insert(id, Arc::new(Account { id, root, revision: row.int(3)?, data_key }));
    Ok(())
}
