//! Sessions: what a browser is given, how long it is good, and what ends it.

use std::time::Duration;

use serde_json::json;

use crate::{
    console::{
        browser::Browser,
        company::{ANOTHER, Company, PASSWORD},
    },
    support::{database::on_each_database, request::Request, world::World},
};

/// SEC-040, SEC-041: signing in gives a new value, never one that the browser came with.
#[test]
fn sec_040_sec_041_nobody_chooses_a_session() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let (alice, bob) = (company.hire("alice").await, company.hire("bob").await);
        let mut mine = company.browser(&bob).await;
        let planted = mine.session().expect("signed in").to_owned();
        // A browser into which somebody put a session of their own, or a value of their choice.
        for value in [planted.as_str(), "chosen", ""] {
            let mut browser = Browser::new(&world);
            browser.get("/signin").await;
            browser.cookies.insert("claviger".to_owned(), value.to_owned());
            browser.get("/signin").await;
            if value == planted {
                browser.get("/").await;
            }
            let page = browser.post("/signin", &alice.claim()).await;
            assert_eq!(page.status(), 303, "`{value}`: {}", page.words());
            let token = browser.session().expect("signed in").to_owned();
            assert_eq!(token.len(), 43);
            assert!(token != value && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            assert!(!browser.cookies.contains_key("claviger-visitor"), "{:?}", browser.cookies);
            assert!(browser.get("/users/alice").await.says("alice"));
        }
        // SEC-045: one browser, one session: that which was there has ended.
        assert!(!mine.is_signed_in().await);
        mine.sign_in(&bob).await;
        let first = mine.clone();
        mine.get("/").await;
        mine.post("/signin", &alice.claim()).await;
        assert!(mine.is_signed_in().await && !first.is_signed_in().await);
    });
}

/// SEC-042: a token is taken whole and as it was given, and nothing else is one.
#[test]
fn sec_042_nothing_but_the_token_is_the_token() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let browser = company.signed_in().await;
        let token = browser.session().expect("signed in").to_owned();
        let upper = token.to_uppercase();
        let flipped = token.chars().rev().collect::<String>();
        for other in [
            &token[..42],
            &token[1..],
            &format!("{token}A"),
            &format!("{token}="),
            &format!("\"{token}\""),
            &format!("%{:02X}{}", token.as_bytes()[0], &token[1..]),
            &upper,
            &flipped,
            &"A".repeat(43),
            &"A".repeat(3_000),
            &browser.token,
            "null",
        ] {
            let mut forged = browser.clone();
            forged.cookies.insert("claviger".to_owned(), other.to_owned());
            assert!(!forged.is_signed_in().await, "{other}");
        }
        assert!(browser.is_signed_in().await);
        // It is nothing elsewhere: not in another cookie, in the address, or for the API.
        let mut elsewhere = browser.clone();
        elsewhere.cookies.remove("claviger");
        for (name, value) in [("claviger-device", &token), ("__Host-claviger", &token), ("Claviger", &token)] {
            elsewhere.cookies.insert(name.to_owned(), value.clone());
        }
        assert!(!elsewhere.is_signed_in().await);
        assert_eq!(elsewhere.get(&format!("/users?claviger={token}&token={token}")).await.status(), 303);
    });
}

/// SEC-043: half an hour without a page, or twelve hours in any case.
#[test]
fn sec_043_a_session_ends_by_itself() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await;
        let mut browser = company.browser(&alice).await;
        for _ in 0..23 {
            world.advance(Duration::from_mins(29));
            assert_eq!(browser.get("/users/alice").await.status(), 403, "she is signed in, and may not");
            // That it is in use is written down a moment later.
            crate::support::eventually(Duration::from_secs(10), async || {
                let sessions = company.root.must_native("GET", "/api/v1/console-sessions", "").await;
                (sessions["items"][0]["seen_at"] == world.now().to_seconds()).then_some(())
            })
            .await;
        }
        let mut idle = company.browser(&alice).await;
        world.advance(Duration::from_mins(29));
        assert!(idle.is_signed_in().await);
        world.advance(Duration::from_mins(31));
        assert!(!idle.is_signed_in().await, "left alone");
        assert!(!browser.is_signed_in().await, "twelve hours are over");
        let page = idle.post("/new/group", &[("name", "crew")]).await;
        assert!([303, 403].contains(&page.status()), "{}", page.status());
        assert!(!company.root.everything().await.contains("crew"));
    });
}

/// SEC-044: whatever ends a session ends it before the answer: the next click is out.
#[test]
fn sec_044_the_next_click_is_out() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let bob = company.hire("bob").await;
        let mut alice = company.signed_in().await;
        let profile = "/api/v1/users/bob/login-profile";
        for (what, target, fields) in [
            ("switched off", "/users/bob/disable", &[][..]),
            ("the console is switched off", "/users/bob/login", &[("sign_in", "off")][..]),
            ("its password is set", "/users/bob/password", &[("pwm", "type"), ("password", ANOTHER)][..]),
            ("its sessions are ended", "/users/bob/sessions/end", &[][..]),
            ("its password is taken", "/users/bob/login/delete", &[("confirm", "bob")][..]),
            ("deleted", "/users/bob/delete", &[("confirm", "bob")][..]),
        ] {
            let mut browser = company.browser(&bob).await;
            assert!(browser.is_signed_in().await, "{what}");
            alice.get("/users/bob").await;
            let page = alice.post(target, fields).await;
            assert_eq!(page.status(), 303, "{what}: {}", page.words());
            assert!(!browser.is_signed_in().await, "{what}");
            // A form that was open still does nothing either.
            let page = browser.post("/signin", &bob.typing(PASSWORD).claim()).await;
            assert!([403, 401].contains(&page.status()) || what.contains("sessions"), "{what}: {}", page.status());
            if what != "deleted" {
                company.switch("bob", true).await;
                company.root.must_native("PATCH", profile, json!({ "enabled": true }).to_string()).await;
                company.set_password("bob", PASSWORD, false).await;
            }
        }
    });
}

/// SEC-044: signing out ends the session, and the browser forgets.
#[test]
fn sec_044_signing_out_leaves_nothing() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        let before = browser.clone();
        let page = browser.post("/signout", &[]).await;
        assert_eq!((page.status(), &*page.location()), (303, "/signin"));
        let cleared = page.reply.header("clear-site-data").expect("it clears");
        assert!(cleared.contains("\"cache\"") && cleared.contains("\"storage\""), "{cleared}");
        assert!(browser.session().is_none());
        assert!(!before.is_signed_in().await, "its token is good no more");
        assert_eq!(before.try_send(Request::new("GET", "/users.csv")).await.status(), 303);
        assert_eq!(before.try_send(before.form("/new/group", &[("name", "crew")])).await.status(), 403);
    });
}

/// SEC-045: everybody sees and ends their own sessions, an administrator everybody's, and nobody else's anybody.
#[test]
fn sec_045_sessions_are_seen_and_ended_by_whom_they_concern() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let bob = company.hire("bob").await;
        let (mut one, two) = (company.browser(&bob).await, company.browser(&bob).await);
        let mut carol = company.browser(&company.hire("carol").await).await;
        let mut alice = company.signed_in().await;
        let sessions = company.root.must_native("GET", "/api/v1/users/bob/console-sessions", "").await;
        let ids = sessions["items"].as_array().expect("a list").iter().map(|session| session["id"].as_u64());
        let ends: Vec<String> = ids.map(|id| format!("/users/bob/sessions/{}/end", id.expect("a number"))).collect();
        assert_eq!(ends.len(), 2);
        for target in ends.iter().map(String::as_str).chain(["/users/bob/sessions/end"]) {
            let page = carol.post(target, &[]).await;
            assert_eq!(page.status(), 403, "{target}: {}", page.words());
        }
        assert_eq!(carol.get("/users/bob/sessions").await.status(), 403);
        assert!(one.is_signed_in().await && two.is_signed_in().await);
        let page = one.post(&ends[1], &[]).await;
        assert_eq!(page.status(), 303);
        assert!(one.is_signed_in().await && !two.is_signed_in().await);
        let page = alice.get("/users/bob/sessions").await;
        assert!(page.attributes("action").contains(&ends[0]), "{:?}", page.attributes("action"));
        assert_eq!(alice.post("/users/bob/sessions/end", &[]).await.status(), 303);
        assert!(!one.is_signed_in().await && alice.is_signed_in().await && carol.is_signed_in().await);
    });
}
