//! The file of the master keys: private, a key a line. A line of 64 hexadecimal digits alone is version 1, as a first
//! start writes it; others begin with their version: `2:…`.

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown},
    path::Path,
};

use base::secret::SecretBytes;
use zeroize::Zeroizing;

use super::Version;
use crate::{exposure::refuse_exposed, keyring::KEY_BYTES, store::OpenError};

/// The longest file, in bytes: some two hundred keys.
const FILE_MAX: usize = 16_384;

/// The keys of a file, by their versions.
pub(crate) type Keys = BTreeMap<Version, SecretBytes<KEY_BYTES>>;

/// What is wrong with a file of master keys, completing "the master key at …". It never shows what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    what: &'static str,
    /// In which line, where there are several.
    line: Option<usize>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        self.line.map_or(Ok(()), |line| write!(f, " (line {line})"))
    }
}

/// Reads the keys of the file, which its owner alone may read.
///
/// Errors: `Exposed`, `KeyUnusable`, or it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Keys, OpenError> {
    parse(&read_text(path)?).map_err(|problem| OpenError::KeyUnusable { path: path.to_owned(), problem })
}

/// Writes a file with the first key. Errors: it is there already, or cannot be written.
pub(crate) fn create(path: &Path, key: &SecretBytes<KEY_BYTES>) -> Result<(), OpenError> {
    let text = Zeroizing::new(data_encoding::HEXLOWER.encode(key.expose()) + "\n");
    write_new(path, &text, None).map_err(|error| unreadable(path, &error))?;
    sync_folder(path).map_err(|error| unreadable(path, &error))
}

/// Adds a line with a key. Whoever reads the file finds the old text or the new one, and so does the next start after
/// a crash.
///
/// Errors: as [`read`] has them, or it cannot be written.
pub(crate) fn append(path: &Path, version: Version, key: &SecretBytes<KEY_BYTES>) -> Result<(), OpenError> {
    // Where it is a link, the file itself is to be replaced.
    let path = &fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
    let old = read_text(path)?;
    let digits = Zeroizing::new(data_encoding::HEXLOWER.encode(key.expose()));
    let text = Zeroizing::new([old.trim_end(), "\n", &version.to_string(), ":", &digits, "\n"].concat());
    replace(path, &text).map_err(|error| unreadable(path, &error))
}

fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let about = fs::metadata(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = write_new(&beside, text, Some((about.uid(), about.gid())));
    let replaced = written.and_then(|()| fs::rename(&beside, path));
    replaced.inspect_err(|_| drop(fs::remove_file(&beside)))?;
    sync_folder(path)
}

/// Writes a new file that its owner alone may read: whoever runs this, or somebody else.
fn write_new(path: &Path, text: &str, owner: Option<(u32, u32)>) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o400).open(path)?;
    if let Some((user, group)) = owner
        && file.metadata()?.uid() != user
    {
        fchown(&file, Some(user), Some(group))?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes a file's name in its folder durable.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn read_text(path: &Path) -> Result<Zeroizing<String>, OpenError> {
    let failed = |error: std::io::Error| unreadable(path, &error);
    let unusable = |what| OpenError::KeyUnusable { path: path.to_owned(), problem: Problem { what, line: None } };
    refuse_exposed(path)?;
    let owner = fs::metadata(path).map_err(failed)?.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(unusable("belongs to another user"));
    }
    // All at once, so that no part of it stays behind in memory that was given back.
    let mut text = Zeroizing::new(String::with_capacity(FILE_MAX + 1));
    let most = u64::try_from(FILE_MAX).unwrap_or(u64::MAX) + 1;
    File::open(path).map_err(failed)?.take(most).read_to_string(&mut text).map_err(failed)?;
    if text.len() > FILE_MAX { Err(unusable("is longer than a file of keys can be")) } else { Ok(text) }
}

fn parse(text: &str) -> Result<Keys, Problem> {
    let text = text.trim_end();
    let mut keys = Keys::new();
    for (place, line) in text.split('\n').enumerate() {
        let problem = |what| Problem { what, line: text.contains('\n').then_some(place + 1) };
        let line = line.trim_end();
        let (version, digits) = match line.split_once(':') {
            Some((version, digits)) => (Version::parse(version), digits),
            None => (Ok(Version::FIRST), line),
        };
        let version = version.map_err(|_| problem("has a version that is not a number from 1 to 9999"))?;
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| problem("is not written in hexadecimal digits"))?;
        let key = bytes.as_slice().try_into().map_err(|_| problem("must have 64 hexadecimal digits"))?;
        if keys.insert(version, SecretBytes::new(key)).is_some() {
            return Err(problem("has two keys of the same version"));
        }
    }
    Ok(keys)
}

fn unreadable(path: &Path, error: &std::io::Error) -> OpenError {
    OpenError::Unreadable(format!("`{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    const ONE: &str = "2b7e151628aed2a6abf7158809cf4f3c2b7e151628aed2a6abf7158809cf4f3c";
    const TWO: &str = "603deb1015ca71be2b73aef0857d7781603deb1015ca71be2b73aef0857d7781";

    fn key(hex: &str) -> SecretBytes<KEY_BYTES> {
        SecretBytes::new(data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap())
    }

    fn version(number: u64) -> Version {
        Version::new(number).unwrap()
    }

    fn versions(text: &str) -> Vec<u32> {
        parse(text).unwrap().keys().map(|version| version.number()).collect()
    }

    /// Writes a file as private as it must be.
    fn put(path: &Path, text: &str) {
        let _ = fs::remove_file(path);
        fs::write(path, text).unwrap();
        set_mode(path, 0o400);
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    /// SEC-066: a file of one bare line is as it always was; others have more.
    #[test]
    fn sec_066_a_file_has_a_key_a_line() {
        for text in [ONE.to_owned(), format!("{ONE}\n"), format!("{ONE}\r\n\n"), ONE.to_uppercase()] {
            let keys = parse(&text).unwrap();
            assert_eq!(keys, Keys::from([(Version::FIRST, key(ONE))]), "{text:?}");
        }
        let keys = parse(&format!("{ONE}\n2:{TWO}\n")).unwrap();
        assert_eq!(keys, Keys::from([(Version::FIRST, key(ONE)), (version(2), key(TWO))]));
        assert_eq!(versions(&format!("12:{ONE}\r\n{TWO}\r\n")), [1, 12], "in whatever order");
        assert_eq!(versions(&format!("3:{ONE}")), [3], "without the first, which was dropped");
        assert_eq!(versions(&format!("1:{ONE}")), [1]);
    }

    /// SEC-066: what is wrong is told with its line, and never shown.
    #[test]
    fn sec_066_bad_lines_are_refused() {
        let digits = "must have 64 hexadecimal digits";
        let hexadecimal = "is not written in hexadecimal digits";
        let number = "has a version that is not a number from 1 to 9999";
        let twice = "has two keys of the same version";
        let cases: Vec<(String, &str, Option<usize>)> = vec![
            (String::new(), digits, None),
            ("swordfish".to_owned(), hexadecimal, None),
            (ONE[..62].to_owned(), digits, None),
            (format!("{ONE}00"), digits, None),
            (format!("{ONE}\n2:{}", &TWO[..62]), digits, Some(2)),
            (format!("{ONE}\n\n2:{TWO}"), digits, Some(2)),
            (format!("{ONE}\n2: {TWO}"), hexadecimal, Some(2)),
            (format!("{ONE}\n2:{TWO}:"), hexadecimal, Some(2)),
            (format!("# ours\n{ONE}"), hexadecimal, Some(1)),
            (format!("{ONE}\n0:{TWO}"), number, Some(2)),
            (format!("{ONE}\n02:{TWO}"), number, Some(2)),
            (format!("{ONE}\nv2:{TWO}"), number, Some(2)),
            (format!("{ONE}\n:{TWO}"), number, Some(2)),
            (format!("{ONE}\n10000:{TWO}"), number, Some(2)),
            (format!("{ONE}\n{TWO}"), twice, Some(2)),
            (format!("{ONE}\n1:{ONE}"), twice, Some(2)),
            (format!("{ONE}\n2:{TWO}\n3:{ONE}\n2:{TWO}"), twice, Some(4)),
        ];
        for (text, what, line) in cases {
            let problem = parse(&text).unwrap_err();
            assert_eq!(problem, Problem { what, line }, "{text:?}");
            let told = problem.to_string();
            assert!(!told.contains("swordfish") && !told.contains(&ONE[..8]) && !told.contains(&TWO[..8]), "{told}");
        }
        let problem = parse(&format!("{ONE}\n2:x")).unwrap_err();
        assert_eq!(problem.to_string(), "is not written in hexadecimal digits (line 2)");
    }

    /// SEC-066, SEC-065: a line is added as a whole, and the file stays private.
    #[test]
    fn sec_066_a_line_is_added_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        create(&path, &key(ONE)).unwrap();
        assert_eq!(mode(&path), 0o400);
        append(&path, version(2), &key(TWO)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{ONE}\n2:{TWO}\n"));
        assert_eq!(mode(&path), 0o400);
        assert!(create(&path, &key(TWO)).is_err(), "what is there is not replaced");

        // A file that its owner made wider, without a line's end; what a broken-off attempt has left is in nobody's way.
        put(&path, ONE);
        set_mode(&path, 0o600);
        let left = folder.path().join(format!(".master.key.{}", std::process::id()));
        fs::write(&left, "half").unwrap();
        append(&path, version(7), &key(TWO)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{ONE}\n7:{TWO}\n"));
        assert_eq!(mode(&path), 0o400);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing stays behind");

        // A link stays one.
        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        append(&link, version(8), &key(ONE)).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(read(&path).unwrap().keys().map(|version| version.number()).collect::<Vec<_>>(), [1, 7, 8]);
    }

    /// SEC-065: what others may read or change is not read, and not written either.
    #[test]
    fn sec_065_an_exposed_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        put(&path, ONE);
        for exposed in [0o444, 0o640, 0o604, 0o420, 0o402] {
            set_mode(&path, exposed);
            assert!(matches!(read(&path), Err(OpenError::Exposed { .. })), "{exposed:o}");
            assert!(matches!(append(&path, version(2), &key(TWO)), Err(OpenError::Exposed { .. })), "{exposed:o}");
            assert_eq!(fs::read_to_string(&path).unwrap(), ONE);
        }
    }

    #[test]
    fn a_file_has_a_longest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let most: Vec<String> = (1..=235).map(|version| format!("{version}:{ONE}\n")).collect();
        put(&path, &most.concat());
        assert_eq!(read(&path).unwrap().len(), 235);
        put(&path, &most.concat().repeat(2));
        let refused = read(&path).unwrap_err();
        assert!(refused.to_string().contains("is longer than a file of keys can be"), "{refused}");
    }
}
