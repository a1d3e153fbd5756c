//! The file of the profiles: where it is, who may read it, and how it is written.

use std::{
    fs::{self, DirBuilder, File},
    io::{ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use rustix::fs::{FlockOperation, flock};

/// What the environment says of where the file is.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) file: Option<PathBuf>,
    pub(crate) config_home: Option<PathBuf>,
    pub(crate) home: Option<PathBuf>,
}

impl Environment {
    /// Where the file is, or would be. `None` where nothing says.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        let Self { file, config_home, home } = self;
        // A relative one is to be ignored, by the specification of these directories.
        let config = config_home.clone().filter(|path| path.is_absolute());
        let config = config.or_else(|| home.as_ref().map(|home| home.join(".config")));
        file.clone().or_else(|| config.map(|config| config.join("claviger/profiles.toml")))
    }
}

/// What the file lets others do.
const OTHERS: u32 = 0o077;
/// The largest file, in bytes.
const MAX: u64 = 1 << 20;

/// The text of a file; `None` where there is none. Errors: others may read it, or put another in its place.
pub(super) fn read(path: &Path) -> Result<Option<String>> {
    let shown = path.display();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{shown}`")),
    };
    check_directory(&directory(path)?)?;
    let about = file.metadata().with_context(|| format!("cannot read `{shown}`"))?;
    ensure!(about.is_file(), "`{shown}` is not a file");
    check_owner(&about, path)?;
    ensure!(
        about.mode() & OTHERS == 0,
        "`{shown}` holds keys, and others may read it: `chmod 600 {shown}`, and take the keys for known"
    );
    let mut text = String::new();
    file.take(MAX).read_to_string(&mut text).with_context(|| format!("cannot read `{shown}`"))?;
    Ok(Some(text))
}

/// Holds off whoever else would change the file, until it is dropped. Makes the directory.
pub(super) fn lock(path: &Path) -> Result<File> {
    let directory = directory(path)?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&directory)
        .with_context(|| format!("cannot make `{}`", directory.display()))?;
    check_directory(&directory)?;
    let lock = File::open(&directory).with_context(|| format!("cannot open `{}`", directory.display()))?;
    flock(&lock, FlockOperation::LockExclusive).context("the profiles cannot be locked")?;
    Ok(lock)
}

/// Puts a file in the place of the one that is there, whole or not at all; only its owner may read it.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    // Where it is a link, what it leads to is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let write = || {
        let directory = directory(&path)?;
        let mut file = tempfile::Builder::new().prefix(".profiles-").tempfile_in(&directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        File::open(directory)?.sync_all()?;
        anyhow::Ok(())
    };
    write().with_context(|| format!("`{}` cannot be written", path.display()))
}

fn directory(path: &Path) -> Result<PathBuf> {
    let parent = path.parent().with_context(|| format!("`{}` is not a file", path.display()))?;
    Ok(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
}

/// Others must not be able to put another file there. Ours, which holds nothing else, is nobody else's business at all.
fn check_directory(directory: &Path) -> Result<()> {
    let shown = directory.display();
    let about = fs::metadata(directory).with_context(|| format!("cannot look at `{shown}`"))?;
    check_owner(&about, directory)?;
    let ours = directory.file_name().is_some_and(|name| name == "claviger");
    let sticky = about.mode() & 0o1000 != 0;
    let forbidden = match (ours, sticky) {
        (true, _) => OTHERS,
        (false, true) => 0,
        (false, false) => 0o022,
    };
    ensure!(about.mode() & forbidden == 0, "`{shown}` holds keys, and is open to others: `chmod 700 {shown}`");
    Ok(())
}

/// Root may have put it there; nobody else than that and us.
fn check_owner(about: &fs::Metadata, path: &Path) -> Result<()> {
    let us = rustix::process::geteuid().as_raw();
    ensure!([0, us].contains(&about.uid()), "`{}` is somebody else's", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_file_is_where_the_environment_says() {
        let path = |file: &str, config: &str, home: &str| {
            let some = |text: &str| Some(PathBuf::from(text)).filter(|path| !path.as_os_str().is_empty());
            let path = Environment { file: some(file), config_home: some(config), home: some(home) }.path();
            path.map(|path| path.display().to_string()).unwrap_or_default()
        };
        assert_eq!(path("x.toml", "/config", "/me"), "x.toml");
        assert_eq!(path("", "/config", "/me"), "/config/claviger/profiles.toml");
        assert_eq!(path("", "config", "/me"), "/me/.config/claviger/profiles.toml");
        assert_eq!(path("", "", ""), "");
    }

    #[test]
    fn what_is_written_only_its_owner_may_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("claviger/profiles.toml");
        assert_eq!(read(&path).unwrap(), None);
        let lock = lock(&path).unwrap();
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        drop(lock);
        assert_eq!(read(&path).unwrap().as_deref(), Some("two"));
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_link_stays_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (link, path) = (directory.path().join("link.toml"), directory.path().join("real.toml"));
        write(&path, "one").unwrap();
        symlink(&path, &link).unwrap();
        write(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn what_others_may_read_or_replace_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let ours = directory.path().join("claviger");
        let path = ours.join("profiles.toml");
        drop(lock(&path).unwrap());
        write(&path, "").unwrap();
        let refusal = || format!("{:#}", read(&path).unwrap_err());
        for bad in [0o640, 0o604, 0o660, 0o666] {
            set_mode(&path, bad);
            assert!(refusal().contains("others may read it: `chmod 600 "), "{bad:o}");
        }
        set_mode(&path, 0o400);
        for bad in [0o755, 0o770, 0o701] {
            set_mode(&ours, bad);
            assert!(refusal().contains("is open to others: `chmod 700 "), "{bad:o}");
            assert!(lock(&path).is_err());
        }
        set_mode(&ours, 0o700);
        assert_eq!(read(&path).unwrap().as_deref(), Some(""));
        let other = directory.path().join("other");
        fs::create_dir(&other).unwrap();
        let path = other.join("profiles.toml");
        write(&path, "").unwrap();
        set_mode(&other, 0o755);
        assert!(read(&path).is_ok());
        set_mode(&other, 0o775);
        assert!(read(&path).is_err());
        set_mode(&other, 0o1777);
        assert!(read(&path).is_ok(), "others cannot replace it there");
    }
}
