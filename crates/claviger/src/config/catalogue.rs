//! `[catalogue]`: the descriptions of services beside the built-in ones.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The folder inside the data directory that is read where nobody names another.
const DEFAULT_FOLDER: &str = "catalogue";

/// The section of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CatalogueSection {
    /// The folder.
    pub(crate) folder: Option<PathBuf>,
}

impl CatalogueSection {
    /// The folder to read: what is named, else the one in the data directory, if it is there.
    ///
    /// Errors: it cannot be seen whether it is there. To go on without it would be to decide by something else.
    pub(crate) fn decide(self, argument: Option<PathBuf>, data: &Path) -> Result<Option<PathBuf>> {
        let named = argument.or(self.folder);
        if named.is_some() {
            return Ok(named);
        }
        let folder = data.join(DEFAULT_FOLDER);
        let there = folder.try_exists().with_context(|| format!("cannot look for `{}`", folder.display()))?;
        Ok(there.then_some(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_in_the_data_directory_is_for_when_none_is_named() {
        let data = tempfile::TempDir::new().unwrap();
        let decide = |argument: Option<&str>, file: Option<&str>| {
            CatalogueSection { folder: file.map(Into::into) }.decide(argument.map(Into::into), data.path()).unwrap()
        };
        assert_eq!(decide(None, None), None);
        std::fs::create_dir(data.path().join(DEFAULT_FOLDER)).unwrap();
        assert_eq!(decide(None, None), Some(data.path().join(DEFAULT_FOLDER)));
        assert_eq!(decide(None, Some("file")), Some("file".into()));
        assert_eq!(decide(Some("argument"), Some("file")), Some("argument".into()));
    }
}
