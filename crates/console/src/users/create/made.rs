//! Making users, one after the other, with what came of each; and the page that shows what is secret of them, once.

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::Error,
    hashing::Password,
    passwords::NewPassword,
    users::{Console, CreateWhole, Parts, Whole},
};

use super::{
    Permissions,
    draft::{Draft, Step},
    who,
};
use crate::{
    chrome::{Chrome, Section},
    csv,
    failure::{Failure, sentence},
    form::segment,
    keys::{Setup, proof},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "users/created.html")]
struct Created {
    c: Chrome,
    /// Where they sign in.
    link: String,
    made: Vec<Made>,
    /// Those that were made when the form was sent before.
    before: Vec<String>,
    /// Those that were not made, with why.
    failed: Vec<(String, String)>,
    /// What a form brings that tries it with those again.
    again: Vec<(String, String)>,
    once: String,
    setup: Option<Setup>,
    /// All that is secret, as a table; empty where nothing is.
    table: String,
}

/// A user that was made.
struct Made {
    name: String,
    href: String,
    password: Option<String>,
    key: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "users/created_before.html")]
struct Before {
    c: Chrome,
}

/// What came of each.
#[derive(Default)]
struct Outcomes {
    made: Vec<Made>,
    before: Vec<String>,
    failed: Vec<(String, String)>,
}

/// Makes them. Each is made for itself; but where the first cannot be made, the form is shown again, as nothing is done.
pub(super) async fn make(visit: &Visit, mut draft: Draft) -> Answer {
    let Some(profiles) = draft.profiles(visit.lang) else { return who(visit, draft) };
    let console = match console(visit, &draft) {
        Ok(console) => console,
        Err(error) => return Permissions::load(visit, draft).await?.refused(visit, &error),
    };
    let mut all = Outcomes::default();
    for profile in profiles {
        let name = profile.name.as_str().to_owned();
        let parts = Parts { console: console.clone(), ..draft.parts(profile) };
        match one(visit, &name, parts).await {
            Ok(whole) => all.made.push(Made::of(&whole)),
            Err(Failure::Core(Error::RequestReplayed | Error::IdempotencyKeyReused)) => all.before.push(name),
            Err(Failure::Core(error)) if all.is_empty() => return refused(visit, draft, &name, error).await,
            Err(Failure::Core(error)) => all.failed.push((name, sentence(visit.lang, &error))),
            Err(failure) if all.is_empty() => return Err(failure),
            Err(_) => all.failed.push((name, visit.t("failure-internal-text"))),
        }
    }
    all.show(visit, draft)
}

/// The way in that all get. Errors: the password that was typed can be nobody's.
fn console(visit: &Visit, draft: &Draft) -> iam::error::Result<Option<Console>> {
    let password = match (draft.console, draft.typed) {
        (false, _) => return Ok(None),
        (true, false) => NewPassword::Generated,
        (true, true) => NewPassword::Typed(Password::parse(visit.form.get("typed_password"))?),
    };
    Ok(Some(Console { password, must_reset: draft.must_reset }))
}

/// Makes one, once for the form that was sent.
async fn one(visit: &Visit, name: &str, parts: Parts) -> Result<Whole, Failure> {
    let make = || CreateWhole::new(parts.clone());
    proof::run_part(visit, name, make, &[b"user", &visit.received.body]).await
}

/// The form again, at the step where what was refused is said.
async fn refused(visit: &Visit, mut draft: Draft, name: &str, error: Error) -> Answer {
    match error {
        Error::Denied { .. } | Error::Internal(_) => Err(error.into()),
        Error::Exists { .. } => {
            let taken = draft.people.iter_mut().find(|person| person.name.value.trim() == name);
            if let Some(person) = taken {
                person.name.wrong(sentence(visit.lang, &error));
            }
            who(visit, draft)
        }
        error => Permissions::load(visit, draft).await?.refused(visit, &error),
    }
}

impl Outcomes {
    fn is_empty(&self) -> bool {
        self.made.is_empty() && self.before.is_empty()
    }

    fn show(self, visit: &Visit, mut draft: Draft) -> Answer {
        let Self { made, before, failed } = self;
        if made.is_empty() && failed.is_empty() {
            return visit.page_of(StatusCode::CONFLICT, &Before { c: visit.chrome(Section::Users) });
        }
        if before.is_empty() && failed.is_empty() && !made.iter().any(Made::has_secret) {
            return match made.as_slice() {
                [one] => visit.go_with_news(&one.href, "news-user-created", &one.name),
                several => visit.go_with_news("/users", "news-users-created", &several.len().to_string()),
            };
        }
        draft.keep(|_, person| failed.iter().any(|(name, _)| name == person.name.value.trim()));
        let session = visit.session()?;
        let account = session.account_alias.clone().unwrap_or_else(|| session.account.to_string());
        let link = format!("{}/signin/{account}", visit.site.url());
        let keys: Vec<_> = made.iter().filter_map(Made::named_key).collect();
        let setup = (!keys.is_empty()).then(|| Setup::of_several(visit.site.url(), &keys));
        visit.page(&Created {
            c: visit.chrome(Section::Users),
            table: table(visit, &link, &made),
            again: again(&draft),
            once: visit.iam.draw_request_id(),
            setup,
            link,
            made,
            before,
            failed,
        })
    }
}

/// All that a draft says, in hidden fields.
fn again(draft: &Draft) -> Vec<(String, String)> {
    let mut fields = draft.carried(Step::Who);
    fields.extend(draft.carried(Step::Permissions).into_iter().filter(|(name, _)| name != "people"));
    let mut seen = Vec::new();
    fields.retain(|field| {
        let is_new = !seen.contains(field);
        seen.push(field.clone());
        is_new
    });
    fields
}

/// A table with a line for each user; empty where nothing is secret.
fn table(visit: &Visit, link: &str, made: &[Made]) -> String {
    let mut text = String::new();
    if !made.iter().any(Made::has_secret) {
        return text;
    }
    let heads = ["users-name", "users-sign-in-link", "users-password"].map(|id| visit.t(id));
    let keys = ["Access Key ID", "Secret Access Key"];
    csv::line(&mut text, heads.iter().map(String::as_str).chain(keys));
    for one in made {
        let (id, secret) = one.key.as_ref().map_or(("", ""), |(id, secret)| (id, secret));
        csv::line(&mut text, [one.name.as_str(), link, one.password.as_deref().unwrap_or_default(), id, secret]);
    }
    text
}

impl Created {
    /// The one that was made, where it is one alone.
    fn only(&self) -> Option<&Made> {
        self.made.first().filter(|_| self.made.len() == 1)
    }

    fn title(&self) -> String {
        match self.only() {
            Some(one) => self.c.t1("users-created", "name", one.name.as_str()),
            None => self.c.t1("users-created-several", "n", self.made.len()),
        }
    }

    /// Where one goes on to.
    fn next(&self) -> &str {
        self.only().map_or("/users", |one| &one.href)
    }
}

impl Made {
    fn of(whole: &Whole) -> Self {
        let minted = whole.access_key.as_ref();
        Self {
            name: whole.user.name.clone(),
            href: format!("/users/{}", segment(&whole.user.name)),
            password: whole.password.as_ref().map(|password| password.expose().to_owned()),
            key: minted.map(|minted| (minted.key.id.to_string(), minted.secret.expose().to_owned())),
        }
    }

    fn has_secret(&self) -> bool {
        self.password.is_some() || self.key.is_some()
    }

    fn named_key(&self) -> Option<(&str, &str, &str)> {
        self.key.as_ref().map(|(id, secret)| (self.name.as_str(), id.as_str(), secret.as_str()))
    }
}
