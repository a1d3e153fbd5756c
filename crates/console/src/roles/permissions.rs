//! What a role may do: the policies that it holds, and what bounds it.

use askama::Template;
use iam::{
    attachments::{Attached, ListAttached, OfRole},
    inline_policies::{self, Heading},
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    attach::one,
    chrome::{Chrome, Section},
    failure::allowed,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "roles/permissions.html")]
struct Page {
    c: Chrome,
    head: Head,
    held: Vec<Attached>,
    /// Documents that stand with this role alone.
    own: Vec<Heading>,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Permissions).await?;
    let holder = OfRole(head.role.name.clone());
    let held = visit.ask(ListAttached { holder: holder.clone() }).await?;
    let own = allowed(visit.ask(inline_policies::List { holder }).await)?.unwrap_or_default();
    visit.page(&Page { c: visit.chrome(Section::Roles), head, held, own })
}

/// Attaches a policy by its id: what undoes a detaching.
pub(crate) async fn attach(visit: &Visit) -> Answer {
    one::attach(visit, OfRole(visit.part(0).to_owned()), &page_of(visit.part(0)), "/permissions").await
}

/// Detaches one; the answer offers to undo it.
pub(crate) async fn detach(visit: &Visit) -> Answer {
    one::detach(visit, OfRole(visit.part(0).to_owned()), &page_of(visit.part(0)), "/permissions").await
}
