//! Signing in to the console with a password, and whatever else a password proves.
//!
//! Every way begins alike ([`begin`]): one transaction finds who is meant, counts the attempt as failed before anything
//! is checked, and tells whether it is locked out. Then the password is verified, against a hash that nobody has where
//! nobody is meant; and a second transaction ([`finish`]) judges by what the store holds then ([`person::judge`]), does
//! what was asked for, and enters it in the trail. Whatever the cause, a refusal runs the same statements and hashes once,
//! so that neither the answer nor its time tells who exists (SEC-003, SEC-019).

mod begin;
mod failures;
mod finish;
mod first_run;
mod own_password;
mod person;
mod prove;
mod sign_out;
pub(crate) mod sql;

use std::{sync::Arc, time::Duration};

use base::{
    ids::{AccountId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

pub(crate) use self::{failures::locks_of, prove::use_proof};
pub use self::{
    first_run::{FirstRun, FirstRunDone},
    sign_out::SignOut,
};
use crate::{
    Iam, answered,
    caller::Origin,
    console_sessions::ConsoleSession,
    core::Core,
    db::Connection,
    door::Write,
    error::{Error, Result},
    hashing::Password,
};

/// Who somebody says to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// An account's root user.
    Root {
        /// Its e-mail address.
        email: String,
    },
    /// An IAM user.
    User {
        /// The account's alias, or its twelve digits.
        account: String,
        /// The user's name, whatever its case.
        name: String,
    },
}

/// An attempt to sign in.
#[derive(Debug)]
pub struct Attempt {
    /// Who.
    pub claim: Claim,
    /// The password.
    pub password: SecretText,
    /// What the browser kept of an earlier sign-in: [`SignedIn::device`]. It signs nobody in; a browser that has it is not
    /// held up by what others try (SEC-022).
    pub device: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Somebody is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// What the browser is to send: 43 characters of base64url, of which the store keeps the hash.
    pub token: SecretText,
    /// The session.
    pub session: ConsoleSession,
    /// What the browser is to keep for its next sign-in, where it has nothing such.
    pub device: Option<SecretText>,
}

/// The longest account, name or address that is looked for, in bytes.
const CLAIM_MAX: usize = 1_024;
/// How many devices of a user are remembered.
const DEVICES_MAX: i64 = 20;
/// For how long a device is remembered that is not used.
const DEVICE_KEPT: Duration = Duration::from_hours(24 * 180);
/// How many rows are pruned at a time.
const BATCH: i64 = 500;

impl Iam {
    /// Signs somebody in.
    ///
    /// Errors: `Unauthenticated`, whatever the cause; `RateLimited` where too many attempts came from the address,
    /// whoever they were about; `Invalid` for texts that are longer than any can be; `Unavailable`.
    pub fn sign_in(&self, attempt: Attempt) -> impl Future<Output = Result<SignedIn>> + use<> {
        let (reply, answer) = oneshot::channel();
        let core = Arc::clone(&self.core);
        let span = tracing::Span::current();
        self.hashing.submit(Box::new(move |turn| {
            let _request = span.entered();
            finish::sign_in(&core, attempt, turn, reply);
        }));
        answered(answer)
    }
}

impl Attempt {
    /// Whether all of it can be looked at. Errors: `Invalid`.
    fn check(&self) -> Result<()> {
        let texts = match &self.claim {
            Claim::Root { email } => [email.as_str(), ""],
            Claim::User { account, name } => [account.as_str(), name.as_str()],
        };
        if texts.iter().any(|text| text.len() > CLAIM_MAX || text.contains('\0')) {
            return Err(Error::invalid("name", "must have at most 1024 bytes, none of them zero"));
        }
        check_length(&self.password)
    }
}

/// Whether a password can be verified at all (SEC-016). Errors: `Invalid`.
fn check_length(password: &SecretText) -> Result<()> {
    if password.expose().len() > Password::BYTES_MAX {
        return Err(Error::invalid("password", "must have at most 1024 bytes"));
    }
    Ok(())
}

/// A token of 256 random bits.
pub(crate) fn draw_token(core: &Core) -> SecretText {
    SecretText::new(BASE64URL_NOPAD.encode(&core.random::<32>()))
}

/// What the store keeps of a token: of its very text, so that no other spelling of it is taken (SEC-042).
pub(crate) fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Has a user's failures and devices forgotten: its password is another now.
pub(crate) fn start_afresh(tx: &mut Write<'_>, user: UserId) -> Result<()> {
    tx.keep(&sql::FORGET, &[failures::of_user(user).into()])?;
    tx.keep(&sql::FORGET_DEVICES, &[tx.account().into(), user.into()])?;
    Ok(())
}

/// Forgets all about a user that is being deleted.
pub(crate) fn forget(tx: &mut Write<'_>, user: UserId) -> Result<()> {
    start_afresh(tx, user)?;
    tx.keep(&sql::FORGET_SIGN_IN, &[user.into(), tx.account().into()])?;
    Ok(())
}

/// Deletes some of what is too old. Tells whether there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let mut most = 0;
    for (statement, before) in [
        (&sql::PRUNE_FAILURES, now),
        (&sql::PRUNE_DEVICES, now.minus(DEVICE_KEPT)),
        (&sql::PRUNE_PROOFS, now),
        (&sql::PRUNE_SETUP_LINKS, now),
    ] {
        most = most.max(connection.run(statement, &[before.into(), BATCH.into()])?);
    }
    Ok(i64::try_from(most).map_err(Error::internal)? == BATCH)
}

/// The account in which nobody is: statements that look for somebody in no account look there.
const NOWHERE: AccountId = AccountId::INSTANCE;
