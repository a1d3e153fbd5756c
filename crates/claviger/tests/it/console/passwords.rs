//! One's own password, and one that somebody else has set.

use std::time::Duration;

use crate::{
    console::{
        browser::Browser,
        company::{ANOTHER, Company, PASSWORD, WRONG},
    },
    support::{database::on_each_database, world::World},
};

/// SEC-018, SEC-041: another password takes the present one, ends all other sessions, and renews this one.
#[test]
fn sec_018_another_password_ends_the_other_sessions() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.administrator("alice").await;
        let (mut browser, other) = (company.browser(&alice).await, company.browser(&alice).await);
        let refused = [
            (WRONG, ANOTHER, ANOTHER),
            ("", ANOTHER, ANOTHER),
            (PASSWORD, ANOTHER, PASSWORD),
            (PASSWORD, "short", "short"),
            (PASSWORD, "password1", "password1"),
            (PASSWORD, "", ""),
        ];
        for (current, new, again) in refused {
            browser.get("/password/new").await;
            let page = browser.post("/password/new", &[("current", current), ("new", new), ("again", again)]).await;
            assert_eq!(page.status(), 422, "{current} {new} {again}: {}", page.words());
            for name in ["current", "new", "again"] {
                assert_eq!(page.value(name), None, "passwords are not sent back");
            }
            assert!(!page.text.contains(ANOTHER) && !page.text.contains(PASSWORD));
        }
        assert!(other.is_signed_in().await, "nothing has changed");
        let before = browser.clone();
        browser.get("/password/new").await;
        let page = browser.post("/password/new", &[("current", PASSWORD), ("new", ANOTHER), ("again", ANOTHER)]).await;
        assert_eq!(page.status(), 303, "{}", page.words());
        assert!(browser.is_signed_in().await);
        assert!(!other.is_signed_in().await, "SEC-018");
        assert!(before.session() != browser.session() && !before.is_signed_in().await, "SEC-041");
        assert_eq!(Browser::new(&world).try_sign_in(&alice).await.status(), 401);
        assert_eq!(Browser::new(&world).try_sign_in(&alice.typing(ANOTHER)).await.status(), 303);
    });
}

/// SEC-024: whoever signs in with a password that somebody else has set can do nothing but set another.
#[test]
fn sec_024_a_password_of_others_is_for_setting_ones_own() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.administrator("alice").await;
        company.set_password("alice", PASSWORD, true).await;
        let before = company.root.everything().await;
        let mut browser = Browser::new(&world);
        let page = browser.try_sign_in(&alice).await;
        assert_eq!((page.status(), &*page.location()), (303, "/password/new"));
        let page = browser.get("/password/new").await;
        assert_eq!(page.status(), 200);
        for target in
            ["/", "/users", "/users/alice", "/users.csv", "/log", "/log/export", "/me/keys", "/explain", "/policies"]
        {
            let page = browser.get(target).await;
            assert_eq!((page.status(), &*page.location()), (303, "/password/new"), "{target}");
        }
        browser.get("/password/new").await;
        for (target, fields) in [
            ("/new/group", &[("name", "crew")][..]),
            ("/new/user", &[("name", "bob")][..]),
            ("/users/alice/edit", &[("name", "alicia")][..]),
            ("/users/alice/password", &[("pwm", "generate")][..]),
            ("/users/alice/keys/new", &[("once", "a1"), ("password", PASSWORD)][..]),
            ("/users/alice/sessions/end", &[][..]),
        ] {
            let page = browser.post(target, fields).await;
            assert_eq!((page.status(), &*page.location()), (303, "/password/new"), "{target}");
        }
        assert_eq!(company.root.everything().await, before);
        let page = browser.must("/password/new", &[("current", PASSWORD), ("new", ANOTHER), ("again", ANOTHER)]).await;
        assert_eq!(page.status(), 200, "{}", page.words());
        assert_eq!(browser.get("/users").await.status(), 200);
    });
}

/// SEC-024: a password that somebody else has set is good for three days.
#[test]
fn sec_024_a_password_of_others_does_not_wait_for_ever() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let bob = company.hire("bob").await;
        let mut alice = company.signed_in().await;
        alice.get("/users/bob/password").await;
        let page = alice.post("/users/bob/password", &[("pwm", "generate"), ("reset", "1"), ("once", "a1")]).await;
        assert_eq!(page.status(), 200, "{}", page.words());
        let secrets: Vec<String> =
            page.attributes("title").into_iter().filter(|text| text.len() == 20 && !text.contains(' ')).collect();
        let password = secrets.first().unwrap_or_else(|| panic!("it is shown: {}", page.text)).clone();
        // It is shown once.
        let again = alice.post("/users/bob/password", &[("pwm", "generate"), ("reset", "1"), ("once", "a1")]).await;
        assert!(again.status() == 409 && !again.text.contains(&password), "{}", again.words());
        assert!(!company.root.everything().await.contains(&password));
        world.advance(Duration::from_hours(72) - Duration::from_secs(1));
        assert_eq!(Browser::new(&world).try_sign_in(&bob.typing(&password)).await.location(), "/password/new");
        world.advance(Duration::from_secs(2));
        assert_eq!(Browser::new(&world).try_sign_in(&bob.typing(&password)).await.status(), 401);
    });
}
