//! Verifying a `bce-auth-v1` signature in memory: from parsed request to proven identity, beside the bare hashes
//! that the scheme itself demands, and beside opening the sealed secret.

use std::{cell::Cell, sync::Arc};

use anyhow::{Context, Result, ensure};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::{SecretBytes, SecretText},
    timestamp::Timestamp,
};
use data_encoding::HEXLOWER;
use decide::{
    seal::{Binding, SealingKey},
    snapshot::{AccessKey, Account, Grants, Kind, Principal, Snapshot, Tags},
    verify::{ACCESS_KEY_PURPOSE, Proof, verify},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use signing::{
    Request,
    bce_v1::{self, Authorization, Terms},
};

use crate::{
    measure::{in_turns, nanos},
    report::{self, Amount, Bar, Figure},
};

const ROUNDS: u32 = 31;
const BAR: f64 = 4.0;
const MANY: u64 = 100_000;
/// How many different keys sign in turn where there are many.
const SIGNERS: u64 = 4_096;

const DATA_KEY: [u8; 32] = [3; 32];
pub(crate) const SECRET: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPJQQ";
pub(crate) const SIGNED: [&str; 2] = ["host", "x-bce-date"];
pub(crate) const REQUEST: Request<'static> = Request {
    method: "GET",
    path: "/v1/user/user-00000001",
    query: "",
    headers: &[
        ("host", "iam.example.com:8585"),
        ("user-agent", "bce-sdk-python/0.9.40/3.11.2/linux"),
        ("content-type", "application/json; charset=utf-8"),
        ("x-bce-date", "2026-11-22T10:00:00Z"),
        ("connection", "keep-alive"),
        ("accept", "*/*"),
    ],
};
/// What is signed of it. That the core agrees is checked before anything is measured.
const CANONICAL: &str =
    "GET\n/v1/user/user-00000001\n\nhost:iam.example.com%3A8585\nx-bce-date:2026-11-22T10%3A00%3A00Z";

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let now = Timestamp::parse_seconds("2026-11-22T10:00:00Z").context("not a time")?;
    let (few, many) = (snapshot(1)?, snapshot(MANY)?);
    let signed = (0..SIGNERS).map(|number| sign(number, now)).collect::<Result<Vec<String>>>()?;
    let signed = signed.iter().map(|text| Authorization::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let first = signed.first().context("nothing is signed")?;
    let prefix = format!("bce-auth-v1/{}/2026-11-22T10:00:00Z/1800", first.access_key_id());
    ensure!(sign(0, now)?.ends_with(&bare(&prefix)), "the floor and the core sign differently");
    for authorization in &signed {
        verify(&many, &Proof::BceV1 { authorization, request: &REQUEST, token: None }, now)
            .map_err(|refusal| anyhow::anyhow!("a good signature is refused: {refusal:?}"))?;
    }

    let (sealed, key) = (seal(0)?, LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &DATA_KEY)?));
    let turn = Cell::new(0);
    let next = || {
        turn.set((turn.get() + 1) % signed.len());
        signed.get(turn.get()).unwrap_or(first)
    };
    let [ours_few, ours_hot, ours_many, hashes, opening] = in_turns(
        ROUNDS,
        [
            nanos(|| verify(&few, &Proof::BceV1 { authorization: first, request: &REQUEST, token: None }, now)),
            nanos(|| verify(&many, &Proof::BceV1 { authorization: first, request: &REQUEST, token: None }, now)),
            nanos(|| verify(&many, &Proof::BceV1 { authorization: next(), request: &REQUEST, token: None }, now)),
            nanos(|| bare(&prefix)),
            nanos(|| open(&key, &sealed)),
        ],
    )?;
    let beside = Some(("bare 2 HMAC-SHA-256", Amount::with_min(&hashes, "ns")));
    for (name, ours) in [
        ("verify, 1 key", &ours_few),
        ("verify, 100 000 keys, always the same", &ours_hot),
        ("verify, 100 000 keys, 4 096 of them in turn", &ours_many),
    ] {
        report::figure(&Figure { name, ours: Amount::with_min(ours, "ns"), beside, bar: Bar::RatioAtMost(BAR) });
    }
    let beside = Some(("bare AES-256-GCM open", Amount::with_min(&opening, "ns")));
    report::figure(&Figure { name: "verify, 1 key", ours: Amount::with_min(&ours_few, "ns"), beside, bar: Bar::None });
    Ok(())
}

/// An account whose users have a key each.
fn snapshot(keys: u64) -> Result<Snapshot> {
    let mut snapshot = Snapshot::default();
    let (account, data_key) = (account()?, Arc::new(SealingKey::new(&SecretBytes::new(DATA_KEY))));
    let (root, no_tags) = (UserId::new(1)?, Tags::from([]));
    snapshot.accounts.insert(account, Arc::new(Account { id: account, root, revision: 1, data_key }));
    for number in 0..keys {
        let (id, owner) = (key_id(number), owner(number)?);
        let kind = Kind::User { name: format!("user-{number:08}"), path: "/".to_owned() };
        let (tags, grants) = (Arc::clone(&no_tags), Grants::default());
        let principal = Principal { id: owner, account, kind, enabled: true, groups: Vec::new(), tags, grants };
        snapshot.principals.insert(owner, Arc::new(principal));
        let key = AccessKey { id, account, owner, enabled: true, sealed_secret: seal(number)? };
        snapshot.access_keys.insert(id, Arc::new(key));
    }
    Ok(snapshot)
}

fn sign(number: u64, at: Timestamp) -> Result<String> {
    let id = key_id(number);
    let terms = Terms { access_key_id: id.as_str(), at, expire_s: 1800, signed_headers: &SIGNED };
    Ok(bce_v1::sign(&terms, &SecretText::new(SECRET.to_owned()), &REQUEST)?)
}

fn seal(number: u64) -> Result<Vec<u8>> {
    let id = key_id(number);
    let owner = owner(number)?.number();
    let binding = Binding { purpose: ACCESS_KEY_PURPOSE, account: account()?, owner, record: id.as_str() };
    Ok(SealingKey::new(&SecretBytes::new(DATA_KEY)).seal(binding, [9; NONCE_LEN], SECRET.as_bytes()))
}

fn account() -> Result<AccountId> {
    Ok(AccountId::new(100_000_000_000)?)
}

fn owner(number: u64) -> Result<UserId> {
    Ok(UserId::new(number * 4_096 + 2)?)
}

/// Spread over the whole range, as random ones are.
fn key_id(number: u64) -> AccessKeyId {
    let mut random = [7; 10];
    for (byte, spread) in random.iter_mut().zip((number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()) {
        *byte = spread;
    }
    AccessKeyId::long_term(random)
}

/// The two HMACs of the scheme and the text between them, over bytes that lie ready.
pub(crate) fn bare(prefix: &str) -> String {
    let key = HEXLOWER.encode(&hmac(SECRET.as_bytes(), prefix));
    HEXLOWER.encode(&hmac(key.as_bytes(), CANONICAL))
}

fn hmac(key: &[u8], message: &str) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(message).finalize().into_bytes().into()
}

/// Opens a sealed secret in the cipher's own terms: version, nonce, ciphertext, and associated data of any text.
fn open(key: &LessSafeKey, sealed: &[u8]) -> bool {
    let Some((_, rest)) = sealed.split_first() else { return false };
    let Some((nonce, ciphertext)) = rest.split_first_chunk::<NONCE_LEN>() else { return false };
    let mut buffer = ciphertext.to_vec();
    key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(ASSOCIATED), &mut buffer).is_ok()
}

/// What the first key's secret is bound to.
const ASSOCIATED: &str = "access-key|100000000000|2|CVAK";
