//! The first page: how much there is of what, what changed last, and where one's users sign in.

use askama::Template;
use iam::{
    accounts::{GetSummary, Summary},
    audit::{Filter, ListEvents, Order},
    error::{Error, Quota},
    page::PageSize,
};

use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    log::Event,
    routes::Route,
    visit::{Answer, Visit},
};

pub(crate) const ROUTES: &[Route] = &[Route::get("/", |visit| Box::pin(show(visit)))];

/// How many of the last events are looked through for changes, and how many changes are shown.
const LOOKED_AT: u64 = 50;
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "overview/show.html")]
struct Page {
    c: Chrome,
    user: String,
    is_root: bool,
    link: String,
    /// None where the account's figures are not for whoever asks.
    tiles: Vec<Tile>,
    changes: Vec<Event>,
}

/// How many there are of something, and may be.
struct Tile {
    href: &'static str,
    name: String,
    count: u64,
    limit: u64,
}

/// The page. Whoever may not see the account's figures sees their own things.
async fn show(visit: &Visit) -> Answer {
    let tiles = allowed(visit.ask(GetSummary).await)?.map(|summary| tiles(visit, &summary)).unwrap_or_default();
    // Whoever may not see figures is not asked of for what is more.
    let changes = if tiles.is_empty() { Vec::new() } else { changes(visit).await? };
    let session = visit.session()?;
    let account = session.account_alias.clone().unwrap_or_else(|| session.account.to_string());
    visit.page(&Page {
        c: visit.chrome(Section::Overview),
        user: session.user_name.clone(),
        is_root: session.is_root,
        link: format!("{}/signin/{account}", visit.site.url()),
        tiles,
        changes,
    })
}

/// What was answered; `None` where it is not allowed.
fn allowed<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Failure::Core(Error::Denied { .. })) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn tiles(visit: &Visit, summary: &Summary) -> Vec<Tile> {
    let tile = |href, id: &str, count, quota| {
        let limit = summary.limits.get(&quota).copied().unwrap_or(count);
        Tile { href, name: visit.t(id), count, limit }
    };
    vec![
        tile("/users", "overview-users", summary.users, Quota::Users),
        tile("/groups", "overview-groups", summary.groups, Quota::Groups),
        tile("/policies", "overview-policies", summary.policies, Quota::Policies),
    ]
}

async fn changes(visit: &Visit) -> Result<Vec<Event>, Failure> {
    let list =
        ListEvents { filter: Filter::default(), order: Order::Newest, after: None, size: PageSize::new(LOOKED_AT)? };
    let page = allowed(visit.ask(list).await)?;
    let events = page.map(|page| page.items).unwrap_or_default().into_iter().map(Event::from);
    Ok(events.filter(|event| !event.is_read()).take(SHOWN).collect())
}
