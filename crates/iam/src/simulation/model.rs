//! The naive model: what there must be after each deed, in sets that are searched from end to end.
//!
//! It shares nothing with the code that it checks: names are compared by lower case here, quotas are counted by
//! counting, and what depends on a user is looked for everywhere.

use std::collections::{BTreeMap, BTreeSet};

use base::{ids::AccountId, timestamp::Timestamp};

use super::{
    credentials::{ApiKey, Session},
    deeds::{Which, Whose},
    documents::Doc,
    jobs::ADMINISTRATOR,
    rotation::Masters,
};
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) account: AccountId,
    pub(super) name: String,
    /// By number.
    pub(super) versions: BTreeMap<u32, Doc>,
    /// Which of them is in force.
    pub(super) default: u32,
    /// The highest number that was given.
    pub(super) last: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) account: AccountId,
    pub(super) name: String,
    /// The user who may assume it, whether it is still there or not.
    pub(super) trusted: u64,
    /// As its document names that user.
    pub(super) spelled: String,
}

/// Who can hold policies, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    User(u64),
    Group(u64),
    Role(u64),
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
    pub(super) policies: BTreeMap<u64, Policy>,
    pub(super) roles: BTreeMap<u64, Role>,
    /// Holder and policy.
    pub(super) attached: BTreeSet<(Holder, u64)>,
    /// Holder and name.
    pub(super) inline: BTreeMap<(Holder, String), Doc>,
    /// The policy that bounds a user.
    pub(super) boundaries: BTreeMap<u64, u64>,
    pub(super) api_keys: BTreeMap<String, ApiKey>,
    /// The event by which somebody's sessions were last ended.
    pub(super) marks: BTreeMap<Holder, u64>,
    pub(super) masters: Masters,
    /// By the ids of their keys: no table has them.
    pub(super) sessions: BTreeMap<String, Session>,
    /// No table has it.
    pub(super) now_us: i64,
}

/// The ids of what a deed has made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) user: Option<u64>,
    pub(super) group: Option<u64>,
    pub(super) key: Option<String>,
    pub(super) root: Option<u64>,
    pub(super) policy: Option<u64>,
    pub(super) version: Option<u32>,
    pub(super) role: Option<u64>,
    pub(super) api_key: Option<String>,
    /// The event that tells of it, and the revision at which its account is then.
    pub(super) event: u64,
    pub(super) revision: i64,
}

/// The id of the system policy that allows everything.
pub(super) fn administrator() -> u64 {
    policy::system::id(ADMINISTRATOR)
}

/// Whether two names are the same. Those that occur here have no other ways to be.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
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

    pub(super) fn role(&self, account: AccountId, name: &str) -> Option<u64> {
        let mut roles = self.roles.iter();
        roles.find(|(_, role)| role.account == account && same(&role.name, name)).map(|(id, _)| *id)
    }

    /// A policy that the account wrote.
    pub(super) fn custom(&self, account: AccountId, name: &str) -> Option<u64> {
        let mut policies = self.policies.iter();
        policies.find(|(_, policy)| policy.account == account && same(&policy.name, name)).map(|(id, _)| *id)
    }

    /// Any policy that the account can hold.
    pub(super) fn policy(&self, account: AccountId, policy: &Which) -> Option<u64> {
        match policy {
            Which::Custom(name) => self.custom(account, name),
            Which::Administrator => Some(administrator()),
        }
    }

    pub(super) fn holder(&self, account: AccountId, whose: &Whose) -> Option<Holder> {
        match whose {
            Whose::User(name) => self.user(account, name).map(Holder::User),
            Whose::Group(name) => self.group(account, name).map(Holder::Group),
            Whose::Role(name) => self.role(account, name).map(Holder::Role),
        }
    }

    /// All that can hold policies in an account, but its root user.
    pub(super) fn holders(&self, account: AccountId) -> BTreeSet<Holder> {
        let users = self.users.iter().filter(|(_, user)| user.account == account).map(|(id, _)| Holder::User(*id));
        let groups = self.groups.iter().filter(|(_, group)| group.account == account).map(|(id, _)| Holder::Group(*id));
        let roles = self.roles.iter().filter(|(_, role)| role.account == account).map(|(id, _)| Holder::Role(*id));
        users.chain(groups).chain(roles).collect()
    }

    pub(super) fn owner(&self, account: AccountId, owner: &Owner) -> Option<u64> {
        match owner {
            Owner::Root => self.accounts.get(&account).map(|account| account.root),
            Owner::User(name) => self.user(account, name),
            Owner::Id(id) => {
                let (id, root) = (id.number(), self.accounts.get(&account).map(|account| account.root));
                (root == Some(id) || self.users.get(&id).is_some_and(|user| user.account == account)).then_some(id)
            }
        }
    }

    pub(super) fn is_root(&self, principal: u64) -> bool {
        self.accounts.values().any(|account| account.root == principal)
    }

    /// The groups of a user.
    pub(super) fn groups_of(&self, user: u64) -> BTreeSet<u64> {
        self.members.iter().filter(|member| member.1 == user).map(|member| member.0).collect()
    }

    /// Whether a key proves anything: it is there and on, and so is whose it is.
    pub(super) fn is_good(&self, key: &str) -> bool {
        let owner = self.keys.get(key).filter(|key| key.enabled).map(|key| key.owner);
        owner.is_some_and(|owner| self.may_act(owner))
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now_us)
    }

    /// Whether a root user or user is there and on.
    pub(super) fn may_act(&self, principal: u64) -> bool {
        self.is_root(principal) || self.users.get(&principal).is_some_and(|user| user.enabled)
    }
}
