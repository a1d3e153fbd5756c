//! All groups of the account.

use askama::Template;
use base::ids::GroupId;
use iam::{
    groups::{self, Group},
    page::Search,
};

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
    /// What is looked for.
    text: String,
    pager: Pager,
}

/// The list, in the order in which groups were made.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let after = pager::after_number(visit).and_then(|number| GroupId::new(number).ok());
    let search = visit.query.filled("q").map(Search::parse).transpose()?;
    let found = visit.ask(groups::List { search, after, size: pager::size(visit) }).await?;
    let pager = Pager::new(visit, found.next.map(|id| id.to_string()));
    let text = visit.query.get("q").to_owned();
    visit.page(&Page { c: visit.chrome(Section::Groups), groups: found.items, text, pager })
}
