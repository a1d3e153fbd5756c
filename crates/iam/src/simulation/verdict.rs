//! What must become of a deed or a question, by the naive model.

use base::ids::AccountId;

use super::{
    deeds::{Deed, Question, Who},
    model::Model,
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
            Self::Unauthenticated => "unauthenticated",
            Self::Conflict => "conflict",
        }
    }

    /// What comes of it where nothing speaks against the thing that was found.
    fn of_found<T>(found: Option<T>, noun: Noun, then: impl FnOnce(T) -> Self) -> Self {
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
            (_, Who::Operator) if deed.names().is_none() => Verdict::Denied,
            (_, Who::Principal { key, .. }) if !self.is_good(key.as_str()) => Verdict::Unauthenticated,
            (_, Who::Principal { principal, .. }) if !self.is_root(principal.number()) => Verdict::Denied,
            (Deed::SetAlias { .. }, _) => self.expect_of_account(account, deed),
            (_, Who::Principal { .. }) if deed.names().is_some() => Verdict::Denied,
            (Deed::SetQuota { .. } | Deed::CreateRootKey { .. } | Deed::DeleteRootKey { .. }, _) => {
                self.expect_of_account(account, deed)
            }
            (Deed::CreateKey { .. } | Deed::SwitchKey { .. } | Deed::DeleteKey { .. }, _) => {
                self.expect_of_key(account, deed)
            }
            (
                Deed::CreateGroup { .. }
                | Deed::RenameGroup { .. }
                | Deed::DeleteGroup { .. }
                | Deed::Join { .. }
                | Deed::Leave { .. },
                _,
            ) => self.expect_of_group(account, deed),
            _ => self.expect_of_user(account, deed),
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
            _ => Done,
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
                let refused = *dependents == Dependents::Refuse && self.members.iter().any(|member| member.0 == group);
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
    fn room(&self, account: AccountId, quota: Quota, present: usize) -> Verdict {
        let set = self.quotas.get(&(account, quota.word().to_owned())).copied();
        let most = set.unwrap_or(quota.default_limit());
        if (present as u64) < most { Done } else { Verdict::Limit(quota) }
    }

    fn has_dependents(&self, user: u64) -> bool {
        let has_keys = self.keys.values().any(|key| key.owner == user);
        has_keys || self.members.iter().any(|member| member.1 == user) || self.profiles.contains_key(&user)
    }
}

impl Question {
    /// What somebody who may ask is shown.
    pub(super) fn answer(&self, account: AccountId, model: &Model) -> Result<Vec<String>, Verdict> {
        let user = |name: &str| model.user(account, name).ok_or(NotFound(Noun::User));
        let name = |id: &u64| model.users.get(id).map(|user| user.name.clone());
        let users = model.users.values().filter(|user| user.account == account);
        let groups = model.groups.values().filter(|group| group.account == account);
        Ok(match self {
            Self::Users => users.map(|user| user.name.clone()).collect(),
            Self::Groups => groups.map(|group| group.name.clone()).collect(),
            Self::User { name } => {
                let user = &model.users[&user(name)?];
                vec![user.name.clone(), user.enabled.to_string(), user.remarks.clone()]
            }
            Self::Keys { owner } => {
                let owner = model.owner(account, owner).ok_or(NotFound(Noun::User))?;
                let keys = model.keys.iter().filter(|(_, key)| key.owner == owner);
                keys.map(|(id, key)| format!("{id} {}", key.enabled)).collect()
            }
            Self::Members { group } => {
                let group = model.group(account, group).ok_or(NotFound(Noun::Group))?;
                model.members.iter().filter(|member| member.0 == group).filter_map(|member| name(&member.1)).collect()
            }
            Self::GroupsOf { user: of } => {
                let user = user(of)?;
                let groups = model.members.iter().filter(|member| member.1 == user);
                groups.filter_map(|member| Some(model.groups.get(&member.0)?.name.clone())).collect()
            }
            Self::Profile { user: of } => {
                let profile = model.profiles.get(&user(of)?).copied();
                vec![profile.is_some().to_string(), profile.unwrap_or_default().to_string()]
            }
            Self::Summary => {
                let alias = model.accounts.get(&account).and_then(|account| account.alias.clone());
                vec![alias.unwrap_or_default(), users.count().to_string(), groups.count().to_string()]
            }
        })
    }
}
