//! Questions: may somebody do something?
//!
//! They are answered from the snapshot, not through the door ([`crate::Iam::snapshot`], `decide::check`): they change
//! nothing and show no data. Whether the caller may ask is decided from it, too, by the action [`Action::Authorize`].
//! Only who was found not to be allowed comes here, so that the denial stands in the trail before it is told.

use base::ids::AccountId;

use crate::{
    action::Action,
    caller::Caller,
    door::{Query, Read, Target},
    error::Result,
};

/// Asks whether the caller may ask about the principals of an account. What the caller itself is told in memory and
/// what this tells may differ by what changed in between: this is the newer.
///
/// Errors: `Denied` where it may not.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// Whose principals.
    pub account: AccountId,
}

impl Query for Ask {
    const ACTION: Action = Action::Authorize;
    type Found = ();
    type Output = ();

    fn account(&self, _caller: &Caller) -> AccountId {
        self.account
    }

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }
}
