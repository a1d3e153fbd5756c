//! What stands around every answer: headers, hosts, and requests that mean two things. That pages and files have their
//! headers is looked at on each answer of every test here: see [`Browser::try_send`].

use crate::{
    console::{
        browser::Browser,
        company::{Company, WRONG},
    },
    support::{database::on_each_database, request::Request, world::World},
};

/// SEC-007, SEC-008: also answers that are no pages of the console, and pages that tell of a failure, are guarded alike.
#[test]
fn sec_007_sec_008_every_answer_is_guarded() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let mut browser = company.signed_in().await;
        let mut stranger = Browser::new(&world);
        for (target, status) in
            [("/", 303), ("/signin", 200), ("/signin/acme", 200), ("/users/nobody", 303), ("/static/x/none.js", 404)]
        {
            assert_eq!(stranger.get(target).await.status(), status, "{target}");
        }
        for (target, status) in
            [("/", 200), ("/users", 200), ("/users/nobody", 404), ("/users/a/b/c", 404), ("/setup", 404)]
        {
            assert_eq!(browser.get(target).await.status(), status, "{target}");
        }
        let page = browser.get("/users").await;
        let files = page.attributes("href").into_iter().chain(page.attributes("src"));
        let files: Vec<_> = files.filter(|file| file.starts_with("/static/")).collect();
        assert!(files.len() > 3, "{files:?}");
        for file in files {
            let file = file.split('#').next().unwrap_or_default();
            assert_eq!(stranger.get(file).await.status(), 200, "{file}");
        }
        assert_eq!(browser.send(Request::new("POST", "/new/group")).await.status(), 403);
    });
}

/// SEC-009: pages of other sites are told nothing.
#[test]
fn sec_009_no_other_site_reads_anything() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let browser = company.signed_in().await;
        for (method, target) in
            [("OPTIONS", "/users"), ("OPTIONS", "/api/v1/users"), ("GET", "/users"), ("GET", "/users.csv")]
        {
            let request = Request::new(method, target).header("Origin", "https://evil.example");
            let request = request.header("Access-Control-Request-Method", "POST");
            // That no header opens it is looked at in each answer.
            assert!(browser.try_send(request).await.status() < 500, "{method} {target}");
        }
    });
}

/// SEC-010: the console is reached by its own address, and no header makes it another.
#[test]
fn sec_010_a_foreign_host_is_answered_421() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let browser = company.signed_in().await;
        for host in ["evil.example", "127.0.0.1.evil.example", "", "evil.example:80", "claviger"] {
            for target in ["/", "/users", "/signin", "/signin/acme", "/nothing"] {
                let page = browser.try_send(Request::new("GET", target).header("Host", host)).await;
                let wanted = if target == "/nothing" { 404 } else { 421 };
                assert_eq!(page.status(), wanted, "{target} of `{host}`");
                assert!(!page.text.contains("alice"), "{}", page.text);
            }
        }
        let forwarded = ["X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server"];
        for target in ["/", "/users", "/users/alice", "/users/alice/login"] {
            let mut request = Request::new("GET", target).header("Forwarded", "host=evil.example;proto=https");
            for name in forwarded {
                request = request.header(name, "evil.example");
            }
            let page = browser.try_send(request.header("X-Forwarded-Proto", "https")).await;
            assert_eq!(page.status(), 200, "{target}");
            assert!(!page.text.contains("evil.example"), "{target}");
        }
        let links = browser.clone().get("/users").await;
        assert!(links.text.contains(&format!("http://{}/signin/", world.host())), "{}", links.words());
    });
}

/// SEC-011: nobody chooses the address that is written down, or counted.
#[test]
fn sec_011_a_forwarded_address_is_nobodys() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let alice = company.hire("alice").await.typing(WRONG);
        let mut browser = Browser::new(&world);
        browser.get("/signin").await;
        let mut request = browser.form("/signin", &alice.claim()).header("Forwarded", "for=192.0.2.7");
        for name in ["X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"] {
            request = request.header(name, "192.0.2.7");
        }
        assert_eq!(browser.send(request).await.status(), 401);
        let events = world.trail(&alice.account, "iam:SignIn").await;
        assert_eq!(events.len(), 1);
        assert!(!events[0].to_string().contains("192.0.2.7"), "{events:?}");
    });
}

/// SEC-013: what means two things is refused.
#[test]
fn sec_013_ambiguous_requests_are_refused() {
    on_each_database(async |world: World| {
        let company = Company::new(&world).await;
        let browser = company.signed_in().await;
        let host = world.host();
        let cookie = browser.cookie_header();
        let head = format!("GET /users HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n");
        for more in [
            format!("Host: {host}\r\n"),
            "Authorization: a\r\nAuthorization: b\r\n".to_owned(),
            "X-Folded: a\r\n b\r\n".to_owned(),
            "X-Zero: a\0b\r\n".to_owned(),
            "Content-Length: 1\r\nContent-Length: 2\r\n".to_owned(),
        ] {
            let reply = world.send_bytes(format!("{head}{more}\r\n").as_bytes()).await.expect("an answer");
            assert_eq!(reply.status, 400, "{more}");
        }
        let both = "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n";
        let reply = world.send_bytes(format!("{head}{both}").as_bytes()).await.expect("an answer");
        assert!([400, 200].contains(&reply.status), "{reply:?}");
        let page = browser.try_send(Request::new("TRACE", "/users").header("X-Secret", "abc")).await;
        assert!(page.status() >= 400 && !page.text.contains("abc"), "{page:?}");
        // A cookie that comes twice is none, so that nobody can put one beside it.
        let twice = format!("{cookie}; claviger=another");
        assert_eq!(browser.try_send(Request::new("GET", "/users").header("Cookie", twice)).await.status(), 303);
    });
}
