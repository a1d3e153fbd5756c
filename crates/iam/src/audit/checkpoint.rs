//! Checkpoints: signed statements of how far a chain had come (SEC-175).
//!
//! Whoever can write into the database can also write a whole new chain with its head. What they cannot do without the
//! master key is sign: the key of checkpoints is wrapped by it. So a chain is held against its checkpoints, and against
//! those that were kept elsewhere, which also tell what a rolled-back store has forgotten.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base::{ids::AccountId, secret::SecretBytes, timestamp::Timestamp};
use data_encoding::HEXLOWER;

use super::sql;
use crate::{
    db::{
        Connection, Row,
        head::{HASH_BYTES, Head},
    },
    error::{Error, Result},
    keyring::KEY_BYTES,
};

/// The length of a signature (Ed25519).
pub const SIGNATURE_BYTES: usize = 64;
/// The length of the key that verifies it.
pub const PUBLIC_KEY_BYTES: usize = 32;

/// After how many events of a chain there is a checkpoint, however fast they come.
pub(super) const EVENTS_BETWEEN: i64 = 1_000;

/// A statement that a chain had come to an event of that hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose chain.
    pub account: AccountId,
    /// The event's number.
    pub seq: u64,
    /// The event's hash.
    pub hash: [u8; HASH_BYTES],
    /// When it was stated, in whole milliseconds.
    pub time: Timestamp,
    /// By Ed25519, over [`Checkpoint::signed_text`].
    pub signature: [u8; SIGNATURE_BYTES],
    /// The key that verifies the signature.
    pub key: [u8; PUBLIC_KEY_BYTES],
}

impl Checkpoint {
    /// The text that is signed. All of it stands in the checkpoint's members as they are shown, so that anybody can
    /// verify it.
    pub fn signed_text(&self) -> String {
        let Self { account, seq, hash, time, .. } = self;
        format!("claviger audit checkpoint\n{account}\n{seq}\n{}\n{}\n", HEXLOWER.encode(hash), time.to_milliseconds())
    }

    /// Whether its key has signed it.
    pub fn is_signed(&self) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.key).verify(self.signed_text().as_bytes(), &self.signature).is_ok()
    }

    /// As one of [`sql::CHECKPOINTS`] has it. Errors: a signature or a hash of another length.
    pub(super) fn from_row(row: &Row, account: AccountId, key: [u8; PUBLIC_KEY_BYTES]) -> Result<Self> {
        let misfit = |_| Error::internal("a checkpoint's hash or signature has another length");
        Ok(Self {
            account,
            seq: row.number(0)?,
            hash: row.bytes(1)?.try_into().map_err(misfit)?,
            time: row.timestamp(2)?,
            signature: row.bytes(3)?.try_into().map_err(misfit)?,
            key,
        })
    }
}

/// Signs checkpoints.
pub(crate) struct CheckpointKey(Ed25519KeyPair);

impl CheckpointKey {
    /// Under what name the installation keeps it.
    pub(crate) const NAME: &'static str = "audit-signing";

    /// Errors: the seed makes no key.
    pub(crate) fn new(seed: &SecretBytes<KEY_BYTES>) -> Result<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed.expose()).map(Self).map_err(Error::internal)
    }

    /// The key that verifies what this one signs.
    pub(crate) fn public(&self) -> [u8; PUBLIC_KEY_BYTES] {
        self.0.public_key().as_ref().try_into().unwrap_or([0; PUBLIC_KEY_BYTES])
    }

    /// States that a chain has come so far.
    pub(super) fn sign(&self, head: &Head, now: Timestamp) -> Result<Checkpoint> {
        let unsigned = Checkpoint {
            account: head.account,
            seq: u64::try_from(head.audit_seq).map_err(Error::internal)?,
            hash: head.audit_hash,
            time: Timestamp::from_micros(now.millis().saturating_mul(1_000)),
            signature: [0; SIGNATURE_BYTES],
            key: self.public(),
        };
        let signature = self.0.sign(unsigned.signed_text().as_bytes());
        let signature = signature.as_ref().try_into().map_err(Error::internal)?;
        Ok(Checkpoint { signature, ..unsigned })
    }
}

/// Signs and keeps a checkpoint of a chain that has come so far. One that is there already stays.
pub(super) fn keep(connection: &mut dyn Connection, key: &CheckpointKey, head: &Head, now: Timestamp) -> Result<()> {
    let checkpoint = key.sign(head, now)?;
    let row = [
        checkpoint.account.into(),
        checkpoint.seq.into(),
        checkpoint.hash.to_vec().into(),
        checkpoint.time.into(),
        checkpoint.signature.to_vec().into(),
    ];
    connection.run(&sql::KEEP_CHECKPOINT, &row)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        let account = AccountId::parse("123456789012").unwrap();
        Head { account, revision: 3, audit_seq: 41, audit_hash: [0xAB; HASH_BYTES] }
    }

    #[test]
    fn what_is_signed_is_text_that_anybody_can_write() {
        let key = CheckpointKey::new(&SecretBytes::new([7; KEY_BYTES])).unwrap();
        let signed = key.sign(&head(), Timestamp::from_micros(1_795_334_400_123_456)).unwrap();
        let hash = "ab".repeat(32);
        let text = format!("claviger audit checkpoint\n123456789012\n41\n{hash}\n2026-11-22T08:00:00.123Z\n");
        assert_eq!(signed.signed_text(), text);
        assert!(signed.is_signed());
    }

    /// SEC-175: another key, and any changed member, and it is not signed.
    #[test]
    fn sec_175_a_checkpoint_is_bound_to_its_key_and_all_that_it_says() {
        let key = |seed: u8| CheckpointKey::new(&SecretBytes::new([seed; KEY_BYTES])).unwrap();
        let signed = key(7).sign(&head(), Timestamp::from_micros(0)).unwrap();
        let (mut hash, mut signature) = (signed.hash, signed.signature);
        (hash[0], signature[0]) = (hash[0] ^ 1, signature[0] ^ 1);
        for changed in [
            Checkpoint { account: AccountId::INSTANCE, ..signed },
            Checkpoint { seq: 42, ..signed },
            Checkpoint { time: Timestamp::from_micros(1_000), ..signed },
            Checkpoint { key: key(8).public(), ..signed },
            Checkpoint { hash, ..signed },
            Checkpoint { signature, ..signed },
        ] {
            assert!(!changed.is_signed(), "{changed:?}");
        }
    }
}
