//! Sessions of the caller itself.

use decide::session::Session;
use serde_json::json;

use super::{Credentials, Lifetime, draw_key, expiry, issue, lasting, policy_of, seal};
use crate::{
    action::Action,
    door::{Operation, Read, Target, Write},
    error::Result,
    policies::PolicyDocument,
};

/// The longest session of a user, in seconds: 36 hours.
const SESSION_MAX_S: u64 = 129_600;
/// The longest life of a bearer token, in seconds: 30 days.
const BEARER_MAX_S: u64 = 30 * 86_400;

/// Gets temporary credentials of the caller itself, with all that it may do, or less. Everybody may, for themselves,
/// unless a policy denies it; but by a long-term access key only.
///
/// Errors: `Denied` for other credentials, `Invalid` for a lifetime over 36 hours or a token that would be too long.
#[derive(Debug, Clone)]
pub struct GetSessionToken {
    /// How long it lasts.
    pub lifetime: Lifetime,
    /// What it may do at most.
    pub policy: Option<PolicyDocument>,
}

/// Gets a token that is its own proof, of the caller itself. It is revoked with the caller's sessions.
///
/// Errors: as [`GetSessionToken`], but for a lifetime over 30 days.
#[derive(Debug, Clone)]
pub struct GetBearerToken {
    /// How long it lasts.
    pub lifetime: Lifetime,
    /// What it may do at most.
    pub policy: Option<PolicyDocument>,
}

/// What both come to.
struct Wanted<'a> {
    action: Action,
    seconds: u64,
    policy: Option<&'a PolicyDocument>,
    bearer: bool,
}

impl Operation for GetSessionToken {
    const ACTION: Action = Action::GetSessionToken;
    type Found = u64;
    type Output = Credentials;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<u64> {
        self.lifetime.within(SESSION_MAX_S)
    }

    fn run(&self, seconds: u64, tx: &mut Write<'_>) -> Result<Credentials> {
        begin(tx, &Wanted { action: Self::ACTION, seconds, policy: self.policy.as_ref(), bearer: false })
    }
}

impl Operation for GetBearerToken {
    const ACTION: Action = Action::GetBearerToken;
    type Found = u64;
    type Output = Credentials;

    fn named(&self) -> Target {
        Target::account()
    }

    fn find(&self, _tx: &Read<'_>) -> Result<u64> {
        self.lifetime.within(BEARER_MAX_S)
    }

    fn run(&self, seconds: u64, tx: &mut Write<'_>) -> Result<Credentials> {
        begin(tx, &Wanted { action: Self::ACTION, seconds, policy: self.policy.as_ref(), bearer: true })
    }
}

fn begin(tx: &mut Write<'_>, wanted: &Wanted<'_>) -> Result<Credentials> {
    let identity = lasting(tx, wanted.action)?.clone();
    let session = Session {
        key: draw_key(tx, identity.account),
        account: identity.account,
        actor: identity.actor,
        issued: issue(tx, &[identity.actor]),
        expires: expiry(tx, &identity, wanted.seconds)?,
        began: tx.event_in(identity.account)?,
        mfa: None,
        policy: wanted.policy.map(|document| policy_of(tx, document)),
        assumed: None,
        bearer: wanted.bearer,
    };
    let credentials = seal(tx, &session)?;
    let began = json!({ "access_key": session.key.as_str(), "expires": session.expires.to_seconds() });
    tx.tell("began", began);
    Ok(credentials)
}
