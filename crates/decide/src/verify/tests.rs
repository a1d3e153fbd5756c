use std::{sync::Arc, time::Duration};

use base::secret::SecretBytes;
use signing::{Request, sigv4::Body};

use super::*;
use crate::{
    seal::SealingKey,
    snapshot::{Grants, Kind, Principal},
};

const KEY: &str = "CVAKAAAAAAAAAAAAAAAA";
const SECRET: &str = "secret";
const NOW: &str = "2026-11-22T08:00:00Z";

fn account() -> AccountId {
    AccountId::new(100_000_000_000).unwrap()
}

/// One account with one key of one principal.
fn snapshot(enabled: bool, key_enabled: bool) -> Snapshot {
    let (account, owner, id) = (account(), UserId::new(1).unwrap(), AccessKeyId::parse(KEY).unwrap());
    let sealing = SealingKey::new(&SecretBytes::new([7; 32]));
    let binding = Binding { purpose: ACCESS_KEY_PURPOSE, account, owner: owner.number(), record: id.as_str() };
    let sealed_secret = sealing.seal(binding, [9; 12], SECRET.as_bytes());
    let mut snapshot = Snapshot::default();
    let data_key = Arc::new(sealing);
    snapshot.accounts.insert(account, Arc::new(Account { id: account, root: owner, revision: 1, data_key }));
    snapshot.access_keys.insert(id, Arc::new(AccessKey { id, account, owner, enabled: key_enabled, sealed_secret }));
    let (tags, grants, groups) = (Arc::default(), Grants::default(), Vec::new());
    let principal = Principal { id: owner, account, kind: Kind::Root, enabled, groups, tags, grants };
    snapshot.principals.insert(owner, Arc::new(principal));
    snapshot
}

fn now() -> Timestamp {
    Timestamp::parse_seconds(NOW).unwrap()
}

/// Signs a request in one of the schemes and verifies it.
#[derive(Clone, Copy)]
struct Case {
    sigv4: bool,
    key: &'static str,
    secret: &'static str,
    token: bool,
    /// How long after it was signed it is verified.
    after: Duration,
}

impl Case {
    fn verify(self, snapshot: &Snapshot) -> Result<Identity, Refusal> {
        let secret = SecretText::new(self.secret.to_owned());
        let mut headers = vec![("host", "example.com"), (sigv4::DATE, "20261122T080000Z")];
        if self.token {
            headers.push((sigv4::SECURITY_TOKEN, "token"));
        }
        let request = Request { method: "GET", path: "/", query: "", headers: &headers };
        let at = now().plus(self.after);
        if self.sigv4 {
            let (body, rules) = (Body::Whole(b""), Rules::MANAGEMENT);
            let terms = sigv4::Terms { access_key_id: self.key, region: "bj", service: "claviger" };
            let text = sigv4::sign(&terms, &secret, &request, body, rules).unwrap();
            let mut sent = headers.clone();
            sent.push(("authorization", &text));
            let authorization = sigv4::Authorization::parse(&sent, &[]).unwrap();
            return verify(
                snapshot,
                &Proof::SigV4 { authorization: &authorization, request: &request, body, rules },
                at,
            );
        }
        let terms = bce_v1::Terms { access_key_id: self.key, at: now(), expire_s: 900, signed_headers: &["host"] };
        let text = bce_v1::sign(&terms, &secret, &request).unwrap();
        let authorization = bce_v1::Authorization::parse(&text).unwrap();
        verify(
            snapshot,
            &Proof::BceV1 { authorization: &authorization, request: &request, token: self.token.then_some("token") },
            at,
        )
    }
}

/// SEC-076: the signature is looked at before its time, and both before the status of key and user; in each scheme.
#[test]
fn sec_076_only_who_holds_the_secret_learns_more() {
    let (good, off, key_off) = (snapshot(true, true), snapshot(false, true), snapshot(true, false));
    for sigv4 in [false, true] {
        let right = Case { sigv4, key: KEY, secret: SECRET, token: false, after: Duration::ZERO };
        let wrong = Case { secret: "wrong", ..right };
        let late = Duration::from_secs(901);
        let identity = right.verify(&good).unwrap();
        let key = AccessKeyId::parse(KEY).unwrap();
        assert_eq!(identity, Identity::with_key(account(), UserId::new(1).unwrap(), key));
        for (case, snapshot, refusal) in [
            (Case { key: "CVAKAAAAAAAAAAAAAAAB", ..right }, &good, Refusal::UnknownKey),
            (Case { key: "alice", ..right }, &good, Refusal::UnknownKey),
            (wrong, &good, Refusal::WrongSignature),
            (wrong, &off, Refusal::WrongSignature),
            (wrong, &key_off, Refusal::WrongSignature),
            (Case { after: late, ..wrong }, &off, Refusal::WrongSignature),
            (Case { after: late, ..right }, &off, Refusal::NotFresh(Freshness::Expired)),
            (right, &off, Refusal::Disabled),
            (right, &key_off, Refusal::Disabled),
            (right, &Snapshot::default(), Refusal::UnknownKey),
        ] {
            assert_eq!(case.verify(snapshot), Err(refusal));
        }
    }
}

/// SEC-300: an unsigned token says nothing; a signed one is a session's, and no key that is stored is.
#[test]
fn sec_300_tokens() {
    let case = Case { sigv4: false, key: KEY, secret: SECRET, token: true, after: Duration::ZERO };
    assert!(case.verify(&snapshot(true, true)).is_ok());
    assert_eq!(Case { sigv4: true, ..case }.verify(&snapshot(true, true)), Err(Refusal::BadToken));
}

#[test]
fn a_secret_that_does_not_open_is_told_as_such() {
    let (good, mut broken) = (snapshot(true, true), snapshot(true, true));
    let id = AccessKeyId::parse(KEY).unwrap();
    let key = good.access_keys.get(&id).unwrap();
    let sealed_secret = vec![1; key.sealed_secret.len()];
    broken.access_keys.insert(id, Arc::new(AccessKey { sealed_secret, ..(**key).clone() }));
    let case = Case { sigv4: true, key: KEY, secret: SECRET, token: false, after: Duration::ZERO };
    assert_eq!(case.verify(&broken), Err(Refusal::Broken(account(), id)));
}
