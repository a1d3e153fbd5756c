//! What can go wrong, by what the caller can do about it.
//!
//! Each variant carries the parts that a dialect needs to say it in its own words. Every
//! dialect maps this enum in one exhaustive `match`, so a new variant does not compile until
//! each wire has an answer.

use std::fmt;

use decide::reasons::{Reasons, StatementName};

use crate::{
    db::DbError,
    passwords::{self, Broken},
};

/// The kinds of things that an error can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Noun {
    /// An account.
    Account,
    /// An IAM user.
    User,
    /// An access key.
    AccessKey,
    /// An API key.
    ApiKey,
    /// A group.
    Group,
    /// How a user signs in.
    LoginProfile,
    /// An account's alias.
    Alias,
    /// A policy.
    Policy,
    /// A version of a policy.
    PolicyVersion,
    /// A document that belongs to one user, group or role.
    InlinePolicy,
    /// That a user, group or role holds a policy.
    Attachment,
    /// The policy beyond which a user or role may do nothing.
    PermissionsBoundary,
    /// A role.
    Role,
    /// Whose identities an account's users may come with.
    IdentityProvider,
    /// A record that a partner keeps.
    PartnerAccount,
    /// A version of the master key.
    MasterKey,
    /// A session at the console.
    ConsoleSession,
    /// How a root user signs in.
    RootLogin,
}

impl Noun {
    /// The word for it, in lower case.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::User => "user",
            Self::AccessKey => "access key",
            Self::ApiKey => "API key",
            Self::Group => "group",
            Self::LoginProfile => "login profile",
            Self::Alias => "account alias",
            Self::Policy => "policy",
            Self::PolicyVersion => "policy version",
            Self::InlinePolicy => "inline policy",
            Self::Attachment => "attachment",
            Self::PermissionsBoundary => "permissions boundary",
            Self::Role => "role",
            Self::IdentityProvider => "identity provider",
            Self::PartnerAccount => "partner account",
            Self::MasterKey => "master key",
            Self::ConsoleSession => "console session",
            Self::RootLogin => "root login",
        }
    }
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Limits that an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quota {
    /// IAM users in the account.
    Users,
    /// Access keys of one user.
    AccessKeysPerUser,
    /// API keys of one user.
    ApiKeysPerUser,
    /// Groups in the account.
    Groups,
    /// Users in one group.
    UsersPerGroup,
    /// Groups that one user is in.
    GroupsPerUser,
    /// Policies that the account wrote.
    Policies,
    /// Versions of one policy.
    VersionsPerPolicy,
    /// Policies that one user, group or role holds.
    AttachmentsPerHolder,
    /// Documents of one user, group or role.
    InlinePoliciesPerHolder,
    /// Roles in the account.
    Roles,
    /// Records of partner accounts.
    PartnerAccounts,
}

/// An operation's failure. A dialect that forgets one does not compile:
///
/// ```compile_fail,E0004
/// use iam::error::Error;
///
/// fn status(error: &Error) -> u16 {
///     match error {
///         Error::NotFound { .. } => 404,
///         Error::Denied { .. } => 403,
///     }
/// }
/// ```
///
/// Nothing has changed when one is returned, except where
/// [`Error::OutcomeUnknown`] says that nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing in the caller's account.
    #[error("{noun} `{name}` does not exist")]
    NotFound {
        /// What kind of thing.
        noun: Noun,
        /// The name or id asked for.
        name: String,
    },
    /// A thing of that name is there already.
    #[error("{noun} `{name}` exists already")]
    Exists {
        /// What kind of thing.
        noun: Noun,
        /// The name asked for.
        name: String,
    },
    /// A value breaks a rule.
    #[error("{field} {rule}")]
    Invalid {
        /// Which value.
        field: &'static str,
        /// What holds for it, completing "the value …".
        rule: String,
    },
    /// A password may not be set: every rule that it breaks.
    #[error("a password {}", passwords::told(.broken))]
    WeakPassword {
        /// The rules.
        broken: Vec<Broken>,
    },
    /// The caller may not do this.
    #[error("{action} on {resource} is not allowed{why}")]
    Denied {
        /// The action that was needed, as `iam:CreateUser`.
        action: &'static str,
        /// What it was needed on, as `user/alice`.
        resource: String,
        /// Why not.
        why: Box<Why>,
    },
    /// Something else needs it as it is.
    #[error("{noun} is in use: {by}")]
    InUse {
        /// What kind of thing.
        noun: Noun,
        /// What uses it.
        by: String,
    },
    /// One more would exceed a quota.
    #[error("the limit of {limit} is reached")]
    LimitExceeded {
        /// Which quota.
        quota: Quota,
        /// How many there may be.
        limit: u64,
    },
    /// It is the program's own and the same for everybody: nobody can change it.
    #[error("{noun} `{name}` is the system's own and cannot be changed")]
    Immutable {
        /// What kind of thing.
        noun: Noun,
        /// The name asked for.
        name: String,
    },
    /// Nobody could administer the account afterwards.
    #[error("nobody could administer the account any more: give another user an administrator's power first")]
    LastAdministrator,
    /// Whoever acts would switch off or delete itself.
    #[error("nobody switches off or deletes the user that they act as: let another administrator do it")]
    Oneself,
    /// What was to be changed is not any more as the client has seen it.
    #[error("it was changed since you have seen it: look at it again")]
    Stale,
    /// The key under which a request was to be done once was another request's.
    #[error("the idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The request was done before, and its answer is not kept because it held a secret.
    #[error("the request was done before, and its answer, which held a secret, is not kept")]
    RequestReplayed,
    /// Somebody else was first. Asking again may succeed.
    #[error("somebody else made or changed the same thing at the same moment")]
    Conflict,
    /// The credential that proved the caller is no longer good; or nobody was proved at all, and it is not told why.
    #[error("the credential is not valid any more")]
    Unauthenticated,
    /// The caller must prove once more who it is before it may do this: see [`crate::Iam::prove`].
    #[error("{action} on {target} takes a fresh proof of who you are")]
    StepUp {
        /// The action, as `iam:CreateAccessKey`.
        action: &'static str,
        /// What it is done to, as `user/alice`: the proof must be for the very same.
        target: String,
    },
    /// Too many attempts came from the caller's address, whoever they were about.
    #[error("too many attempts came from this address")]
    RateLimited {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// Not now; nothing was changed. Try again after that many seconds.
    #[error("the service is busy or its store is not available")]
    Unavailable {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The audit trail cannot be written, so nothing may be changed.
    #[error("the audit trail cannot be written")]
    AuditUnavailable,
    /// The connection to the database was lost while the change was being committed.
    #[error("whether the change was made is not known")]
    OutcomeUnknown,
    /// A fault of ours. The cause is for the log, never for the wire.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why something is not allowed.
#[derive(Debug)]
pub enum Why {
    /// Nobody of the caller's kind may ever do it.
    Kind,
    /// The policies decided so.
    Policies(Reasons),
    /// Somebody would have more power over identities and policies than the caller has.
    Exceeds {
        /// Who would have it, or has it already: `user/alice`.
        holder: String,
        /// The statement that gives it.
        statement: StatementName,
    },
    /// Somebody is an administrator, or would be, and the caller is not.
    Administrator {
        /// Who.
        holder: String,
    },
    /// The caller would lift from themselves what limits them.
    Sheds {
        /// What would be gone.
        limit: StatementName,
    },
    /// It is about credentials of the caller itself, whose own credential may do less than those could.
    Limited,
    /// It is about the root user, whom only the root user changes.
    Root,
    /// The role's trust document does not let the caller in, or there is no such role in another account.
    Trust,
    /// The credential is one that may not do this: temporary where a lasting one is needed, as for getting temporary
    /// ones.
    Credential,
    /// The session at the console may do nothing before its user has set a password of its own.
    MustReset,
}

/// Completes "… is not allowed".
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => Ok(()),
            Self::Policies(reasons) => write!(f, ": {reasons}"),
            Self::Exceeds { holder, statement } => {
                write!(f, ": {holder} would have, or has, power that you do not have: {statement}")
            }
            Self::Administrator { holder } => write!(f, ": {holder} is an administrator, or would be, and you are not"),
            Self::Sheds { limit } => write!(f, ": it would lift what limits you: {limit}"),
            Self::Limited => f.write_str(
                ": the credential is limited by a document of its own, and touches no credentials of its owner",
            ),
            Self::Root => f.write_str(": only the root user changes the root user"),
            Self::Trust => f.write_str(": the role does not trust you to assume it as you do"),
            Self::Credential => f.write_str(": it takes a long-term access key"),
            Self::MustReset => f.write_str(": you must set a password of your own first"),
        }
    }
}

/// The core's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A fault that only a bug or a damaged store can cause.
    pub(crate) fn internal(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(what.into())
    }

    /// Whether the trail must tell of it.
    pub(crate) const fn is_denial(&self) -> bool {
        matches!(self, Self::Denied { .. })
    }

    pub(crate) fn not_found(noun: Noun, name: impl fmt::Display) -> Self {
        Self::NotFound { noun, name: name.to_string() }
    }

    pub(crate) fn exists(noun: Noun, name: impl fmt::Display) -> Self {
        Self::Exists { noun, name: name.to_string() }
    }

    pub(crate) fn invalid(field: &'static str, rule: impl fmt::Display) -> Self {
        Self::Invalid { field, rule: rule.to_string() }
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy(_) | DbError::Full | DbError::Lost(_) => Self::Unavailable { retry_after_s: 1 },
            DbError::Duplicate(_) => Self::Conflict,
            DbError::OutcomeUnknown => Self::OutcomeUnknown,
            DbError::Unfit => Self::invalid("text", "must not hold the character U+0000"),
            DbError::Other(text) => Self::internal(text),
        }
    }
}
