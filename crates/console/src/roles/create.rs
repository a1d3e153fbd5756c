//! A new role: first who may assume it, then what it is called and what it may do.

use askama::Template;
use hyper::StatusCode;
use iam::{
    attachments::{Attach, OfRole},
    error::{Error, Result},
    roles::{self, TrustDocument},
    values::{EntityName, EntityPath, Remarks, Tags},
};
use policy::grammar::Flavour;

use super::{
    edit::{Length, chosen_length, lengths},
    form::Draft,
    page_of,
    trust::{Step, Writing, step},
};
use crate::{
    attach::pick::{Offer, reference},
    chrome::{Chrome, Section},
    documents::{Told, trust_words},
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

/// What is typed in the second step, and travels with the first when one goes back.
const CARRIED: [&str; 4] = ["name", "description", "max_session", "policy"];
/// How many refusals are told by name.
const TOLD: usize = 5;

#[derive(Template)]
#[template(path = "roles/create_who.html")]
struct Who {
    c: Chrome,
    writing: Writing,
    carried: Vec<(String, String)>,
    problem: String,
}

#[derive(Template)]
#[template(path = "roles/create_rest.html")]
struct Rest {
    c: Chrome,
    /// The trust document, and the word for its flavour.
    document: String,
    flavour: &'static str,
    trust: Vec<Told>,
    name: Field,
    description: Field,
    lengths: Vec<Length>,
    offer: Offer,
    wrong: Vec<Field>,
    problem: String,
}

/// The first step.
pub(crate) async fn show(visit: &Visit) -> Answer {
    who(visit, Writing::form(visit, Draft::default())?, String::new())
}

fn who(visit: &Visit, writing: Writing, problem: String) -> Answer {
    let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let carried = visit.form.fields().filter(|(name, _)| CARRIED.contains(name));
    let carried = carried.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    visit.page_of(status, &Who { c: visit.chrome(Section::Roles), writing, carried, problem })
}

/// Goes from step to step, and makes the role.
pub(crate) async fn post(visit: &Visit) -> Answer {
    if visit.form.get("step") == "rest" {
        return rest(visit).await;
    }
    match step(visit)? {
        Step::Again(writing, problem) => who(visit, writing, problem),
        Step::Whole(_, trust) => {
            let page = Rest::load(visit, trust.text(), trust.flavour()).await?;
            visit.page(&page)
        }
    }
}

async fn rest(visit: &Visit) -> Answer {
    let flavour = Flavour::from_word(visit.form.get("flavour")).unwrap_or(Flavour::Native);
    let text = visit.form.get("document").replace("\r\n", "\n");
    let trust = match TrustDocument::parse(&text, flavour) {
        Ok(trust) => trust,
        Err(error) => return who(visit, Writing::of(visit, &text, Some(flavour))?, sentence(visit.lang, &error)),
    };
    match visit.form.get("do") {
        "back" => who(visit, Writing::of(visit, &text, Some(flavour))?, String::new()),
        "search" => visit.page(&Rest::load(visit, &text, flavour).await?),
        _ => make(visit, &text, trust).await,
    }
}

/// Makes the role, then attaches what was ticked; what could not be attached is told.
async fn make(visit: &Visit, text: &str, trust: TrustDocument) -> Answer {
    let flavour = trust.flavour();
    let made = match asked(visit, trust) {
        Ok(create) => visit.iam.change(visit.caller()?, create).await,
        Err(error) => Err(error),
    };
    let role = match made {
        Ok(role) => role,
        Err(error @ Error::Invalid { field: "trust document", .. }) => {
            return who(visit, Writing::of(visit, text, Some(flavour))?, sentence(visit.lang, &error));
        }
        Err(error @ (Error::Invalid { .. } | Error::Exists { .. } | Error::LimitExceeded { .. })) => {
            return Rest::load(visit, text, flavour).await?.again(visit, &error);
        }
        Err(error) => return Err(error.into()),
    };
    let mut refused = Vec::new();
    for policy in visit.form.all("policy") {
        match visit.run(Attach { holder: OfRole(role.name.clone()), policy: reference(policy) }).await {
            Ok(()) => {}
            Err(Failure::Core(error)) => refused.push(format!("{policy}: {}", sentence(visit.lang, &error))),
            Err(other) => return Err(other),
        }
    }
    let page = page_of(&role.name);
    if refused.is_empty() {
        return visit.go_with_news(&page, "news-role-created", &role.name);
    }
    refused.truncate(TOLD);
    visit.go_with_news(&format!("{page}/permissions"), "news-role-partly", &refused.join(" "))
}

fn asked(visit: &Visit, trust: TrustDocument) -> Result<roles::Create> {
    Ok(roles::Create {
        name: EntityName::parse(visit.form.get("name").trim())?,
        path: EntityPath::default(),
        description: Remarks::parse(visit.form.get("description").trim())?,
        tags: Tags::default(),
        max_session: chosen_length(&visit.form)?,
        trust,
    })
}

impl Rest {
    async fn load(visit: &Visit, text: &str, flavour: Flavour) -> std::result::Result<Self, Failure> {
        let chosen = visit.form.get("max_session").parse().unwrap_or(3_600);
        Ok(Self {
            c: visit.chrome(Section::Roles),
            document: text.to_owned(),
            flavour: flavour.word(),
            trust: trust_words(visit, text, flavour)?,
            name: Field::plain("name", visit.form.get("name")).required(),
            description: Field::text("description", visit.form.get("description")),
            lengths: lengths(visit.lang, chosen),
            offer: Offer::load(visit, &visit.form, None).await?,
            wrong: Vec::new(),
            problem: String::new(),
        })
    }

    fn again(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "name", .. } | Error::Exists { .. } => self.name.wrong(told),
            Error::Invalid { field: "remarks" | "description", .. } => self.description.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.name, &self.description]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
