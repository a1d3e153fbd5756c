//! Which events somebody wants to see.

use base::timestamp::Timestamp;
use serde_json::Value as Json;

use super::event::Outcome;
use crate::{
    db::Value,
    error::{Error, Result},
};

/// The longest text to look for, in characters.
const TEXT_MAX: usize = 256;
/// Behind every text.
const LAST: &str = "\u{10FFFF}";

/// Which events are wanted: those for which all of it holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// What was done.
    pub action: Option<ActionPattern>,
    /// Who did it: the number of a user or root.
    pub principal: Option<u64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// A part of the name of a thing that it was done to, as `user/ali`.
    pub resource: Option<Text>,
    /// Of which kind that thing is, as `user`.
    pub resource_kind: Option<Text>,
    /// The access key that signed it, its own or a session's.
    pub access_key: Option<Text>,
    /// The request's id.
    pub request_id: Option<Text>,
    /// The address that it came from.
    pub source: Option<Text>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Not after this.
    pub to: Option<Timestamp>,
}

/// An action's full name, as `iam:CreateUser`, or how it begins, with a star: `iam:Create*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    start: String,
    open: bool,
}

/// A text to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(String);

impl ActionPattern {
    /// Reads a pattern. Errors: `Invalid` where it is none.
    pub fn parse(text: &str) -> Result<Self> {
        let (start, open) = text.strip_suffix('*').map_or((text, false), |start| (start, true));
        let named = |start: &str| start.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-'));
        if text.is_empty() || text.len() > TEXT_MAX || !named(start) {
            return Err(Error::invalid("action", "must be an action's name, or how one begins with a `*`"));
        }
        Ok(Self { start: start.to_owned(), open })
    }

    /// The first and the last name that it fits, by bytes.
    fn bounds(&self) -> (String, String) {
        let last = if self.open { format!("{}{LAST}", self.start) } else { self.start.clone() };
        (self.start.clone(), last)
    }
}

impl Text {
    /// Checks a text. Errors: `Invalid` when it is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() || text.chars().count() > TEXT_MAX || !base::text::is_plain(text) {
            return Err(Error::invalid("filter", "must have 1 to 256 visible characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Filter {
    /// No events at all. Whoever asks for none must still be allowed to ask.
    pub fn nothing() -> Self {
        let (from, to) = (Some(Timestamp::from_micros(i64::MAX)), Some(Timestamp::from_micros(i64::MIN)));
        Self { from, to, ..Self::default() }
    }

    /// What the columns can tell: the first and the last action, the principal or 0, the outcome or nothing, the first
    /// and the last moment.
    pub(super) fn columns(&self) -> [Value; 6] {
        let (first, last) =
            self.action.as_ref().map_or_else(|| (String::new(), LAST.to_owned()), ActionPattern::bounds);
        [
            first.into(),
            last.into(),
            self.principal.map_or(0, number).into(),
            self.outcome.map_or("", Outcome::word).into(),
            self.from.map_or(i64::MIN, Timestamp::micros).into(),
            self.to.map_or(i64::MAX, Timestamp::micros).into(),
        ]
    }

    /// Whether what only the text tells fits, too.
    pub(super) fn fits(&self, body: &str) -> bool {
        let wanted = [&self.resource, &self.resource_kind, &self.access_key, &self.request_id, &self.source];
        if wanted.iter().all(|text| text.is_none()) {
            return true;
        }
        let Ok(body) = serde_json::from_str::<Json>(body) else { return false };
        let is = |found: Option<&Json>, wanted: &Option<Text>| {
            wanted.as_ref().is_none_or(|wanted| found.and_then(Json::as_str) == Some(wanted.0.as_str()))
        };
        let resources = body.get("resources").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let about = |name: &str| {
            let kind = name.split('/').next().unwrap_or_default();
            self.resource.as_ref().is_none_or(|part| name.contains(&part.0))
                && self.resource_kind.as_ref().is_none_or(|wanted| kind == wanted.0)
        };
        (self.resource.is_none() && self.resource_kind.is_none()
            || resources.iter().filter_map(Json::as_str).any(about))
            && is(access_key(&body), &self.access_key)
            && is(body.get("request_id"), &self.request_id)
            && is(body.get("source"), &self.source)
    }
}

/// The access key that an event names, a session's too.
fn access_key(body: &Json) -> Option<&Json> {
    let principal = body.get("principal")?;
    principal.get("access_key").or_else(|| principal.get("session")?.get("access_key"))
}

/// A principal's number as the column holds it; one that no principal has is nobody's, and not everybody's.
fn number(principal: u64) -> i64 {
    i64::try_from(principal).ok().filter(|number| *number > 0).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_names_or_beginnings() {
        let fits = |pattern: &str, name: &str| {
            let (first, last) = ActionPattern::parse(pattern).unwrap().bounds();
            (first.as_str()..=last.as_str()).contains(&name)
        };
        for (pattern, name, wanted) in [
            ("iam:CreateUser", "iam:CreateUser", true),
            ("iam:CreateUser", "iam:CreateUsers", false),
            ("iam:Create*", "iam:CreateUser", true),
            ("iam:Create*", "iam:Create", true),
            ("iam:Create*", "iam:DeleteUser", false),
            ("iam:*", "sts:AssumeRole", false),
            ("*", "sts:AssumeRole", true),
        ] {
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
        for bad in ["", "iam:*User", "**", "iam CreateUser", "é", &"a".repeat(257)] {
            assert!(ActionPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
