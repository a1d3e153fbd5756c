//! Pages of lists: `limit`, and a `cursor` that says behind which entry to go on.
//!
//! A cursor is for the client to hand back, not to read: a version, the list that it belongs to, and the key of the
//! page's last entry. Another list's is refused, so that nobody comes to rely on what is in it.

use data_encoding::BASE64URL_NOPAD;

use super::describe::{Field, number, text};

/// The parameters' names.
pub(super) const LIMIT: &str = "limit";
pub(super) const CURSOR: &str = "cursor";
/// How many entries a page has, where nothing is said.
pub(super) const LIMIT_DEFAULT: u64 = 100;
/// The form of what is in a cursor.
const VERSION: &str = "1";

/// What every list that has pages takes.
pub(super) static PARAMETERS: &[Field] = &[
    number(LIMIT, "How many entries the page may have; 100 where it is not said.", 1, 1_000).example("100"),
    text(CURSOR, "The `next_cursor` of the page before.")
        .length(1, 1_024)
        .example("MSBsaXN0VXNlcnMgNDUxOTgyMjMwMDkzODI0MQ"),
];

/// The cursor behind the entry of that key, in the list with that id.
pub(super) fn cursor(list: &str, key: &str) -> String {
    BASE64URL_NOPAD.encode(format!("{VERSION} {list} {key}").as_bytes())
}

/// The key in a cursor of that list.
pub(super) fn key(list: &str, cursor: &str) -> Option<String> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()?;
    let key = text.strip_prefix(VERSION)?.strip_prefix(' ')?.strip_prefix(list)?.strip_prefix(' ')?;
    Some(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_list() {
        let cursor = cursor("listUsers", "4519822300938241");
        assert_eq!(key("listUsers", &cursor).as_deref(), Some("4519822300938241"));
        assert_eq!(key("listUser", &cursor), None);
        assert_eq!(key("listGroups", &cursor), None);
        for other in ["", "x", "====", "MiBsaXN0VXNlcnMgMQ", &format!("{cursor}=")] {
            assert_eq!(key("listUsers", other), None, "{other}");
        }
        assert_eq!(PARAMETERS[1].example, Some(cursor.as_str()));
    }
}
