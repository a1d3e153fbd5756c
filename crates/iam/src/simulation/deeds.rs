//! What callers ask for: changes and questions as values.

use std::{fmt, sync::Arc};

use base::{
    ids::{AccessKeyId, AccountId, ApiKeyId, UserId},
    secret::SecretText,
};

use super::documents::Doc;
use crate::{access_keys::Owner, dependents::Dependents, error::Quota, sessions::Credentials};

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Operator,
    Principal { account: AccountId, principal: UserId, proof: Proof },
}

/// By what it proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    Key(AccessKeyId),
    ApiKey(ApiKeyId),
    /// A session, by the id of its key.
    Session(AccessKeyId),
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Principal { account, principal, proof } => write!(f, "{account}/{principal} with {proof:?}"),
        }
    }
}

impl Who {
    /// Whose account it is.
    pub(super) fn account(&self) -> AccountId {
        match self {
            Self::Operator => AccountId::INSTANCE,
            Self::Principal { account, .. } => *account,
        }
    }
}

/// Whose policies are meant, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    User(String),
    Group(String),
    Role(String),
}

/// Which policy is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Which {
    /// One that the account wrote, by name.
    Custom(String),
    /// The system's that allows everything.
    Administrator,
}

/// A change. Accounts' own deeds work in the caller's account; the operator's name one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    CreateUser { name: String },
    RenameUser { name: String, to: String },
    EditUser { name: String, remarks: String },
    SwitchUser { name: String, on: bool },
    DeleteUser { name: String, dependents: Dependents },
    CreateKey { owner: Owner },
    SwitchKey { owner: Owner, key: String, on: bool },
    DeleteKey { owner: Owner, key: String },
    CreateApiKey { owner: Owner, document: Option<Doc> },
    SwitchApiKey { owner: Owner, key: String, on: bool },
    LimitApiKey { owner: Owner, key: String, document: Option<Doc> },
    DeleteApiKey { owner: Owner, key: String },
    BeginSession { document: Option<Doc> },
    AssumeRole { role: String, document: Option<Doc> },
    EndSessions { owner: Owner },
    EndRoleSessions { role: String },
    CreateGroup { name: String },
    RenameGroup { name: String, to: String },
    DeleteGroup { name: String, dependents: Dependents },
    Join { group: String, user: String },
    Leave { group: String, user: String },
    SwitchProfile { user: String, on: bool },
    DeleteProfile { user: String },
    CreatePolicy { name: String, document: Doc },
    RewritePolicy { policy: Which, document: Doc },
    DeletePolicy { policy: Which, attachments: Dependents, versions: Dependents },
    AddVersion { policy: Which, document: Doc, set_default: bool },
    SetDefault { policy: Which, version: u32 },
    DeleteVersion { policy: Which, version: u32 },
    Attach { whose: Whose, policy: Which },
    Detach { whose: Whose, policy: Which },
    PutInline { whose: Whose, name: String, document: Doc },
    DeleteInline { whose: Whose, name: String },
    PutBoundary { user: String, policy: Which },
    DeleteBoundary { user: String },
    CreateRole { name: String, trusted: String },
    Trust { role: String, trusted: String },
    DeleteRole { name: String, dependents: Dependents },
    SetAlias { account: AccountId, alias: Option<String> },
    CreateAccount { account: AccountId },
    SetQuota { account: AccountId, quota: Quota, limit: u64 },
    CreateRootKey { account: AccountId },
    DeleteRootKey { account: AccountId, key: String },
    AddMasterKey { version: u32 },
    RotateMasterKey,
    Rewrap { account: AccountId },
    DropMasterKey { version: u32 },
}

impl Deed {
    /// The account that it names; else it works in the caller's.
    pub(super) fn names(&self) -> Option<AccountId> {
        match self {
            Self::CreateAccount { account }
            | Self::SetQuota { account, .. }
            | Self::SetAlias { account, .. }
            | Self::CreateRootKey { account }
            | Self::Rewrap { account }
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

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    Users,
    Groups,
    User { name: String },
    Keys { owner: Owner },
    Members { group: String },
    GroupsOf { user: String },
    Profile { user: String },
    Attached { user: String },
    Versions { policy: Which },
    Summary,
}

/// What an answer brings that the world must know.
#[derive(Debug)]
pub(super) enum Given {
    Nothing,
    User(u64),
    Group(u64),
    Policy(u64),
    Version(u32),
    Role(u64),
    Key(String, SecretText),
    ApiKey(String, SecretText),
    Session(Arc<Credentials>),
    /// What a question shows, in a form that is easy to compare.
    Shown(Vec<String>),
}
