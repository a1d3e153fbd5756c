//! Nobody switches off or deletes the user that they are signed in as.

use crate::{
    console::company::Company,
    support::{database::on_each_database, world::World},
};

const TOLD: &str = "You are signed in as this user";

/// By hand it is told and nothing changes; among many, all others are done and this one is told.
#[test]
fn nobody_ends_the_user_that_they_are_signed_in_as() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut alice = company.signed_in().await;
        for name in ["bob", "carol"] {
            company.hire(name).await;
        }
        for (target, fields) in
            [("/users/alice/disable", &[][..]), ("/users/alice/delete", &[("confirm", "alice")][..])]
        {
            let page = alice.post(target, fields).await;
            assert!(page.status() == 409 && page.says(TOLD), "{target}: {} {}", page.status(), page.words());
            assert!(alice.is_signed_in().await, "{target}");
        }
        let chosen = [("user", "bob"), ("user", "alice"), ("user", "carol")];
        let off: Vec<_> = chosen.into_iter().chain([("do", "disable")]).collect();
        for (target, fields) in [("/bulk/users", &off[..]), ("/bulk/users/delete", &chosen[..])] {
            let page = alice.post(target, fields).await;
            assert!(page.status() == 200 && page.says(TOLD), "{target}: {} {}", page.status(), page.words());
            assert!(alice.is_signed_in().await, "{target}");
        }
        let users = company.root.must_native("GET", "/api/v1/users", "").await;
        assert_eq!(users["items"].as_array().map(Vec::len), Some(1), "{users}");
        // By the API it is the same.
        let hers = company.root.with_key(company.root.create_key("alice").await);
        let reply = hers.call_native("DELETE", "/api/v1/users/alice?force=true", "").await;
        assert_eq!((reply.status, &*reply.field("code")), (409, "Oneself"));
        let reply = hers.call_native("PATCH", "/api/v1/users/alice", r#"{"enabled":false}"#).await;
        assert_eq!((reply.status, &*reply.field("code")), (409, "Oneself"));
    });
}
