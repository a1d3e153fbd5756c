//! Giving a user a password: one that is drawn, or one that is typed.

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::{Error, Result},
    hashing::Password,
    login_profiles::{self, Changes, Updated},
    once::Terms,
    passwords::NewPassword,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "user/password.html")]
struct Page {
    c: Chrome,
    name: String,
    base: String,
    once: String,
    /// Whether somebody thinks of one.
    typed: bool,
    password: Field,
    must_reset: bool,
    wrong: Vec<Field>,
    problem: String,
}

#[derive(Template)]
#[template(path = "user/password_shown.html")]
struct Shown {
    c: Chrome,
    name: String,
    base: String,
    link: String,
    /// `None` where it was shown before.
    password: Option<String>,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page { must_reset: true, ..Page::new(visit) })
}

/// Sets it; one that was drawn is shown, once. All sessions of the user end.
pub(crate) async fn set(visit: &Visit) -> Answer {
    let (name, typed) = (visit.part(0).to_owned(), Page::new(visit).typed);
    if typed && visit.form.get("password").is_empty() {
        let mut page = Page::new(visit);
        page.password.wrong(visit.t("keys-password-missing"));
        return page.again(visit);
    }
    let operation = match asked(visit, &name, typed) {
        Ok(operation) => operation,
        Err(error) => return Page::new(visit).blame(visit, &error),
    };
    match visit.run_on(operation, once(visit, typed)).await {
        Ok(Updated { generated: Some(password), .. }) => {
            visit.page(&Shown::new(visit, name, Some(password.expose().to_owned())))
        }
        Ok(_) => visit.go_with_news(&format!("{}/login", page_of(&name)), "news-user-password-set", &name),
        Err(Failure::Core(Error::RequestReplayed | Error::IdempotencyKeyReused)) => {
            visit.page_of(StatusCode::CONFLICT, &Shown::new(visit, name, None))
        }
        Err(Failure::Core(error @ (Error::Invalid { .. } | Error::WeakPassword { .. }))) => {
            Page::new(visit).blame(visit, &error)
        }
        Err(other) => Err(other),
    }
}

fn asked(visit: &Visit, name: &str, typed: bool) -> Result<login_profiles::Update> {
    let password =
        if typed { NewPassword::Typed(Password::parse(visit.form.get("password"))?) } else { NewPassword::Generated };
    let must_reset = Some(visit.form.has("reset"));
    login_profiles::Update::new(name.to_owned(), Changes { password: Some(password), must_reset, ..Changes::default() })
}

/// What is drawn is drawn once for each form that was shown.
fn once(visit: &Visit, typed: bool) -> Terms<Updated> {
    if typed {
        return Terms::default();
    }
    visit.once(&[b"password", visit.part(0).as_bytes()])
}

impl Page {
    fn new(visit: &Visit) -> Self {
        let name = visit.part(0).to_owned();
        Self {
            c: visit.chrome(Section::Users),
            base: page_of(&name),
            name,
            once: visit.draw_once(),
            typed: visit.form.get("pwm") == "type",
            password: Field { required: false, ..Field::password("password", "new-password") },
            must_reset: visit.form.has("reset"),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn blame(mut self, visit: &Visit, error: &Error) -> Answer {
        self.password.wrong(sentence(visit.lang, error));
        self.again(visit)
    }

    fn again(mut self, visit: &Visit) -> Answer {
        self.wrong = Field::wrong_ones([&self.password]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

impl Shown {
    fn new(visit: &Visit, name: String, password: Option<String>) -> Self {
        let account = visit.signed_in.as_ref().map(|who| &who.session);
        let account = account.map(|session| session.account_alias.clone().unwrap_or(session.account.to_string()));
        let link = visit.sign_in_link(&account.unwrap_or_default());
        Self { c: visit.chrome(Section::Users), base: page_of(&name), name, link, password }
    }
}
