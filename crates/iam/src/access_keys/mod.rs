//! Access keys: a public id and a secret, with which programs sign their requests.
//!
//! The secret is shown when the key is made and never again. It must be recoverable, since checking a
//! signature needs it, so it is kept sealed under the account's data key, bound to the key and its owner.

mod ops;
pub(crate) mod sql;
mod usage;

use base::{
    ids::{AccessKeyId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::{
    seal::{Binding, SealingKey},
    verify::ACCESS_KEY_PURPOSE,
};
use zeroize::Zeroizing;

pub use self::{
    ops::{Create, Delete, LastUsed, List, SetEnabled},
    usage::Use,
};
pub(crate) use self::{
    ops::{create_for, delete_one, find, list_of},
    usage::{Usage, UsageWriter},
};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Write,
    error::{Error, Result},
    feed::Change,
    keyring,
};

/// The table of access keys.
pub(crate) static ACCESS_KEYS: Table = Table {
    name: "access_key",
    key: &[Column { name: "id", kind: Kind::Text }],
    columns: &[
        Column { name: "owner_id", kind: Kind::Int },
        Column { name: "sealed_secret", kind: Kind::Digest },
        Column { name: "enabled", kind: Kind::Bool },
        Column { name: "created_us", kind: Kind::Int },
    ],
    touches: Touches::Power { whom: Whom::User("owner_id"), harmless: &[] },
};

/// How many characters a secret has: 262 bits.
const SECRET_LENGTH: usize = 44;
const SECRET_ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An access key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Its public half.
    pub id: AccessKeyId,
    /// Whether it may be used.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When, for what and from where it was last used; at most a minute behind.
    pub last_used: Option<Use>,
}

/// Whose keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The account's root user.
    Root,
    /// The IAM user of that name.
    User(String),
}

/// A new key and the only sight of its secret.
#[derive(Debug)]
pub struct Minted {
    /// The key.
    pub key: AccessKey,
    /// The secret half of it.
    pub secret: SecretText,
}

/// Makes a key for `owner`, enabled.
pub(crate) fn mint(tx: &mut Write<'_>, owner: UserId, data_key: &SealingKey) -> Result<Minted> {
    let core = tx.core();
    let id = AccessKeyId::long_term(core.random());
    let secret = draw_secret(&|bytes| core.random.fill(bytes));
    let binding =
        Binding { purpose: ACCESS_KEY_PURPOSE, account: tx.account(), owner: owner.number(), record: id.as_str() };
    let sealed = data_key.seal(binding, keyring::nonce(&*core.random), secret.expose().as_bytes());
    let key = AccessKey { id, enabled: true, created: tx.now(), last_used: None };
    let row = [id.into(), owner.into(), sealed.into(), key.enabled.into(), key.created.into()];
    if !tx.insert(&ACCESS_KEYS, &row)? {
        return Err(Error::internal("a new access key has the id of another"));
    }
    tx.changed(Change::AccessKey(id));
    Ok(Minted { key, secret })
}

/// Deletes all keys of `owner`, for good.
pub(crate) fn delete_all(tx: &mut Write<'_>, owner: UserId) -> Result<()> {
    for id in sql::ids_of(tx, owner)? {
        delete_one(tx, id)?;
    }
    Ok(())
}

/// Draws a secret, each character with the same chance: bytes that would favour some are drawn again.
fn draw_secret(fill: &dyn Fn(&mut [u8])) -> SecretText {
    let mut secret = String::with_capacity(SECRET_LENGTH);
    let mut bytes = Zeroizing::new([0u8; 64]);
    while secret.len() < SECRET_LENGTH {
        fill(&mut *bytes);
        let characters = bytes.iter().filter_map(|byte| SECRET_ALPHABET.get(usize::from(byte >> 2)));
        secret.extend(characters.take(SECRET_LENGTH - secret.len()).map(|byte| char::from(*byte)));
    }
    SecretText::new(secret)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// SEC-062: 44 characters of 62, all of them reachable, none favoured.
    #[test]
    fn sec_062_secrets_use_the_whole_alphabet_evenly() {
        let counter = Cell::new(0u64);
        let fill = |bytes: &mut [u8]| {
            for byte in bytes {
                // A fixed mixing sequence stands in for the random source.
                counter.set(counter.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
                let mixed = (counter.get() ^ counter.get() >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                *byte = (mixed >> 56) as u8;
            }
        };
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..2_000 {
            let secret = draw_secret(&fill);
            assert_eq!(secret.expose().len(), SECRET_LENGTH);
            for character in secret.expose().bytes() {
                *seen.entry(character).or_insert(0u32) += 1;
            }
        }
        assert_eq!(seen.len(), 62);
        let mean = 2_000 * 44 / 62;
        assert!(seen.values().all(|count| count.abs_diff(mean) < mean / 4), "{seen:?}");
    }
}
