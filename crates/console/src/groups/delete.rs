//! Deleting a group: what it breaks is said first.

use askama::Template;
use iam::{
    dependents::Dependents,
    groups::{self, Group},
    page::PageSize,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    visit::{Answer, Visit},
};

/// How many members are named.
const NAMED: u64 = 20;

#[derive(Template)]
#[template(path = "groups/delete.html")]
struct Page {
    c: Chrome,
    group: Group,
    members: Vec<String>,
    /// Whether there are more than are named.
    more: bool,
    back: String,
}

/// Asks.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let group = visit.ask(groups::Get { name: visit.part(0).to_owned() }).await?;
    let size = PageSize::new(NAMED)?;
    let members = visit.ask(groups::ListUsers { group: group.name.clone(), search: None, after: None, size }).await?;
    let (more, members) = (members.next.is_some(), members.items.into_iter().map(|user| user.name).collect());
    let back = page_of(&group.name);
    visit.page(&Page { c: visit.chrome(Section::Groups), group, members, more, back })
}

/// Deletes it, with its memberships and the permissions that it gave.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let name = visit.part(0);
    visit.run(groups::Delete { name: name.to_owned(), dependents: Dependents::Remove }).await?;
    visit.go_with_news("/groups", "news-group-deleted", name)
}
