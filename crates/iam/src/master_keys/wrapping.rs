//! The form of what a master key wraps.
//!
//! It tells the version. By the first master key it is a sealed value, which begins with the byte 1; by others the byte
//! 2 and the version stand before it, and the value is bound to the version, too. So what is wrapped sorts by version.

use std::sync::atomic::{AtomicBool, Ordering};

use base::{ids::AccountId, secret::SecretBytes};
use decide::seal::{Binding, Broken, NONCE_BYTES, SealingKey};

use super::Version;
use crate::keyring::{KEY_BYTES, Unopened};

/// What a store keeps, sealed, to tell whether a master key is its own.
const CHECK: &[u8] = b"claviger key check";
/// Begins what the first master key wraps: a sealed value as it is.
const FIRST: u8 = 1;
/// Begins what the others wrap; their versions follow, in four bytes.
const LATER: u8 = 2;

/// A master key at hand.
#[derive(Debug)]
pub(crate) struct MasterKey {
    key: SealingKey,
    /// Whether it has opened something of the store, so that it is the right one whatever the file says later.
    proven: AtomicBool,
}

impl MasterKey {
    pub(crate) fn new(key: &SecretBytes<KEY_BYTES>) -> Self {
        Self { key: SealingKey::new(key), proven: AtomicBool::new(false) }
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// A value that only this master key opens.
    pub(crate) fn make_check(&self, nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
        self.key.seal(Place::CHECK.binding(""), nonce, CHECK)
    }

    /// Whether `check` was made by it.
    pub(crate) fn passes(&self, check: &[u8]) -> bool {
        let passes = self.key.open(Place::CHECK.binding(""), check).is_ok_and(|text| text.as_slice() == CHECK);
        self.proven.fetch_or(passes, Ordering::Relaxed);
        passes
    }

    /// Wraps a key; this is the master key of that version.
    pub(crate) fn wrap(
        &self,
        place: Place<'_>,
        version: Version,
        key: &SecretBytes<KEY_BYTES>,
        nonce: [u8; NONCE_BYTES],
    ) -> Vec<u8> {
        let record = place.record(version);
        let mut wrapped = header(version);
        wrapped.extend(self.key.seal(place.binding(&record), nonce, key.expose()));
        wrapped
    }

    /// Unwraps a key; this is the master key of that version.
    pub(crate) fn unwrap(
        &self,
        place: Place<'_>,
        version: Version,
        wrapped: &[u8],
    ) -> Result<SecretBytes<KEY_BYTES>, Broken> {
        let sealed = wrapped.get(header(version).len()..).ok_or(Broken)?;
        let record = place.record(version);
        let opened = self.key.open(place.binding(&record), sealed)?;
        let bytes: [u8; KEY_BYTES] = opened.as_slice().try_into().map_err(|_| Broken)?;
        self.proven.store(true, Ordering::Relaxed);
        Ok(SecretBytes::new(bytes))
    }
}

/// What a wrapped key is for, and so what it is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    purpose: &'static str,
    account: AccountId,
    name: &'a str,
}

impl<'a> Place<'a> {
    const CHECK: Self = Self { purpose: "key-check", account: AccountId::INSTANCE, name: "" };

    /// An account's data key.
    pub(crate) const fn data_key(account: AccountId) -> Self {
        Self { purpose: "data-key", account, name: "" }
    }

    /// A key of the installation.
    pub(crate) const fn instance_key(name: &'a str) -> Self {
        Self { purpose: "instance-key", account: AccountId::INSTANCE, name }
    }

    /// The record of its binding: under other master keys than the first it names the version, too.
    fn record(&self, version: Version) -> String {
        if version == Version::FIRST { self.name.to_owned() } else { format!("{}/{version}", self.name) }
    }

    fn binding<'r>(&self, record: &'r str) -> Binding<'r> {
        Binding { purpose: self.purpose, account: self.account, owner: 0, record }
    }
}

/// What stands before a sealed value.
fn header(version: Version) -> Vec<u8> {
    if version == Version::FIRST {
        return Vec::new();
    }
    [&[LATER], version.number().to_be_bytes().as_slice()].concat()
}

/// The version of the master key that wraps it.
pub(crate) fn version_of(wrapped: &[u8]) -> Result<Version, Unopened> {
    match wrapped.split_first() {
        Some((&FIRST, _)) => Ok(Version::FIRST),
        Some((&LATER, rest)) => {
            let number = rest.first_chunk().ok_or(Unopened::Unreadable)?;
            let version = Version::new(u32::from_be_bytes(*number).into()).map_err(|_| Unopened::Unreadable)?;
            if version == Version::FIRST { Err(Unopened::Unreadable) } else { Ok(version) }
        }
        _ => Err(Unopened::Unreadable),
    }
}

/// Nothing that this master key wraps sorts before it, and nothing that an older one wraps sorts behind it.
pub(crate) fn first_wrapped(version: Version) -> Vec<u8> {
    if version == Version::FIRST { vec![FIRST] } else { header(version) }
}

/// Between what lies all that this master key wraps: from the first to before the second.
pub(crate) fn wrapped_span(version: Version) -> [Vec<u8>; 2] {
    let after = match version.number() {
        1 => vec![LATER],
        number => [&[LATER], (number + 1).to_be_bytes().as_slice()].concat(),
    };
    [first_wrapped(version), after]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: [u8; NONCE_BYTES] = [9; NONCE_BYTES];
    const SECRET: [u8; KEY_BYTES] = [0xA5; KEY_BYTES];

    fn master(byte: u8) -> MasterKey {
        MasterKey::new(&SecretBytes::new([byte; KEY_BYTES]))
    }

    fn version(number: u64) -> Version {
        Version::new(number).unwrap()
    }

    fn account() -> AccountId {
        AccountId::parse("100000000000").unwrap()
    }

    fn wrap(by: u64) -> Vec<u8> {
        let secret = SecretBytes::new(SECRET);
        master(7).wrap(Place::data_key(account()), version(by), &secret, NONCE)
    }

    /// SEC-063: what is wrapped says by which version, does not show the key, and that version opens it.
    #[test]
    fn sec_063_what_is_wrapped_says_by_what() {
        for number in [1, 2, 3, 255, 256, 9_999] {
            let wrapped = wrap(number);
            assert_eq!(version_of(&wrapped), Ok(version(number)));
            assert!(!wrapped.windows(4).any(|window| window == &SECRET[..4]));
            let opened = master(7).unwrap(Place::data_key(account()), version(number), &wrapped).unwrap();
            assert_eq!(opened.expose(), &SECRET);
        }
        assert_eq!(wrap(1)[0], 1, "a sealed value as older releases wrote it");
    }

    /// SEC-064: another account, purpose, name or version, and any flipped bit: it does not open.
    #[test]
    fn sec_064_what_is_wrapped_is_bound_to_its_place_and_version() {
        let other = AccountId::parse("100000000001").unwrap();
        for number in [1, 2] {
            let wrapped = wrap(number);
            for place in [Place::data_key(other), Place::instance_key(""), Place::instance_key("x"), Place::CHECK] {
                assert!(master(7).unwrap(place, version(number), &wrapped).is_err());
            }
            assert!(master(8).unwrap(Place::data_key(account()), version(number), &wrapped).is_err());
            for bit in 0..wrapped.len() * 8 {
                let mut changed = wrapped.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let opened = version_of(&changed)
                    .map_err(|_| Broken)
                    .and_then(|by| master(7).unwrap(Place::data_key(account()), by, &changed));
                assert!(opened.is_err(), "bit {bit}");
            }
            for length in 0..wrapped.len() {
                assert!(master(7).unwrap(Place::data_key(account()), version(number), &wrapped[..length]).is_err());
            }
        }
        // The same key under two versions, as after a line was copied: what one wraps is not the other's.
        let (first, second) = (wrap(1), wrap(2));
        assert!(master(7).unwrap(Place::data_key(account()), version(1), &second[5..]).is_err());
        let renamed = [&second[..5], &first[..]].concat();
        assert!(master(7).unwrap(Place::data_key(account()), version(2), &renamed).is_err());
    }

    #[test]
    fn what_is_wrapped_sorts_by_version() {
        let numbers = [1, 2, 3, 255, 256, 257, 9_998, 9_999];
        for one in numbers {
            let wrapped = wrap(one);
            for other in numbers {
                let [from, to] = wrapped_span(version(other));
                assert_eq!((from..to).contains(&wrapped), one == other, "{one} by {other}");
                assert_eq!(wrapped < first_wrapped(version(other)), one < other, "{one} before {other}");
            }
        }
    }

    #[test]
    fn what_says_nothing_is_not_read() {
        for wrapped in [
            &[][..],
            &[0],
            &[3, 0, 0, 0, 2],
            &[2],
            &[2, 0, 0, 2],
            &[2, 0, 0, 0, 0],
            &[2, 0, 0, 0, 1],
            &[2, 255, 0, 0, 2],
        ] {
            assert_eq!(version_of(wrapped), Err(Unopened::Unreadable), "{wrapped:?}");
        }
        assert!(master(7).passes(&master(7).make_check(NONCE)));
        assert!(!master(7).passes(&master(8).make_check(NONCE)) && !master(7).passes(&[]));
    }
}
