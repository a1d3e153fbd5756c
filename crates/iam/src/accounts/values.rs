//! An account's legal values, and what is told of it as a whole.

use std::collections::BTreeMap;

use crate::error::{Error, Quota, Result};

/// A name that people sign in with in place of the account's number: 3 to 63 lower-case letters, digits and
/// hyphens, not a number alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias(String);

impl Alias {
    /// Checks an alias. Errors: `Invalid` with the broken rule.
    pub fn parse(text: &str) -> Result<Self> {
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let broken = |rule: &str| Err(Error::invalid("account alias", rule));
        if !(3..=63).contains(&text.len()) || !text.bytes().all(legal) {
            return broken("must have 3 to 63 lower-case letters, digits and hyphens");
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return broken("must have hyphens only singly between letters and digits");
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return broken("must have a letter, so that nobody takes it for an account's number");
        }
        Ok(Self(text.to_owned()))
    }

    /// The alias.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How full an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The alias, where it has one.
    pub alias: Option<String>,
    /// Its limits.
    pub limits: BTreeMap<Quota, u64>,
    /// How many IAM users it has.
    pub users: u64,
    /// How many groups it has.
    pub groups: u64,
    /// How many policies it wrote.
    pub policies: u64,
    /// How many roles it has.
    pub roles: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases() {
        for good in ["acme", "a-1", "team-42-x", "1a1"] {
            assert!(Alias::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "Acme", "-acme", "acme-", "a--b", "123456789012", "a_b", "a.b", "é23", &"a".repeat(64)] {
            assert!(Alias::parse(bad).is_err(), "{bad}");
        }
    }
}
