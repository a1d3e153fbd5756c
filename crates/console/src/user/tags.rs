//! A user's tags: a line each, and empty ones for new. Other things' tags are edited by the same page.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::Error,
    once::{Expected, Terms},
    users::{self, Changes, Update},
    values::Tags,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Form,
    visit::{Answer, Visit},
};

/// How many empty lines there are.
const EMPTY: usize = 3;

#[derive(Template)]
#[template(path = "user/tags.html")]
pub(crate) struct Page {
    c: Chrome,
    title: String,
    base: String,
    version: i64,
    rows: Vec<(String, String)>,
    problem: String,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let user = visit.ask(users::Get { name: visit.part(0).to_owned() }).await?.user;
    let rows = user.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    visit.page(&page(visit, user.updated.micros(), rows))
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
        Ok(user) => visit.go_with_news(&page_of(&user.name), "news-user-saved", &user.name),
        Err(Failure::Core(error @ Error::Invalid { .. })) => page(visit, version, filled).again(visit, &error),
        Err(Failure::Core(error @ Error::Stale)) => {
            let user = visit.ask(users::Get { name }).await?.user;
            page(visit, user.updated.micros(), filled).again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

fn page(visit: &Visit, version: i64, rows: Vec<(String, String)>) -> Page {
    Page::new(visit, Section::Users, page_of(visit.part(0)), version, rows)
}

/// The lines of a form in which something is typed.
pub(crate) fn lines(form: &Form) -> Vec<(String, String)> {
    let lines = form.all("key").zip(form.all("value"));
    let lines = lines.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    lines.filter(|(key, value)| !key.is_empty() || !value.is_empty()).collect()
}

impl Page {
    /// The form of what the address names first: at `base`, last changed at `version` as the form has seen it.
    pub(crate) fn new(
        visit: &Visit,
        section: Section,
        base: String,
        version: i64,
        mut rows: Vec<(String, String)>,
    ) -> Self {
        rows.extend((0..EMPTY).map(|_| <(String, String)>::default()));
        rows.truncate(Tags::MAX);
        Self {
            c: visit.chrome(section),
            title: visit.lang.say("user-tags-of", &[("name", visit.part(0).into())]),
            base,
            version,
            rows,
            problem: String::new(),
        }
    }

    /// The same once more, with what is wrong.
    pub(crate) fn again(self, visit: &Visit, error: &Error) -> Answer {
        let page = Self { problem: sentence(visit.lang, error), ..self };
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }
}
