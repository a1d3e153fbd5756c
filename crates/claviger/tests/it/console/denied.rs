//! Somebody who may do nothing is told so, and why can be asked; forms that cannot be taken say what is wrong.

use crate::{
    console::{
        browser::{Browser, Page},
        company::{Company, PASSWORD},
        crawl::crawl,
        furnish::{NAMES, PLAIN, furnish},
    },
    support::{database::on_each_database, world::World},
};

/// Whether a page says that something is not allowed, and leads to why.
fn is_denial(page: &Page) -> bool {
    let explained = page.attributes("href").into_iter().any(|link| link.starts_with("/explain?"));
    page.status() == 403 && explained
}

/// Every page that an administrator finds, as somebody who may do nothing: it is shown with nothing of anybody in it, or
/// says what is not allowed and leads to why.
#[test]
fn sec_004_a_denied_page_says_so_and_leads_to_why() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut alice = company.signed_in().await;
        furnish(&company.root, PLAIN).await;
        let mallory = company.hire("mallory").await;
        let found = crawl(&mut alice).await;
        let before = company.root.everything().await;
        for language in ["en", "zh"] {
            let mut browser = Browser::new(&world).reading(language);
            browser.sign_in(&mallory).await;
            let mut denied = 0;
            for (address, page) in found.pages.iter().filter(|(_, page)| page.status() == 200) {
                let seen = browser.get(address).await;
                if is_denial(&seen) {
                    denied += 1;
                    let links = seen.attributes("href");
                    let why = links.iter().find(|link| link.starts_with("/explain?")).expect("it leads to why");
                    let told = browser.get(why).await;
                    assert_eq!(told.status(), 200, "{why}: {}", told.words());
                    continue;
                }
                assert!([200, 404].contains(&seen.status()), "{address}: {} {}", seen.status(), seen.words());
                if page.text.contains(PLAIN) && !address.contains("night") {
                    assert!(!seen.text.contains(PLAIN), "{address} tells of others: {}", seen.words());
                }
            }
            assert!(denied > 15, "{denied} of {} pages are denied", found.pages.len());
            browser.get("/").await;
            let fields = [("name", "evil"), ("remarks", "evil"), ("user", NAMES[1]), ("do", "disable")];
            // What is one's own may be done: signing out, choosing a language, ending one's own sessions.
            let is_own = |action: &str| ["/signout", "/preferences"].contains(&action) || action.starts_with("/me/");
            for action in found.forms.iter().filter(|action| !is_own(action)) {
                let page = browser.post(action, &fields).await;
                let told = is_denial(&page) || [200, 400, 404, 409, 422].contains(&page.status());
                assert!(told, "{action}: {} {}", page.status(), page.words());
            }
        }
        assert_eq!(company.root.everything().await, before);
    });
}

/// SEC-004: what is in another account is as what is nowhere.
#[test]
fn sec_004_another_accounts_things_are_not_there() {
    on_each_database(async |world: World| {
        let (company, other) = (Company::new(&world).await, Company::new(&world).await);
        let mut alice = company.signed_in().await;
        other.hire("zoe").await;
        furnish(&other.root, PLAIN).await;
        for path in ["/users/{}", "/users/{}/edit", "/users/{}/keys", "/users/{}/sessions", "/users/{}/delete"] {
            let (theirs, none) =
                (alice.get(&path.replace("{}", "zoe")).await, alice.get(&path.replace("{}", "nil")).await);
            assert_eq!((theirs.status(), none.status()), (404, 404), "{path}");
            let neutral = |page: &Page, name: &str| page.text.replace(page.reply.request_id(), "").replace(name, "{}");
            assert_eq!(neutral(&theirs, "zoe"), neutral(&none, "nil"), "{path}");
        }
        for path in ["/groups/crew", "/policies/held", "/policies/held/document"] {
            assert_eq!(alice.get(path).await.status(), 404, "{path}");
        }
        let before = other.root.everything().await;
        alice.get("/").await;
        for (target, fields) in [
            ("/users/zoe/disable", &[][..]),
            ("/users/zoe/delete", &[("confirm", "zoe")][..]),
            ("/users/zoe/edit", &[("name", "zoey"), ("version", "1")][..]),
            ("/users/zoe/password", &[("pwm", "type"), ("password", PASSWORD)][..]),
            ("/users/zoe/sessions/end", &[][..]),
            ("/groups/crew/delete", &[("confirm", "crew")][..]),
            ("/policies/held/delete", &[("confirm", "held")][..]),
        ] {
            let page = alice.post(target, fields).await;
            assert!([404, 422].contains(&page.status()), "{target}: {} {}", page.status(), page.words());
        }
        assert_eq!(other.root.everything().await, before);
    });
}
