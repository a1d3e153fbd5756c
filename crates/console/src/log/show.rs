//! One event, whole.

use askama::Template;
use iam::{
    audit::{Filter, ListEvents, Order},
    page::PageSize,
};

use super::event::Event;
use crate::{
    chrome::{Chrome, Section},
    form::address,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "log/show.html")]
struct Page {
    c: Chrome,
    event: Event,
    /// Where a denial is explained; empty where nothing was denied.
    explain: String,
    newer: String,
    older: String,
}

/// The event of that number.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let Ok(seq) = visit.part(0).parse::<u64>() else { return visit.nothing_here() };
    let (filter, size) = (Filter::default(), PageSize::new(1)?);
    let list = ListEvents { filter, order: Order::Oldest, after: Some(seq.saturating_sub(1)), size };
    let page = visit.ask(list).await?;
    let has_newer = page.next.is_some();
    let Some(event) = page.items.into_iter().map(Event::from).find(|event| event.seq == seq) else {
        return visit.nothing_here();
    };
    let explain = if event.outcome == "denied" {
        let question =
            [("principal", event.who.name.as_str()), ("action", &event.action), ("resource", event.resource())];
        address("/explain", &question)
    } else {
        String::new()
    };
    let newer = if has_newer { format!("/log/{}", seq + 1) } else { String::new() };
    let older = if seq > 1 { format!("/log/{}", seq - 1) } else { String::new() };
    visit.page(&Page { c: visit.chrome(Section::Log), event, explain, newer, older })
}
