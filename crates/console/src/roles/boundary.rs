//! The policy beyond which a role's sessions may do nothing.

use askama::Template;
use hyper::StatusCode;
use iam::{
    attachments::OfRole,
    boundaries,
    error::{Error, Noun},
    page::PageSize,
    policies::{self, Policy, PolicyRef, Scope},
    roles,
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
struct Page {
    c: Chrome,
    name: String,
    base: String,
    present: Option<Policy>,
    policy: Field,
    offered: Vec<Policy>,
    wrong: Vec<Field>,
    problem: String,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::load(visit).await?)
}

/// Sets it, in place of the one that is there.
pub(crate) async fn set(visit: &Visit) -> Answer {
    let (role, name) = (visit.part(0), visit.form.get("policy").trim());
    let policy = PolicyRef::Name { scope: Scope::Any, name: name.to_owned() };
    match visit.run(boundaries::Put { holder: OfRole(role.to_owned()), policy }).await {
        Ok(()) => visit.go_with_news(&format!("{}/permissions", page_of(role)), "news-role-bounded", role),
        Err(Failure::Core(error @ (Error::NotFound { noun: Noun::Policy, .. } | Error::Invalid { .. }))) => {
            let mut page = Page::load(visit).await?;
            page.policy.wrong(sentence(visit.lang, &error));
            page.wrong = Field::wrong_ones([&page.policy]);
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other),
    }
}

/// Takes it away.
pub(crate) async fn remove(visit: &Visit) -> Answer {
    let role = visit.part(0);
    visit.run(boundaries::Delete { holder: OfRole(role.to_owned()) }).await?;
    visit.go_with_news(&format!("{}/permissions", page_of(role)), "news-role-unbounded", role)
}

impl Page {
    async fn load(visit: &Visit) -> Result<Self, Failure> {
        let detail = visit.ask(roles::Get { name: visit.part(0).to_owned() }).await?;
        let (under, size) = (PathPrefix::default(), PageSize::new(OFFERED)?);
        let list = policies::List { scope: Scope::Any, search: None, under, attached: None, after: None, size };
        let offered = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
        let typed = visit.form.first("policy").map(str::to_owned);
        let typed = typed.or_else(|| detail.boundary.as_ref().map(|policy| policy.name.clone()));
        Ok(Self {
            c: visit.chrome(Section::Roles),
            base: page_of(&detail.role.name),
            name: detail.role.name,
            present: detail.boundary,
            policy: Field::plain("policy", typed.unwrap_or_default()).required(),
            offered,
            wrong: Vec::new(),
            problem: String::new(),
        })
    }
}
