//! Who asks for an operation, and from where.

use std::net::IpAddr;

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretText,
};
use decide::identity::Identity;

/// Who asks.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A principal that proved itself with a credential.
    Principal {
        /// Who it is, and what proved it.
        identity: Identity,
        /// Where the request came from.
        origin: Origin,
        /// What proves it once more, for one deed: see [`crate::Iam::prove`].
        proof: Option<SecretText>,
    },
    /// The installation's operator: somebody with access to the data directory or the admin socket.
    Operator {
        /// Where the request came from.
        origin: Origin,
    },
}

/// Where a request came from: what policies can ask about, and what the audit trail keeps of it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address, or `socket` for the admin socket.
    pub source: String,
    /// The client's address, where it has one.
    pub address: Option<IpAddr>,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The client's name for itself, cut to [`Origin::AGENT_MAX`] bytes.
    pub agent: String,
    /// The request's id.
    pub request_id: String,
}

impl Origin {
    /// The longest client name kept, in bytes.
    pub const AGENT_MAX: usize = 256;
}

impl Caller {
    /// A user who signed with a long-term access key.
    pub const fn with_key(account: AccountId, user: UserId, key: AccessKeyId, origin: Origin) -> Self {
        Self::of(Identity::with_key(account, user, key), origin)
    }

    /// A principal that proved itself.
    pub const fn of(identity: Identity, origin: Origin) -> Self {
        Self::Principal { identity, origin, proof: None }
    }

    /// The same, which has proved itself once more for the deed at hand; `token` is from [`crate::Iam::prove`].
    #[must_use]
    pub fn proven_by(self, token: SecretText) -> Self {
        match self {
            Self::Principal { identity, origin, .. } => Self::Principal { identity, origin, proof: Some(token) },
            operator @ Self::Operator { .. } => operator,
        }
    }

    /// The account the caller acts in; the installation itself for its operator.
    pub fn account(&self) -> AccountId {
        match self {
            Self::Principal { identity, .. } => identity.account,
            Self::Operator { .. } => AccountId::INSTANCE,
        }
    }

    /// The account that an operation works in which both may ask for: a principal's own, the one that the
    /// operator means.
    pub(crate) fn chosen_account(&self, meant: AccountId) -> AccountId {
        match self {
            Self::Principal { identity, .. } => identity.account,
            Self::Operator { .. } => meant,
        }
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Principal { origin, .. } | Self::Operator { origin } => origin,
        }
    }
}
