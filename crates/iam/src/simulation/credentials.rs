//! API keys and sessions by the naive model: what becomes of deeds with them, and which of them prove anything.

use base::{ids::AccountId, timestamp::Timestamp};

use super::{
    deeds::{Deed, Proof, Who},
    documents::Doc,
    model::{Holder, Made, Model},
    verdict::Verdict,
};
use crate::{
    access_keys::Owner,
    error::{Noun, Quota},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiKey {
    pub(super) account: AccountId,
    pub(super) owner: u64,
    pub(super) enabled: bool,
    /// What limits it.
    pub(super) document: Option<Doc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) account: AccountId,
    /// Who acts in it.
    pub(super) actor: Holder,
    /// The user who began it.
    pub(super) begun_by: u64,
    /// What limits it.
    pub(super) document: Option<Doc>,
    pub(super) expires: Timestamp,
    /// The revision of its account from which on it is ended.
    pub(super) ended: Option<i64>,
}

impl Model {
    /// Whether a credential proves anything now.
    pub(super) fn proves(&self, proof: &Proof) -> bool {
        match proof {
            Proof::Key(key) => self.is_good(key.as_str()),
            Proof::ApiKey(key) => {
                self.api_keys.get(key.as_str()).is_some_and(|key| key.enabled && self.may_act(key.owner))
            }
            Proof::Session(key) => self.sessions.get(key.as_str()).is_some_and(|session| {
                let trusted = match session.actor {
                    Holder::Role(role) => self.roles.get(&role).is_some_and(|role| role.trusted == session.begun_by),
                    Holder::User(_) | Holder::Group(_) => true,
                };
                session.ended.is_none() && self.now() < session.expires && self.may_act(session.begun_by) && trusted
            }),
        }
    }

    /// The document that limits a credential.
    pub(super) fn limit_of(&self, proof: &Proof) -> Option<Doc> {
        match proof {
            Proof::Key(_) => None,
            Proof::ApiKey(key) => self.api_keys.get(key.as_str())?.document,
            Proof::Session(key) => self.sessions.get(key.as_str())?.document,
        }
    }

    /// What comes of a deed of somebody who may do everything.
    pub(super) fn expect_of_credential(&self, account: AccountId, deed: &Deed) -> Verdict {
        match deed {
            Deed::CreateApiKey { owner, .. } => Verdict::of_found(self.owner(account, owner), Noun::User, |owner| {
                let present = self.api_keys.values().filter(|key| key.owner == owner).count();
                self.room(account, Quota::ApiKeysPerUser, present)
            }),
            Deed::SwitchApiKey { owner, key, .. }
            | Deed::LimitApiKey { owner, key, .. }
            | Deed::DeleteApiKey { owner, key } => Verdict::of_found(self.owner(account, owner), Noun::User, |owner| {
                let key = self.api_keys.get(key).filter(|key| key.owner == owner);
                Verdict::of_found(key, Noun::ApiKey, |_| Verdict::Done)
            }),
            Deed::EndSessions { owner } => Verdict::of_found(self.owner(account, owner), Noun::User, |_| Verdict::Done),
            Deed::AssumeRole { role, .. } | Deed::EndRoleSessions { role } => {
                Verdict::of_found(self.role(account, role), Noun::Role, |_| Verdict::Done)
            }
            _ => Verdict::Done,
        }
    }

    /// Whether somebody may assume a role that is there: who is trusted by name needs no policy for it.
    pub(super) fn is_trusted(&self, account: AccountId, role: &str, principal: u64) -> bool {
        let role = self.role(account, role).and_then(|role| self.roles.get(&role));
        role.is_some_and(|role| role.trusted == principal)
    }

    pub(super) fn apply_of_credentials(&mut self, who: &Who, deed: &Deed, made: &Made) -> Option<()> {
        let account = deed.account(who);
        match deed {
            Deed::CreateApiKey { owner, document } => {
                let owner = self.owner(account, owner)?;
                let key = ApiKey { account, owner, enabled: true, document: *document };
                self.api_keys.insert(made.api_key.clone()?, key);
            }
            Deed::SwitchApiKey { key, on, .. } => self.api_keys.get_mut(key)?.enabled = *on,
            Deed::LimitApiKey { key, document, .. } => self.api_keys.get_mut(key)?.document = *document,
            Deed::DeleteApiKey { key, .. } => {
                self.api_keys.remove(key)?;
            }
            Deed::EndSessions { owner } => {
                let user = self.owner(account, owner)?;
                self.marks.insert(Holder::User(user), made.event);
                self.end(made.revision, |session| session.begun_by == user);
            }
            Deed::EndRoleSessions { role } => {
                let role = Holder::Role(self.role(account, role)?);
                self.marks.insert(role, made.event);
                self.end(made.revision, |session| session.actor == role);
            }
            // Nothing is stored of a session.
            Deed::BeginSession { .. } | Deed::AssumeRole { .. } => {}
            _ => return None,
        }
        Some(())
    }

    fn end(&mut self, revision: i64, which: impl Fn(&Session) -> bool) {
        for session in self.sessions.values_mut().filter(|session| session.ended.is_none() && which(session)) {
            session.ended = Some(revision);
        }
    }

    /// The session that a deed begins.
    pub(super) fn session(&self, who: &Who, deed: &Deed, expires: Timestamp) -> Option<Session> {
        let Who::Principal { account, principal, .. } = *who else { return None };
        let (actor, document) = match deed {
            Deed::BeginSession { document } => (Holder::User(principal.number()), *document),
            Deed::AssumeRole { role, document } => (Holder::Role(self.role(account, role)?), *document),
            _ => return None,
        };
        Some(Session { account, actor, begun_by: principal.number(), document, expires, ended: None })
    }

    /// The owner's API keys.
    pub(super) fn api_keys_of(&self, owner: u64) -> impl Iterator<Item = (&String, &ApiKey)> {
        self.api_keys.iter().filter(move |(_, key)| key.owner == owner)
    }

    /// Whose keys a deed is about.
    pub(super) fn owner_in(deed: &Deed) -> Option<&Owner> {
        match deed {
            Deed::CreateKey { owner }
            | Deed::SwitchKey { owner, .. }
            | Deed::DeleteKey { owner, .. }
            | Deed::CreateApiKey { owner, .. }
            | Deed::SwitchApiKey { owner, .. }
            | Deed::LimitApiKey { owner, .. }
            | Deed::DeleteApiKey { owner, .. }
            | Deed::EndSessions { owner } => Some(owner),
            _ => None,
        }
    }
}
