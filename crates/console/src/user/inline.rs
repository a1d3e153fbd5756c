//! Policies of a user's own: documents that stand with it and go with it.

use askama::Template;
use hyper::StatusCode;
use iam::{
    attachments::OfUser,
    error::{Error, Result},
    inline_policies::{self, InlinePolicy},
    policies::PolicyDocument,
    values::EntityName,
};
use policy::grammar::Flavour;

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, segment},
    visit::{Answer, Visit},
};

/// What a new document begins with.
const SAMPLE: &str = "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"bos:GetObject\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";

#[derive(Template)]
#[template(path = "user/inline.html")]
struct Page {
    c: Chrome,
    user: String,
    base: String,
    /// The one that is changed; empty while one is made.
    present: String,
    /// Where the form goes to.
    action: String,
    /// Whose way of writing it follows.
    flavour: Flavour,
    name: Field,
    document: Field,
    wrong: Vec<Field>,
    problem: String,
}

#[derive(Template)]
#[template(path = "user/inline_delete.html")]
struct Deleting {
    c: Chrome,
    name: String,
    base: String,
    action: String,
}

/// The form for a new one.
pub(crate) async fn new(visit: &Visit) -> Answer {
    visit.page(&Page { document: Field::text("document", SAMPLE), ..Page::new(visit, None) })
}

/// Makes it. One of that name that is there already stays as it is.
pub(crate) async fn create(visit: &Visit) -> Answer {
    let (user, name) = (visit.part(0), visit.form.get("name").trim());
    let get = inline_policies::Get { holder: OfUser(user.to_owned()), name: name.to_owned() };
    if !name.is_empty() && visit.ask(get).await.is_ok() {
        let mut page = Page::new(visit, None);
        page.name.wrong(visit.lang.say("user-inline-exists", &[("name", name.into())]));
        return page.again(visit);
    }
    put(visit, name, None).await
}

/// One, to be changed.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let present = present(visit).await?;
    let document = Field::text("document", present.document.as_str());
    visit.page(&Page { document, ..Page::new(visit, Some(&present)) })
}

/// Changes it.
pub(crate) async fn edit(visit: &Visit) -> Answer {
    let present = present(visit).await?;
    put(visit, &present.name.clone(), Some(present)).await
}

async fn present(visit: &Visit) -> Result<InlinePolicy, Failure> {
    let (holder, name) = (OfUser(visit.part(0).to_owned()), visit.part(1).to_owned());
    visit.ask(inline_policies::Get { holder, name }).await
}

async fn put(visit: &Visit, name: &str, present: Option<InlinePolicy>) -> Answer {
    let flavour = present.as_ref().map_or(Flavour::Native, |present| present.flavour);
    let holder = OfUser(visit.part(0).to_owned());
    let operation = match asked(visit, name, flavour) {
        Ok((name, document)) => inline_policies::Put { holder, name, document },
        Err(error) => return Page::new(visit, present.as_ref()).blame(visit, &error),
    };
    match visit.run(operation).await {
        Ok(saved) => {
            let list = format!("{}/permissions", page_of(visit.part(0)));
            visit.go_with_news(&list, "news-user-inline-saved", &saved.name)
        }
        Err(Failure::Core(error @ (Error::Invalid { .. } | Error::LimitExceeded { .. }))) => {
            Page::new(visit, present.as_ref()).blame(visit, &error)
        }
        Err(other) => Err(other),
    }
}

fn asked(visit: &Visit, name: &str, flavour: Flavour) -> Result<(EntityName, PolicyDocument)> {
    // A browser sends lines as CR LF; what is kept is what people typed.
    let document = visit.form.get("document").replace("\r\n", "\n");
    Ok((EntityName::parse(name)?, PolicyDocument::parse(document, flavour)?))
}

/// Asks whether it is to be deleted.
pub(crate) async fn ask_delete(visit: &Visit) -> Answer {
    let (present, base) = (present(visit).await?, page_of(visit.part(0)));
    let action = format!("{base}/inline/{}/delete", segment(&present.name));
    visit.page(&Deleting { c: visit.chrome(Section::Users), name: present.name, base, action })
}

/// Deletes it.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let (holder, name) = (OfUser(visit.part(0).to_owned()), visit.part(1).to_owned());
    visit.run(inline_policies::Delete { holder, name: name.clone() }).await?;
    visit.go_with_news(&format!("{}/permissions", page_of(visit.part(0))), "news-user-inline-deleted", &name)
}

impl Page {
    fn new(visit: &Visit, present: Option<&InlinePolicy>) -> Self {
        let base = page_of(visit.part(0));
        let name = present.map_or("", |present| present.name.as_str());
        let last = if name.is_empty() { "new".into() } else { segment(name) };
        Self {
            c: visit.chrome(Section::Users),
            user: visit.part(0).to_owned(),
            action: format!("{base}/inline/{last}"),
            base,
            present: name.to_owned(),
            flavour: present.map_or(Flavour::Native, |present| present.flavour),
            name: Field::plain("name", visit.form.get("name")).required(),
            document: Field::text("document", visit.form.get("document")),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn blame(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "name", .. } => self.name.wrong(told),
            Error::Invalid { .. } => self.document.wrong(told),
            _ => self.problem = told,
        }
        self.again(visit)
    }

    fn again(mut self, visit: &Visit) -> Answer {
        self.wrong = Field::wrong_ones([&self.name, &self.document]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
