//! The promise of upgrades: a store that any landed version has made opens with today's program, in either database, and
//! nothing of it is lost (SEC-250).
//!
//! `crates/iam/fixtures` has one small store for each version of the schema, as text, a row a line. Version 1 never stood
//! alone but where a node was killed between two steps, so that store is empty. The others were made by programs of
//! their time, which have worked on them as people do: made, renamed, given and taken away.

mod fixture;
pub(super) mod made;

use base::{ids::AccountId, secret::SecretText, timestamp::Timestamp};
use decide::verify::{Proof, Refusal, verify};
use signing::sigv4::{self, Body, rules::Rules};

use self::fixture::{Fixture, Key, Use};
use super::support::{Node, Store, TestDatabase, operator, server, write_key};
use crate::{audit, db::migrate::MIGRATIONS, users};

/// The master key that every fixture begins with. It is nobody's secret: its bytes count up, and what it wraps stands open
/// beside it. A fixture says which others it has.
const MASTER_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// Every fixture, in a place of its own in each database.
pub(super) fn on_each_fixture(test: impl Fn(&Fixture, &Store)) {
    for fixture in Fixture::all() {
        let store = Store::Sqlite(tempfile::tempdir().unwrap());
        fixture.make(&store);
        test(&fixture, &store);
        let Some(server) = server() else { return println!("NOT RUN: the half on PostgreSQL") };
        let store = Store::Postgres(TestDatabase::empty(&server));
        fixture.make(&store);
        test(&fixture, &store);
    }
}

/// Opens it with the master keys that it has.
pub(super) fn open(fixture: &Fixture, store: &Store) -> Node {
    store.node_with(|settings| write_key(settings.master_key.as_ref().unwrap(), &fixture.master_keys))
}

/// Whoever adds a migration must leave a store of the version before it: run
/// `CLAVIGER_WRITE_FIXTURE=1 cargo test -p iam --lib stores::made` *before* the migration is in the list.
#[test]
fn sec_250_every_version_of_the_schema_before_this_one_has_a_fixture() {
    let present: Vec<usize> = Fixture::all().iter().map(|fixture| fixture.schema).collect();
    for version in 1..MIGRATIONS.len() {
        assert!(present.contains(&version), "there is no fixture of schema version {version}: see `tests/stores`");
    }
}

/// SEC-250: it opens, its schema is today's, and everything that it held is there and fits its trail.
#[test]
fn sec_250_a_store_of_every_landed_version_opens_with_all_that_is_in_it() {
    on_each_fixture(|fixture, store| {
        let node = open(fixture, store);
        for account in fixture.accounts() {
            assert_whole(&node, account, fixture.schema);
        }
        assert_whole(&node, AccountId::INSTANCE, fixture.schema);
        assert_keys(&node, &fixture.keys);
        drop(node);
        assert_eq!(store.schema(), MIGRATIONS.len());
        assert_keys(&open(fixture, store), &fixture.keys);
    });
}

/// SEC-250: and it goes on to be a store that people work with.
#[test]
fn sec_250_an_upgraded_store_takes_changes() {
    on_each_fixture(|fixture, store| {
        let node = open(fixture, store);
        let Some(root) = fixture.keys.iter().find(|key| key.name == "root") else {
            return assert_eq!(fixture.schema, 1, "a fixture has a root");
        };
        let caller = root.caller(&node);
        let profile = users::Profile::new(crate::values::EntityName::parse("late").unwrap());
        node.change(&caller, users::Create { profile }).unwrap();
        assert_whole(&node, root.account, fixture.schema);
    });
}

/// The chain is whole, and replaying it gives the tables (SEC-178).
#[track_caller]
fn assert_whole(node: &Node, account: AccountId, schema: usize) {
    let verify = audit::Verify::of(Some(account));
    let verified = node.query(&operator(), verify).unwrap();
    assert!(verified.verdict.is_ok(), "schema {schema}, account {account}: {verified:?}");
    let replayed = node.query(&operator(), audit::Replay { account: Some(account) }).unwrap();
    assert_eq!(replayed.differences, [], "schema {schema}, account {account}");
}

/// Each key signs, or does not, as it did.
#[track_caller]
pub(super) fn assert_keys(node: &Node, keys: &[Key]) {
    for key in keys {
        let found = sign_and_verify(node, key);
        let wanted = match key.may {
            Use::Sign => Ok(key.account),
            Use::Disabled => Err(Refusal::Disabled),
            Use::Deleted => Err(Refusal::UnknownKey),
        };
        assert_eq!(found, wanted, "{}", key.name);
    }
}

/// Whose a request is that is signed with the key.
fn sign_and_verify(node: &Node, key: &Key) -> Result<AccountId, Refusal> {
    let at = Timestamp::parse_seconds("2026-11-24T12:00:00Z").unwrap();
    let (date, secret) = (sigv4::date_text(at), SecretText::new(key.secret.clone()));
    let mut headers = vec![("host", "example.com"), (sigv4::DATE, date.as_str())];
    let request = signing::Request { method: "GET", path: "/", query: "", headers: &headers.clone() };
    let terms = sigv4::Terms { access_key_id: &key.id, region: "any", service: "claviger" };
    let (body, rules) = (Body::Whole(b""), Rules::MANAGEMENT);
    let text = sigv4::sign(&terms, &secret, &request, body, rules).unwrap();
    headers.push(("authorization", &text));
    let authorization = sigv4::Authorization::parse(&headers, &[]).unwrap();
    let proof = Proof::SigV4 { authorization: &authorization, request: &request, body, rules };
    verify(&node.iam.snapshot().unwrap(), &proof, at).map(|identity| identity.account)
}
