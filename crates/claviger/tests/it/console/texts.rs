//! What people write is shown as text, wherever it is shown (SEC-143).

use serde_json::json;

use crate::{
    console::{
        browser::Browser,
        company::{Company, Person, WRONG},
        crawl::{crawl, with_query},
        furnish::{NAMES, escaped, furnish},
    },
    support::{database::on_each_database, world::World},
};

/// Markup in every place where it could begin: in text, in an attribute, in an address, in a template; letters that are
/// written from right to left, and of four bytes.
const HOSTILE: &str = r#"<script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;b&gt; {{7*7}} ${7*7} javascript:alert(3) -->]]> שלום مرحبا 𠮷🗝️"#;
/// What no page may hold of it unescaped. That no page holds anything that runs is looked at on each.
const MARKUP: [&str; 4] = ["<script>alert", "<img", "\"'>", "&lt;b&gt;"];
/// What hides what stands beside it: no field takes it.
const HIDING: [&str; 6] = ["a\u{202e}b", "a\u{200b}b", "a\u{2066}b", "a\u{feff}b", "a\u{0}b", "a\u{7}b"];

/// SEC-143: on every page that there is, in both languages. No page has more than 100 KB.
#[test]
fn sec_143_what_people_write_is_text_on_every_page() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.administrator("alice").await;
        furnish(&company.root, HOSTILE).await;
        let mut browser =
            Browser::new(&world).called("Agent <script>alert(4)</script>\"'><img src=x onerror=alert(5)>");
        browser.sign_in(&alice).await;
        // What is refused is written down, too.
        browser.clone().try_sign_in(&alice.called(HOSTILE).typing(WRONG)).await;
        browser.get(&format!("/users/{}", escaped(HOSTILE))).await;
        for language in ["en", "zh"] {
            let mut browser = browser.clone().reading(language);
            let found = crawl(&mut browser).await;
            let mut shown = 0;
            for (address, page) in &found.pages {
                if !page.text.starts_with("<!doctype html>") {
                    let disposition = page.reply.header("content-disposition").unwrap_or_default();
                    let is_kept = page.status() != 200 || disposition.starts_with("attachment;");
                    assert!(is_kept, "{address} is a file to keep");
                    continue;
                }
                for markup in MARKUP {
                    assert!(!page.text.contains(markup), "{address} in {language} holds {markup}: {}", page.text);
                }
                shown += usize::from(page.says(HOSTILE));
            }
            assert!(shown > 10, "in {language}, {shown} of {} pages show it whole", found.pages.len());
            assert!(found.pages["/"].text.contains(&format!("<html lang=\"{language}")));
        }
    });
}

/// SEC-143: what an address says is text, too, and what is searched for.
#[test]
fn sec_143_what_an_address_says_is_text() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        let name = escaped(HOSTILE);
        let mut addresses: Vec<String> =
            ["users", "groups", "policies", "log", "signin", "setup", "static/x", "attach"]
                .iter()
                .map(|noun| format!("/{noun}/{name}"))
                .collect();
        for part in ["edit", "tags", "keys", "password", "login", "delete", "permissions", "inline/new", "groups"] {
            addresses.push(format!("/users/{name}/{part}"));
        }
        for (path, query) in [
            ("/users", "q"),
            ("/users", "status"),
            ("/users", "group"),
            ("/users", "sort"),
            ("/users", "after"),
            ("/groups", "q"),
            ("/policies", "q"),
            ("/policies", "kind"),
            ("/log", "action"),
            ("/log", "user"),
            ("/log", "from"),
            ("/log", "resource"),
            ("/log", "size"),
            ("/explain", "principal"),
            ("/explain", "action"),
            ("/explain", "resource"),
            ("/explain", "address"),
            ("/attach", "user"),
            ("/attach", "q"),
            ("/signin", "back"),
            ("/signin", "as"),
            ("/new/policy/document", "from"),
        ] {
            addresses.push(with_query(path, query, HOSTILE));
        }
        let mut stranger = Browser::new(&world);
        for address in addresses {
            for page in [browser.get(&address).await, stranger.get(&address).await] {
                assert!(page.status() < 500, "SEC-006: {address}: {}", page.words());
                for markup in MARKUP {
                    assert!(!page.text.contains(markup), "{address} holds {markup}: {}", page.text);
                }
            }
        }
    });
}

/// SEC-143: what a form says is text when it is shown again.
#[test]
fn sec_143_what_is_typed_is_shown_again_as_text() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        company.hire("bob").await;
        let mut browser = company.signed_in().await;
        for (target, field) in [
            ("/new/user", "name"),
            ("/new/user", "email"),
            ("/new/group", "name"),
            ("/users/bob/edit", "name"),
            ("/users/bob/edit", "mobile"),
            ("/new/policy/document", "name"),
            ("/new/policy/document", "document"),
            ("/signin", "user"),
            ("/signin", "account"),
            ("/signin", "back"),
        ] {
            browser.get(target).await;
            let page = browser.post(target, &[(field, HOSTILE), ("name", "x"), ("do", "next")]).await;
            assert!((400..500).contains(&page.status()), "{target} {field}: {} {}", page.status(), page.words());
            for markup in MARKUP {
                assert!(!page.text.contains(markup), "{target} {field} holds {markup}: {}", page.text);
            }
        }
    });
}

/// What hides or reorders is taken by no field; what is taken comes back as it was written.
#[test]
fn what_hides_is_refused_and_what_is_shown_is_kept() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        company.hire("bob").await;
        let mut browser = company.signed_in().await;
        let before = company.root.everything().await;
        for text in HIDING {
            for (target, field) in [
                ("/new/user", "name"),
                ("/new/user", "display_name"),
                ("/new/user", "remarks"),
                ("/new/group", "name"),
                ("/new/group", "remarks"),
                ("/users/bob/edit", "display_name"),
                ("/users/bob/edit", "remarks"),
                ("/new/policy/document", "description"),
            ] {
                browser.get(target).await;
                let version = browser.get(target).await.value("version").unwrap_or_default();
                let mut fields = vec![("version", version.as_str()), (field, text), ("do", "next")];
                if field != "name" {
                    fields.push(("name", "made"));
                }
                let page = browser.post(target, &fields).await;
                assert_eq!(page.status(), 422, "{target} {field} {text:?}: {}", page.words());
            }
        }
        assert_eq!(company.root.everything().await, before);
        let words = HOSTILE.chars().take(120).collect::<String>();
        for name in NAMES {
            let once = browser.get("/new/user").await.value("once").expect("a form is sent once");
            let fields = [
                ("once", once.as_str()),
                ("step", "permissions"),
                ("do", "create"),
                ("name", name),
                ("display_name", words.as_str()),
                ("remarks", HOSTILE),
                ("email", "o'neil&x@example.com"),
            ];
            let page = browser.post("/new/user", &fields).await;
            assert_eq!(page.status(), 303, "{}", page.words());
            let page = browser.get(&page.location()).await;
            assert!(page.status() == 200 && page.says(name) && page.says(HOSTILE), "{}", page.words());
            let user = company.root.must_native("GET", &format!("/api/v1/users/{}", escaped(name)), "").await;
            assert_eq!((&user["display_name"], &user["remarks"]), (&json!(words), &json!(HOSTILE)));
        }
    });
}

/// SEC-144: no cell of an export is a formula.
#[test]
fn sec_144_an_export_holds_no_formula() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.administrator("alice").await;
        for (number, start) in ["=", "+", "-", "@"].into_iter().enumerate() {
            let user = json!({ "name": format!("{start}cmd{number}"), "display_name": format!("{start}HYPERLINK(1)"),
                "remarks": format!("{start}1+1\",{start}2"), "mobile": "+8613800138000" });
            company.root.must_native("POST", "/api/v1/users", user.to_string()).await;
        }
        let mut browser = Browser::new(&world).called("=cmd|' /C calc'!A0");
        browser.sign_in(&alice).await;
        browser.clone().try_sign_in(&Person { name: "=1+1".to_owned(), ..alice.typing(WRONG) }).await;
        for target in ["/users.csv", "/log/export?format=csv"] {
            let page = browser.get(target).await;
            assert_eq!(page.status(), 200, "{target}");
            let header = |name| page.reply.header(name).unwrap_or_default().to_owned();
            assert!(header("content-type").starts_with("text/csv"), "{target}: {}", header("content-type"));
            assert!(header("content-disposition").starts_with("attachment;"), "{target}");
            assert!(page.text.lines().count() > 3, "{target}: {}", page.text);
            for line in page.text.lines() {
                for cell in cells(line) {
                    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{target}: {cell} in {line}");
                }
            }
        }
    });
}

/// The cells of a line, without their quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().expect("there is one").push(other),
        }
    }
    cells
}
