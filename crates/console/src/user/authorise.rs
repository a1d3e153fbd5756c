//! Attaching policies to a user: those that are ticked, each with what came of it.

use std::collections::BTreeSet;

use askama::Template;
use base::ids::PolicyId;
use hyper::StatusCode;
use iam::{
    attachments::{Attach, ListAttached, OfUser},
    page::{PageSize, Search},
    policies::{self, Policy, PolicyRef, Scope},
    values::PathPrefix,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed, sentence},
    visit::{Answer, Visit},
};

/// How many policies are offered at a time.
const OFFERED: u64 = 50;

#[derive(Template)]
#[template(path = "user/authorise.html")]
struct Page {
    c: Chrome,
    name: String,
    base: String,
    /// What is looked for.
    text: String,
    offered: Vec<Policy>,
    chosen: BTreeSet<u64>,
    /// Whether there are more than are offered.
    more: bool,
    problem: String,
}

/// The policies that the user does not hold yet, to be ticked.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let page = Page::load(visit, BTreeSet::new()).await?;
    visit.page(&page)
}

/// Attaches those that were ticked; what could not be done is told, and the rest is done.
pub(crate) async fn attach(visit: &Visit) -> Answer {
    let name = visit.part(0).to_owned();
    let ids = visit.form.all("policy").filter_map(|id| PolicyId::new(id.parse().ok()?).ok());
    let ids: BTreeSet<PolicyId> = ids.collect();
    let (mut refused, mut problems) = (BTreeSet::new(), BTreeSet::new());
    for id in &ids {
        match visit.run(Attach { holder: OfUser(name.clone()), policy: PolicyRef::Id(*id) }).await {
            Ok(()) => {}
            Err(Failure::Core(error)) if ids.len() > 1 => {
                problems.insert(sentence(visit.lang, &error));
                refused.insert(id.number());
            }
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() && !ids.is_empty() {
        return visit.go_with_news(&format!("{}/permissions", page_of(&name)), "news-user-authorised", &name);
    }
    let mut page = Page::load(visit, refused).await?;
    let told = problems.into_iter().collect::<Vec<_>>().join(" ");
    page.problem = if ids.is_empty() { visit.t("user-authorise-none") } else { told };
    visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl Page {
    /// Whether it was ticked, and not attached.
    fn is_chosen(&self, policy: &Policy) -> bool {
        self.chosen.contains(&policy.id.number())
    }

    async fn load(visit: &Visit, chosen: BTreeSet<u64>) -> Result<Self, Failure> {
        let name = visit.part(0).to_owned();
        let held = allowed(visit.ask(ListAttached { holder: OfUser(name.clone()) }).await)?.unwrap_or_default();
        let held: BTreeSet<PolicyId> = held.into_iter().map(|held| held.policy.id).collect();
        let text = visit.query.get("q").trim().to_owned();
        let search = Some(text.as_str()).filter(|text| !text.is_empty()).map(Search::parse).transpose()?;
        let (under, size) = (PathPrefix::parse("/")?, PageSize::new(OFFERED)?);
        let found =
            visit.ask(policies::List { scope: Scope::Any, search, under, attached: None, after: None, size }).await?;
        let more = found.next.is_some();
        let offered = found.items.into_iter().filter(|policy| !held.contains(&policy.id)).collect();
        let (c, base) = (visit.chrome(Section::Users), page_of(&name));
        Ok(Self { c, name, base, text, offered, chosen, more, problem: String::new() })
    }
}
