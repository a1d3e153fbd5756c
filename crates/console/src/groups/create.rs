//! A new group.

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::Error,
    groups,
    values::{EntityName, EntityPath, Remarks},
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::sentence,
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "groups/create.html")]
struct Page {
    c: Chrome,
    name: Field,
    remarks: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::new(visit))
}

/// Makes it, and goes on to its page.
pub(crate) async fn create(visit: &Visit) -> Answer {
    match asked(visit) {
        Ok(operation) => match visit.iam.change(visit.caller()?, operation).await {
            Ok(group) => visit.go_with_news(&page_of(&group.name), "news-group-created", &group.name),
            Err(error @ (Error::Invalid { .. } | Error::Exists { .. } | Error::LimitExceeded { .. })) => {
                Page::new(visit).again(visit, &error)
            }
            Err(error) => Err(error.into()),
        },
        Err(error) => Page::new(visit).again(visit, &error),
    }
}

fn asked(visit: &Visit) -> iam::error::Result<groups::Create> {
    Ok(groups::Create {
        name: EntityName::parse(visit.form.get("name").trim())?,
        path: EntityPath::default(),
        remarks: Remarks::parse(visit.form.get("remarks").trim())?,
    })
}

impl Page {
    fn new(visit: &Visit) -> Self {
        Self {
            c: visit.chrome(Section::Groups),
            name: Field::plain("name", visit.form.get("name")).required(),
            remarks: Field::text("remarks", visit.form.get("remarks")),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "remarks", .. } => self.remarks.wrong(told),
            Error::Invalid { .. } | Error::Exists { .. } => self.name.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.name, &self.remarks]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
