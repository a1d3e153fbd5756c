//! The overview of a user.

use askama::Template;
use base::timestamp::Timestamp;
use iam::{
    access_keys::{self, AccessKey, Owner},
    login_profiles::{self, LoginProfile},
};

use super::head::{Head, Tab};
use crate::{
    chrome::{Chrome, Section},
    failure::allowed,
    keys::{age_days, is_old},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "user/show.html")]
struct Page {
    c: Chrome,
    head: Head,
    /// What policies call it, in full.
    resource: String,
    login: Option<LoginProfile>,
    /// The oldest key that is used still, with its age in days, where it is old.
    old_key: Option<(AccessKey, i64)>,
    /// When a key was last used, and for which service.
    used: Option<(Timestamp, String)>,
    policies: Option<usize>,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Overview).await?;
    let login = allowed(visit.ask(login_profiles::Get { user: head.user.name.clone() }).await)?;
    let keys = allowed(visit.ask(access_keys::List { owner: Owner::User(head.user.name.clone()) }).await)?;
    let keys = keys.unwrap_or_default();
    let now = visit.iam.now();
    let used = keys.iter().filter_map(|key| key.last_used.as_ref()).max_by_key(|used| used.at);
    let used = used.map(|used| (used.at, used.service.clone()));
    let oldest = keys.into_iter().filter(|key| key.enabled).min_by_key(|key| key.created);
    let old_key = oldest.filter(|key| is_old(key, now)).map(|key| {
        let days = age_days(&key, now);
        (key, days)
    });
    let account = visit.session()?.account;
    let resource = format!("crn:iam::{account}:user{}{}", head.user.path, head.user.name);
    let policies = head.count(&Tab::Permissions);
    visit.page(&Page { c: visit.chrome(Section::Users), head, resource, login, old_key, used, policies })
}
