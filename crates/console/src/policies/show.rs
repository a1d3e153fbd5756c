//! A policy at a glance: what it says, as text and in plain words, and who holds it.

use askama::Template;
use iam::{
    attachments::{Entities, Entity, ListEntities},
    page::PageSize,
};

use super::about::{About, Tab};
use crate::{
    chrome::{Chrome, Section},
    documents::{Piece, Told, paint, words},
    failure::allowed,
    visit::{Answer, Visit},
};

/// How many of those who hold it are named.
const NAMED: u64 = 5;

#[derive(Template)]
#[template(path = "policies/show.html")]
struct Page {
    c: Chrome,
    about: About,
    pieces: Vec<Piece>,
    told: Vec<Told>,
    /// `None` where whoever asks may not know.
    holders: Option<Vec<Entity>>,
    more: bool,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let about = About::of(visit, Tab::Overview).await?;
    let size = PageSize::new(NAMED)?;
    let entities = Entities::All;
    let list = ListEntities { policy: about.reference(), usage: None, entities, after: None, size };
    let holders = allowed(visit.ask(list).await)?;
    let snapshot = visit.iam.snapshot()?;
    let page = Page {
        c: visit.chrome(Section::Policies),
        pieces: paint(&about.text),
        told: words(visit, &about.document, &snapshot.system.catalogue)?,
        more: holders.as_ref().is_some_and(|holders| holders.next.is_some()),
        holders: holders.map(|holders| holders.items),
        about,
    };
    visit.page(&page)
}
