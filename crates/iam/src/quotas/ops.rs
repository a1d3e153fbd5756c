//! What can be done with quotas.

use base::ids::AccountId;

use super::QUOTAS;
use crate::{
    action::Action,
    caller::Caller,
    door::{Operation, Read, Target, Write},
    error::{Error, Quota, Result},
};

/// Sets a limit of an account. What is there already stays, even beyond a lower limit.
///
/// Errors: `NotFound` for the account, `Invalid` above [`Quota::highest`].
#[derive(Debug, Clone, Copy)]
pub struct Set {
    /// The account.
    pub account: AccountId,
    /// Which limit.
    pub quota: Quota,
    /// How many there may be.
    pub limit: u64,
}

impl Operation for Set {
    const ACTION: Action = Action::SetQuota;
    type Found = ();
    type Output = ();

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        let highest = self.quota.highest();
        if self.limit > highest { Err(Error::invalid("limit", format!("must be at most {highest}"))) } else { Ok(()) }
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<()> {
        let (key, limit) = (self.quota.word(), self.limit);
        if !tx.insert(&QUOTAS, &[key.into(), limit.into()])? {
            tx.update(&QUOTAS, &[key.into()], &[("most", limit.into())])?;
        }
        Ok(())
    }
}
