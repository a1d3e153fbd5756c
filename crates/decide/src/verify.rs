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
    seal::Binding,
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
}

impl<'a> Proof<'a> {
    /// Whose key signed, as the request says.
    pub fn access_key_id(&self) -> &'a str {
        match self {
            Self::BceV1 { authorization, .. } => authorization.access_key_id(),
            Self::SigV4 { authorization, .. } => authorization.access_key_id(),
        }
    }

    /// Whether it brings a session's token. No key that is stored has one, so such a proof names a key that does not
    /// exist.
    fn has_token(&self) -> bool {
        match self {
            // Most SDKs leave the header with the token unsigned: then nobody vouches for it, and it says nothing.
            Self::BceV1 { .. } => false,
            Self::SigV4 { authorization, .. } => authorization.session_token().is_some(),
        }
    }

    fn is_signed_with(&self, secret: &SecretText) -> bool {
        match self {
            Self::BceV1 { authorization, request } => bce_v1::verify(authorization, secret, request),
            Self::SigV4 { authorization, request, body, rules } => {
                sigv4::verify(authorization, secret, request, *body, *rules)
            }
        }
    }

    fn freshness(&self, now: Timestamp) -> Freshness {
        match self {
            Self::BceV1 { authorization, .. } => authorization.freshness(now),
            Self::SigV4 { authorization, .. } => authorization.freshness(now),
        }
    }
}

/// Who sent a request, proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The account it acts in: from the credential, never from the request (SEC-110).
    pub account: AccountId,
    /// The principal.
    pub principal: UserId,
    /// The access key that signed.
    pub access_key: AccessKeyId,
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
    /// The stored secret does not open: the store was tampered with, or the row is another's.
    Broken(AccountId, AccessKeyId),
}

/// The purpose to which an access key's secret is bound when sealed.
pub const ACCESS_KEY_PURPOSE: &str = "access-key";

/// What is verified against when there is no key, so that an unknown key costs the same time as a wrong
/// signature (SEC-076). Nothing is ever signed with it.
static NO_SECRET: LazyLock<SecretText> = LazyLock::new(|| SecretText::new("-".repeat(44)));

/// Verifies `proof` at the moment `now`. The signature is checked before the status of key and user, so
/// that only who holds the secret learns of it.
pub fn verify(snapshot: &Snapshot, proof: &Proof<'_>, now: Timestamp) -> Result<Identity, Refusal> {
    let known = AccessKeyId::parse(proof.access_key_id())
        .ok()
        .filter(|_| !proof.has_token())
        .and_then(|id| snapshot.access_keys.get(&id))
        .and_then(|key| Some((key, snapshot.accounts.get(&key.account)?)));
    let Some((key, account)) = known else {
        let _ = proof.is_signed_with(&NO_SECRET);
        return Err(Refusal::UnknownKey);
    };
    let secret = open_secret(account, key).ok_or(Refusal::Broken(key.account, key.id))?;
    if !proof.is_signed_with(&secret) {
        return Err(Refusal::WrongSignature);
    }
    match proof.freshness(now) {
        Freshness::Fresh => {}
        stale => return Err(Refusal::NotFresh(stale)),
    }
    let enabled = key.enabled && snapshot.principals.get(&key.owner).is_some_and(|owner| owner.enabled);
    if !enabled {
        return Err(Refusal::Disabled);
    }
    Ok(Identity { account: key.account, principal: key.owner, access_key: key.id })
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
