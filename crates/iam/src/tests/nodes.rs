//! Several nodes on one database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base::timestamp::Timestamp;

use super::support::{eventually, on_postgres, pause, timed, user_of, wait};
use crate::{
    access_keys,
    caller::Caller,
    clock::{Clock, ManualClock, Random},
    error::Error,
};

/// What other nodes may take to see a change (SEC-240).
const ELSEWHERE: Duration = Duration::from_secs(2);

#[test]
fn sec_240_another_node_sees_what_is_made_and_what_is_revoked() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let root = one.account();
        eventually(ELSEWHERE, || two.iam.snapshot().unwrap().accounts.get(&root.account).is_some());
        for round in 0..5 {
            let name = format!("user-{round}");
            one.create_user(&root, &name).unwrap();
            let key = one.create_key(&root, &name);
            let seen = eventually(ELSEWHERE, || two.knows(key));
            one.delete_user(&root, &name).unwrap();
            let gone = eventually(ELSEWHERE, || !two.knows(key));
            println!("made: seen after {seen:?}; deleted: after {gone:?}");
        }
        // And the other way round.
        two.create_user(&root, "alice").unwrap();
        let key = two.create_key(&root, "alice");
        eventually(ELSEWHERE, || one.knows(key));
    });
}

#[test]
fn sec_240_an_unknown_key_is_looked_for_before_it_is_refused() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let root = one.account();
        one.create_user(&root, "alice").unwrap();
        for _ in 0..10 {
            let key = one.create_key(&root, "alice");
            let found = wait(two.iam.catch_up());
            assert!(two.knows(key), "one look is enough");
            assert!(found, "and says that it may have found something");
        }
    });
}

/// However many unknown keys are tried, the database is asked at most 20 times a second for them, and nobody waits
/// for long.
#[test]
fn sec_240_looking_for_unknown_keys_is_shared_and_budgeted() {
    on_postgres(|store| {
        let node = store.node();
        pause(Duration::from_millis(1_500)); // nothing has changed for longer than a look looks back
        let (found, took) = timed(|| {
            let asked: Vec<_> = (0..1_000).map(|_| node.iam.catch_up()).collect();
            asked.into_iter().map(wait).filter(|found| *found).count()
        });
        assert_eq!(found, 0, "nothing was there to be found");
        assert!(took < Duration::from_secs(1), "{took:?}");
        let ((), took) = timed(|| {
            for _ in 0..11 {
                wait(node.iam.catch_up());
            }
        });
        assert!(took >= Duration::from_millis(500), "eleven in {took:?}");
    });
}

#[test]
fn sec_243_one_name_is_given_once_over_all_nodes() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let root = one.account();
        eventually(ELSEWHERE, || wait(two.iam.catch_up()) || two.iam.snapshot().unwrap().revision(root.account) > 0);
        let asked: Vec<_> =
            (0..50).flat_map(|_| [&one, &two].map(|node| Box::pin(node.creating_user(&root, "alice")))).collect();
        let answers: Vec<_> = asked.into_iter().map(wait).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let refused = |answer: &Result<_, Error>| matches!(answer, Err(Error::Exists { .. }));
        assert_eq!(answers.iter().filter(|answer| refused(answer)).count(), 99, "{answers:?}");
        assert_eq!(two.user_names(&root), ["alice"]);
    });
}

#[test]
fn sec_243_a_quota_holds_over_all_nodes() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let root = one.account();
        one.create_user(&root, "alice").unwrap();
        wait(two.iam.catch_up());
        let create = |node: &super::support::Node| {
            let owner = access_keys::Owner::User("alice".to_owned());
            Box::pin(node.iam.change(root.caller.clone(), access_keys::Create { owner }))
        };
        let asked: Vec<_> = (0..50).flat_map(|_| [&one, &two].map(create)).collect();
        let made = asked.into_iter().flat_map(wait).count();
        assert_eq!(made, 20);
    });
}

/// A key that is deleted on one node does nothing more on another, from the moment of the answer: a change is decided
/// by the account as its head has it, not by what the node happens to know (SEC-078).
#[test]
fn sec_078_a_deleted_key_changes_nothing_on_another_node() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let root = one.account();
        for round in 0..10 {
            let owner = access_keys::Owner::Root;
            let minted = one.change(&root.caller, access_keys::Create { owner: owner.clone() }).unwrap();
            wait(two.iam.catch_up());
            let (account, origin) = (root.account, root.caller.origin().clone());
            let second = Caller::with_key(account, user_of(&root.caller), minted.key.id, origin);
            let by_second = super::support::Root { account, caller: second };
            two.create_user(&by_second, &format!("user-{round}")).unwrap();
            one.change(&root.caller, access_keys::Delete { owner, key: minted.key.id.to_string() }).unwrap();
            let refused = two.create_user(&by_second, &format!("late-{round}")).unwrap_err();
            assert!(matches!(refused, Error::Unauthenticated), "{refused:?}");
        }
    });
}

/// Whatever another node publishes is one moment of the database: never a key whose user is gone, or a user whose
/// account is not there yet.
#[test]
fn sec_241_no_snapshot_shows_half_a_change() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let mut looks = 0;
                while !done.load(Ordering::SeqCst) {
                    wait(two.iam.catch_up());
                    let snapshot = two.iam.snapshot().unwrap();
                    for (_, key) in snapshot.access_keys.iter() {
                        assert!(snapshot.principals.get(&key.owner).is_some(), "a key without its owner");
                    }
                    for (_, principal) in snapshot.principals.iter() {
                        assert!(snapshot.accounts.get(&principal.account).is_some(), "a user without its account");
                    }
                    looks += 1;
                }
                looks
            });
            for account in 0..5 {
                let root = one.account();
                for round in 0..5 {
                    let name = format!("user-{account}-{round}");
                    one.create_user(&root, &name).unwrap();
                    one.create_key(&root, &name);
                    one.delete_user(&root, &name).unwrap();
                }
            }
            done.store(true, Ordering::SeqCst);
            assert!(watcher.join().unwrap() > 0);
        });
    });
}

/// A random source that has run out of ideas.
struct Stuck;

impl Random for Stuck {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// Two nodes that draw the same ids in the same millisecond: each user gets an id of its own, and nobody is sent away.
#[test]
fn sec_243_an_id_that_another_node_drew_is_drawn_again() {
    on_postgres(|store| {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1_795_000_000_000_000)));
        let node = || {
            store.node_with(|settings| {
                settings.random = Arc::new(Stuck);
                settings.clock = Arc::clone(&clock) as Arc<dyn Clock>;
            })
        };
        let (one, two) = (node(), node());
        let root = one.account();
        let mut ids = std::collections::BTreeSet::new();
        for (place, node) in [&one, &two, &two, &one, &two].into_iter().enumerate() {
            ids.insert(node.create_user(&root, &format!("user-{place}")).unwrap().id);
            for other in [&one, &two] {
                wait(other.iam.catch_up());
            }
        }
        assert_eq!(ids.len(), 5);
    });
}
