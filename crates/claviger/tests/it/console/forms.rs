//! Forms are taken from the console's own pages, and from nowhere else (SEC-046).

use crate::{
    console::{
        browser::{Browser, bare_form},
        company::Company,
        crawl::crawl,
        furnish::{PLAIN, furnish},
    },
    support::{database::on_each_database, request::Request, world::World},
};

/// SEC-046: each form there is, sent in every way that another site could send it, is refused and changes nothing.
#[test]
fn sec_046_a_form_of_another_site_changes_nothing() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        furnish(&company.root, PLAIN).await;
        let found = crawl(&mut browser).await;
        let carol = company.administrator("carol").await;
        let (others, mut stranger) = (company.browser(&carol).await, Browser::new(&world));
        stranger.get("/signin").await;
        browser.get("/").await;
        let before = company.root.everything().await;
        for action in &found.forms {
            let good = browser.form(action, &[("name", "evil")]);
            let bare = bare_form(action, &[("name", "evil")]);
            let with = |token: &str| bare_form(action, &[("_token", token), ("name", "evil")]);
            let from = |site: &str| good.clone().with("Sec-Fetch-Site", site);
            let cut = browser.token.len() - 1;
            for (how, request) in [
                ("no token", bare),
                ("an empty token", with("")),
                ("half a token", with(&browser.token[..cut])),
                ("another session's token", with(&others.token)),
                ("a visitor's token", with(&stranger.token)),
                ("the session itself", with(browser.session().expect("signed in"))),
                ("another site", from("cross-site")),
                ("a sibling", from("same-site")),
                ("typed", from("none")),
                ("another origin", good.clone().with("Origin", "https://evil.example")),
                ("another port", good.clone().with("Origin", "http://127.0.0.1:1")),
                ("no word of where", good.clone().without("Sec-Fetch-Site").without("Origin")),
                ("another kind of body", good.clone().with("Content-Type", "text/plain")),
            ] {
                let page = browser.try_send(request).await;
                assert_eq!(page.status(), 403, "{action}, {how}: {}", page.words());
            }
        }
        assert_eq!(company.root.everything().await, before);
        assert!(browser.is_signed_in().await);
        // Nor does looking change anything: what a form is sent to is no address that does it by itself.
        for action in &found.forms {
            for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
                if method == "HEAD" {
                    continue;
                }
                let page = browser.try_send(Request::new(method, action)).await;
                assert!(page.status() < 500, "{method} {action}");
                assert!(method == "GET" || page.status() == 404, "{method} {action}: {}", page.status());
            }
        }
        assert_eq!(company.root.everything().await, before);
        assert!(browser.is_signed_in().await);
    });
}

/// SEC-012: whoever is not signed in is sent to sign in, from each page and from each form, and has done nothing.
#[test]
fn sec_012_every_page_and_form_takes_somebody_who_is_signed_in() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        furnish(&company.root, PLAIN).await;
        let found = crawl(&mut browser).await;
        let before = company.root.everything().await;
        let mut stranger = Browser::new(&world);
        stranger.get("/signin").await;
        for (address, _) in found.pages.iter().filter(|(_, page)| page.status() == 200) {
            let page = stranger.clone().get(address).await;
            assert_eq!(page.status(), 303, "{address}");
            assert!(page.location().starts_with("/signin"), "{address}: {}", page.location());
        }
        for action in found.forms.iter().filter(|action| *action != "/preferences") {
            let page = stranger.clone().post(action, &[("name", "evil")]).await;
            assert_eq!((page.status(), &*page.location()), (303, "/signin"), "{action}");
        }
        assert_eq!(company.root.everything().await, before);
    });
}

/// SEC-046: forms before sign-in are bound to the browser that they were shown to: nobody is signed in as somebody else
/// without knowing it.
#[test]
fn sec_046_the_form_of_sign_in_is_guarded_too() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await;
        let (mut browser, mut other) = (Browser::new(&world), Browser::new(&world));
        let fresh = browser.form("/signin", &alice.claim());
        assert_eq!(browser.try_send(fresh).await.status(), 403, "a browser that was never here");
        browser.get("/signin").await;
        other.get("/signin").await;
        let good = browser.form("/signin", &alice.claim());
        for (how, request) in [
            ("no token", bare_form("/signin", &alice.claim())),
            ("another's token", other.form("/signin", &alice.claim())),
            ("another site", good.clone().with("Sec-Fetch-Site", "cross-site")),
            ("another origin", good.clone().with("Origin", "https://evil.example")),
            ("without its cookie", good.clone().header("Cookie", "a=b")),
        ] {
            let page = browser.try_send(request).await;
            assert_eq!(page.status(), 403, "{how}: {}", page.words());
            assert!(page.reply.all("set-cookie").all(|line| !line.starts_with("claviger=")), "{how}");
        }
        for target in ["/setup", "/preferences"] {
            assert_eq!(browser.try_send(bare_form(target, &[("lang", "zh")])).await.status(), 403, "{target}");
        }
        assert_eq!(browser.send(good).await.status(), 303);
        assert!(browser.is_signed_in().await);
    });
}

/// What script sends carries the token in a header.
#[test]
fn a_token_may_stand_in_a_header() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        let form = bare_form("/new/group", &[("name", "crew")]).header("X-Form-Token", &browser.token);
        assert_eq!(browser.send(form).await.status(), 303);
        let form = browser.form("/new/group", &[("name", "more")]).header("X-Form-Token", "another");
        assert_eq!(browser.send(form).await.status(), 403);
        assert!(browser.get("/groups").await.says("crew"));
    });
}
