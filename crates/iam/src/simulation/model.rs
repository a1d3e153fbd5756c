//! The naive model: what must hold after each deed, in sets that are searched from end to end.
//!
//! It shares nothing with the code that it checks: names are compared by lower case here, quotas are counted by
//! counting, and what depends on a user is looked for everywhere.

use std::collections::{BTreeMap, BTreeSet};

use base::ids::AccountId;

use super::deeds::{Deed, Who};
use crate::access_keys::Owner;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) root: u64,
    pub(super) alias: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) remarks: String,
    pub(super) enabled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) account: AccountId,
    pub(super) owner: u64,
    pub(super) enabled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) account: AccountId,
    pub(super) name: String,
}

/// Everything that there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) users: BTreeMap<u64, User>,
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) groups: BTreeMap<u64, Group>,
    /// Group and user.
    pub(super) members: BTreeSet<(u64, u64)>,
    /// User, and whether it may sign in.
    pub(super) profiles: BTreeMap<u64, bool>,
    pub(super) quotas: BTreeMap<(AccountId, String), u64>,
}

/// The ids of what a deed has made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) user: Option<u64>,
    pub(super) group: Option<u64>,
    pub(super) key: Option<String>,
    pub(super) root: Option<u64>,
}

/// Whether two names are the same. Those that occur here have no other ways to be.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Deed {
    /// The account that it names; else it works in the caller's.
    pub(super) fn names(&self) -> Option<AccountId> {
        match self {
            Self::CreateAccount { account }
            | Self::SetQuota { account, .. }
            | Self::SetAlias { account, .. }
            | Self::CreateRootKey { account }
            | Self::DeleteRootKey { account, .. } => Some(*account),
            _ => None,
        }
    }

    /// Where it works.
    pub(super) fn account(&self, who: &Who) -> AccountId {
        match who {
            Who::Operator => self.names().unwrap_or(AccountId::INSTANCE),
            Who::Principal { account, .. } => *account,
        }
    }
}

impl Model {
    pub(super) fn user(&self, account: AccountId, name: &str) -> Option<u64> {
        let mut users = self.users.iter();
        users.find(|(_, user)| user.account == account && same(&user.name, name)).map(|(id, _)| *id)
    }

    pub(super) fn group(&self, account: AccountId, name: &str) -> Option<u64> {
        let mut groups = self.groups.iter();
        groups.find(|(_, group)| group.account == account && same(&group.name, name)).map(|(id, _)| *id)
    }

    pub(super) fn owner(&self, account: AccountId, owner: &Owner) -> Option<u64> {
        match owner {
            Owner::Root => self.accounts.get(&account).map(|account| account.root),
            Owner::User(name) => self.user(account, name),
        }
    }

    pub(super) fn is_root(&self, principal: u64) -> bool {
        self.accounts.values().any(|account| account.root == principal)
    }

    /// Whether a key proves anything: it is there and on, and so is whose it is.
    pub(super) fn is_good(&self, key: &str) -> bool {
        let owner = self.keys.get(key).filter(|key| key.enabled).map(|key| key.owner);
        owner.is_some_and(|owner| self.is_root(owner) || self.users.get(&owner).is_some_and(|user| user.enabled))
    }

    /// Does what `deed` does, and with it what it `made`. `None` where that does not fit the deed.
    pub(super) fn apply(&mut self, who: &Who, deed: &Deed, made: &Made) -> Option<()> {
        let account = deed.account(who);
        match deed {
            Deed::CreateUser { name } => {
                let user = User { account, name: name.clone(), remarks: String::new(), enabled: true };
                self.users.insert(made.user?, user);
            }
            Deed::RenameUser { name, to } => to.clone_into(&mut self.user_mut(account, name)?.name),
            Deed::EditUser { name, remarks } => remarks.clone_into(&mut self.user_mut(account, name)?.remarks),
            Deed::SwitchUser { name, on } => self.user_mut(account, name)?.enabled = *on,
            Deed::DeleteUser { name, .. } => {
                let user = self.user(account, name)?;
                self.users.remove(&user);
                self.keys.retain(|_, key| key.owner != user);
                self.members.retain(|member| member.1 != user);
                self.profiles.remove(&user);
            }
            Deed::CreateKey { owner } => self.add_key(account, self.owner(account, owner)?, made)?,
            Deed::CreateRootKey { .. } => self.add_key(account, self.owner(account, &Owner::Root)?, made)?,
            Deed::SwitchKey { key, on, .. } => self.keys.get_mut(key)?.enabled = *on,
            Deed::DeleteKey { key, .. } | Deed::DeleteRootKey { key, .. } => {
                self.keys.remove(key)?;
            }
            Deed::CreateGroup { name } => {
                self.groups.insert(made.group?, Group { account, name: name.clone() });
            }
            Deed::RenameGroup { name, to } => {
                let group = self.group(account, name)?;
                to.clone_into(&mut self.groups.get_mut(&group)?.name);
            }
            Deed::DeleteGroup { name, .. } => {
                let group = self.group(account, name)?;
                self.groups.remove(&group);
                self.members.retain(|member| member.0 != group);
            }
            Deed::Join { group, user } => {
                self.members.insert((self.group(account, group)?, self.user(account, user)?));
            }
            Deed::Leave { group, user } => {
                self.members.remove(&(self.group(account, group)?, self.user(account, user)?));
            }
            Deed::SwitchProfile { user, on } => drop(self.profiles.insert(self.user(account, user)?, *on)),
            Deed::DeleteProfile { user } => drop(self.profiles.remove(&self.user(account, user)?)?),
            Deed::SetAlias { alias, .. } => self.accounts.get_mut(&account)?.alias.clone_from(alias),
            Deed::CreateAccount { .. } => {
                self.accounts.insert(account, Account { root: made.root?, alias: None });
                self.add_key(account, made.root?, made)?;
            }
            Deed::SetQuota { quota, limit, .. } => {
                self.quotas.insert((account, quota.word().to_owned()), *limit);
            }
        }
        Some(())
    }

    fn user_mut(&mut self, account: AccountId, name: &str) -> Option<&mut User> {
        let user = self.user(account, name)?;
        self.users.get_mut(&user)
    }

    fn add_key(&mut self, account: AccountId, owner: u64, made: &Made) -> Option<()> {
        self.keys.insert(made.key.clone()?, Key { account, owner, enabled: true });
        Some(())
    }
}
