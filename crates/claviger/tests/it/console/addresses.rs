//! Where the console sends somebody on to: never to another site (SEC-134).

use crate::{
    console::{browser::Browser, company::Company},
    support::{database::on_each_database, world::World},
};

/// What looks like an address of ours, or is taken for one.
const FOREIGN: [&str; 20] = [
    "https://evil.example",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "/\r\nLocation: https://evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/\u{2028}/evil.example",
];

/// SEC-134: after signing in, one comes back to a page of this console, or to the first.
#[test]
fn sec_134_signing_in_leads_to_no_other_site() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.administrator("alice").await;
        for back in FOREIGN.into_iter().chain([&*"/x".repeat(2_000), "/signin", ""]) {
            let mut browser = Browser::new(&world);
            let shown = browser.get(&crate::console::crawl::with_query("/signin", "back", back)).await;
            assert!(shown.status() == 200 || shown.status() == 303, "{back:?}");
            let mut claim = alice.claim().to_vec();
            claim.push(("back", back));
            let page = browser.post("/signin", &claim).await;
            assert_eq!((page.status(), &*page.location()), (303, "/"), "{back:?}");
            // Nor does whoever is signed in already get there.
            let page = browser.get(&crate::console::crawl::with_query("/signin", "back", back)).await;
            let own = page.location();
            assert!(own.starts_with('/') && !own.contains("evil") && !own.starts_with("//"), "{back:?}: {own}");
        }
        for wanted in ["/users?status=disabled&q=a%26b", "/users/alice", "/log"] {
            let mut browser = Browser::new(&world);
            let page = browser.get(wanted).await;
            assert_eq!(page.status(), 303);
            let page = browser.get(&page.location()).await;
            let back = page.form("/signin").value("back").expect("where one came from");
            assert_eq!(back, wanted);
            let mut claim = alice.claim().to_vec();
            claim.push(("back", &back));
            assert_eq!(browser.post("/signin", &claim).await.location(), wanted);
        }
    });
}

/// SEC-134: forms that come back to where they stood do not go elsewhere.
#[test]
fn sec_134_a_form_comes_back_to_no_other_site() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        company.hire("bob").await;
        let mut browser = company.signed_in().await;
        for back in FOREIGN {
            for target in ["/users/bob/disable", "/users/bob/enable", "/preferences"] {
                let page = browser.post(target, &[("back", back), ("theme", "dark")]).await;
                let target = page.location();
                assert_eq!(page.status(), 303);
                assert!(
                    !target.contains("evil") && target.starts_with('/') && !target.starts_with("//"),
                    "{back:?}: {target}"
                );
            }
        }
        assert_eq!(browser.post("/users/bob/disable", &[("back", "/users?q=bob")]).await.location(), "/users?q=bob");
    });
}
