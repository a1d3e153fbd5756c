//! Signing in: who is let in, and that nothing tells why somebody is not.

use std::time::Duration;

use serde_json::json;

use crate::{
    console::{
        browser::{Browser, Page},
        company::{Company, PASSWORD, Person, WRONG},
    },
    support::{database::on_each_database, world::World},
};

/// An answer without what was typed, and what is each visitor's own.
fn neutral(page: &Page, who: &Person, browser: &Browser<'_>) -> String {
    let text = page.text.replace(&browser.token, "<token>");
    let field = |name: &str, value: &str| format!(" name=\"{name}\" value=\"{value}\"");
    let text = text.replace(&field("user", &who.name), &field("user", "<name>"));
    let text = text.replace(&field("account", &who.account), &field("account", "<account>"));
    let length = format!("content-length: {}", page.text.len());
    let head = page.reply.text().split("\n\n").next().unwrap_or_default().replace(&length, "");
    format!("{head}\n\n{text}")
}

/// SEC-003, SEC-005, SEC-025: one answer, whatever the cause.
#[test]
fn sec_003_every_refusal_is_the_same() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let [alice, off, shut, without, old, locked] = [
            company.hire("alice").await,
            company.hire("off").await,
            company.hire("shut").await,
            company.hire("without").await,
            company.hire("old").await,
            company.hire("locked").await,
        ];
        company.switch("off", false).await;
        let profile = "/api/v1/users/shut/login-profile";
        company.root.must_native("PATCH", profile, json!({ "enabled": false }).to_string()).await;
        company.root.must_native("DELETE", "/api/v1/users/without/login-profile", "").await;
        company.set_password("old", PASSWORD, true).await;
        world.advance(Duration::from_hours(73));
        for _ in 0..5 {
            assert_eq!(Browser::new(&world).try_sign_in(&locked.typing(WRONG)).await.status(), 401);
        }
        let mut answers = Vec::new();
        for (cause, who) in [
            ("a wrong password", alice.typing(WRONG)),
            ("no password", alice.typing("")),
            ("no such user", alice.called("nobody")),
            ("no name", alice.called("")),
            ("no such account", Person { account: "nowhere".to_owned(), ..alice.clone() }),
            ("no account of that number", Person { account: "999999999999".to_owned(), ..alice.clone() }),
            ("the user is off", off),
            ("the console is off", shut),
            ("there is no password any more", without),
            ("the password is too old", old),
            ("locked out", locked),
            ("too long a name", alice.called(&"x".repeat(400))),
        ] {
            let mut browser = Browser::new(&world);
            let page = browser.try_sign_in(&who).await;
            assert_eq!(page.status(), 401, "{cause}");
            assert!(page.says("The sign-in did not work."), "{cause}: {}", page.words());
            assert_eq!(page.value("password"), None, "{cause}: what was typed is not sent back");
            assert!(browser.session().is_none(), "{cause}");
            answers.push((cause, neutral(&page, &who, &browser)));
        }
        for (cause, answer) in &answers {
            assert_eq!(answer, &answers[0].1, "{cause}");
        }
        // Root users are found by their address alone.
        for email in ["nobody@example.com", "", "no address"] {
            let mut browser = Browser::new(&world);
            browser.get("/signin?as=root").await;
            let page = browser.post("/signin", &[("as", "root"), ("email", email), ("password", PASSWORD)]).await;
            assert!(page.status() == 401 && page.says("The sign-in did not work."), "{email}: {}", page.words());
        }
        assert_eq!(Browser::new(&world).try_sign_in(&alice).await.status(), 303);
    });
}

/// SEC-015: a password counts from its first character to its last.
#[test]
fn sec_015_the_whole_password_counts() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await;
        let long = format!(" {} Ü", "four herons ".repeat(10));
        company.set_password("alice", &long, false).await;
        for wrong in [long.trim(), &long[..72], &long.to_lowercase(), &format!("{long} "), &long.replace('Ü', "U")] {
            let page = Browser::new(&world).try_sign_in(&alice.typing(wrong)).await;
            assert_eq!(page.status(), 401, "`{wrong}`");
            // Whoever succeeds is not held up by what was tried before.
            assert_eq!(Browser::new(&world).try_sign_in(&alice.typing(&long)).await.status(), 303);
        }
        // The same letter in another spelling is the same.
        let decomposed = long.replace('Ü', "U\u{308}");
        assert_eq!(Browser::new(&world).try_sign_in(&alice.typing(&decomposed)).await.status(), 303);
    });
}

/// SEC-016: what is longer than any password is refused at once, and for everybody alike.
#[test]
fn sec_016_an_endless_password_is_refused() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await;
        for who in [alice.clone(), alice.called("nobody")] {
            let page = Browser::new(&world).try_sign_in(&who.typing(&"x".repeat(1_025))).await;
            assert_eq!(page.status(), 422, "{}", page.words());
        }
        assert!(world.trail(&alice.account, "iam:SignIn").await.is_empty(), "nothing was tried");
    });
}

/// An account is named by its alias or its number, a user in whatever case.
#[test]
fn an_account_has_two_names_and_a_link() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("Alice").await;
        company.root.must_native("PUT", "/api/v1/account/alias", r#"{"alias":"saltmarsh"}"#).await;
        for (account, name) in [("saltmarsh", "alice"), ("SaltMarsh", "ALICE"), (alice.account.as_str(), " Alice ")] {
            let who = Person { account: account.to_owned(), ..alice.called(name) };
            assert_eq!(Browser::new(&world).try_sign_in(&who).await.status(), 303, "{account} {name}");
        }
        let page = Browser::new(&world).get("/signin/saltmarsh").await;
        assert_eq!(page.value("account").as_deref(), Some("saltmarsh"));
        // A link tells nobody which accounts there are.
        let none = Browser::new(&world).get("/signin/nowhere1").await;
        assert_eq!((none.status(), none.value("account").as_deref()), (200, Some("nowhere1")));
        assert_eq!(none.words().replace("nowhere1", "saltmarsh"), page.words());
    });
}
