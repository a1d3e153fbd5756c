//! All roles of the account.

use askama::Template;
use base::ids::RoleId;
use iam::{
    page::Search,
    roles::{self, Role},
    values::PathPrefix,
};

use crate::{
    chrome::{Chrome, Section},
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "roles/list.html")]
struct Page {
    c: Chrome,
    roles: Vec<Role>,
    /// What is looked for.
    text: String,
    pager: Pager,
}

/// The list, in the order in which roles were made.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let after = pager::after_number(visit).and_then(|number| RoleId::new(number).ok());
    let search = visit.query.filled("q").map(Search::parse).transpose()?;
    let found =
        visit.ask(roles::List { search, under: PathPrefix::default(), after, size: pager::size(visit) }).await?;
    let pager = Pager::new(visit, found.next.map(|id| id.to_string()));
    let text = visit.query.get("q").to_owned();
    visit.page(&Page { c: visit.chrome(Section::Roles), roles: found.items, text, pager })
}
