//! Add authorisation: a policy for a user or a group, with the side filled in from which one comes.

use askama::Template;
use hyper::StatusCode;
use iam::{
    attachments::{Attach, OfGroup, OfUser},
    error::Error,
    policies::{PolicyRef, Scope},
};

use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, segment},
    routes::Route,
    visit::{Answer, Visit},
};

pub(crate) const ROUTES: &[Route] =
    &[Route::get("/attach", |visit| Box::pin(show(visit))), Route::post("/attach", |visit| Box::pin(attach(visit)))];

#[derive(Template)]
#[template(path = "attach/show.html")]
struct Page {
    c: Chrome,
    to_group: bool,
    policy: Field,
    holder: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form; for a user, the page on which all policies can be chosen for it.
async fn show(visit: &Visit) -> Answer {
    match visit.query.filled("user") {
        Some(user) => visit.go(&format!("/users/{}/authorise", segment(user))),
        None => visit.page(&Page::new(visit, visit.query.get("policy"), visit.query.get("group"))),
    }
}

/// Attaches it, and goes on to who holds it now.
async fn attach(visit: &Visit) -> Answer {
    let (name, holder) = (visit.form.get("policy").trim(), visit.form.get("holder").trim().to_owned());
    let policy = PolicyRef::Name { scope: Scope::Any, name: name.to_owned() };
    let (done, page) = if visit.form.get("to") == "group" {
        let page = crate::groups::page_of(&holder);
        (visit.run(Attach { holder: OfGroup(holder.clone()), policy }).await, page)
    } else {
        let page = format!("/users/{}/permissions", segment(&holder));
        (visit.run(Attach { holder: OfUser(holder.clone()), policy }).await, page)
    };
    match done {
        Ok(()) => visit.go_with_news(&page, "news-attach-done", name),
        Err(Failure::Core(error @ (Error::NotFound { .. } | Error::LimitExceeded { .. } | Error::Invalid { .. }))) => {
            Page::new(visit, name, &holder).again(visit, &error)
        }
        Err(failure) => Err(failure),
    }
}

impl Page {
    fn new(visit: &Visit, policy: &str, holder: &str) -> Self {
        Self {
            c: visit.chrome(Section::Policies),
            to_group: visit.form.get("to") == "group" || visit.query.has("group"),
            policy: Field::plain("policy", policy).required(),
            holder: Field::plain("holder", holder).required(),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::NotFound { noun: iam::error::Noun::Policy, .. } => self.policy.wrong(told),
            Error::NotFound { .. } => self.holder.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.policy, &self.holder]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
