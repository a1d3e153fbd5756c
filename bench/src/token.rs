//! Verifying what is its own proof, or brings one along: bearer tokens and session tokens beside the bare opening of
//! their cipher, API keys beside the bare hash of their text.

use std::{collections::HashSet, sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow, ensure};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
};
use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::{SecretBytes, SecretText},
    timestamp::Timestamp,
};
use data_encoding::BASE64URL_NOPAD;
use decide::{
    api_key,
    identity::Actor,
    session::{BEARER_PREFIX, Session, SessionPolicy, TokenKey},
    snapshot::{ApiKey, Grants, Kind, Principal, Rules, Snapshot, System},
    verify::{Proof, verify},
};
use policy::{
    catalogue::Catalogue,
    document::Purpose,
    grammar::{self, Flavour},
};
use signing::bce_v1::{self, Authorization, Terms};

use crate::{
    measure::{in_turns, nanos},
    report::{self, Amount, Bar, Figure},
    verify::{REQUEST, SECRET, SIGNED, bare},
};

const ROUNDS: u32 = 31;
const KEY: [u8; 32] = [5; 32];
/// A document as somebody would give a session: one statement, an address, a prefix.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"read","Effect":"Allow","Action":["bos:GetObject","bos:ListBucket"],"Resource":"crn:bos:*:*:photos/2026/*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}"#;

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let now = Timestamp::parse_seconds("2026-11-22T10:00:00Z").context("not a time")?;
    let (tokens, api) = (TokenKey::new(&SecretBytes::new(KEY)), api_key::draw(&|bytes| bytes.fill(7)));
    let snapshot = snapshot(tokens.clone(), api.1)?;
    let sealed = |session: &Session| {
        let secret = SecretText::new(SECRET.to_owned());
        tokens.seal(session, &secret, [9; NONCE_LEN]).map_err(|error| anyhow!(error))
    };
    let bearer = sealed(&session(now, true, false)?)?;
    let limited = sealed(&session(now, true, true)?)?;
    let (signed, token) = (session(now, false, false)?, sealed(&session(now, false, false)?)?);
    let terms = Terms { access_key_id: signed.key.as_str(), at: now, expire_s: 1800, signed_headers: &SIGNED };
    let text = bce_v1::sign(&terms, &SecretText::new(SECRET.to_owned()), &REQUEST)?;
    let authorization = Authorization::parse(&text)?;
    let with_token = || Proof::BceV1 { authorization: &authorization, request: &REQUEST, token: Some(token.expose()) };
    for proof in
        [Proof::Bearer(bearer.expose()), Proof::Bearer(limited.expose()), with_token(), Proof::Bearer(api.0.expose())]
    {
        verify(&snapshot, &proof, now).map_err(|refusal| anyhow!("a good token is refused: {refusal:?}"))?;
    }

    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY)?);
    let plain_of = |token: &SecretText| {
        let text = token.expose();
        let sealed = BASE64URL_NOPAD.decode(text.strip_prefix(BEARER_PREFIX).unwrap_or(text).as_bytes());
        sealed.map_err(|error| anyhow!("a token is not base64: {error}"))
    };
    let (bearer_bytes, token_bytes) = (plain_of(&bearer)?, plain_of(&token)?);
    let (bearer_binding, token_binding) =
        ("bearer|000000000000|0||1".to_owned(), format!("session|000000000000|0|{}|1", signed.key));
    ensure!(open(&key, &bearer_binding, &bearer_bytes), "the floor does not open the bearer token");
    ensure!(open(&key, &token_binding, &token_bytes), "the floor does not open the session token");
    let prefix = format!("bce-auth-v1/{}/2026-11-22T10:00:00Z/1800", signed.key);

    let [ours_bearer, ours_limited, ours_signed, ours_api, opening, opening_and_hashes, hash] = in_turns(
        ROUNDS,
        [
            nanos(|| verify(&snapshot, &Proof::Bearer(bearer.expose()), now)),
            nanos(|| verify(&snapshot, &Proof::Bearer(limited.expose()), now)),
            nanos(|| verify(&snapshot, &with_token(), now)),
            nanos(|| verify(&snapshot, &Proof::Bearer(api.0.expose()), now)),
            nanos(|| open(&key, &bearer_binding, &bearer_bytes)),
            nanos(|| (open(&key, &token_binding, &token_bytes), bare(&prefix))),
            nanos(|| digest(&SHA256, api.0.expose().as_bytes())),
        ],
    )?;
    for (name, ours, floor, beside) in [
        ("verify, bearer token", &ours_bearer, "bare AES-256-GCM open", &opening),
        ("verify, bearer token with a document", &ours_limited, "bare AES-256-GCM open", &opening),
        ("verify, signature by a session", &ours_signed, "bare open and 2 HMAC-SHA-256", &opening_and_hashes),
        ("verify, API key", &ours_api, "bare SHA-256", &hash),
    ] {
        let beside = Some((floor, Amount::with_min(beside, "ns")));
        report::figure(&Figure { name, ours: Amount::with_min(ours, "ns"), beside, bar: Bar::None });
    }
    Ok(())
}

/// An account with a user, who has an API key.
fn snapshot(tokens: TokenKey, presented: api_key::Presented) -> Result<Snapshot> {
    let system = System::new(Catalogue::built_in(), HashSet::new()).with_tokens(tokens);
    let mut snapshot = Snapshot::new(Arc::new(system));
    let (account, owner) = (account()?, user()?);
    let principal = Principal {
        id: owner,
        account,
        kind: Kind::User { name: "alice".to_owned(), path: "/".to_owned() },
        enabled: true,
        groups: Vec::new(),
        tags: [].into(),
        grants: Grants::default(),
    };
    snapshot.principals.insert(owner, Arc::new(principal));
    let api_key::Presented { id, digest } = presented;
    let key = ApiKey { id, account, owner, digest, enabled: true, expires: None, rules: None };
    snapshot.api_keys.insert(id, Arc::new(key));
    Ok(snapshot)
}

/// Alice's session for an hour.
fn session(now: Timestamp, bearer: bool, limited: bool) -> Result<Session> {
    let policy = limited.then(|| {
        let document = grammar::parse(POLICY, Flavour::Native, Purpose::Identity)?;
        let rules = Arc::new(Rules::new(&document, &Catalogue::built_in()));
        anyhow::Ok(SessionPolicy { flavour: Flavour::Native, text: POLICY.to_owned(), rules })
    });
    Ok(Session {
        key: AccessKeyId::temporary(account()?, [1; 5]),
        account: account()?,
        actor: Actor::User(user()?),
        issued: now,
        began: 1,
        expires: now.plus(Duration::from_secs(3_600)),
        mfa: None,
        policy: policy.transpose()?,
        assumed: None,
        bearer,
    })
}

fn account() -> Result<AccountId> {
    Ok(AccountId::new(100_000_000_000)?)
}

fn user() -> Result<UserId> {
    Ok(UserId::new(4_098)?)
}

/// Opens what was sealed: version, nonce, ciphertext.
fn open(key: &LessSafeKey, binding: &str, sealed: &[u8]) -> bool {
    let Some((_, rest)) = sealed.split_first() else { return false };
    let Some((nonce, ciphertext)) = rest.split_first_chunk::<NONCE_LEN>() else { return false };
    let mut buffer = ciphertext.to_vec();
    key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(binding), &mut buffer).is_ok()
}
