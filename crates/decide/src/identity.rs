//! Who acts, and by what it proved who it is.

use std::sync::Arc;

use base::ids::{AccessKeyId, AccountId, ApiKeyId, ConsoleSessionId, Digits, GroupId, RoleId, UserId};
use policy::request::AskerKind;

use crate::{
    session::Session,
    snapshot::{Grants, Kind, Rules, Snapshot},
};

/// Who acts: somebody who holds permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    /// A root or IAM user.
    User(UserId),
    /// A role, by a session of it.
    Role(RoleId),
}

/// By what somebody proved who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A long-term access key.
    AccessKey(AccessKeyId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// Temporary credentials.
    Session(Arc<Session>),
    /// A session at the console. It is a row of the store, and no snapshot knows whether it is good still: whoever acts by
    /// it is looked up in the transaction.
    Console(ConsoleSessionId),
}

/// Who sent a request, proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account it acts in: from the credential, never from the request (SEC-110).
    pub account: AccountId,
    /// Who it is there.
    pub actor: Actor,
    /// What proved it.
    pub credential: Credential,
}

impl Identity {
    /// A user, by a long-term access key.
    pub const fn with_key(account: AccountId, user: UserId, key: AccessKeyId) -> Self {
        Self { account, actor: Actor::User(user), credential: Credential::AccessKey(key) }
    }

    /// The session, where the credential is temporary.
    pub fn session(&self) -> Option<&Session> {
        match &self.credential {
            Credential::Session(session) => Some(session),
            Credential::AccessKey(_) | Credential::ApiKey(_) | Credential::Console(_) => None,
        }
    }
}

/// Who asks to act, and what limits it beside what it holds.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// Who.
    pub actor: Actor,
    /// The document of the credential, where it has one: it can only narrow (SEC-106).
    pub limit: Option<&'a Rules>,
    /// The session, where the credential is temporary.
    pub session: Option<&'a Session>,
}

impl<'a> Who<'a> {
    /// Somebody by itself, with nothing that limits it.
    pub const fn unlimited(actor: Actor) -> Self {
        Self { actor, limit: None, session: None }
    }

    /// Whoever proved itself, as `snapshot` knows its credential; `None` where that is there no more.
    pub fn of(identity: &'a Identity, snapshot: &'a Snapshot) -> Option<Self> {
        let actor = identity.actor;
        match &identity.credential {
            Credential::AccessKey(key) => snapshot.access_keys.get(key).map(|_| Self::unlimited(actor)),
            Credential::ApiKey(key) => {
                snapshot.api_keys.get(key).map(|key| Self { actor, limit: key.rules.as_deref(), session: None })
            }
            Credential::Console(_) => Some(Self::unlimited(actor)),
            Credential::Session(session) => {
                Some(Self { actor, limit: session.limit(), session: Some(session.as_ref()) })
            }
        }
    }

    /// Whether it is an account's root user with nothing that limits the credential.
    pub fn is_whole_root(&self, snapshot: &Snapshot) -> bool {
        let Actor::User(user) = self.actor else { return false };
        self.limit.is_none() && snapshot.principals.get(&user).is_some_and(|known| known.kind == Kind::Root)
    }
}

/// Who acts, as the snapshot knows it.
#[derive(Clone, Copy)]
pub(crate) struct Acting<'a> {
    pub(crate) account: AccountId,
    pub(crate) number: u64,
    pub(crate) called: Called<'a>,
    pub(crate) tags: &'a [(String, String)],
    pub(crate) grants: &'a Grants,
    pub(crate) groups: &'a [GroupId],
    pub(crate) session: Option<&'a Session>,
    pub(crate) limit: Option<&'a Rules>,
}

/// What it is called.
#[derive(Clone, Copy)]
pub(crate) enum Called<'a> {
    Root,
    User { name: &'a str, path: &'a str },
    Role { name: &'a str, path: &'a str },
}

impl<'a> Acting<'a> {
    /// Whoever that is; `None` where it is not there or switched off.
    pub(crate) fn of(snapshot: &'a Snapshot, who: Who<'a>) -> Option<Self> {
        let Who { actor, limit, session } = who;
        match actor {
            Actor::User(id) => {
                let user = snapshot.principals.get(&id).filter(|user| user.enabled)?;
                let called = match &user.kind {
                    Kind::Root => Called::Root,
                    Kind::User { name, path } => Called::User { name, path },
                };
                let (account, number, tags) = (user.account, id.number(), &*user.tags);
                Some(Self { account, number, called, tags, grants: &user.grants, groups: &user.groups, session, limit })
            }
            Actor::Role(id) => {
                let role = snapshot.roles.get(&id)?;
                let called = Called::Role { name: &role.name, path: &role.path };
                let (account, number, tags) = (role.account, id.number(), &*role.tags);
                Some(Self { account, number, called, tags, grants: &role.grants, groups: &[], session, limit })
            }
        }
    }

    /// Who it is to documents that name principals. `account` is its account's digits.
    pub(crate) fn kind(&self) -> AskerKind<'a> {
        match self.called {
            Called::Root => AskerKind::Root,
            Called::User { .. } => AskerKind::User(self.number),
            Called::Role { .. } => AskerKind::Session { role: self.number, name: self.session_name() },
        }
    }

    pub(crate) fn digits(&self) -> Digits {
        self.account.digits()
    }

    /// The name of the role's session; empty where there is none.
    pub(crate) fn session_name(&self) -> &'a str {
        self.session.and_then(|session| session.assumed.as_ref()).map_or("", |assumed| &assumed.name)
    }
}
