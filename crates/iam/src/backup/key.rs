//! The key of backups: 64 hexadecimal digits in a file that its owner alone may read, as a master key.

use std::path::Path;

use base::secret::SecretBytes;

use super::error::BackupError;
use crate::{
    clock::Random,
    keyring::{KEY_BYTES, draw},
    master_keys::{Registered, Version, file, wrapping::MasterKey},
    store::OpenError,
};

/// Reads the key at `path`. Errors: it is not there, not private or not a key.
pub(super) fn read(path: &Path) -> Result<SecretBytes<KEY_BYTES>, BackupError> {
    if !path.exists() {
        return Err(BackupError::KeyAbsent(path.to_owned()));
    }
    let mut keys = file::read(path).map_err(|error| match error {
        OpenError::KeyUnusable { path, problem } => BackupError::KeyUnusable { path, problem: problem.to_string() },
        other => other.into(),
    })?;
    let several = || BackupError::KeyUnusable { path: path.to_owned(), problem: "must be one line".to_owned() };
    keys.remove(&Version::FIRST).filter(|_| keys.is_empty()).ok_or_else(several)
}

/// Makes a key at `path`, unless one is there already.
pub fn make_key(path: &Path, random: &dyn Random) -> Result<(), BackupError> {
    if !path.exists() {
        file::create(path, &draw(random))?;
    }
    Ok(())
}

/// Whether the key is one of the store's master keys.
pub(super) fn is_master(key: &SecretBytes<KEY_BYTES>, registered: &[Registered]) -> bool {
    let key = MasterKey::new(key);
    registered.iter().any(|one| key.passes(&one.check))
}
