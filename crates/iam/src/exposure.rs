//! Files that hold secrets: others must not read or change them.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use crate::store::OpenError;

/// Under what name the system keeps the list of who else may do something with a file.
const ACCESS_LIST: &str = "system.posix_acl_access";
/// The longest such list that is looked at, in bytes: a hundred entries. Nobody needs more than one.
const ACCESS_LIST_MAX: usize = 4 + 100 * ENTRY;
/// An entry: what it is about and what it allows, two bytes each, and of whom, four; little endian.
const ENTRY: usize = 8;
/// The form of a list, in its first four bytes.
const VERSION: [u8; 4] = [2, 0, 0, 0];
/// An entry about the file's owner.
const OWNER: u16 = 0x01;
/// An entry about a user.
const USER: u16 = 0x02;
/// The entry that says what all entries but the owner's and the last can allow at most: by itself it allows nothing.
const MASK: u16 = 0x10;

/// Errors: others may read or change the file.
///
/// A service manager that hands a secret to a program (`LoadCredential=`) leaves the file with root and gives the
/// program's user alone leave to read it. Then the group's part of the mode is the mask of the list, and says nothing of
/// the group; so the list is asked.
pub(crate) fn refuse_exposed(path: &Path) -> Result<(), OpenError> {
    let about = fs::metadata(path).map_err(|e| OpenError::Unreadable(format!("`{}`: {e}", path.display())))?;
    let mode = about.mode() & 0o7777;
    // Three bits for all others, above them three for the group.
    let free = mode.trailing_zeros();
    let by_mode = free >= 6;
    let by_list = || free >= 3 && is_private(&access_list(path), rustix::process::geteuid().as_raw());
    if by_mode || by_list() { Ok(()) } else { Err(OpenError::Exposed { path: path.to_owned(), mode }) }
}

/// The list of a file; empty where it has none.
fn access_list(path: &Path) -> Vec<u8> {
    let mut list = vec![0; ACCESS_LIST_MAX];
    let length = rustix::fs::getxattr(path, ACCESS_LIST, list.as_mut_slice()).unwrap_or_default();
    list.truncate(length);
    list
}

/// Whether nobody but the owner and `user` may do anything. A list that is not understood is not private.
fn is_private(list: &[u8], user: u32) -> bool {
    let Some((VERSION, entries)) = list.split_first_chunk().map(|(version, rest)| (*version, rest)) else {
        return false;
    };
    let (entries, rest) = entries.as_chunks::<ENTRY>();
    let private =
        |&[kind, kind_high, may, may_high, a, b, c, d]: &[u8; ENTRY]| match u16::from_le_bytes([kind, kind_high]) {
            OWNER | MASK => true,
            USER if u32::from_le_bytes([a, b, c, d]) == user => true,
            _ => [may, may_high] == [0, 0],
        };
    rest.is_empty() && !entries.is_empty() && entries.iter().all(private)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use rustix::{fs::XattrFlags, io::Errno};

    use super::*;

    const NOBODY: u32 = u32::MAX;

    /// A list of entries: what each is about, what it allows, and of whom.
    fn list(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let entry = |&(kind, may, whom): &(u16, u16, u32)| {
            [&kind.to_le_bytes()[..], &may.to_le_bytes(), &whom.to_le_bytes()].concat()
        };
        [VERSION.to_vec(), entries.iter().flat_map(entry).collect()].concat()
    }

    /// As a service manager leaves it: root reads, and user 7.
    fn credential() -> Vec<(u16, u16, u32)> {
        vec![(OWNER, 4, NOBODY), (USER, 4, 7), (0x04, 0, NOBODY), (MASK, 4, NOBODY), (0x20, 0, NOBODY)]
    }

    /// SEC-065: of a list, too, nobody else may have a part.
    #[test]
    fn sec_065_a_list_is_private_where_nobody_else_is_on_it() {
        assert!(is_private(&list(&credential()), 7));
        assert!(!is_private(&list(&credential()), 8), "another user may read it");
        for (place, kind) in [(2, 0x04), (4, 0x20)] {
            let mut open = credential();
            open[place] = (kind, 4, NOBODY);
            assert!(!is_private(&list(&open), 7), "{kind:x}");
        }
        for other in [(USER, 4, 8), (0x08, 4, 7), (0x40, 4, 7)] {
            let mut open = credential();
            open.push(other);
            assert!(!is_private(&list(&open), 7), "{other:?}");
        }
        let good = list(&credential());
        for length in (0..good.len()).filter(|length| *length < 12 || length % ENTRY != 4) {
            assert!(!is_private(&good[..length], 7), "{length}");
        }
        assert!(!is_private(&[&[3, 0, 0, 0], &good[4..]].concat(), 7), "a form of another time");
    }

    /// SEC-065: what a service manager hands over is taken; the same mode without such a list is not.
    #[test]
    fn sec_065_a_file_that_was_handed_over_is_private() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o440)).unwrap();
        assert!(matches!(refuse_exposed(file.path()), Err(OpenError::Exposed { mode: 0o440, .. })));
        let us = rustix::process::geteuid().as_raw();
        let give = |user: u32| {
            let mut entries = credential();
            entries[1].2 = user;
            rustix::fs::setxattr(file.path(), ACCESS_LIST, &list(&entries), XattrFlags::empty())
        };
        match give(us) {
            // Not every file system has such lists.
            Err(Errno::OPNOTSUPP) => return,
            given => given.unwrap(),
        }
        assert_eq!(fs::metadata(file.path()).unwrap().mode() & 0o777, 0o440, "the mask stands in the group's place");
        refuse_exposed(file.path()).unwrap();
        give(us + 1).unwrap();
        assert!(refuse_exposed(file.path()).is_err());
    }
}
