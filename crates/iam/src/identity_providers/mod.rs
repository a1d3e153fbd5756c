//! The user identity provider: whose identities an account's users may come with. An account has at most one.
//!
//! Whom it vouches for may come to be any of the account's users, so only an administrator sets it.

mod ops;
pub(crate) mod sql;

use base::timestamp::Timestamp;

pub use self::ops::{Delete, Get, Update};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    error::{Error, Result},
    values::{check_plain, check_text},
};

/// The table of providers.
pub(crate) static IDENTITY_PROVIDERS: Table = Table {
    name: "user_identity_provider",
    key: &[],
    columns: &[
        Column { name: "enabled", kind: Kind::Bool },
        Column { name: "file_name", kind: Kind::Text },
        Column { name: "metadata", kind: Kind::Digest },
        Column { name: "auxiliary_domain", kind: Kind::Text },
        Column { name: "created_us", kind: Kind::Int },
        Column { name: "updated_us", kind: Kind::Int },
    ],
    touches: Touches::Power { whom: Whom::Everybody, harmless: &["file_name", "created_us", "updated_us"] },
};

/// A provider of identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Whether users may come by it.
    pub enabled: bool,
    /// What the file was called that its metadata came in.
    pub file_name: String,
    /// What it says of itself, as it was received; empty where it has not said it yet.
    pub metadata: String,
    /// A domain that names of users may end with; empty for none.
    pub auxiliary_domain: String,
    /// When it was set first.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What to change of it: `None` leaves it as it is, and empty where there was none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// On or off; off to begin with.
    pub enabled: Option<bool>,
    /// Another name of the file: at most [`Changes::NAME_MAX`] characters, none of them control or invisible.
    pub file_name: Option<String>,
    /// Other metadata: at most [`Changes::METADATA_MAX`] bytes of text.
    pub metadata: Option<String>,
    /// Another domain: as the file's name.
    pub auxiliary_domain: Option<String>,
}

impl Changes {
    /// The most characters of a name.
    pub const NAME_MAX: usize = 255;
    /// The most bytes of metadata.
    pub const METADATA_MAX: usize = 100 * 1024;

    /// Errors: `Invalid` with the broken rule.
    fn check(&self) -> Result<()> {
        check_plain("file name", self.file_name.as_deref().unwrap_or_default(), Self::NAME_MAX)?;
        check_plain("auxiliary domain", self.auxiliary_domain.as_deref().unwrap_or_default(), Self::NAME_MAX)?;
        let metadata = self.metadata.as_deref().unwrap_or_default();
        if metadata.len() > Self::METADATA_MAX {
            return Err(Error::invalid("metadata", "must have at most 100 KiB"));
        }
        check_text("metadata", metadata)
    }

    fn put_into(self, provider: &mut IdentityProvider) {
        provider.enabled = self.enabled.unwrap_or(provider.enabled);
        let texts = [
            (self.file_name, &mut provider.file_name),
            (self.metadata, &mut provider.metadata),
            (self.auxiliary_domain, &mut provider.auxiliary_domain),
        ];
        for (to, text) in texts {
            if let Some(to) = to {
                *text = to;
            }
        }
    }
}
