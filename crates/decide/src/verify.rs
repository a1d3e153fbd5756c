//! Verifying: from a signed request to the principal that signed it.

use std::sync::LazyLock;

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use signing::{
    Freshness, bce_v1,
    sigv4::{self, rules::Rules},
};

use crate::{
    api_key,
    identity::{Actor, Credential, Identity},
    seal::Binding,
    session::Session,
    snapshot::{AccessKey, Account, Snapshot},
};

/// What a request brings to show who sent it.
pub enum Proof<'a> {
    /// A `bce-auth-v1` signature over `request`.
    BceV1 {
        /// The parsed authorisation.
        authorization: &'a bce_v1::Authorization<'a>,
        /// What it signs.
        request: &'a signing::Request<'a>,
        /// The token of a session, where the request brings one.
        token: Option<&'a str>,
    },
    /// An AWS Signature Version 4 over `request` and `body`.
    SigV4 {
        /// The parsed authorisation. For whom it was meant, the service of its scope, is for the caller to look at.
        authorization: &'a sigv4::Authorization<'a>,
        /// What it signs.
        request: &'a signing::Request<'a>,
        /// What it signs as well, unless the rules let it be left out.
        body: sigv4::Body<'a>,
        /// How the service has its requests signed.
        rules: Rules,
    },
    /// A token that is its own proof.
    Bearer(&'a str),
}

/// The header in which `bce-auth-v1` brings a session's token. The SDK for Java leaves it unsigned.
const BCE_TOKEN: &str = "x-bce-security-token";

impl<'a> Proof<'a> {
    /// Whose key signed, as the request says; empty where nothing is signed.
    pub fn access_key_id(&self) -> &'a str {
        match self {
            Self::BceV1 { authorization, .. } => authorization.access_key_id(),
            Self::SigV4 { authorization, .. } => authorization.access_key_id(),
            Self::Bearer(_) => "",
        }
    }

    /// The token of a session that it brings. With a long-term key a token says nothing where nobody vouches for it: it
    /// counts only where it is signed, and then no key that is stored has one (SEC-300).
    fn token(&self) -> Option<&'a str> {
        match self {
            Self::BceV1 { authorization, token, .. } => {
                let key = authorization.access_key_id();
                token.filter(|_| key.starts_with(AccessKeyId::TEMPORARY_PREFIX) || authorization.signs(BCE_TOKEN))
            }
            Self::SigV4 { authorization, .. } => authorization.session_token(),
            Self::Bearer(_) => None,
        }
    }

    fn is_signed_with(&self, secret: &SecretText) -> bool {
        match self {
            Self::BceV1 { authorization, request, .. } => bce_v1::verify(authorization, secret, request),
            Self::SigV4 { authorization, request, body, rules } => {
                sigv4::verify(authorization, secret, request, *body, *rules)
            }
            Self::Bearer(_) => false,
        }
    }

    fn freshness(&self, now: Timestamp) -> Freshness {
        match self {
            Self::BceV1 { authorization, .. } => authorization.freshness(now),
            Self::SigV4 { authorization, .. } => authorization.freshness(now),
            Self::Bearer(_) => Freshness::Expired,
        }
    }
}

/// Why a proof was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such key: it never existed or is deleted.
    UnknownKey,
    /// The signature is not the one that the key's secret gives.
    WrongSignature,
    /// Too old, or signed too far in the future.
    NotFresh(Freshness),
    /// The key or its user is switched off.
    Disabled,
    /// The token is not one of ours, or not of the key that signed.
    BadToken,
    /// The session has ended, or the API key has expired: its time is over, or somebody ended it. Only who holds the
    /// secret learns it.
    SessionOver,
    /// The stored secret does not open: the store was tampered with, or the row is another's.
    Broken(AccountId, AccessKeyId),
}

impl Refusal {
    /// Whether a node that knows more might accept the proof: what it rests on may have been made elsewhere a moment ago.
    pub const fn may_be_news(self) -> bool {
        matches!(self, Self::UnknownKey | Self::SessionOver)
    }
}

/// The purpose to which an access key's secret is bound when sealed.
pub const ACCESS_KEY_PURPOSE: &str = "access-key";

/// What is verified against when there is no key, so that an unknown key costs the same time as a wrong
/// signature (SEC-076). Nothing is ever signed with it.
static NO_SECRET: LazyLock<SecretText> = LazyLock::new(|| SecretText::new("-".repeat(44)));

/// Verifies `proof` at the moment `now`. The signature is checked before the status of key and user, so
/// that only who holds the secret learns of it.
pub fn verify(snapshot: &Snapshot, proof: &Proof<'_>, now: Timestamp) -> Result<Identity, Refusal> {
    match (proof, proof.token()) {
        (Proof::Bearer(token), _) => verify_bearer(snapshot, token, now),
        (_, Some(token)) => verify_session(snapshot, proof, token, now),
        (_, None) => verify_key(snapshot, proof, now),
    }
}

fn verify_key(snapshot: &Snapshot, proof: &Proof<'_>, now: Timestamp) -> Result<Identity, Refusal> {
    let known = AccessKeyId::parse(proof.access_key_id())
        .ok()
        .and_then(|id| snapshot.access_keys.get(&id))
        .and_then(|key| Some((key, snapshot.accounts.get(&key.account)?)));
    let Some((key, account)) = known else {
        let _ = proof.is_signed_with(&NO_SECRET);
        return Err(Refusal::UnknownKey);
    };
    let secret = open_secret(account, key).ok_or(Refusal::Broken(key.account, key.id))?;
    check_signature(proof, &secret, now)?;
    let enabled = key.enabled && snapshot.principals.get(&key.owner).is_some_and(|owner| owner.enabled);
    if !enabled {
        return Err(Refusal::Disabled);
    }
    Ok(Identity::with_key(key.account, key.owner, key.id))
}

fn verify_session(snapshot: &Snapshot, proof: &Proof<'_>, token: &str, now: Timestamp) -> Result<Identity, Refusal> {
    let key = AccessKeyId::parse(proof.access_key_id()).ok();
    let opened = key.and_then(|key| snapshot.system.tokens.as_ref()?.open(&key, token, snapshot).ok());
    let Some((session, secret)) = opened else {
        let _ = proof.is_signed_with(&NO_SECRET);
        return Err(Refusal::BadToken);
    };
    check_signature(proof, &secret, now)?;
    accept(session, snapshot, now)
}

fn verify_bearer(snapshot: &Snapshot, token: &str, now: Timestamp) -> Result<Identity, Refusal> {
    if token.starts_with(api_key::PREFIX) {
        return verify_api_key(snapshot, token, now);
    }
    let tokens = snapshot.system.tokens.as_ref().ok_or(Refusal::BadToken)?;
    let session = tokens.open_bearer(token, snapshot).map_err(|_| Refusal::BadToken)?;
    accept(session, snapshot, now)
}

/// The account of a token that is its own proof, good or not; `None` for what was never one.
pub fn account_of(snapshot: &Snapshot, token: &str) -> Option<AccountId> {
    if token.starts_with(api_key::PREFIX) {
        let presented = api_key::parse(token)?;
        return snapshot.api_keys.get(&presented.id).filter(|key| presented.is(&key.digest)).map(|key| key.account);
    }
    snapshot.system.tokens.as_ref()?.open_bearer(token, snapshot).ok().map(|session| session.account)
}

/// An API key is found by its digest. One that is not good is refused before it is said that it is not good any more:
/// only who holds it learns that.
fn verify_api_key(snapshot: &Snapshot, text: &str, now: Timestamp) -> Result<Identity, Refusal> {
    let presented = api_key::parse(text).ok_or(Refusal::BadToken)?;
    let key = snapshot.api_keys.get(&presented.id).filter(|key| presented.is(&key.digest));
    let key = key.ok_or(Refusal::UnknownKey)?;
    let credential = Credential::ApiKey(key.id);
    let identity = Identity { account: key.account, actor: Actor::User(key.owner), credential };
    match key.expires {
        Some(expires) if expires <= now => Err(Refusal::SessionOver),
        _ if is_still_good(snapshot, &identity, now) => Ok(identity),
        _ => Err(Refusal::Disabled),
    }
}

fn accept(session: Session, snapshot: &Snapshot, now: Timestamp) -> Result<Identity, Refusal> {
    if session.is_good(snapshot, now) { Ok(session.into_identity()) } else { Err(Refusal::SessionOver) }
}

fn check_signature(proof: &Proof<'_>, secret: &SecretText, now: Timestamp) -> Result<(), Refusal> {
    if !proof.is_signed_with(secret) {
        return Err(Refusal::WrongSignature);
    }
    match proof.freshness(now) {
        Freshness::Fresh => Ok(()),
        stale => Err(Refusal::NotFresh(stale)),
    }
}

/// Whether what proved an identity is still good in `snapshot`: a credential that is being taken away must not do one
/// thing more (SEC-078). Of a session at the console it tells only whether its user stands.
pub fn is_still_good(snapshot: &Snapshot, identity: &Identity, now: Timestamp) -> bool {
    let stands = |user: &UserId| {
        let user = snapshot.principals.get(user);
        user.is_some_and(|user| user.enabled && user.account == identity.account)
    };
    match (&identity.credential, identity.actor) {
        (Credential::AccessKey(key), Actor::User(user)) => {
            snapshot.access_keys.get(key).is_some_and(|key| key.enabled && key.owner == user) && stands(&user)
        }
        (Credential::ApiKey(key), Actor::User(user)) => {
            let key = snapshot.api_keys.get(key).filter(|key| key.enabled && key.owner == user);
            key.is_some_and(|key| key.expires.is_none_or(|expires| now < expires)) && stands(&user)
        }
        (Credential::Session(session), _) => session.is_good(snapshot, now),
        // Whether the session itself is good, its row tells.
        (Credential::Console(_), Actor::User(user)) => stands(&user),
        (Credential::AccessKey(_) | Credential::ApiKey(_) | Credential::Console(_), Actor::Role(_)) => false,
    }
}

fn open_secret(account: &Account, key: &AccessKey) -> Option<SecretText> {
    let binding = Binding {
        purpose: ACCESS_KEY_PURPOSE,
        account: key.account,
        owner: key.owner.number(),
        record: key.id.as_str(),
    };
    let opened = account.data_key.open(binding, &key.sealed_secret).ok()?;
    Some(SecretText::new(std::str::from_utf8(&opened).ok()?.to_owned()))
}

#[cfg(test)]
mod tests;
