//! Where messages can go.

use crate::error::{Error, Result};

/// An e-mail address: ASCII, one `@`, a domain of letters, digits and hyphens (SEC-052).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The longest part before the `@`, and the longest address, in characters.
    const LOCAL_MAX: usize = 64;
    const MAX: usize = 254;

    /// Checks an address; its domain becomes lower case. Errors: `Invalid` with the broken rule.
    pub fn parse(text: &str) -> Result<Self> {
        let broken = |rule: &str| Err(Error::invalid("e-mail", rule));
        let Some((local, domain)) = text.split_once('@') else { return broken("must have one `@`") };
        if text.len() > Self::MAX || local.len() > Self::LOCAL_MAX {
            return broken("must have at most 254 characters, 64 of them before the `@`");
        }
        let legal_local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        let dots_apart = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if local.is_empty() || !local.bytes().all(legal_local) || !dots_apart {
            return broken("must have letters, digits or the usual signs before the `@`");
        }
        let legal_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if !domain.contains('.') || !domain.split('.').all(legal_label) {
            return broken(
                "must have a domain of letters, digits and hyphens (an international one in its `xn--` form)",
            );
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mobile number: a plus where it has a country code, then 5 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mobile(String);

impl Mobile {
    /// Checks a number; spaces and hyphens between the digits are left out. Errors: `Invalid`.
    pub fn parse(text: &str) -> Result<Self> {
        let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::invalid("mobile", "must have 5 to 15 digits, after a `+` where it has a country code"));
        }
        Ok(Self(number))
    }

    /// The number without spaces and hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-052: what an address may be.
    #[test]
    fn sec_052_addresses() {
        assert_eq!(Email::parse("Ops.Team+x@Example.COM").unwrap().as_str(), "Ops.Team+x@example.com");
        for bad in [
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a@@b.c",
            "a@b@c.d",
            "a b@c.d",
            "a@b..c",
            "a@-b.c",
            "a@b-.c",
            ".a@b.c",
            "a.@b.c",
            "a..b@c.d",
            "a\r\n@b.c",
            "a@b.c\n",
            "a\0@b.c",
            "é@b.c",
            "a@é.c",
            "a@b.c ",
            "\"a\"@b.c",
            "a@[127.0.0.1]",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(Mobile::parse("+86 138-0013-8000").unwrap().as_str(), "+8613800138000");
        for bad in ["", "+", "1234", "1234567890123456", "12345a", "++12345", "１２３４５", "+12+345"] {
            assert!(Mobile::parse(bad).is_err(), "{bad:?}");
        }
    }
}
