//! Ids. Every entity has one id that never changes and is never used again.
//!
//! An [`AccountId`] is what people see and type: twelve digits. Entity ids
//! ([`UserId`] …) are numbers below 2^53, so that each wire can print them in its own
//! form without loss; [`AccessKeyId`] and [`ApiKeyId`] are text of twenty characters.
//! Knowing an id grants nothing.

use std::fmt;

use thiserror::Error;

/// A text or number that is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a valid {0}")]
pub struct InvalidId(&'static str);

/// Entity ids fit in 53 bits: a JSON number holds them exactly.
pub const ENTITY_ID_BITS: u32 = 53;

macro_rules! entity_id {
    ($(#[$doc:meta])* $name:ident, $words:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number. Errors: zero, or 2^53 and above.
            pub const fn new(number: u64) -> Result<Self, InvalidId> {
                if number == 0 || number >> ENTITY_ID_BITS != 0 {
                    return Err(InvalidId($words));
                }
                Ok(Self(number))
            }

            /// The number, 1 to 2^53 - 1.
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

entity_id!(
    /// A user: an account's root user or one of its IAM users.
    UserId,
    "user id"
);
entity_id!(
    /// A group of users.
    GroupId,
    "group id"
);
entity_id!(
    /// A policy: one that an account wrote, or a system policy, whose number is below all others.
    PolicyId,
    "policy id"
);
entity_id!(
    /// A role.
    RoleId,
    "role id"
);
entity_id!(
    /// A console session.
    ConsoleSessionId,
    "console session id"
);

/// The digits of an [`AccountId`].
#[derive(Debug, Clone, Copy)]
pub struct Digits([u8; 12]);

impl Digits {
    /// As text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// An account: twelve digits. [`AccountId::INSTANCE`] is the installation itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(u64);

impl AccountId {
    /// The account that stands for the installation: it holds the audit chain of what
    /// operators do, and no user.
    pub const INSTANCE: Self = Self(0);

    /// The smallest and the largest number that an ordinary account may have.
    pub const RANGE: std::ops::RangeInclusive<u64> = 100_000_000_000..=999_999_999_999;

    /// The account with this number. Errors: not twelve digits of which the first is 1 to 9,
    /// and not the instance's 0.
    pub fn new(number: u64) -> Result<Self, InvalidId> {
        if number == 0 || Self::RANGE.contains(&number) { Ok(Self(number)) } else { Err(InvalidId("account id")) }
    }

    /// The twelve digits, without an allocation.
    pub fn digits(self) -> Digits {
        let mut digits = [b'0'; 12];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        Digits(digits)
    }

    /// Reads the twelve digits. Errors: anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidId("account id"));
        }
        Self::new(text.parse().map_err(|_| InvalidId("account id"))?)
    }

    /// The number behind the digits.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

/// What the ids of keys are spelled with: 32 characters, five bits each.
const KEY_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How many characters the id of a key has: four tell the kind, sixteen hold 80 bits.
const KEY_LEN: usize = 20;
const KEY_PREFIX_LEN: usize = 4;

macro_rules! key_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; KEY_LEN]);

        impl $name {
            /// How many characters it has.
            pub const LEN: usize = KEY_LEN;

            /// The twenty characters.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }

            /// The part behind the prefix as a number: what tables are ordered by, spread evenly by construction.
            pub fn spread(&self) -> u64 {
                spread_of(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

key_id!(
    /// The public half of an access key: twenty characters of `A-Z2-7`, of which the first four
    /// tell the kind.
    AccessKeyId
);
key_id!(
    /// What an API key is called where its text must not be seen: twenty characters of `A-Z2-7`, made from the text's
    /// digest. It tells nothing of the text.
    ApiKeyId
);

impl AccessKeyId {
    /// How a long-term key's id begins.
    pub const LONG_TERM_PREFIX: &'static str = "CVAK";
    /// How the id of a session's key begins.
    pub const TEMPORARY_PREFIX: &'static str = "CVTK";

    /// A long-term key's id from ten random bytes (80 bits).
    pub fn long_term(random: [u8; 10]) -> Self {
        Self(spelled(Self::LONG_TERM_PREFIX, random))
    }

    /// The id of a session's key: 40 bits of account, so that it tells whose it is, and 40 random ones. It need not be
    /// secret, only differ.
    pub fn temporary(account: AccountId, random: [u8; 5]) -> Self {
        let mut bits = [0; 10];
        let (whose, drawn) = bits.split_at_mut(5);
        whose.iter_mut().zip(account.number().to_be_bytes().into_iter().skip(3)).for_each(|(to, from)| *to = from);
        drawn.copy_from_slice(&random);
        Self(spelled(Self::TEMPORARY_PREFIX, bits))
    }

    /// Whose session's key it says to be; none of a long-term key's.
    pub fn session_account(&self) -> Option<AccountId> {
        let body = self.as_str().strip_prefix(Self::TEMPORARY_PREFIX)?;
        let five_bits = |character: u8| KEY_ALPHABET.iter().position(|other| *other == character);
        let bits = body
            .bytes()
            .rev()
            .try_fold(0u128, |bits, character| Some(bits << 5 | u128::try_from(five_bits(character)?).ok()?))?;
        AccountId::new(u64::try_from(bits >> 40).ok()?).ok()
    }

    /// Reads the text form. Errors: not twenty characters of `A-Z2-7`.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        read(text).map(Self).ok_or(InvalidId("access-key id"))
    }
}

impl ApiKeyId {
    /// How it begins.
    pub const PREFIX: &'static str = "CVAP";

    /// The id with these 80 bits.
    pub fn of(bits: [u8; 10]) -> Self {
        Self(spelled(Self::PREFIX, bits))
    }

    /// Reads the text form. Errors: not [`Self::PREFIX`] and sixteen characters of `A-Z2-7`.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        read(text).filter(|_| text.starts_with(Self::PREFIX)).map(Self).ok_or(InvalidId("API-key id"))
    }
}

/// Spells 80 bits behind a prefix.
fn spelled(prefix: &str, bytes: [u8; 10]) -> [u8; KEY_LEN] {
    let mut text = [b'A'; KEY_LEN];
    let (kind, body) = text.split_at_mut(KEY_PREFIX_LEN);
    for (place, character) in kind.iter_mut().zip(prefix.bytes()) {
        *place = character;
    }
    let bits = bytes.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    for (place, character) in body.iter_mut().enumerate() {
        let five_bits = (bits >> (5 * place)) as usize & 31;
        *character = KEY_ALPHABET.get(five_bits).copied().unwrap_or(b'A');
    }
    text
}

/// Reads twenty characters of the alphabet.
fn read(text: &str) -> Option<[u8; KEY_LEN]> {
    let bytes: [u8; KEY_LEN] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(|byte| KEY_ALPHABET.contains(byte)).then_some(bytes)
}

fn spread_of(text: &[u8; KEY_LEN]) -> u64 {
    text.iter().skip(KEY_PREFIX_LEN).fold(0u64, |sum, character| {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            _ => character.wrapping_sub(b'2').wrapping_add(26),
        };
        sum.rotate_left(5) ^ u64::from(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_are_twelve_digits_the_first_not_zero() {
        assert_eq!(AccountId::parse("123456789012").unwrap().to_string(), "123456789012");
        assert_eq!(AccountId::parse("000000000000").unwrap(), AccountId::INSTANCE);
        for bad in ["012345678901", "12345678901", "1234567890123", "12345678901a", "+12345678901", ""] {
            assert!(AccountId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn entity_ids_stay_below_two_to_the_53() {
        assert!(UserId::new(0).is_err());
        assert!(UserId::new(1 << 53).is_err());
        assert_eq!(UserId::new((1 << 53) - 1).unwrap().number(), 9_007_199_254_740_991);
    }

    #[test]
    fn access_key_ids_keep_all_eighty_bits() {
        let zero = AccessKeyId::long_term([0; 10]);
        assert_eq!(zero.as_str(), "CVAKAAAAAAAAAAAAAAAA");
        let mut seen = std::collections::HashSet::from([zero]);
        for bit in 0..80 {
            let mut random = [0u8; 10];
            random[bit / 8] = 1 << (bit % 8);
            let id = AccessKeyId::long_term(random);
            assert!(seen.insert(id), "bit {bit} is lost");
            assert_eq!(AccessKeyId::parse(id.as_str()).unwrap(), id);
        }
        assert!(AccessKeyId::parse("CVAKAAAAAAAAAAAAAAA1").is_err());
        assert!(AccessKeyId::parse("cvakaaaaaaaaaaaaaaaa").is_err());
    }

    #[test]
    fn a_sessions_key_tells_whose_it_is() {
        for number in [100_000_000_000, 123_456_789_012, 999_999_999_999, 0] {
            let account = AccountId::new(number).unwrap();
            for random in [[0; 5], [255; 5], [1, 2, 3, 4, 5]] {
                assert_eq!(AccessKeyId::temporary(account, random).session_account(), Some(account));
            }
        }
        assert_eq!(AccessKeyId::long_term([7; 10]).session_account(), None);
        assert_eq!(AccessKeyId::parse("CVTK7777777777777777").unwrap().session_account(), None);
    }

    #[test]
    fn api_key_ids_keep_all_eighty_bits_and_their_prefix() {
        assert_eq!(ApiKeyId::of([0; 10]).as_str(), "CVAPAAAAAAAAAAAAAAAA");
        let mut seen = std::collections::HashSet::new();
        for bit in 0..80 {
            let mut bits = [0u8; 10];
            bits[bit / 8] = 1 << (bit % 8);
            let id = ApiKeyId::of(bits);
            assert!(seen.insert(id), "bit {bit} is lost");
            assert_eq!(ApiKeyId::parse(id.as_str()).unwrap(), id);
        }
        for bad in ["CVAKAAAAAAAAAAAAAAAA", "CVAPAAAAAAAAAAAAAAA1", "cvapAAAAAAAAAAAAAAAA", "CVAPAAAAAAAAAAAAAAA", ""] {
            assert!(ApiKeyId::parse(bad).is_err(), "{bad}");
        }
    }
}
