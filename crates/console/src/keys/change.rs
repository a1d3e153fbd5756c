//! Switching keys off and on, and deleting them.

use askama::Template;
use base::timestamp::Timestamp;
use iam::{
    access_keys, api_keys,
    error::{Error, Noun},
    usage::Use,
};

use super::{Whose, is_recent, short};
use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "keys/delete.html")]
struct Page {
    c: Chrome,
    whose: Whose,
    id: String,
    /// What people call it: its id, for an access key.
    name: String,
    /// The address of its pages: `…/delete` and `…/disable` hang on it.
    address: String,
    enabled: bool,
    used: Option<Use>,
    /// Whether it was used so lately that somebody would miss it: then its last four characters are typed.
    recent: bool,
    wrong: bool,
}

/// Switches an access key off or on; the answer offers to undo it.
pub(super) async fn switch(visit: &Visit, whose: &Whose, key: &str, enabled: bool) -> Answer {
    visit.run(access_keys::SetEnabled { owner: whose.owner.clone(), key: key.to_owned(), enabled }).await?;
    switched(visit, whose, key, (&whose.key(key), enabled))
}

/// The same for an API key.
pub(super) async fn switch_api(visit: &Visit, whose: &Whose, key: &str, enabled: bool) -> Answer {
    let to = api_keys::Changes { enabled: Some(enabled), ..api_keys::Changes::default() };
    visit.run(api_keys::Update { owner: whose.owner.clone(), key: key.to_owned(), to }).await?;
    switched(visit, whose, key, (&whose.api_key(key), enabled))
}

fn switched(visit: &Visit, whose: &Whose, key: &str, (page, enabled): (&str, bool)) -> Answer {
    let (news, back) = if enabled { ("news-key-activated", "disable") } else { ("news-key-disabled", "activate") };
    visit.go_with_undo(visit.back_or(&whose.list()), news, &short(key), &format!("{page}/{back}"))
}

/// Asks whether an access key is to be deleted, and says who would miss it.
pub(super) async fn ask_delete(visit: &Visit, whose: Whose, key: &str) -> Answer {
    let page = found(visit, whose, key).await?;
    visit.page(&page)
}

/// Deletes it, for good.
pub(super) async fn delete(visit: &Visit, whose: Whose, key: &str) -> Answer {
    let page = found(visit, whose, key).await?;
    if !page.is_confirmed(visit) {
        return page.again(visit);
    }
    let owner = page.whose.owner.clone();
    visit.run(access_keys::Delete { owner, key: key.to_owned() }).await?;
    visit.go_with_news(&page.whose.list(), "news-key-deleted", &short(key))
}

/// The same question about an API key.
pub(super) async fn ask_delete_api(visit: &Visit, whose: Whose, key: &str) -> Answer {
    let page = found_api(visit, whose, key).await?;
    visit.page(&page)
}

/// Deletes it, for good.
pub(super) async fn delete_api(visit: &Visit, whose: Whose, key: &str) -> Answer {
    let page = found_api(visit, whose, key).await?;
    if !page.is_confirmed(visit) {
        return page.again(visit);
    }
    let owner = page.whose.owner.clone();
    visit.run(api_keys::Delete { owner, key: key.to_owned() }).await?;
    visit.go_with_news(&page.whose.list(), "news-key-deleted", &page.name)
}

async fn found(visit: &Visit, whose: Whose, key: &str) -> Result<Page, Failure> {
    let keys = visit.ask(access_keys::List { owner: whose.owner.clone() }).await?;
    let absent = || Error::NotFound { noun: Noun::AccessKey, name: key.to_owned() };
    let key = keys.into_iter().find(|one| one.id.as_str() == key).ok_or_else(absent)?;
    let (id, page) = (key.id.to_string(), whose.key(key.id.as_str()));
    Ok(Page::new(visit, whose, (id.clone(), id, page), (key.enabled, key.last_used)))
}

async fn found_api(visit: &Visit, whose: Whose, key: &str) -> Result<Page, Failure> {
    let key = visit.ask(api_keys::Get { owner: whose.owner.clone(), key: key.to_owned() }).await?;
    let (id, page) = (key.id.to_string(), whose.api_key(key.id.as_str()));
    let name = if key.name.is_empty() { id.clone() } else { key.name };
    Ok(Page::new(visit, whose, (id, name, page), (key.enabled, key.last_used)))
}

impl Page {
    fn new(
        visit: &Visit,
        whose: Whose,
        (id, name, address): (String, String, String),
        (enabled, used): (bool, Option<Use>),
    ) -> Self {
        let last: Option<Timestamp> = used.as_ref().map(|used| used.at);
        let recent = enabled && is_recent(last, visit.iam.now());
        Self { c: visit.chrome(whose.section()), whose, id, name, address, enabled, used, recent, wrong: false }
    }

    /// What is typed to confirm.
    fn ending(&self) -> &str {
        self.id.len().checked_sub(4).and_then(|at| self.id.get(at..)).unwrap_or(&self.id)
    }

    fn is_confirmed(&self, visit: &Visit) -> bool {
        !self.recent || visit.form.get("confirm").trim().eq_ignore_ascii_case(self.ending())
    }

    fn again(self, visit: &Visit) -> Answer {
        visit.page_of(hyper::StatusCode::UNPROCESSABLE_ENTITY, &Self { wrong: true, ..self })
    }
}
