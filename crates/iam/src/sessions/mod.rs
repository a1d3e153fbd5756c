//! Sessions: temporary credentials of a user itself or of a role, and the moments before which sessions count no more.
//!
//! No session is stored: its token tells all about it (`decide::session`). What is stored is by what one is ended early.
//! Nothing outlives the credential that it was begun with.

mod assume;
mod begin;
mod revoke;

use base::{
    ids::{AccessKeyId, AccountId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::{
    identity::{Actor, Credential, Identity},
    session::{Session, SessionPolicy},
    snapshot::{Mark, Snapshot},
};
use std::{sync::Arc, time::Duration};

pub(crate) use self::revoke::delete_of;
pub use self::{
    assume::{AssumeRole, Assumed, SessionName},
    begin::{GetBearerToken, GetSessionToken},
    revoke::{RevokeOfRole, RevokeOfUser},
};
use crate::{
    access_keys::SECRET_LENGTH,
    action::Action,
    caller::Caller,
    console_sessions,
    db::table::{Column, Kind, Table, Touches, Whom},
    door::{Read, Target},
    error::{Error, Result, Why},
    keyring,
    policies::PolicyDocument,
};

/// The table of moments before which sessions count no more.
pub(crate) static SESSION_MARKS: Table = Table {
    name: "session_mark",
    key: &[Column { name: "holder_kind", kind: Kind::Text }, Column { name: "holder_id", kind: Kind::Int }],
    columns: &[Column { name: "before_us", kind: Kind::Int }, Column { name: "before_event", kind: Kind::Int }],
    touches: Touches::Power { whom: Whom::Holder("holder_kind", "holder_id"), harmless: &[] },
};

/// How long a session is to last, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// So long, or it is refused.
    Exactly(u64),
    /// So long, or as long as it may.
    AtMost(u64),
}

impl Lifetime {
    /// The seconds, where `most` are allowed. Errors: `Invalid` for none, or for more than that.
    fn within(self, most: u64) -> Result<u64> {
        match self {
            Self::Exactly(seconds) if (1..=most).contains(&seconds) => Ok(seconds),
            Self::Exactly(_) => Err(Error::invalid("duration", format!("must be from 1 to {most} seconds"))),
            Self::AtMost(seconds) => Ok(seconds.clamp(1, most)),
        }
    }
}

/// Temporary credentials: the only sight of them.
#[derive(Debug)]
pub struct Credentials {
    /// The public half of the access key.
    pub key: AccessKeyId,
    /// The secret half.
    pub secret: SecretText,
    /// What a request must bring beside its signature; of a bearer token, what it brings instead.
    pub token: SecretText,
    /// The account that they act in.
    pub account: AccountId,
    /// Whose they are.
    pub actor: Actor,
    /// When they began to count.
    pub issued: Timestamp,
    /// When they cease to.
    pub expires: Timestamp,
}

/// Who asks for a session. Errors: `Denied` for an operator, who is nobody in an account.
fn identity<'a>(tx: &'a Read<'_>, action: Action) -> Result<&'a Identity> {
    match tx.caller() {
        Caller::Principal { identity, .. } => Ok(identity),
        Caller::Operator { .. } => Err(denied(action, &Target::account(), Why::Kind)),
    }
}

/// Who asks, by a long-term access key: sessions do not beget sessions of the same power, or they would never end.
fn lasting<'a>(tx: &'a Read<'_>, action: Action) -> Result<&'a Identity> {
    let identity = identity(tx, action)?;
    match identity.credential {
        Credential::AccessKey(_) => Ok(identity),
        Credential::ApiKey(_) | Credential::Session(_) | Credential::Console(_) => {
            Err(denied(action, &Target::account(), Why::Credential))
        }
    }
}

fn denied(action: Action, target: &Target, why: Why) -> Error {
    Error::Denied { action: action.row().name, resource: target.path().to_owned(), why: Box::new(why) }
}

/// What limits a session, as the token has it.
fn policy_of(tx: &Read<'_>, document: &PolicyDocument) -> SessionPolicy {
    let rules = Arc::new(document.rules(&tx.snapshot().system.catalogue));
    SessionPolicy { flavour: document.flavour(), text: document.text().to_owned(), rules }
}

/// When a session of so many seconds that begins now ends: with the credential that it is begun with at the latest, or
/// whoever got hold of that one could go on for ever.
fn expiry(tx: &Read<'_>, identity: &Identity, seconds: u64) -> Result<Timestamp> {
    let wanted = tx.now().plus(Duration::from_secs(seconds));
    let latest = match &identity.credential {
        Credential::AccessKey(_) => None,
        Credential::ApiKey(key) => tx.snapshot().api_keys.get(key).and_then(|key| key.expires),
        Credential::Session(session) => Some(session.expires),
        Credential::Console(id) => console_sessions::sql::expiry(tx, identity.account, *id)?,
    };
    Ok(latest.map_or(wanted, |latest| latest.min(wanted)))
}

/// From when on a session of these counts that begins now: a mark may have been set by a clock that is ahead of ours.
fn issue(tx: &Read<'_>, holders: &[Actor]) -> Timestamp {
    let marks = holders.iter().filter_map(|holder| mark_of(tx.snapshot(), *holder).moment);
    marks.fold(tx.now(), Timestamp::max)
}

/// The mark that is set for somebody.
fn mark_of(snapshot: &Snapshot, holder: Actor) -> Mark {
    let grants = match holder {
        Actor::User(id) => snapshot.principals.get(&id).map(|user| &user.grants),
        Actor::Role(id) => snapshot.roles.get(&id).map(|role| &role.grants),
    };
    grants.map_or_else(Mark::default, |grants| grants.sessions_from)
}

/// Draws the key's id for a session of `account`.
fn draw_key(tx: &Read<'_>, account: AccountId) -> AccessKeyId {
    AccessKeyId::temporary(account, tx.core().random())
}

/// Draws the secret of a session and seals its token. Errors: `Invalid` where policy and tags make it too long.
fn seal(tx: &Read<'_>, session: &Session) -> Result<Credentials> {
    let core = tx.core();
    let tokens = tx.snapshot().system.tokens.as_ref();
    let tokens = tokens.ok_or_else(|| Error::internal("there is no key that seals tokens"))?;
    let secret = SecretText::drawn(SECRET_LENGTH, &|bytes| core.random.fill(bytes));
    let token = tokens.seal(session, &secret, keyring::nonce(&*core.random));
    let token = token.map_err(|_| Error::invalid("session", "has a policy and tags that are too long together"))?;
    let Session { key, account, actor, issued, expires, .. } = *session;
    Ok(Credentials { key, secret, token, account, actor, issued, expires })
}
