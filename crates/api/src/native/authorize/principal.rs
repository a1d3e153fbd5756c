//! Whom a question is about: a name, an id, a key, or whoever signed a request.

use std::sync::Arc;

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    json::Value,
    timestamp::Timestamp,
};
use decide::{
    api_key,
    identity::{Actor, Identity},
    session::Session,
    snapshot::{AccessKey, Kind, Principal, Snapshot},
    verify::{self, Proof},
};
use policy::request::ResourceName;

use super::{
    super::error::Fault,
    signed::{Signed, SignedFor},
};
use crate::members::Object;

/// Against what a question is asked.
pub(super) struct Asked<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) reach: Reach,
    pub(super) now: Timestamp,
}

/// About whom the caller may ask: principals of its own account, or of all where it is a service's (SEC-110).
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    own: AccountId,
    all: bool,
}

impl Reach {
    pub(super) fn of(snapshot: &Snapshot, own: AccountId) -> Self {
        Self { own, all: snapshot.system.service_accounts.contains(&own) }
    }

    pub(super) fn covers(self, account: AccountId) -> bool {
        self.all || self.own == account
    }

    /// Whether it is more than one account.
    pub(super) const fn is_wide(self) -> bool {
        self.all
    }
}

/// Whom a question is about.
#[derive(Debug)]
pub(super) enum Who<'v> {
    /// An account's root user.
    Root(AccountId),
    /// A user.
    User {
        account: AccountId,
        /// `/…/`, where the question names one.
        path: Option<&'v str>,
        name: &'v str,
    },
    /// Who has an id, which nobody else will ever have.
    Id(UserId),
    /// Whoever an access key acts for.
    Key(&'v str),
    /// Whoever signed a request.
    Signed(Signed<'v>),
    /// Whoever brings a token that is its own proof.
    Token(&'v str),
}

/// Why there is nobody of whom to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    UnknownPrincipal,
    UnknownKey,
    WrongSignature,
    Expired,
    NotYetValid,
    Disabled,
    Malformed,
    BodyNotSigned,
    /// The signature is good, and for another host than the service says.
    WrongHost,
    /// It is for another service.
    WrongService,
    /// A token is not ours, or not of the key that signed.
    BadToken,
    /// The session has expired or was ended.
    SessionOver,
    /// What the store holds of the key does not open. It is told as an unknown key.
    Broken(AccountId, AccessKeyId),
}

impl Refusal {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::UnknownPrincipal => "unknown_principal",
            Self::UnknownKey | Self::Broken(..) => "unknown_key",
            Self::WrongSignature => "wrong_signature",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Disabled => "disabled",
            Self::Malformed => "malformed",
            Self::BodyNotSigned => "body_not_signed",
            Self::WrongHost => "wrong_host",
            Self::WrongService => "wrong_service",
            Self::BadToken => "bad_token",
            Self::SessionOver => "session_over",
        }
    }
}

/// Who was found.
pub(super) struct Found {
    pub(super) account: AccountId,
    pub(super) actor: Actor,
    /// What proved it, where something did.
    pub(super) proven: Option<Proven>,
}

/// What proved who somebody is.
pub(super) struct Proven {
    pub(super) identity: Identity,
    /// For whom the request was signed, where one was.
    pub(super) signed: Option<SignedFor>,
}

impl Found {
    /// A user by its name, id or key.
    fn user(user: &Principal) -> Self {
        Self { account: user.account, actor: Actor::User(user.id), proven: None }
    }

    fn proven(identity: Identity, signed: Option<SignedFor>) -> Self {
        Self { account: identity.account, actor: identity.actor, proven: Some(Proven { identity, signed }) }
    }

    /// It as deciding sees it. Errors: what proved it has gone.
    pub(super) fn who<'f>(&'f self, snapshot: &'f Snapshot) -> Result<decide::identity::Who<'f>, Refusal> {
        match &self.proven {
            None => Ok(decide::identity::Who::unlimited(self.actor)),
            Some(proven) => decide::identity::Who::of(&proven.identity, snapshot).ok_or(Refusal::UnknownKey),
        }
    }

    /// The session, where what proved it is one.
    pub(super) fn session(&self) -> Option<&Session> {
        self.proven.as_ref().and_then(|proven| proven.identity.session())
    }
}

impl<'v> Who<'v> {
    /// Reads the members `principal`, `signed_request` and `token`, of which one must be there.
    pub(super) fn read(question: Object<'v>) -> Result<Self, Fault> {
        match (question.get("principal"), question.get("signed_request"), question.text("token")?) {
            (Some(principal), None, None) => Self::read_principal(principal),
            (None, Some(request), None) => Ok(Self::Signed(Signed::read(request)?)),
            (None, None, Some(token)) => Ok(Self::Token(token)),
            _ => Err(Fault::invalid("there must be one of `principal`, `signed_request` and `token`")),
        }
    }

    fn read_principal(value: &'v Value) -> Result<Self, Fault> {
        if let Some(name) = value.as_str() {
            return Self::named(name).ok_or_else(|| {
                let form = "`crn:iam::<account>:root` or `crn:iam::<account>:user/<name>`";
                Fault::invalid(format!("`principal` must be {form}, or an object with `id` or `access_key`"))
            });
        }
        let object = Object::of(value, "principal", &["id", "access_key"])?;
        match (object.number("id")?, object.text("access_key")?) {
            (Some(id), None) => {
                let id = UserId::new(id).map(Self::Id);
                id.map_err(|_| Fault::invalid("`id` must be a principal's, as answers have it"))
            }
            (None, Some(key)) => Ok(Self::Key(key)),
            _ => Err(Fault::invalid("`principal` must have either `id` or `access_key`")),
        }
    }

    /// Whom a name means, in each spelling that names of resources have.
    fn named(text: &'v str) -> Option<Self> {
        let ResourceName::Named { service: "iam", region: "", account, path, .. } = ResourceName::read(text)? else {
            return None;
        };
        let account = AccountId::parse(account).ok()?;
        if path == "root" {
            return Some(Self::Root(account));
        }
        let rest = path.strip_prefix("user").filter(|rest| rest.starts_with('/'))?;
        let name = rest.rsplit('/').next().filter(|name| !name.is_empty())?;
        let path = rest.strip_suffix(name).filter(|path| *path != "/");
        Some(Self::User { account, path, name })
    }

    /// The account that the question itself names.
    pub(super) const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root(account) | Self::User { account, .. } => Some(*account),
            Self::Id(_) | Self::Key(_) | Self::Signed(_) | Self::Token(_) => None,
        }
    }

    /// Finds the principal. An id, a key or a token of an account that the caller may not ask about does not exist for
    /// it (SEC-004).
    pub(super) fn find(&self, asked: &Asked<'_>) -> Result<Found, Refusal> {
        let Asked { snapshot, reach, now } = asked;
        let user = match self {
            Self::Root(account) => {
                let root = snapshot.accounts.get(account).map(|account| account.root);
                root.and_then(|root| snapshot.principals.get(&root)).ok_or(Refusal::UnknownPrincipal)?
            }
            Self::User { account, path, name } => {
                let user = snapshot.principals.user(*account, name).filter(|user| is_at(user, *path));
                user.ok_or(Refusal::UnknownPrincipal)?
            }
            Self::Id(id) => {
                let known = snapshot.principals.get(id).filter(|known| reach.covers(known.account));
                known.ok_or(Refusal::UnknownPrincipal)?
            }
            Self::Key(id) => {
                let key = key(snapshot, id).filter(|key| reach.covers(key.account)).ok_or(Refusal::UnknownKey)?;
                let owner = snapshot.principals.get(&key.owner).ok_or(Refusal::UnknownKey)?;
                if !key.enabled {
                    return Err(Refusal::Disabled);
                }
                owner
            }
            // What is verified is switched on.
            Self::Signed(request) => {
                return request.verify(asked).map(|(identity, signed)| Found::proven(identity, Some(signed)));
            }
            Self::Token(token) => {
                if !reach.is_wide() && verify::account_of(snapshot, token).is_some_and(|whose| !reach.covers(whose)) {
                    let of_key = token.starts_with(api_key::PREFIX);
                    return Err(if of_key { Refusal::UnknownKey } else { Refusal::BadToken });
                }
                let identity = verify::verify(snapshot, &Proof::Bearer(token), *now)?;
                return Ok(Found::proven(identity, None));
            }
        };
        if user.enabled { Ok(Found::user(user)) } else { Err(Refusal::Disabled) }
    }
}

/// The account of a key of that id, of a session's as the id says it: its token opens for no other id.
pub(super) fn account_of_key(snapshot: &Snapshot, id: &str) -> Option<AccountId> {
    let stored = key(snapshot, id).map(|key| key.account);
    stored.or_else(|| AccessKeyId::parse(id).ok()?.session_account())
}

/// The key of that id.
fn key<'s>(snapshot: &'s Snapshot, id: &str) -> Option<&'s Arc<AccessKey>> {
    snapshot.access_keys.get(&AccessKeyId::parse(id).ok()?)
}

/// Whether the user's path is the one that is named, where one is.
fn is_at(user: &Principal, named: Option<&str>) -> bool {
    match (&user.kind, named) {
        (Kind::User { path, .. }, Some(named)) => path == named,
        (Kind::User { .. }, None) => true,
        (Kind::Root, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Who::named(text).map(|who| match who {
            Who::Root(account) => format!("root of {account}"),
            Who::User { account, path, name } => format!("{name} of {account} at {}", path.unwrap_or("any")),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn principals_are_named_in_every_spelling_of_resources() {
        for (text, wanted) in [
            ("crn:iam::123456789012:root", "root of 123456789012"),
            ("arn:aws:iam::123456789012:root", "root of 123456789012"),
            ("crn:iam::123456789012:user/alice", "alice of 123456789012 at any"),
            ("trn:iam::123456789012:user/alice", "alice of 123456789012 at any"),
            ("arn:aws-cn:iam::123456789012:user/a/b/alice", "alice of 123456789012 at /a/b/"),
            ("crn:iam::123456789012:user/张三", "张三 of 123456789012 at any"),
        ] {
            assert_eq!(read(text).as_deref(), Some(wanted), "{text}");
        }
        for bad in [
            "",
            "*",
            "alice",
            "user/alice",
            "crn:iam::123456789012:user/",
            "crn:iam::123456789012:user",
            "crn:iam::123456789012:users/alice",
            "crn:iam::123456789012:group/staff",
            "crn:iam::12345678901:user/alice",
            "crn:iam:::user/alice",
            "crn:iam:bj:123456789012:user/alice",
            "crn:sts::123456789012:user/alice",
            "crn:iam::123456789012",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
