//! The feed: what changed, and how a snapshot follows.
//!
//! A change names an entity; whoever applies it reads the entity again and puts it into the snapshot. That
//! costs what changed and never depends on how large the account is. The same rows in `change_log` tell
//! other nodes, in the order of commits within a shard.

mod follow;
mod load;
mod prune;
pub(crate) mod sql;

use std::str::FromStr;

use base::{
    ids::{AccessKeyId, AccountId, ApiKeyId, GroupId, PolicyId, RoleId, UserId},
    timestamp::Timestamp,
};
use decide::snapshot::Snapshot;

pub(crate) use self::{
    follow::{Cursor, Step, follow},
    load::{DOCUMENTS, PAGE, load},
    prune::prune,
};
use crate::{
    access_keys, accounts, api_keys,
    db::{Connection, Value},
    error::{Error, Result},
    groups,
    keyring::Keyring,
    policies, roles, users,
};

/// An entity whose row has changed, appeared or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Change {
    Account,
    User(UserId),
    Group(GroupId),
    AccessKey(AccessKeyId),
    ApiKey(ApiKeyId),
    Policy(PolicyId),
    Role(RoleId),
}

impl Change {
    /// How the feed's table writes it: kind and reference.
    fn to_columns(self) -> (&'static str, String) {
        match self {
            Self::Account => ("account", String::new()),
            Self::User(id) => ("user", id.to_string()),
            Self::Group(id) => ("group", id.to_string()),
            Self::AccessKey(id) => ("access_key", id.to_string()),
            Self::ApiKey(id) => ("api_key", id.to_string()),
            Self::Policy(id) => ("policy", id.to_string()),
            Self::Role(id) => ("role", id.to_string()),
        }
    }

    fn from_columns(kind: &str, reference: &str) -> Result<Self> {
        let number = || u64::from_str(reference).map_err(Error::internal);
        match kind {
            "account" => Ok(Self::Account),
            "user" => Ok(Self::User(UserId::new(number()?).map_err(Error::internal)?)),
            "group" => Ok(Self::Group(GroupId::new(number()?).map_err(Error::internal)?)),
            "access_key" => Ok(Self::AccessKey(AccessKeyId::parse(reference).map_err(Error::internal)?)),
            "api_key" => Ok(Self::ApiKey(ApiKeyId::parse(reference).map_err(Error::internal)?)),
            "policy" => Ok(Self::Policy(PolicyId::new(number()?).map_err(Error::internal)?)),
            "role" => Ok(Self::Role(RoleId::new(number()?).map_err(Error::internal)?)),
            other => Err(Error::internal(format!("the feed has an entry of unknown kind `{other}`"))),
        }
    }
}

/// What a transaction changed in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) account: AccountId,
    pub(crate) revision: i64,
    pub(crate) changes: Vec<Change>,
}

/// What a transaction changed, over all accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Committed(pub(crate) Vec<Touched>);

/// Brings `snapshot` up to what `committed` names, reading the entities through `connection`.
pub(crate) fn apply(
    connection: &mut dyn Connection,
    snapshot: &mut Snapshot,
    committed: &Committed,
    keyring: &Keyring,
) -> Result<()> {
    for touched in &committed.0 {
        let account = touched.account;
        let (mut users, mut groups, mut policies, mut roles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut keys, mut api_keys) = (Vec::new(), Vec::new());
        for change in &touched.changes {
            match *change {
                Change::Account => accounts::sql::refresh(connection, snapshot, account, keyring)?,
                Change::User(id) => users.push(id),
                Change::Group(id) => groups.push(id),
                Change::AccessKey(id) => keys.push(id),
                Change::ApiKey(id) => api_keys.push(id),
                Change::Policy(id) => policies.push(id),
                Change::Role(id) => roles.push(id),
            }
        }
        policies::sql::refresh(connection, snapshot, account, &policies)?;
        groups::sql::refresh(connection, snapshot, account, &groups)?;
        roles::sql::refresh(connection, snapshot, account, &roles)?;
        users::sql::refresh(connection, snapshot, account, &users)?;
        access_keys::sql::refresh(connection, snapshot, account, &keys)?;
        api_keys::sql::refresh(connection, snapshot, account, &api_keys)?;
        if let Some(account) = snapshot.accounts.get(&touched.account) {
            let moved_on = decide::snapshot::Account { revision: touched.revision, ..(**account).clone() };
            snapshot.accounts.insert(touched.account, std::sync::Arc::new(moved_on));
        }
    }
    Ok(())
}

/// How many entities a noun's statement names at most: its `IN` list is `$2 … $65`.
pub(crate) const NAMED: usize = 64;

/// The parameters of a statement that names many entities of an account. Where there are fewer, the last is named
/// again: a list of each length would be a statement of its own.
pub(crate) fn named<T: Copy + Into<Value>>(account: AccountId, ids: &[T]) -> Vec<Value> {
    let padding = ids.last().into_iter().cycle();
    std::iter::once(account.into()).chain(ids.iter().chain(padding).take(NAMED).map(|id| (*id).into())).collect()
}

/// How many shards the feed has; an account is always in the same one.
const SHARDS: usize = 16;
/// How many entries one statement writes, where there are so many.
const APPENDED: usize = 32;

/// Writes `changes` of `account` into the feed. Last in the transaction: it takes the shard's head row.
pub(crate) fn announce(
    connection: &mut dyn Connection,
    account: AccountId,
    changes: &[Change],
    now: Timestamp,
) -> Result<()> {
    let shard = account.number() % SHARDS as u64;
    let count = i64::try_from(changes.len()).map_err(Error::internal)?;
    let rows = connection.rows(&sql::ADVANCE, &[shard.into(), count.into()])?;
    let last = rows.first().ok_or_else(|| Error::internal("a shard of the feed has no head"))?.int(0)?;
    let mut entries = changes.iter().zip(last - count + 1..);
    let mut append = |sql, many: usize| {
        let mut row = vec![shard.into(), account.into(), now.into()];
        for (change, seq) in entries.by_ref().take(many) {
            let (kind, reference) = change.to_columns();
            row.extend([seq.into(), kind.into(), reference.into()]);
        }
        connection.run(sql, &row)
    };
    for _ in 0..changes.len() / APPENDED {
        append(&sql::APPEND_MANY, APPENDED)?;
    }
    for _ in 0..changes.len() % APPENDED {
        append(&sql::APPEND, 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_survive_their_columns() {
        let key = Change::AccessKey(AccessKeyId::long_term([5; 10]));
        let api_key = Change::ApiKey(ApiKeyId::of([6; 10]));
        let (user, group) = (Change::User(UserId::new(7).unwrap()), Change::Group(GroupId::new(8).unwrap()));
        let (policy, role) = (Change::Policy(PolicyId::new(9).unwrap()), Change::Role(RoleId::new(10).unwrap()));
        for change in [Change::Account, user, group, key, api_key, policy, role] {
            let (kind, reference) = change.to_columns();
            assert_eq!(Change::from_columns(kind, &reference).unwrap(), change);
        }
        assert!(Change::from_columns("planet", "7").is_err());
        assert!(Change::from_columns("user", "x").is_err());
    }
}
