//! The text of the file.

use super::Profiles;
use crate::config::fuzz::{CANARY, is_told};

/// The text of the file: what is read is written so that it reads the same; an error is one line, and shows no value.
pub fn profiles(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    match Profiles::parse(text) {
        Ok(profiles) => {
            let again = Profiles::parse(&profiles.to_text()).expect("what is written can be read");
            assert!(again == profiles, "it became another file");
            true
        }
        Err(error) => {
            let told = format!("{error:#}");
            assert!(!told.is_empty() && (is_told(text) || !told.contains(CANARY)), "it shows a value");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;

    #[test]
    fn sec_274_fuzz_profiles() {
        let seeds = [
            "current = \"a\"\n[a]\nendpoint = \"https://a\"\naccess_key_id = \"x\"\nsecret_access_key = \"swordfish\"\n",
            "[\"b.c@d\"]\nendpoint = 'http://[::1]:1'\napi_key = \"\"\"swordfish\"\"\"\noutput = \"json\"\nca = \"ca.pem\"\n",
        ];
        let pieces: [&[u8]; 16] = [
            b"\"",
            b"=",
            b"[",
            b"]",
            b"\n",
            b"'",
            b"#",
            b".",
            b"\\u0000",
            b"\\u00e9",
            b"\\",
            b"session_token = \"t\"\n",
            b"api_key = \"k\"\n",
            b"true",
            b"\xFF",
            "张".as_bytes(),
        ];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        Trial { name: "profiles", seeds, pieces: &pieces, rounds: 10_000 }.run(profiles);
    }
}
