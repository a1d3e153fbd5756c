//! Keys of the installation itself.

use std::{
    collections::BTreeSet,
    sync::{Barrier, atomic::AtomicU64},
};

use base::{secret::SecretBytes, timestamp::Timestamp};

use super::support::{MASTER_KEY, Seeded, Store, on_each, on_postgres};
use crate::{
    OpenError,
    db::instance,
    instance_keys::instance_key,
    keyring::{KEY_BYTES, Keyring},
};

const NOW: Timestamp = Timestamp::START_OF_2026;

fn keyring() -> Keyring {
    let bytes = data_encoding::HEXLOWER.decode(MASTER_KEY.as_bytes()).unwrap();
    Keyring::of_first(SecretBytes::new(bytes.try_into().unwrap()))
}

fn key(store: &Store, name: &'static str, seed: u64) -> Result<[u8; KEY_BYTES], OpenError> {
    let key = instance_key(&mut store.opened(), &keyring(), name, &Seeded(AtomicU64::new(seed << 40)), NOW)?;
    Ok(*key.expose())
}

/// SEC-063: it stays the same, each name has another, and what is kept of it does not show it.
#[test]
fn sec_063_a_key_of_the_installation_is_made_once_and_kept_wrapped() {
    on_each(|store| {
        drop(store.node());
        let tokens = key(store, "session-tokens", 1).unwrap();
        let signing = key(store, "audit-signing", 2).unwrap();
        assert_eq!(key(store, "session-tokens", 3).unwrap(), tokens);
        assert_ne!(tokens, signing);
        let kept = store.opened().transact(|tx| Ok(instance::key(tx, "session-tokens")?)).unwrap().unwrap();
        assert!(!kept.windows(8).any(|window| tokens.windows(8).any(|part| part == window)));
    });
}

/// SEC-064: under another name it does not open.
#[test]
fn sec_064_a_key_of_the_installation_is_bound_to_its_name() {
    on_each(|store| {
        drop(store.node());
        key(store, "session-tokens", 1).unwrap();
        let moved = store.opened().transact(|tx| {
            let wrapped = instance::key(tx, "session-tokens")?.unwrap();
            Ok(instance::keep_key(tx, "another", wrapped, NOW)?)
        });
        moved.unwrap();
        let refused = key(store, "another", 2).unwrap_err();
        assert!(matches!(refused, OpenError::Damaged(_)), "{refused}");
    });
}

/// Nodes that start at once have one key between them.
#[test]
fn sec_063_of_keys_that_nodes_make_at_once_one_wins() {
    on_postgres(|store| {
        drop(store.node());
        let start = Barrier::new(4);
        let keys: BTreeSet<_> = std::thread::scope(|scope| {
            let make = |seed: u64| {
                let start = &start;
                move || {
                    let mut opened = store.opened();
                    start.wait();
                    let key = instance_key(
                        &mut opened,
                        &keyring(),
                        "session-tokens",
                        &Seeded(AtomicU64::new(seed << 40)),
                        NOW,
                    );
                    *key.unwrap().expose()
                }
            };
            let makers: Vec<_> = (1..=4).map(|seed| scope.spawn(make(seed))).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        assert_eq!(keys.len(), 1);
    });
}
