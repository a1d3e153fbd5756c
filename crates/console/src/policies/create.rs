//! A new policy: the three ways to make one, and the first of them, a document.

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::Error,
    policies::{Create, PolicyDocument},
    values::{EntityName, EntityPath, Remarks, Tags},
};
use policy::{document::Purpose, grammar::Flavour};

use super::{build, page_of};
use crate::{
    chrome::{Chrome, Section},
    documents::Editor,
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

/// What a new document begins with.
const BEGINNING: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "iam:GetUser",
      "Resource": "*"
    }
  ]
}"#;

/// A way to make a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Builder,
    Tag,
    Document,
}

#[derive(Template)]
#[template(path = "policies/choose.html")]
struct Choose {
    c: Chrome,
}

/// The three ways.
pub(crate) async fn choose(visit: &Visit) -> Answer {
    visit.page(&Choose { c: visit.chrome(Section::Policies) })
}

/// Name and description of a policy that is being made, and what is wrong with them.
pub(crate) struct Naming {
    pub(crate) way: Way,
    pub(crate) name: Field,
    pub(crate) description: Field,
    pub(crate) wrong: Vec<Field>,
    pub(crate) problem: String,
}

impl Naming {
    pub(crate) fn of_form(visit: &Visit, way: Way) -> Self {
        Self {
            way,
            name: Field::plain("name", visit.form.get("name")).required(),
            description: Field::text("description", visit.form.get("description")),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    pub(crate) fn is(&self, way: Way) -> bool {
        self.way == way
    }

    /// Says why a policy was not made.
    pub(crate) fn refused(&mut self, visit: &Visit, error: &Error) {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "name", .. } | Error::Exists { .. } => self.name.wrong(told),
            Error::Invalid { field: "remarks", .. } => self.description.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.name, &self.description]);
    }
}

/// Makes the policy that a form names, of that text. Errors: what the form cannot mend; `Ok` with why it was not made, for
/// what it can.
pub(crate) async fn make(visit: &Visit, text: &str, flavour: Flavour) -> Result<Result<String, Error>, Failure> {
    let asked = || {
        Ok(Create {
            name: EntityName::parse(visit.form.get("name").trim())?,
            path: EntityPath::default(),
            description: Remarks::parse(visit.form.get("description").trim())?,
            tags: Tags::default(),
            document: PolicyDocument::parse(text.to_owned(), flavour)?,
        })
    };
    let made = match asked() {
        Ok(create) => visit.iam.change(visit.caller()?, create).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(policy) => Ok(Ok(page_of(&policy))),
        Err(error @ (Error::Invalid { .. } | Error::Exists { .. } | Error::LimitExceeded { .. })) => Ok(Err(error)),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "policies/create_document.html")]
struct Page {
    c: Chrome,
    naming: Naming,
    editor: Editor,
}

/// The editor of a new document.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let editor = Editor::new(visit, BEGINNING, None, Purpose::Identity)?;
    page(visit, StatusCode::OK, editor, Naming::of_form(visit, Way::Document))
}

fn page(visit: &Visit, status: StatusCode, editor: Editor, naming: Naming) -> Answer {
    visit.page_of(status, &Page { c: visit.chrome(Section::Policies), naming, editor })
}

/// The editor of a text that came from another way.
pub(super) fn from_text(visit: &Visit, text: &str) -> Answer {
    let editor = Editor::new(visit, text, Some(Flavour::Native), Purpose::Identity)?;
    page(visit, StatusCode::OK, editor, Naming::of_form(visit, Way::Document))
}

/// The editor with that text once more, and with what could not be done.
pub(super) fn again(visit: &Visit, text: &str, naming: Naming) -> Answer {
    let editor = Editor::new(visit, text, None, Purpose::Identity)?;
    page(visit, StatusCode::UNPROCESSABLE_ENTITY, editor, naming)
}

/// Checks, lays out or makes it.
pub(crate) async fn post(visit: &Visit) -> Answer {
    let editor = Editor::of_form(visit)?;
    let mut naming = Naming::of_form(visit, Way::Document);
    if let Some(editor) = editor.pressed(visit)? {
        return page(visit, StatusCode::OK, editor, naming);
    }
    if visit.form.get("do") == "builder" {
        return build::from_new_document(visit, &editor, naming);
    }
    if editor.document.is_none() {
        naming.problem = visit.t("policies-correct-first");
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, editor, naming);
    }
    match make(visit, &editor.text, editor.flavour).await? {
        Ok(target) => visit.go_with_news(&target, "news-policy-created", visit.form.get("name").trim()),
        Err(error) => {
            naming.refused(visit, &error);
            page(visit, StatusCode::UNPROCESSABLE_ENTITY, editor, naming)
        }
    }
}
