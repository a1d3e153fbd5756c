//! Deleting a user: what stops working is said first, and switching it off is offered instead.

use askama::Template;
use hyper::StatusCode;
use iam::{
    access_keys::{self, Owner},
    api_keys,
    attachments::{ListAttached, OfUser},
    console_sessions::{self, Whose},
    dependents::Dependents,
    groups::ListOfUser,
    inline_policies,
    page::PageSize,
    usage::Use,
    users::{self, User},
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed},
    keys::is_recent,
    visit::{Answer, Visit},
};

/// How many sessions are counted.
const COUNTED: u64 = 100;

#[derive(Template)]
#[template(path = "user/delete.html")]
struct Page {
    c: Chrome,
    user: User,
    base: String,
    breaks: Breaks,
    /// Whether its name is to be typed.
    typed: bool,
    wrong: bool,
}

/// What stops working.
#[derive(Default)]
struct Breaks {
    keys: usize,
    api_keys: usize,
    sessions: usize,
    groups: usize,
    policies: usize,
    /// When a key of it was last used, for what and from where.
    used: Option<Use>,
}

/// Asks.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let page = Page::load(visit).await?;
    visit.page(&page)
}

/// Deletes it with all that hangs on it.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let page = Page::load(visit).await?;
    if page.typed && visit.form.get("confirm").trim() != page.user.name {
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &Page { wrong: true, ..page });
    }
    let name = visit.part(0).to_owned();
    visit.run(users::Delete { name, dependents: Dependents::Remove }).await?;
    visit.go_with_news("/users", "news-user-deleted", &page.user.name)
}

impl Page {
    async fn load(visit: &Visit) -> Result<Self, Failure> {
        let user = visit.ask(users::Get { name: visit.part(0).to_owned() }).await?.user;
        let breaks = Breaks::load(visit, &user).await?;
        let recent = is_recent(breaks.used.as_ref().map(|used| used.at), visit.iam.now());
        let typed = recent || breaks.dependants() > 1;
        let base = page_of(&user.name);
        Ok(Self { c: visit.chrome(Section::Users), user, base, breaks, typed, wrong: false })
    }
}

impl Breaks {
    async fn load(visit: &Visit, user: &User) -> Result<Self, Failure> {
        let (name, owner) = (&user.name, Owner::User(user.name.clone()));
        let keys = allowed(visit.ask(access_keys::List { owner: owner.clone() }).await)?.unwrap_or_default();
        let all = api_keys::List { owner: owner.clone(), after: None, size: PageSize::MAX };
        let api_keys = allowed(visit.ask(all).await)?.map(|page| page.items).unwrap_or_default();
        let sessions = console_sessions::List { whose: Whose::Of(owner), after: None, size: PageSize::new(COUNTED)? };
        let sessions = allowed(visit.ask(sessions).await)?.map_or(0, |page| page.items.len());
        let groups = allowed(visit.ask(ListOfUser { user: name.clone() }).await)?.map_or(0, |groups| groups.len());
        let holder = OfUser(name.clone());
        let attached = allowed(visit.ask(ListAttached { holder: holder.clone() }).await)?.map_or(0, |held| held.len());
        let inline = allowed(visit.ask(inline_policies::List { holder }).await)?.map_or(0, |own| own.len());
        let uses = keys.iter().map(|key| &key.last_used).chain(api_keys.iter().map(|key| &key.last_used));
        let used = uses.flatten().max_by_key(|used| used.at).cloned();
        let (keys, api_keys) = (keys.len(), api_keys.len());
        Ok(Self { keys, api_keys, sessions, groups, policies: attached + inline, used })
    }

    fn dependants(&self) -> usize {
        self.keys + self.api_keys + self.sessions + self.groups + self.policies
    }

    /// Each that is there: the message that counts it, and how many.
    fn counted(&self) -> Vec<(&'static str, usize)> {
        let all = [
            ("user-breaks-keys", self.keys),
            ("user-breaks-api-keys", self.api_keys),
            ("user-breaks-sessions", self.sessions),
            ("user-breaks-policies", self.policies),
            ("user-breaks-groups", self.groups),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}
