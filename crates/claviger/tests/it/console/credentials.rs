//! One request, one credential (SEC-048).

use crate::{
    console::company::Company,
    support::{database::on_each_database, request::Request, sigv4, world::World},
};

/// SEC-048: a cookie is for pages, a signature and a key for programs, and nobody brings both.
#[test]
fn sec_048_a_request_brings_one_credential() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        for authorization in ["Bearer abc", "Basic YTpi", "bce-auth-v1/a/b/c", "AWS4-HMAC-SHA256 x", ""] {
            for request in [Request::new("GET", "/users"), browser.form("/new/group", &[("name", "crew")])] {
                let page = browser.try_send(request.header("Authorization", authorization)).await;
                assert_eq!(page.status(), 400, "`{authorization}`");
            }
        }
        assert!(browser.get("/users").await.says("alice"));
        // A cookie says nothing to an API.
        let cookie = browser.cookie_header();
        for target in ["/api/v1/users", "/v1/user", "/api/v1/whoami"] {
            let request = Request::new("GET", target).header("Host", world.host()).header("Cookie", &cookie);
            let reply = world.send(&request).await;
            assert!([400, 401, 403].contains(&reply.status), "{target}: {reply:?}");
        }
        // And beside a signature it is one credential too many.
        let signed = |target| sigv4::sign(Request::new("GET", target), &company.root.key, &world.host(), world.now());
        let reply = world.send(&signed("/api/v1/whoami").header("Cookie", &cookie)).await;
        assert_eq!((reply.status, &*reply.field("code")), (400, "AmbiguousCredentials"), "{reply:?}");
        let other = signed("/api/v1/whoami").header("Cookie", "balancer=7; claviger-lang=en");
        assert_eq!(world.send(&other).await.status, 200, "other cookies are nothing to us");
        assert!(!company.root.everything().await.contains("crew"));
    });
}
