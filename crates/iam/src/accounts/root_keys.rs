//! Root users' access keys, in the operator's hands: how a lost root is recovered.

use base::ids::{AccountId, UserId};

use crate::{
    access_keys::{self, AccessKey, Minted, Owner},
    action::Action,
    caller::Caller,
    door::{Operation, Query, Read, Target, Write},
    error::Result,
    users,
};

/// Makes an access key for an account's root user. The answer shows its secret, once.
///
/// Errors: `NotFound` for the account, `LimitExceeded` at the quota.
#[derive(Debug, Clone, Copy)]
pub struct CreateRootKey {
    /// The account.
    pub account: AccountId,
}

impl Operation for CreateRootKey {
    const ACTION: Action = Action::CreateRootKey;
    type Found = UserId;
    type Output = Minted;

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::root()
    }

    fn find(&self, tx: &Read<'_>) -> Result<UserId> {
        users::by_owner(tx, &Owner::Root).map(|(root, _)| root)
    }

    fn run(&self, root: UserId, tx: &mut Write<'_>) -> Result<Minted> {
        access_keys::create_for(tx, root)
    }
}

/// Lists the access keys of an account's root user, oldest first. Errors: `NotFound` for the account.
#[derive(Debug, Clone, Copy)]
pub struct ListRootKeys {
    /// The account.
    pub account: AccountId,
}

impl Query for ListRootKeys {
    const ACTION: Action = Action::ListRootKeys;
    type Found = UserId;
    type Output = Vec<AccessKey>;

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::root()
    }

    fn find(&self, tx: &Read<'_>) -> Result<UserId> {
        users::by_owner(tx, &Owner::Root).map(|(root, _)| root)
    }

    fn run(&self, root: UserId, tx: &Read<'_>) -> Result<Vec<AccessKey>> {
        access_keys::list_of(tx, root)
    }
}

/// Deletes an access key of an account's root user. Errors: `NotFound` for the account or the key.
#[derive(Debug, Clone)]
pub struct DeleteRootKey {
    /// The account.
    pub account: AccountId,
    /// The key's id.
    pub key: String,
}

impl Operation for DeleteRootKey {
    const ACTION: Action = Action::DeleteRootKey;
    type Found = AccessKey;
    type Output = ();

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::root()
    }

    fn find(&self, tx: &Read<'_>) -> Result<AccessKey> {
        access_keys::find(tx, &Owner::Root, &self.key).map(|(key, _)| key)
    }

    fn run(&self, key: AccessKey, tx: &mut Write<'_>) -> Result<()> {
        access_keys::delete_one(tx, key.id)
    }
}
