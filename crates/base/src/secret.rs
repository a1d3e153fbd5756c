//! Values that must not be seen: they are wiped when dropped, and nothing prints them.

use std::fmt;

use zeroize::Zeroizing;

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
    use super::*;

    /// SEC-067: what debugging prints holds nothing of the secret.
    #[test]
    fn sec_067_debug_shows_nothing() {
        assert_eq!(format!("{:?}", SecretText::new("swordfish".into())), "SecretText(…)");
        assert_eq!(format!("{:?}", SecretBytes::new([7; 32])), "SecretBytes<32>(…)");
    }
}
