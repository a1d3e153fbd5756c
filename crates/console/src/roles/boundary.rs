//! The policy beyond which a role's sessions may do nothing.

use iam::{
    attachments::OfRole,
    boundaries::{Delete, Put},
    roles,
};

use super::page_of;
use crate::{
    chrome::Section,
    failure::Failure,
    user::boundary::{Page, again, chosen},
    visit::{Answer, Visit},
};

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&load(visit).await?)
}

/// Sets it, in place of the one that is there.
pub(crate) async fn set(visit: &Visit) -> Answer {
    let role = visit.part(0);
    match visit.run(Put { holder: OfRole(role.to_owned()), policy: chosen(visit) }).await {
        Ok(()) => visit.go_with_news(&format!("{}/permissions", page_of(role)), "news-role-bounded", role),
        Err(failure) => again(visit, failure, load(visit)).await,
    }
}

/// Takes it away.
pub(crate) async fn remove(visit: &Visit) -> Answer {
    let role = visit.part(0);
    visit.run(Delete { holder: OfRole(role.to_owned()) }).await?;
    visit.go_with_news(&format!("{}/permissions", page_of(role)), "news-role-unbounded", role)
}

async fn load(visit: &Visit) -> Result<Page, Failure> {
    let detail = visit.ask(roles::Get { name: visit.part(0).to_owned() }).await?;
    let base = page_of(&detail.role.name);
    Page::load(visit, Section::Roles, base, detail.role.name, detail.boundary).await
}
