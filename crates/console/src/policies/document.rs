//! Writing a policy as a document: what is saved becomes a version, and is in force at once.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::{Error, Quota},
    once::{Expected, Terms},
    policies::{Changes, PolicyDocument, Update, Used},
};
use policy::document::Purpose;

use super::{
    about::{About, Tab, used_words},
    build,
};
use crate::{
    chrome::{Chrome, Section},
    documents::Editor,
    failure::{Failure, sentence},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "policies/document.html")]
struct Page {
    c: Chrome,
    about: About,
    editor: Editor,
    /// When the policy was changed last as the page has it, in microseconds.
    seen: String,
    problem: String,
    /// Whether somebody else changed it meanwhile.
    stale: bool,
}

impl Page {
    fn new(visit: &Visit, about: About, editor: Editor, seen: String) -> Self {
        let c = visit.chrome(Section::Policies);
        Self { c, about, editor, seen, problem: String::new(), stale: false }
    }
}

/// The editor.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Document).await?;
    let editor = Editor::new(visit, &about.text, Some(about.flavour), Purpose::Identity)?;
    let seen = seen_of(&about);
    visit.page(&Page::new(visit, about, editor, seen))
}

/// Checks, lays out or saves what was typed.
pub(crate) async fn post(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Document).await?;
    let editor = Editor::of_form(visit)?;
    let seen = visit.form.get("seen").to_owned();
    if let Some(editor) = editor.pressed(visit)? {
        return visit.page(&Page::new(visit, about, editor, seen));
    }
    if visit.form.get("do") == "builder" {
        return build::from_document(visit, about, &editor, seen).await;
    }
    save(visit, about, editor, seen).await
}

/// What the builder came to, in the editor.
pub(super) fn from_builder(visit: &Visit, mut about: About, editor: Editor, seen: String) -> Answer {
    about.tab = Tab::Document;
    visit.page(&Page::new(visit, about, editor, seen))
}

async fn save(visit: &Visit, about: About, editor: Editor, seen: String) -> Answer {
    match put(visit, &about, &editor, &seen).await? {
        Saved::Done => visit.go_with_news(&format!("{}/versions", about.page), "news-policy-saved", &about.policy.name),
        Saved::Same => visit.go_with_news(&about.page, "news-policy-same", &about.policy.name),
        Saved::Not(problem, stale) => {
            let mut page = Page::new(visit, about, editor, seen);
            page.stale = stale;
            page.problem = problem;
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// What came of saving.
pub(super) enum Saved {
    Done,
    /// It was in force already.
    Same,
    /// Why it was not saved, and whether somebody else changed the policy meanwhile.
    Not(String, bool),
}

/// Saves a text as the version in force, if the policy is still as it was `seen`.
pub(super) async fn put(visit: &Visit, about: &About, editor: &Editor, seen: &str) -> Result<Saved, Failure> {
    if editor.document.is_none() {
        return Ok(Saved::Not(visit.t("policies-correct-first"), false));
    }
    if editor.text == about.text && editor.flavour == about.flavour {
        return Ok(Saved::Same);
    }
    let document = match PolicyDocument::parse(editor.text.clone(), editor.flavour) {
        Ok(document) => document,
        Err(error) => return Ok(Saved::Not(sentence(visit.lang, &error), false)),
    };
    let to = Changes { document: Some(document), ..Changes::default() };
    let seen = seen.parse().ok().map(Timestamp::from_micros);
    let terms = Terms { expected: seen.map(Expected::At), once: None };
    match visit.iam.change_on(visit.caller()?, Update { policy: about.reference(), to }, terms).await {
        Ok(_) => Ok(Saved::Done),
        Err(error @ Error::Stale) => Ok(Saved::Not(sentence(visit.lang, &error), true)),
        Err(error @ (Error::Invalid { .. } | Error::Immutable { .. })) => {
            Ok(Saved::Not(sentence(visit.lang, &error), false))
        }
        Err(error) => Err(error.into()),
    }
}

/// When a policy was changed last, as a form says it.
pub(super) fn seen_of(about: &About) -> String {
    about.policy.updated.map(|at| at.micros().to_string()).unwrap_or_default()
}

impl About {
    /// The version that goes when another is saved; `None` where none must.
    pub(crate) fn goes(&self) -> Option<u32> {
        let full = self.versions.len() as u64 >= Quota::VersionsPerPolicy.highest();
        let oldest = self.versions.iter().rfind(|version| !version.is_default)?;
        full.then_some(oldest.number)
    }

    /// On how many a change acts.
    pub(crate) fn acts_on(&self, c: &Chrome) -> String {
        match self.used {
            None => "—".to_owned(),
            Some(Used { attached: 0, .. }) => c.t("policies-acts-on-nobody"),
            Some(Used { attached: 1, more: false }) => c.t("policies-acts-on-one"),
            Some(Used { attached, more }) => {
                let count = if more { format!("{attached}+") } else { attached.to_string() };
                c.t1("policies-acts-on-many", "n", &count)
            }
        }
    }

    /// Who holds it, in a few words; empty where whoever asks may not know.
    pub(crate) fn used_by(&self, c: &Chrome) -> String {
        self.used.as_ref().map(|used| used_words(c.lang, used)).unwrap_or_default()
    }
}
