//! Opening a store: the directory, its lock, its master key, and everything that must be right before the
//! first request.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::{
    Settings,
    clock::Random,
    db::{backend::Opened, instance, migrate::SchemaProblem},
    error::Error,
    exposure::refuse_exposed,
    keyring::{self, Keyring, Unopened},
    master_keys::{
        self, Registered, Version,
        file::{self, Problem, sync_folder},
    },
};

/// The database inside the data directory.
pub(crate) const DATABASE_FILE: &str = "claviger.db";
/// Held exclusively by the one process that uses the directory.
const LOCK_FILE: &str = "lock";
/// Says that a store has been made here, so that a missing database is noticed.
const MARKER_FILE: &str = "instance";
/// The master key that a first start makes.
const MASTER_KEY_FILE: &str = "master.key";

/// Why a store was not opened. Nothing has been changed in it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("another claviger process uses `{0}`")]
    Locked(PathBuf),
    /// Not one of ours.
    #[error("the database is not claviger's")]
    Foreign,
    /// It does not hold together.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Its schema is not ours to work on.
    #[error(transparent)]
    Schema(#[from] SchemaProblem),
    /// The store has data, but no master key was found.
    #[error("the store has data, but there is no master key at `{0}`: without it nothing can be verified")]
    KeyMissing(PathBuf),
    /// The file that is to hold the master key of a new store is not there.
    #[error("there is no master key at `{0}`: write one there (64 hexadecimal digits), or leave the option out")]
    KeyAbsent(PathBuf),
    /// The master key is another store's.
    #[error("the master key at `{0}` is not this store's")]
    KeyWrong(PathBuf),
    /// The store has things that another version of the master key wraps.
    #[error(
        "the master key at `{path}` has no version {version}, and the store needs it: add the line with that version, \
         from where it was made"
    )]
    KeyVersionMissing {
        /// The file.
        path: PathBuf,
        /// The version.
        version: Version,
    },
    /// A later version of the master key is another store's.
    #[error("version {version} of the master key at `{path}` is not this store's")]
    KeyVersionWrong {
        /// The file.
        path: PathBuf,
        /// The version.
        version: Version,
    },
    /// The master key's file is not what it must be.
    #[error("the master key at `{path}` {problem}")]
    KeyUnusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A store was here, and its database is gone.
    #[error("there was a store in `{0}`, but its database is missing: restore it, or choose an empty directory")]
    Missing(PathBuf),
    /// Others may read what must be private.
    #[error("`{path}` may be read by others (mode {mode:o}): it must be private")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The database's URL can't be used. It is not shown: it may hold a password.
    #[error("the database URL {0}")]
    Url(&'static str),
    /// The directory is on a network.
    #[error("`{0}` is on a network file system, where a store is not safe: choose a local one, or use PostgreSQL")]
    Network(PathBuf),
    /// A setting that durability or safety hangs on is not what it must be.
    #[error("the setting {name} is {found}, and must be {wanted}")]
    Setting {
        /// Which.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// The file system or the database does not let us.
    #[error("the store is not usable: {0}")]
    Unreadable(String),
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(cause) => match cause.downcast_ref() {
                Some(Unopened::Missing { version, path }) => {
                    Self::KeyVersionMissing { path: path.clone(), version: *version }
                }
                _ => Self::Damaged(cause.to_string()),
            },
            other => Self::Unreadable(other.to_string()),
        }
    }
}

/// The data directory, locked for this process.
pub(crate) struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes the directory where it is missing, and locks it.
    pub(crate) fn lock(path: &Path) -> Result<Self, OpenError> {
        let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
        if !path.exists() {
            fs::create_dir_all(path).map_err(failed)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        refuse_network(path)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path.join(LOCK_FILE))
            .map_err(failed)?;
        lock.try_lock().map_err(|_| OpenError::Locked(path.to_owned()))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where the database is, made private where it is new. Errors: it should be there and is not.
    pub(crate) fn database(&self) -> Result<PathBuf, OpenError> {
        let path = self.path.join(DATABASE_FILE);
        let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
        if path.exists() {
            refuse_exposed(&path)?;
            if fs::metadata(&path).map_err(failed)?.len() == 0 {
                self.expects_no_store()?;
            }
        } else {
            self.expects_no_store()?;
            OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path).map_err(failed)?;
        }
        Ok(path)
    }

    /// Checks that no store was made with this directory before. Errors: one was, so an empty database is not it.
    pub(crate) fn expects_no_store(&self) -> Result<(), OpenError> {
        if self.path.join(MARKER_FILE).exists() { Err(OpenError::Missing(self.path.clone())) } else { Ok(()) }
    }

    /// Remembers that a store is here.
    pub(crate) fn mark(&self) -> Result<(), OpenError> {
        let path = self.path.join(MARKER_FILE);
        if path.exists() {
            return Ok(());
        }
        let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(failed)?;
        file.sync_all().and_then(|()| sync_folder(&path)).map_err(failed)
    }

    /// Its path, whatever the process's own directory is.
    pub(crate) fn path(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }
}

/// The master keys at hand, and where they are when this start made the first.
pub(crate) struct MasterKeys {
    pub(crate) keyring: Keyring,
    pub(crate) made: Option<PathBuf>,
}

/// Checks that the master keys at hand are the store's, by what the store keeps of them: before anything else is done
/// to the store. One that keeps nothing yet is new.
pub(crate) fn prove_key(
    registered: &[Registered],
    settings: &Settings,
    directory: &Directory,
) -> Result<(), OpenError> {
    if registered.is_empty() {
        return directory.expects_no_store();
    }
    find_keys(&key_path(settings), false, &*settings.random)?.keyring.prove(registered)
}

/// Where the master keys are: in the data directory, when nobody says otherwise.
pub(crate) fn key_path(settings: &Settings) -> PathBuf {
    settings.master_key.clone().unwrap_or_else(|| settings.directory.join(MASTER_KEY_FILE))
}

/// Finds the master keys of the store, and checks that they are the store's. A store that is new gets one, and
/// remembers it by a check that only this key passes.
pub(crate) fn unlock(opened: &mut Opened, settings: &Settings, directory: &Directory) -> Result<MasterKeys, OpenError> {
    let known = |opened: &mut Opened| opened.transact(|tx| Ok(master_keys::sql::registered(tx, true)?));
    let mut registered = known(opened)?;
    let is_new = registered.is_empty();
    if is_new {
        directory.expects_no_store()?;
    }
    let path = key_path(settings);
    let keys = match find_keys(&path, is_new && settings.master_key.is_none(), &*settings.random) {
        Err(OpenError::KeyMissing(path)) if is_new => return Err(OpenError::KeyAbsent(path)),
        keys => keys?,
    };
    if is_new {
        let version = Version::FIRST;
        let check = keys.keyring.make_check(version, &*settings.random);
        let check = check.map_err(|_| OpenError::KeyVersionMissing { path, version })?;
        // Another node may make the same store in the same moment: the one whose row is there counts.
        opened.transact(|tx| Ok(instance::create(tx, check, settings.clock.now())?))?;
        registered = known(opened)?;
    }
    keys.keyring.prove(&registered)?;
    directory.mark()?;
    Ok(keys)
}

/// Reads the master keys at `path`, or makes the first where the store is empty and `may_make` (SEC-065).
pub(crate) fn find_keys(path: &Path, may_make: bool, random: &dyn Random) -> Result<MasterKeys, OpenError> {
    let is_there = path.exists();
    if !is_there && !may_make {
        return Err(OpenError::KeyMissing(path.to_owned()));
    }
    if !is_there {
        file::create(path, &keyring::draw(random))?;
    }
    let keyring = Keyring::new(path.to_owned(), file::read(path)?);
    Ok(MasterKeys { keyring, made: (!is_there).then(|| path.to_owned()) })
}

/// File systems over a network, where locks and flushes do not hold what the database builds on (SEC-201):
/// NFS, SMB in its generations, AFS, Ceph, 9P.
const NETWORKS: [u32; 7] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x5346_414F, 0x00C3_6400, 0x0102_1997];

fn refuse_network(path: &Path) -> Result<(), OpenError> {
    let about = rustix::fs::statfs(path).map_err(|e| OpenError::Unreadable(format!("`{}`: {e}", path.display())))?;
    // The kernel's type differs in width and sign between machines; the magic number is its lower half.
    let kind = u32::try_from(i128::from(about.f_type) & 0xFFFF_FFFF).unwrap_or_default();
    if NETWORKS.contains(&kind) { Err(OpenError::Network(path.to_owned())) } else { Ok(()) }
}
