//! Documents that say who may do what: reading and writing them, wherever a page has one.
//!
//! An [`Editor`] is a text with all that is to be said of it; `components/editor.html` shows it. While somebody types,
//! the page asks `POST /policies/check` for the same parts again.

mod diagnosis;
mod paint;
mod rich;
mod sentences;

use askama::Template;
use policy::{
    catalogue::Catalogue,
    complete::{self, Completion, Cursor},
    describe::describe,
    diagnose,
    document::{Document, Purpose},
    format,
    grammar::{self, Flavour, MAX_BYTES},
};

pub(crate) use self::{
    diagnosis::{Check, problem},
    paint::{Piece, paint},
    sentences::{Told, told},
};
use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    form::Form,
    routes::Route,
    text::Value,
    visit::{Answer, Visit},
};

pub(crate) const ROUTES: &[Route] = &[Route::post("/policies/check", |visit| Box::pin(check(visit)))];

/// The field that holds the text.
pub(crate) const FIELD: &str = "document";
const FLAVOUR: &str = "flavour";
const PURPOSE: &str = "purpose";
/// How many candidates are offered.
const OFFERED: usize = 8;
/// How many lines an editor shows at least.
const LINES_MIN: usize = 12;

/// A document that is being written, and what is to be said of it.
pub(crate) struct Editor {
    pub(crate) text: String,
    /// Whose way of writing it follows, where somebody said so.
    pub(crate) asked: Option<Flavour>,
    /// Whose way of writing it was read in.
    pub(crate) flavour: Flavour,
    pub(crate) purpose: Purpose,
    pub(crate) checks: Vec<Check>,
    pub(crate) told: Vec<Told>,
    /// What it says, where it can be saved.
    pub(crate) document: Option<Document>,
    /// The same in the other grammar, where that can say it.
    turned: Option<(String, Flavour)>,
}

/// A line's number, as the gutter shows it.
pub(crate) struct Number {
    pub(crate) number: usize,
    /// `e` where there is an error, `w` where there is something odd.
    pub(crate) class: &'static str,
}

impl Editor {
    /// The editor of a text, which browsers send with line ends of their own. Errors: nobody is signed in.
    pub(crate) fn new(visit: &Visit, text: &str, asked: Option<Flavour>, purpose: Purpose) -> Result<Self, Failure> {
        let text = text.replace("\r\n", "\n");
        let catalogue = &visit.iam.snapshot()?.system.catalogue;
        let checked = diagnose::check(&text, asked, purpose, catalogue);
        let checks = diagnosis::checks(visit.lang, &text, &checked.diagnostics);
        let told = match &checked.document {
            Some(document) => words(visit, document, catalogue)?,
            None => Vec::new(),
        };
        let turned = checked.document.as_ref().and_then(|document| turned(document, checked.flavour, catalogue));
        Ok(Self { text, asked, flavour: checked.flavour, purpose, checks, told, document: checked.document, turned })
    }

    /// The editor of what a form holds. Errors: nobody is signed in.
    pub(crate) fn of_form(visit: &Visit) -> Result<Self, Failure> {
        let asked = Flavour::from_word(visit.form.get(FLAVOUR));
        Self::new(visit, visit.form.get(FIELD), asked, purpose_of(&visit.form))
    }

    /// The same editor after what a button of it asked for: laid out, mended or in another form; `None` for a button
    /// that is none of its own. Errors: nobody is signed in.
    pub(crate) fn pressed(&self, visit: &Visit) -> Result<Option<Self>, Failure> {
        let again = |text: &str, asked| Self::new(visit, text, asked, self.purpose).map(Some);
        if let Some(text) = visit.form.first("mend").and_then(|mend| mended(&self.text, mend)) {
            return again(&text, self.asked);
        }
        match visit.form.get("do") {
            "check" => again(&self.text, self.asked),
            "format" => match format::format(&self.text) {
                Ok(text) => again(&text, self.asked),
                Err(_) => again(&self.text, self.asked),
            },
            "turn" => match &self.turned {
                Some((text, flavour)) => again(text, Some(*flavour)),
                None => again(&self.text, self.asked),
            },
            _ => Ok(None),
        }
    }

    /// Whether it can be said in the other grammar.
    pub(crate) fn turns(&self) -> bool {
        self.turned.is_some()
    }

    /// The id of the name of its grammar.
    pub(crate) fn form(&self) -> &'static str {
        if self.flavour == Flavour::Acl { "document-form-acl" } else { "document-form-statements" }
    }

    /// What stands in the hidden field of its flavour.
    pub(crate) fn asked_word(&self) -> &'static str {
        self.asked.map_or("", Flavour::word)
    }

    /// What it is for, as its hidden field has it.
    pub(crate) fn purpose_word(&self) -> &'static str {
        match self.purpose {
            Purpose::Identity => "identity",
            Purpose::Resource => "resource",
            Purpose::Trust => "trust",
        }
    }

    /// The gutter.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        let class = |number: usize| {
            let here = || self.checks.iter().filter(|check| usize::try_from(check.line) == Ok(number));
            match () {
                () if here().any(|check| check.is_error) => "e",
                () if here().next().is_some() => "w",
                () => "",
            }
        };
        let numbers = 1..=self.lines().max(LINES_MIN);
        numbers.map(|number| Number { number, class: class(number) }).collect()
    }

    /// Line feeds that fill the pane up to the length of its gutter.
    pub(crate) fn filling(&self) -> String {
        "\n".repeat(LINES_MIN.saturating_sub(self.lines()))
    }

    /// How many lines it has.
    pub(crate) fn lines(&self) -> usize {
        self.text.split('\n').count()
    }

    /// In colours.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        paint(&self.text)
    }

    /// Its grammar, and how long it is of how long it may be.
    pub(crate) fn facts(&self, c: &Chrome) -> String {
        let tenths = self.text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count() * 10 / 1024;
        let size = format!("{}.{}", tenths / 10, tenths % 10);
        let values = [
            ("form", Value::Text(&c.t(self.form()))),
            ("lines", self.lines().into()),
            ("size", Value::Text(&size)),
            ("max", (MAX_BYTES / 1024).into()),
        ];
        c.lang.say("document-facts", &values)
    }

    pub(crate) fn errors(&self) -> usize {
        self.checks.iter().filter(|check| check.is_error).count()
    }

    pub(crate) fn warnings(&self) -> usize {
        self.checks.len() - self.errors()
    }
}

/// A document in the other grammar, where that can say it.
fn turned(document: &Document, flavour: Flavour, catalogue: &Catalogue) -> Option<(String, Flavour)> {
    let other = if flavour == Flavour::Acl { Flavour::Native } else { Flavour::Acl };
    Some((grammar::print(document, other, catalogue).ok()?, other))
}

/// What a document says to whoever is signed in. Errors: nobody is.
pub(crate) fn words(visit: &Visit, document: &Document, catalogue: &Catalogue) -> Result<Vec<Told>, Failure> {
    Ok(told(visit.lang, &describe(document, catalogue), &visit.session()?.account.to_string()))
}

/// What a trust document says to whoever is signed in; nothing where it cannot be read. Errors: nobody is.
pub(crate) fn trust_words(visit: &Visit, text: &str, flavour: Flavour) -> Result<Vec<Told>, Failure> {
    let Ok(document) = grammar::parse(text, flavour, Purpose::Trust) else { return Ok(Vec::new()) };
    words(visit, &document, &visit.iam.snapshot()?.system.catalogue)
}

/// A text in which a string was mended: `mend` is where it stands, as line, column and length, and what to write there.
fn mended(text: &str, mend: &str) -> Option<String> {
    let mut parts = mend.splitn(4, ':');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (line, column, length) = (number()?, number()?, number()?);
    let instead = parts.next()?;
    let (begin, end) = diagnosis::span(text, line, column, length)?;
    Some(format!("{}{instead}{}", text.get(..begin)?, text.get(end..)?))
}

fn purpose_of(form: &Form) -> Purpose {
    match form.get(PURPOSE) {
        "trust" => Purpose::Trust,
        _ => Purpose::Identity,
    }
}

#[derive(Template)]
#[template(path = "documents/check.html")]
struct Checked {
    c: Chrome,
    editor: Editor,
    completion: Option<Completion>,
}

/// What is to be said of a document that is being typed, and what may stand at the caret.
async fn check(visit: &Visit) -> Answer {
    let editor = Editor::of_form(visit)?;
    let number = |name| visit.form.get(name).parse().ok();
    let completion = match (number("line"), number("column")) {
        (Some(line), Some(column)) => {
            let catalogue = &visit.iam.snapshot()?.system.catalogue;
            let cursor = Cursor { line, column };
            let found = complete::complete(&editor.text, cursor, editor.asked, editor.purpose, catalogue);
            found.map(|mut found| {
                found.candidates.truncate(OFFERED);
                found
            })
        }
        _ => None,
    };
    visit.page(&Checked { c: visit.chrome(Section::None), editor, completion })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_mended_in_its_place() {
        let text = "{\n  \"Efect\": 1}";
        assert_eq!(mended(text, "2:3:7:\"Effect\"").unwrap(), "{\n  \"Effect\": 1}");
        assert_eq!(mended(text, "2:3:700:\"Effect\""), None);
        assert_eq!(mended(text, "2:3"), None);
    }
}
