//! What the tests share: a server to talk to ([`world`]), a client that can say anything ([`client`]), requests
//! and how they are signed ([`request`], [`sdk`], [`sigv4`]), and how expectations are written down.

pub(crate) mod certificate;
pub(crate) mod client;
pub(crate) mod database;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod random;
pub(crate) mod request;
pub(crate) mod sdk;
pub(crate) mod session;
pub(crate) mod shell;
pub(crate) mod sigv4;
pub(crate) mod world;

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::client::Reply;

/// Asks again and again until there is an answer. This is the one place that waits for a time.
pub(crate) async fn eventually<T>(deadline: Duration, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe().await {
            return answer;
        }
        assert!(start.elapsed() < deadline, "it did not happen within {deadline:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Compares a text with one that stands indented in a test: white space around lines, and lines without anything
/// at both ends, do not count.
#[track_caller]
pub(crate) fn assert_text(found: &str, wanted: &str) {
    let tidy = |text: &str| text.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let (found, wanted) = (tidy(found), tidy(wanted));
    assert!(found == wanted, "found\n\n{found}\n\ninstead of\n\n{wanted}\n");
}

/// A JSON object with members put over its own.
pub(crate) fn with_members(mut object: Value, members: Value) -> Value {
    let Value::Object(members) = members else { panic!("`{members}` is not an object") };
    for (name, value) in members {
        object[name] = value;
    }
    object
}

/// Cases and their answers in short, to be compared as one text: `case -> 400 MalformedJSON: …`.
#[derive(Default)]
pub(crate) struct Answers(Vec<(String, String)>);

impl Answers {
    pub(crate) fn add(&mut self, case: &str, reply: &Reply) {
        self.0.push((case.to_owned(), reply.in_short()));
    }

    #[track_caller]
    pub(crate) fn assert(&self, wanted: &str) {
        let lines: Vec<String> = self.0.iter().map(|(case, answer)| format!("{case} -> {answer}")).collect();
        assert_text(&lines.join("\n"), wanted);
    }

    /// All cases have the same answer.
    #[track_caller]
    pub(crate) fn assert_each(&self, wanted: &str) {
        let others: Vec<_> = self.0.iter().filter(|(_, answer)| answer != wanted).collect();
        assert!(others.is_empty() && !self.0.is_empty(), "not `{wanted}`: {others:#?}");
    }
}
