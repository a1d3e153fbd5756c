//! What a policy is called and what it is for.

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::{Error, Result},
    policies::{Changes, Update},
    values::{EntityName, Remarks},
};

use super::{
    about::{About, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::sentence,
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "policies/edit.html")]
struct Page {
    c: Chrome,
    about: About,
    name: Field,
    description: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Overview).await?;
    let (name, description) = (about.policy.name.clone(), about.policy.description.clone());
    visit.page(&Page::new(visit, about, &name, &description))
}

/// Changes it.
pub(crate) async fn post(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Overview).await?;
    let changed = match asked(visit) {
        Ok(to) => visit.iam.change(visit.caller()?, Update { policy: about.reference(), to }).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(policy) => visit.go_with_news(&page_of(&policy), "news-policy-changed", &policy.name),
        Err(error @ (Error::Invalid { .. } | Error::Exists { .. })) => {
            let mut page = Page::new(visit, about, visit.form.get("name"), visit.form.get("description"));
            match &error {
                Error::Invalid { field: "remarks" | "description", .. } => {
                    page.description.wrong(sentence(visit.lang, &error));
                }
                _ => page.name.wrong(sentence(visit.lang, &error)),
            }
            page.wrong = Field::wrong_ones([&page.name, &page.description]);
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

fn asked(visit: &Visit) -> Result<Changes> {
    Ok(Changes {
        name: Some(EntityName::parse(visit.form.get("name").trim())?),
        description: Some(Remarks::parse(visit.form.get("description").trim())?),
        ..Changes::default()
    })
}

impl Page {
    fn new(visit: &Visit, about: About, name: &str, description: &str) -> Self {
        Self {
            c: visit.chrome(Section::Policies),
            about,
            name: Field::plain("name", name).required(),
            description: Field::text("description", description),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }
}
