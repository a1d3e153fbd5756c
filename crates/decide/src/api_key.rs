//! API keys: a text that is its own proof.
//!
//! `clv_`, then 43 characters drawn at random (256 bits), then six characters of checksum over what stands before, so
//! that a typing error, or a text that only looks like a key, is known without a look-up, and scanners can tell a leaked
//! one. Only the SHA-256 digest of the whole text is kept. The key's id is made from the digest: whoever presents a text
//! names its row, and nobody who knows the row can present the text.

use aws_lc_rs::digest::{SHA256, digest};
use base::{
    ids::ApiKeyId,
    secret::{ALPHABET, SecretText},
};
use subtle::ConstantTimeEq;

/// How every key begins.
pub const PREFIX: &str = "clv_";
/// How many characters are drawn: 62^43 is more than 2^256.
const DRAWN: usize = 43;
/// How many characters the checksum has: 62^6 is more than 2^32.
const CHECKSUM: usize = 6;
/// How many characters a key has.
pub const LEN: usize = PREFIX.len() + DRAWN + CHECKSUM;

/// An API key that was presented: all that may be kept of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presented {
    /// Under which id the key is kept, if it is one of ours.
    pub id: ApiKeyId,
    /// The digest of its text.
    pub digest: [u8; 32],
}

impl Presented {
    /// Of a text that is known to be a key.
    fn of(text: &str) -> Self {
        let mut whole = [0; 32];
        whole.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        let mut first = [0; 10];
        first.iter_mut().zip(whole).for_each(|(place, byte)| *place = byte);
        Self { id: ApiKeyId::of(first), digest: whole }
    }

    /// Whether it is the key of which that digest was kept. Takes the same time wherever they differ.
    pub fn is(&self, kept: &[u8; 32]) -> bool {
        self.digest.ct_eq(kept).into()
    }
}

/// Draws a key with bytes that `fill` gives.
pub fn draw(fill: &dyn Fn(&mut [u8])) -> (SecretText, Presented) {
    let drawn = SecretText::drawn(DRAWN, fill);
    let mut text = String::with_capacity(LEN); // all of it, so that no copy stays behind
    text.push_str(PREFIX);
    text.push_str(drawn.expose());
    let checksum = checksum(&text);
    text.extend(checksum);
    let presented = Presented::of(&text);
    (SecretText::new(text), presented)
}

/// Reads a text that is presented as a key; `None` where it cannot be one, by its form or its checksum.
pub fn parse(text: &str) -> Option<Presented> {
    let body = text.strip_prefix(PREFIX).filter(|_| text.len() == LEN)?;
    if !body.bytes().all(|byte| ALPHABET.contains(&byte)) {
        return None;
    }
    let (before, end) = text.split_at_checked(LEN - CHECKSUM)?;
    checksum(before).eq(end.chars()).then(|| Presented::of(text))
}

/// CRC-32 of the text, in six digits of [`ALPHABET`], the highest first.
fn checksum(text: &str) -> impl Iterator<Item = char> + use<> {
    let mut digits = ['0'; CHECKSUM];
    let mut rest = crc_32(text.as_bytes());
    for digit in digits.iter_mut().rev() {
        *digit = char::from(ALPHABET.get((rest % 62) as usize).copied().unwrap_or(b'0'));
        rest /= 62;
    }
    digits.into_iter()
}

/// CRC-32 as Ethernet and zip have it (polynomial 04C11DB7, reflected).
fn crc_32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn drawn(seed: u64) -> (SecretText, Presented) {
        let state = Cell::new(seed);
        draw(&|bytes| {
            for byte in bytes {
                state.set(state.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
                *byte = (state.get() >> 56) as u8;
            }
        })
    }

    /// The check value that the catalogue of CRC algorithms gives for CRC-32/ISO-HDLC.
    #[test]
    fn the_checksum_is_the_one_that_everybody_has() {
        assert_eq!(crc_32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc_32(b""), 0);
        assert_eq!(checksum("clv_").count(), CHECKSUM);
    }

    /// SEC-068: recognisable, with a checksum, and its id follows from its digest.
    #[test]
    fn sec_068_a_key_is_read_as_it_was_drawn() {
        for seed in 0..500 {
            let (text, presented) = drawn(seed);
            let text = text.expose();
            assert_eq!((text.len(), &text[..4]), (LEN, "clv_"));
            assert_eq!(parse(text), Some(presented));
            assert!(presented.is(&Presented::of(text).digest));
        }
    }

    /// The digest and the id of one text, computed by other means (sha256sum; base32 of its first ten bytes, the lowest
    /// five bits first), and the checksum (Python's `zlib.crc32`).
    #[test]
    fn sec_068_a_known_key() {
        let presented = parse("clv_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg3Safig").unwrap();
        assert_eq!(presented.id.as_str(), "CVAPTJG2ATJYDTG3NIXJ");
        let [high, low] =
            [0, 16].map(|first| u128::from_be_bytes(presented.digest[first..first + 16].try_into().unwrap()));
        assert_eq!(format!("{high:032x}"), "4dd0dd9a63c2660d1933fe94d7b9ff5b");
        assert_eq!(format!("{low:032x}"), "d786e4b93654e71f284399870489aae0");
    }

    /// SEC-068: a checksum of 32 bits tells every change of one character.
    #[test]
    fn sec_068_a_key_with_one_character_changed_is_none() {
        let (text, _) = drawn(7);
        let text = text.expose();
        for place in 0..LEN {
            for other in ALPHABET.iter().chain(b"_- .") {
                let mut changed = text.as_bytes().to_vec();
                if changed[place] != *other {
                    changed[place] = *other;
                    assert_eq!(parse(std::str::from_utf8(&changed).unwrap()), None, "{place}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        let (text, presented) = drawn(7);
        let text = text.expose();
        let longer = format!("{text}0");
        let swapped = format!("{}{}{}{}", &text[..10], &text[11..12], &text[10..11], &text[12..]);
        let upper = text.to_uppercase();
        let foreign = format!("clv_é{}", &text[6..]);
        for bad in
            ["", "clv_", "CVAPAAAAAAAAAAAAAAAA", &text[..LEN - 1], &text[1..], &longer, &upper, &swapped, &foreign]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
        let mut other = presented.digest;
        other[31] ^= 1;
        assert!(!presented.is(&other));
    }
}
