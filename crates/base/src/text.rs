//! Text rules that hold everywhere: which names are legal, and when two names are the same.

use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_script::{Script, UnicodeScript};

/// The longest name, in characters.
pub const NAME_MAX: usize = 128;

/// What is wrong with a name, in words that complete "the name …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// Nothing there.
    #[error("must not be empty")]
    Empty,
    /// Over [`NAME_MAX`] characters.
    #[error("must have at most 128 characters")]
    TooLong,
    /// A character outside the legal set.
    #[error("may hold only ASCII letters and digits, Han characters and any of `- _ . @ + = ,`")]
    Character,
    /// `.` or `..`, which no path can hold.
    #[error("must not be `.` or `..`")]
    Dots,
    /// Not in Unicode's composed form, so that one look would have two spellings.
    #[error("must be in Unicode normalization form C")]
    NotComposed,
}

/// Checks a name of a user, group, role, policy or contact (SEC-309): 1 to 128 characters,
/// each an ASCII letter or digit, one of `-_.@+=,`, or a Han character; in form C.
pub fn check_name(name: &str) -> Result<(), NameProblem> {
    if name.is_empty() {
        return Err(NameProblem::Empty);
    }
    if name.len() > NAME_MAX * 4 || name.chars().count() > NAME_MAX {
        return Err(NameProblem::TooLong);
    }
    if !name.chars().all(legal_in_name) {
        return Err(NameProblem::Character);
    }
    if matches!(name, "." | "..") {
        return Err(NameProblem::Dots);
    }
    if !is_nfc(name) {
        return Err(NameProblem::NotComposed);
    }
    Ok(())
}

/// The key under which a name is unique: NFKC, then case folded, then NFKC again, so that folding
/// twice changes nothing.
pub fn name_key(name: &str) -> String {
    let composed: String = name.nfkc().collect();
    caseless::default_case_fold_str(&composed).nfkc().collect()
}

/// Whether text for people (a display name, a remark) is free of control characters and of the
/// invisible ones that reorder or hide what stands beside them.
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
    })
}

/// The user's text as an error message may show it: short, and with nothing that hides or reorders.
pub fn shown(text: &str) -> String {
    const MAX: usize = 64;
    let mut shown: String =
        text.chars().take(MAX).map(|c| if is_plain(c.encode_utf8(&mut [0; 4])) { c } else { '\u{FFFD}' }).collect();
    if text.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    shown
}

fn legal_in_name(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '-' | '_' | '.' | '@' | '+' | '=' | ',')
        || (!character.is_ascii() && character.script() == Script::Han)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-309: the legal set, and each thing it keeps out.
    #[test]
    fn sec_309_names() {
        for good in ["alice", "Alice.B-c_d@e+f=g,h", "张三", "张san", "a", &"x".repeat(128)] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        assert_eq!(check_name(""), Err(NameProblem::Empty));
        assert_eq!(check_name(&"x".repeat(129)), Err(NameProblem::TooLong));
        for bad in
            ["a b", "a/b", "a:b", "a*", "a?", "a%", "a\\b", "a\u{200B}b", "a\u{202E}b", "a\0", "а", "é", "ｘ", "a\n"]
        {
            assert_eq!(check_name(bad), Err(NameProblem::Character), "{bad:?}");
        }
        assert_eq!((check_name("."), check_name("..")), (Err(NameProblem::Dots), Err(NameProblem::Dots)));
        assert_eq!(check_name("..."), Ok(()));
        assert_eq!(check_name("\u{F900}"), Err(NameProblem::NotComposed));
    }

    #[test]
    fn keys_ignore_case_and_compatibility_forms() {
        assert_eq!(name_key("Alice"), name_key("aLICE"));
        assert_eq!(name_key("Ａｌｉｃｅ"), "alice");
        assert_eq!(name_key("STRASSE"), name_key("Straße"));
        assert_ne!(name_key("张三"), name_key("张四"));
        for name in ["İ", "ﬀ", "Σς", "ǅ", "\u{0345}", "⼀"] {
            assert_eq!(name_key(&name_key(name)), name_key(name), "{name}");
        }
    }
}
