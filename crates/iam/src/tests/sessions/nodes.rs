//! Sessions on several nodes of one database, and many at once.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{Begun, may_assume, reading_role, refusal, role_for};
use crate::{
    access_keys::Owner,
    sessions::Credentials,
    tests::support::{
        Company, Node, Root,
        deeds::{
            allow, assume, assume_in, create_role, delete_role, delete_user, document, erase, owner, put, revoke,
            revoke_role, session_token, switch_user, trust, trusting, user,
        },
        eventually, on_each, on_postgres, verified, wait,
    },
};

/// What other nodes may take to see a change (SEC-240).
const ELSEWHERE: Duration = Duration::from_secs(2);

fn elsewhere<'n>(node: &'n Node, root: &Root) -> Company<'n> {
    Company { node, root: root.clone() }
}

/// SEC-108, SEC-240: whatever ends a session ends it on every node within two seconds. The node that begins them is ahead
/// of the one that ends them, as clocks are.
#[test]
fn sec_108_sec_240_a_session_ends_on_every_node() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let company = Company::new(&one);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        wait(two.iam.catch_up());
        assert!(two.iam.now() > one.iam.now(), "the nodes' clocks differ");
        let begin = |alice: &crate::caller::Caller| -> [Credentials; 2] {
            let own = two.change(alice, session_token()).unwrap();
            let of_role = two.change(alice, assume("reader")).unwrap().credentials;
            [own, of_role]
        };
        let lives = |session: &Credentials| verified(&two, session).is_ok();
        let mut slowest = Duration::ZERO;
        let mut gone = |what: &str, sessions: &[Credentials]| {
            let took = eventually(ELSEWHERE, || !sessions.iter().any(lives));
            println!("{what}: gone after {took:?}");
            slowest = slowest.max(took);
        };
        for round in 0..5 {
            let name = format!("alice-{round}");
            let alice = company.administrator(&name);
            let _ = wait(two.iam.catch_up());
            let begun = begin(&alice);
            assert!(begun.iter().all(lives));
            company.does(revoke(owner(&name)));
            gone("the user's mark", &begun);
            let begun = begin(&alice);
            assert!(begun.iter().all(lives), "what begins after the mark lives, whatever clocks show");
            company.does(revoke_role("reader"));
            gone("the role's mark", &begun[1..]);
            assert!(lives(&begun[0]));
            let begun = begin(&alice);
            company.does(switch_user(&name, false));
            gone("switched off", &begun);
            company.does(switch_user(&name, true));
            let _ = wait(two.iam.catch_up());
            let begun = begin(&alice);
            company.does(delete_user(&name));
            gone("deleted", &begun);
        }
        let begun = begin(&company.root.caller);
        company.does(revoke(Owner::Root));
        gone("root's mark", &begun);
        let begun = begin(&boss);
        company.does(trust("reader", trusting(&format!("arn:aws:iam::{}:user/boss", company.account()))));
        assert!(lives(&begun[1]));
        company.does(delete_role("reader"));
        gone("the role is gone", &begun[1..]);
        assert!(slowest <= ELSEWHERE);
    });
}

/// A session that one node begins is good on another, which may not know yet of what it is made.
#[test]
fn sec_240_a_session_is_good_on_a_node_that_has_just_looked() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let company = Company::new(&one);
        for round in 0..5 {
            let alice = company.administrator(&format!("alice-{round}"));
            reading_role(&company, &format!("reader-{round}"));
            let own = one.change(&alice, session_token()).unwrap();
            let of_role = one.change(&alice, assume(&format!("reader-{round}"))).unwrap().credentials;
            wait(two.iam.catch_up());
            for session in [own, of_role] {
                assert!(verified(&two, &session).is_ok());
            }
        }
    });
}

/// SEC-078, SEC-110: who assumes a role of another account is allowed to by its own account as it is this very moment,
/// and not as the node happens to know it.
#[test]
fn sec_078_sec_110_both_accounts_are_asked_as_they_are() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let (home, other) = (Company::new(&one), Company::new(&one));
        role_for(&home, "auditor", &other);
        let allowed = || document([allow(&["sts:AssumeRole"], &["*"])]);
        let zoe = other.user_with("zoe", allowed());
        wait(two.iam.catch_up());
        for _ in 0..10 {
            two.change(&zoe, assume_in(home.account(), "auditor")).unwrap();
            other.does(erase(user("zoe"), "rights"));
            assert_eq!(refusal(&two.change(&zoe, assume_in(home.account(), "auditor"))), "policies");
            other.does(put(user("zoe"), "rights", allowed()));
            two.change(&zoe, assume_in(home.account(), "auditor")).unwrap();
            home.does(trust("auditor", trusting(&home.account().to_string())));
            assert_eq!(refusal(&two.change(&zoe, assume_in(home.account(), "auditor"))), "trust");
            home.does(trust("auditor", trusting(&other.account().to_string())));
            other.does(switch_user("zoe", false));
            assert_eq!(refusal(&two.change(&zoe, assume_in(home.account(), "auditor"))), "unauthenticated");
            other.does(switch_user("zoe", true));
        }
    });
}

/// A session in the middle of a chain that a stale node still takes for good begins nothing that would outlive it.
#[test]
fn sec_108_what_a_stale_node_begins_ends_with_what_it_was_begun_with() {
    on_postgres(|store| {
        let (one, two) = (store.node(), store.node());
        let (home, middle, far) = (Company::new(&one), Company::new(&one), Company::new(&one));
        let zoe = home.administrator("zoe");
        role_for(&middle, "one", &home);
        may_assume(&middle, "one");
        role_for(&far, "two", &middle);
        wait(two.iam.catch_up());
        let there = elsewhere(&two, &middle.root);
        let mut late = Vec::new();
        for _ in 0..20 {
            let first = Begun::assumed(&there, two.change(&zoe, assume_in(middle.account(), "one")).unwrap());
            home.does(revoke(owner("zoe")));
            // The accounts that this locks are others than the one whose mark was set.
            if let Ok(second) = two.change(&first.caller, assume_in(far.account(), "two")) {
                late.push(second.credentials);
            }
        }
        println!("begun after the mark was set: {}", late.len());
        eventually(ELSEWHERE, || !late.iter().any(|session| verified(&two, session).is_ok()));
        assert!(!late.iter().any(|session| verified(&one, session).is_ok()));
    });
}

/// However many begin while all are being ended: each is over or not by its place in the trail, and by nothing else.
#[test]
fn sec_108_beginning_and_ending_at_once() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.administrator("alice");
        company.does(create_role("reader", trusting(&company.account().to_string())));
        let stop = AtomicBool::new(false);
        let begun: Vec<Credentials> = std::thread::scope(|scope| {
            let beginners: Vec<_> = (0..4)
                .map(|number| {
                    let (node, alice, stop) = (&node, &alice, &stop);
                    scope.spawn(move || {
                        let mut begun = Vec::new();
                        while !stop.load(Ordering::SeqCst) && begun.len() < 100 {
                            if number % 2 == 0 {
                                begun.push(node.change(alice, session_token()).unwrap());
                            } else {
                                begun.push(node.change(alice, assume("reader")).unwrap().credentials);
                            }
                        }
                        begun
                    })
                })
                .collect();
            for _ in 0..20 {
                company.does(revoke(owner("alice")));
            }
            stop.store(true, Ordering::SeqCst);
            beginners.into_iter().flat_map(|beginner| beginner.join().unwrap()).collect()
        });
        let trail = company.trail(0);
        let mark = trail.iter().rposition(|event| event["action"] == "iam:RevokeUserSessions").unwrap();
        let mut counted = [0, 0];
        for session in &begun {
            let began = trail.iter().position(|event| event["began"]["access_key"] == session.key.as_str()).unwrap();
            let lives = verified(&node, session).is_ok();
            assert_eq!(lives, began > mark, "it began as {began}, the last mark is {mark}");
            counted[usize::from(lives)] += 1;
        }
        println!("over: {}, alive: {}", counted[0], counted[1]);
        company.does(revoke(owner("alice")));
        assert!(!begun.iter().any(|session| verified(&node, session).is_ok()));
    });
}
