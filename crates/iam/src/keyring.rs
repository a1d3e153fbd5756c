//! The master keys at hand and what they wrap: one data key per account, which seals the account's secrets, and the
//! keys of the installation itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use base::{ids::AccountId, secret::SecretBytes};
use decide::seal::{Broken, NONCE_BYTES, SealingKey};
use zeroize::Zeroizing;

use crate::{
    clock::Random,
    error::Error,
    master_keys::{
        Registered, Version,
        file::{self, Keys},
        wrapping::{MasterKey, Place, version_of},
    },
    store::OpenError,
};

/// The length of a master key or a data key.
pub(crate) const KEY_BYTES: usize = 32;

/// Holds the master keys that this node has.
#[derive(Debug)]
pub(crate) struct Keyring {
    /// Where they come from.
    path: PathBuf,
    keys: ArcSwap<BTreeMap<Version, Arc<MasterKey>>>,
    /// Held while the file is read or written, with the versions of which it was said that they are missing.
    missed: Mutex<BTreeSet<Version>>,
}

/// Why something was not unwrapped, or not wrapped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unopened {
    /// Wrong key, wrong place, or changed bytes.
    #[error("a key does not open: the store is damaged, or version {version} of the master key is another store's")]
    Broken {
        /// By which it says to be wrapped.
        version: Version,
    },
    /// It does not even say by which.
    #[error("a key is not wrapped as keys are")]
    Unreadable,
    /// This node has not the master key.
    #[error("this store needs version {version} of the master key, which is not in `{path}`")]
    Missing {
        /// Which.
        version: Version,
        /// Where it was looked for.
        path: PathBuf,
    },
}

impl From<Unopened> for Error {
    fn from(unopened: Unopened) -> Self {
        Self::internal(unopened)
    }
}

impl Keyring {
    /// Takes the keys of a file into use.
    pub(crate) fn new(path: PathBuf, keys: Keys) -> Self {
        let keys = keys.into_iter().map(|(version, key)| (version, Arc::new(MasterKey::new(&key)))).collect();
        Self { path, keys: ArcSwap::from_pointee(keys), missed: Mutex::default() }
    }

    /// One with a first master key alone, of no file.
    #[cfg(test)]
    pub(crate) fn of_first(key: SecretBytes<KEY_BYTES>) -> Self {
        Self::new(PathBuf::from("/nowhere/master.key"), Keys::from([(Version::FIRST, key)]))
    }

    /// Where the keys come from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that all that the store needs is at hand and right. Errors: `KeyVersionMissing`, `KeyWrong`.
    pub(crate) fn prove(&self, registered: &[Registered]) -> Result<(), OpenError> {
        let keys = self.keys.load();
        for one in registered.iter().filter(|one| one.dropped.is_none()) {
            let (path, version) = (self.path.clone(), one.version);
            match keys.get(&one.version) {
                Some(key) if key.passes(&one.check) => {}
                Some(_) if version == Version::FIRST => return Err(OpenError::KeyWrong(path)),
                Some(_) => return Err(OpenError::KeyVersionWrong { path, version }),
                None if one.is_needed() => return Err(OpenError::KeyVersionMissing { path, version }),
                None => tracing::warn!(
                    path = %path.display(),
                    "version {version} of the master key was added and is not in this node's file: copy its line \
                     before it is taken into use"
                ),
            }
        }
        Ok(())
    }

    /// A value that only this master key opens. Errors: `Missing`.
    pub(crate) fn make_check(&self, version: Version, random: &dyn Random) -> Result<Vec<u8>, Unopened> {
        Ok(self.find(version)?.make_check(nonce(random)))
    }

    /// Whether the master key of that version is the one by which `check` was made. Errors: `Missing`.
    pub(crate) fn passes(&self, version: Version, check: &[u8]) -> Result<bool, Unopened> {
        Ok(self.find(version)?.passes(check))
    }

    /// Makes a data key for `account`: the wrapped form for its row, and the key to use. Errors: this node has not the
    /// master key `by`.
    pub(crate) fn make_data_key(
        &self,
        by: &Registered,
        account: AccountId,
        random: &dyn Random,
    ) -> Result<(Vec<u8>, SealingKey), Unopened> {
        let key = draw(random);
        Ok((self.wrap(by, Place::data_key(account), &key, random)?, SealingKey::new(&key)))
    }

    /// Unwraps the data key of `account`.
    pub(crate) fn open_data_key(&self, account: AccountId, wrapped: &[u8]) -> Result<SealingKey, Unopened> {
        self.unwrap(Place::data_key(account), wrapped).map(|key| SealingKey::new(&key))
    }

    /// Wraps the data key of `account` by another master key.
    pub(crate) fn rewrap_data_key(
        &self,
        by: &Registered,
        account: AccountId,
        wrapped: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, Unopened> {
        self.wrap(by, Place::data_key(account), &self.unwrap(Place::data_key(account), wrapped)?, random)
    }

    /// Makes a key of the installation, by its name: the wrapped form. Errors: this node has not the master key `by`.
    pub(crate) fn make_instance_key(
        &self,
        by: &Registered,
        name: &str,
        random: &dyn Random,
    ) -> Result<Vec<u8>, Unopened> {
        self.wrap(by, Place::instance_key(name), &draw(random), random)
    }

    /// Unwraps a key of the installation.
    pub(crate) fn open_instance_key(&self, name: &str, wrapped: &[u8]) -> Result<SecretBytes<KEY_BYTES>, Unopened> {
        self.unwrap(Place::instance_key(name), wrapped)
    }

    /// Wraps a key of the installation by another master key.
    pub(crate) fn rewrap_instance_key(
        &self,
        by: &Registered,
        name: &str,
        wrapped: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, Unopened> {
        self.wrap(by, Place::instance_key(name), &self.unwrap(Place::instance_key(name), wrapped)?, random)
    }

    /// Looks that the data key of `account` could be unwrapped, without doing it where the master key has proven itself.
    pub(crate) fn could_open_data_key(&self, account: AccountId, wrapped: &[u8]) -> Result<(), Unopened> {
        if self.find(version_of(wrapped)?)?.is_proven() {
            return Ok(());
        }
        self.unwrap(Place::data_key(account), wrapped).map(drop)
    }

    /// Whether the file of this node had that version when it was last read.
    pub(crate) fn has(&self, version: Version) -> bool {
        self.keys.load().contains_key(&version)
    }

    /// Makes a master key of that version and adds it to the file; `false` where the file has one already, which is
    /// taken into use then. Errors: the file is not what it must be, or cannot be written.
    pub(crate) fn add(&self, version: Version, random: &dyn Random) -> Result<bool, OpenError> {
        let mut missed = self.lock();
        let made = !file::read(&self.path)?.contains_key(&version);
        if made {
            file::append(&self.path, version, &draw(random))?;
        }
        self.read_again(&mut missed)?;
        Ok(made)
    }

    /// Reads the file again. Keys that have proven to be the store's stay as they are.
    pub(crate) fn reload(&self) -> Result<(), OpenError> {
        self.read_again(&mut self.lock())
    }

    fn read_again(&self, missed: &mut BTreeSet<Version>) -> Result<(), OpenError> {
        let found = file::read(&self.path)?;
        let mut keys = BTreeMap::clone(&self.keys.load());
        keys.retain(|_, key| key.is_proven());
        for (version, key) in found {
            keys.entry(version).or_insert_with(|| Arc::new(MasterKey::new(&key)));
            if missed.remove(&version) {
                tracing::info!(path = %self.path.display(), "version {version} of the master key was found");
            }
        }
        self.keys.store(Arc::new(keys));
        Ok(())
    }

    /// The master key of that version, for which the file is read again where it is not known. What is missing is told
    /// in the log once, until it is found.
    fn find(&self, version: Version) -> Result<Arc<MasterKey>, Unopened> {
        if let Some(key) = self.keys.load().get(&version) {
            return Ok(Arc::clone(key));
        }
        let mut missed = self.lock();
        let read = self.read_again(&mut missed);
        if let Some(key) = self.keys.load().get(&version) {
            return Ok(Arc::clone(key));
        }
        let path = self.path.display();
        if missed.insert(version) {
            let why = read.err().map(|error| error.to_string()).unwrap_or_default();
            tracing::error!(
                path = %path,
                why,
                "the store has keys that version {version} of the master key wraps, and this node's file has no such \
                 line: the node stops being ready until it is there"
            );
        }
        Err(Unopened::Missing { version, path: self.path.clone() })
    }

    fn wrap(
        &self,
        by: &Registered,
        place: Place<'_>,
        key: &SecretBytes<KEY_BYTES>,
        random: &dyn Random,
    ) -> Result<Vec<u8>, Unopened> {
        let master = self.find(by.version)?;
        // By a wrong one it would be lost for everybody.
        if !master.passes(&by.check) {
            return Err(Unopened::Broken { version: by.version });
        }
        Ok(master.wrap(place, by.version, key, nonce(random)))
    }

    fn unwrap(&self, place: Place<'_>, wrapped: &[u8]) -> Result<SecretBytes<KEY_BYTES>, Unopened> {
        let version = version_of(wrapped)?;
        let mut master = self.find(version)?;
        if !master.is_proven() && master.unwrap(place, version, wrapped).is_err() {
            // The file may have been put right since it was read.
            let _ = self.reload();
            master = self.find(version)?;
        }
        master.unwrap(place, version, wrapped).map_err(|Broken| Unopened::Broken { version })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Version>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fresh key.
pub(crate) fn draw(random: &dyn Random) -> SecretBytes<KEY_BYTES> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    random.fill(&mut *bytes);
    SecretBytes::new(*bytes)
}

/// Fresh bytes for one sealing.
pub(crate) fn nonce(random: &dyn Random) -> [u8; NONCE_BYTES] {
    let mut bytes = [0; NONCE_BYTES];
    random.fill(&mut bytes);
    bytes
}
