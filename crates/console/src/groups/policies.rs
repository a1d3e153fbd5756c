//! What a group gives its members.

use askama::Template;
use iam::attachments::OfGroup;

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    attach::one,
    chrome::{Chrome, Section},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "groups/policies.html")]
struct Page {
    c: Chrome,
    head: Head,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Policies).await?;
    visit.page(&Page { c: visit.chrome(Section::Groups), head })
}

/// Attaches a policy by its id: what undoes a detaching.
pub(super) async fn attach(visit: &Visit) -> Answer {
    one::attach(visit, OfGroup(visit.part(0).to_owned()), &page_of(visit.part(0)), "/policies").await
}

/// Detaches one; the answer offers to undo it.
pub(super) async fn detach(visit: &Visit) -> Answer {
    one::detach(visit, OfGroup(visit.part(0).to_owned()), &page_of(visit.part(0)), "/policies").await
}
