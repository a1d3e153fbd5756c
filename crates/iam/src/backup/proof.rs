//! Before a restore: is the archive whole, and can it be used here?

use std::{collections::BTreeSet, io, path::Path};

use base::secret::SecretBytes;

use super::{Manifest, Watch, contents, error::BackupError, manifest::TableEntry, restore::Restore};
use crate::{
    Settings,
    db::{
        Value,
        migrate::SchemaProblem,
        whole::{self, Place},
    },
    keyring::KEY_BYTES,
    master_keys::{file, wrapping::MasterKey},
    store::{self, DATABASE_FILE, OpenError},
};

/// The tables that keep what a store tells its master keys by.
const CHECKS: [&str; 2] = ["instance", "master_key"];
/// The tables of credentials that somebody may have deleted in haste.
const KEYS: [&str; 2] = ["access_key", "api_key"];

/// An archive that can be restored.
pub(super) struct Proven {
    pub(super) manifest: Manifest,
    /// Of the whole file.
    pub(super) hash: [u8; 32],
    /// The keys that the old store had no more, where it was looked at.
    pub(super) deleted_since: Option<Vec<String>>,
}

/// Reads the archive to its end. Errors: it is not whole, or this program, or the master key, is not the right one.
pub(super) fn prove(
    settings: &Settings,
    order: &Restore,
    key: &SecretBytes<KEY_BYTES>,
    watch: &mut Watch<'_>,
) -> Result<Proven, BackupError> {
    let contents = contents::open(&order.archive, key)?;
    check_schema(&contents.manifest)?;
    let path = store::key_path(settings);
    if !path.exists() {
        return Err(OpenError::KeyMissing(path).into());
    }
    let masters: Vec<MasterKey> = file::read(&path)?.values().map(MasterKey::new).collect();
    let (mut ours, mut keys) = (false, Vec::new());
    let (manifest, hash) = contents.read_all(&order.archive, watch, |table, row| {
        if CHECKS.contains(&table.name.as_str()) {
            let passes = |check: &[u8]| masters.iter().any(|master| master.passes(check));
            ours |= matches!(column(table, &row, "key_check"), Some(Value::Bytes(check)) if passes(check));
        }
        if let (Some(Value::Text(id)), true) = (column(table, &row, "id"), order.compare.is_some()) {
            keys.extend(KEYS.contains(&table.name.as_str()).then(|| id.clone()));
        }
        Ok(())
    })?;
    if !ours {
        return Err(BackupError::MasterKey(path));
    }
    let deleted_since = order.compare.as_deref().map(|old| deleted_since(old, keys)).transpose()?;
    Ok(Proven { manifest, hash, deleted_since })
}

fn column<'r>(table: &TableEntry, row: &'r [Value], name: &str) -> Option<&'r Value> {
    table.columns.iter().position(|column| column == name).and_then(|place| row.get(place))
}

/// Whether the archive's schema is one that this program knows. The database that it comes from has its own hashes.
fn check_schema(manifest: &Manifest) -> Result<(), BackupError> {
    let other = || BackupError::Differs(format!("`{}` is no database that this program knows", manifest.database));
    let known = whole::hashes(&manifest.database).ok_or_else(other)?;
    let problem = if manifest.schema() > known.len() {
        SchemaProblem::Newer { store: manifest.schema(), program: known.len() }
    } else if let Some(place) = manifest.migrations.iter().zip(&known).position(|(its, ours)| its != ours) {
        SchemaProblem::Changed { version: place + 1 }
    } else {
        return Ok(());
    };
    Err(OpenError::from(problem).into())
}

/// Which of `keys` the embedded store in `directory` does not have any more. A server may be working on it.
fn deleted_since(directory: &Path, keys: Vec<String>) -> Result<Vec<String>, BackupError> {
    let path = directory.join(DATABASE_FILE);
    if !path.exists() {
        return Err(BackupError::file(&path)(io::ErrorKind::NotFound.into()));
    }
    let present = Place::Sqlite(path).look(|connection| {
        let mut present = BTreeSet::new();
        for table in whole::tables(connection)?.iter().filter(|table| KEYS.contains(&table.name.as_str())) {
            let place = table.column_names().position(|name| name == "id");
            whole::each_row(connection, table, |row| {
                if let Some(Value::Text(id)) = place.and_then(|place| row.into_iter().nth(place)) {
                    present.insert(id);
                }
                Ok::<_, BackupError>(())
            })?;
        }
        Ok::<_, BackupError>(present)
    })?;
    Ok(keys.into_iter().filter(|key| !present.contains(key)).collect())
}
