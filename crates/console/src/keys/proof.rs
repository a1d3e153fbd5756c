//! Making something that takes a fresh proof of who asks (SEC-038), and that must not be made twice.

use base::secret::SecretText;
use iam::{
    action::{ACTIONS, Action},
    door::Operation,
    error::Error,
    once::Outcome,
};

use crate::{failure::Failure, visit::Visit};

/// Runs an operation whose answer holds a secret: once for each form that was shown, and proved by the password that
/// the form brings. `request` is all that makes it that request.
///
/// It is first asked for without a proof, so that nobody types a password for what is refused anyway.
///
/// Errors, beside the operation's: `StepUp` where no password was typed, `Invalid` for the field `password` where it is
/// wrong, `RequestReplayed` where the form was sent before.
pub(crate) async fn run<O: Operation + Clone>(
    visit: &Visit,
    operation: O,
    request: &[&[u8]],
) -> Result<O::Output, Failure> {
    run_part(visit, "", || operation.clone(), request).await
}

/// The same of a part of what a form does, which bears a name among the others; and of an operation that is made anew for
/// each time that it is asked for.
pub(crate) async fn run_part<O: Operation>(
    visit: &Visit,
    part: &str,
    make: impl Fn() -> O,
    request: &[&[u8]],
) -> Result<O::Output, Failure> {
    let terms = || visit.once_of::<O::Output>(part, request);
    let caller = visit.caller()?;
    let (action, target) = match visit.iam.change_on(caller.clone(), make(), terms()).await {
        Err(Error::StepUp { action, target }) => (action, target),
        other => return done(other),
    };
    let password = visit.form.get("password");
    if password.is_empty() {
        return Err(Failure::Core(Error::StepUp { action, target }));
    }
    // What is to be proved may be a part of it: a key among what a user begins with.
    let proved = ACTIONS.iter().find(|row| row.name == action).map_or(O::ACTION, |row| row.action);
    let token = prove(visit, password, proved, &target).await?;
    done(visit.iam.change_on(caller.proven_by(token), make(), terms()).await)
}

async fn prove(visit: &Visit, password: &str, action: Action, target: &str) -> Result<SecretText, Failure> {
    let password = SecretText::new(password.to_owned());
    Ok(visit.iam.prove(visit.session()?, password, action, target, visit.origin()).await?)
}

/// What was kept of an answer that held a secret is that there was one.
fn done<T>(outcome: iam::error::Result<Outcome<T>>) -> Result<T, Failure> {
    match outcome? {
        Outcome::Done(output) => Ok(output),
        Outcome::Again(_) => Err(Failure::Core(Error::RequestReplayed)),
    }
}
