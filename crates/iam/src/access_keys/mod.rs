//! Access keys: a public id and a secret, with which programs sign their requests.
//!
//! The secret is shown when the key is made and never again. It must be recoverable, since checking a
//! signature needs it, so it is kept sealed under the account's data key, bound to the key and its owner.

mod ops;
pub(crate) mod sql;

use base::{
    ids::{AccessKeyId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::{
    seal::{Binding, SealingKey},
    verify::ACCESS_KEY_PURPOSE,
};

pub use self::ops::{Create, Delete, GetOwner, LastUsed, List, SetEnabled};
pub(crate) use self::ops::{create_for, delete_one, find, list_of};
use crate::{
    db::table::{Column, Kind, Table, Touches, Whom},
    door::Write,
    error::{Error, Result},
    feed::Change,
    keyring,
    usage::Use,
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
pub(crate) const SECRET_LENGTH: usize = 44;

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
    /// Root or user, by its id.
    Id(UserId),
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
    let secret = SecretText::drawn(SECRET_LENGTH, &|bytes| core.random.fill(bytes));
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
