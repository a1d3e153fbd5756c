//! A policy by tag: what may be done to whatever bears certain tags.

use askama::Template;
use hyper::StatusCode;
use policy::{
    builder::{self, Chosen},
    by_tag::{ByTag, Grant, Tag, model},
    catalogue::{Catalogue, Level},
    document::Purpose,
    grammar::{Flavour, parse},
};

use super::create::{self, Naming, Way, make};
use crate::{
    chrome::{Chrome, Section},
    documents::{Piece, Told, paint, problem, words},
    failure::Failure,
    form::Form,
    visit::{Answer, Visit},
};

/// How many tags a form may have.
const TAGS_MAX: usize = 10;
const LEVELS: [Level; 4] = [Level::Read, Level::List, Level::Write, Level::Manage];
/// Everything in a service.
const ALL: &str = "all";

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Draft {
    /// Keys and values, the latter with commas between them.
    tags: Vec<(String, String)>,
    /// Ticked boxes: a service, a colon and a level, or [`ALL`].
    grants: Vec<String>,
    lists: bool,
}

/// A service with its boxes.
struct Line {
    name: String,
    about: String,
    /// Word and whether it is ticked: everything, then level by level.
    boxes: Vec<(&'static str, bool)>,
}

#[derive(Template)]
#[template(path = "policies/create_tag.html")]
struct Page {
    c: Chrome,
    naming: Naming,
    tags: Vec<(String, String)>,
    lines: Vec<Line>,
    lists: bool,
    text: String,
    told: Vec<Told>,
    /// What has yet to be said, or is wrong.
    missing: Vec<String>,
}

impl Page {
    fn pieces(&self) -> Vec<Piece> {
        paint(&self.text)
    }
}

/// The form.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let draft = Draft { tags: vec![(String::new(), String::new())], grants: Vec::new(), lists: true };
    let page = page(visit, &draft, Naming::of_form(visit, Way::Tag))?;
    visit.page(&page)
}

/// Adds a tag, or makes the policy.
pub(crate) async fn post(visit: &Visit) -> Answer {
    let mut draft = Draft::read(&visit.form);
    let shown_again = draft.press(visit.form.get("do")) || visit.form.get("do") == "check";
    let mut page = page(visit, &draft, Naming::of_form(visit, Way::Tag))?;
    if shown_again {
        return visit.page(&page);
    }
    if page.text.is_empty() {
        page.naming.problem = page.missing.join(" ");
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if visit.form.get("do") == "document" {
        return create::from_text(visit, &page.text);
    }
    match make(visit, &page.text, Flavour::Native).await? {
        Ok(target) => visit.go_with_news(&target, "news-policy-created", visit.form.get("name").trim()),
        Err(error) => {
            page.naming.refused(visit, &error);
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn page(visit: &Visit, draft: &Draft, naming: Naming) -> Result<Page, Failure> {
    let catalogue = &visit.iam.snapshot()?.system.catalogue;
    let by_tag = draft.by_tag(catalogue);
    let mut missing: Vec<String> = Vec::new();
    if by_tag.tags.is_empty() {
        missing.push(visit.t("policies-tag-missing"));
    }
    if by_tag.grants.is_empty() {
        missing.push(visit.t("policies-grant-missing"));
    }
    let mut text = String::new();
    if missing.is_empty() {
        match builder::document(&model(&by_tag, catalogue), catalogue) {
            Ok(document) => text = document,
            Err(wrong) => missing
                .extend(wrong.iter().map(|wrong| problem(visit.lang, &wrong.problem, wrong.hint.as_deref()).plain())),
        }
    }
    missing.dedup();
    let told = match parse(&text, Flavour::Native, Purpose::Identity) {
        Ok(document) => words(visit, &document, catalogue)?,
        Err(_) => Vec::new(),
    };
    let lines = catalogue.services().iter().map(|service| Line {
        name: service.name.clone(),
        about: service.about.split([':', '.']).next().unwrap_or_default().to_owned(),
        boxes: boxes().map(|word| (word, draft.grants.contains(&format!("{}:{word}", service.name)))).collect(),
    });
    let (lines, tags, lists) = (lines.collect(), draft.tags.clone(), draft.lists);
    Ok(Page { c: visit.chrome(Section::Policies), naming, tags, lines, lists, text, told, missing })
}

fn boxes() -> impl Iterator<Item = &'static str> {
    std::iter::once(ALL).chain(LEVELS.into_iter().map(Level::word))
}

impl Draft {
    fn read(form: &Form) -> Self {
        let keys: Vec<&str> = form.all("tag").collect();
        let values = form.all("values");
        let tags = keys.into_iter().zip(values).take(TAGS_MAX);
        Self {
            tags: tags.map(|(key, values)| (key.trim().to_owned(), values.trim().to_owned())).collect(),
            grants: form.all("grant").map(str::to_owned).collect(),
            lists: form.has("lists"),
        }
    }

    fn press(&mut self, button: &str) -> bool {
        if button == "tag" {
            if self.tags.len() < TAGS_MAX {
                self.tags.push((String::new(), String::new()));
            }
            return true;
        }
        let place = button.strip_prefix("untag-").and_then(|place| place.parse::<usize>().ok());
        let Some(place) = place.filter(|place| *place < self.tags.len()) else { return false };
        self.tags.remove(place);
        true
    }

    fn by_tag(&self, catalogue: &Catalogue) -> ByTag {
        let filled = self.tags.iter().filter(|(key, values)| !key.is_empty() && !values.is_empty());
        let tags = filled.map(|(key, values)| {
            let values = values.split(',').map(str::trim).filter(|value| !value.is_empty());
            Tag { key: key.clone(), values: values.map(str::to_owned).collect() }
        });
        let grants = catalogue.services().iter().filter_map(|service| {
            let has = |word: &str| self.grants.contains(&format!("{}:{word}", service.name));
            let levels: Vec<Level> = LEVELS.into_iter().filter(|level| has(level.word())).collect();
            let chosen = match () {
                () if has(ALL) => Chosen::All,
                () if levels.is_empty() => return None,
                () => Chosen::Levels(levels),
            };
            Some(Grant { service: service.name.clone(), chosen })
        });
        ByTag { grants: grants.collect(), tags: tags.collect(), lists: self.lists }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_tags_come_to_grants() {
        let catalogue = Catalogue::built_in();
        let text = b"tag=stage&values=test,+dev&tag=&values=x&grant=bos:read&grant=bos:list&grant=fc:all&grant=no:all&lists=on";
        let mut draft = Draft::read(&Form::parse(text));
        let by_tag = draft.by_tag(&catalogue);
        assert_eq!(by_tag.tags, [Tag { key: "stage".to_owned(), values: vec!["test".to_owned(), "dev".to_owned()] }]);
        let bos = Grant { service: "bos".to_owned(), chosen: Chosen::Levels(vec![Level::Read, Level::List]) };
        assert_eq!(by_tag.grants, [bos, Grant { service: "fc".to_owned(), chosen: Chosen::All }]);
        assert!(draft.press("tag") && draft.press("untag-1") && !draft.press("untag-9") && !draft.press("save"));
        assert_eq!(draft.tags.len(), 2);
    }
}
