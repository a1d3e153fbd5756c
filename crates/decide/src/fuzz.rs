//! Bodies for fuzzing (SEC-274): see the crate `spoil`.

use std::sync::Arc;

use base::{ids::AccessKeyId, secret::SecretBytes, timestamp::Timestamp};

use crate::{
    api_key,
    session::{TokenKey, codec},
    snapshot::{Snapshot, System},
    verify::{self, Proof},
};

fn snapshot() -> Snapshot {
    Snapshot::new(Arc::new(System::default().with_tokens(TokenKey::new(&SecretBytes::new([5; 32])))))
}

/// What a token seals: what is read is written again as it was, byte for byte, and whether the session is good can be
/// asked. Without the seal, which lets nothing else pass than what we have written ourselves.
pub fn session(input: &[u8]) -> bool {
    let snapshot = snapshot();
    let Some((session, secret)) = codec::read(input, &snapshot.system.catalogue) else { return false };
    assert!(*codec::write(&session, &secret) == *input, "one session has two forms");
    let moment = Timestamp::from_micros(0);
    assert!(!session.is_good(&snapshot, moment), "nobody is there whose session it could be");
    let _ = (session.depth(), session.begun_by(), session.goes_back_to_limited(), format!("{session:?}"));
    true
}

/// A text that is presented as a token or a key: nobody is let in by it, for nobody is there. Whether it has the form of
/// an API key.
pub fn bearer(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else { return false };
    let snapshot = snapshot();
    let now = Timestamp::from_micros(1_795_334_400_000_000);
    assert!(verify::verify(&snapshot, &Proof::Bearer(text), now).is_err());
    let key = AccessKeyId::temporary(base::ids::AccountId::INSTANCE, [7; 5]);
    let tokens = TokenKey::new(&SecretBytes::new([5; 32]));
    assert!(tokens.open(&key, text, &snapshot).is_err() && tokens.open_bearer(text, &snapshot).is_err());
    let Some(presented) = api_key::parse(text) else { return false };
    assert!(text.starts_with(api_key::PREFIX) && text.len() == api_key::LEN && presented.is(&presented.digest));
    true
}

#[cfg(test)]
mod tests {
    use spoil::Trial;

    use super::*;
    use crate::{
        session::TOKEN_MAX,
        testing::{ALICE, chained, policy, secret, session_as, session_of, statement},
    };

    #[test]
    fn sec_274_fuzz_session() {
        let mut limited = session_of(ALICE);
        limited.policy = Some(policy(&statement("Allow", "bos:*", "")));
        limited.mfa = Some(limited.issued);
        let mut tagged = chained(22, session_as(21, ALICE), 12);
        if let Some(assumed) = &mut tagged.assumed {
            assumed.tags = vec![("team".to_owned(), "a".to_owned()), (String::new(), "张".to_owned())];
            assumed.external_id = Some("x".to_owned());
            assumed.source_identity = Some("alice".to_owned());
        }
        let sessions = [session_of(ALICE), limited, session_as(21, ALICE), tagged];
        let seeds = sessions.iter().map(|session| codec::write(session, &secret("s")).to_vec()).collect();
        let pieces: [&[u8]; 9] =
            [&[0], &[1], &[2], &[0xFF], &[0, 0], &[0, 1], &[0xFF, 0xFF], &[0; 8], b"\x00\x06native"];
        Trial { name: "session", seeds, pieces: &pieces, rounds: 20_000 }.run(session);
    }

    #[test]
    fn sec_274_fuzz_bearer() {
        let token = "A".repeat(TOKEN_MAX);
        let seeds = ["clv_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg3Safig", "clvt_AAAA", &token[..300]];
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec()).to_vec();
        let pieces: [&[u8]; 8] = [b"clv_", b"clvt_", b"-", b"_", b"=", b" ", b"\0", "é".as_bytes()];
        Trial { name: "bearer", seeds, pieces: &pieces, rounds: 10_000 }.run(bearer);
    }
}
