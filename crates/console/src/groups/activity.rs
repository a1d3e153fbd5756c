//! What was done to a group, by the audit trail.

use askama::Template;
use iam::audit::{Filter, ListEvents, Order, Text};

use super::head::{Head, Tab};
use crate::{
    chrome::{Chrome, Section},
    form::address,
    log::Event,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "groups/activity.html")]
struct Page {
    c: Chrome,
    head: Head,
    events: Vec<Event>,
    pager: Pager,
    /// The same in the operation log.
    log: String,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Activity).await?;
    let resource = format!("group{}{}", head.group.path, head.group.name);
    let filter = Filter { resource: Some(Text::parse(&resource)?), ..Filter::default() };
    let list = ListEvents { filter, order: Order::Newest, after: pager::after_number(visit), size: pager::size(visit) };
    let found = visit.ask(list).await?;
    let pager = Pager::new(visit, found.next.map(|next| next.to_string()));
    // The filter looks for a part of a name; and that somebody looked is no news of the group.
    let events = found.items.into_iter().map(Event::from);
    let events = events.filter(|event| event.resources.contains(&resource) && !event.is_read()).collect();
    let log = address("/log", &[("q", &resource)]);
    visit.page(&Page { c: visit.chrome(Section::Groups), head, events, pager, log })
}
