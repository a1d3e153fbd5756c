//! Forms that cannot be taken: each says what is wrong, keeps what was typed but passwords, and changes nothing.

use crate::{
    console::{
        browser::Page,
        company::{Company, PASSWORD, WRONG},
        furnish::{NAMES, PLAIN, escaped, furnish},
    },
    support::{database::on_each_database, world::World},
};

/// A form, what is typed into it, and the fields that are kept.
type Mistake<'a> = (&'a str, &'a [(&'a str, &'a str)]);

#[test]
fn a_mistake_is_told_and_what_was_typed_is_kept() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        company.hire("bob").await;
        company.hire("carol").await;
        furnish(&company.root, PLAIN).await;
        let mut browser = company.signed_in().await;
        let before = company.root.everything().await;
        let long = "x".repeat(129);
        let user = format!("/users/{}", escaped(NAMES[0]));
        let (keys, boundary, inline) =
            (format!("{user}/keys/new"), format!("{user}/boundary"), format!("{user}/inline/new"));
        let mistakes: &[Mistake<'_>] = &[
            ("/new/user", &[NEXT, ("name", ""), ("display_name", "Dee"), ("remarks", "new here")]),
            ("/new/user", &[NEXT, ("name", "a b"), ("display_name", "Dee")]),
            ("/new/user", &[NEXT, ("name", &long), ("email", "dee@example.com")]),
            ("/new/user", &[NEXT, ("name", "BOB"), ("display_name", "Dee"), ("mobile", "+8613800138000")]),
            ("/new/user", &[NEXT, ("name", "dee"), ("email", "no address"), ("remarks", "new here")]),
            ("/new/user", &[NEXT, ("name", "dee"), ("mobile", "123"), ("remarks", "new here")]),
            ("/new/user", &[LAST, CREATE, ("name", "BOB"), ("remarks", "new here")]),
            ("/new/user", &[LAST, CREATE, ("name", "dee"), ("group", "nowhere")]),
            ("/new/user", &[LAST, CREATE, ("name", "dee"), ("policy", "custom/NoSuchPolicy")]),
            (
                "/new/user",
                &[LAST, CREATE, ("name", "dee"), ("console", "on"), ("pwm", "type"), ("typed_password", "password1")],
            ),
            ("/new/user", &[LAST, CREATE, ("name", "dee"), ("access_key", "on"), ("once", "a1"), ("password", WRONG)]),
            ("/new/user", &[LAST, CREATE, ("name", "dee"), ("access_key", "on"), ("once", "a2"), ("password", "")]),
            ("/new/group", &[("name", ""), ("remarks", "for the night")]),
            ("/new/group", &[("name", "Crew"), ("remarks", "for the night")]),
            ("/new/group", &[("name", "a/b"), ("remarks", "for the night")]),
            ("/users/bob/edit", &[("name", "carol"), ("remarks", "gone")]),
            ("/users/bob/edit", &[("name", ""), ("remarks", "gone")]),
            ("/users/bob/edit", &[("name", "bob"), ("path", "no/path"), ("remarks", "gone")]),
            ("/users/bob/edit", &[("name", "bob"), ("email", "@"), ("display_name", "Bobby")]),
            ("/users/bob/password", &[("pwm", "type"), ("password", "short")]),
            ("/users/bob/password", &[("pwm", "type"), ("password", "")]),
            (&keys, &[("once", "a3"), ("password", WRONG)]),
            (&keys, &[("once", "a4"), ("password", "")]),
            (&boundary, &[("policy", "NoSuchPolicy")]),
            (&inline, &[("name", ""), ("document", "{}")]),
            (&inline, &[("name", "mine"), ("document", "{\"Version\": \"2012-10-17\", \"Statement\": [}")]),
            ("/new/policy/document", &[("name", "held"), ("document", DOCUMENT)]),
            ("/new/policy/document", &[("name", "a b"), ("description", "no name"), ("document", DOCUMENT)]),
            ("/new/policy/document", &[("name", "mine"), ("document", "")]),
            // SEC-142: a document says one thing.
            ("/new/policy/document", &[("name", "mine"), ("document", TWICE)]),
            ("/new/policy/document", &[("name", "mine"), ("document", "\u{feff}{}")]),
            ("/new/policy/document", &[("name", "mine"), ("document", "{\"Version\": NaN}")]),
            ("/new/policy/document", &[("name", "mine"), ("document", "{\"Version\": \"\\ud800\"}")]),
            ("/policies/held/document", &[("document", "{")]),
            ("/policies/held/edit", &[("name", "spare"), ("description", "another")]),
        ];
        for (target, fields) in mistakes {
            let page = browser.get(target).await;
            assert_eq!(page.status(), 200, "{target}");
            let version = page.value("version").unwrap_or_default();
            let mut sent = fields.to_vec();
            sent.push(("version", &version));
            let page = browser.post(target, &sent).await;
            assert_eq!(page.status(), 422, "{target} {fields:?}: {}", page.words());
            assert!(page.text.contains("role=\"alert\""), "{target} {fields:?}: {}", page.words());
            assert_kept(&page, target, fields);
        }
        assert_eq!(company.root.everything().await, before);
    });
}

/// A page holds what was typed into its form, and no password.
#[track_caller]
fn assert_kept(page: &Page, target: &str, fields: &[(&str, &str)]) {
    assert!(!page.text.contains(PASSWORD), "{target}");
    for (name, value) in fields {
        if name.contains("password") {
            assert!(value.is_empty() || !page.text.contains(value), "{target} {name} is sent back");
        } else if !["step", "do", "console", "access_key", "pwm", "group", "policy"].contains(name) {
            let kept = page.value(name).or_else(|| page.area(name));
            let tidy = |text: &str| text.trim_start_matches('\u{feff}').trim().to_owned();
            assert_eq!(kept.as_deref().map(tidy), Some(tidy(value)), "{target} {fields:?} keeps {name}: {}", page.text);
        }
    }
}

/// SEC-141: what a form does not ask for is not taken from it.
#[test]
fn sec_141_a_form_says_no_more_than_it_asks_for() {
    on_each_database(async |world: World| {
        let (company, other) = (Company::new(&world).await, Company::new(&world).await);
        let mut browser = company.signed_in().await;
        let before = other.root.everything().await;
        browser.get("/new/user").await;
        let more = [
            ("account", &*other.root.account),
            ("account_id", &*other.root.account),
            ("id", "1"),
            ("user_id", "1"),
            ("is_root", "true"),
            ("root", "on"),
            ("enabled", "false"),
            ("created", "1"),
            ("password_hash", "x"),
            ("verified", "true"),
            ("path", "/elsewhere/"),
            ("tags", "a=b"),
        ];
        let fields: Vec<(&str, &str)> = [LAST, CREATE, ("name", "dee")].into_iter().chain(more).collect();
        assert_eq!(browser.post("/new/user", &fields).await.status(), 303);
        let user = company.root.must_native("GET", "/api/v1/users/dee", "").await;
        assert_eq!((user["enabled"].as_bool(), user["path"].as_str()), (Some(true), Some("/")), "{user}");
        assert_ne!(user["id"], 1);
        let version = browser.get("/users/dee/edit").await.value("version").expect("a version");
        let fields: Vec<(&str, &str)> = [("name", "dee"), ("version", version.as_str())]
            .into_iter()
            .chain(more.into_iter().filter(|(name, _)| *name != "path"))
            .collect();
        assert_eq!(browser.post("/users/dee/edit", &fields).await.status(), 303);
        let after = company.root.must_native("GET", "/api/v1/users/dee", "").await;
        assert_eq!((&after["id"], &after["enabled"]), (&user["id"], &user["enabled"]));
        assert_eq!(other.root.everything().await, before);
    });
}

/// What the buttons of the steps that make users send.
const NEXT: (&str, &str) = ("do", "next");
const LAST: (&str, &str) = ("step", "permissions");
const CREATE: (&str, &str) = ("do", "create");
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}"#;
const TWICE: &str = r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}"#;
