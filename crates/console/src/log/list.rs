//! The log, the newest first.

use askama::Template;
use iam::audit::{ListEvents, Order};

use super::{
    event::Event,
    filter::{Chosen, finds_nothing},
};
use crate::{
    chrome::{Chrome, Section},
    form::address,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "log/list.html")]
struct Page {
    c: Chrome,
    chosen: Chosen,
    events: Vec<Event>,
    pager: Pager,
    csv: String,
    json: String,
}

/// The list.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let chosen = Chosen::of(visit);
    let (events, next) = match chosen.filter(visit).await {
        Ok(filter) => {
            let (after, size) = (pager::after_number(visit), pager::size(visit));
            let page = visit.ask(ListEvents { filter, order: Order::Newest, after, size }).await?;
            (page.items.into_iter().map(Event::from).collect(), page.next)
        }
        Err(failure) if finds_nothing(&failure) => (Vec::new(), None),
        Err(failure) => return Err(failure),
    };
    let export = |format: &str| {
        let Chosen { text, who, outcome, when } = &chosen;
        address("/log/export", &[("format", format), ("q", text), ("who", who), ("outcome", outcome), ("when", when)])
    };
    let (csv, json) = (export("csv"), export("json"));
    let pager = Pager::new(visit, next.map(|next| next.to_string()));
    visit.page(&Page { c: visit.chrome(Section::Log), chosen, events, pager, csv, json })
}
