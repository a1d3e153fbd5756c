//! The overview of a role.

use askama::Template;

use super::head::{Head, Tab, span};
use crate::{
    chrome::{Chrome, Section},
    documents::{Told, trust_words},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "roles/show.html")]
struct Page {
    c: Chrome,
    head: Head,
    /// What policies call it, in full.
    resource: String,
    /// How long a session lasts at most, in words.
    longest: String,
    /// Who may assume it, in words.
    trust: Vec<Told>,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Overview).await?;
    let account = visit.session()?.account;
    let resource = format!("crn:iam::{account}:role{}{}", head.role.path, head.role.name);
    let longest = span(visit.lang, head.role.max_session.seconds());
    let trust = trust_words(visit, &head.role.trust_document, head.role.trust_flavour)?;
    visit.page(&Page { c: visit.chrome(Section::Roles), head, resource, longest, trust })
}
