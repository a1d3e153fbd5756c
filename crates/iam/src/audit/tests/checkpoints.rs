//! What an intruder does to the file, and what checkpoints say of it: those in the store, and those that were kept.

use base::{secret::SecretBytes, timestamp::Timestamp};

use super::support::{Home, World, event, execute, fix_head, forge, operator};
use crate::{
    audit::{Checkpoint, CheckpointKey, Fault, KeptHead, Problem, Verified, Verify, checkpoint, link},
    db::head::Head,
    error::Error,
    keyring::KEY_BYTES,
};

/// A store with a history of seven events in one account. There are checkpoints of the fifth and of the seventh.
struct Scene {
    world: World,
    home: Home,
    stated: [Checkpoint; 2],
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let home = world.home();
        for name in ["alice", "bob", "carol"] {
            world.create_user(&home, name).unwrap();
        }
        world.delete_user(&home, "bob").unwrap();
        // A store that is closed leaves no event without a checkpoint.
        let world = world.reopen(|_| {});
        world.create_user(&home, "dave").unwrap();
        world.create_user(&home, "erin").unwrap();
        let world = world.reopen(|file| {
            file.execute_batch("DROP TRIGGER audit_event_no_update; DROP TRIGGER audit_event_no_delete").unwrap();
        });
        let stated = checkpoints(&world, &home);
        assert_eq!(stated.iter().map(|checkpoint| checkpoint.seq).collect::<Vec<_>>(), [5, 7]);
        Self { world, home, stated: stated.try_into().unwrap() }
    }

    /// Does something to the file of the closed store, and verifies it with these checkpoints that were kept.
    fn after(self, kept: &[Checkpoint], deed: impl FnOnce(&rusqlite::Connection, i64)) -> Verified {
        let account = number(&self.home);
        let world = self.world.reopen(|file| deed(file, account));
        verify(&world, &self.home, kept)
    }
}

fn number(home: &Home) -> i64 {
    i64::try_from(home.account.number()).unwrap()
}

fn verify(world: &World, home: &Home, kept: &[Checkpoint]) -> Verified {
    world.query(&operator(), Verify { checkpoints: kept.to_vec(), ..Verify::of(Some(home.account)) }).unwrap()
}

/// Those that are in the file: asking the store would be an event.
fn checkpoints(world: &World, home: &Home) -> Vec<Checkpoint> {
    let file = world.file();
    let text = "SELECT seq, hash, time_us, signature FROM audit_checkpoint WHERE account_id = ?1 ORDER BY seq";
    let mut statement = file.prepare(text).unwrap();
    let rows = statement.query_map([number(home)], |row| {
        Ok(Checkpoint {
            account: home.account,
            seq: u64::try_from(row.get::<_, i64>(0)?).unwrap(),
            hash: row.get(1)?,
            time: Timestamp::from_micros(row.get(2)?),
            signature: row.get(3)?,
            key: world.iam.checkpoint_key(),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The chain as it was up to an event, and its head.
fn cut(file: &rusqlite::Connection, account: i64, last: i64) {
    file.execute("DELETE FROM audit_event WHERE account_id = ?1 AND seq > ?2", [account, last]).unwrap();
    fix_head(file, account);
}

fn forget_checkpoints(file: &rusqlite::Connection, account: i64, behind: i64) {
    file.execute("DELETE FROM audit_checkpoint WHERE account_id = ?1 AND seq > ?2", [account, behind]).unwrap();
}

/// Puts a checkpoint that fits the chain into the store, signed by the intruder's own key.
fn state_falsely(file: &rusqlite::Connection, home: &Home, seq: i64) {
    let key = CheckpointKey::new(&SecretBytes::new([9; KEY_BYTES])).unwrap();
    let head =
        Head { account: home.account, revision: 0, audit_seq: seq, audit_hash: event(file, number(home), seq).1 };
    let checkpoint = key.sign(&head, Timestamp::START_OF_2026).unwrap();
    let row = (number(home), seq, checkpoint.hash, checkpoint.time.micros(), checkpoint.signature);
    file.execute("INSERT OR REPLACE INTO audit_checkpoint VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
}

fn fault(seq: i64, problem: Problem) -> Result<KeptHead, Fault> {
    Err(Fault { seq, problem })
}

#[test]
fn sec_175_an_untouched_chain_fits_its_checkpoints_and_those_that_were_kept() {
    let scene = Scene::new();
    let kept = scene.stated;
    let verified = scene.after(&kept, |_, _| {});
    assert_eq!((verified.verdict.is_ok(), verified.events, verified.checkpoints), (true, 7, 4));
}

#[test]
fn sec_175_truncation_with_a_mended_head_is_found_against_the_stores_own_checkpoints() {
    let verified = Scene::new().after(&[], |file, account| cut(file, account, 6));
    assert_eq!(verified.verdict, fault(7, Problem::Truncated));
    assert_eq!(verified.checkpoints, 1);
}

#[test]
fn sec_175_a_chain_written_anew_is_found_against_the_stores_own_checkpoints() {
    let verified = Scene::new().after(&[], forge);
    assert_eq!(verified.verdict, fault(7, Problem::Rewritten { behind: 5 }));
}

/// Whoever goes back to a checkpoint and takes the later ones away shows a store that once was: only one that was kept
/// elsewhere says that it is not that store any more.
#[test]
fn sec_175_rolling_back_to_a_checkpoint_is_found_against_a_kept_one_only() {
    let roll_back = |file: &rusqlite::Connection, account: i64| {
        cut(file, account, 5);
        forget_checkpoints(file, account, 5);
    };
    assert!(Scene::new().after(&[], roll_back).verdict.is_ok());
    let scene = Scene::new();
    let kept = scene.stated[1];
    assert_eq!(scene.after(&[kept], roll_back).verdict, fault(6, Problem::Truncated));
    let scene = Scene::new();
    let kept = scene.stated;
    let verified = scene.after(&kept, |file, account| {
        forge(file, account);
        forget_checkpoints(file, account, 5);
    });
    assert_eq!(verified.verdict, fault(7, Problem::Rewritten { behind: 5 }));
}

/// SEC-175: who has the database and not the master key makes no checkpoint that passes.
#[test]
fn sec_175_without_the_master_key_no_checkpoint_can_be_forged() {
    let scene = Scene::new();
    let home = Home { account: scene.home.account, root: scene.home.root.clone() };
    let verified = scene.after(&[], |file, account| {
        forge(file, account);
        state_falsely(file, &home, 7);
    });
    assert_eq!(verified.verdict, fault(7, Problem::Unsigned));

    // One of another event, or of another chain, is not one of this.
    for text in [
        "UPDATE audit_checkpoint SET seq = 6 WHERE account_id = ?1 AND seq = 5",
        "UPDATE audit_checkpoint SET hash = zeroblob(32) WHERE account_id = ?1 AND seq = 5",
        "UPDATE audit_checkpoint SET hash = zeroblob(3) WHERE account_id = ?1 AND seq = 5",
        "UPDATE audit_checkpoint SET time_us = time_us + 1000 WHERE account_id = ?1 AND seq = 5",
        "UPDATE audit_checkpoint SET signature = zeroblob(64) WHERE account_id = ?1 AND seq = 5",
    ] {
        let verified = Scene::new().after(&[], |file, account| execute(file, account, text));
        let found = verified.verdict.unwrap_err();
        assert!(found.problem == Problem::Unsigned && [5, 6].contains(&found.seq), "{text}: {found:?}");
    }
}

/// A store whose signing key was taken away makes itself a new one: then nothing fits what was signed before.
#[test]
fn sec_175_another_signing_key_is_found() {
    let lose_key = |file: &rusqlite::Connection, _: i64| {
        assert_eq!(file.execute("DELETE FROM instance_key WHERE name = ?1", [CheckpointKey::NAME]).unwrap(), 1);
    };
    assert_eq!(Scene::new().after(&[], lose_key).verdict, fault(5, Problem::Unsigned));
    let scene = Scene::new();
    let kept = scene.stated;
    let verified = scene.after(&kept, |file, account| {
        lose_key(file, account);
        forget_checkpoints(file, account, 0);
    });
    assert_eq!(verified.verdict, fault(5, Problem::AnotherKey));
}

#[test]
fn sec_175_what_was_kept_must_be_what_was_signed() {
    let scene = Scene::new();
    let [fifth, last] = scene.stated;
    let world = scene.world.reopen(|_| {});
    let other = world.home();
    for (kept, wanted) in [
        (Checkpoint { seq: 6, ..fifth }, fault(6, Problem::Unsigned)),
        (Checkpoint { hash: last.hash, ..fifth }, fault(5, Problem::Unsigned)),
        (Checkpoint { account: other.account, ..fifth }, fault(5, Problem::Unsigned)),
        (Checkpoint { key: [1; 32], ..fifth }, fault(5, Problem::Unsigned)),
        (Checkpoint { seq: u64::MAX, ..fifth }, fault(i64::MAX, Problem::Unsigned)),
    ] {
        assert_eq!(verify(&world, &scene.home, &[kept]).verdict, wanted, "{kept:?}");
    }
    assert!(verify(&world, &scene.home, &[fifth]).verdict.is_ok());
    let many = vec![fifth; Verify::CHECKPOINTS_MAX + 1];
    let refused = world.query(&operator(), Verify { checkpoints: many, ..Verify::of(Some(scene.home.account)) });
    assert!(matches!(refused, Err(Error::Invalid { .. })));
}

/// Edits are found by the chain itself, before any checkpoint is looked at: the first bad event is named.
#[test]
fn sec_175_the_first_bad_event_is_named() {
    let verified = Scene::new().after(&[], |file, account| {
        execute(
            file,
            account,
            "UPDATE audit_event SET body = replace(body, 'bob', 'rob') WHERE account_id = ?1 AND seq = 3",
        );
    });
    assert_eq!((verified.verdict, verified.checkpoints), (fault(3, Problem::Edited), 0));
    let verified = Scene::new().after(&[], |file, account| {
        let (body, _) = event(file, account, 7);
        let body = body.replace("erin", "eric");
        let hash = link(&event(file, account, 6).1, &body);
        let text = "UPDATE audit_event SET body = ?2, hash = ?3 WHERE account_id = ?1 AND seq = 7";
        file.execute(text, (account, body, hash)).unwrap();
        fix_head(file, account);
    });
    assert_eq!(verified.verdict, fault(7, Problem::Rewritten { behind: 5 }));
}

/// However fast events come, each thousandth has its checkpoint.
#[test]
fn sec_175_each_thousandth_event_has_a_checkpoint_at_once() {
    assert_eq!(checkpoint::EVENTS_BETWEEN, 1_000);
    let world = World::new();
    let home = world.home();
    for _ in 0..2_500 {
        world
            .query(&home.root, crate::users::List { search: None, after: None, size: crate::page::PageSize::MAX })
            .unwrap();
    }
    super::support::eventually(std::time::Duration::from_secs(20), || world.events(home.account).len() > 2_500);
    let of: Vec<u64> = checkpoints(&world, &home).iter().map(|checkpoint| checkpoint.seq).collect();
    assert_eq!(of, [1_000, 2_000]);
    assert!(world.verify(home.account, None).verdict.is_ok());
}
