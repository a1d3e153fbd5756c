//! Sessions: temporary credentials, and the token that tells all about them.
//!
//! A session is nowhere stored. Its token is sealed under the installation's token key and holds the session with the
//! secret of its access key, so any node verifies it without the database (design D7). It is bound to the id of that
//! key: an id, a secret and a token of different sessions do not fit (SEC-105). What can end a session early stands in
//! the snapshot: see [`Session::is_good`].

mod codec;

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
    snapshot::{Role, Rules, Snapshot},
};

/// The longest token, in characters: it travels in a header.
pub const TOKEN_MAX: usize = 8 * 1024;
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
    /// The account of who assumed it.
    pub by_account: AccountId,
    /// Who assumed it.
    pub by: Actor,
    /// The name of the session that assumed it, where a role did.
    pub by_name: Option<String>,
    /// The user with whom the chain of roles began.
    pub begun_by: UserId,
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
    /// role: who assumed it is, and its trust document would let it be assumed as it was (SEC-108).
    pub fn is_good(&self, snapshot: &Snapshot, now: Timestamp) -> bool {
        if now >= self.expires {
            return false;
        }
        match (self.actor, &self.assumed) {
            (Actor::User(user), None) => self.user_stands(snapshot, self.account, user),
            (Actor::Role(role), Some(assumed)) => {
                let role = snapshot.roles.get(&role).filter(|role| role.account == self.account);
                role.is_some_and(|role| {
                    self.is_after(role.grants.sessions_from) && self.assumer_stands(snapshot, role, assumed)
                })
            }
            _ => false,
        }
    }

    fn is_after(&self, mark: Option<Timestamp>) -> bool {
        mark.is_none_or(|mark| self.issued >= mark)
    }

    fn user_stands(&self, snapshot: &Snapshot, account: AccountId, user: UserId) -> bool {
        snapshot
            .principals
            .get(&user)
            .is_some_and(|known| known.enabled && known.account == account && self.is_after(known.grants.sessions_from))
    }

    fn assumer_stands(&self, snapshot: &Snapshot, role: &Role, assumed: &Assumed) -> bool {
        let beginner = snapshot.principals.get(&assumed.begun_by);
        let began = beginner.is_some_and(|user| user.enabled && self.is_after(user.grants.sessions_from));
        let assumer = match assumed.by {
            Actor::User(user) => self.user_stands(snapshot, assumed.by_account, user),
            Actor::Role(id) => snapshot
                .roles
                .get(&id)
                .is_some_and(|by| by.account == assumed.by_account && self.is_after(by.grants.sessions_from)),
        };
        began && assumer && assume::is_still_trusted(snapshot, role, assumed, self.issued)
    }

    /// Who it is that brings it.
    pub(crate) fn into_identity(self) -> Identity {
        let (account, actor) = (self.account, self.actor);
        Identity { account, actor, credential: crate::identity::Credential::Session(Arc::new(self)) }
    }
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
