//! Changes on terms: made only to what the client has seen, and made once however often it asks.
//!
//! A client that does not know whether its request came through sends it again under the same key. The first one that
//! is done leaves its answer, in the very transaction of the change; for a day, the others are given that answer and
//! change nothing. What holds a secret is never kept (SEC-075): of such an answer only the fact remains.

pub(crate) mod sql;

use std::time::Duration;

use base::{ids::AccountId, timestamp::Timestamp};
use data_encoding::HEXLOWER;
use decide::{
    identity::{Actor, Credential},
    seal::{Binding, SealingKey},
    snapshot::Snapshot,
};
use sha2::{Digest, Sha256};

use crate::{
    caller::Caller,
    core::Core,
    db::{Connection, Row, Value},
    error::{Error, Noun, Result},
    keyring,
};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);
/// How many answers are deleted at a time.
const BATCH: i64 = 500;

/// Turns an operation's output into the bytes to keep; `None` where it holds a secret. It is `dyn`, for an operation is
/// one job, whoever renders its answer.
pub type Keep<T> = Box<dyn Fn(&T) -> Result<Option<Vec<u8>>> + Send>;

/// On what terms a change is made. By default, on none.
pub struct Terms<T> {
    /// What the client has seen of what it changes: where that is not so any more, nothing is done.
    pub expected: Option<Expected>,
    /// Whether it is made once.
    pub once: Option<Once<T>>,
}

/// What a client expects of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// That it is there.
    There,
    /// That it was last changed then.
    At(Timestamp),
}

impl Expected {
    /// Whether a thing is as it is expected, by when it was last changed.
    pub(crate) fn is_met_by(self, version: Option<Timestamp>) -> bool {
        match self {
            Self::There => version.is_some(),
            Self::At(moment) => version == Some(moment),
        }
    }
}

/// A request that is to be done once.
pub struct Once<T> {
    token: Vec<u8>,
    /// The digest of it. It is kept sealed: where a request brings a password, its digest by itself would be one of the
    /// password that is fast to try.
    request: [u8; 32],
    keep: Keep<T>,
}

/// What came of a change on terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It was made now.
    Done(T),
    /// It was made before: what was kept of its answer.
    Again(Vec<u8>),
}

impl<T> Default for Terms<T> {
    fn default() -> Self {
        Self { expected: None, once: None }
    }
}

impl<T> Once<T> {
    /// A request under a client's `key`. `request` is all that makes it that request, in parts.
    pub fn new(key: &str, request: &[&[u8]], keep: Keep<T>) -> Self {
        let mut digest = Sha256::new();
        for part in request {
            // With its length, so that no two lists of parts are one text.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self { token: Sha256::digest(key).to_vec(), request: digest.finalize().into(), keep }
    }

    /// The answer that is kept of it, where it was done before.
    ///
    /// Errors: `IdempotencyKeyReused` where the key was another request's; `RequestReplayed` where the answer held a
    /// secret.
    pub(crate) fn look_up(&self, connection: &mut dyn Connection, by: &By<'_>) -> Result<Option<Vec<u8>>> {
        let since = by.now.minus(KEPT);
        let key = [by.account.into(), by.name().into(), self.token.clone().into(), since.into()];
        let rows = connection.rows(&sql::KEPT.sql, &key)?;
        let Some(row) = rows.first() else { return Ok(None) };
        let record = HEXLOWER.encode(&self.token);
        let request = by.data_key()?.open(by.binding(&record), &row.bytes(0)?);
        let request = request.map_err(|_| Error::internal("the digest of a request that was done does not open"))?;
        if **request != self.request {
            return Err(Error::IdempotencyKeyReused);
        }
        row.optional(1, Row::bytes)?.map(Some).ok_or(Error::RequestReplayed)
    }

    /// Keeps what `output` is told as.
    pub(crate) fn keep(&self, connection: &mut dyn Connection, by: &By<'_>, output: &T) -> Result<()> {
        let answer = (self.keep)(output)?;
        let (token, record) = (self.token.clone(), HEXLOWER.encode(&self.token));
        let request = by.data_key()?.seal(by.binding(&record), keyring::nonce(&*by.core.random), &self.request);
        let row: [Value; 6] =
            [by.account.into(), by.name().into(), token.into(), request.into(), answer.into(), by.now.into()];
        connection.run(&sql::KEEP, &row)?;
        Ok(())
    }
}

/// Who asks, where and when.
pub(crate) struct By<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) account: AccountId,
    pub(crate) now: Timestamp,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) core: &'a Core,
}

impl By<'_> {
    /// The key that seals the account's secrets.
    fn data_key(&self) -> Result<&SealingKey> {
        let account = self.snapshot.accounts.get(&self.account);
        account.map(|account| &*account.data_key).ok_or_else(|| Error::not_found(Noun::Account, self.account))
    }

    /// One name for each principal that can ask, by whatever credential; each session of a role is one. What a document
    /// limits is somebody of its own: it gets no answer that it might not have been given (an answer that comes again is
    /// not asked for permission). Credentials that the same document limits are one, so that a client may go on with
    /// the session that follows.
    fn name(&self) -> String {
        let Caller::Principal { identity, .. } = self.caller else { return "operator".to_owned() };
        let principal = match identity.actor {
            Actor::User(id) => format!("user/{id}"),
            Actor::Role(id) => {
                let assumed = identity.session().and_then(|session| session.assumed.as_ref());
                format!("role/{id}/{}", assumed.map_or("", |assumed| &assumed.name))
            }
        };
        match &identity.credential {
            Credential::ApiKey(key) if self.snapshot.api_keys.get(key).is_some_and(|key| key.rules.is_some()) => {
                format!("{principal} by {key}")
            }
            Credential::Session(session) => session.policy.as_ref().map_or_else(
                || principal.clone(),
                |policy| {
                    let digest = HEXLOWER.encode(&Sha256::digest(&policy.text));
                    format!("{principal} within {} {digest}", policy.flavour.word())
                },
            ),
            Credential::AccessKey(_) | Credential::ApiKey(_) | Credential::Console(_) => principal,
        }
    }

    fn binding<'r>(&self, record: &'r str) -> Binding<'r> {
        Binding { purpose: "request", account: self.account, owner: 0, record }
    }
}

impl<T> Outcome<T> {
    /// What was done now. Errors: an internal one where it was done before, which only a change that is to be made
    /// once can meet.
    pub(crate) fn done(self) -> Result<T> {
        match self {
            Self::Done(output) => Ok(output),
            Self::Again(_) => Err(Error::internal("a change that nobody wanted made once was made before")),
        }
    }
}

/// Deletes some of the answers that are too old. Tells whether there may be more.
pub(crate) fn prune(connection: &mut dyn Connection, now: Timestamp) -> Result<bool> {
    let deleted = connection.run(&sql::PRUNE, &[now.minus(KEPT).into(), BATCH.into()])?;
    Ok(i64::try_from(deleted).map_err(Error::internal)? == BATCH)
}
