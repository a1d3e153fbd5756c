//! Signing out.

use decide::identity::{Credential, Identity};

use crate::{
    action::Action,
    caller::Caller,
    console_sessions::sql,
    door::{Operation, Read, Target, Write},
    error::{Error, Result},
};

/// Ends the session by which the caller acts. No policy can keep anybody from it.
///
/// Errors: `Unauthenticated` where it is over already; `Denied` for callers that act by something else.
#[derive(Debug, Clone, Copy)]
pub struct SignOut;

impl Operation for SignOut {
    const ACTION: Action = Action::SignOut;
    type Found = ();
    type Output = ();

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<()> {
        Ok(())
    }

    fn run(&self, (): (), tx: &mut Write<'_>) -> Result<()> {
        let Caller::Principal { identity: Identity { credential: Credential::Console(id), .. }, .. } = tx.caller()
        else {
            return Err(Error::Unauthenticated);
        };
        let key = [tx.account().into(), (*id).into()];
        tx.keep(&sql::END, &key)?;
        Ok(())
    }
}
