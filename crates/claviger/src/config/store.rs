//! `[store]`: where the data is.

use std::{path::PathBuf, time::Duration};

use anyhow::{Result, ensure};
use base::secret::SecretText;
use iam::{DEFAULT_MAX_STALENESS, Database};
use serde::Deserialize;

use crate::{cli, config::CatalogueSection};

/// The data directory when nobody says otherwise.
pub(crate) const DEFAULT_DATA: &str = "claviger-data";

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreSection {
    /// The data directory.
    pub(crate) data: Option<PathBuf>,
    /// The URL of a PostgreSQL database, in place of the embedded one.
    pub(crate) database: Option<String>,
    /// The master key's file.
    pub(crate) master_key_file: Option<PathBuf>,
    /// For how many seconds a node may go on deciding without hearing of changes.
    pub(crate) max_staleness_s: Option<u64>,
}

/// Where the store is, as decided from file, environment and arguments.
#[derive(Debug, Clone)]
pub struct Store {
    /// The data directory.
    pub data: PathBuf,
    /// The database.
    pub database: Database,
    /// The master key's file, where it is not in the data directory.
    pub master_key: Option<PathBuf>,
    /// For how long a node may go on deciding without hearing of changes.
    pub max_staleness: Duration,
    /// The folder that describes services, beside the built-in descriptions, by which its policies are understood.
    pub catalogue: Option<PathBuf>,
}

impl Store {
    /// The embedded database in `data`.
    pub fn embedded(data: PathBuf) -> Self {
        let (master_key, catalogue) = (None, None);
        Self { data, database: Database::Embedded, master_key, max_staleness: DEFAULT_MAX_STALENESS, catalogue }
    }

    /// Decides. Errors: a password in the arguments, a staleness out of range.
    pub(crate) fn decide(arguments: &cli::Store, section: StoreSection, catalogue: CatalogueSection) -> Result<Self> {
        if let Some(url) = &arguments.database {
            ensure!(
                arguments.database_from_environment() || !has_password(url),
                "the arguments of a program can be seen by others: give a database URL with a password in \
                 CLAVIGER_DATABASE or in the configuration file"
            );
        }
        let url = arguments.database.clone().or(section.database);
        let staleness = section.max_staleness_s.map_or(DEFAULT_MAX_STALENESS, Duration::from_secs);
        ensure!((1..=60).contains(&staleness.as_secs()), "`max_staleness_s` must be from 1 to 60");
        let data = arguments.data.clone().or(section.data).unwrap_or_else(|| DEFAULT_DATA.into());
        Ok(Self {
            catalogue: catalogue.decide(arguments.catalogue.clone(), &data)?,
            data,
            database: url.map_or(Database::Embedded, |url| Database::Postgres { url: SecretText::new(url) }),
            master_key: arguments.master_key_file.clone().or(section.master_key_file),
            max_staleness: staleness,
        })
    }
}

/// Whether a URL, or a list of `key=value`, holds a password.
fn has_password(url: &str) -> bool {
    let user = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || url.to_ascii_lowercase().contains("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_seen() {
        for with in ["postgres://me:secret@host/db", "host=x password=secret", "postgres://host/db?password=secret"] {
            assert!(has_password(with), "{with}");
        }
        for without in ["postgres://me@host:5432/db", "postgres://host/db", "host=x user=me"] {
            assert!(!has_password(without), "{without}");
        }
    }
}
