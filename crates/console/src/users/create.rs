//! A new user, with its ways in, its groups and its policies, in one step.

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::Error,
    hashing::Password,
    passwords::NewPassword,
    policies::{PolicyRef, Scope},
    users::{Console, CreateWhole, Parts, Profile, Whole},
    values::{DisplayName, Email, EntityName, Mobile, Remarks},
};

use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, segment},
    keys::{Setup, proof},
    text::Lang,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "users/create.html")]
struct Page {
    c: Chrome,
    fields: Fields,
    /// Whether it may sign in, whether its password is typed, whether it must set another, whether it gets a key, and
    /// whether it is an administrator.
    ticks: Ticks,
    once: String,
    wrong: Vec<Field>,
    problem: String,
}

struct Fields {
    name: Field,
    display_name: Field,
    email: Field,
    mobile: Field,
    remarks: Field,
    typed_password: Field,
    groups: Field,
    policies: Field,
    own_password: Field,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a box in the form")]
struct Ticks {
    console: bool,
    typed: bool,
    must_reset: bool,
    access_key: bool,
    administrator: bool,
}

#[derive(Template)]
#[template(path = "users/created.html")]
struct Created {
    c: Chrome,
    name: String,
    href: String,
    link: String,
    password: Option<String>,
    key: Option<(String, String)>,
    setup: Option<Setup>,
}

#[derive(Template)]
#[template(path = "users/created_before.html")]
struct Before {
    c: Chrome,
}

/// The form.
pub(super) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::new(visit))
}

/// Makes the user, and shows what is secret of it once.
pub(super) async fn create(visit: &Visit) -> Answer {
    let mut page = Page::new(visit);
    let Some(parts) = page.read(visit) else { return page.again(visit) };
    let name = parts.profile.name.as_str().to_owned();
    let made = proof::run_made(visit, || CreateWhole::new(parts.clone()), &[b"user", &visit.received.body]).await;
    match made {
        Ok(whole) if whole.has_secret() => visit.page(&Created::new(visit, &whole)?),
        Ok(_) => visit.go_with_news(&format!("/users/{}", segment(&name)), "news-user-created", &name),
        Err(Failure::Core(Error::RequestReplayed | Error::IdempotencyKeyReused)) => {
            visit.page_of(StatusCode::CONFLICT, &Before { c: visit.chrome(Section::Users) })
        }
        Err(Failure::Core(error)) if !matches!(error, Error::Denied { .. } | Error::Internal(_)) => {
            page.blame(visit, &error);
            page.again(visit)
        }
        Err(failure) => Err(failure),
    }
}

/// What was read, or what is wrong with it, said at the field.
fn read<T>(lang: Lang, field: &mut Field, parsed: iam::error::Result<T>) -> Option<T> {
    parsed.map_err(|error| field.wrong(sentence(lang, &error))).ok()
}

/// Names with commas between.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

impl Page {
    fn new(visit: &Visit) -> Self {
        let (form, is_fresh) = (&visit.form, visit.received.method != "POST");
        let text = |name| Field::text(name, form.get(name));
        Self {
            c: visit.chrome(Section::Users),
            fields: Fields {
                name: Field::plain("name", form.get("name")).required(),
                display_name: text("display_name"),
                email: text("email").kind("email"),
                mobile: text("mobile").kind("tel"),
                remarks: text("remarks"),
                typed_password: Field { required: false, ..Field::password("typed_password", "new-password") },
                groups: Field::plain("groups", form.get("groups")),
                policies: Field::plain("policies", form.get("policies")),
                own_password: Field { required: false, ..Field::password("password", "current-password") },
            },
            ticks: Ticks {
                console: is_fresh || form.has("console"),
                typed: form.get("pwm") == "type",
                must_reset: is_fresh || form.has("must_reset"),
                access_key: form.has("access_key"),
                administrator: form.has("administrator"),
            },
            once: visit.draw_once(),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    /// What the form says; `None` where a field cannot be taken, which then says why.
    fn read(&mut self, visit: &Visit) -> Option<Parts> {
        let (form, lang, fields) = (&visit.form, visit.lang, &mut self.fields);
        let name = read(lang, &mut fields.name, EntityName::parse(form.get("name").trim()));
        let display_name = read(lang, &mut fields.display_name, DisplayName::parse(form.get("display_name").trim()));
        let remarks = read(lang, &mut fields.remarks, Remarks::parse(form.get("remarks").trim()));
        let email = read(lang, &mut fields.email, form.filled("email").map(Email::parse).transpose());
        let mobile = read(lang, &mut fields.mobile, form.filled("mobile").map(Mobile::parse).transpose());
        let password = match (self.ticks.console, self.ticks.typed) {
            (false, _) => Some(None),
            (true, false) => Some(Some(NewPassword::Generated)),
            (true, true) => {
                let typed = read(lang, &mut fields.typed_password, Password::parse(form.get("typed_password")));
                typed.map(|typed| Some(NewPassword::Typed(typed)))
            }
        };
        let mut profile = Profile::new(name?);
        (profile.display_name, profile.remarks) = (display_name?, remarks?);
        (profile.email, profile.mobile) = (email?, mobile?);
        let must_reset = self.ticks.must_reset;
        let policies = names(form.get("policies")).into_iter();
        Some(Parts {
            console: password?.map(|password| Console { password, must_reset }),
            access_key: self.ticks.access_key,
            groups: names(form.get("groups")),
            policies: policies.map(|name| PolicyRef::Name { scope: Scope::Any, name }).collect(),
            administrator: self.ticks.administrator,
            ..Parts::new(profile)
        })
    }

    /// Says what the core refused where it stands in the form.
    fn blame(&mut self, visit: &Visit, error: &Error) {
        use iam::error::Noun;
        let (told, fields) = (sentence(visit.lang, error), &mut self.fields);
        match error {
            Error::StepUp { .. } | Error::Invalid { field: "password", .. } => fields.own_password.wrong(told),
            Error::WeakPassword { .. } => fields.typed_password.wrong(told),
            Error::Exists { .. } => fields.name.wrong(told),
            Error::NotFound { noun: Noun::Group, .. } => fields.groups.wrong(told),
            Error::NotFound { noun: Noun::Policy, .. } => fields.policies.wrong(told),
            _ => self.problem = told,
        }
    }

    fn again(mut self, visit: &Visit) -> Answer {
        let Fields { name, display_name, email, mobile, remarks, typed_password, groups, policies, own_password } =
            &self.fields;
        self.wrong = Field::wrong_ones([
            name,
            display_name,
            email,
            mobile,
            remarks,
            typed_password,
            groups,
            policies,
            own_password,
        ]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

impl Created {
    fn new(visit: &Visit, whole: &Whole) -> Result<Self, Failure> {
        let session = visit.session()?;
        let account = session.account_alias.clone().unwrap_or_else(|| session.account.to_string());
        let minted = whole.access_key.as_ref();
        let key = minted.map(|minted| (minted.key.id.to_string(), minted.secret.expose().to_owned()));
        Ok(Self {
            c: visit.chrome(Section::Users),
            name: whole.user.name.clone(),
            href: format!("/users/{}", segment(&whole.user.name)),
            link: format!("{}/signin/{account}", visit.site.url()),
            password: whole.password.as_ref().map(|password| password.expose().to_owned()),
            setup: key.as_ref().map(|(id, secret)| Setup::new(visit.site.url(), id, secret)),
            key,
        })
    }
}
