//! An event as pages show it.

use base::timestamp::Timestamp;
use iam::{
    action::{ACTIONS, Class},
    audit::Listed,
};
use serde_json::Value as Json;

/// An event, taken apart.
pub(crate) struct Event {
    pub(crate) seq: u64,
    pub(crate) time: Timestamp,
    pub(crate) hash: String,
    pub(crate) action: String,
    /// `success`, `denied`, `refused` or `lost`.
    pub(crate) outcome: String,
    /// Why it was refused, in one word; empty where it was not.
    pub(crate) code: String,
    /// How many equal ones it stands for.
    pub(crate) count: u64,
    pub(crate) who: Who,
    pub(crate) resources: Vec<String>,
    pub(crate) source: String,
    pub(crate) agent: String,
    pub(crate) request_id: String,
    /// All of it, set out in lines.
    pub(crate) text: String,
}

/// Who did something.
pub(crate) struct Who {
    /// `user`, `root`, `role`, `operator`, `node` or `unknown`.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// With what it proved who it is: `access_key`, `api_key`, `session`, `console_session`; empty for nothing.
    pub(crate) credential: &'static str,
    /// The key's id; empty where there is none.
    pub(crate) key: String,
}

const KINDS: [&str; 5] = ["user", "root", "role", "operator", "node"];
const CREDENTIALS: [&str; 4] = ["access_key", "api_key", "session", "console_session"];

impl From<Listed> for Event {
    fn from(listed: Listed) -> Self {
        // The core wrote it, so it is JSON; anything else would show as empty.
        let body: Json = serde_json::from_str(&listed.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let resources = body.get("resources").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            seq: listed.seq,
            time: listed.time,
            hash: listed.hash,
            action: text("action"),
            outcome: text("outcome"),
            code: text("code"),
            count: body.get("count").and_then(Json::as_u64).unwrap_or(1),
            who: Who::of(body.get("principal").unwrap_or(&Json::Null)),
            resources: resources.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            source: text("source"),
            agent: text("agent"),
            request_id: text("request_id"),
            text: serde_json::to_string_pretty(&body).unwrap_or_default(),
        }
    }
}

impl Who {
    fn of(principal: &Json) -> Self {
        let text = |name: &str| principal.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let credential = CREDENTIALS.into_iter().find(|name| principal.get(name).is_some()).unwrap_or_default();
        let proof = principal.get(credential).unwrap_or(&Json::Null);
        let key = proof.as_str().or_else(|| proof.get("access_key").and_then(Json::as_str)).unwrap_or_default();
        let kind = text("type");
        // A kind that pages have no word for is one they do not know.
        let kind = if KINDS.contains(&kind.as_str()) { kind } else { "unknown".to_owned() };
        Self { kind, name: text("name"), credential, key: key.to_owned() }
    }

    /// What it is called: its name where it has one, else what it is.
    pub(crate) fn called(&self) -> &str {
        if self.name.is_empty() { &self.kind } else { &self.name }
    }

    /// Whether it has a page of its own.
    pub(crate) fn is_user(&self) -> bool {
        self.kind == "user" && !self.name.is_empty()
    }

    /// The end of its key's id.
    pub(crate) fn key_end(&self) -> String {
        let from = self.key.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
        self.key.get(from..).unwrap_or_default().to_owned()
    }
}

impl Event {
    /// The tone of its outcome.
    pub(crate) fn tone(&self) -> &'static str {
        match self.outcome.as_str() {
            "success" => "ok",
            "lost" => "warn",
            _ => "bad",
        }
    }

    /// Whether it only tells that somebody looked at something.
    pub(crate) fn is_read(&self) -> bool {
        let row = ACTIONS.iter().find(|row| row.name == self.action);
        self.outcome == "success" && row.is_some_and(|row| row.class == Class::Read)
    }

    /// The resource that stands for all.
    pub(crate) fn resource(&self) -> &str {
        self.resources.first().map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(body: &str) -> Event {
        Event::from(Listed { seq: 1, hash: String::new(), time: Timestamp::START_OF_2026, body: body.to_owned() })
    }

    #[test]
    fn an_event_is_taken_apart() {
        let event = event(
            r#"{"action":"iam:CreateUser","outcome":"denied","code":"AccessDenied","count":3,"resources":["user/b"],
                "principal":{"type":"user","id":7,"name":"alice","access_key":"CVAK0123456789ABCDEF"}}"#,
        );
        assert_eq!((event.action.as_str(), event.tone(), event.resource()), ("iam:CreateUser", "bad", "user/b"));
        assert_eq!(
            (event.who.called(), event.who.credential, event.who.key_end()),
            ("alice", "access_key", "CDEF".to_owned())
        );
        assert_eq!(event.count, 3);
    }

    #[test]
    fn what_is_missing_is_empty() {
        let event = event("{}");
        assert_eq!((event.who.called(), event.resource(), event.count), ("unknown", "", 1));
        assert_eq!(event.who.key_end(), "");
    }
}
