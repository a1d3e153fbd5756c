//! How a user signs in to the console.

use askama::Template;
use iam::{
    access_keys::Owner,
    console_sessions::{self, ConsoleSession, Whose},
    login_profiles::{self, Changes, LoginProfile},
    page::PageSize,
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed},
    visit::{Answer, Visit},
};

/// How many sessions are counted.
const COUNTED: u64 = 100;

#[derive(Template)]
#[template(path = "user/login.html")]
struct Page {
    c: Chrome,
    head: Head,
    login: LoginProfile,
    /// Whether there is a way to sign in at all.
    has_profile: bool,
    /// Open sessions, where one may know.
    sessions: Option<usize>,
}

#[derive(Template)]
#[template(path = "user/login_delete.html")]
struct Deleting {
    c: Chrome,
    name: String,
    base: String,
    enabled: bool,
    sessions: Option<usize>,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Login).await?;
    let login = visit.ask(login_profiles::Get { user: head.user.name.clone() }).await?;
    let sessions = sessions(visit, &head.user.name).await?.map(|sessions| sessions.len());
    let has_profile = login.created.is_some();
    visit.page(&Page { c: visit.chrome(Section::Users), head, login, has_profile, sessions })
}

async fn sessions(visit: &Visit, name: &str) -> Result<Option<Vec<ConsoleSession>>, Failure> {
    let whose = Whose::Of(Owner::User(name.to_owned()));
    let list = console_sessions::List { whose, after: None, size: PageSize::new(COUNTED)? };
    Ok(allowed(visit.ask(list).await)?.map(|page| page.items))
}

/// Turns one of the switches, at once.
pub(crate) async fn switch(visit: &Visit) -> Answer {
    let (name, form) = (visit.part(0), &visit.form);
    let (enabled, must_reset) = (switched(form.get("sign_in")), switched(form.get("reset")));
    let news = match (enabled, must_reset) {
        (Some(true), _) => "news-user-login-on",
        (Some(false), _) => "news-user-login-off",
        (None, Some(true)) => "news-user-reset-on",
        (None, _) => "news-user-reset-off",
    };
    let to = Changes { enabled, must_reset, ..Changes::default() };
    visit.run(login_profiles::Update::new(name.to_owned(), to)?).await?;
    visit.go_with_news(&format!("{}/login", page_of(name)), news, name)
}

fn switched(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// Asks whether sign-in and password are to go for good.
pub(crate) async fn ask_delete(visit: &Visit) -> Answer {
    let name = visit.part(0).to_owned();
    let login = visit.ask(login_profiles::Get { user: name.clone() }).await?;
    let sessions = sessions(visit, &name).await?.map(|sessions| sessions.len());
    let base = page_of(&name);
    visit.page(&Deleting { c: visit.chrome(Section::Users), name, base, enabled: login.enabled, sessions })
}

/// Takes them away.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let name = visit.part(0);
    visit.run(login_profiles::Delete { user: name.to_owned() }).await?;
    visit.go_with_news(&format!("{}/login", page_of(name)), "news-user-login-deleted", name)
}
