//! A user's tags: a line each, and empty ones for new.

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
    visit::{Answer, Visit},
};

/// How many empty lines there are.
const EMPTY: usize = 3;

#[derive(Template)]
#[template(path = "user/tags.html")]
struct Page {
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
    visit.page(&Page::new(visit, user.updated.micros(), rows))
}

/// Saves the lines that have a key, in place of all tags; or shows more lines.
pub(crate) async fn edit(visit: &Visit) -> Answer {
    let version = visit.form.get("version").parse().unwrap_or_default();
    let (keys, values) = (visit.form.all("key"), visit.form.all("value"));
    let rows: Vec<(String, String)> =
        keys.zip(values).map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect();
    let filled: Vec<(String, String)> =
        rows.into_iter().filter(|(key, value)| !key.is_empty() || !value.is_empty()).collect();
    if visit.form.has("more") {
        return visit.page(&Page::new(visit, version, filled));
    }
    let again = |error: &Error, version| {
        let page = Page { problem: sentence(visit.lang, error), ..Page::new(visit, version, filled.clone()) };
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let tags = match Tags::parse(filled.clone()) {
        Ok(tags) => tags,
        Err(error) => return again(&error, version),
    };
    let terms = Terms { expected: Some(Expected::At(Timestamp::from_micros(version))), once: None };
    let name = visit.part(0).to_owned();
    let to = Changes { tags: Some(tags), ..Changes::default() };
    match visit.run_on(Update { name: name.clone(), to }, terms).await {
        Ok(user) => visit.go_with_news(&page_of(&user.name), "news-user-saved", &user.name),
        Err(Failure::Core(error @ Error::Invalid { .. })) => again(&error, version),
        Err(Failure::Core(error @ Error::Stale)) => {
            let user = visit.ask(users::Get { name }).await?.user;
            again(&error, user.updated.micros())
        }
        Err(other) => Err(other),
    }
}

impl Page {
    fn new(visit: &Visit, version: i64, mut rows: Vec<(String, String)>) -> Self {
        let name = visit.part(0);
        rows.extend((0..EMPTY).map(|_| <(String, String)>::default()));
        rows.truncate(Tags::MAX);
        Self {
            c: visit.chrome(Section::Users),
            title: visit.lang.say("user-tags-of", &[("name", name.into())]),
            base: page_of(name),
            version,
            rows,
            problem: String::new(),
        }
    }
}
