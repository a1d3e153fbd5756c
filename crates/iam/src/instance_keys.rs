//! Keys of the installation itself: each belongs to no account, is drawn once, and is the same on all nodes. The store
//! keeps it wrapped by the master key.

use base::{ids::AccountId, secret::SecretBytes, timestamp::Timestamp};

use crate::{
    clock::Random,
    db::{backend::Opened, head, instance},
    error::Error,
    keyring::{KEY_BYTES, Keyring},
    master_keys,
    store::OpenError,
};

/// The key of that name, such as `session-tokens`. It is made where the store has none yet; of nodes that make it in
/// the same moment one wins, and all get that one's.
///
/// Errors: the store does not let us; `Damaged` where what it keeps was not wrapped by the master key under that name.
pub(crate) fn instance_key(
    opened: &mut Opened,
    keyring: &Keyring,
    name: &'static str,
    random: &dyn Random,
    now: Timestamp,
) -> Result<SecretBytes<KEY_BYTES>, OpenError> {
    opened.transact(|tx| {
        let wrapped = if let Some(wrapped) = instance::key(tx, name)? {
            wrapped
        } else {
            // Meanwhile no other master key is taken into use, or dropped.
            head::lock(tx, AccountId::INSTANCE)?;
            let registered = master_keys::sql::registered(tx, true)?;
            let by = master_keys::current(&registered)?;
            instance::keep_key(tx, name, keyring.make_instance_key(by, name, random).map_err(Error::from)?, now)?;
            instance::key(tx, name)?.ok_or_else(|| Error::internal("a key that was made is not there"))?
        };
        Ok(keyring.open_instance_key(name, &wrapped).map_err(Error::from)?)
    })
}
