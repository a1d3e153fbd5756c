//! What a user did, and what was tried in its name, by the audit trail.

use std::time::Duration;

use askama::Template;
use base::timestamp::Timestamp;
use iam::audit::{ActionPattern, Filter, ListEvents, Listed, Order, Outcome};
use serde_json::Value as Json;

use super::head::{Head, Tab};
use crate::{
    chrome::{Chrome, Section},
    form::address,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

/// Spans that are offered, in hours.
const SPANS: [(&str, u64); 4] = [("7d", 7 * 24), ("1d", 24), ("30d", 30 * 24), ("90d", 90 * 24)];
/// Kinds of events that are offered; the first is everything.
const KINDS: [&str; 4] = ["all", "sign-ins", "changes", "denied"];

#[derive(Template)]
#[template(path = "user/activity.html")]
struct Page {
    c: Chrome,
    head: Head,
    what: &'static str,
    when: &'static str,
    days: Vec<Day>,
    pager: Pager,
    /// The same in the operation log.
    log: String,
}

/// The events of one day, newest first.
struct Day {
    /// As `2026-11-24`.
    date: String,
    is_today: bool,
    events: Vec<Event>,
}

/// An event as the page tells it.
struct Event {
    at: Timestamp,
    /// The time of day, as `09:51`.
    clock: String,
    action: String,
    resource: String,
    outcome: Mark,
    /// By which key, in short; empty for the console.
    key: String,
    is_console: bool,
    source: String,
    /// How many equal ones it stands for.
    count: u64,
    /// Where a denial is explained.
    explain: String,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Done,
    Denied,
    Failed,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Activity).await?;
    let what = KINDS.into_iter().find(|kind| *kind == visit.query.get("what")).unwrap_or(KINDS[0]);
    let (when, hours) = SPANS.into_iter().find(|(span, _)| *span == visit.query.get("when")).unwrap_or(SPANS[0]);
    let now = visit.iam.now();
    let filter = Filter {
        principal: Some(head.user.id.number()),
        action: (what == "sign-ins").then(|| ActionPattern::parse("iam:Sign*")).transpose()?,
        outcome: (what == "denied").then_some(Outcome::Denied),
        from: Some(now.minus(Duration::from_hours(hours))),
        ..Filter::default()
    };
    let list = ListEvents { filter, order: Order::Newest, after: pager::after_number(visit), size: pager::size(visit) };
    let found = visit.ask(list).await?;
    let wanted = |event: &&Listed| what != "changes" || event.body.contains("\"changes\":[{");
    let events = found.items.iter().filter(wanted).map(|event| Event::read(event, &head.user.name));
    let days = by_day(events, &now.to_seconds());
    let pager = Pager::new(visit, found.next.map(|next| next.to_string()));
    let log = address("/log", &[("who", &head.user.name)]);
    visit.page(&Page { c: visit.chrome(Section::Users), head, what, when, days, pager, log })
}

fn by_day(events: impl Iterator<Item = Event>, now: &str) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for event in events {
        let date = event.at.to_seconds().get(..10).unwrap_or_default().to_owned();
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => day.events.push(event),
            None => days.push(Day { is_today: now.starts_with(&date), date, events: vec![event] }),
        }
    }
    days
}

impl Event {
    fn read(listed: &Listed, user: &str) -> Self {
        let body: Json = serde_json::from_str(&listed.body).unwrap_or_default();
        let text = |member: &str| body.get(member).and_then(Json::as_str).unwrap_or_default().to_owned();
        let principal = |member: &str| body.pointer(&format!("/principal/{member}")).and_then(Json::as_str);
        let key = principal("access_key").or_else(|| principal("api_key")).or_else(|| principal("session/access_key"));
        let resource = body.pointer("/resources/0").and_then(Json::as_str).unwrap_or_default().to_owned();
        let (action, at) = (text("action"), listed.time);
        let outcome = match text("outcome").as_str() {
            "success" => Mark::Done,
            "denied" => Mark::Denied,
            _ => Mark::Failed,
        };
        let question = [("principal", user), ("action", &action), ("resource", &resource)];
        Self {
            explain: address("/explain", &question),
            clock: at.to_seconds().get(11..16).unwrap_or_default().to_owned(),
            key: key.map(crate::keys::short).unwrap_or_default(),
            is_console: body.pointer("/principal/console_session").is_some(),
            source: text("source"),
            count: body.get("count").and_then(Json::as_u64).unwrap_or(1),
            at,
            action,
            resource,
            outcome,
        }
    }

    /// The message that tells of it, where there is one for this very action.
    fn words(&self) -> Option<&'static str> {
        match (self.action.as_str(), self.outcome) {
            ("iam:SignIn", Mark::Done) => Some("user-did-sign-in"),
            ("iam:SignIn", _) => Some("user-did-fail-sign-in"),
            ("iam:SignOut", Mark::Done) => Some("user-did-sign-out"),
            ("iam:ProveIdentity", Mark::Done) => Some("user-did-prove"),
            ("iam:ProveIdentity", _) => Some("user-did-fail-prove"),
            ("iam:ChangeOwnPassword", Mark::Done) => Some("user-did-change-password"),
            _ => None,
        }
    }

    /// The class of its line.
    fn class(&self) -> &'static str {
        match self.outcome {
            Mark::Done => "",
            Mark::Denied => "bad",
            Mark::Failed => "off",
        }
    }

    fn is_denied(&self) -> bool {
        self.outcome == Mark::Denied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(body: &str) -> Listed {
        let time = Timestamp::parse_seconds("2026-11-24T09:51:12Z").unwrap();
        Listed { seq: 1, hash: String::new(), time, body: body.to_owned() }
    }

    #[test]
    fn an_event_is_told_with_its_key_and_its_resource() {
        let body = r#"{"action":"iam:GetUser","outcome":"denied","resources":["user/bob"],"source":"203.0.113.9",
            "principal":{"type":"user","access_key":"CVAK9MR4XTB2JY6QZW2H"},"count":3}"#;
        let event = Event::read(&listed(body), "ann");
        assert_eq!((event.clock.as_str(), event.key.as_str(), event.count), ("09:51", "CVAK…ZW2H", 3));
        assert!(event.is_denied() && event.words().is_none() && event.class() == "bad");
        assert_eq!(event.explain, "/explain?principal=ann&action=iam%3AGetUser&resource=user%2Fbob");
    }

    #[test]
    fn a_body_that_cannot_be_read_is_shown_all_the_same() {
        let event = Event::read(&listed("no json"), "ann");
        assert_eq!((event.action.as_str(), event.outcome), ("", Mark::Failed));
    }

    #[test]
    fn events_stand_under_their_days() {
        let events = || [listed("{}"), listed("{}")].iter().map(|one| Event::read(one, "ann")).collect::<Vec<_>>();
        let days = by_day(events().into_iter(), "2026-11-24T12:00:00Z");
        assert_eq!((days.len(), days[0].events.len(), days[0].is_today), (1, 2, true));
        assert!(!by_day(events().into_iter(), "2026-11-25T12:00:00Z")[0].is_today);
    }
}
