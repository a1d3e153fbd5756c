//! A user's basic information.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::{Error, Result},
    once::{Expected, Terms},
    users::{self, Changes, Update, User},
    values::{DisplayName, Email, EntityName, EntityPath, Mobile, Remarks},
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, Form},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "user/edit.html")]
struct Page {
    c: Chrome,
    title: String,
    base: String,
    /// When the user was last changed, as this form has seen it.
    version: i64,
    name: Field,
    display_name: Field,
    path: Field,
    mobile: Field,
    email: Field,
    remarks: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form, with what holds now.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let user = visit.ask(users::Get { name: visit.part(0).to_owned() }).await?.user;
    visit.page(&Page::new(visit, &user.name, user.updated.micros(), &values(&user)))
}

/// Saves it, unless somebody else changed the user since.
pub(crate) async fn edit(visit: &Visit) -> Answer {
    let name = visit.part(0);
    let version = visit.form.get("version").parse().unwrap_or_default();
    let again = || Page::new(visit, name, version, &visit.form);
    let to = match asked(&visit.form) {
        Ok(to) => to,
        Err(error) => return again().again(visit, &error),
    };
    let terms = Terms { expected: Some(Expected::At(Timestamp::from_micros(version))), once: None };
    let operation = Update { name: name.to_owned(), to };
    match visit.run_on(operation, terms).await {
        Ok(user) => visit.go_with_news(&page_of(&user.name), "news-user-saved", &user.name),
        Err(Failure::Core(error @ (Error::Invalid { .. } | Error::Exists { .. }))) => again().again(visit, &error),
        Err(Failure::Core(error @ Error::Stale)) => {
            // What is there now counts as seen from here on: saving again is a choice then.
            let user = visit.ask(users::Get { name: name.to_owned() }).await?.user;
            let mut page = Page::new(visit, name, user.updated.micros(), &visit.form);
            page.compare(&user);
            page.again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

fn values(user: &User) -> Form {
    let empty = String::new();
    Form::of([
        ("name", user.name.as_str()),
        ("display_name", &user.display_name),
        ("path", &user.path),
        ("mobile", user.mobile.as_ref().unwrap_or(&empty)),
        ("email", user.email.as_ref().unwrap_or(&empty)),
        ("remarks", &user.remarks),
    ])
}

fn asked(form: &Form) -> Result<Changes> {
    Ok(Changes {
        name: Some(EntityName::parse(form.get("name").trim())?),
        display_name: Some(DisplayName::parse(form.get("display_name").trim())?),
        path: form.filled("path").map(EntityPath::parse).transpose()?,
        mobile: Some(form.filled("mobile").map(Mobile::parse).transpose()?),
        email: Some(form.filled("email").map(Email::parse).transpose()?),
        remarks: Some(Remarks::parse(form.get("remarks").trim())?),
        ..Changes::default()
    })
}

impl Page {
    fn new(visit: &Visit, user: &str, version: i64, values: &Form) -> Self {
        Self {
            c: visit.chrome(Section::Users),
            title: visit.lang.say("user-edit-of", &[("name", user.into())]),
            base: page_of(user),
            version,
            name: Field::plain("name", values.get("name")).required(),
            display_name: Field::text("display_name", values.get("display_name")),
            path: Field::plain("path", values.get("path")),
            mobile: Field::text("mobile", values.get("mobile")).kind("tel"),
            email: Field::text("email", values.get("email")).kind("email"),
            remarks: Field::text("remarks", values.get("remarks")),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn fields(&mut self) -> [&mut Field; 6] {
        let Self { name, display_name, path, mobile, email, remarks, .. } = self;
        [name, display_name, path, mobile, email, remarks]
    }

    /// Says at each field what stands there now, where that is something else.
    fn compare(&mut self, user: &User) {
        let now = values(user);
        let lang = self.c.lang;
        for field in self.fields() {
            let theirs = now.get(&field.name);
            if theirs != field.value.trim() {
                field.wrong(lang.say("user-edit-now", &[("value", theirs.into())]));
            }
        }
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        let name = match error {
            Error::Invalid { field: "display name", .. } => "display_name",
            Error::Invalid { field: "path", .. } => "path",
            Error::Invalid { field: "mobile", .. } => "mobile",
            Error::Invalid { field: "e-mail", .. } => "email",
            Error::Invalid { field: "description", .. } => "remarks",
            Error::Invalid { .. } | Error::Exists { .. } => "name",
            _ => "",
        };
        let blamed = self.fields().into_iter().find(|field| field.name == name);
        if let Some(field) = blamed {
            field.wrong(told);
        } else {
            self.problem = told;
        }
        let Self { name, display_name, path, mobile, email, remarks, .. } = &self;
        self.wrong = Field::wrong_ones([name, display_name, path, mobile, email, remarks]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
