//! API keys: making one, and changing what it is called, when it ends and what limits it.

use std::time::Duration;

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    action::Action,
    api_keys::{self, ApiKey, Changes, KeyName},
    error::Error,
    policies::PolicyDocument,
};
use policy::grammar::Flavour;

use super::{Setup, Whose, create::Shown, proof};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, Form},
    visit::{Answer, Visit},
};

/// For how many days a key may be made, beside for ever: what the form offers.
const TERMS: [u64; 4] = [7, 30, 90, 365];

#[derive(Template)]
#[template(path = "keys/api.html")]
struct Page<'a> {
    c: Chrome,
    whose: &'a Whose,
    /// The key that is changed; `None` while one is made.
    key: Option<ApiKey>,
    action: &'static str,
    administrator: bool,
    source: String,
    once: String,
    name: Field,
    /// The chosen end: `never`, `keep`, `date`, or a number of days.
    until: String,
    date: Field,
    document: Field,
    password: Field,
    wrong: Vec<Field>,
    problem: String,
}

#[derive(Template)]
#[template(path = "keys/api_created.html")]
struct Created<'a> {
    c: Chrome,
    whose: &'a Whose,
    id: String,
    text: String,
    setup: Setup,
}

/// The form for a new one.
pub(super) async fn new(visit: &Visit, whose: &Whose) -> Answer {
    visit.page(&Page::new(visit, whose, None, &Form::of([("until", "90")]))?)
}

/// Makes one, and shows its text.
pub(super) async fn create(visit: &Visit, whose: &Whose) -> Answer {
    let form = &visit.form;
    let operation = match wanted(visit) {
        Ok(wanted) => api_keys::Create {
            owner: whose.owner.clone(),
            name: wanted.name,
            expires: wanted.expires.flatten(),
            document: wanted.document,
        },
        Err(wrong) => return Page::new(visit, whose, None, form)?.blame(visit, wrong),
    };
    let request = ["name", "until", "date", "document"].map(|name| form.get(name).as_bytes());
    let request = [&[b"API key".as_slice(), whose.name.as_bytes()], request.as_slice()].concat();
    match proof::run(visit, operation, &request).await {
        Ok(minted) => {
            let (id, text) = (minted.key.id.to_string(), minted.text.expose().to_owned());
            let setup = Setup::bearer(visit.site.url(), &text);
            visit.page(&Created { c: visit.chrome(whose.section()), whose, id, text, setup })
        }
        Err(Failure::Core(Error::RequestReplayed | Error::IdempotencyKeyReused)) => {
            let again = format!("{}/api-keys/new", whose.base);
            visit.page_of(StatusCode::CONFLICT, &Shown { c: visit.chrome(whose.section()), whose, again })
        }
        Err(Failure::Core(error)) if is_told_in_the_form(&error) => {
            Page::new(visit, whose, None, form)?.again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

/// A key, to be changed.
pub(super) async fn show(visit: &Visit, whose: &Whose, key: &str) -> Answer {
    let key = visit.ask(api_keys::Get { owner: whose.owner.clone(), key: key.to_owned() }).await?;
    let document = key.document.as_ref().map_or("", |document| document.text.as_str()).to_owned();
    let values = Form::of([("name", key.name.as_str()), ("until", "keep"), ("document", &document)]);
    visit.page(&Page::new(visit, whose, Some(key), &values)?)
}

/// Changes it.
pub(super) async fn edit(visit: &Visit, whose: &Whose, key: &str) -> Answer {
    let present = visit.ask(api_keys::Get { owner: whose.owner.clone(), key: key.to_owned() }).await?;
    let to = match wanted(visit) {
        Ok(wanted) => Changes {
            name: Some(wanted.name),
            enabled: None,
            expires: wanted.expires,
            document: Some(wanted.document).filter(|document| is_another(&present, document.as_ref())),
        },
        Err(wrong) => return Page::new(visit, whose, Some(present), &visit.form)?.blame(visit, wrong),
    };
    let operation = api_keys::Update { owner: whose.owner.clone(), key: key.to_owned(), to };
    match visit.run(operation).await {
        Ok(key) => visit.go_with_news(&whose.list(), "news-key-saved", &name_of(&key)),
        Err(Failure::Core(error)) if is_told_in_the_form(&error) => {
            Page::new(visit, whose, Some(present), &visit.form)?.again(visit, &error)
        }
        Err(other) => Err(other),
    }
}

/// What a form asks for.
struct Wanted {
    name: KeyName,
    #[expect(
        clippy::option_option,
        reason = "as the core's changes: to leave the end as it is, is not to take it away"
    )]
    /// `None` leaves the end as it is.
    expires: Option<Option<Timestamp>>,
    document: Option<PolicyDocument>,
}

/// Why a form cannot be taken as it is.
enum Wrong {
    /// Its end is no date, and no choice that is offered.
    Date,
    Core(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

fn wanted(visit: &Visit) -> Result<Wanted, Wrong> {
    let form = &visit.form;
    let expires = match form.get("until") {
        "keep" => None,
        "never" => Some(None),
        "date" => Some(Some(end_of(form.get("date").trim())?)),
        days => {
            let days = days.parse().ok().filter(|days| TERMS.contains(days)).ok_or(Wrong::Date)?;
            Some(Some(visit.iam.now().plus(Duration::from_hours(24 * days))))
        }
    };
    // A browser sends lines as CR LF; what is kept is what people typed.
    let document = form.get("document").replace("\r\n", "\n");
    let document = Some(document).filter(|text| !text.trim().is_empty());
    let document = document.map(|text| PolicyDocument::parse(text, Flavour::Native)).transpose()?;
    Ok(Wanted { name: KeyName::parse(form.get("name").trim())?, expires, document })
}

/// The end of a day, as `2027-01-31`.
fn end_of(date: &str) -> Result<Timestamp, Wrong> {
    let start = Timestamp::parse_seconds(&format!("{date}T00:00:00Z")).ok_or(Wrong::Date)?;
    Ok(start.plus(Duration::from_hours(24)))
}

/// A document in another flavour is kept as it is, unless its text is changed.
fn is_another(present: &ApiKey, wanted: Option<&PolicyDocument>) -> bool {
    present.document.as_ref().map(|document| document.text.as_str()) != wanted.map(PolicyDocument::text)
}

fn is_told_in_the_form(error: &Error) -> bool {
    matches!(
        error,
        Error::StepUp { .. } | Error::Invalid { .. } | Error::LimitExceeded { .. } | Error::RateLimited { .. }
    )
}

fn name_of(key: &ApiKey) -> String {
    if key.name.is_empty() { key.id.to_string() } else { key.name.clone() }
}

impl<'a> Page<'a> {
    fn new(visit: &Visit, whose: &'a Whose, key: Option<ApiKey>, values: &Form) -> Result<Self, Failure> {
        Ok(Self {
            c: visit.chrome(whose.section()),
            whose,
            key,
            action: Action::CreateApiKey.row().name,
            administrator: whose.administers(visit)?,
            source: visit.origin().source,
            once: visit.draw_once(),
            name: Field::text("name", values.get("name")),
            until: values.get("until").to_owned(),
            date: Field::text("date", values.get("date")).kind("date"),
            document: Field::text("document", values.get("document")),
            password: Field::password("password", "current-password"),
            wrong: Vec::new(),
            problem: String::new(),
        })
    }

    /// The ends that are offered in days.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn terms(&self) -> &'static [u64] {
        &TERMS
    }

    /// Whether an end is the one that is chosen.
    fn is_until(&self, choice: &str) -> bool {
        self.until == choice
    }

    fn blame(mut self, visit: &Visit, wrong: Wrong) -> Answer {
        match wrong {
            Wrong::Core(error) => self.again(visit, &error),
            Wrong::Date => {
                self.date.wrong(visit.t("keys-date-wrong"));
                self.answer(visit)
            }
        }
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::StepUp { .. } => self.password.wrong(visit.t("keys-password-missing")),
            Error::Invalid { field: "password", .. } => self.password.wrong(visit.t("keys-wrong-password")),
            Error::Invalid { field: "name", .. } => self.name.wrong(told),
            Error::Invalid { field: "expiry" | "expires", .. } => self.date.wrong(told),
            Error::Invalid { field: "document", .. } => self.document.wrong(told),
            _ => self.problem = told,
        }
        self.answer(visit)
    }

    fn answer(mut self, visit: &Visit) -> Answer {
        self.wrong = Field::wrong_ones([&self.name, &self.date, &self.document, &self.password]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
