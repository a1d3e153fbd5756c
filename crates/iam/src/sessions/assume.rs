//! Sessions of a role.

use std::sync::Arc;

use base::ids::AccountId;
use decide::{
    identity::{Actor, Credential, Identity, Who},
    session::{self, Assumer, CHAIN_MAX, Session},
};
use serde_json::json;

use super::{Credentials, Lifetime, draw_key, expiry, identity, issue, policy_of, seal};
use crate::{
    action::Action,
    attachments::Holder,
    caller::{Caller, Origin},
    door::{Assumption, Needs, Operation, Read, Target, Write},
    error::{Error, Result},
    policies::PolicyDocument,
    roles::{self, Role},
    values::Tags,
};

/// The longest session of a role that another role's session assumes, in seconds.
const CHAINED_MAX_S: u64 = 3_600;

/// The name of a role's session: 2 to 64 letters, digits and `_+=,.@-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionName(String);

impl SessionName {
    /// Checks a name. Errors: `Invalid` for what is none (SEC-108).
    pub fn parse(text: &str) -> Result<Self> {
        checked("session name", text, 2..=64, "").map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Assumes a role, of the caller's account or of another: gets temporary credentials that may do what the role may.
///
/// The role's trust document must let the caller in. Its own policies must allow it too, unless the document is of the
/// same account and names the caller itself.
///
/// A session that asks has none begun that outlives itself, however long it is asked for. What a document limits begins
/// none of a role with power over identities and policies that the document does not reach.
///
/// Errors: `NotFound` for a role of the own account; `Denied`, also for one of another account that is not there;
/// `Invalid` for a lifetime longer than the role allows, or than an hour where a role's session asks, and at the end of a
/// chain.
#[derive(Debug, Clone)]
pub struct AssumeRole {
    /// The role's account; the caller's own where there is none.
    pub account: Option<AccountId>,
    /// The role's name.
    pub role: String,
    /// What the session is called.
    pub name: SessionName,
    /// How long it lasts.
    pub lifetime: Lifetime,
    /// What a third party was told to say.
    pub external_id: Option<String>,
    /// Who is behind the session. Along a chain of roles it stays what it was.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: Tags,
    /// What it may do at most.
    pub policy: Option<PolicyDocument>,
}

/// A role's session that has begun.
#[derive(Debug)]
pub struct Assumed {
    /// The credentials.
    pub credentials: Credentials,
    /// The role.
    pub role: Role,
}

impl AssumeRole {
    /// How the role is assumed, as the session's token has it.
    fn assumed(&self, tx: &Read<'_>, by: Assumer, source_identity: Option<String>) -> session::Assumed {
        let Origin { address, tls, agent, .. } = tx.caller().origin().clone();
        session::Assumed {
            name: self.name.0.clone(),
            by,
            external_id: self.external_id.clone(),
            source_identity,
            tags: self.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            address,
            tls,
            agent,
        }
    }

    /// What the caller says to the trust document. A source identity that the caller's own session has goes on.
    fn assumption(&self, role: Option<&Role>, source_identity: Option<String>) -> Assumption {
        Assumption {
            role: role.map(|role| role.id),
            named: self.named(),
            name: self.name.0.clone(),
            external_id: self.external_id.clone(),
            source_identity,
            tags: self.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        }
    }

    /// Errors: `Invalid` where the caller's session has another one, or where what is said is not legal.
    fn source_identity(&self, caller: &Identity) -> Result<Option<String>> {
        if let Some(id) = &self.external_id {
            checked("external id", id, 2..=1_224, ":/")?;
        }
        let own = self.source_identity.as_deref();
        let own = own.map(|text| checked("source identity", text, 2..=64, "")).transpose()?;
        let inherited = caller.session().and_then(|session| session.assumed.as_ref()?.source_identity.clone());
        match (inherited, own) {
            (Some(inherited), Some(own)) if inherited != own => {
                Err(Error::invalid("source identity", "cannot be changed along a chain of roles"))
            }
            (inherited, own) => Ok(inherited.or(own)),
        }
    }
}

impl Operation for AssumeRole {
    const ACTION: Action = Action::AssumeRole;
    type Found = (Option<Role>, Option<String>);
    type Output = Assumed;

    fn account(&self, caller: &Caller) -> AccountId {
        self.account.unwrap_or(caller.account())
    }

    fn named(&self) -> Target {
        Target::role(&self.role)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Self::Found> {
        let caller = identity(tx, Self::ACTION)?;
        let source_identity = self.source_identity(caller)?;
        match roles::by_name(tx, &self.role) {
            Ok(role) => Ok((Some(role), source_identity)),
            Err(Error::NotFound { .. }) if caller.account != tx.account() => Ok((None, source_identity)),
            Err(error) => Err(error),
        }
    }

    fn needs(&self, (role, source_identity): &Self::Found) -> Needs {
        let target = role.as_ref().map_or_else(|| self.named(), Role::target);
        Needs::action(Self::ACTION).on(target).by_assuming(self.assumption(role.as_ref(), source_identity.clone()))
    }

    fn run(&self, (role, source_identity): Self::Found, tx: &mut Write<'_>) -> Result<Assumed> {
        let role = role.ok_or_else(|| Error::internal("a role that is not there was assumed"))?;
        let caller = identity(tx, Self::ACTION)?.clone();
        let longest = u64::from(role.max_session.seconds());
        let longest = if matches!(caller.actor, Actor::Role(_)) { longest.min(CHAINED_MAX_S) } else { longest };
        let seconds = self.lifetime.within(longest)?;
        let by = assumer(tx, &caller)?;
        if by.limited {
            // What limits the credential must reach as far as the role's power does (SEC-099).
            tx.acts_as(Holder::Role(role.id));
        }
        let session = Session {
            key: draw_key(tx, tx.account()),
            account: tx.account(),
            actor: Actor::Role(role.id),
            issued: issue(tx, &[caller.actor, Actor::Role(role.id)]),
            expires: expiry(tx, &caller, seconds)?,
            began: tx.event_in(tx.account())?,
            mfa: caller.session().and_then(|session| session.mfa),
            policy: self.policy.as_ref().map(|document| policy_of(tx, document)),
            assumed: Some(self.assumed(tx, by, source_identity)),
            bearer: false,
        };
        let credentials = seal(tx, &session)?;
        let began = json!({
            "access_key": session.key.as_str(),
            "expires": session.expires.to_seconds(),
            "role": role.name,
            "name": self.name.0,
            "source_identity": session.assumed.as_ref().and_then(|assumed| assumed.source_identity.as_ref()),
        });
        tx.tell("began", began);
        Ok(Assumed { credentials, role })
    }
}

/// Who assumes a role, as the session's token has it. Errors: `Invalid` at the end of a chain.
fn assumer(tx: &Read<'_>, caller: &Identity) -> Result<Assumer> {
    let (account, actor, event) = (caller.account, caller.actor, tx.event_in(caller.account)?);
    let limited = Who::of(caller, tx.snapshot()).ok_or(Error::Unauthenticated)?.limit.is_some();
    let session = match &caller.credential {
        Credential::AccessKey(_) | Credential::ApiKey(_) | Credential::Console(_) => None,
        Credential::Session(session) if session.depth() + 1 < CHAIN_MAX => {
            Some(Arc::new(Session { policy: None, ..Session::clone(session) }))
        }
        Credential::Session(_) => {
            return Err(Error::invalid("session", format!("is the last that a chain of {CHAIN_MAX} may have")));
        }
    };
    Ok(Assumer { account, actor, event, limited, session })
}

/// A text of letters, digits, `_+=,.@-` and `more`.
fn checked(what: &'static str, text: &str, length: std::ops::RangeInclusive<usize>, more: &str) -> Result<String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) || more.contains(c);
    if length.contains(&text.len()) && text.chars().all(legal) {
        return Ok(text.to_owned());
    }
    let (least, most) = length.into_inner();
    Err(Error::invalid(what, format!("must have {least} to {most} letters, digits and characters of `_+=,.@-{more}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-108: a session's name is of few characters, so that it can stand anywhere.
    #[test]
    fn sec_108_session_names() {
        for good in ["ab", "build-7", "a_b+c=d,e.f@g-h", &"x".repeat(64)] {
            assert_eq!(SessionName::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a", "a b", "a/b", "ä1", "a\nb", &"x".repeat(65)] {
            assert!(SessionName::parse(bad).is_err(), "{bad}");
        }
    }
}
