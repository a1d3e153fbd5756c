//! What the account is called, and the alias by which its users sign in.

use askama::Template;
use hyper::StatusCode;
use iam::{
    accounts::{Alias, GetSummary, SetAlias},
    error::Error,
};

use super::{ACCOUNT, Tab};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "settings/account.html")]
struct Page {
    c: Chrome,
    tab: Tab,
    name: String,
    id: String,
    /// Where users sign in.
    link: String,
    /// Whether there is one to be removed.
    has_alias: bool,
    alias: Field,
    wrong: Vec<Field>,
    problem: String,
}

#[derive(Template)]
#[template(path = "settings/remove_alias.html")]
struct Removing {
    c: Chrome,
    alias: String,
    link: String,
    /// The one that is left.
    by_number: String,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let alias = visit.ask(GetSummary).await?.alias;
    visit.page(&Page::new(visit, alias.as_deref(), alias.as_deref().unwrap_or_default())?)
}

/// Sets the alias: the link by the old one leads nowhere any more.
pub(super) async fn set_alias(visit: &Visit) -> Answer {
    let typed = visit.form.get("alias").trim();
    let done = match Alias::parse(typed) {
        Ok(alias) => visit.run(SetAlias { account: visit.session()?.account, alias: Some(alias) }).await,
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => visit.go_with_news(ACCOUNT, "news-settings-alias-set", typed),
        Err(Failure::Core(error @ (Error::Invalid { .. } | Error::Exists { .. }))) => {
            let present = visit.ask(GetSummary).await?.alias;
            let mut page = Page::new(visit, present.as_deref(), typed)?;
            page.alias.wrong(sentence(visit.lang, &error));
            page.wrong = Field::wrong_ones([&page.alias]);
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other),
    }
}

/// Asks whether it is to go.
pub(super) async fn ask_remove_alias(visit: &Visit) -> Answer {
    let Some(alias) = visit.ask(GetSummary).await?.alias else { return visit.go(ACCOUNT) };
    let (link, by_number) = (visit.sign_in_link(&alias), visit.sign_in_link(&visit.session()?.account.to_string()));
    visit.page(&Removing { c: visit.chrome(Section::Settings), alias, link, by_number })
}

/// Takes it away.
pub(super) async fn remove_alias(visit: &Visit) -> Answer {
    visit.run(SetAlias { account: visit.session()?.account, alias: None }).await?;
    visit.go_with_news(ACCOUNT, "news-settings-alias-removed", "")
}

impl Page {
    fn new(visit: &Visit, present: Option<&str>, typed: &str) -> Result<Self, Failure> {
        let session = visit.session()?;
        let id = session.account.to_string();
        Ok(Self {
            c: visit.chrome(Section::Settings),
            tab: Tab::Account,
            name: session.account_name.clone(),
            link: visit.sign_in_link(present.unwrap_or(&id)),
            id,
            has_alias: present.is_some(),
            alias: Field::plain("alias", typed),
            wrong: Vec::new(),
            problem: String::new(),
        })
    }
}
