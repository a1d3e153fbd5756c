//! A role's tags.

use base::timestamp::Timestamp;
use iam::{
    error::Error,
    once::{Expected, Terms},
    roles::{self, Changes, Update},
    values::Tags,
};

use super::page_of;
use crate::{
    chrome::Section,
    failure::Failure,
    user::tags::{Page, lines},
    visit::{Answer, Visit},
};

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let role = visit.ask(roles::Get { name: visit.part(0).to_owned() }).await?.role;
    let rows = role.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    visit.page(&page(visit, role.updated.micros(), rows))
}

/// Saves the lines that have a key, in place of all tags; or shows more lines.
pub(crate) async fn edit(visit: &Visit) -> Answer {
    let version = visit.form.get("version").parse().unwrap_or_default();
    let filled = lines(&visit.form);
    if visit.form.has("more") {
        return visit.page(&page(visit, version, filled));
    }
    let tags = match Tags::parse(filled.clone()) {
        Ok(tags) => tags,
        Err(error) => return page(visit, version, filled).again(visit, &error),
    };
    let terms = Terms { expected: Some(Expected::At(Timestamp::from_micros(version))), once: None };
    let name = visit.part(0).to_owned();
    let to = Changes { tags: Some(tags), ..Changes::default() };
    match visit.run_on(Update { name: name.clone(), to }, terms).await {
        Ok(role) => visit.go_with_news(&page_of(&role.name), "news-role-saved", &role.name),
        Err(Failure::Core(error @ Error::Invalid { .. })) => page(visit, version, filled).again(visit, &error),
        Err(Failure::Core(error @ Error::Stale)) => {
            let role = visit.ask(roles::Get { name }).await?.role;
            page(visit, role.updated.micros(), filled).again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

fn page(visit: &Visit, version: i64, rows: Vec<(String, String)>) -> Page {
    Page::new(visit, Section::Roles, page_of(visit.part(0)), version, rows)
}
