//! The log, as the program writes it.

use std::fs;

use iam::{
    Database,
    clock::{Clock as _, SystemClock},
};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{
    client::Reply,
    database::{drop_table, run},
    eventually,
    process::{DEADLINE, Program, Serving},
    request::Request,
    sdk::{Key, Sdk},
    sigv4,
};

/// What begins a line, ends a field, drives a terminal or hides what stands beside it, as far as a header may hold it.
const HOSTILE: &str = "evil\" x=\"1 \\ \u{85}\u{2028}\u{202e}\u{9b}31m 2026-11-22T08:00:00Z ERROR forged 张三\ttab";

/// The lines of a log in JSON, each of which must be one object.
fn objects(log: &str) -> Vec<Value> {
    let object = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(object) if object.is_object() => object,
        other => panic!("`{}` is {other:?}", line.escape_default()),
    };
    log.lines().map(object).collect()
}

/// The last line of a request with the reply's id.
fn answered(server: &Serving, reply: &Reply) -> Value {
    let mut lines = objects(&server.log());
    lines.retain(|line| line["request.id"] == reply.request_id() && line["message"] == "answered");
    lines.pop().unwrap_or_else(|| panic!("a line for {reply:?} in {}", server.log()))
}

/// Each request has one line: who asked for what from where, how it went and how long it took. Names, queries and
/// signatures are not in it (SEC-146, SEC-315).
#[test]
fn sec_146_sec_315_each_request_has_a_line() {
    run(async {
        let program = Program::new().with_arguments(&["--log-format", "json"]);
        let (account, root) = program.create_account();
        let server = program.start().await;
        let request =
            Request::new("POST", "/v1/user").body(r#"{"name":"canary-alice"}"#).header("User-Agent", "a tool");
        let created = server.send(&server.sign(&root, request)).await;
        assert_eq!(server.log().matches("answered").count(), 1, "one line a request: {}", server.log());
        let line = answered(&server, &created);
        assert!(line["duration_us"].as_u64().is_some_and(|span| (1..30_000_000).contains(&span)), "{line}");
        assert!(line["caller.principal"].is_u64() && line["time"].as_str().is_some_and(|time| time.ends_with('Z')));
        let wanted = json!({
            "level": "info", "log": "claviger::request", "message": "answered", "request.id": created.request_id(),
            "caller.account": account, "method": "POST", "path": "/v1/user", "status": 201, "source": "127.0.0.1",
            "dialect": "baidu", "agent": "a tool",
        });
        for (name, value) in wanted.as_object().expect("an object") {
            assert_eq!(&line[name], value, "{name} of {line}");
        }

        let found = server.call(&root, "GET", "/v1/user/canary-alice?canary-query=1", "").await;
        assert_eq!((found.status, &answered(&server, &found)["path"]), (200, &json!("/v1/user/{}")));
        let link = Request::new("GET", "/v1/user/canary-alice").header("Host", server.address);
        let terms = signing::bce_v1::Terms {
            access_key_id: &root.id,
            at: SystemClock.now(),
            expire_s: 1_800,
            signed_headers: &["host"],
        };
        let link = crate::support::sdk::presign(link, &root, &terms);
        let signature = link.target.rsplit("%2F").next().expect("it is signed").to_owned();
        assert_eq!(server.send(&link).await.status, 200);
        let stranger = server.send(&Request::new("GET", "/v1/group?canary-query").header("Host", "x")).await;
        let line = answered(&server, &stranger);
        assert_eq!((&line["status"], &line["path"], &line["agent"]), (&json!(403), &json!("/v1/group"), &json!("")));
        assert!(line.get("caller.account").is_none(), "nobody has proved who it is: {line}");

        program.create_account();
        let log = server.log();
        assert!(log.contains(r#""path":"/operator/accounts""#) && log.contains(r#""source":"socket""#), "{log}");
        for secret in ["canary", &signature, root.secret.expose(), &root.id] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        server.stop().await;
    });
}

/// SEC-145: what clients send stays in its field, is escaped, and has a length; as text and as JSON.
#[test]
fn sec_145_what_clients_send_is_escaped_and_cut() {
    run(async {
        for format in ["text", "json"] {
            let program = Program::new().with_arguments(&["--log-format", format, "--log-level", "trace"]);
            let (_, root) = program.create_account();
            let server = program.start().await;
            let long = "x".repeat(4_000);
            let paths = ["/v1/%0A%1B%5B31m\"quoted\"=%5C", "/v1/\u{85}\u{2028}", "/'\"{}", &format!("/{long}")];
            let mut replies = Vec::new();
            for path in paths {
                for agent in [HOSTILE, &long] {
                    let request = Request::new("GET", path).header("User-Agent", agent).header("Host", server.address);
                    let mut connection = server.connect().await;
                    connection.send(&request.to_bytes()).await;
                    replies.push(connection.reply().await.expect("the server answers"));
                }
            }
            let signed =
                Sdk::Java.sign(Request::new("GET", "/v1/user"), &root, &server.address.to_string(), SystemClock.now());
            replies.push(server.send(&signed.with("User-Agent", HOSTILE)).await);
            let log = server.log();
            for line in log.lines() {
                let kept = line.chars().all(|c| !c.is_control() && !"\u{2028}\u{202e}".contains(c));
                assert!(kept && line.len() < 1_600, "{format}: {}", line.escape_default());
                let begins = if format == "json" { "{\"time\":\"20" } else { "20" };
                assert!(line.starts_with(begins), "{format}: {line}");
            }
            let with_head = replies.iter().filter(|reply| reply.header("x-bce-request-id").is_some()).count();
            assert!(with_head >= 5, "{replies:?}");
            if format == "json" {
                let agents: Vec<Value> = objects(&log).into_iter().map(|line| line["agent"].clone()).collect();
                assert!(agents.contains(&json!(HOSTILE)), "it gives back what was sent: {log}");
            } else {
                assert!(log.contains(r#"agent="evil\" x=\"1 \\ \u{85}\u{2028}\u{202e}\u{9b}31m 2026"#), "{log}");
            }
            server.stop().await;
        }
    });
}

/// Whatever goes wrong within a request is told with the request's id, also on the threads of the store.
#[test]
fn what_goes_wrong_is_told_with_the_requests_id() {
    run(async {
        let program = Program::new().with_arguments(&["--log-format", "json", "--log-level", "error"]);
        let (account, root) = program.create_account();
        let server = program.start().await;
        drop_table(&Database::Embedded, program.data(), "iam_user").await;
        let failed = server.call(&root, "GET", "/v1/user", "").await;
        assert_eq!(failed.status, 500);
        drop_table(&Database::Embedded, program.data(), "audit_event").await;
        let failed_too = server.call(&root, "POST", "/v1/group", r#"{"name":"x"}"#).await;
        assert_eq!(failed_too.status, 503, "{failed_too:?}");
        let lines = objects(&server.log());
        let of = |reply: &Reply, message: &str| {
            let told = lines.iter().find(|line| line["request.id"] == reply.request_id() && line["message"] == message);
            assert_eq!(told.unwrap_or_else(|| panic!("{message}: {lines:?}"))["caller.account"], account);
        };
        of(&failed, "a call failed");
        of(&failed_too, "an audit event could not be written");
        assert!(lines.iter().all(|line| line["level"] == "error"), "{lines:?}");
        drop(server);
    });
}

/// Questions are asked on every request of a service: their lines are for who looks for a fault. Decisions have lines of
/// their own.
#[test]
fn lines_of_questions_are_for_who_looks_for_a_fault() {
    run(async {
        for (level, lines_of_question) in [("info", 0), ("debug", 1)] {
            let program = Program::new().with_environment("CLAVIGER_LOG_LEVEL", level);
            let (account, root) = program.create_account();
            let server = program.start().await;
            let question = json!({ "principal": format!("crn:iam::{account}:root"), "action": "bos:GetObject", "resource": "crn:bos:::a/b" });
            assert_eq!(ask(&server, &root, &question).await, 200);
            server.health("/ready").await;
            let log = server.log();
            assert_eq!(log.matches(" answered ").count(), lines_of_question, "{level}: {log}");
            assert_eq!(log.matches(" allowed ").count(), lines_of_question, "{level}: {log}");
            server.stop().await;
        }
    });
}

async fn ask(server: &Serving, key: &Key, question: &Value) -> u16 {
    let request = Request::new("POST", "/authorize").body(question.to_string());
    server.send(&sigv4::sign(request, key, &server.address.to_string(), SystemClock.now())).await.status
}

/// `[log]` in the file; arguments stand over it. Requests have no lines where that is not wanted.
#[test]
fn the_log_is_configured() {
    run(async {
        let program = Program::new();
        let file = program.directory.path().join("claviger.toml");
        fs::write(&file, "[log]\nformat = \"json\"\nlevel = \"error\"\nrequests = false\n").expect("it can be written");
        let file = file.display().to_string();
        let program = program.with_arguments(&["--config", &file]);
        let (_, root) = program.create_account();
        let server = program.start().await;
        server.get(&root, "/v1/user").await;
        server.signal(Signal::HUP);
        assert_eq!(server.log(), "");
        server.stop().await;
        let program = program.with_arguments(&["--log-level", "info"]);
        let server = program.start().await;
        server.get(&root, "/v1/user").await;
        server.signal(Signal::TERM);
        let mut server = server;
        eventually(DEADLINE, async || server.log().contains("stopping").then_some(())).await;
        assert!(server.end().await.success());
        let lines = objects(&server.log());
        assert!(lines.iter().all(|line| line["message"] != "answered") && !lines.is_empty(), "{lines:?}");
    });
}
