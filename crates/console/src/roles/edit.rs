//! What a role is called, what it is for, and how long its sessions may last.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::{Error, Result},
    once::{Expected, Terms},
    roles::{self, Changes, MaxSession, Role, Update},
    values::{EntityName, Remarks},
};

use super::{head::span, page_of};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, Form},
    text::Lang,
    visit::{Answer, Visit},
};

/// Lengths of sessions that are offered, in seconds.
const LENGTHS: [u32; 5] = [3_600, 7_200, 14_400, 28_800, 43_200];

#[derive(Template)]
#[template(path = "roles/edit.html")]
struct Page {
    c: Chrome,
    title: String,
    base: String,
    /// When the role was last changed, as this form has seen it.
    version: i64,
    name: Field,
    description: Field,
    lengths: Vec<Length>,
    wrong: Vec<Field>,
    problem: String,
}

/// A length of sessions that can be chosen.
pub(crate) struct Length {
    pub(crate) seconds: u32,
    /// In words.
    pub(crate) words: String,
    pub(crate) is_chosen: bool,
}

/// The lengths that can be chosen, where `chosen` is: what is offered, and that one.
pub(crate) fn lengths(lang: Lang, chosen: u32) -> Vec<Length> {
    let mut all: Vec<u32> = LENGTHS.into_iter().chain([chosen]).collect();
    all.sort_unstable();
    all.dedup();
    let length = |seconds| Length { seconds, words: span(lang, seconds), is_chosen: seconds == chosen };
    all.into_iter().map(length).collect()
}

/// The length that a form chose. Errors: `Invalid` where it is none.
pub(crate) fn chosen_length(form: &Form) -> Result<MaxSession> {
    MaxSession::from_seconds(form.get("max_session").parse().unwrap_or_default())
}

/// The form, with what holds now.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let role = found(visit).await?;
    visit.page(&Page::new(visit, &role.name, role.updated.micros(), &values(&role)))
}

/// Saves it, unless somebody else changed the role since.
pub(crate) async fn edit(visit: &Visit) -> Answer {
    let name = visit.part(0);
    let version = visit.form.get("version").parse().unwrap_or_default();
    let again = |version| Page::new(visit, name, version, &visit.form);
    let to = match asked(&visit.form) {
        Ok(to) => to,
        Err(error) => return again(version).again(visit, &error),
    };
    let terms = Terms { expected: Some(Expected::At(Timestamp::from_micros(version))), once: None };
    match visit.run_on(Update { name: name.to_owned(), to }, terms).await {
        Ok(role) => visit.go_with_news(&page_of(&role.name), "news-role-saved", &role.name),
        Err(Failure::Core(error @ (Error::Invalid { .. } | Error::Exists { .. }))) => {
            again(version).again(visit, &error)
        }
        Err(Failure::Core(error @ Error::Stale)) => {
            // What is there now counts as seen from here on: saving again is a choice then.
            let version = found(visit).await?.updated.micros();
            again(version).again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

async fn found(visit: &Visit) -> std::result::Result<Role, Failure> {
    Ok(visit.ask(roles::Get { name: visit.part(0).to_owned() }).await?.role)
}

fn values(role: &Role) -> Form {
    let seconds = role.max_session.seconds().to_string();
    Form::of([("name", role.name.as_str()), ("description", &role.description), ("max_session", &seconds)])
}

fn asked(form: &Form) -> Result<Changes> {
    Ok(Changes {
        name: Some(EntityName::parse(form.get("name").trim())?),
        description: Some(Remarks::parse(form.get("description").trim())?),
        max_session: Some(chosen_length(form)?),
        ..Changes::default()
    })
}

impl Page {
    fn new(visit: &Visit, role: &str, version: i64, values: &Form) -> Self {
        let chosen = values.get("max_session").parse().unwrap_or(LENGTHS[0]);
        Self {
            c: visit.chrome(Section::Roles),
            title: visit.lang.say("roles-edit-title", &[("name", role.into())]),
            base: page_of(role),
            version,
            name: Field::plain("name", values.get("name")).required(),
            description: Field::text("description", values.get("description")),
            lengths: lengths(visit.lang, chosen),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "remarks" | "description", .. } => self.description.wrong(told),
            Error::Invalid { field: "name", .. } | Error::Exists { .. } => self.name.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.name, &self.description]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_is_none_of_those_offered_can_be_kept() {
        let all = lengths(Lang::En, 5_400);
        assert_eq!(all.iter().map(|length| length.seconds).take(3).collect::<Vec<_>>(), [3_600, 5_400, 7_200]);
        assert_eq!(all.iter().filter(|length| length.is_chosen).count(), 1);
        assert_eq!(lengths(Lang::En, 3_600).len(), LENGTHS.len());
    }
}
