//! What can be done with accounts.

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretText,
};

use super::ACCOUNTS;
use crate::{
    access_keys,
    action::Action,
    caller::Caller,
    door::{Operation, Read, Target, Write},
    error::{Error, Noun, Result},
    feed::Change,
};

/// Creates an account with its root user and a first access key for it.
///
/// Errors: `Conflict` where the drawn account number is taken: asking again draws another.
#[derive(Debug, Clone, Copy)]
pub struct Create {
    /// The number that the account gets; see [`crate::Iam::draw_account_id`].
    pub account: AccountId,
}

/// A new account. The secret is shown here and never again.
#[derive(Debug)]
pub struct Created {
    /// The account.
    pub account: AccountId,
    /// Its root user's access key.
    pub access_key: AccessKeyId,
    /// The secret half of it.
    pub secret: SecretText,
}

impl Operation for Create {
    const ACTION: Action = Action::CreateAccount;
    const CREATES_ACCOUNT: bool = true;
    type Found = ();
    type Output = Created;

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<Created> {
        let root = UserId::new(tx.new_id()).map_err(Error::internal)?;
        let core = tx.core();
        let (wrapped, data_key) = core.keyring.make_data_key(self.account, &*core.random);
        if !tx.insert(&ACCOUNTS, &[root.into(), wrapped.into(), tx.now().into()])? {
            return Err(Error::Conflict { noun: Noun::Account });
        }
        tx.changed(Change::Account);
        let minted = access_keys::mint(tx, root, &data_key)?;
        Ok(Created { account: self.account, access_key: minted.key.id, secret: minted.secret })
    }
}
