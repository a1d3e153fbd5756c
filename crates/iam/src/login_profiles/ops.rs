//! What can be done with login profiles.

use std::time::Duration;

use base::{
    ids::{AccountId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::{
    identity::{Actor, Identity},
    snapshot::Snapshot,
};

use super::{Changes, ExternalAccount, LOGIN_PROFILES, LoginProfile, MfaMethods, sql};
use crate::{
    action::Action,
    caller::Caller,
    console_sessions,
    db::Value,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Error, Noun, Result},
    hashing::Prepare,
    passwords::{Hashed, history},
    sign_in,
    users::{self, User},
    values::check_plain,
};

/// For how long a password may be used that somebody else has set.
pub(crate) const UNUSED_MAX: Duration = Duration::from_hours(72);

/// The longest kind and the longest name of an account elsewhere, in characters.
const EXTERNAL_MAX: usize = 128;

/// Shows how a user signs in; for one without a profile, that it does not. Errors: `NotFound` for the user.
#[derive(Debug, Clone)]
pub struct Get {
    /// The user's name.
    pub user: String,
}

impl Query for Get {
    const ACTION: Action = Action::GetLoginProfile;
    type Found = User;
    type Output = LoginProfile;

    fn named(&self) -> Target {
        Target::user(&self.user)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        users::by_name(tx, &self.user)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target())
    }

    fn run(&self, user: User, tx: &Read<'_>) -> Result<LoginProfile> {
        Ok(sql::of_user(tx, user.id)?.unwrap_or(LoginProfile::NONE))
    }
}

/// Changes how a user signs in, and makes its profile where it has none.
///
/// Errors: `NotFound` for the user, `Invalid` for an external account that is not legal, `WeakPassword`.
#[derive(Debug)]
pub struct Update {
    user: String,
    to: Changes,
    password: Option<Hashed>,
}

/// A profile as it is now, and whose it is.
#[derive(Debug, Clone)]
pub struct Updated {
    /// The user.
    pub user: User,
    /// How it signs in.
    pub profile: LoginProfile,
    /// Its password, where one was drawn for it. It is told this once.
    pub generated: Option<SecretText>,
}

impl Update {
    /// Changes the profile of the user of that name.
    pub fn new(user: String, to: Changes) -> Result<Self> {
        if let Some(Some(ExternalAccount { kind, account })) = &to.external {
            check_plain("external account", kind, EXTERNAL_MAX)?;
            check_plain("external account", account, EXTERNAL_MAX)?;
        }
        Ok(Self { user, to, password: None })
    }
}

impl Operation for Update {
    const ACTION: Action = Action::UpdateLoginProfile;
    type Found = User;
    type Output = Updated;

    fn needs_preparing(&self) -> bool {
        self.to.password.is_some()
    }

    fn prepare(&mut self, prepare: &Prepare<'_>) -> Result<()> {
        self.password = self.to.password.as_ref().map(|password| password.prepare(prepare)).transpose()?;
        Ok(())
    }

    fn named(&self) -> Target {
        Target::user(&self.user)
    }

    fn known(&self, snapshot: &Snapshot, account: AccountId) -> Target {
        let user = snapshot.principals.user(account, &self.user);
        user.and_then(|user| Target::principal(user)).unwrap_or_else(|| self.named())
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        users::by_name(tx, &self.user)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target())
    }

    fn run(&self, user: User, tx: &mut Write<'_>) -> Result<Updated> {
        if self.to.password.is_some() && self.password.is_none() {
            // It was not hashed, as the caller seemed not to be allowed to set it; now it is.
            return Err(Error::Unavailable { retry_after_s: 1 });
        }
        let profile = set(tx, &user, &self.to, self.password.as_ref())?;
        let generated = self.password.as_ref().and_then(|password| password.generated.clone());
        Ok(Updated { user, profile, generated })
    }
}

/// Puts the changes into the user's profile, which is made where it has none. Errors: `WeakPassword`.
pub(crate) fn set(tx: &mut Write<'_>, user: &User, to: &Changes, password: Option<&Hashed>) -> Result<LoginProfile> {
    if let Some(password) = password {
        password.settle(tx, user)?;
    }
    let key = [user.id.into()];
    let present = sql::of_user(tx, user.id)?;
    let mut profile = present.clone().unwrap_or_else(|| to.first_profile(tx.now()));
    to.put_into(&mut profile);
    if let Some(password) = password {
        profile.password_changed = Some(tx.now());
        // What somebody else chose is for one sign-in, unless they say otherwise, and not for long (SEC-024).
        let is_own = is_own(tx.caller(), user.id);
        profile.must_reset = password.generated.is_some() || to.must_reset.unwrap_or(!is_own);
        profile.password_expires = (profile.must_reset && !is_own).then(|| tx.now().plus(UNUSED_MAX));
        sign_in::start_afresh(tx, user.id)?;
    }
    if !profile.enabled && sql::can_sign_in(tx, user.id)? {
        tx.shuts_out(user.id);
    }
    if password.is_some() || !profile.enabled {
        console_sessions::end_all(tx, user.id, None)?;
    }
    let hash = password.map(|password| password.hash.as_str());
    if present.is_none() {
        let row = sql::row(user, &profile, hash, tx.now());
        tx.insert(&LOGIN_PROFILES, &row)?;
        return Ok(profile);
    }
    let mut columns = sql::columns(&profile);
    columns.extend(hash.map(|hash| ("password_hash", Value::from(hash))));
    if tx.update(&LOGIN_PROFILES, &key, &columns)? {
        tx.update(&LOGIN_PROFILES, &key, &[("updated_us", tx.now().into())])?;
    }
    Ok(profile)
}

/// Whether a user acts on itself.
fn is_own(caller: &Caller, user: UserId) -> bool {
    matches!(caller, Caller::Principal { identity: Identity { actor: Actor::User(id), .. }, .. } if *id == user)
}

impl Changes {
    /// What a profile that these changes make begins with: giving somebody a way to sign in switches it on, unless
    /// they say otherwise.
    fn first_profile(&self, now: Timestamp) -> LoginProfile {
        let way_in = self.password.is_some() || matches!(self.external, Some(Some(_)));
        LoginProfile { enabled: way_in, created: Some(now), ..LoginProfile::NONE }
    }

    fn put_into(&self, profile: &mut LoginProfile) {
        profile.enabled = self.enabled.unwrap_or(profile.enabled);
        profile.must_reset = self.must_reset.unwrap_or(profile.must_reset);
        profile.login_mfa = self.login_mfa.unwrap_or(profile.login_mfa);
        profile.operation_mfa = self.operation_mfa.unwrap_or(profile.operation_mfa);
        profile.mfa_methods = self.mfa_methods.unwrap_or(profile.mfa_methods);
        if let Some(external) = &self.external {
            profile.external.clone_from(external);
        }
    }
}

/// Takes second factors from a user; those that it has not, or one without a profile has not, are no loss.
///
/// Errors: `NotFound` for the user.
#[derive(Debug, Clone)]
pub struct RemoveMfa {
    /// The user's name.
    pub user: String,
    /// Which.
    pub methods: MfaMethods,
}

impl Operation for RemoveMfa {
    const ACTION: Action = Action::UpdateLoginProfile;
    type Found = User;
    type Output = ();

    fn named(&self) -> Target {
        Target::user(&self.user)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        users::by_name(tx, &self.user)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target())
    }

    fn run(&self, user: User, tx: &mut Write<'_>) -> Result<()> {
        let Some(profile) = sql::of_user(tx, user.id)? else { return Ok(()) };
        let (key, left) = ([user.id.into()], profile.mfa_methods.without(self.methods));
        if tx.update(&LOGIN_PROFILES, &key, &[("mfa_methods", left.to_column().into())])? {
            tx.update(&LOGIN_PROFILES, &key, &[("updated_us", tx.now().into())])?;
        }
        Ok(())
    }
}

/// Takes console sign-in from a user, with its password. Errors: `NotFound` for the user or the profile.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The user's name.
    pub user: String,
}

impl Operation for Delete {
    const ACTION: Action = Action::DeleteLoginProfile;
    type Found = User;
    type Output = ();

    fn named(&self) -> Target {
        Target::user(&self.user)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        users::by_name(tx, &self.user)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target())
    }

    fn run(&self, user: User, tx: &mut Write<'_>) -> Result<()> {
        history::forget(tx, user.id)?;
        if sql::can_sign_in(tx, user.id)? {
            tx.shuts_out(user.id);
        }
        if tx.delete(&LOGIN_PROFILES, &[user.id.into()])? {
            console_sessions::end_all(tx, user.id, None)?;
            return sign_in::start_afresh(tx, user.id);
        }
        Err(Error::not_found(Noun::LoginProfile, &self.user))
    }
}
