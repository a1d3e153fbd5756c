//! Who acted as a role lately, and ending what sessions of it there are.

use askama::Template;
use base::timestamp::Timestamp;
use iam::{
    audit::{ActionPattern, Filter, ListEvents, Order, Text},
    sessions::RevokeOfRole,
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::allowed,
    log::Event,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "roles/sessions.html")]
struct Page {
    c: Chrome,
    head: Head,
    /// Before which moment its sessions count no more.
    ended: Option<Timestamp>,
    /// Who assumed it; `None` where one may not know.
    events: Option<Vec<Event>>,
    pager: Pager,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Sessions).await?;
    let snapshot = visit.iam.snapshot()?;
    let ended = snapshot.roles.get(&head.role.id).and_then(|role| role.grants.sessions_from.moment);
    let resource = format!("role{}{}", head.role.path, head.role.name);
    let filter = Filter {
        action: Some(ActionPattern::parse("sts:AssumeRole")?),
        resource: Some(Text::parse(&resource)?),
        ..Filter::default()
    };
    let list = ListEvents { filter, order: Order::Newest, after: pager::after_number(visit), size: pager::size(visit) };
    let found = allowed(visit.ask(list).await)?;
    let pager = Pager::new(visit, found.as_ref().and_then(|page| page.next).map(|next| next.to_string()));
    // The filter looks for a part of a name.
    let events = found.map(|page| {
        let events = page.items.into_iter().map(Event::from);
        events.filter(|event| event.resources.contains(&resource)).collect()
    });
    visit.page(&Page { c: visit.chrome(Section::Roles), head, ended, events, pager })
}

#[derive(Template)]
#[template(path = "roles/end.html")]
struct Ask {
    c: Chrome,
    head: Head,
}

/// Asks whether to end all.
pub(crate) async fn ask_end(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Sessions).await?;
    visit.page(&Ask { c: visit.chrome(Section::Roles), head })
}

/// Ends all that began before now.
pub(crate) async fn end(visit: &Visit) -> Answer {
    let role = visit.part(0);
    visit.run(RevokeOfRole { role: role.to_owned(), before: None }).await?;
    visit.go_with_news(&format!("{}/sessions", page_of(role)), "news-role-sessions-ended", role)
}
