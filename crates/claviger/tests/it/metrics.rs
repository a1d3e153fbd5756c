//! The metrics, as a scraper gets them.

use std::collections::{BTreeMap, BTreeSet};

use iam::action::ACTIONS;
use serde_json::json;
use tokio::net::{TcpStream, UnixStream};

use crate::support::{
    client::{Connection, Reply},
    database::on_each_database,
    request::Request,
    sdk::Sdk,
    world::World,
};

/// The words that labels may have, but for the names of actions, versions and bounds.
const WORDS: [(&str, &[&str]); 10] = [
    ("dialect", &["operator", "native", "baidu", "console", "none"]),
    ("kind", &["call", "question", "account", "user", "group", "policy", "role", "access_key", "api_key"]),
    ("status", &["1xx", "2xx", "3xx", "4xx", "5xx"]),
    (
        "reason",
        &[
            "unsigned",
            "malformed",
            "unknown_key",
            "wrong_signature",
            "not_fresh",
            "bad_token",
            "session_over",
            "disabled",
            "broken",
            "unknown_account",
        ],
    ),
    ("outcome", &["done", "denied", "refused", "failed", "allow", "implicit_deny", "explicit_deny", "error"]),
    ("queue", &["changes", "queries", "hashing"]),
    ("backend", &["sqlite", "postgresql"]),
    ("switch", &["insecure_http", "insecure_metrics"]),
    ("version", &[env!("CARGO_PKG_VERSION")]),
    ("le", &[]),
];

/// A page of metrics, each sample under its name and labels.
struct Page {
    text: String,
    samples: BTreeMap<String, f64>,
    labels: BTreeSet<(String, String)>,
}

impl Page {
    /// Reads the format as its definition has it: what a sample belongs to is described before it, no sample comes
    /// twice, and the page has an end.
    fn read(reply: &Reply) -> Self {
        assert_eq!(reply.status, 200, "{reply:?}");
        let kind = reply.header("content-type").expect("it has a type");
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
        let text = String::from_utf8(reply.body.clone()).expect("it is text");
        let (mut samples, mut labels, mut families) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        let mut lines = text.lines();
        for line in lines.by_ref() {
            if let Some(described) = line.strip_prefix("# ") {
                let mut words = described.split(' ');
                match words.next() {
                    Some("EOF") => break,
                    Some("TYPE") => assert!(families.insert(words.next().expect("a name")), "{line}"),
                    Some("HELP" | "UNIT") => {}
                    _ => panic!("{line}"),
                }
                continue;
            }
            let (sample, value) = line.rsplit_once(' ').expect("a sample has a value");
            let name = sample.split('{').next().expect("a sample has a name");
            let suffixes = ["", "_total", "_bucket", "_sum", "_count", "_info"];
            let of_family = suffixes.iter().filter_map(|suffix| name.strip_suffix(suffix));
            assert!(of_family.clone().any(|family| families.contains(family)), "{line}");
            let pairs = sample.split_once('{').map_or("", |(_, rest)| rest.trim_end_matches('}'));
            for pair in pairs.split(',').filter(|pair| !pair.is_empty()) {
                let (label, word) = pair.split_once('=').expect("a label has a value");
                labels.insert((label.to_owned(), word.trim_matches('"').to_owned()));
            }
            let value = value.parse().expect("a value is a number");
            assert_eq!(samples.insert(sample.to_owned(), value), None, "{line}");
        }
        assert_eq!(lines.next(), None, "nothing follows the end");
        Self { text, samples, labels }
    }

    #[track_caller]
    fn is(&self, sample: &str, wanted: f64) {
        let found = self.samples.get(sample).copied();
        assert!(found == Some(wanted), "{sample} is {found:?}, not {wanted}");
    }

    /// The samples that must not differ between two looks at once.
    fn steady(&self) -> Vec<&String> {
        self.samples.keys().collect()
    }
}

async fn scrape(world: &World, request: &Request) -> Reply {
    let address = world.metrics_address();
    let mut connection = Connection::on(TcpStream::connect(address).await.expect("it listens"));
    connection.send(&request.to_bytes()).await;
    connection.reply().await.expect("it answers")
}

async fn page(world: &World) -> Page {
    Page::read(&scrape(world, &Request::new("GET", "/metrics").header("Host", "x")).await)
}

/// SEC-277: metrics are for the operator's socket and a listener of its own, in words of this program alone: nothing in
/// them tells which accounts, users and keys there are.
#[test]
fn sec_277_metrics_have_no_words_of_users() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        assert_eq!(root.create(r#"{"name":"canary-user"}"#).await.status, 201);
        assert_eq!(root.create(r#"{"name":"canary-user"}"#).await.status, 409);
        assert_eq!(root.get("/v1/user/canary-nobody").await.status, 404);
        assert_eq!(root.call("POST", "/v1/group", r#"{"name":"canary-group"}"#).await.status, 201);
        let key = root.create_key("canary-user").await;
        let user = root.with_key(key.clone());
        assert_eq!(user.get("/v1/user").await.status, 403);
        world.send(&Request::new("GET", "/v1/user/canary-path?canary-query")).await;
        world.send(&Request::new("GET", "/canary-elsewhere").header("User-Agent", "canary-agent")).await;
        let question = |principal: &str| {
            let action = json!({ "action": "canary:Action", "resource": "crn:bos:::canary", "principal": principal });
            action
        };
        let crn = format!("crn:iam::{}:", root.account);
        for principal in [format!("{crn}root"), format!("{crn}user/canary-user"), format!("{crn}user/canary-nobody")] {
            let reply = root.ask(&question(&principal)).await;
            assert!([200, 400].contains(&reply.status), "{reply:?}");
        }

        let page = page(&world).await;
        for (label, word) in &page.labels {
            let known = WORDS.iter().find(|(known, _)| known == label).map(|(_, words)| *words);
            let known = match (label.as_str(), known) {
                ("action", _) => ACTIONS.iter().any(|row| row.name == word),
                ("le", _) => word == "+Inf" || word.parse::<f64>().is_ok(),
                (_, Some(words)) => words.contains(&word.as_str()),
                (_, None) => false,
            };
            assert!(known, "`{word}` of `{label}` is no word of ours");
        }
        for word in ["canary", &root.account, &root.key.id, &key.id] {
            assert!(!page.text.contains(word), "{word}");
        }
    });
}

/// What was done is counted, each in its place; the operator's socket tells the same.
#[test]
fn what_was_done_is_counted() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        root.create_user("alice").await;
        let alice = root.with_key(root.create_key("alice").await);
        assert_eq!(alice.get("/v1/user").await.status, 403);
        assert_eq!(root.get("/v1/user/nobody").await.status, 404);
        let password = r#"{"password":"correct horse battery"}"#;
        assert_eq!(root.call("PUT", "/v1/user/alice/loginProfile", password).await.status, 200);
        world.send(&Request::new("GET", "/v1/user").header("Host", world.host())).await;
        world.send(&root.sign(Sdk::Go, Request::new("GET", "/v1/user")).header("x", "y")).await;
        let ask = async |who: &str| {
            let principal = format!("crn:iam::{}:{who}", root.account);
            let question = json!({ "principal": principal, "action": "bos:GetObject", "resource": "crn:bos:::a/b" });
            root.ask(&question).await.status
        };
        assert_eq!((ask("root").await, ask("user/alice").await, ask("user/bob").await), (200, 200, 200));
        assert_eq!(root.ask(&json!({ "action": "bos:GetObject" })).await.status, 400);

        let first = page(&world).await;
        for (sample, value) in [
            (r#"claviger_requests_total{dialect="operator",kind="call",status="2xx"}"#, 1.0),
            (r#"claviger_requests_total{dialect="baidu",kind="call",status="2xx"}"#, 4.0),
            (r#"claviger_requests_total{dialect="baidu",kind="call",status="4xx"}"#, 3.0),
            (r#"claviger_requests_total{dialect="native",kind="call",status="2xx"}"#, 0.0),
            (r#"claviger_requests_total{dialect="native",kind="question",status="2xx"}"#, 3.0),
            (r#"claviger_requests_total{dialect="native",kind="question",status="4xx"}"#, 1.0),
            (r#"claviger_request_duration_seconds_count{dialect="native",kind="question"}"#, 4.0),
            (r#"claviger_request_duration_seconds_bucket{le="+Inf",dialect="baidu",kind="call"}"#, 7.0),
            ("claviger_requests_in_flight", 0.0),
            ("claviger_request_panics_total", 0.0),
            (r#"claviger_operations_total{action="iam:CreateUser",outcome="done"}"#, 1.0),
            (r#"claviger_operations_total{action="iam:ListUsers",outcome="done"}"#, 1.0),
            (r#"claviger_operations_total{action="iam:ListUsers",outcome="denied"}"#, 1.0),
            (r#"claviger_operations_total{action="iam:GetUser",outcome="refused"}"#, 1.0),
            (r#"claviger_decisions_total{outcome="allow"}"#, 1.0),
            (r#"claviger_decisions_total{outcome="implicit_deny"}"#, 1.0),
            (r#"claviger_decisions_total{outcome="refused"}"#, 1.0),
            (r#"claviger_decisions_total{outcome="error"}"#, 1.0),
            (r#"claviger_refusals_total{reason="unsigned"}"#, 1.0),
            (r#"claviger_entities{kind="account"}"#, 1.0),
            (r#"claviger_entities{kind="user"}"#, 1.0),
            (r#"claviger_entities{kind="access_key"}"#, 2.0),
            (r#"claviger_queue_taken_total{queue="hashing"}"#, 1.0),
            (r#"claviger_queue_length{queue="changes"}"#, 0.0),
            (r#"claviger_queue_length{queue="hashing"}"#, 0.0),
            ("claviger_store_ready", 1.0),
            ("claviger_store_failed", 0.0),
            ("claviger_audit_events_lost_total", 0.0),
        ] {
            first.is(sample, value);
        }
        let at_least = |sample: &str, least: f64| {
            let found = first.samples.get(sample).copied();
            assert!(found >= Some(least), "{sample} is {found:?}, less than {least}");
        };
        at_least("claviger_audit_events_total", 6.0);
        at_least("claviger_snapshot_changes_total", 3.0);
        at_least("claviger_store_commit_duration_seconds_count", 4.0);
        at_least("claviger_store_batch_count", 4.0);
        at_least("process_resident_memory_bytes", 1e6);
        assert!(first.samples["claviger_store_staleness_seconds"] < 5.0);

        let socket = world.directory.path().join("data/admin.sock");
        let mut connection = Connection::on(UnixStream::connect(socket).await.expect("the admin socket is there"));
        connection.send(&Request::new("GET", "/metrics").header("Host", "x").to_bytes()).await;
        let other = Page::read(&connection.reply().await.expect("it answers"));
        assert_eq!(first.steady(), other.steady());
    });
}

/// SEC-277: the listener for metrics tells nothing else, and changes nothing.
#[test]
fn sec_277_the_listener_for_metrics_tells_nothing_else() {
    on_each_database(async |world: World| {
        let root = world.account().await;
        for (method, target, status) in [
            ("POST", "/metrics", 405),
            ("GET", "/metrics/", 404),
            ("GET", "/", 404),
            ("GET", "/live", 200),
            ("GET", "/v1/user", 404),
            ("POST", "/operator/accounts", 404),
        ] {
            let request = Request::new(method, target);
            let signed = root.sign(Sdk::Go, request.clone());
            for request in [request.header("Host", "x"), signed] {
                assert_eq!(scrape(&world, &request).await.status, status, "{method} {target}");
            }
        }
        let ready = scrape(&world, &Request::new("GET", "/ready").header("Host", "x")).await;
        let text = String::from_utf8_lossy(&ready.body).into_owned();
        assert!(ready.status == 200 && text.starts_with("ok\nstore: "), "{text}");
    });
}
