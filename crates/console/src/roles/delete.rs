//! Deleting a role: what stops working is said first.

use askama::Template;
use hyper::StatusCode;
use iam::{dependents::Dependents, inline_policies, roles};

use super::head::{Head, Tab};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed},
    keys::is_recent,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "roles/delete.html")]
struct Page {
    c: Chrome,
    head: Head,
    /// How many policies go with it, attached and its own.
    policies: usize,
    /// Whether its name is to be typed.
    typed: bool,
    wrong: bool,
}

/// Asks.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::load(visit).await?)
}

/// Deletes it, and ends its sessions.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let page = Page::load(visit).await?;
    if page.typed && visit.form.get("confirm").trim() != page.head.role.name {
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &Page { wrong: true, ..page });
    }
    let name = visit.part(0).to_owned();
    visit.run(roles::Delete { name, dependents: Dependents::Remove }).await?;
    visit.go_with_news("/roles", "news-role-deleted", &page.head.role.name)
}

impl Page {
    async fn load(visit: &Visit) -> Result<Self, Failure> {
        let head = Head::load(visit, Tab::Overview).await?;
        let holder = iam::attachments::OfRole(head.role.name.clone());
        let own = allowed(visit.ask(inline_policies::List { holder }).await)?.map_or(0, |own| own.len());
        let policies = head.policies().unwrap_or_default() + own;
        let used = head.role.last_used.as_ref().map(|used| used.at);
        let typed = is_recent(used, visit.iam.now()) || policies > 1;
        Ok(Self { c: visit.chrome(Section::Roles), head, policies, typed, wrong: false })
    }

    /// Whether anything stops working.
    fn breaks(&self) -> bool {
        self.policies > 0 || self.head.role.last_used.is_some()
    }
}
