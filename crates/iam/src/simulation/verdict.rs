//! What must become of a deed or a question, by the naive model.

use base::ids::AccountId;

use super::{
    deeds::{Deed, Proof, Who},
    model::{Holder, Made, Model},
};
use crate::{
    access_keys::Owner,
    dependents::Dependents,
    error::{Error, Noun, Quota},
};

/// What becomes of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Done,
    NotFound(Noun),
    Exists(Noun),
    InUse(Noun),
    Limit(Quota),
    Denied,
    LastAdministrator,
    Oneself,
    Immutable(Noun),
    Invalid(&'static str),
    Unauthenticated,
    Conflict,
}

use Verdict::{Done, Exists, InUse, NotFound};

impl Verdict {
    /// What an error says about a deed that was looked at. `None` where it was not, or nobody knows.
    pub(super) fn of(error: &Error) -> Option<Self> {
        Some(match error {
            Error::NotFound { noun, .. } => NotFound(*noun),
            Error::Exists { noun, .. } => Exists(*noun),
            Error::InUse { noun, .. } => InUse(*noun),
            Error::LimitExceeded { quota, .. } => Self::Limit(*quota),
            Error::Denied { .. } => Self::Denied,
            Error::LastAdministrator => Self::LastAdministrator,
            Error::Oneself => Self::Oneself,
            Error::Immutable { noun, .. } => Self::Immutable(*noun),
            Error::Invalid { field, .. } => Self::Invalid(field),
            Error::Unauthenticated => Self::Unauthenticated,
            Error::Conflict => Self::Conflict,
            _ => return None,
        })
    }

    /// The word under which it is counted.
    pub(super) fn word(self) -> &'static str {
        match self {
            Done => "done",
            NotFound(_) => "not found",
            Exists(_) => "exists",
            InUse(_) => "in use",
            Self::Limit(_) => "limit",
            Self::Denied => "denied",
            Self::LastAdministrator => "last administrator",
            Self::Oneself => "oneself",
            Self::Immutable(_) => "immutable",
            Self::Invalid(_) => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Conflict => "conflict",
        }
    }

    /// What comes of it where nothing speaks against the thing that was found.
    pub(super) fn of_found<T>(found: Option<T>, noun: Noun, then: impl FnOnce(T) -> Self) -> Self {
        found.map_or(NotFound(noun), then)
    }
}

impl Model {
    /// What must become of `deed`.
    pub(super) fn expect(&self, who: &Who, deed: &Deed) -> Verdict {
        let account = deed.account(who);
        let is_there = account == AccountId::INSTANCE || self.accounts.contains_key(&account);
        match (deed, who) {
            (Deed::CreateAccount { .. }, _) if is_there => Verdict::Conflict,
            (Deed::CreateAccount { .. }, _) => Done,
            _ if !is_there => NotFound(Noun::Account),
            (_, Who::Operator) if !deed.is_for_operators() => Verdict::Denied,
            (_, Who::Operator) => self.expect_of_account(account, deed),
            (_, Who::Principal { proof, .. }) if !self.proves(proof) => Verdict::Unauthenticated,
            _ if deed.is_operators() => Verdict::Denied,
            // Only what lasts begins anything of the kind.
            (Deed::BeginSession { .. }, Who::Principal { proof, .. }) => {
                if matches!(proof, Proof::Key(_)) {
                    Done
                } else {
                    Verdict::Denied
                }
            }
            (_, Who::Principal { .. }) => {
                let outcome = self.outcome(account, deed);
                match outcome {
                    _ if !deed.is_allowed(who, self, !matches!(outcome, NotFound(_))) => Verdict::Denied,
                    Done | InUse(Noun::User) if self.ends_oneself(who, deed) => Verdict::Oneself,
                    Done => self.guard(who, deed),
                    refused => refused,
                }
            }
        }
    }

    /// Whether somebody would switch off or delete itself.
    fn ends_oneself(&self, who: &Who, deed: &Deed) -> bool {
        let (Deed::DeleteUser { name, .. } | Deed::SwitchUser { name, on: false }) = deed else { return false };
        let Who::Principal { principal, .. } = who else { return false };
        self.user(deed.account(who), name) == Some(principal.number())
    }

    /// What comes of a deed that is otherwise all right: nobody gives, takes or touches power that it does not have,
    /// and somebody can administer the account afterwards, if somebody could.
    fn guard(&self, who: &Who, deed: &Deed) -> Verdict {
        let Who::Principal { principal, proof, .. } = who else { return Done };
        let (actor, acting) = (principal.number(), self.acting(principal.number(), proof));
        let (account, mut after) = (deed.account(who), self.clone());
        if after.apply(who, deed, &Made::anything()).is_none() {
            return Done;
        }
        // What limits the credential must reach as far as the power of the role.
        if let Deed::AssumeRole { role, .. } = deed
            && acting.limit.is_some()
            && let Some(role) = self.role(account, role).map(|role| self.holding(Holder::Role(role)))
            && (role.holds_everything() || role.exceeds(&acting, false))
        {
            return Verdict::Denied;
        }
        let whole_root = acting.is_root && acting.limit.is_none();
        if !whole_root && self.oversteps(&after, account, &acting, actor) {
            return Verdict::Denied;
        }
        let lost = !self.administrators(account).is_empty() && after.administrators(account).is_empty();
        if lost { Verdict::LastAdministrator } else { Done }
    }

    /// What comes of a deed of somebody who may do everything.
    fn outcome(&self, account: AccountId, deed: &Deed) -> Verdict {
        match deed {
            Deed::SetAlias { .. }
            | Deed::SetQuota { .. }
            | Deed::CreateAccount { .. }
            | Deed::CreateRootKey { .. }
            | Deed::DeleteRootKey { .. } => self.expect_of_account(account, deed),
            Deed::CreateApiKey { .. }
            | Deed::SwitchApiKey { .. }
            | Deed::LimitApiKey { .. }
            | Deed::DeleteApiKey { .. }
            | Deed::BeginSession { .. }
            | Deed::AssumeRole { .. }
            | Deed::EndSessions { .. }
            | Deed::EndRoleSessions { .. } => self.expect_of_credential(account, deed),
            Deed::CreateKey { .. } | Deed::SwitchKey { .. } | Deed::DeleteKey { .. } => {
                self.expect_of_key(account, deed)
            }
            Deed::CreateGroup { .. }
            | Deed::RenameGroup { .. }
            | Deed::DeleteGroup { .. }
            | Deed::Join { .. }
            | Deed::Leave { .. } => self.expect_of_group(account, deed),
            Deed::CreateUser { .. }
            | Deed::RenameUser { .. }
            | Deed::EditUser { .. }
            | Deed::SwitchUser { .. }
            | Deed::DeleteUser { .. }
            | Deed::SwitchProfile { .. }
            | Deed::DeleteProfile { .. } => self.expect_of_user(account, deed),
            _ => self.expect_of_policies(account, deed),
        }
    }

    fn expect_of_account(&self, account: AccountId, deed: &Deed) -> Verdict {
        let root = self.owner(account, &Owner::Root);
        match deed {
            Deed::SetAlias { alias: Some(alias), .. } => {
                let mut others = self.accounts.iter().filter(|(other, _)| **other != account);
                let taken = others.any(|(_, other)| other.alias.as_ref() == Some(alias));
                if taken { Exists(Noun::Alias) } else { Done }
            }
            Deed::CreateRootKey { .. } => {
                Verdict::of_found(root, Noun::Account, |root| self.one_more_key(account, root))
            }
            Deed::DeleteRootKey { key, .. } => {
                let key = self.keys.get(key).filter(|key| Some(key.owner) == root);
                Verdict::of_found(key, Noun::AccessKey, |_| Done)
            }
            deed => self.expect_of_master_keys(account, deed),
        }
    }

    fn expect_of_user(&self, account: AccountId, deed: &Deed) -> Verdict {
        let found =
            |name: &str, then: &dyn Fn(u64) -> Verdict| Verdict::of_found(self.user(account, name), Noun::User, then);
        match deed {
            Deed::CreateUser { name } if self.user(account, name).is_some() => Exists(Noun::User),
            Deed::CreateUser { .. } => {
                let present = self.users.values().filter(|user| user.account == account).count();
                self.room(account, Quota::Users, present)
            }
            Deed::RenameUser { name, to } => found(name, &|user| match self.user(account, to) {
                Some(bearer) if bearer != user => Exists(Noun::User),
                _ => Done,
            }),
            Deed::DeleteUser { name, dependents } => found(name, &|user| {
                let refused = *dependents == Dependents::Refuse && self.has_dependents(user);
                if refused { InUse(Noun::User) } else { Done }
            }),
            Deed::DeleteProfile { user } => {
                found(user, &|user| Verdict::of_found(self.profiles.get(&user), Noun::LoginProfile, |_| Done))
            }
            Deed::EditUser { name, .. } | Deed::SwitchUser { name, .. } | Deed::SwitchProfile { user: name, .. } => {
                found(name, &|_| Done)
            }
            _ => Done,
        }
    }

    fn expect_of_key(&self, account: AccountId, deed: &Deed) -> Verdict {
        let (Deed::CreateKey { owner } | Deed::SwitchKey { owner, .. } | Deed::DeleteKey { owner, .. }) = deed else {
            return Done;
        };
        Verdict::of_found(self.owner(account, owner), Noun::User, |owner| match deed {
            Deed::SwitchKey { key, .. } | Deed::DeleteKey { key, .. } => {
                let key = self.keys.get(key).filter(|key| key.owner == owner);
                Verdict::of_found(key, Noun::AccessKey, |_| Done)
            }
            _ => self.one_more_key(account, owner),
        })
    }

    fn expect_of_group(&self, account: AccountId, deed: &Deed) -> Verdict {
        let found =
            |name: &str, then: &dyn Fn(u64) -> Verdict| Verdict::of_found(self.group(account, name), Noun::Group, then);
        match deed {
            Deed::CreateGroup { name } if self.group(account, name).is_some() => Exists(Noun::Group),
            Deed::CreateGroup { .. } => {
                let present = self.groups.values().filter(|group| group.account == account).count();
                self.room(account, Quota::Groups, present)
            }
            Deed::RenameGroup { name, to } => found(name, &|group| match self.group(account, to) {
                Some(bearer) if bearer != group => Exists(Noun::Group),
                _ => Done,
            }),
            Deed::DeleteGroup { name, dependents } => found(name, &|group| {
                let members = self.members.iter().any(|member| member.0 == group);
                let refused = *dependents == Dependents::Refuse && (members || self.has_policies(Holder::Group(group)));
                if refused { InUse(Noun::Group) } else { Done }
            }),
            Deed::Join { group, user } => found(group, &|group| {
                Verdict::of_found(self.user(account, user), Noun::User, |user| {
                    self.one_more_member(account, group, user)
                })
            }),
            Deed::Leave { group, user } => {
                found(group, &|_| Verdict::of_found(self.user(account, user), Noun::User, |_| Done))
            }
            _ => Done,
        }
    }

    fn one_more_key(&self, account: AccountId, owner: u64) -> Verdict {
        let present = self.keys.values().filter(|key| key.owner == owner).count();
        self.room(account, Quota::AccessKeysPerUser, present)
    }

    fn one_more_member(&self, account: AccountId, group: u64, user: u64) -> Verdict {
        if self.members.contains(&(group, user)) {
            return Done;
        }
        let members = self.members.iter().filter(|member| member.0 == group).count();
        let groups = self.members.iter().filter(|member| member.1 == user).count();
        match self.room(account, Quota::UsersPerGroup, members) {
            Done => self.room(account, Quota::GroupsPerUser, groups),
            full => full,
        }
    }

    /// `Limit` where one more beside so many is too much.
    pub(super) fn room(&self, account: AccountId, quota: Quota, present: usize) -> Verdict {
        if (present as u64) < self.limit(account, quota) { Done } else { Verdict::Limit(quota) }
    }

    pub(super) fn limit(&self, account: AccountId, quota: Quota) -> u64 {
        let set = self.quotas.get(&(account, quota.word().to_owned())).copied();
        set.unwrap_or(quota.default_limit())
    }

    fn has_dependents(&self, user: u64) -> bool {
        let has_keys = self.keys.values().any(|key| key.owner == user)
            || self.api_keys_of(user).next().is_some()
            || self.has_policies(Holder::User(user));
        has_keys || self.members.iter().any(|member| member.1 == user) || self.profiles.contains_key(&user)
    }
}
