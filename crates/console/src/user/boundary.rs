//! The policy beyond which a user may do nothing. A role's is chosen by the same page.

use askama::Template;
use hyper::StatusCode;
use iam::{
    attachments::OfUser,
    boundaries::{Delete, Put},
    error::{Error, Noun},
    page::PageSize,
    policies::{self, Policy, PolicyRef, Scope},
    users,
    values::PathPrefix,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed, sentence},
    form::Field,
    visit::{Answer, Visit},
};

/// How many policies are offered by name.
const OFFERED: u64 = 200;

#[derive(Template)]
#[template(path = "user/boundary.html")]
pub(crate) struct Page {
    c: Chrome,
    name: String,
    base: String,
    is_set: bool,
    policy: Field,
    offered: Vec<Policy>,
    wrong: Vec<Field>,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&load(visit).await?)
}

/// Sets it, in place of the one that is there.
pub(crate) async fn set(visit: &Visit) -> Answer {
    let user = visit.part(0);
    match visit.run(Put { holder: OfUser(user.to_owned()), policy: chosen(visit) }).await {
        Ok(()) => visit.go_with_news(&format!("{}/permissions", page_of(user)), "news-user-bounded", user),
        Err(failure) => again(visit, failure, load(visit)).await,
    }
}

/// Takes it away.
pub(crate) async fn remove(visit: &Visit) -> Answer {
    let user = visit.part(0);
    visit.run(Delete { holder: OfUser(user.to_owned()) }).await?;
    visit.go_with_news(&format!("{}/permissions", page_of(user)), "news-user-unbounded", user)
}

async fn load(visit: &Visit) -> Result<Page, Failure> {
    let detail = visit.ask(users::Get { name: visit.part(0).to_owned() }).await?;
    let base = page_of(&detail.user.name);
    Page::load(visit, Section::Users, base, detail.user.name, detail.boundary).await
}

/// The policy that the form names.
pub(crate) fn chosen(visit: &Visit) -> PolicyRef {
    PolicyRef::Name { scope: Scope::Any, name: visit.form.get("policy").trim().to_owned() }
}

/// The form once more with what is wrong, where another policy would mend it; any other failure as it is.
pub(crate) async fn again(
    visit: &Visit,
    failure: Failure,
    page: impl Future<Output = Result<Page, Failure>>,
) -> Answer {
    let Failure::Core(error @ (Error::NotFound { noun: Noun::Policy, .. } | Error::Invalid { .. })) = failure else {
        return Err(failure);
    };
    let mut page = page.await?;
    page.policy.wrong(sentence(visit.lang, &error));
    page.wrong = Field::wrong_ones([&page.policy]);
    visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl Page {
    /// The form of the thing `name`, whose pages begin with `base` and whose boundary is `present`.
    pub(crate) async fn load(
        visit: &Visit,
        section: Section,
        base: String,
        name: String,
        present: Option<Policy>,
    ) -> Result<Self, Failure> {
        let (under, size) = (PathPrefix::default(), PageSize::new(OFFERED)?);
        let list = policies::List { scope: Scope::Any, search: None, under, attached: None, after: None, size };
        let offered = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
        let is_set = present.is_some();
        let typed = visit.form.first("policy").map(str::to_owned).or(present.map(|policy| policy.name));
        let policy = Field::plain("policy", typed.unwrap_or_default()).required();
        Ok(Self { c: visit.chrome(section), name, base, is_set, policy, offered, wrong: Vec::new() })
    }
}
