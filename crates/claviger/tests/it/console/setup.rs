//! The first run: a link that makes the first account.

use crate::{
    console::{
        browser::Browser,
        company::{ANOTHER, PASSWORD, Person},
    },
    support::{database::on_each_database, world::World},
};

/// What is filled in.
fn fields<'a>(admin: &'a str, password: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("name", "Saltmarsh Ltd."),
        ("alias", "saltmarsh"),
        ("email", "root@example.com"),
        ("rootpw", password),
        ("admin", admin),
        ("pwm", "type"),
        ("adminpw", ANOTHER),
    ]
}

/// SEC-047, SEC-270: the link makes the first account once; its token leaves the address at once and is not seen again.
#[test]
fn sec_047_sec_270_a_link_makes_the_first_account_once() {
    on_each_database(async |world: World| {
        let path = world.setup_path().await;
        let token = path.rsplit('/').next().expect("a token").to_owned();
        let mut browser = Browser::new(&world);
        assert_eq!(browser.get("/setup").await.status(), 404, "without the link");
        assert_eq!(browser.get("/setup/nonsense").await.location(), "/setup");
        assert_eq!(browser.get("/setup").await.status(), 404);
        let page = browser.get(&path).await;
        assert_eq!((page.status(), &*page.location()), (303, "/setup"));
        // Looking uses nothing up: what fetches links before somebody clicks them does no harm.
        browser.get(&path).await;
        let page = browser.get("/setup").await;
        assert!(page.status() == 200 && !page.text.contains(&token), "{}", page.words());

        for (what, fields) in [
            ("a weak password", fields("alice", "password1")),
            ("no name", fields("", PASSWORD)),
            ("a name that is none", fields("a b", PASSWORD)),
        ] {
            let page = browser.post("/setup", &fields).await;
            assert_eq!(page.status(), 422, "{what}: {}", page.words());
            assert_eq!(page.value("name").as_deref(), Some("Saltmarsh Ltd."), "{what}");
            assert_eq!(page.value("email").as_deref(), Some("root@example.com"), "{what}");
            assert!(!page.text.contains(ANOTHER) && !page.text.contains(PASSWORD), "{what}");
        }
        let late = browser.clone();
        let page = browser.must("/setup", &fields("alice", PASSWORD)).await;
        assert!(page.status() == 200 && page.says("Saltmarsh Ltd."), "{}", page.words());
        assert!(!browser.cookies.contains_key("claviger-link"), "{:?}", browser.cookies);

        assert_eq!(late.try_send(late.form("/setup", &fields("mallory", PASSWORD))).await.status(), 404);
        let mut another = Browser::new(&world);
        another.get(&path).await;
        assert_eq!(another.get("/setup").await.status(), 404);
        let alice = Person { account: "saltmarsh".to_owned(), name: "alice".to_owned(), password: ANOTHER.to_owned() };
        assert_eq!(Browser::new(&world).sign_in(&alice).await.status(), 200);
        let mut root = Browser::new(&world);
        root.get("/signin?as=root").await;
        let claim = [("as", "root"), ("email", "Root@example.com"), ("password", PASSWORD)];
        assert_eq!(root.must("/signin", &claim).await.status(), 200);
    });
}
