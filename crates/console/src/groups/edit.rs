//! What a group is called, and what it is for.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::{Error, Result},
    groups::{self, Changes, Update},
    once::{Expected, Terms},
    values::{EntityName, Remarks},
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "groups/edit.html")]
struct Page {
    c: Chrome,
    /// What it is called now.
    present: String,
    base: String,
    /// When the group was last changed, as this form has seen it.
    version: i64,
    name: Field,
    remarks: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form, with what holds now.
pub(super) async fn show(visit: &Visit) -> Answer {
    let group = visit.ask(groups::Get { name: visit.part(0).to_owned() }).await?;
    visit.page(&Page::new(visit, group.updated.micros(), &group.name, &group.remarks))
}

/// Saves it, unless somebody else changed the group since.
pub(super) async fn edit(visit: &Visit) -> Answer {
    let version = visit.form.get("version").parse().unwrap_or_default();
    let again = |version| Page::new(visit, version, visit.form.get("name"), visit.form.get("remarks"));
    let to = match asked(visit) {
        Ok(to) => to,
        Err(error) => return again(version).again(visit, &error),
    };
    let terms = Terms { expected: Some(Expected::At(Timestamp::from_micros(version))), once: None };
    let name = visit.part(0).to_owned();
    match visit.run_on(Update { name: name.clone(), to }, terms).await {
        Ok(group) => visit.go_with_news(&page_of(&group.name), "news-group-saved", &group.name),
        Err(Failure::Core(error @ (Error::Invalid { .. } | Error::Exists { .. }))) => {
            again(version).again(visit, &error)
        }
        Err(Failure::Core(error @ Error::Stale)) => {
            // What is there now counts as seen from here on: saving again is a choice then.
            let version = visit.ask(groups::Get { name }).await?.updated.micros();
            again(version).again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

fn asked(visit: &Visit) -> Result<Changes> {
    Ok(Changes {
        name: Some(EntityName::parse(visit.form.get("name").trim())?),
        remarks: Some(Remarks::parse(visit.form.get("remarks").trim())?),
        ..Changes::default()
    })
}

impl Page {
    fn new(visit: &Visit, version: i64, name: &str, remarks: &str) -> Self {
        Self {
            c: visit.chrome(Section::Groups),
            present: visit.part(0).to_owned(),
            base: page_of(visit.part(0)),
            version,
            name: Field::plain("name", name).required(),
            remarks: Field::text("remarks", remarks),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "remarks" | "description", .. } => self.remarks.wrong(told),
            Error::Invalid { .. } | Error::Exists { .. } => self.name.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.name, &self.remarks]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
