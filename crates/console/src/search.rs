//! Search over everything that has a name: what is found of each kind, and the way there. What somebody may not list is
//! left out.

use askama::Template;
use iam::{
    access_keys,
    audit::{Filter, ListEvents, Order},
    error::Error,
    groups,
    page::{Page as Found, PageSize, Search},
    policies, roles, users,
    values::PathPrefix,
};

use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    form::{address, segment},
    routes::Route,
    visit::{Answer, Visit},
};

pub(crate) const ROUTES: &[Route] = &[Route::get("/search", |visit| Box::pin(show(visit)))];

/// How many of each kind are shown.
const SHOWN: u64 = 8;

#[derive(Template)]
#[template(path = "search/show.html")]
struct Page {
    c: Chrome,
    /// What is looked for.
    text: String,
    kinds: Vec<Kind>,
}

/// What was found of a kind.
struct Kind {
    /// The message that names it.
    name: &'static str,
    icon: &'static str,
    hits: Vec<Hit>,
    /// Where all of the kind are that were found; empty where no more are.
    all: String,
}

/// One thing.
struct Hit {
    name: String,
    about: String,
    href: String,
}

async fn show(visit: &Visit) -> Answer {
    let text = visit.query.get("q").trim().to_owned();
    let kinds = match Search::parse(&text) {
        Ok(search) => found(visit, &text, &search).await?,
        Err(_) => Vec::new(),
    };
    visit.page(&Page { c: visit.chrome(Section::None), text, kinds })
}

/// Each kind of which something was found. Each is one question of its own, as each is a permission of its own.
async fn found(visit: &Visit, text: &str, search: &Search) -> Result<Vec<Kind>, Failure> {
    let kinds = [
        users(visit, text, search).await?,
        groups(visit, text, search).await?,
        roles(visit, text, search).await?,
        policies(visit, text, search).await?,
        key(visit, text).await?,
        event(visit, text).await?,
    ];
    Ok(kinds.into_iter().flatten().collect())
}

/// What was found; nothing where it must not be seen, or is not there.
fn seen<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Failure::Core(Error::Denied { .. } | Error::NotFound { .. } | Error::Invalid { .. })) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn size() -> Result<PageSize, Failure> {
    Ok(PageSize::new(SHOWN)?)
}

async fn users(visit: &Visit, text: &str, search: &Search) -> Result<Option<Kind>, Failure> {
    let filter = users::Filter { search: Some(search.clone()), ..users::Filter::default() };
    let list = users::ListRows { filter, order: users::Order::Name, after: None, size: size()? };
    let found = seen(visit.ask(list).await)?;
    Ok(found.and_then(|page| {
        Kind::of(("search-users", "user", "/users", text), page, |row| Hit {
            href: format!("/users/{}", segment(&row.user.name)),
            about: row.user.display_name,
            name: row.user.name,
        })
    }))
}

async fn groups(visit: &Visit, text: &str, search: &Search) -> Result<Option<Kind>, Failure> {
    let list = groups::List { search: Some(search.clone()), after: None, size: size()? };
    let found = seen(visit.ask(list).await)?;
    Ok(found.and_then(|page| {
        Kind::of(("search-groups", "group", "/groups", text), page, |group| Hit {
            href: crate::groups::page_of(&group.name),
            name: group.name,
            about: group.remarks,
        })
    }))
}

async fn roles(visit: &Visit, text: &str, search: &Search) -> Result<Option<Kind>, Failure> {
    let list = roles::List { search: Some(search.clone()), under: PathPrefix::default(), after: None, size: size()? };
    let found = seen(visit.ask(list).await)?;
    Ok(found.and_then(|page| {
        Kind::of(("search-roles", "role", "/roles", text), page, |role| Hit {
            href: format!("/roles/{}", segment(&role.name)),
            name: role.name,
            about: role.description,
        })
    }))
}

async fn policies(visit: &Visit, text: &str, search: &Search) -> Result<Option<Kind>, Failure> {
    let list = policies::List {
        scope: policies::Scope::Any,
        search: Some(search.clone()),
        under: PathPrefix::default(),
        attached: None,
        after: None,
        size: size()?,
    };
    let found = seen(visit.ask(list).await)?;
    Ok(found.and_then(|page| {
        Kind::of(("search-policies", "policy", "/policies", text), page, |policy| Hit {
            href: crate::policies::page_of(&policy),
            name: policy.name,
            about: policy.description,
        })
    }))
}

/// The access key of that id.
async fn key(visit: &Visit, text: &str) -> Result<Option<Kind>, Failure> {
    let owner = seen(visit.ask(access_keys::GetOwner { key: text.to_owned() }).await)?;
    Ok(owner.map(|owner| {
        let own = visit.session().is_ok_and(|session| session.is_root) && owner.is_none();
        let href = match &owner {
            Some(user) => format!("/users/{}/keys", segment(user)),
            None if own => "/me/keys".to_owned(),
            None => address("/log", &[("q", text)]),
        };
        let about = owner.unwrap_or_else(|| visit.t("layout-root"));
        Kind::single("search-keys", "key", Hit { name: text.to_owned(), about, href })
    }))
}

/// The event of that number.
async fn event(visit: &Visit, text: &str) -> Result<Option<Kind>, Failure> {
    let Some(seq) = text.parse::<u64>().ok().filter(|seq| *seq > 0) else { return Ok(None) };
    let list =
        ListEvents { filter: Filter::default(), order: Order::Oldest, after: Some(seq - 1), size: PageSize::new(1)? };
    let found = seen(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
    let event = found.into_iter().map(crate::log::Event::from).find(|event| event.seq == seq);
    Ok(event.map(|event| {
        let hit = Hit { name: seq.to_string(), about: event.action, href: format!("/log/{seq}") };
        Kind::single("search-events", "log", hit)
    }))
}

impl Kind {
    /// What a page of a list holds; `None` where that is nothing.
    fn of<T, K>(
        (name, icon, list, text): (&'static str, &'static str, &str, &str),
        page: Found<T, K>,
        hit: impl Fn(T) -> Hit,
    ) -> Option<Self> {
        let all = if page.next.is_some() { address(list, &[("q", text)]) } else { String::new() };
        let hits: Vec<Hit> = page.items.into_iter().map(hit).collect();
        (!hits.is_empty()).then_some(Self { name, icon, hits, all })
    }

    fn single(name: &'static str, icon: &'static str, hit: Hit) -> Self {
        Self { name, icon, hits: vec![hit], all: String::new() }
    }
}
