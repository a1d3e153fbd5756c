//! All groups of the account.

use askama::Template;
use base::ids::GroupId;
use iam::groups::{self, Group};

use crate::{
    chrome::{Chrome, Section},
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "groups/list.html")]
struct Page {
    c: Chrome,
    groups: Vec<Group>,
    pager: Pager,
}

/// The list, in the order in which groups were made.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let after = pager::after_number(visit).and_then(|number| GroupId::new(number).ok());
    let found = visit.ask(groups::List { search: None, after, size: pager::size(visit) }).await?;
    let pager = Pager::new(visit, found.next.map(|id| id.to_string()));
    visit.page(&Page { c: visit.chrome(Section::Groups), groups: found.items, pager })
}
