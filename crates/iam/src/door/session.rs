//! Callers who act by a session at the console: whether it is good is told by its row, in the very transaction.

use decide::identity::Credential;

use super::{Needs, needs::Asking};
use crate::{
    action::Action,
    caller::Caller,
    console_sessions,
    db::Connection,
    error::{Error, Result, Why},
    sign_in,
};

/// What a session may do that must set a password first.
const BEFORE_RESET: [Action; 3] = [Action::ChangeOwnPassword, Action::GetOwnPasswordRules, Action::SignOut];
/// What takes a fresh proof of who acts.
const PROVEN: [Action; 2] = [Action::CreateAccessKey, Action::CreateApiKey];

/// Looks whether the session of the caller is good, where it acts by one, and may do this at all.
///
/// Errors: `Unauthenticated` where the session is over or was ended; `Denied` where a password must be set first.
pub(super) fn admit(
    connection: &mut dyn Connection,
    asking: &Asking<'_>,
    action: Action,
    named: impl FnOnce() -> String,
) -> Result<()> {
    let Caller::Principal { identity, .. } = asking.caller else { return Ok(()) };
    let Credential::Console(id) = identity.credential else { return Ok(()) };
    let standing = console_sessions::standing(connection, identity, id, asking.now)?;
    if standing.must_reset && !BEFORE_RESET.contains(&action) {
        let why = Box::new(Why::MustReset);
        return Err(Error::Denied { action: action.row().name, resource: named(), why });
    }
    Ok(())
}

/// Uses up the proof that such a caller brings for what takes one (SEC-038). It counts once it is committed.
///
/// Errors: `StepUp` where it brings none, or not for this.
pub(super) fn use_proof(connection: &mut dyn Connection, asking: &Asking<'_>, needs: &Needs) -> Result<()> {
    let Caller::Principal { identity, proof, .. } = asking.caller else { return Ok(()) };
    let Credential::Console(id) = identity.credential else { return Ok(()) };
    let Some(((action, target), _)) = needs.all().find(|((action, _), _)| PROVEN.contains(action)) else {
        return Ok(());
    };
    let step_up = || Error::StepUp { action: action.row().name, target: target.path().to_owned() };
    let proof = proof.as_ref().ok_or_else(step_up)?;
    let used = sign_in::use_proof(connection, proof, &(identity.account, id, *action, target.path()), asking.now)?;
    if used { Ok(()) } else { Err(step_up()) }
}
