//! Passwords that may be set: what an account's settings ask for, and what nobody should take (SEC-017).
//!
//! Every path that sets a password goes through [`check`]; it tells all that is wrong at once, so that nobody has to
//! guess what comes next. Which passwords somebody had before is in `history`; a password that nobody has to think of
//! comes from [`NewPassword::Generated`].

mod common;
mod generate;
pub mod history;
mod new;
mod own;
pub(crate) mod sql;

use std::fmt;

use base::text::name_key;
use unicode_normalization::UnicodeNormalization;

pub(crate) use self::new::Hashed;
pub use self::{
    new::NewPassword,
    own::{GetOwnRules, OwnRules},
};
use crate::{
    accounts,
    door::Read,
    error::{Error, Result},
    hashing::Password,
    password_settings::PasswordSettings,
    users::User,
};

/// The product's name, which is no password either.
const PRODUCT: &str = "claviger";
/// The fewest characters of a name that count as a name; fewer occur anywhere.
const NAME_MIN: usize = 3;

/// Kinds of characters that an account may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Capital letters.
    Upper,
    /// Small letters.
    Lower,
    /// Digits.
    Digit,
    /// Everything else but letters: signs, spaces.
    Special,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Upper, Self::Lower, Self::Digit, Self::Special];

    /// Its name on wires and in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Digit => "digit",
            Self::Special => "special",
        }
    }

    /// The class of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }

    /// Whether a character is one of these.
    fn has(self, character: char) -> bool {
        match self {
            Self::Upper => character.is_uppercase(),
            Self::Lower => character.is_lowercase(),
            Self::Digit => character.is_numeric(),
            Self::Special => !character.is_alphanumeric() && !character.is_control(),
        }
    }
}

/// A rule that a password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Broken {
    /// It has too few characters.
    TooShort {
        /// How many it must have.
        least: usize,
    },
    /// It has too many characters, or bytes.
    TooLong {
        /// How many characters it may have.
        most: usize,
    },
    /// It has no character of a kind that the account asks for.
    Lacks(Class),
    /// It is one of those that are tried first.
    Common,
    /// It is little more than a name: the user's, its address or number, the account's, the product's.
    Name,
    /// The user had it lately.
    Used {
        /// How many of the last ones may not come again, the present one among them.
        last: u16,
    },
}

/// Completes "a password …".
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { least } => write!(f, "must have at least {least} characters"),
            Self::TooLong { most } => write!(f, "must have at most {most} characters"),
            Self::Lacks(Class::Upper) => f.write_str("must have a capital letter"),
            Self::Lacks(Class::Lower) => f.write_str("must have a small letter"),
            Self::Lacks(Class::Digit) => f.write_str("must have a digit"),
            Self::Lacks(Class::Special) => f.write_str("must have a sign that is neither letter nor digit"),
            Self::Common => f.write_str("must not be one that is easily guessed"),
            Self::Name => f.write_str("must not be made of the user's, the account's or the product's name"),
            Self::Used { last: 1 } => f.write_str("must not be the present one"),
            Self::Used { last } => write!(f, "must not be one of the last {last}"),
        }
    }
}

/// The rules as one text, for people.
pub(crate) fn told(broken: &[Broken]) -> String {
    broken.iter().map(ToString::to_string).collect::<Vec<_>>().join(", and ")
}

/// Everything that is wrong with `text` as a password under `settings`; nothing, where it may be set.
///
/// `names` are those that it must not be made of, beside the product's. Whether it was used before is told by
/// `history`, which takes as long as hashing.
pub fn check(text: &str, settings: &PasswordSettings, names: &[String]) -> Vec<Broken> {
    let mut broken = Vec::new();
    if text.len() > Password::BYTES_MAX {
        return vec![Broken::TooLong { most: Password::MAX }];
    }
    let normal: String = text.nfkc().collect();
    let count = normal.chars().count();
    let least = usize::from(settings.min_length).max(Password::MIN);
    if count < least {
        broken.push(Broken::TooShort { least });
    }
    if count > Password::MAX || normal.len() > Password::BYTES_MAX {
        broken.push(Broken::TooLong { most: Password::MAX });
    }
    let missing = settings.classes.iter().filter(|class| !normal.chars().any(|character| class.has(character)));
    broken.extend(missing.map(|class| Broken::Lacks(*class)));
    if common::is_common(&normal) {
        broken.push(Broken::Common);
    }
    if is_made_of(&normal, names) {
        broken.push(Broken::Name);
    }
    broken
}

/// Whether less than a password is left when the names are taken out of it.
fn is_made_of(password: &str, names: &[String]) -> bool {
    let mut left = name_key(password);
    let before = left.len();
    for name in names.iter().map(String::as_str).chain([PRODUCT]) {
        let name = name_key(name);
        let counts = name.chars().count() >= NAME_MIN || (!name.is_ascii() && name.chars().nth(1).is_some());
        if counts && left.contains(&name) {
            left = left.replace(&name, "");
        }
    }
    left.len() < before && left.chars().count() < Password::MIN
}

/// Errors: `WeakPassword`, where anything is broken.
pub(crate) fn refuse(broken: Vec<Broken>) -> Result<()> {
    if broken.is_empty() { Ok(()) } else { Err(Error::WeakPassword { broken }) }
}

/// What a user's password must not be made of: what it is called and reached by, and the account's alias.
pub(crate) fn names_of(tx: &Read<'_>, user: &User) -> Result<Vec<String>> {
    let mailbox = user.email.as_deref().and_then(|email| email.split('@').next());
    let names = [Some(user.name.as_str()), Some(user.display_name.as_str()), user.mobile.as_deref(), mailbox];
    let words = user.display_name.split_whitespace();
    let names = names.into_iter().flatten().chain(words).map(str::to_owned);
    Ok(names.chain(accounts::sql::alias(tx)?).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, settings: &PasswordSettings) -> Vec<Broken> {
        check(text, settings, &["alice".to_owned(), "Zhang".to_owned(), "张伟".to_owned(), "acme".to_owned()])
    }

    #[test]
    fn sec_017_all_that_is_wrong_is_told_at_once() {
        let strict = PasswordSettings { min_length: 12, classes: Class::ALL.to_vec(), ..PasswordSettings::DEFAULT };
        assert_eq!(
            broken("alice1", &strict),
            [
                Broken::TooShort { least: 12 },
                Broken::Lacks(Class::Upper),
                Broken::Lacks(Class::Special),
                Broken::Common,
                Broken::Name
            ]
        );
        assert_eq!(broken("Correct-Horse-7", &strict), []);
        assert_eq!(broken("correct horse battery staple", &PasswordSettings::DEFAULT), []);
        assert_eq!(broken(&"汉".repeat(400), &strict), [Broken::TooLong { most: 128 }]);
        assert_eq!(told(&broken("12345678", &PasswordSettings::DEFAULT)), "must not be one that is easily guessed");
    }

    #[test]
    fn sec_017_names_are_no_passwords() {
        for name in ["alice-k7Q", "ZHANG.alice.acme", "acme$9xq", "Claviger-Alice", "ａｌｉｃｅ-k7Q", "张伟-张伟k7Q"]
        {
            assert_eq!(broken(name, &PasswordSettings::DEFAULT), [Broken::Name], "{name}");
        }
        assert_eq!(broken("alice keeps nine grey cats", &PasswordSettings::DEFAULT), []);
    }
}
