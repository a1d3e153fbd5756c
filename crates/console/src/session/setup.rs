//! The first run: one link makes the account, its root user and the first administrator, once.

use std::time::Duration;

use askama::Template;
use hyper::StatusCode;
use iam::{
    accounts::{Alias, NewRootLogin},
    error::Error,
    hashing::Password,
    sign_in::FirstRun,
    values::{DisplayName, Email, EntityName},
};

use super::sign_in::with_session;
use crate::{
    chrome::{Chrome, Section},
    cookies,
    failure::sentence,
    form::Field,
    reply,
    text::Lang,
    visit::{Answer, Visit},
};

/// How long the link's token is kept by the browser: as long as the link is good.
const LINK_AGE: Duration = Duration::from_mins(15);

#[derive(Template)]
#[template(path = "session/setup.html")]
struct Page {
    c: Chrome,
    name: Field,
    alias: Field,
    email: Field,
    root_password: Field,
    admin: Field,
    admin_password: Field,
    /// Whether the administrator's password is typed; else it is made.
    typed: bool,
    wrong: Vec<Field>,
    problem: String,
}

#[derive(Template)]
#[template(path = "session/setup_over.html")]
struct Over {
    c: Chrome,
}

#[derive(Template)]
#[template(path = "session/setup_done.html")]
struct Done {
    c: Chrome,
    admin: String,
    password: String,
    link: String,
}

/// Moves the token out of the address, where it would be kept in histories (SEC-047). Looking at it uses nothing up.
pub(crate) async fn take_token(visit: &Visit) -> Answer {
    let token = visit.part(0);
    let plain = !token.is_empty()
        && token.len() <= 128
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let reply = reply::see_other("/setup");
    if !plain {
        return Ok(reply);
    }
    Ok(reply::with_cookie(reply, &cookies::set(&visit.site, cookies::LINK, token, Some(LINK_AGE))))
}

/// The form, while the link is good.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let token = visit.cookie(cookies::LINK).unwrap_or_default();
    if token.is_empty() || !visit.iam.is_setup_link(token).await? {
        return visit.page_of(StatusCode::NOT_FOUND, &Over { c: visit.chrome(Section::None) });
    }
    visit.page(&Page::new(visit))
}

/// Makes the account, and leaves its administrator signed in.
pub(crate) async fn set_up(visit: &Visit) -> Answer {
    let token = visit.cookie(cookies::LINK).unwrap_or_default();
    let mut page = Page::new(visit);
    let Some(first) = page.read(visit) else { return page.again(visit) };
    match visit.iam.first_run(token, first, visit.origin()).await {
        Ok(done) => {
            let reply = match done.password {
                None => visit.go("/")?,
                Some(password) => visit.page(&Done {
                    c: visit.chrome(Section::None),
                    admin: page.admin.value.clone(),
                    password: password.expose().to_owned(),
                    link: format!("{}/signin/{}", visit.site.url(), page.alias.value),
                })?,
            };
            let reply = with_session(visit, reply, &done.signed_in);
            Ok(reply::with_cookie(reply, &cookies::clear(&visit.site, cookies::LINK)))
        }
        Err(Error::Unauthenticated | Error::InUse { .. }) => {
            visit.page_of(StatusCode::NOT_FOUND, &Over { c: visit.chrome(Section::None) })
        }
        Err(error @ (Error::Invalid { .. } | Error::WeakPassword { .. } | Error::Exists { .. })) => {
            page.problem = sentence(visit.lang, &error);
            page.again(visit)
        }
        Err(error) => Err(error.into()),
    }
}

/// What was read, or what is wrong with it, said at the field.
fn read<T>(lang: Lang, field: &mut Field, parsed: iam::error::Result<T>) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            field.wrong(sentence(lang, &error));
            None
        }
    }
}

impl Page {
    fn new(visit: &Visit) -> Self {
        let typed = |name: &str| visit.form.get(name).trim().to_owned();
        Self {
            c: visit.chrome(Section::None),
            name: Field::text("name", typed("name")).required().complete("organization"),
            alias: Field::plain("alias", typed("alias")).required(),
            email: Field::text("email", typed("email")).required().kind("email").complete("email"),
            root_password: Field::password("rootpw", "new-password"),
            admin: Field::plain("admin", typed("admin")).required().complete("username"),
            admin_password: Field { required: false, ..Field::password("adminpw", "new-password") },
            typed: visit.form.get("pwm") == "type",
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn wrong(&self) -> Vec<Field> {
        let Self { name, alias, email, root_password, admin, admin_password, .. } = self;
        Field::wrong_ones([name, alias, email, root_password, admin, admin_password])
    }

    /// What the form says; `None` where a field cannot be taken, which then says why.
    fn read(&mut self, visit: &Visit) -> Option<FirstRun> {
        let (form, lang) = (&visit.form, visit.lang);
        let password = self.typed.then(|| read(lang, &mut self.admin_password, Password::parse(form.get("adminpw"))));
        let account_name = read(lang, &mut self.name, DisplayName::parse(form.get("name").trim()));
        let alias = read(lang, &mut self.alias, Alias::parse(form.get("alias").trim()));
        let email = read(lang, &mut self.email, Email::parse(form.get("email").trim()));
        let root = read(lang, &mut self.root_password, Password::parse(form.get("rootpw")));
        let administrator = read(lang, &mut self.admin, EntityName::parse(form.get("admin").trim()));
        let password = match password {
            None => None,
            Some(typed) => Some(typed?),
        };
        let root = NewRootLogin { account_name: account_name?, email: email?, password: root? };
        Some(FirstRun { root, alias: Some(alias?), administrator: administrator?, password })
    }

    fn again(mut self, visit: &Visit) -> Answer {
        self.wrong = self.wrong();
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
