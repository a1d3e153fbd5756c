//! Changing one's own password (SEC-018): also the way out of a password that must be reset.

use std::sync::Arc;

use base::{
    ids::{ConsoleSessionId, UserId},
    secret::SecretText,
};
use decide::{
    identity::{Actor, Credential, Identity},
    snapshot::Kind,
};

use super::{
    SignedIn,
    begin::{Beginning, Begun, begin},
    check_length, digest, draw_token,
    finish::{Proven, Purpose, Told, Verified, go_on, verify},
    person::Meant,
    prove::wrong_password,
    sql, start_afresh,
};
use crate::{
    Iam,
    access_keys::Owner,
    accounts,
    action::Action,
    answered_as,
    caller::Caller,
    console_sessions::{self, Beginner},
    core::Core,
    db::{Connection, Value},
    door::{ChangeJob, Needs, Operation, Read, Target, Write},
    error::{Error, Result},
    hashing::{Password, Prepare},
    login_profiles,
    once::{Outcome, Terms},
    passwords::{Broken, Hashed, NewPassword, history},
    users::{self, User},
};

impl Iam {
    /// Sets the caller's own password, which takes the current one. Ends all its sessions; whoever acts by one goes on by
    /// the new one in the answer.
    ///
    /// Errors: `Invalid` for the password where the current one is wrong, and as well where too many wrong ones came
    /// before; `WeakPassword` where the account does not take the new one; `Denied`, `Unauthenticated`, `RateLimited`, `Unavailable`.
    pub fn change_own_password(
        &self,
        caller: Caller,
        current: SecretText,
        new: Password,
    ) -> impl Future<Output = Result<Option<SignedIn>>> + use<> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        let span = tracing::Span::current();
        self.hashing.submit(Box::new(move |turn| {
            let _request = span.entered();
            let origin = caller.origin().clone();
            let begun = turn.and_then(|()| check_length(&current)).and_then(|()| meant(&caller)).and_then(|meant| {
                let begun = begin(&core, Beginning { meant, device: None, origin })?;
                verify(&core, begun, &current)
            });
            match begun.and_then(|verified| change(&core, verified, &new)) {
                Ok(Step::Change(change)) => {
                    let job = ChangeJob::new(*change, Terms::default(), caller, Arc::clone(&core), reply);
                    core.submit_change(Box::new(job));
                }
                Ok(Step::Refuse(verified)) => go_on(&core, Ok(*verified), Refusing, reply),
                Err(error) => go_on(&core, Err(error), Refusing, reply),
            }
        }));
        answered_as(answer, |changed| changed.and_then(Outcome::done).map_err(wrong_password))
    }
}

/// Who is to prove itself. Errors: `Unauthenticated` for callers that have no password.
fn meant(caller: &Caller) -> Result<Meant> {
    match caller {
        Caller::Principal { identity: Identity { account, actor: Actor::User(user), credential }, .. } => {
            Ok(Meant::Known(*account, *user, session(credential)))
        }
        _ => Err(Error::Unauthenticated),
    }
}

const fn session(credential: &Credential) -> Option<ConsoleSessionId> {
    match credential {
        Credential::Console(id) => Some(*id),
        Credential::AccessKey(_) | Credential::ApiKey(_) | Credential::Session(_) => None,
    }
}

/// What comes after the current password was looked at.
enum Step {
    Change(Box<ChangeOwnPassword>),
    Refuse(Box<Verified>),
}

fn change(core: &Core, verified: Verified, new: &Password) -> Result<Step> {
    let hash = verified.begun.found.person.as_ref().and_then(|person| person.hash.clone());
    let Some(hash) = hash.filter(|_| verified.right && !verified.begun.locked) else {
        return Ok(Step::Refuse(Box::new(verified)));
    };
    let used = &verified.begun.used;
    if !used.is_empty() && history::is_one_of(new, used) {
        let last = u16::try_from(used.len()).unwrap_or(u16::MAX);
        return Err(Error::WeakPassword { broken: vec![Broken::Used { last }] });
    }
    let to = NewPassword::Typed(new.clone()).prepare(&Prepare { core })?;
    Ok(Step::Change(Box::new(ChangeOwnPassword { begun: verified.begun, from: hash, to })))
}

/// Enters that the current password was wrong.
struct Refusing;

impl Purpose for Refusing {
    const ACTION: Action = Action::ChangeOwnPassword;
    type Output = Outcome<Option<SignedIn>>;

    fn run(&self, _proven: &Proven<'_>, _connection: &mut dyn Connection, _told: &mut Told) -> Result<Self::Output> {
        Err(Error::Conflict)
    }
}

/// Sets the password of somebody who has proved the current one.
struct ChangeOwnPassword {
    begun: Begun,
    /// The hash that was proved: where it is another by now, nothing is changed.
    from: String,
    to: Hashed,
}

/// Whose password is set.
struct Owned {
    id: UserId,
    target: Target,
    /// The user, where it is not root.
    user: Option<User>,
}

impl Operation for ChangeOwnPassword {
    const ACTION: Action = Action::ChangeOwnPassword;
    type Found = Owned;
    type Output = Option<SignedIn>;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Owned> {
        let Meant::Known(_, id, _) = self.begun.meant else { return Err(Error::Unauthenticated) };
        let (id, target) = users::by_owner(tx, &Owner::Id(id))?;
        let user = match tx.snapshot().principals.get(&id).map(|known| &known.kind) {
            Some(Kind::User { name, .. }) => Some(users::by_name(tx, name)?),
            _ => None,
        };
        Ok(Owned { id, target, user })
    }

    fn needs(&self, owned: &Owned) -> Needs {
        Needs::action(Self::ACTION).on(owned.target.clone())
    }

    fn run(&self, owned: Owned, tx: &mut Write<'_>) -> Result<Option<SignedIn>> {
        let Owned { id, user, .. } = owned;
        let present = match &user {
            Some(user) => login_profiles::sql::password(tx, user.id)?,
            None => accounts::sql::root_password(tx)?,
        };
        if present.as_deref() != Some(self.from.as_str()) {
            return Err(Error::Conflict);
        }
        let now = Value::from(tx.now());
        let mut to = vec![
            ("password_hash", self.to.hash.as_str().into()),
            ("password_changed_us", now.clone()),
            ("updated_us", now),
        ];
        let table = if let Some(user) = &user {
            self.to.settle(tx, user)?;
            to.extend([("must_reset", false.into()), ("password_expires_us", Value::Null)]);
            &login_profiles::LOGIN_PROFILES
        } else {
            accounts::check_password(tx, self.to.password())?;
            &accounts::ROOT_LOGINS
        };
        tx.update(table, &[id.into()], &to)?;
        console_sessions::end_all(tx, id, None)?;
        for subject in [&self.begun.source, &self.begun.within] {
            tx.keep(&sql::TAKE_BACK, &[subject.as_str().into()])?;
        }
        start_afresh(tx, id)?;
        if self.begun.meant.session().is_none() {
            return Ok(None);
        }
        self.go_on(id, tx).map(Some)
    }
}

impl ChangeOwnPassword {
    /// A session in place of the one that the change was made by.
    fn go_on(&self, user: UserId, tx: &mut Write<'_>) -> Result<SignedIn> {
        let (account, settings, origin) = (tx.account(), &self.begun.found.settings, &self.begun.origin);
        let beginner = Beginner { account, user, must_reset: false, settings, origin };
        let (token, session) = console_sessions::begin_in(tx, &beginner)?;
        let device = draw_token(tx.core());
        let row = [digest(device.expose()).into(), tx.account().into(), user.into(), tx.now().into()];
        tx.keep(&sql::KEEP_DEVICE, &row)?;
        Ok(SignedIn { token, session, device: Some(device) })
    }
}
