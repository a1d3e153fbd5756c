//! Who is signed in to the account, and ending that.

use askama::Template;
use base::ids::ConsoleSessionId;
use iam::{
    access_keys::Owner,
    console_sessions::{ConsoleSession, End, EndAll, EndEverybodys, List, Whose},
};

use super::{SESSIONS, Tab};
use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

/// How often at most it is asked to end some hundred users' sessions, for one click.
const TURNS_MAX: usize = 400;

#[derive(Template)]
#[template(path = "settings/sessions.html")]
struct Page {
    c: Chrome,
    tab: Tab,
    sessions: Vec<ConsoleSession>,
    pager: Pager,
    /// The one by which this page was asked for.
    here: ConsoleSessionId,
    /// Whether the root user looks, who alone may end its own.
    is_root: bool,
}

#[derive(Template)]
#[template(path = "settings/end_sessions.html")]
struct Ending {
    c: Chrome,
    is_root: bool,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let after = pager::after_number(visit).and_then(|number| ConsoleSessionId::new(number).ok());
    let found = visit.ask(List { whose: Whose::Everybody, after, size: pager::size(visit) }).await?;
    let session = visit.session()?;
    visit.page(&Page {
        c: visit.chrome(Section::Settings),
        tab: Tab::Sessions,
        pager: Pager::new(visit, found.next.map(|id| id.to_string())),
        sessions: found.items,
        here: session.id,
        is_root: session.is_root,
    })
}

/// Ends one.
pub(super) async fn end(visit: &Visit) -> Answer {
    visit.run(End { id: session_of(visit.part(0))? }).await?;
    visit.go_with_news(SESSIONS, "news-settings-session-ended", "")
}

/// The session that an address names. Errors: there is none of that name.
pub(crate) fn session_of(part: &str) -> Result<ConsoleSessionId, Failure> {
    let id = part.parse().ok().and_then(|number| ConsoleSessionId::new(number).ok());
    id.ok_or(Failure::NothingHere)
}

/// Ends all of a user, but for the one that asks.
pub(super) async fn end_all(visit: &Visit) -> Answer {
    let (name, session) = (visit.part(0), visit.session()?);
    visit.run(EndAll { owner: Owner::User(name.to_owned()), but: Some(session.id) }).await?;
    visit.go_with_news(SESSIONS, "news-settings-sessions-ended", name)
}

/// Asks whether everybody is to be put out.
pub(super) async fn ask_end_everybodys(visit: &Visit) -> Answer {
    visit.page(&Ending { c: visit.chrome(Section::Settings), is_root: visit.session()?.is_root })
}

/// Puts everybody out but for whoever asks.
pub(super) async fn end_everybodys(visit: &Visit) -> Answer {
    let but = Some(visit.session()?.id);
    for _ in 0..TURNS_MAX {
        if !visit.run(EndEverybodys { but }).await?.more {
            break;
        }
    }
    visit.go_with_news(SESSIONS, "news-settings-everybody-ended", "")
}
