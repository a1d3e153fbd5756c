//! What people look after for themselves: their password, and where they are signed in. Their keys are in `keys::own`.

use askama::Template;
use base::ids::ConsoleSessionId;
use iam::{
    access_keys::Owner,
    console_sessions::{ConsoleSession, End, EndAll, List, Whose},
    page::PageSize,
    passwords::GetOwnRules,
};

use crate::{
    chrome::{Chrome, Section},
    routes::Route,
    session::gone,
    settings::session_of,
    visit::{Answer, Visit},
};

pub(crate) const ROUTES: &[Route] = &[
    Route::get(SECURITY, |visit| Box::pin(show(visit))),
    Route::post("/me/sessions/others/end", |visit| Box::pin(end_others(visit))),
    Route::post("/me/sessions/all/end", |visit| Box::pin(end_everywhere(visit))),
    Route::post("/me/session/{}/end", |visit| Box::pin(end(visit))),
];

const SECURITY: &str = "/me/security";
/// How many sessions are shown: nobody has more.
const SHOWN: u64 = 100;

#[derive(Template)]
#[template(path = "me/security.html")]
struct Page {
    c: Chrome,
    /// For how many days the account lets a password be used; 0 for ever.
    validity_days: u32,
    sessions: Vec<ConsoleSession>,
    /// The one by which this page was asked for.
    here: ConsoleSessionId,
}

/// The page.
async fn show(visit: &Visit) -> Answer {
    let mut sessions = visit.ask(List { whose: Whose::Own, after: None, size: PageSize::new(SHOWN)? }).await?.items;
    let here = visit.session()?.id;
    // This one first, then the last that was used.
    sessions.sort_by_key(|session| (session.id != here, std::cmp::Reverse(session.seen)));
    let rules = visit.ask(GetOwnRules).await?;
    let validity_days = rules.settings.validity_days.into();
    visit.page(&Page { c: visit.chrome(Section::None), validity_days, sessions, here })
}

/// Ends one of one's own.
async fn end(visit: &Visit) -> Answer {
    visit.run(End { id: session_of(visit.part(0))? }).await?;
    visit.go_with_news(SECURITY, "news-me-session-ended", "")
}

/// Ends all of one's own but this.
async fn end_others(visit: &Visit) -> Answer {
    let session = visit.session()?;
    visit.run(EndAll { owner: Owner::Id(session.user), but: Some(session.id) }).await?;
    visit.go_with_news(SECURITY, "news-me-others-ended", "")
}

/// Ends all of one's own, this one too.
async fn end_everywhere(visit: &Visit) -> Answer {
    visit.run(EndAll { owner: Owner::Id(visit.session()?.user), but: None }).await?;
    Ok(gone(visit))
}
