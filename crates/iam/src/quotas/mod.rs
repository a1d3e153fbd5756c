//! Quotas: how many of a thing an account may have. One generous default set, and rows for the accounts
//! that differ from it.

mod ops;
pub(crate) mod sql;

pub use self::ops::Set;
use crate::{
    db::table::{Column, Kind, Table, Touches},
    door::Read,
    error::{Error, Quota, Result},
};

/// The table of limits that differ from the default.
pub(crate) static QUOTAS: Table = Table {
    name: "quota",
    key: &[Column { name: "quota", kind: Kind::Text }],
    columns: &[Column { name: "most", kind: Kind::Int }],
    touches: Touches::Nobody,
};

impl Quota {
    /// All quotas.
    pub const ALL: &'static [Self] = &[
        Self::Users,
        Self::AccessKeysPerUser,
        Self::ApiKeysPerUser,
        Self::Groups,
        Self::UsersPerGroup,
        Self::GroupsPerUser,
        Self::Policies,
        Self::VersionsPerPolicy,
        Self::AttachmentsPerHolder,
        Self::InlinePoliciesPerHolder,
        Self::Roles,
        Self::PartnerAccounts,
    ];

    /// Its name in tables and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::AccessKeysPerUser => "access_keys_per_user",
            Self::ApiKeysPerUser => "api_keys_per_user",
            Self::Groups => "groups",
            Self::UsersPerGroup => "users_per_group",
            Self::GroupsPerUser => "groups_per_user",
            Self::Policies => "policies",
            Self::VersionsPerPolicy => "versions_per_policy",
            Self::AttachmentsPerHolder => "attachments_per_holder",
            Self::InlinePoliciesPerHolder => "inline_policies_per_holder",
            Self::Roles => "roles",
            Self::PartnerAccounts => "partner_accounts",
        }
    }

    /// The quota of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|quota| quota.word() == word)
    }

    /// The limit of an account that has no row of its own.
    pub const fn default_limit(self) -> u64 {
        match self {
            Self::Users => 100_000,
            Self::AccessKeysPerUser | Self::AttachmentsPerHolder => 20,
            Self::ApiKeysPerUser => 200,
            Self::Groups | Self::PartnerAccounts => 1_000,
            Self::UsersPerGroup | Self::Policies | Self::Roles => 5_000,
            Self::GroupsPerUser => 100,
            Self::VersionsPerPolicy => 5,
            Self::InlinePoliciesPerHolder => 10,
        }
    }
}

impl Quota {
    /// The highest limit that can be set: lists of what hangs on one user or one group come whole, and end there.
    pub const fn highest(self) -> u64 {
        match self {
            Self::Users => 1_000_000,
            Self::AccessKeysPerUser | Self::ApiKeysPerUser => 1_000,
            Self::Groups | Self::GroupsPerUser | Self::PartnerAccounts => 10_000,
            Self::UsersPerGroup | Self::Policies | Self::Roles => 50_000,
            Self::VersionsPerPolicy | Self::InlinePoliciesPerHolder => 50,
            Self::AttachmentsPerHolder => 200,
        }
    }
}

/// The account's limit.
pub(crate) fn limit(tx: &Read<'_>, quota: Quota) -> Result<u64> {
    let rows = tx.rows(&sql::LIMIT, &[quota.word().into()])?;
    rows.first().map_or(Ok(quota.default_limit()), |row| row.number(0))
}

/// Checks that one more fits beside `present`. Errors: `LimitExceeded`.
pub(crate) fn check(tx: &Read<'_>, quota: Quota, present: u64) -> Result<()> {
    let limit = limit(tx, quota)?;
    if present < limit { Ok(()) } else { Err(Error::LimitExceeded { quota, limit }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_whole_is_never_cut() {
        for quota in Quota::ALL {
            assert!(quota.default_limit() <= quota.highest());
            assert_eq!(Quota::from_word(quota.word()), Some(*quota));
        }
        let whole = u64::try_from(crate::groups::sql::ALL_OF_ONE).unwrap();
        assert!(Quota::UsersPerGroup.highest() < whole && Quota::GroupsPerUser.highest() < whole);
        let held = Quota::AttachmentsPerHolder.highest() + Quota::InlinePoliciesPerHolder.highest() + 1;
        assert!(held < crate::attachments::load::GRANTS_MAX);
        let page = u64::try_from(crate::feed::PAGE).unwrap();
        assert!(Quota::AccessKeysPerUser.highest() < page && Quota::ApiKeysPerUser.highest() < page);
    }
}
