//! Deleting a policy: what it breaks is said first.

use askama::Template;
use iam::{
    attachments::{Entities, Entity, ListEntities, Usage},
    dependents::Dependents,
    page::PageSize,
    policies,
};

use super::about::{About, Tab};
use crate::{
    chrome::{Chrome, Section},
    failure::Failure,
    form::Field,
    visit::{Answer, Visit},
};

/// How many of those who hold it are named.
const NAMED: u64 = 20;

#[derive(Template)]
#[template(path = "policies/delete.html")]
struct Page {
    c: Chrome,
    about: About,
    holders: Vec<Entity>,
    more: bool,
    /// Whether it bounds somebody: then it stays.
    bounds: bool,
    /// The name, to be typed where several hold it.
    name: Field,
    wrong: Vec<Field>,
}

impl Page {
    async fn new(visit: &Visit) -> Result<Self, Failure> {
        let about = About::own(visit, Tab::Overview).await?;
        let list = |usage| {
            let size = PageSize::new(NAMED)?;
            Ok(ListEntities { policy: about.reference(), usage, entities: Entities::All, after: None, size })
        };
        let list = |usage| list(usage).map_err(|error: iam::error::Error| Failure::from(error));
        let bounded = visit.ask(list(Some(Usage::Boundary))?).await?;
        let holders = visit.ask(list(None)?).await?;
        Ok(Self {
            c: visit.chrome(Section::Policies),
            about,
            more: holders.next.is_some(),
            holders: holders.items,
            bounds: !bounded.items.is_empty(),
            name: Field::plain("name", visit.form.get("name")).required(),
            wrong: Vec::new(),
        })
    }

    /// Whether its name must be typed.
    fn asks_name(&self) -> bool {
        self.holders.len() > 1
    }
}

/// Asks.
pub(crate) async fn show(visit: &Visit) -> Answer {
    visit.page(&Page::new(visit).await?)
}

/// Deletes it with its versions, and takes it from whoever holds it.
pub(crate) async fn delete(visit: &Visit) -> Answer {
    let mut page = Page::new(visit).await?;
    if page.asks_name() && page.name.value.trim() != page.about.policy.name {
        page.name.wrong(visit.t("policies-delete-name-wrong"));
        page.wrong = Field::wrong_ones([&page.name]);
        return visit.page_of(hyper::StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (policy, name) = (page.about.reference(), page.about.policy.name);
    let (attachments, versions) = (Dependents::Remove, Dependents::Remove);
    visit.run(policies::Delete { policy, attachments, versions }).await?;
    visit.go_with_news("/policies", "news-policy-deleted", &name)
}
