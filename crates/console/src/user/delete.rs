//! Deleting a user: what stops working is said first, and switching it off is offered instead.

use askama::Template;
use hyper::StatusCode;
use iam::{
    dependents::Dependents,
    usage::Use,
    users::{self, GetImpact, Impact},
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    keys::is_recent,
    text::Lang,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "user/delete.html")]
struct Page {
    c: Chrome,
    impact: Impact,
    base: String,
    /// What stops working, in words.
    breaks: Vec<String>,
    /// Whether its name is to be typed.
    typed: bool,
    wrong: bool,
}

/// Asks.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let page = Page::load(visit).await?;
    visit.page(&page)
}

/// Deletes it with all that hangs on it.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let page = Page::load(visit).await?;
    let name = page.impact.user.name.clone();
    if page.typed && visit.form.get("confirm").trim() != name {
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &Page { wrong: true, ..page });
    }
    visit.run(users::Delete { name: visit.part(0).to_owned(), dependents: Dependents::Remove }).await?;
    visit.go_with_news("/users", "news-user-deleted", &name)
}

impl Page {
    async fn load(visit: &Visit) -> Result<Self, Failure> {
        let impact = visit.ask(GetImpact { name: visit.part(0).to_owned() }).await?;
        let typed = is_recent(impact.last_active, visit.iam.now()) || dependants(&impact) > 1;
        let (c, base) = (visit.chrome(Section::Users), page_of(&impact.user.name));
        Ok(Self { c, base, breaks: breaks(visit.lang, &impact), typed, wrong: false, impact })
    }

    /// When a key of it was last used, for what and from where.
    fn used(&self) -> Option<&Use> {
        self.impact.access_keys.iter().filter_map(|key| key.last_used.as_ref()).max_by_key(|used| used.at)
    }
}

/// The messages that count what goes with a user.
fn counts(impact: &Impact) -> [(&'static str, u64); 6] {
    let count = |all: usize| u64::try_from(all).unwrap_or(u64::MAX);
    [
        ("user-breaks-keys", count(impact.access_keys.len())),
        ("user-breaks-api-keys", impact.api_keys),
        ("user-breaks-sessions", impact.sessions),
        ("user-breaks-policies", impact.attached_policies + impact.inline_policies),
        ("user-breaks-groups", count(impact.groups.len())),
        ("user-breaks-roles", count(impact.trusting_roles.len())),
    ]
}

fn dependants(impact: &Impact) -> u64 {
    counts(impact).iter().map(|(_, count)| count).sum()
}

/// What stops working with a user, in words: each that there is.
pub(crate) fn breaks(lang: Lang, impact: &Impact) -> Vec<String> {
    let counted = counts(impact).into_iter().filter(|(_, count)| *count > 0);
    let mut all: Vec<String> = counted.map(|(id, count)| lang.say(id, &[("n", count.into())])).collect();
    if impact.has_login_profile {
        all.insert(0, lang.say("user-breaks-sign-in", &[]));
    }
    all
}
