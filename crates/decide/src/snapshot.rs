//! The snapshot: every account, principal and key, as deciding needs them.
//!
//! A [`Snapshot`] never changes once others can see it; cloning one is cheap, and changing
//! the clone costs what changed, not what is there. It holds names, paths, status and sealed
//! secrets, and never passwords, contacts or messages.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use base::{
    ids::{AccessKeyId, AccountId, ApiKeyId, GroupId, PolicyId, RoleId, UserId},
    timestamp::Timestamp,
};
use policy::{
    catalogue::Catalogue,
    compiled::Compiled,
    document::{Document, Effect, Statement},
};

use crate::{principals::Principals, seal::SealingKey, session::TokenKey, table::Table};

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its root user.
    pub root: UserId,
    /// Counts the account's changes; an answer waits until the snapshot has reached its own.
    pub revision: i64,
    /// Opens what is sealed for this account.
    pub data_key: Arc<SealingKey>,
}

/// Who a principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User {
        /// Its name as written.
        name: String,
        /// Its path, `/` or `/…/`.
        path: String,
    },
}

/// A principal: somebody who can hold keys and act.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its id.
    pub id: UserId,
    /// Its account.
    pub account: AccountId,
    /// Root or user.
    pub kind: Kind,
    /// Whether it may act at all.
    pub enabled: bool,
    /// The groups it is a member of, by id.
    pub groups: Vec<GroupId>,
    /// Its tags.
    pub tags: Tags,
    /// What it may do by itself.
    pub grants: Grants,
}

/// Tags, sorted by key.
pub type Tags = Arc<[(String, String)]>;

/// What a user, a group or a role holds. Documents that stand elsewhere are named, so that changing one costs the
/// same however many hold it.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// The policies attached to it, in the order of their ids.
    pub attached: Vec<PolicyId>,
    /// Its own documents, in the order of their names.
    pub inline: Vec<Inline>,
    /// The policy beyond which it may do nothing.
    pub boundary: Option<PolicyId>,
    /// Which sessions of it count no more.
    pub sessions_from: Mark,
}

/// What ends sessions early: those that were issued before a moment, and those that began before an event of the
/// account's trail. The default ends none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// The moment; by the clock of the node that issued the session.
    pub moment: Option<Timestamp>,
    /// The event's number: exact, whatever clocks show.
    pub event: u64,
}

impl Mark {
    /// Whether it lies before a session that was issued then and began with that event, and so does not end it.
    pub fn is_before(self, issued: Timestamp, began: u64) -> bool {
        self.moment.is_none_or(|moment| moment <= issued) && self.event < began
    }
}

/// A document that belongs to one user, group or role.
#[derive(Debug, Clone)]
pub struct Inline {
    /// Its name.
    pub name: String,
    /// What it says.
    pub document: Arc<Rules>,
    /// Of its text and its flavour: by it two are known to say the same.
    pub digest: [u8; 32],
}

/// A policy's document: its tree, for showing and explaining, and what is decided by.
#[derive(Debug)]
pub struct Rules {
    /// The identifiers of its statements, in order.
    pub statements: Vec<Option<String>>,
    /// What decides.
    pub compiled: Compiled,
    /// Whether one of them denies.
    pub denies: bool,
    /// How much there is to compare a request with, in bytes.
    pub weight: usize,
}

impl Rules {
    /// Compiles a document that names no principals.
    pub fn new(document: &Document, catalogue: &Catalogue) -> Self {
        Self::of(document, Compiled::new(document, catalogue))
    }

    /// What was compiled from a document.
    pub fn of(document: &Document, compiled: Compiled) -> Self {
        let statements = &document.statements;
        Self {
            denies: statements.iter().any(|statement| statement.effect == Effect::Deny),
            weight: statements.iter().map(Statement::weight).sum(),
            statements: statements.iter().map(|statement| statement.id.clone()).collect(),
            compiled,
        }
    }
}

/// A policy as it is in force.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// Its account; none for a system policy, which all accounts have.
    pub account: Option<AccountId>,
    /// Its name as written.
    pub name: String,
    /// Its path, `/` or `/…/`.
    pub path: String,
    /// Its default version's document.
    pub rules: Arc<Rules>,
}

/// A role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its account.
    pub account: AccountId,
    /// Its name as written.
    pub name: String,
    /// Its path, `/` or `/…/`.
    pub path: String,
    /// Its tags.
    pub tags: Tags,
    /// How long a session of it may last, in seconds.
    pub max_session_s: u32,
    /// Who may assume it.
    pub trust: Arc<Rules>,
    /// What its sessions may do.
    pub grants: Grants,
}

/// What is the same in every account, and is there before any is: the catalogue, and the policies made from it.
#[derive(Debug)]
pub struct System {
    /// What services there are, and the trees of the system policies.
    pub catalogue: Arc<Catalogue>,
    /// System policies by id, as they are decided by.
    pub policies: HashMap<PolicyId, Arc<Policy>>,
    /// The accounts whose principals may ask for decisions about every account.
    pub service_accounts: HashSet<AccountId>,
    /// Opens the tokens of sessions; without it none is good.
    pub tokens: Option<TokenKey>,
}

impl System {
    /// Compiles the catalogue's system policies.
    pub fn new(catalogue: Arc<Catalogue>, service_accounts: HashSet<AccountId>) -> Self {
        let compiled = catalogue.system_policies().iter().filter_map(|system| {
            let policy = Policy {
                id: PolicyId::new(system.id).ok()?,
                account: None,
                name: system.name.clone(),
                path: "/".to_owned(),
                rules: Arc::new(Rules::new(&system.document, &catalogue)),
            };
            Some((policy.id, Arc::new(policy)))
        });
        Self { policies: compiled.collect(), catalogue, service_accounts, tokens: None }
    }

    /// The same, and it opens tokens.
    #[must_use]
    pub fn with_tokens(self, key: TokenKey) -> Self {
        Self { tokens: Some(key), ..self }
    }
}

impl Default for System {
    /// What Claviger brings.
    fn default() -> Self {
        Self::new(Catalogue::built_in(), HashSet::new())
    }
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its account.
    pub account: AccountId,
    /// Its name as written.
    pub name: String,
    /// Its path, `/` or `/…/`.
    pub path: String,
    /// What its members may do by it.
    pub grants: Grants,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Its public half.
    pub id: AccessKeyId,
    /// The account it acts in.
    pub account: AccountId,
    /// The principal it acts for.
    pub owner: UserId,
    /// Whether it may be used.
    pub enabled: bool,
    /// Its secret half, sealed under the account's data key.
    pub sealed_secret: Vec<u8>,
}

/// An API key.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its id, which its digest gives.
    pub id: ApiKeyId,
    /// The account it acts in.
    pub account: AccountId,
    /// The principal it acts for.
    pub owner: UserId,
    /// The SHA-256 digest of its text: see [`crate::api_key`].
    pub digest: [u8; 32],
    /// Whether it may be used.
    pub enabled: bool,
    /// From when on it may not be used any more.
    pub expires: Option<Timestamp>,
    /// What limits it, beside what its owner may do.
    pub rules: Option<Arc<Rules>>,
}

/// Everything at one moment. See the module.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Accounts by id.
    pub accounts: Table<AccountId, Arc<Account>>,
    /// Root and IAM users, by id and by name.
    pub principals: Principals,
    /// Groups by id.
    pub groups: Table<GroupId, Arc<Group>>,
    /// Access keys by their public half.
    pub access_keys: Table<AccessKeyId, Arc<AccessKey>>,
    /// API keys by their id.
    pub api_keys: Table<ApiKeyId, Arc<ApiKey>>,
    /// Policies that accounts wrote, by id.
    pub policies: Table<PolicyId, Arc<Policy>>,
    /// Roles by id.
    pub roles: Table<RoleId, Arc<Role>>,
    /// What no account has to itself.
    pub system: Arc<System>,
}

impl Snapshot {
    /// One in which there is no account yet.
    pub fn new(system: Arc<System>) -> Self {
        Self {
            accounts: Table::default(),
            principals: Principals::default(),
            groups: Table::default(),
            access_keys: Table::default(),
            api_keys: Table::default(),
            policies: Table::default(),
            roles: Table::default(),
            system,
        }
    }

    /// The revision of `account` that this snapshot shows; 0 when it does not know the account.
    pub fn revision(&self, account: AccountId) -> i64 {
        self.accounts.get(&account).map_or(0, |account| account.revision)
    }

    /// The policy of that id: one that an account wrote, or a system policy.
    pub fn policy(&self, id: PolicyId) -> Option<&Arc<Policy>> {
        let of_system = id.number() < policy::system::IDS_END;
        if of_system { self.system.policies.get(&id) } else { self.policies.get(&id) }
    }
}
