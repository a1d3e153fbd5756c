//! A new password of one's own: by choice, or since one must be set before anything else.

use askama::Template;
use base::secret::SecretText;
use hyper::StatusCode;
use iam::{
    error::Error,
    hashing::Password,
    passwords::{Broken, Class, GetOwnRules, OwnRules},
};

use super::sign_in::with_session;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    text::{Lang, Value},
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
    rules: Vec<Rule>,
    wrong: Vec<Field>,
    problem: String,
}

/// The rules alone, for whoever types.
#[derive(Template)]
#[template(path = "session/password_rules.html")]
struct Rules {
    c: Chrome,
    rules: Vec<Rule>,
}

/// One of the account's rules, and whether the password keeps it.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    text: String,
    /// `None` where that is not known yet.
    kept: Option<bool>,
}

/// The form, with the account's rules.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::new(visit).await?)
}

/// Which rules the password keeps that is typed.
pub(crate) async fn check(visit: &Visit) -> Answer {
    let rules = visit.ask(GetOwnRules).await?;
    visit.page(&Rules { c: visit.chrome(Section::None), rules: rules_of(visit.lang, &rules, visit.form.get("new")) })
}

/// What a password must be, each with whether `typed` is so.
fn rules_of(lang: Lang, rules: &OwnRules, typed: &str) -> Vec<Rule> {
    let (settings, broken) = (&rules.settings, rules.check(typed));
    let broken = |is: fn(&Broken) -> bool| broken.iter().any(is);
    let rule = |text: String, is_broken: bool| Rule { text, kept: (!typed.is_empty()).then_some(!is_broken) };
    let least = usize::from(settings.min_length).max(Password::MIN);
    let size = [("least", Value::from(least)), ("most", Value::from(Password::MAX))];
    let is_size = |broken: &Broken| matches!(broken, Broken::TooShort { .. } | Broken::TooLong { .. });
    let mut told = vec![rule(lang.say("new-password-rule-size", &size), broken(is_size))];
    for class in &settings.classes {
        let (id, is_broken) = match class {
            Class::Upper => ("new-password-rule-upper", broken(|broken| *broken == Broken::Lacks(Class::Upper))),
            Class::Lower => ("new-password-rule-lower", broken(|broken| *broken == Broken::Lacks(Class::Lower))),
            Class::Digit => ("new-password-rule-digit", broken(|broken| *broken == Broken::Lacks(Class::Digit))),
            Class::Special => ("new-password-rule-special", broken(|broken| *broken == Broken::Lacks(Class::Special))),
        };
        told.push(rule(lang.say(id, &[]), is_broken));
    }
    told.push(rule(lang.say("new-password-rule-common", &[]), broken(|broken| *broken == Broken::Common)));
    told.push(rule(lang.say("new-password-rule-name", &[]), broken(|broken| *broken == Broken::Name)));
    if settings.history > 0 {
        // That is told when it is set: to look takes as long as hashing does.
        let last = [("n", Value::from(u32::from(settings.history)))];
        told.push(Rule { text: lang.say("new-password-rule-used", &last), kept: None });
    }
    told
}

/// Sets it. All other sessions end, and this one goes on under a new token.
pub(crate) async fn set(visit: &Visit) -> Answer {
    let (form, mut page) = (&visit.form, Page::new(visit).await?);
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
    async fn new(visit: &Visit) -> Result<Self, Failure> {
        let rules = visit.ask(GetOwnRules).await?;
        Ok(Self {
            c: visit.chrome(Section::None),
            must: visit.session()?.must_reset,
            current: Field::password("current", "current-password"),
            new: Field::password("new", "new-password"),
            again: Field::password("again", "new-password"),
            rules: rules_of(visit.lang, &rules, ""),
            wrong: Vec::new(),
            problem: String::new(),
        })
    }

    fn again(mut self, visit: &Visit) -> Answer {
        self.wrong = Field::wrong_ones([&self.current, &self.new, &self.again]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
