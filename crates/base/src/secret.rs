//! Values that must not be seen: they are wiped when dropped, and nothing prints them.

use std::fmt;

use zeroize::Zeroizing;

/// What drawn secrets are spelled with: legal in every wire, nothing to escape.
pub const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Secret text: a password, a secret access key.
///
/// It has no `Debug`, `Display` or serialised form that shows the text (SEC-067);
/// [`SecretText::expose`] is the one way in, and easy to search for.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Draws `length` characters of [`ALPHABET`] with bytes that `fill` gives, each character with the same chance: bytes
    /// that would favour some are drawn again.
    pub fn drawn(length: usize, fill: &dyn Fn(&mut [u8])) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(length));
        let mut bytes = Zeroizing::new([0u8; 64]);
        while text.len() < length {
            fill(&mut *bytes);
            let characters = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte >> 2)));
            let missing = length - text.len();
            text.extend(characters.take(missing).map(|byte| char::from(*byte)));
        }
        Self(text)
    }

    /// The text itself. Keep the borrow short, and never in a log or an error.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// Secret bytes of a fixed length: a key of a cipher.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes<const N: usize>(Zeroizing<[u8; N]>);

impl<const N: usize> SecretBytes<N> {
    /// Takes the bytes over.
    pub fn new(bytes: [u8; N]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> fmt::Debug for SecretBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes<{N}>(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// SEC-067: what debugging prints holds nothing of the secret.
    #[test]
    fn sec_067_debug_shows_nothing() {
        assert_eq!(format!("{:?}", SecretText::new("swordfish".into())), "SecretText(…)");
        assert_eq!(format!("{:?}", SecretBytes::new([7; 32])), "SecretBytes<32>(…)");
    }

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
            let secret = SecretText::drawn(44, &fill);
            assert_eq!(secret.expose().len(), 44);
            for character in secret.expose().bytes() {
                *seen.entry(character).or_insert(0u32) += 1;
            }
        }
        assert_eq!(seen.len(), 62);
        let mean = 2_000 * 44 / 62;
        assert!(seen.values().all(|count| count.abs_diff(mean) < mean / 4), "{seen:?}");
    }
}
