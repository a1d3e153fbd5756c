//! Passwords that nobody has to think of.

use base::secret::SecretText;
use zeroize::Zeroizing;

use super::Class;
use crate::core::Core;

/// How many characters one has: 120 bits, more than any that somebody thought of.
const LENGTH: usize = 20;
/// No two of these look alike, and none must be escaped in a table. Their number divides 256, so that each has the same
/// chance.
const ALPHABET: &[u8; 64] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz-_+=@%.:";

/// Draws a password of 20 characters with each kind of character among them.
pub(super) fn generate(core: &Core) -> SecretText {
    loop {
        let bytes: [u8; LENGTH] = core.random();
        let drawn = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        text.extend(drawn.map(|byte| char::from(*byte)));
        // About one in six lacks a kind, and is drawn again.
        if Class::ALL.iter().all(|class| text.chars().any(|character| class.has(character))) {
            return SecretText::new(std::mem::take(&mut *text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_characters_look_alike() {
        let mut seen = ALPHABET.to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 64);
        assert!(!ALPHABET.iter().any(|byte| b"0O1lIo".contains(byte)));
    }
}
