//! The page on which both sides are chosen, and what came of it.

use askama::Template;
use hyper::StatusCode;
use iam::error::Error;

use super::pick::{CHOSEN_MAX, Holder, Offer, To, holders, reference};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Form,
    guard,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "attach/show.html")]
struct Page {
    c: Chrome,
    /// What is looked for among holders.
    who: String,
    holders: Vec<Holder>,
    offer: Offer,
    /// Where one goes without attaching anything, and afterwards.
    back: String,
    problem: String,
}

/// The form, with what the address has filled in.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::load(visit, &visit.query).await?)
}

impl Page {
    async fn load(visit: &Visit, form: &Form) -> Result<Self, Failure> {
        let chosen = To::all(form);
        let who = form.get("w").trim().to_owned();
        let only = match chosen.as_slice() {
            [one] => Some(one),
            _ => None,
        };
        let offer = Offer::load(visit, form, only).await?;
        let section = match chosen.first() {
            Some(To::User(_)) => Section::Users,
            Some(To::Group(_)) => Section::Groups,
            Some(To::Role(_)) => Section::Roles,
            None => Section::Policies,
        };
        let back = form.filled("back").filter(|back| guard::is_own_path(back)).map(str::to_owned);
        let of_policy = || match offer.rows.first() {
            Some(row) if row.is_chosen => format!("{}/attached", crate::policies::page_of(&row.policy)),
            _ => "/policies".to_owned(),
        };
        let back = back.unwrap_or_else(|| chosen.first().map_or_else(of_policy, To::page));
        let holders = holders(visit, &who, &chosen).await?;
        Ok(Self { c: visit.chrome(section), who, holders, offer, back, problem: String::new() })
    }
}

/// What came of one pair.
struct Outcome {
    to: To,
    policy: String,
    /// Why it was not attached; empty where it was.
    refusal: String,
}

#[derive(Template)]
#[template(path = "attach/done.html")]
struct Done {
    c: Chrome,
    outcomes: Vec<Outcome>,
    back: String,
}

impl Done {
    fn refused(&self) -> usize {
        self.outcomes.iter().filter(|outcome| !outcome.refusal.is_empty()).count()
    }
}

/// Attaches each policy to each holder. Where all went well, back to where one came from; else what came of each.
pub(crate) async fn attach(visit: &Visit) -> Answer {
    let holders = To::all(&visit.form);
    let policies: Vec<&str> = visit.form.all("policy").filter(|policy| !policy.is_empty()).take(CHOSEN_MAX).collect();
    if holders.is_empty() || policies.is_empty() {
        let mut page = Page::load(visit, &visit.form).await?;
        page.problem = visit.t(if holders.is_empty() { "attach-nobody" } else { "attach-nothing" });
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let is_one = holders.len() * policies.len() == 1;
    let mut outcomes = Vec::new();
    for to in &holders {
        for policy in &policies {
            let refusal = match to.attach(visit, reference(policy)).await {
                Ok(()) => String::new(),
                Err(failure @ Failure::Core(Error::Denied { .. })) if is_one => return Err(failure),
                Err(Failure::Core(error)) => sentence(visit.lang, &error),
                Err(other) => return Err(other),
            };
            outcomes.push(Outcome { to: to.clone(), policy: (*policy).to_owned(), refusal });
        }
    }
    let page = Page::load(visit, &visit.form).await?;
    let done = Done { c: page.c, outcomes, back: page.back };
    let refused = done.refused();
    match (refused, is_one) {
        (0, true) => visit.go_with_news(&done.back, "news-attach-done", bare(policies.first().unwrap_or(&""))),
        (0, false) => visit.go_with_news(&done.back, "news-attach-several", &done.outcomes.len().to_string()),
        (_, _) if refused == done.outcomes.len() => visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &done),
        (_, _) => visit.page(&done),
    }
}

/// The name of a policy that a form calls so.
fn bare(policy: &str) -> &str {
    policy.strip_prefix("system:").unwrap_or(policy)
}
