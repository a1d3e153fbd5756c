//! The snapshot: every account, principal and access key, as deciding needs them.
//!
//! A [`Snapshot`] never changes once others can see it; cloning one is cheap, and changing
//! the clone costs what changed, not what is there. It holds names, paths, status and sealed
//! secrets, and never passwords, contacts or messages.

use std::sync::Arc;

use base::ids::{AccessKeyId, AccountId, GroupId, UserId};

use crate::{seal::SealingKey, table::Table};

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its root user.
    pub root: UserId,
    /// Counts the account's changes; an answer waits until the snapshot has reached its own.
    pub revision: i64,
    /// Opens what is sealed for this account.
    pub data_key: Arc<SealingKey>,
}

/// Who a principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User {
        /// Its name as written.
        name: String,
        /// Its path, `/` or `/…/`.
        path: String,
    },
}

/// A principal: somebody who can hold keys and act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its id.
    pub id: UserId,
    /// Its account.
    pub account: AccountId,
    /// Root or user.
    pub kind: Kind,
    /// Whether it may act at all.
    pub enabled: bool,
    /// The groups it is a member of, by id.
    pub groups: Vec<GroupId>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its account.
    pub account: AccountId,
    /// Its name as written.
    pub name: String,
    /// Its path, `/` or `/…/`.
    pub path: String,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Its public half.
    pub id: AccessKeyId,
    /// The account it acts in.
    pub account: AccountId,
    /// The principal it acts for.
    pub owner: UserId,
    /// Whether it may be used.
    pub enabled: bool,
    /// Its secret half, sealed under the account's data key.
    pub sealed_secret: Vec<u8>,
}

/// Everything at one moment. See the module.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Accounts by id.
    pub accounts: Table<AccountId, Arc<Account>>,
    /// Root and IAM users by id.
    pub principals: Table<UserId, Arc<Principal>>,
    /// Groups by id.
    pub groups: Table<GroupId, Arc<Group>>,
    /// Access keys by their public half.
    pub access_keys: Table<AccessKeyId, Arc<AccessKey>>,
}

impl Snapshot {
    /// The revision of `account` that this snapshot shows; 0 when it does not know the account.
    pub fn revision(&self, account: AccountId) -> i64 {
        self.accounts.get(&account).map_or(0, |account| account.revision)
    }
}
