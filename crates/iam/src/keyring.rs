//! The master key and what it wraps: one data key per account, which seals the account's secrets, and the keys of the
//! installation itself.

use base::{ids::AccountId, secret::SecretBytes};
use decide::seal::{Binding, Broken, NONCE_BYTES, SealingKey};

use crate::clock::Random;

/// The length of a master key or a data key.
pub(crate) const KEY_BYTES: usize = 32;

/// What a store keeps, sealed, to tell whether a master key is its own.
const KEY_CHECK: &[u8] = b"claviger key check";

/// Holds the master key in use.
#[derive(Debug)]
pub(crate) struct Keyring {
    master: SealingKey,
}

impl Keyring {
    pub(crate) fn new(master: &SecretBytes<KEY_BYTES>) -> Self {
        Self { master: SealingKey::new(master) }
    }

    /// A value that only this master key opens.
    pub(crate) fn make_check(&self, random: &dyn Random) -> Vec<u8> {
        self.master.seal(binding("key-check", AccountId::INSTANCE), nonce(random), KEY_CHECK)
    }

    /// Whether `check` was made under this master key.
    pub(crate) fn passes(&self, check: &[u8]) -> bool {
        let opened = self.master.open(binding("key-check", AccountId::INSTANCE), check);
        opened.is_ok_and(|text| text.as_slice() == KEY_CHECK)
    }

    /// Makes a data key for `account`: the wrapped form for its row, and the key to use.
    pub(crate) fn make_data_key(&self, account: AccountId, random: &dyn Random) -> (Vec<u8>, SealingKey) {
        let mut bytes = [0; KEY_BYTES];
        random.fill(&mut bytes);
        let key = SecretBytes::new(bytes);
        let wrapped = self.master.seal(binding("data-key", account), nonce(random), key.expose());
        (wrapped, SealingKey::new(&key))
    }

    /// Unwraps the data key of `account`.
    pub(crate) fn open_data_key(&self, account: AccountId, wrapped: &[u8]) -> Result<SealingKey, Broken> {
        self.open_key(binding("data-key", account), wrapped).map(|key| SealingKey::new(&key))
    }

    /// Makes a key of the installation, by its name: the wrapped form.
    pub(crate) fn make_instance_key(&self, name: &str, random: &dyn Random) -> Vec<u8> {
        let mut bytes = [0; KEY_BYTES];
        random.fill(&mut bytes);
        let key = SecretBytes::new(bytes);
        self.master.seal(instance_binding(name), nonce(random), key.expose())
    }

    /// Unwraps a key of the installation.
    pub(crate) fn open_instance_key(&self, name: &str, wrapped: &[u8]) -> Result<SecretBytes<KEY_BYTES>, Broken> {
        self.open_key(instance_binding(name), wrapped)
    }

    fn open_key(&self, binding: Binding<'_>, wrapped: &[u8]) -> Result<SecretBytes<KEY_BYTES>, Broken> {
        let opened = self.master.open(binding, wrapped)?;
        let bytes: [u8; KEY_BYTES] = opened.as_slice().try_into().map_err(|_| Broken)?;
        Ok(SecretBytes::new(bytes))
    }
}

/// Fresh bytes for one sealing.
pub(crate) fn nonce(random: &dyn Random) -> [u8; NONCE_BYTES] {
    let mut bytes = [0; NONCE_BYTES];
    random.fill(&mut bytes);
    bytes
}

fn binding(purpose: &'static str, account: AccountId) -> Binding<'static> {
    Binding { purpose, account, owner: 0, record: "" }
}

fn instance_binding(name: &str) -> Binding<'_> {
    Binding { purpose: "instance-key", account: AccountId::INSTANCE, owner: 0, record: name }
}
