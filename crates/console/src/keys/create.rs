//! A new access key: who asks proves once more who that is, and sees the secret once.

use askama::Template;
use hyper::StatusCode;
use iam::{access_keys, action::Action, error::Error};

use super::{Setup, Whose, proof};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "keys/create.html")]
struct Page<'a> {
    c: Chrome,
    whose: &'a Whose,
    action: &'static str,
    administrator: bool,
    /// From which address whoever is signed in asks.
    source: String,
    once: String,
    password: Field,
    wrong: Vec<Field>,
    problem: String,
}

#[derive(Template)]
#[template(path = "keys/created.html")]
struct Created<'a> {
    c: Chrome,
    whose: &'a Whose,
    id: String,
    secret: String,
    setup: Setup,
}

/// What a page shows that would show a secret once more.
#[derive(Template)]
#[template(path = "keys/shown.html")]
pub(super) struct Shown<'a> {
    pub(super) c: Chrome,
    pub(super) whose: &'a Whose,
    /// Where another one is made.
    pub(super) again: String,
}

/// The form.
pub(crate) async fn show(visit: &Visit, whose: &Whose) -> Answer {
    visit.page(&Page::new(visit, whose)?)
}

/// Makes it, and shows its secret.
pub(crate) async fn create(visit: &Visit, whose: &Whose) -> Answer {
    let operation = access_keys::Create { owner: whose.owner.clone() };
    match proof::run(visit, operation, &[b"access key", whose.name.as_bytes()]).await {
        Ok(minted) => {
            let (id, secret) = (minted.key.id.to_string(), minted.secret.expose().to_owned());
            let setup = Setup::new(visit.site.url(), &id, &secret);
            visit.page(&Created { c: visit.chrome(whose.section()), whose, id, secret, setup })
        }
        Err(Failure::Core(Error::RequestReplayed | Error::IdempotencyKeyReused)) => {
            let again = format!("{}/new", whose.list());
            visit.page_of(StatusCode::CONFLICT, &Shown { c: visit.chrome(whose.section()), whose, again })
        }
        Err(Failure::Core(
            error @ (Error::StepUp { .. }
            | Error::Invalid { .. }
            | Error::LimitExceeded { .. }
            | Error::RateLimited { .. }),
        )) => Page::new(visit, whose)?.again(visit, &error),
        Err(other) => Err(other),
    }
}

impl<'a> Page<'a> {
    fn new(visit: &Visit, whose: &'a Whose) -> Result<Self, Failure> {
        Ok(Self {
            c: visit.chrome(whose.section()),
            whose,
            action: Action::CreateAccessKey.row().name,
            administrator: whose.administers(visit)?,
            source: visit.origin().source,
            once: visit.draw_once(),
            password: Field::password("password", "current-password"),
            wrong: Vec::new(),
            problem: String::new(),
        })
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        match error {
            Error::StepUp { .. } => self.password.wrong(visit.t("keys-password-missing")),
            Error::Invalid { .. } => self.password.wrong(visit.t("keys-wrong-password")),
            _ => self.problem = sentence(visit.lang, error),
        }
        self.wrong = Field::wrong_ones([&self.password]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

impl Whose {
    /// The line of the rail under which their pages stand.
    pub(super) fn section(&self) -> Section {
        if self.base.starts_with("/users/") { Section::Users } else { Section::None }
    }
}
