//! Who may assume a role: as a form, and as the document that it comes to.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::Error,
    once::{Expected, Terms},
    roles::{TrustDocument, UpdateTrust},
};
use policy::{document::Purpose, grammar::Flavour};

use super::{
    form::{Draft, Kind},
    head::{Head, Tab},
};
use crate::{
    chrome::{Chrome, Section},
    documents::{Editor, Piece, Told, paint, trust_words},
    failure::{Failure, sentence},
    visit::{Answer, Visit},
};

/// A trust document that is being written.
pub(crate) enum Writing {
    /// By a form.
    Form(Lines),
    /// As a text.
    Document(Editor),
}

/// The form, and what it comes to.
pub(crate) struct Lines {
    pub(crate) draft: Draft,
    pub(crate) text: String,
    pub(crate) told: Vec<Told>,
    /// What can be named.
    pub(crate) kinds: [Kind; 5],
}

impl Lines {
    /// The text in colours.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        paint(&self.text)
    }
}

/// What a form that was sent comes to.
pub(crate) enum Step {
    /// It is shown once more; with what is wrong, where something is.
    Again(Writing, String),
    /// It is whole.
    Whole(Writing, TrustDocument),
}

impl Writing {
    /// The form of a draft.
    pub(crate) fn form(visit: &Visit, draft: Draft) -> Result<Self, Failure> {
        let account = visit.session()?.account.to_string();
        let snapshot = visit.iam.snapshot()?;
        let catalogue = &snapshot.system.catalogue;
        let text = draft.text(&account, catalogue);
        let told = trust_words(visit, &text, Flavour::Native)?;
        Ok(Self::Form(Lines { draft: draft.with_room(), text, told, kinds: Kind::ALL }))
    }

    /// The editor of a text.
    pub(crate) fn document(visit: &Visit, text: &str, flavour: Option<Flavour>) -> Result<Self, Failure> {
        Ok(Self::Document(Editor::new(visit, text, flavour, Purpose::Trust)?))
    }

    /// A text as a form, where it says no more than one; else its editor.
    pub(crate) fn of(visit: &Visit, text: &str, flavour: Option<Flavour>) -> Result<Self, Failure> {
        let editor = Editor::new(visit, text, flavour, Purpose::Trust)?;
        match drafted(visit, &editor)? {
            Some(draft) => Self::form(visit, draft),
            None => Ok(Self::Document(editor)),
        }
    }

    /// Whether it is the form.
    pub(crate) fn is_form(&self) -> bool {
        matches!(self, Self::Form(_))
    }

    /// What it says, in words.
    pub(crate) fn told(&self) -> &[Told] {
        match self {
            Self::Form(lines) => &lines.told,
            Self::Document(editor) => &editor.told,
        }
    }
}

/// What an editor's text says as a form, where a form has room for it.
fn drafted(visit: &Visit, editor: &Editor) -> Result<Option<Draft>, Failure> {
    let account = visit.session()?.account.to_string();
    Ok(editor.document.as_ref().and_then(|document| Draft::of(document, &account)))
}

/// Reads a form with a trust document in it, and does what its button asks for.
pub(crate) fn step(visit: &Visit) -> Result<Step, Failure> {
    if visit.form.get("way") == "document" { step_of_document(visit) } else { step_of_form(visit) }
}

fn step_of_document(visit: &Visit) -> Result<Step, Failure> {
    let editor = Editor::of_form(visit)?;
    if let Some(editor) = editor.pressed(visit)? {
        return Ok(Step::Again(Writing::Document(editor), String::new()));
    }
    if visit.form.get("do") == "form" {
        return Ok(match drafted(visit, &editor)? {
            Some(draft) => Step::Again(Writing::form(visit, draft)?, String::new()),
            None => Step::Again(Writing::Document(editor), visit.t("roles-trust-unshown")),
        });
    }
    if editor.document.is_none() {
        return Ok(Step::Again(Writing::Document(editor), visit.t("policies-correct-first")));
    }
    Ok(match TrustDocument::parse(&editor.text, editor.flavour) {
        Ok(trust) => Step::Whole(Writing::Document(editor), trust),
        Err(error) => Step::Again(Writing::Document(editor), sentence(visit.lang, &error)),
    })
}

fn step_of_form(visit: &Visit) -> Result<Step, Failure> {
    let account = visit.session()?.account.to_string();
    let mut draft = Draft::of_form(&visit.form);
    let (is_wrong, text) = {
        let catalogue = &visit.iam.snapshot()?.system.catalogue;
        (draft.mark_wrong(&account, catalogue), draft.text(&account, catalogue))
    };
    let is_empty = draft.is_empty();
    let button = visit.form.get("do");
    if ["check", "more"].contains(&button) {
        return Ok(Step::Again(Writing::form(visit, draft)?, String::new()));
    }
    if button == "document" && !is_wrong && !is_empty {
        return Ok(Step::Again(Writing::document(visit, &text, Some(Flavour::Native))?, String::new()));
    }
    let form = Writing::form(visit, draft)?;
    if is_empty || is_wrong {
        let problem = if is_empty { "roles-trust-nobody" } else { "roles-trust-wrong" };
        return Ok(Step::Again(form, visit.t(problem)));
    }
    Ok(match TrustDocument::parse(&text, Flavour::Native) {
        Ok(trust) => Step::Whole(form, trust),
        Err(error) => Step::Again(form, sentence(visit.lang, &error)),
    })
}

#[derive(Template)]
#[template(path = "roles/trust.html")]
struct Page {
    c: Chrome,
    head: Head,
    /// When the role was last changed, as this form has seen it.
    version: i64,
    writing: Writing,
    problem: String,
    /// Whether it is a document because no form has room for what it says.
    is_more: bool,
}

impl Page {
    fn new(visit: &Visit, head: Head, writing: Writing) -> Self {
        let version = head.role.updated.micros();
        let version = visit.form.filled("version").and_then(|seen| seen.parse().ok()).unwrap_or(version);
        Self { c: visit.chrome(Section::Roles), head, version, writing, problem: String::new(), is_more: false }
    }

    fn again(mut self, visit: &Visit, problem: String) -> Answer {
        let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.problem = problem;
        visit.page_of(status, &self)
    }
}

/// The form; or the document, where it says more than the form has room for.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Trust).await?;
    let writing = Writing::of(visit, &head.role.trust_document, Some(head.role.trust_flavour))?;
    let is_more = !writing.is_form();
    visit.page(&Page { is_more, ..Page::new(visit, head, writing) })
}

/// The document.
pub(crate) async fn document(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Trust).await?;
    let writing = Writing::document(visit, &head.role.trust_document, Some(head.role.trust_flavour))?;
    visit.page(&Page::new(visit, head, writing))
}

/// Does what a button asks for, or saves.
pub(crate) async fn post(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Trust).await?;
    let (writing, trust) = match step(visit)? {
        Step::Again(writing, problem) => return Page::new(visit, head, writing).again(visit, problem),
        Step::Whole(writing, trust) => (writing, trust),
    };
    let now = head.role.updated.micros();
    let page = Page::new(visit, head, writing);
    let terms = Terms { expected: Some(Expected::At(Timestamp::from_micros(page.version))), once: None };
    let operation = UpdateTrust { name: page.head.role.name.clone(), trust };
    match visit.run_on(operation, terms).await {
        Ok(role) => visit.go_with_news(&format!("{}/trust", page.head.base), "news-role-trusted", &role.name),
        Err(Failure::Core(error @ Error::Invalid { .. })) => page.again(visit, sentence(visit.lang, &error)),
        // What is there now counts as seen from here on: saving again is a choice then.
        Err(Failure::Core(error @ Error::Stale)) => {
            Page { version: now, ..page }.again(visit, sentence(visit.lang, &error))
        }
        Err(other) => Err(other),
    }
}
