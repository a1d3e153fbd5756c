//! Where a user is signed in to the console, and ending that.

use askama::Template;
use base::ids::ConsoleSessionId;
use iam::{
    access_keys::Owner,
    console_sessions::{ConsoleSession, End, EndAll, List, Whose},
    page::PageSize,
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    settings::session_of,
    visit::{Answer, Visit},
};

/// How many are shown: a user has no more.
const SHOWN: u64 = 100;

#[derive(Template)]
#[template(path = "user/sessions.html")]
struct Page {
    c: Chrome,
    head: Head,
    sessions: Vec<ConsoleSession>,
    /// The one by which this page was asked for.
    here: ConsoleSessionId,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Login).await?;
    let whose = Whose::Of(Owner::User(head.user.name.clone()));
    let found = visit.ask(List { whose, after: None, size: PageSize::new(SHOWN)? }).await?;
    let here = visit.session()?.id;
    visit.page(&Page { c: visit.chrome(Section::Users), head, sessions: found.items, here })
}

/// Ends one.
pub(crate) async fn end(visit: &Visit) -> Answer {
    visit.run(End { id: session_of(visit.part(1))? }).await?;
    visit.go_with_news(&format!("{}/sessions", page_of(visit.part(0))), "news-user-session-ended", visit.part(0))
}

/// Ends all, but for the one that asks.
pub(crate) async fn end_all(visit: &Visit) -> Answer {
    let name = visit.part(0);
    visit.run(EndAll { owner: Owner::User(name.to_owned()), but: Some(visit.session()?.id) }).await?;
    visit.go_with_news(&format!("{}/sessions", page_of(name)), "news-user-sessions-ended", name)
}
