//! Sessions: temporary credentials, and the token that tells all about them.
//!
//! A session is nowhere stored. Its token is sealed under the installation's token key and holds the session with the
//! secret of its access key, so any node verifies it without the database (design D7). It is bound to the id of that
//! key: an id, a secret and a token of different sessions do not fit (SEC-105). What can end a session early stands in
//! the snapshot: see [`Session::is_good`].

pub(crate) mod codec;

use core::net::IpAddr;
use std::sync::Arc;

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::{SecretBytes, SecretText},
    timestamp::Timestamp,
};
use data_encoding::BASE64URL_NOPAD;
use policy::grammar::Flavour;

use crate::{
    assume,
    identity::{Actor, Identity},
    seal::{Binding, NONCE_BYTES, SealingKey},
    snapshot::{Mark, Rules, Snapshot},
};

/// The longest token, in characters: it travels in a header.
pub const TOKEN_MAX: usize = 8 * 1024;
/// The most sessions in a chain, each of which began with the one before it.
pub const CHAIN_MAX: usize = 8;
/// How a token begins that is its own proof.
pub const BEARER_PREFIX: &str = "clvt_";
/// What tokens are bound to when sealed, beside the id of their key.
const PURPOSE: &str = "session";
/// That of those which are their own proof: nobody presents an id with them.
const BEARER_PURPOSE: &str = "bearer";

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    /// The access key that was made for it.
    pub key: AccessKeyId,
    /// The account it acts in.
    pub account: AccountId,
    /// Who it is there.
    pub actor: Actor,
    /// When it began.
    pub issued: Timestamp,
    /// The event with which it began, by its number in the trail of `account`. Changes of one account are serial, so it
    /// tells what was before what, however far apart the clocks of nodes are.
    pub began: u64,
    /// When it ends.
    pub expires: Timestamp,
    /// When a second factor was last shown, at the original sign-in (SEC-109).
    pub mfa: Option<Timestamp>,
    /// What limits it.
    pub policy: Option<SessionPolicy>,
    /// How the role was assumed, where the actor is one.
    pub assumed: Option<Assumed>,
    /// Whether the token is its own proof, without a signature.
    pub bearer: bool,
}

/// A document that a session was given.
#[derive(Debug, Clone)]
pub struct SessionPolicy {
    /// The flavour that it is written in.
    pub flavour: Flavour,
    /// As it was received.
    pub text: String,
    /// What decides by it.
    pub rules: Arc<Rules>,
}

/// How a role was assumed: what its trust document was asked with, and is asked with again for as long as the session
/// lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// The session's name, as its maker chose it: data, and no identity (SEC-108).
    pub name: String,
    /// Who assumed it.
    pub by: Assumer,
    /// What the trust document wanted to hear from a third party.
    pub external_id: Option<String>,
    /// Who is behind the whole chain; it never changes along it.
    pub source_identity: Option<String>,
    /// Tags that the session was given.
    pub tags: Vec<(String, String)>,
    /// From where.
    pub address: Option<IpAddr>,
    /// Whether over TLS.
    pub tls: bool,
    /// The client's name for itself.
    pub agent: String,
}

/// Who assumed a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumer {
    /// Its account.
    pub account: AccountId,
    /// Who it is there.
    pub actor: Actor,
    /// The event by which it did, by its number in the trail of `account`.
    pub event: u64,
    /// Whether a document limited the credential that it did it with.
    pub limited: bool,
    /// The session that it did it with, where it had one; without its policy, which says nothing any more.
    pub session: Option<Arc<Session>>,
}

/// The key that seals tokens.
#[derive(Debug, Clone)]
pub struct TokenKey(Arc<SealingKey>);

/// A token is not one of ours, or not of the key that it came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token does not open")]
pub struct BadToken;

/// Two sessions are the same where their keys are.
impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Session {}

impl Session {
    /// What limits it.
    pub fn limit(&self) -> Option<&Rules> {
        self.policy.as_ref().map(|policy| policy.rules.as_ref())
    }

    /// Whether it still counts: it has not expired, nobody has ended it, who acts is there and switched on, and for a
    /// role: who assumed it is, and its trust document would let it be assumed as it was (SEC-108). The same holds of
    /// every session that it goes back to.
    pub fn is_good(&self, snapshot: &Snapshot, now: Timestamp) -> bool {
        now < self.expires && self.stands(snapshot)
    }

    /// How many sessions it goes back to.
    pub fn depth(&self) -> usize {
        std::iter::successors(self.parent(), |session| session.parent()).count()
    }

    /// The user with whom it all began.
    pub fn begun_by(&self) -> Option<UserId> {
        match (self.actor, &self.assumed) {
            (Actor::User(user), _) => Some(user),
            (Actor::Role(_), Some(assumed)) => assumed.by.begun_by(),
            (Actor::Role(_), None) => None,
        }
    }

    /// Whether the role of one of its chain was assumed with a credential that a document limited.
    pub fn goes_back_to_limited(&self) -> bool {
        let chain = std::iter::successors(Some(self), |session| session.parent());
        chain.filter_map(|session| session.assumed.as_ref()).any(|assumed| assumed.by.limited)
    }

    /// The session with which it was begun.
    fn parent(&self) -> Option<&Self> {
        self.assumed.as_ref()?.by.session.as_deref()
    }

    fn stands(&self, snapshot: &Snapshot) -> bool {
        match (self.actor, &self.assumed) {
            (Actor::User(user), None) => user_stands(snapshot, self.account, user, |mark| self.is_after(mark)),
            (Actor::Role(role), Some(assumed)) => {
                let role = snapshot.roles.get(&role).filter(|role| role.account == self.account);
                role.is_some_and(|role| {
                    self.is_after(role.grants.sessions_from)
                        && self.assumer_stands(snapshot, &assumed.by)
                        && assume::is_still_trusted(snapshot, role, assumed, self.issued)
                })
            }
            _ => false,
        }
    }

    fn is_after(&self, mark: Mark) -> bool {
        mark.is_before(self.issued, self.began)
    }

    fn assumer_stands(&self, snapshot: &Snapshot, by: &Assumer) -> bool {
        match (&by.session, by.actor) {
            (Some(session), _) => {
                session.actor == by.actor && session.account == by.account && session.stands(snapshot)
            }
            (None, Actor::User(user)) => {
                user_stands(snapshot, by.account, user, |mark| mark.is_before(self.issued, by.event))
            }
            (None, Actor::Role(_)) => false,
        }
    }

    /// Who it is that brings it.
    pub(crate) fn into_identity(self) -> Identity {
        let (account, actor) = (self.account, self.actor);
        Identity { account, actor, credential: crate::identity::Credential::Session(Arc::new(self)) }
    }
}

impl Assumer {
    fn begun_by(&self) -> Option<UserId> {
        match (&self.session, self.actor) {
            (Some(session), _) => session.begun_by(),
            (None, Actor::User(user)) => Some(user),
            (None, Actor::Role(_)) => None,
        }
    }
}

/// Whether the user is there and switched on, and its mark lets pass.
fn user_stands(snapshot: &Snapshot, account: AccountId, user: UserId, passes: impl FnOnce(Mark) -> bool) -> bool {
    let user = snapshot.principals.get(&user).filter(|user| user.enabled && user.account == account);
    user.is_some_and(|user| passes(user.grants.sessions_from))
}

impl TokenKey {
    /// Takes 256 bits into use.
    pub fn new(key: &SecretBytes<32>) -> Self {
        Self(Arc::new(SealingKey::new(key)))
    }

    /// The token of a session. `nonce` must be fresh random bytes. Errors: it would be longer than [`TOKEN_MAX`].
    pub fn seal(
        &self,
        session: &Session,
        secret: &SecretText,
        nonce: [u8; NONCE_BYTES],
    ) -> Result<SecretText, BadToken> {
        let plain = codec::write(session, secret);
        let (binding, prefix) =
            if session.bearer { (bearer_binding(), BEARER_PREFIX) } else { (binding(&session.key), "") };
        let token = prefix.to_owned() + &BASE64URL_NOPAD.encode(&self.0.seal(binding, nonce, &plain));
        if token.len() > TOKEN_MAX { Err(BadToken) } else { Ok(SecretText::new(token)) }
    }

    /// The session of a token that came with the access key `key`, and the key's secret.
    pub(crate) fn open(
        &self,
        key: &AccessKeyId,
        token: &str,
        snapshot: &Snapshot,
    ) -> Result<(Session, SecretText), BadToken> {
        let (session, secret) = self.read(binding(key), token, snapshot)?;
        if session.key == *key && !session.bearer { Ok((session, secret)) } else { Err(BadToken) }
    }

    /// The session of a token that is its own proof.
    pub(crate) fn open_bearer(&self, token: &str, snapshot: &Snapshot) -> Result<Session, BadToken> {
        let sealed = token.strip_prefix(BEARER_PREFIX).ok_or(BadToken)?;
        let (session, _) = self.read(bearer_binding(), sealed, snapshot)?;
        if session.bearer { Ok(session) } else { Err(BadToken) }
    }

    fn read(&self, binding: Binding<'_>, token: &str, snapshot: &Snapshot) -> Result<(Session, SecretText), BadToken> {
        if token.len() > TOKEN_MAX {
            return Err(BadToken);
        }
        let sealed = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| BadToken)?;
        let plain = self.0.open(binding, &sealed).map_err(|_| BadToken)?;
        codec::read(&plain, &snapshot.system.catalogue).ok_or(BadToken)
    }
}

fn binding(key: &AccessKeyId) -> Binding<'_> {
    Binding { purpose: PURPOSE, account: AccountId::INSTANCE, owner: 0, record: key.as_str() }
}

fn bearer_binding() -> Binding<'static> {
    Binding { purpose: BEARER_PURPOSE, account: AccountId::INSTANCE, owner: 0, record: "" }
}

#[cfg(test)]
mod tests;
