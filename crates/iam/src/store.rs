//! Opening a store: the directory, its lock, its master key, and everything that must be right before the
//! first request.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base::secret::SecretBytes;
use zeroize::Zeroizing;

use crate::{
    Settings,
    clock::Random,
    db::{backend::Opened, instance, migrate::SchemaProblem},
    error::Error,
    keyring::{KEY_BYTES, Keyring},
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
    /// The master key's file is not what it must be.
    #[error("the master key at `{path}` {problem}")]
    KeyUnusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
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
            Error::Internal(cause) => Self::Damaged(cause.to_string()),
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
        file.sync_all().map_err(failed)?;
        File::open(&self.path).and_then(|directory| directory.sync_all()).map_err(failed)
    }

    /// Where a master key is when nobody says otherwise.
    pub(crate) fn default_key(&self) -> PathBuf {
        self.path.join(MASTER_KEY_FILE)
    }
}

/// The master key in use, and where it is when this start made it.
pub(crate) struct MasterKey {
    pub(crate) keyring: Keyring,
    pub(crate) made: Option<PathBuf>,
}

/// Checks that the master key at hand is the store's, by what the store keeps of it: before anything else is done to
/// the store. One that keeps nothing yet is new.
pub(crate) fn prove_key(check: Option<&[u8]>, settings: &Settings, directory: &Directory) -> Result<(), OpenError> {
    let Some(check) = check else { return directory.expects_no_store() };
    let path = key_path(settings, directory);
    let key = master_key(&path, false, &*settings.random)?;
    if key.keyring.passes(check) { Ok(()) } else { Err(OpenError::KeyWrong(path)) }
}

fn key_path(settings: &Settings, directory: &Directory) -> PathBuf {
    settings.master_key.clone().unwrap_or_else(|| directory.default_key())
}

/// Finds the master key of the store, and checks that it is the store's. A store that is new gets one, and remembers
/// it by a check that only this key passes.
pub(crate) fn unlock(opened: &mut Opened, settings: &Settings, directory: &Directory) -> Result<MasterKey, OpenError> {
    let check = opened.transact(|tx| Ok(instance::key_check(tx)?))?;
    if check.is_none() {
        directory.expects_no_store()?;
    }
    let path = key_path(settings, directory);
    let may_make = check.is_none() && settings.master_key.is_none();
    let key = match master_key(&path, may_make, &*settings.random) {
        Err(OpenError::KeyMissing(path)) if check.is_none() => return Err(OpenError::KeyAbsent(path)),
        key => key?,
    };
    let check = if let Some(check) = check {
        check
    } else {
        let made = key.keyring.make_check(&*settings.random);
        // Another node may make the same store in the same moment: the one whose row is there counts.
        let kept = opened.transact(|tx| {
            instance::create(tx, made, settings.clock.now())?;
            Ok(instance::key_check(tx)?)
        });
        kept?.unwrap_or_default()
    };
    if !key.keyring.passes(&check) {
        return Err(OpenError::KeyWrong(path));
    }
    directory.mark()?;
    Ok(key)
}

/// Reads the master key at `path`, or makes it where the store is empty and `may_make` (SEC-065).
fn master_key(path: &Path, may_make: bool, random: &dyn Random) -> Result<MasterKey, OpenError> {
    if path.exists() {
        let keyring = Keyring::new(&read_key(path)?);
        return Ok(MasterKey { keyring, made: None });
    }
    if !may_make {
        return Err(OpenError::KeyMissing(path.to_owned()));
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    random.fill(&mut *bytes);
    let text = Zeroizing::new(data_encoding::HEXLOWER.encode(&*bytes) + "\n");
    let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o400).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
    Ok(MasterKey { keyring: Keyring::new(&SecretBytes::new(*bytes)), made: Some(path.to_owned()) })
}

/// 64 hex digits in a file that its owner alone may read.
fn read_key(path: &Path) -> Result<SecretBytes<KEY_BYTES>, OpenError> {
    refuse_exposed(path)?;
    let unusable = |problem| OpenError::KeyUnusable { path: path.to_owned(), problem };
    let failed = |error: std::io::Error| OpenError::Unreadable(format!("`{}`: {error}", path.display()));
    let owner = fs::metadata(path).map_err(failed)?.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(unusable("belongs to another user"));
    }
    let mut text = Zeroizing::new(String::new());
    File::open(path).map_err(failed)?.take(1_024).read_to_string(&mut text).map_err(failed)?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE
        .decode(text.trim_end().as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| unusable("is not written in hexadecimal digits"))?;
    let bytes: [u8; KEY_BYTES] =
        bytes.as_slice().try_into().map_err(|_| unusable("must have 64 hexadecimal digits"))?;
    Ok(SecretBytes::new(bytes))
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

fn refuse_exposed(path: &Path) -> Result<(), OpenError> {
    let about = fs::metadata(path).map_err(|e| OpenError::Unreadable(format!("`{}`: {e}", path.display())))?;
    let mode = about.mode() & 0o7777;
    if mode.trailing_zeros() >= 6 { Ok(()) } else { Err(OpenError::Exposed { path: path.to_owned(), mode }) }
}
