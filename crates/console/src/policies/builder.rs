//! The visual builder's rows as a form holds them: from the form to the model and back, and what a page shows of them.

mod conditions;
mod rows;

use policy::{
    builder::{self, Model, Part, Wrong},
    catalogue::Catalogue,
    document::Purpose,
    grammar::{self, Flavour},
};

use self::rows::{Draft as RowDraft, RowView};
use crate::{
    documents::{Piece, Told, paint, problem, words},
    failure::Failure,
    form::Form,
    text::Lang,
    visit::Visit,
};

/// The most rows of a form.
const ROWS_MAX: usize = 50;

/// The rows of a form, as they are typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Draft {
    /// The document's `Id`.
    pub(crate) id: String,
    pub(crate) rows: Vec<RowDraft>,
    /// The row that was touched last.
    pub(crate) touched: Option<usize>,
}

/// What a page shows of it.
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) rows: Vec<RowView>,
    /// What is wrong with the whole.
    pub(crate) wrong: Vec<String>,
    /// The document; empty while something is wrong.
    pub(crate) text: String,
    pub(crate) told: Vec<Told>,
}

impl Draft {
    /// A form with one row.
    pub(crate) fn begin(catalogue: &Catalogue) -> Self {
        Self { rows: vec![RowDraft::begin(catalogue)], touched: Some(0), ..Self::default() }
    }

    /// What a model says, as a form holds it.
    pub(crate) fn of(model: &Model) -> Self {
        let rows = model.rows.iter().map(RowDraft::of).collect();
        Self { id: model.id.clone().unwrap_or_default(), rows, touched: None }
    }

    /// What a form holds.
    pub(crate) fn read(form: &Form, catalogue: &Catalogue) -> Self {
        let count: usize = form.get("rows").parse().unwrap_or_default();
        let rows = (0..count.min(ROWS_MAX)).map(|place| RowDraft::read(form, place, catalogue)).collect();
        Self { id: form.get("id").to_owned(), rows, touched: None }
    }

    /// Does what a button asks for: adds or takes away a row or a part of one. `false` where it is none of these.
    pub(crate) fn press(&mut self, button: &str, catalogue: &Catalogue) -> bool {
        if button == "row" {
            if self.rows.len() < ROWS_MAX {
                self.rows.push(RowDraft::begin(catalogue));
            }
            self.touched = self.rows.len().checked_sub(1);
            return true;
        }
        let mut parts = button.splitn(3, '-');
        let (what, place, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next().unwrap_or_default());
        let Some(place) = place.and_then(|place| place.parse::<usize>().ok()) else { return false };
        if place >= self.rows.len() {
            return false;
        }
        self.touched = Some(place);
        if what == "unrow" {
            self.rows.remove(place);
            self.touched = None;
            return true;
        }
        self.rows.get_mut(place).is_some_and(|row| row.press(what, rest, catalogue))
    }

    /// The model that it comes to.
    pub(crate) fn model(&self) -> Model {
        let id = Some(self.id.clone()).filter(|id| !id.is_empty());
        Model { id, rows: self.rows.iter().map(RowDraft::model).collect() }
    }

    /// The document that it comes to. Errors: what is wrong with the rows.
    pub(crate) fn document(&self, catalogue: &Catalogue) -> Result<String, Vec<Wrong>> {
        builder::document(&self.model(), catalogue)
    }

    /// What a page shows. Errors: nobody is signed in.
    pub(crate) fn view(&self, visit: &Visit) -> Result<View, Failure> {
        let catalogue = &visit.iam.snapshot()?.system.catalogue;
        let unfinished = self.rows.iter().any(RowDraft::is_unfinished);
        let (text, wrong) = match self.document(catalogue) {
            Ok(text) if !unfinished => (text, Vec::new()),
            Ok(_) => (String::new(), Vec::new()),
            Err(wrong) => (String::new(), wrong),
        };
        let told = match grammar::parse(&text, Flavour::Native, Purpose::Identity) {
            Ok(document) => words(visit, &document, catalogue)?,
            Err(_) => Vec::new(),
        };
        let view = |(place, row): (usize, &RowDraft)| {
            let wrong: Vec<&Wrong> = wrong.iter().filter(|wrong| wrong.row == Some(place)).collect();
            let open = self.touched.unwrap_or_default() == place || !wrong.is_empty();
            let shown = rows::Shown { lang: visit.lang, catalogue, open };
            row.view(place, &wrong, &shown)
        };
        Ok(View {
            id: self.id.clone(),
            rows: self.rows.iter().enumerate().map(view).collect(),
            wrong: wrongs(visit.lang, wrong.iter().filter(|wrong| wrong.row.is_none())),
            text,
            told,
        })
    }
}

impl View {
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        paint(&self.text)
    }

    /// Whether it can be saved.
    pub(crate) fn is_whole(&self) -> bool {
        !self.text.is_empty()
    }
}

/// What is wrong, in words, each once.
fn wrongs<'a>(lang: Lang, wrong: impl Iterator<Item = &'a Wrong>) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for wrong in wrong {
        let text = problem(lang, &wrong.problem, wrong.hint.as_deref()).plain();
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told
}

/// What is wrong with a part of a row.
fn wrongs_of(lang: Lang, wrong: &[&Wrong], part: Part) -> Vec<String> {
    wrongs(lang, wrong.iter().copied().filter(|wrong| wrong.part == part))
}

#[cfg(test)]
mod tests;
