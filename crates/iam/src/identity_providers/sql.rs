//! The identity providers' statements.

use super::IdentityProvider;
use crate::{
    db::{Row, Value, selects},
    door::Read,
    error::Result,
};

selects! {
    /// The account's provider.
    OF_ACCOUNT: scoped "SELECT enabled, file_name, metadata, auxiliary_domain, created_us, updated_us FROM user_identity_provider WHERE account_id = $1";
}

/// The account's provider, where one was set.
pub(super) fn of_account(tx: &Read<'_>) -> Result<Option<IdentityProvider>> {
    let provider = |row: &Row| {
        Ok(IdentityProvider {
            enabled: row.bool(0)?,
            file_name: row.text(1)?,
            metadata: row.text(2)?,
            auxiliary_domain: row.text(3)?,
            created: row.timestamp(4)?,
            updated: row.timestamp(5)?,
        })
    };
    tx.rows(&OF_ACCOUNT, &[])?.first().map(provider).transpose()
}

/// The columns that an update sets, but for times.
pub(super) fn columns(provider: &IdentityProvider) -> [(&'static str, Value); 4] {
    [
        ("enabled", provider.enabled.into()),
        ("file_name", provider.file_name.as_str().into()),
        ("metadata", provider.metadata.as_str().into()),
        ("auxiliary_domain", provider.auxiliary_domain.as_str().into()),
    ]
}

/// The row of a new provider, in the order of [`super::IDENTITY_PROVIDERS`].
pub(super) fn row(provider: &IdentityProvider) -> [Value; 6] {
    let [enabled, file_name, metadata, auxiliary_domain] = columns(provider).map(|(_, value)| value);
    [enabled, file_name, metadata, auxiliary_domain, provider.created.into(), provider.updated.into()]
}
