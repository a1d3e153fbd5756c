//! A new password of one's own: by choice, or since one must be set before anything else.

use askama::Template;
use base::secret::SecretText;
use hyper::StatusCode;
use iam::{error::Error, hashing::Password};

use super::sign_in::with_session;
use crate::{
    chrome::{Chrome, Section},
    failure::sentence,
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "session/new_password.html")]
struct Page {
    c: Chrome,
    must: bool,
    current: Field,
    new: Field,
    again: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::new(visit)?)
}

/// Sets it. All other sessions end, and this one goes on under a new token.
pub(crate) async fn set(visit: &Visit) -> Answer {
    let (form, mut page) = (&visit.form, Page::new(visit)?);
    if form.get("new") != form.get("again") {
        page.again.wrong(visit.t("new-password-differs"));
        return page.again(visit);
    }
    let new = match Password::parse(form.get("new")) {
        Ok(new) => new,
        Err(error) => {
            page.new.wrong(sentence(visit.lang, &error));
            return page.again(visit);
        }
    };
    let current = SecretText::new(form.get("current").to_owned());
    match visit.iam.change_own_password(visit.caller()?, current, new).await {
        Ok(signed_in) => {
            let reply = visit.go_with_news("/", "news-password-set", "")?;
            Ok(signed_in.iter().fold(reply, |reply, signed_in| with_session(visit, reply, signed_in)))
        }
        Err(error @ (Error::Invalid { field: "new password", .. } | Error::WeakPassword { .. })) => {
            page.new.wrong(sentence(visit.lang, &error));
            page.again(visit)
        }
        Err(error @ Error::Invalid { .. }) => {
            page.current.wrong(sentence(visit.lang, &error));
            page.again(visit)
        }
        Err(error) => Err(error.into()),
    }
}

impl Page {
    fn new(visit: &Visit) -> Result<Self, crate::failure::Failure> {
        Ok(Self {
            c: visit.chrome(Section::None),
            must: visit.session()?.must_reset,
            current: Field::password("current", "current-password"),
            new: Field::password("new", "new-password"),
            again: Field::password("again", "new-password"),
            wrong: Vec::new(),
            problem: String::new(),
        })
    }

    fn again(mut self, visit: &Visit) -> Answer {
        self.wrong = Field::wrong_ones([&self.current, &self.new, &self.again]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
