//! The form, and the answer below it.

use askama::Template;
use decide::check::Decision;

use super::{
    question::{Asked, Told, Unclear},
    words::{self, Change, Statement},
};
use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "explain/show.html")]
struct Page {
    c: Chrome,
    principal: Field,
    action: Field,
    resource: Field,
    address: Field,
    answer: Option<Shown>,
}

/// The answer as it is shown.
struct Shown {
    allowed: bool,
    title: String,
    text: String,
    statements: Vec<Statement>,
    nearest: Option<String>,
    changes: Vec<Change>,
    revision: i64,
}

/// The page; with an answer where something is asked.
pub(super) async fn show(visit: &Visit) -> Answer {
    let asked = Asked::of(visit);
    let mut page = Page::new(visit, &asked)?;
    if asked.is_complete() {
        match asked.answer(visit).await? {
            Ok(told) => page.answer = Some(Shown::new(visit, &asked, &told)?),
            Err(Unclear(name, message)) => {
                let mut fields = [&mut page.principal, &mut page.action, &mut page.resource, &mut page.address];
                if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
                    field.wrong(visit.t(message));
                }
            }
        }
    }
    visit.page(&page)
}

impl Page {
    fn new(visit: &Visit, asked: &Asked) -> Result<Self, Failure> {
        let own = if asked.principal.is_empty() { &visit.session()?.user_name } else { &asked.principal };
        Ok(Self {
            c: visit.chrome(Section::Explain),
            principal: Field::plain("principal", own.as_str()).required(),
            action: Field::plain("action", asked.action.as_str()).required(),
            resource: Field::plain("resource", asked.resource.as_str()),
            address: Field::plain("address", asked.address.as_str()),
            answer: None,
        })
    }
}

impl Shown {
    fn new(visit: &Visit, asked: &Asked, told: &Told) -> Result<Self, Failure> {
        let reasons = &told.reasons;
        let (allowed, title, text) = match reasons.decision {
            Decision::Allow if reasons.statements.is_empty() => (true, "explain-allowed", "explain-allowed-root"),
            Decision::Allow => (true, "explain-allowed", "explain-allowed-text"),
            Decision::ExplicitDeny => (false, "explain-denied", "explain-denied-explicit"),
            Decision::ImplicitDeny if reasons.overloaded => (false, "explain-denied", "explain-denied-overloaded"),
            Decision::ImplicitDeny => (false, "explain-denied", "explain-denied-implicit"),
        };
        let snapshot = visit.iam.snapshot()?;
        Ok(Self {
            allowed,
            title: visit.t(title),
            text: visit.t(text),
            statements: reasons.statements.iter().map(Statement::from).collect(),
            nearest: reasons.missing.as_ref().map(|near| words::nearest(visit, near)),
            changes: words::changes(visit, &told.steps, &snapshot.system.catalogue, &asked.principal)?,
            revision: told.revision,
        })
    }
}
