//! The first page: how much there is of what, what to look at, how much goes on, what changed last, and where one's users
//! sign in.

mod activity;
mod chart;

use activity::{Charts, charts};
use askama::Template;
use iam::{
    accounts::Summary,
    audit::{Filter, ListEvents, Order},
    error::Quota,
    overview::{Findings, Found, Get},
    page::PageSize,
};

use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed},
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
    findings: Vec<Finding>,
    charts: Option<Charts>,
    changes: Vec<Event>,
}

/// Something that somebody should look at.
struct Finding {
    /// `warn`, `bad`, or nothing for what is only told.
    tone: &'static str,
    text: String,
    names: String,
    href: String,
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
    let overview = allowed(visit.ask(Get).await)?;
    let tiles = overview.as_ref().map(|overview| tiles(visit, &overview.summary)).unwrap_or_default();
    let findings = overview.map(|overview| findings(visit, &overview.findings)).unwrap_or_default();
    // Whoever may not see figures is not asked of for what is more.
    let changes = if tiles.is_empty() { Vec::new() } else { changes(visit).await? };
    let charts = if tiles.is_empty() { None } else { charts(visit).await? };
    let session = visit.session()?;
    let account = session.account_alias.clone().unwrap_or_else(|| session.account.to_string());
    visit.page(&Page {
        c: visit.chrome(Section::Overview),
        user: session.user_name.clone(),
        is_root: session.is_root,
        link: format!("{}/signin/{account}", visit.site.url()),
        tiles,
        findings,
        charts,
        changes,
    })
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

fn findings(visit: &Visit, found: &Findings) -> Vec<Finding> {
    let all = |id: &str, tone, list: &Found, href: &str| {
        let count = if list.more { format!("{}+", list.count) } else { list.count.to_string() };
        let text = visit.lang.say(id, &[("n", (&count).into())]);
        (list.count > 0).then(|| Finding { tone, text, names: list.names.join(", "), href: href.to_owned() })
    };
    let plain = |id: &str, tone, count: u64| {
        let text = visit.lang.say(id, &[("n", count.into())]);
        (count > 0).then(|| Finding { tone, text, names: String::new(), href: String::new() })
    };
    let weaknesses = u64::try_from(found.weaknesses.len()).unwrap_or(u64::MAX);
    let listed = [
        plain("overview-root-keys", "bad", found.root_keys),
        all("overview-unused-keys", "warn", &found.unused_keys, "/users"),
        all("overview-old-keys", "warn", &found.old_keys, "/users"),
        all("overview-unused-users", "warn", &found.unused_users, "/users?order=idle"),
        all("overview-never", "", &found.never_signed_in, "/users?sign-in=never"),
        all("overview-administrators", "", &found.administrators, "/users"),
        plain("overview-weaknesses", "warn", weaknesses),
    ];
    listed.into_iter().flatten().collect()
}

async fn changes(visit: &Visit) -> Result<Vec<Event>, Failure> {
    let list =
        ListEvents { filter: Filter::default(), order: Order::Newest, after: None, size: PageSize::new(LOOKED_AT)? };
    let page = allowed(visit.ask(list).await)?;
    let events = page.map(|page| page.items).unwrap_or_default().into_iter().map(Event::from);
    Ok(events.filter(|event| !event.is_read()).take(SHOWN).collect())
}
