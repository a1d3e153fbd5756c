//! What failed attempts lead to, as a browser sees it.

use std::time::Duration;

use crate::{
    console::{
        browser::Browser,
        company::{ANOTHER, Company, WRONG},
    },
    support::{database::on_each_database, world::World},
};

/// SEC-020, SEC-021, SEC-022: after five failures the right password is refused for a while, but from a browser that is
/// known.
#[test]
fn sec_020_sec_021_sec_022_failures_hold_up_all_but_a_known_browser() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await;
        let mut known = company.browser(&alice).await;
        known.must("/signout", &[]).await;
        assert!(known.session().is_none() && known.cookies.contains_key("claviger-device"), "{:?}", known.cookies);
        for name in ["alice", "ALICE", "alice", "Alice", "aLICE"] {
            assert_eq!(Browser::new(&world).try_sign_in(&alice.called(name).typing(WRONG)).await.status(), 401);
        }
        assert_eq!(Browser::new(&world).try_sign_in(&alice).await.status(), 401);
        assert_eq!(known.try_sign_in(&alice).await.status(), 303);
        // The device is hers alone, and proves nobody.
        let bob = company.hire("bob").await;
        known.get("/").await;
        known.must("/signout", &[]).await;
        assert_eq!(known.try_sign_in(&alice.typing(WRONG)).await.status(), 401);
        assert_eq!(known.try_sign_in(&bob).await.status(), 303);
        world.advance(Duration::from_secs(31));
        assert_eq!(Browser::new(&world).try_sign_in(&alice).await.status(), 303);
    });
}

/// SEC-021: the same lock holds wherever a password is proved.
#[test]
fn sec_021_ones_own_password_is_no_way_around_the_lock() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.administrator("alice").await;
        let mut browser = company.browser(&alice).await;
        for _ in 0..5 {
            browser.get("/password/new").await;
            let fields = [("current", WRONG), ("new", ANOTHER), ("again", ANOTHER)];
            assert_eq!(browser.post("/password/new", &fields).await.status(), 422);
        }
        let fields = [("current", alice.password.as_str()), ("new", ANOTHER), ("again", ANOTHER)];
        assert_eq!(browser.post("/password/new", &fields).await.status(), 422, "even the right one");
        // A key takes the same proof.
        browser.get("/users/alice/keys/new").await;
        let page = browser.post("/users/alice/keys/new", &[("once", "a1"), ("password", &alice.password)]).await;
        assert_eq!(page.status(), 422, "{}", page.words());
        assert_eq!(Browser::new(&world).try_sign_in(&alice).await.status(), 401);
    });
}

/// SEC-005, SEC-023: too many failures from one address have it wait, whoever they were about.
#[test]
fn sec_005_sec_023_an_address_must_wait() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await;
        let mut browser = Browser::new(&world);
        browser.get("/signin").await;
        for number in 0..100 {
            let who = alice.called(&format!("user-{number}"));
            assert_eq!(browser.post("/signin", &who.claim()).await.status(), 401, "{number}");
        }
        for who in [alice.clone(), alice.called("nobody")] {
            let page = Browser::new(&world).try_sign_in(&who).await;
            assert_eq!(page.status(), 429);
            let wait: u64 = page.reply.header("retry-after").expect("how long").parse().expect("seconds");
            assert!((1..=601).contains(&wait), "{wait}");
            assert!(page.says("Too many sign-ins failed from where you are."), "{}", page.words());
        }
        world.advance(Duration::from_mins(10));
        assert_eq!(Browser::new(&world).try_sign_in(&alice).await.status(), 303);
    });
}
