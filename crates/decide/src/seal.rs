//! Sealed secrets: what must be recoverable (the secret half of an access key) is kept
//! encrypted under its account's data key, bound to its row.
//!
//! AES-256-GCM. The sealed form is `version ‖ nonce ‖ ciphertext ‖ tag`, 29 bytes longer
//! than the plaintext. The associated data names purpose, account, owner and record, so
//! that a ciphertext copied to another row does not open (SEC-063, SEC-064).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base::{ids::AccountId, secret::SecretBytes};
use zeroize::Zeroizing;

/// The first byte of every sealed value: which form the rest has.
const VERSION: u8 = 1;

/// What a sealed value is bound to. A value opens only under the very same binding.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// What the secret is for, as `access-key`.
    pub purpose: &'a str,
    /// The account it belongs to.
    pub account: AccountId,
    /// The id of the user (or 0) that owns it.
    pub owner: u64,
    /// The id of the row that holds it.
    pub record: &'a str,
}

impl Binding<'_> {
    fn associated_data(&self) -> String {
        format!("{}|{}|{}|{}|{VERSION}", self.purpose, self.account, self.owner, self.record)
    }
}

/// A sealed value did not open: wrong key, wrong binding, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed value does not open")]
pub struct Broken;

/// A key that seals: an account's data key, or the master key that wraps those.
pub struct SealingKey(LessSafeKey);

/// How many random bytes one sealing consumes.
pub const NONCE_BYTES: usize = NONCE_LEN;

impl SealingKey {
    /// Takes a 256-bit key into use.
    pub fn new(key: &SecretBytes<32>) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).expect("AES-256 takes any 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Seals `plaintext`. `nonce` must be fresh random bytes for every call.
    pub fn seal(&self, binding: Binding<'_>, nonce: [u8; NONCE_BYTES], plaintext: &[u8]) -> Vec<u8> {
        let mut ciphertext = Zeroizing::new(plaintext.to_vec());
        let aad = Aad::from(binding.associated_data());
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut *ciphertext)
            .expect("a secret is far below the cipher's length limit");
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Opens what [`SealingKey::seal`] made under the same key and binding.
    pub fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Broken> {
        let (&version, rest) = sealed.split_first().ok_or(Broken)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(Broken)?;
        if version != VERSION {
            return Err(Broken);
        }
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let aad = Aad::from(binding.associated_data());
        let opened =
            self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut buffer).map_err(|_| Broken)?;
        let length = opened.len();
        buffer.truncate(length);
        Ok(buffer)
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDING: Binding<'static> =
        Binding { purpose: "access-key", account: AccountId::INSTANCE, owner: 7, record: "CVAKAAAAAAAAAAAAAAAA" };

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(&SecretBytes::new([byte; 32]))
    }

    /// SEC-063: what is stored does not hold the secret, and the right key and row open it.
    #[test]
    fn sec_063_round_trip() {
        let sealed = key(1).seal(BINDING, [9; NONCE_BYTES], b"swordfish");
        assert!(!sealed.windows(9).any(|window| window == b"swordfish"));
        assert_eq!(&**key(1).open(BINDING, &sealed).unwrap(), b"swordfish");
    }

    /// SEC-064: another row, owner, account, purpose or key, and any flipped bit: it does not open.
    #[test]
    fn sec_064_bound_to_its_row() {
        let sealed = key(1).seal(BINDING, [9; NONCE_BYTES], b"swordfish");
        let others = [
            Binding { purpose: "totp", ..BINDING },
            Binding { account: AccountId::parse("100000000000").unwrap(), ..BINDING },
            Binding { owner: 8, ..BINDING },
            Binding { record: "CVAKAAAAAAAAAAAAAAAB", ..BINDING },
        ];
        for other in others {
            assert!(key(1).open(other, &sealed).is_err());
        }
        assert!(key(2).open(BINDING, &sealed).is_err());
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(key(1).open(BINDING, &changed).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(key(1).open(BINDING, &sealed[..length]).is_err());
        }
    }
}
