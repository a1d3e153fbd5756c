//! Proving once more who one is, for one deed (SEC-038).

use std::{sync::Arc, time::Duration};

use base::{
    ids::{AccountId, ConsoleSessionId},
    secret::SecretText,
    timestamp::Timestamp,
};
use serde_json::json;

use super::{
    begin::{Beginning, begin},
    check_length, digest, draw_token,
    finish::{Proven, Purpose, Told, go_on, verify},
    person::Meant,
    sql,
};
use crate::{
    Iam,
    action::Action,
    answered_as,
    caller::Origin,
    console_sessions::ConsoleSession,
    db::Connection,
    error::{Error, Result},
};

/// For how long a proof is good.
const GOOD_FOR: Duration = Duration::from_mins(5);

impl Iam {
    /// Proves once more, by the password, that it is the session's user who asks for `action` on `target`, as
    /// [`crate::door::Target::path`] calls it: `user/alice`. The answer is good for five minutes, once, for that session
    /// and that very deed: [`crate::caller::Caller::proven_by`] takes it.
    ///
    /// Errors: `Invalid` for the password where it is wrong, and as well where too many wrong ones came before;
    /// `RateLimited`, `Unavailable`.
    #[expect(clippy::too_many_arguments, reason = "who, by what, for which deed on what, and from where")]
    pub fn prove(
        &self,
        session: &ConsoleSession,
        password: SecretText,
        action: Action,
        target: &str,
        origin: Origin,
    ) -> impl Future<Output = Result<SecretText>> + use<> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        let span = tracing::Span::current();
        let meant = Meant::Known(session.account, session.user, Some(session.id));
        let proving = Proving { session: session.id, action, target: target.to_owned() };
        self.hashing.submit(Box::new(move |turn| {
            let _request = span.entered();
            let beginning = Beginning { meant, device: None, origin };
            let begun = turn.and_then(|()| check_length(&password)).and_then(|()| begin(&core, beginning));
            go_on(&core, begun.and_then(|begun| verify(&core, begun, &password)), proving, reply);
        }));
        answered_as(answer, |proven| proven.map_err(wrong_password))
    }
}

/// Whoever is signed in may know that it was the password.
pub(super) fn wrong_password(error: Error) -> Error {
    match error {
        Error::Unauthenticated => Error::invalid("password", "is wrong, or too many wrong ones came before"),
        other => other,
    }
}

/// What is to be proved for.
struct Proving {
    session: ConsoleSessionId,
    action: Action,
    target: String,
}

impl Purpose for Proving {
    const ACTION: Action = Action::ProveIdentity;
    type Output = SecretText;

    fn run(&self, proven: &Proven<'_>, connection: &mut dyn Connection, told: &mut Told) -> Result<SecretText> {
        let token = draw_token(proven.core);
        let row = [
            digest(token.expose()).into(),
            proven.account.into(),
            self.session.into(),
            self.action.row().name.into(),
            self.target.as_str().into(),
            proven.now.plus(GOOD_FOR).into(),
        ];
        connection.run(&sql::KEEP_PROOF, &row)?;
        told.details.insert("proves".to_owned(), json!({ "action": self.action.row().name, "on": self.target }));
        Ok(token)
    }
}

/// Uses a proof up. `false` where there is none for that session, action and target.
pub(crate) fn use_proof(
    connection: &mut dyn Connection,
    token: &SecretText,
    deed: &(AccountId, ConsoleSessionId, Action, &str),
    now: Timestamp,
) -> Result<bool> {
    let (account, session, action, target) = *deed;
    let name = action.row().name;
    let row = [digest(token.expose()).into(), account.into(), session.into(), name.into(), target.into(), now.into()];
    Ok(connection.run(&sql::USE_PROOF, &row)? == 1)
}
