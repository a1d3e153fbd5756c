//! What the server asks of the operating system: seen by `strace`, which `cargo xtask test` brings.

use std::{collections::HashMap, fs, path::Path};

use crate::support::{
    database::run,
    eventually,
    process::{DEADLINE, Program, not_run, there},
};

/// The user that is created. Nothing else has this name.
const NAME: &str = "seen-by-strace";
/// The layout of SQLite's write-ahead log: a header, then frames of a header and a page.
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;
const PAGE: u64 = 4_096;

/// SEC-201, SEC-200: between the last write of a change to the log and the first byte of its answer the log is
/// flushed to the disk, and the flush has ended.
#[test]
fn sec_201_sec_200_the_log_is_flushed_before_the_answer() {
    if is_left_out() {
        return not_run("without strace");
    }
    run(async {
        let program = Program::new();
        let trace = program.directory.path().join("trace");
        // With `-D` the process that is started is the server, and the tracer its child.
        let calls = "--trace=openat,accept4,close,pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg";
        let strace = ["strace", "-D", "-f", "-s", "5000", calls, "-o"].map(str::to_owned);
        let path = std::env::var("PATH").unwrap_or_default();
        let program = program.with_environment("PATH", path).under(strace.into_iter().chain([text(&trace)]));
        let (_, root) = program.create_account();
        let server = program.start().await;
        let mut answered = Vec::new();
        for _ in 0..3 {
            // Others may write meanwhile; the change itself is looked for, and its own answer.
            let name = format!("{NAME}-{}", answered.len());
            let made = server.call(&root, "POST", "/v1/user", &serde_json::json!({ "name": name }).to_string()).await;
            assert_eq!(made.status, 201, "{made:?}");
            answered.push(name);
        }
        let id = server.id();
        server.stop().await;
        let end = format!("{id} +++ exited with 0 +++");
        let trace = eventually(DEADLINE, async || {
            let text = fs::read(&trace).expect("there is a trace");
            let text = String::from_utf8_lossy(&text).into_owned();
            text.lines().any(|line| squeeze(line) == end).then_some(text)
        })
        .await;
        let calls = read(&trace);
        answered.iter().fold(calls.as_slice(), |calls, name| after_flushed(calls, name));
    });
}

/// SEC-202, SEC-306: a flush fails. From then on nothing is acknowledged, and the server ends with 3 for its supervisor;
/// what was acknowledged before is there at the next start, and what was refused is not.
#[test]
fn sec_202_sec_306_a_failed_flush_ends_the_server() {
    if is_left_out() {
        return not_run("without strace");
    }
    run(async {
        let program = Program::new();
        let (account, root) = program.create_account();
        // Each thread counts for itself: of the one that writes, one flush fails, and never again.
        let failing = ["strace", "-D", "-f", "-o", "/dev/null", "--inject=fdatasync,fsync:error=EIO:when=10"];
        let path = std::env::var("PATH").unwrap_or_default();
        let program = program.with_environment("PATH", path).under(failing);
        let mut server = program.start().await;
        let mut there = Vec::new();
        let refused = loop {
            let name = format!("user-{}", there.len());
            let made = server.call(&root, "POST", "/v1/user", &serde_json::json!({ "name": name }).to_string()).await;
            if made.status != 201 {
                break made;
            }
            there.push(name);
        };
        eprintln!("{} users, then {}", there.len(), refused.in_short());
        assert_eq!(refused.status, 503, "{refused:?}");
        let status = server.end().await;
        assert_eq!(status.code(), Some(3), "{status}: {}", server.log());
        assert!((1..20).contains(&there.len()), "{there:?}");

        let program = program.under([""; 0]);
        let server = program.start().await;
        let users = server.get(&root, "/v1/user").await["users"].as_array().expect("a list").clone();
        let found: Vec<_> = users.iter().map(|user| user["name"].as_str().expect("a name")).collect();
        if refused.field("code") == "OutcomeUnknown" {
            assert_eq!(found[..there.len()], there);
        } else {
            assert_eq!(found, there, "{}", refused.in_short());
        }
        server.stop().await;
        program.say(&["audit", "verify"]);
        program.say(&["audit", "replay", &account]);
    });
}

fn is_left_out() -> bool {
    let left_out = std::env::var("CLAVIGER_TEST_WITHOUT_STRACE").is_ok_and(|value| value == "1");
    assert!(left_out || there("strace"), "strace is there: `cargo xtask test`");
    left_out
}

/// Looks at the change that makes the user `name`, and that is answered on the first connection of `calls`. Gives the
/// calls behind the answer.
///
/// The server does not let others look into its memory (SEC-067): where we are not root, `strace` shows numbers, but no
/// texts. Then the log is known by its shape, and a write of somebody else's could be taken for the change.
fn after_flushed<'c>(calls: &'c [Call], name: &str) -> &'c [Call] {
    let begin = calls.iter().position(|call| call.name == "accept4" && call.result >= Some(0));
    let calls = &calls[begin.expect("the request's connection was accepted")..];
    let socket = calls[0].result;
    let answer = calls.iter().position(|call| call.is_output() && call.descriptor == socket);
    let answer = answer.expect("an answer was sent");
    let within = &calls[..answer];
    let mut pages: Vec<&Call> = within.iter().filter(|call| call.is_page_of_log()).collect();
    if calls[answer].shows_text() {
        assert!(
            calls[answer].text.contains("HTTP/1.1 201") && calls[answer].text.contains(name),
            "{:?}",
            calls[answer]
        );
        pages.retain(|call| call.text.contains(name));
        let path = |call: &&Call| call.path.as_deref().is_some_and(|path| path.ends_with("/claviger.db-wal"));
        assert!(pages.iter().all(path), "{pages:#?}");
    } else {
        pages.truncate(1);
    }
    let last = pages.last().unwrap_or_else(|| panic!("a page with {name} goes to the log: {within:#?}"));
    let flush = within.iter().find(|call| {
        call.is_flush() && call.descriptor == last.descriptor && call.result == Some(0) && call.begun > last.ended
    });
    let flush = flush.unwrap_or_else(|| panic!("the log is flushed after the page with {name}: {within:#?}"));
    assert!(flush.ended < calls[answer].begun, "the flush has ended before the answer begins: {flush:?}");
    &calls[answer..]
}

/// A call, as far as it matters here.
#[derive(Debug, Clone)]
struct Call {
    /// The lines of the trace on which it begins and on which it ends.
    begun: usize,
    ended: usize,
    name: String,
    /// What it was given, as `strace` writes it.
    text: String,
    /// Its first argument.
    descriptor: Option<i64>,
    result: Option<i64>,
    /// The file behind the descriptor.
    path: Option<String>,
}

impl Call {
    fn is_output(&self) -> bool {
        matches!(&*self.name, "write" | "writev" | "sendto" | "sendmsg")
    }

    fn shows_text(&self) -> bool {
        self.text.contains('"')
    }

    fn is_flush(&self) -> bool {
        matches!(&*self.name, "fdatasync" | "fsync")
    }

    /// Whether it writes a page where a page of the log has its place.
    fn is_page_of_log(&self) -> bool {
        let mut last = self.text.rsplit(", ").map(|word| word.parse::<u64>().ok());
        let (Some(Some(offset)), Some(Some(length))) = (last.next(), last.next()) else { return false };
        self.name == "pwrite64" && length == PAGE && offset % (FRAME_HEADER + PAGE) == LOG_HEADER + FRAME_HEADER
    }
}

/// Reads a trace: joins the calls that were interrupted by another thread's, and follows which file each descriptor is.
fn read(trace: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut unfinished: HashMap<String, Call> = HashMap::new();
    let mut paths: HashMap<i64, String> = HashMap::new();
    for (number, line) in trace.lines().enumerate() {
        let line = squeeze(line);
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let call = if let Some(rest) = rest.strip_prefix("<... ") {
            let Some(mut call) = unfinished.remove(thread) else { continue };
            let tail = rest.split_once(" resumed>").map_or("", |(_, tail)| tail);
            call.text += tail;
            call
        } else if let Some((name, text)) = rest.split_once('(') {
            let (begun, descriptor) = (number, text.split([',', ')']).next().and_then(|word| word.parse().ok()));
            let (name, text) = (name.to_owned(), text.to_owned());
            Call { begun, ended: number, name, text, descriptor, result: None, path: None }
        } else {
            continue;
        };
        if let Some(begin) = call.text.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread.to_owned(), Call { text: begin.to_owned(), ..call });
            continue;
        }
        calls.push(finish(call, number, &mut paths));
    }
    calls
}

fn finish(mut call: Call, number: usize, paths: &mut HashMap<i64, String>) -> Call {
    let text = call.text.clone();
    let (given, result) = text.rsplit_once(" = ").unwrap_or((&text, ""));
    call.ended = number;
    call.result = result.split(' ').next().and_then(|word| word.parse().ok());
    given.trim_end().trim_end_matches(')').clone_into(&mut call.text);
    match (&*call.name, call.result) {
        ("openat", Some(opened @ 0..)) => {
            let path = call.text.split('"').nth(1).unwrap_or_default();
            paths.insert(opened, path.to_owned());
        }
        ("accept4", Some(opened @ 0..)) => drop(paths.insert(opened, "socket".to_owned())),
        ("close", _) => {
            call.path = call.descriptor.and_then(|descriptor| paths.remove(&descriptor));
            return call;
        }
        _ => {}
    }
    call.path = call.descriptor.and_then(|descriptor| paths.get(&descriptor).cloned());
    call
}

/// One space where there are more: `strace` pads the number of the process and the result.
fn squeeze(line: &str) -> String {
    line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
