//! Passwords that nobody has to think of.

use base::secret::SecretText;
use zeroize::Zeroizing;

use super::Class;
use crate::core::Core;

/// How many characters one has: 118 bits, more than any that somebody thought of.
const LENGTH: usize = 20;
/// No two of these look alike, and none is taken for something of its own by a shell or a spreadsheet.
const ALPHABET: &[u8; 60] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz-_.%";
/// Bytes below are as many of each character; those above are drawn again.
const FAIR: u8 = 240;

/// Draws a password of 20 characters with each kind of character among them, a letter or a digit first.
pub(super) fn generate(core: &Core) -> SecretText {
    loop {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        while text.len() < LENGTH {
            let bytes: [u8; 32] = core.random();
            let missing = LENGTH - text.len();
            let fair = bytes.iter().filter(|byte| **byte < FAIR);
            let drawn = fair.filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()));
            text.extend(drawn.take(missing).map(|byte| char::from(*byte)));
        }
        // About every third lacks a kind, and is drawn again.
        let is_whole = Class::ALL.iter().all(|class| text.chars().any(|character| class.has(character)));
        if is_whole && text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return SecretText::new(std::mem::take(&mut *text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_characters_look_alike_and_each_is_as_likely() {
        let mut seen = ALPHABET.to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), usize::from(FAIR) % ALPHABET.len()), (ALPHABET.len(), 0));
        assert!(!ALPHABET.iter().any(|byte| b"0O1lIo=+@".contains(byte)));
    }
}
