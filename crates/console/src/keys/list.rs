//! The list of somebody's keys: access keys, then API keys.

use askama::Template;
use iam::{
    access_keys::{self, AccessKey},
    api_keys::{self, ApiKey},
    page::PageSize,
};

use super::{Whose, age_days, is_old, short};
use crate::{
    chrome::{Chrome, Section},
    failure::allowed,
    user::Head,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "keys/list.html")]
struct Page {
    c: Chrome,
    whose: Whose,
    /// On top of a user's page; one's own has a title of its own.
    head: Option<Head>,
    keys: Vec<Row>,
    /// The oldest key that is used still, where it is old.
    old: Option<(String, i64)>,
    /// `None` where whoever looks may not see them.
    api_keys: Option<Vec<ApiKey>>,
}

/// An access key in the list.
struct Row {
    key: AccessKey,
    days: i64,
    old: bool,
    /// The address of its pages.
    page: String,
}

/// The page.
pub(crate) async fn show(visit: &Visit, whose: Whose, head: Option<Head>) -> Answer {
    let keys = visit.ask(access_keys::List { owner: whose.owner.clone() }).await?;
    let api_keys = api_keys::List { owner: whose.owner.clone(), after: None, size: PageSize::MAX };
    let api_keys = allowed(visit.ask(api_keys).await)?.map(|page| page.items);
    let now = visit.iam.now();
    let old = keys.iter().filter(|key| key.enabled && is_old(key, now)).min_by_key(|key| key.created);
    let old = old.map(|key| (short(key.id.as_str()), age_days(key, now)));
    let row = |key: AccessKey| Row {
        days: age_days(&key, now),
        old: is_old(&key, now),
        page: whose.key(key.id.as_str()),
        key,
    };
    let keys = keys.into_iter().map(row).collect();
    let section = if head.is_some() { Section::Users } else { Section::None };
    visit.page(&Page { c: visit.chrome(section), whose, head, keys, old, api_keys })
}

impl Page {
    /// Whether a key is over.
    fn is_over(&self, key: &ApiKey) -> bool {
        key.expires.is_some_and(|end| self.c.is_past(end))
    }
}
