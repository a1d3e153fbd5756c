//! How sessions end before their time (SEC-108).

use std::time::Duration;

use decide::{snapshot::Mark, verify::Refusal};

use super::{Begun, may_assume, reading_role, refusal, role_for};
use crate::{
    access_keys::Owner,
    accounts,
    caller::Caller,
    db::Sql,
    error::Error,
    sessions::{Credentials, RevokeOfRole, RevokeOfUser},
    tests::support::{
        Company, Node,
        deeds::{
            allow, assume, assume_in, attach, bearer_token, create_role, create_user, delete_role, delete_user,
            document, owner, put, rename_user, revoke, revoke_role, session_token, switch_user, trust, trusting, user,
        },
        on_each, user_of, verified,
    },
};

fn lives(node: &Node, credentials: &Credentials) -> bool {
    match verified(node, credentials) {
        Ok(_) => true,
        Err(Refusal::SessionOver) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// One of each kind: alice's own, her bearer token, and a role's that she assumed.
fn all_of(company: &Company<'_>, alice: &Caller) -> [Credentials; 3] {
    let node = company.node;
    [
        node.change(alice, session_token()).unwrap(),
        node.change(alice, bearer_token()).unwrap(),
        node.change(alice, assume("reader")).unwrap().credentials,
    ]
}

/// Revoking ends all that there is, to the last, and nothing that comes; also in the same microsecond.
#[test]
fn sec_108_revoking_ends_what_there_is_and_nothing_that_comes() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let (alice, bob) = (company.administrator("alice"), company.administrator("bob"));
        reading_role(&company, "reader");
        let of_bob = all_of(&company, &bob);
        for _ in 0..2 {
            let begun = all_of(&company, &alice);
            assert!(begun.iter().all(|session| lives(&node, session)));
            let before = company.does(revoke(owner("alice")));
            assert_eq!(before, node.iam.now());
            assert!(!begun.iter().any(|session| lives(&node, session)), "in the very moment");
            let caller = Begun::new(&company, node.change(&alice, session_token()).unwrap());
            node.change(&caller.caller, create_user(&format!("made-{}", node.iam.now().micros()))).unwrap();
            assert!(all_of(&company, &alice).iter().all(|session| lives(&node, session)));
            node.clock.advance_micros(1);
        }
        let of_alice = all_of(&company, &alice);
        company.does(revoke_role("reader"));
        assert_eq!(of_alice.each_ref().map(|session| lives(&node, session)), [true, true, false]);
        assert_eq!(of_bob.each_ref().map(|session| lives(&node, session)), [true, true, false]);
        assert!(lives(&node, &all_of(&company, &alice)[2]));
    });
}

/// SEC-212: a clock that goes back leaves nothing alive that was revoked.
#[test]
fn sec_212_revoking_does_not_trust_the_clock() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.administrator("alice");
        reading_role(&company, "reader");
        let begun = all_of(&company, &alice);
        node.clock.advance_micros(-600_000_000);
        assert!(begun.iter().all(|session| lives(&node, session)));
        company.does(revoke(owner("alice")));
        assert!(!begun.iter().any(|session| lives(&node, session)));
        assert!(all_of(&company, &alice).iter().all(|session| lives(&node, session)));
        // Nor does one that went ahead, and back after the mark was set.
        node.clock.advance_micros(600_000_000);
        company.does(revoke(owner("alice")));
        node.clock.advance_micros(-600_000_000);
        assert!(all_of(&company, &alice).iter().all(|session| lives(&node, session)));
    });
}

/// A moment may be said; marks only go forward, and none lies ahead.
#[test]
fn sec_108_a_moment_may_be_said() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.administrator("alice");
        reading_role(&company, "reader");
        let early = all_of(&company, &alice);
        node.clock.advance_micros(60_000_000);
        let between = node.iam.now();
        node.clock.advance_micros(60_000_000);
        let late = all_of(&company, &alice);
        let mark = |before| RevokeOfUser { owner: owner("alice"), before: Some(before) };
        let states = || [&early, &late].map(|sessions| sessions.iter().all(|session| lives(&node, session)));
        let ahead = node.iam.now().plus(Duration::from_micros(1));
        assert_eq!(refusal(&node.change(&company.root.caller, mark(ahead))), "invalid");
        let of_role = RevokeOfRole { role: "reader".to_owned(), before: Some(ahead) };
        assert_eq!(refusal(&node.change(&company.root.caller, of_role)), "invalid");
        assert_eq!(states(), [true, true]);
        assert_eq!(company.does(mark(between)), between);
        assert_eq!(states(), [false, true]);
        let earlier = between.minus(Duration::from_hours(1));
        assert_eq!(company.does(mark(earlier)), between, "a mark goes forward only");
        assert_eq!(states(), [false, true]);
        let revision = || node.iam.snapshot().unwrap().revision(company.account());
        let before = revision();
        company.does(mark(between));
        assert_eq!(revision(), before, "the same again changes nothing");
        assert_eq!(company.does(revoke(owner("alice"))), node.iam.now());
        assert_eq!(states(), [false, false]);
        assert_eq!(company.does(mark(between)), node.iam.now());
    });
}

/// Root's sessions, too; its mark outlives a restart and whatever else becomes of the account.
#[test]
fn sec_108_roots_sessions_end_for_good() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        reading_role(&company, "reader");
        let begun = all_of(&company, &company.root.caller);
        company.does(revoke(Owner::Root));
        assert!(!begun.iter().any(|session| lives(&node, session)));
        let after = all_of(&company, &company.root.caller);
        let states = |node: &Node| {
            let lives = |session: &Credentials| lives(node, session);
            (begun.iter().any(lives), after.iter().all(lives))
        };
        assert_eq!(states(&node), (false, true));
        let alias = accounts::Alias::parse("some-company").unwrap();
        company.does(accounts::SetAlias { account: company.account(), alias: Some(alias) });
        company.does(create_user("still-works"));
        assert_eq!(states(&node), (false, true), "the account was looked at again");
        let root = company.root.clone();
        drop(node);
        let node = store.node();
        assert_eq!(states(&node), (false, true), "after a restart");
        let company = Company { node: &node, root };
        company.does(create_user("works-still"));
        company.does(revoke(Owner::Root));
        assert_eq!(states(&node), (false, false));
    });
}

/// SEC-026, SEC-108: sessions are over while their user is switched off, and for good when it is gone.
#[test]
fn sec_026_sec_108_sessions_go_with_their_user_and_their_role() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.administrator("alice");
        reading_role(&company, "reader");
        let begun = all_of(&company, &alice);
        let states = || begun.each_ref().map(|session| lives(&node, session));
        company.does(switch_user("alice", false));
        assert_eq!(states(), [false; 3]);
        company.does(switch_user("alice", true));
        assert_eq!(states(), [true; 3]);
        company.does(rename_user("alice", "alicia"));
        assert_eq!(states(), [true; 3], "who it is does not hang on its name");
        company.does(trust("reader", trusting(&format!("arn:aws:iam::{}:user/alicia", company.account()))));
        assert_eq!(states(), [true; 3]);
        company.does(create_user("bob"));
        company.does(trust("reader", trusting(&format!("arn:aws:iam::{}:user/bob", company.account()))));
        assert_eq!(states(), [true, true, false]);
        company.does(trust("reader", trusting(&company.account().to_string())));
        assert_eq!(states(), [true; 3]);
        company.does(delete_role("reader"));
        assert_eq!(states(), [true, true, false]);
        reading_role(&company, "reader");
        assert_eq!(states(), [true, true, false], "a namesake is another");
        company.does(delete_user("alicia"));
        assert_eq!(states(), [false; 3]);
        company.administrator("alicia");
        assert_eq!(states(), [false; 3], "a namesake is another");
    });
}

/// A mark goes with whose it is, and its namesake begins without one.
#[test]
fn marks_go_with_their_holders() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.administrator("alice");
        reading_role(&company, "reader");
        company.does(revoke(owner("alice")));
        company.does(revoke_role("reader"));
        company.does(revoke(Owner::Root));
        company.does(delete_user("alice"));
        company.does(delete_role("reader"));
        let again = company.administrator("alice");
        reading_role(&company, "reader");
        let snapshot = node.iam.snapshot().unwrap();
        assert_eq!(snapshot.principals.get(&user_of(&again)).unwrap().grants.sessions_from, Mark::default());
        assert!(snapshot.roles.iter().all(|(_, role)| role.grants.sessions_from == Mark::default()));
        drop(node);
        let rows = store.transact(|tx| Ok(tx.rows(&Sql::new("SELECT holder_kind FROM session_mark"), &[])?)).unwrap();
        assert_eq!(rows.len(), 1, "root's");
        store.node().iam.snapshot().unwrap();
    });
}

/// Whatever ends a session ends what was begun with it, in other accounts, too.
#[test]
fn sec_108_a_chain_ends_with_each_of_its_links() {
    on_each(|store| {
        let node = store.node();
        let (home, middle, far) = (Company::new(&node), Company::new(&node), Company::new(&node));
        let zoe = home.administrator("zoe");
        role_for(&middle, "one", &home);
        may_assume(&middle, "one");
        role_for(&far, "two", &middle);
        let chain = || {
            let first = Begun::assumed(&middle, node.change(&zoe, assume_in(middle.account(), "one")).unwrap());
            let second = node.change(&first.caller, assume_in(far.account(), "two")).unwrap().credentials;
            assert!(lives(&node, &first.credentials) && lives(&node, &second));
            [first.credentials, second]
        };
        let states = |chain: &[Credentials; 2]| chain.each_ref().map(|session| lives(&node, session));
        let begun = chain();
        far.does(revoke_role("two"));
        assert_eq!(states(&begun), [true, false]);
        let begun = chain();
        middle.does(revoke_role("one"));
        assert_eq!(states(&begun), [false, false]);
        let begun = chain();
        home.does(revoke(owner("zoe")));
        assert_eq!(states(&begun), [false, false]);
        let begun = chain();
        home.does(revoke(Owner::Root));
        assert_eq!(states(&begun), [true, true], "root has nothing to do with it");
        middle.does(trust("one", trusting(&far.account().to_string())));
        assert_eq!(states(&begun), [false, false]);
        middle.does(trust("one", trusting(&home.account().to_string())));
        assert_eq!(states(&begun), [true, true]);
        home.does(switch_user("zoe", false));
        assert_eq!(states(&begun), [false, false]);
    });
}

/// Who revokes is allowed to, and is no weaker than who is revoked (SEC-095).
#[test]
fn sec_095_only_who_is_no_weaker_revokes() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let desk = company.user_who_may("desk", &["iam:RevokeUserSessions", "iam:RevokeRoleSessions"], &["*"]);
        company.administrator("boss");
        company.does(create_user("plain"));
        company.does(create_role("strong", trusting(&company.account().to_string())));
        company.does(attach(crate::tests::support::deeds::role("strong"), "AdministratorAccess"));
        company.does(create_role("weak", trusting(&company.account().to_string())));
        node.change(&desk, revoke(owner("plain"))).unwrap();
        node.change(&desk, revoke(owner("desk"))).unwrap();
        node.change(&desk, revoke_role("weak")).unwrap();
        assert_eq!(refusal(&node.change(&desk, revoke(owner("boss")))), "guard");
        assert_eq!(refusal(&node.change(&desk, revoke_role("strong"))), "guard");
        assert_eq!(refusal(&node.change(&desk, revoke(Owner::Root))), "root");
        assert_eq!(refusal(&node.change(&desk, revoke(owner("absent")))), "absent");
        assert_eq!(refusal(&node.change(&desk, revoke_role("absent"))), "absent");
        let itself = document([allow(&["iam:RevokeUserSessions"], &["user/${claviger:username}"])]);
        let alice = company.user("alice");
        company.does(put(user("alice"), "own", itself));
        node.change(&alice, revoke(owner("alice"))).unwrap();
        let denied = node.change(&alice, revoke(owner("plain")));
        assert!(matches!(denied, Err(Error::Denied { .. })), "{denied:?}");
    });
}
