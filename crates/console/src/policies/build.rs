//! Pages of the visual builder: a plain form, of which script refreshes the parts.

use askama::Template;
use hyper::StatusCode;
use policy::{
    builder::{self, Unshown},
    document::Purpose,
    grammar::Flavour,
};

use super::{
    about::{About, Tab},
    builder::{Draft, View},
    create::{self, Naming, Way, make},
    document::{self, Saved, put, seen_of},
};
use crate::{
    chrome::{Chrome, Section},
    documents::Editor,
    failure::Failure,
    text::{Lang, Value},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "policies/builder.html")]
struct Page {
    c: Chrome,
    about: About,
    view: View,
    /// When the policy was changed last as the page has it, in microseconds.
    seen: String,
    problem: String,
    stale: bool,
}

#[derive(Template)]
#[template(path = "policies/builder_cannot.html")]
struct Cannot {
    c: Chrome,
    about: About,
    why: String,
}

/// The policy in force as rows; or why it cannot be shown so.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Builder).await?;
    let found = builder::read(&about.text, Some(about.flavour), &visit.iam.snapshot()?.system.catalogue);
    match found {
        Ok(model) => {
            let (draft, seen) = (Draft::of(&model), seen_of(&about));
            page(visit, StatusCode::OK, about, &draft, seen)
        }
        Err(unshown) => cannot(visit, about, &unshown),
    }
}

#[derive(Template)]
#[template(path = "policies/builder_aside.html")]
struct Aside {
    c: Chrome,
    view: View,
}

/// What the rows come to, for a page that has the rows.
fn aside(visit: &Visit, draft: &Draft) -> Answer {
    visit.page(&Aside { c: visit.chrome(Section::Policies), view: draft.view(visit)? })
}

fn is_for_aside(visit: &Visit) -> bool {
    visit.form.get("part") == "aside"
}

fn page(visit: &Visit, status: StatusCode, about: About, draft: &Draft, seen: String) -> Answer {
    let (c, view) = (visit.chrome(Section::Policies), draft.view(visit)?);
    visit.page_of(status, &Page { c, about, view, seen, problem: String::new(), stale: false })
}

fn cannot(visit: &Visit, about: About, unshown: &Unshown) -> Answer {
    let why = why_not(visit.lang, unshown);
    visit.page(&Cannot { c: visit.chrome(Section::Policies), about, why })
}

/// The text of the document's page as rows.
pub(super) async fn from_document(visit: &Visit, mut about: About, editor: &Editor, seen: String) -> Answer {
    about.tab = Tab::Builder;
    match builder::read(&editor.text, Some(editor.flavour), &visit.iam.snapshot()?.system.catalogue) {
        Ok(model) => page(visit, StatusCode::OK, about, &Draft::of(&model), seen),
        Err(unshown) => cannot(visit, about, &unshown),
    }
}

/// Adds or takes away a part, or saves.
pub(crate) async fn post(visit: &Visit) -> Answer {
    let about = About::own(visit, Tab::Builder).await?;
    let (draft, goes_on) = drafted(visit)?;
    if goes_on && is_for_aside(visit) {
        return aside(visit, &draft);
    }
    let seen = visit.form.get("seen").to_owned();
    if goes_on {
        return page(visit, StatusCode::OK, about, &draft, seen);
    }
    let view = draft.view(visit)?;
    let editor = Editor::new(visit, &view.text, Some(Flavour::Native), Purpose::Identity)?;
    if visit.form.get("do") == "document" && view.is_whole() {
        return document::from_builder(visit, about, editor, seen);
    }
    let (problem, stale) = match () {
        () if !view.is_whole() => (visit.t("policies-correct-first"), false),
        () => match put(visit, &about, &editor, &seen).await? {
            Saved::Done => {
                let target = format!("{}/versions", about.page);
                return visit.go_with_news(&target, "news-policy-saved", &about.policy.name);
            }
            Saved::Same => return visit.go_with_news(&about.page, "news-policy-same", &about.policy.name),
            Saved::Not(problem, stale) => (problem, stale),
        },
    };
    let c = visit.chrome(Section::Policies);
    visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &Page { c, about, view, seen, problem, stale })
}

#[derive(Template)]
#[template(path = "policies/create_builder.html")]
struct NewPage {
    c: Chrome,
    naming: Naming,
    view: View,
}

/// A new policy with one row.
pub(crate) async fn show_new(visit: &Visit) -> Answer {
    let draft = Draft::begin(&visit.iam.snapshot()?.system.catalogue);
    new_page(visit, StatusCode::OK, draft.view(visit)?, Naming::of_form(visit, Way::Builder))
}

fn new_page(visit: &Visit, status: StatusCode, view: View, naming: Naming) -> Answer {
    visit.page_of(status, &NewPage { c: visit.chrome(Section::Policies), naming, view })
}

/// The text of a new document as rows.
pub(super) fn from_new_document(visit: &Visit, editor: &Editor, mut naming: Naming) -> Answer {
    match builder::read(&editor.text, Some(editor.flavour), &visit.iam.snapshot()?.system.catalogue) {
        Ok(model) => {
            naming.way = Way::Builder;
            new_page(visit, StatusCode::OK, Draft::of(&model).view(visit)?, naming)
        }
        Err(unshown) => {
            naming.problem = why_not(visit.lang, &unshown);
            create::again(visit, &editor.text, naming)
        }
    }
}

/// Adds or takes away a part, or makes the policy.
pub(crate) async fn post_new(visit: &Visit) -> Answer {
    let (draft, goes_on) = drafted(visit)?;
    if goes_on && is_for_aside(visit) {
        return aside(visit, &draft);
    }
    let view = draft.view(visit)?;
    let mut naming = Naming::of_form(visit, Way::Builder);
    if goes_on {
        return new_page(visit, StatusCode::OK, view, naming);
    }
    if !view.is_whole() {
        naming.problem = visit.t("policies-correct-first");
        return new_page(visit, StatusCode::UNPROCESSABLE_ENTITY, view, naming);
    }
    if visit.form.get("do") == "document" {
        return create::from_text(visit, &view.text);
    }
    match make(visit, &view.text, Flavour::Native).await? {
        Ok(target) => visit.go_with_news(&target, "news-policy-created", visit.form.get("name").trim()),
        Err(error) => {
            naming.refused(visit, &error);
            new_page(visit, StatusCode::UNPROCESSABLE_ENTITY, view, naming)
        }
    }
}

/// The rows of a form after what a button of theirs asked for, and whether the form is only shown again.
fn drafted(visit: &Visit) -> Result<(Draft, bool), Failure> {
    let catalogue = &visit.iam.snapshot()?.system.catalogue;
    let mut draft = Draft::read(&visit.form, catalogue);
    let button = visit.form.get("do");
    let pressed = draft.press(button, catalogue);
    Ok((draft, pressed || button == "check"))
}

/// Why a document cannot be shown as rows.
fn why_not(lang: Lang, unshown: &Unshown) -> String {
    match unshown {
        Unshown::Flavour(flavour) => lang.say("policies-unshown-flavour", &[("flavour", flavour.word().into())]),
        Unshown::Refused(_) => lang.say("policies-unshown-refused", &[]),
        Unshown::Statement { statement, obstacle } => {
            let obstacle = lang.say(&format!("policies-unshown-{}", obstacle.word().replace('_', "-")), &[]);
            let values = [("n", Value::from(*statement)), ("obstacle", Value::Text(&obstacle))];
            lang.say("policies-unshown-statement", &values)
        }
    }
}
