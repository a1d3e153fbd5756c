//! Who is signed in to the console, and one's own password, by the native API.

use serde_json::json;

use crate::{
    console::{
        browser::Browser,
        company::{ANOTHER, Company, PASSWORD, WRONG},
    },
    support::{Answers, database::on_each_database, world::World},
};

/// SEC-045: sessions are listed and ended, all of a user or one.
#[test]
fn sec_045_sessions_at_the_console_are_listed_and_ended() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let root = &company.root;
        let (alice, bob) = (company.administrator("alice").await, company.hire("bob").await);
        let alices = company.browser(&alice).await;
        let mut bobs = Browser::new(&world).called("Bob's <b>browser</b>");
        bobs.sign_in(&bob).await;
        let all = root.must_native("GET", "/api/v1/console-sessions", "").await;
        let names: Vec<_> = all["items"].as_array().expect("a list").iter().map(|item| item["user"].clone()).collect();
        assert_eq!(names, ["alice", "bob"]);
        let own = &root.must_native("GET", "/api/v1/users/bob/console-sessions", "").await["items"];
        let (session, now) = (own[0]["id"].as_u64().expect("a number"), world.now().to_seconds());
        assert_eq!(own.as_array().map(Vec::len), Some(1));
        assert_eq!(
            own[0],
            json!({
                "id": session, "user": "bob", "root": false, "must_reset": false, "source": "127.0.0.1",
                "agent": "Bob's <b>browser</b>", "began_at": now, "seen_at": now, "expires_at": own[0]["expires_at"],
            })
        );
        let paged = root.must_native("GET", "/api/v1/console-sessions?limit=1", "").await;
        let next = paged["next_cursor"].as_str().expect("there is more");
        let rest = root.must_native("GET", &format!("/api/v1/console-sessions?limit=1&cursor={next}"), "").await;
        assert_eq!((&paged["items"][0], &rest["items"][0]), (&all["items"][0], &all["items"][1]));

        // Whoever may not is told nothing, and its own it may see.
        let hers = root.with_key(root.create_key("bob").await);
        let target = format!("/api/v1/console-sessions/{session}");
        assert_eq!(hers.call_native("GET", "/api/v1/console-sessions", "").await.status, 403);
        assert_eq!(hers.call_native("DELETE", "/api/v1/users/alice/console-sessions", "").await.status, 403);
        assert_eq!(hers.call_native("GET", "/api/v1/users/bob/console-sessions", "").await.status, 200);
        let stranger = world.account().await;
        assert_eq!(stranger.call_native("DELETE", &target, "").await.status, 404);
        assert!(bobs.is_signed_in().await);

        root.must_native("DELETE", &target, "").await;
        assert!(!bobs.is_signed_in().await && alices.is_signed_in().await);
        assert_eq!(root.call_native("DELETE", &target, "").await.status, 404);
        bobs.sign_in(&bob).await;
        hers.must_native("DELETE", "/api/v1/users/bob/console-sessions", "").await;
        assert!(!bobs.is_signed_in().await);
        let none = root.must_native("GET", "/api/v1/root/console-sessions", "").await;
        assert_eq!(none["items"], json!([]));
        root.must_native("DELETE", "/api/v1/root/console-sessions", "").await;
        assert!(alices.is_signed_in().await);
        let mut answers = Answers::default();
        for target in ["/api/v1/console-sessions/0", "/api/v1/console-sessions/x", "/api/v1/console-sessions/-1"] {
            answers.add(target, &root.call_native("DELETE", target, "").await);
        }
        answers.assert(
            "/api/v1/console-sessions/0 -> 404 NotFound: console session `0` does not exist
            /api/v1/console-sessions/x -> 404 NotFound: console session `x` does not exist
            /api/v1/console-sessions/-1 -> 404 NotFound: console session `-1` does not exist",
        );
    });
}

/// SEC-018: whoever has a key changes its own password by the present one, and all its sessions end.
#[test]
fn sec_018_ones_own_password_takes_the_present_one() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let root = &company.root;
        let bob = company.hire("bob").await;
        let his = root.with_key(root.create_key("bob").await);
        let browser = company.browser(&bob).await;
        let change = async |current: &str, new: &str| {
            let body = json!({ "current": current, "new": new }).to_string();
            his.call_native("PUT", "/api/v1/whoami/password", body).await
        };
        let mut answers = Answers::default();
        for (case, current, new) in
            [("a wrong one", WRONG, ANOTHER), ("the same", PASSWORD, PASSWORD), ("a weak one", PASSWORD, "password1")]
        {
            answers.add(case, &change(current, new).await);
        }
        answers.add("none", &his.call_native("PUT", "/api/v1/whoami/password", r#"{"new":"x"}"#).await);
        answers.assert(
            "a wrong one -> 400 InvalidRequest: password is wrong, or too many wrong ones came before
            the same -> 400 WeakPassword: a password must not be the present one
            a weak one -> 400 WeakPassword: a password must not be one that is easily guessed
            none -> 400 InvalidRequest: `current` is missing",
        );
        assert!(browser.is_signed_in().await);
        assert_eq!(change(PASSWORD, ANOTHER).await.status, 204);
        assert!(!browser.is_signed_in().await);
        assert_eq!(Browser::new(&world).try_sign_in(&bob).await.status(), 401);
        assert_eq!(Browser::new(&world).try_sign_in(&bob.typing(ANOTHER)).await.status(), 303);
        // Who has no password has none to change.
        root.create_user("carol").await;
        let hers = root.with_key(root.create_key("carol").await);
        let body = json!({ "current": PASSWORD, "new": ANOTHER }).to_string();
        let none = hers.call_native("PUT", "/api/v1/whoami/password", body).await;
        assert!((400..500).contains(&none.status), "{none:?}");
    });
}
