//! Who holds a policy.

use askama::Template;
use iam::attachments::{Entities, Entity, EntityKey, Holder, ListEntities, Usage};

use super::about::{About, Tab};
use crate::{
    chrome::{Chrome, Section},
    form::segment,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "policies/attached.html")]
struct Page {
    c: Chrome,
    about: About,
    holders: Vec<Entity>,
    pager: Pager,
    kind: String,
}

/// The list.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let about = About::of(visit, Tab::Attached).await?;
    let entities = match visit.query.get("kind") {
        "user" => Entities::Users,
        "group" => Entities::Groups,
        "role" => Entities::Roles,
        _ => Entities::All,
    };
    let after = pager::after(visit).and_then(key);
    let list = ListEntities { policy: about.reference(), usage: None, entities, after, size: pager::size(visit) };
    let found = visit.ask(list).await?;
    let page = Page {
        c: visit.chrome(Section::Policies),
        about,
        holders: found.items,
        pager: Pager::new(visit, found.next.map(|(usage, holder)| word(usage, holder))),
        kind: visit.query.get("kind").to_owned(),
    };
    visit.page(&page)
}

/// A key as addresses have it: `a-u-1234`.
fn word(usage: Usage, holder: Holder) -> String {
    let usage = if usage == Usage::Attached { 'a' } else { 'b' };
    format!("{usage}-{}-{}", kind(&holder), holder.number())
}

fn key(word: &str) -> Option<EntityKey> {
    let mut parts = word.splitn(3, '-');
    let usage = if parts.next()? == "a" { Usage::Attached } else { Usage::Boundary };
    let kind = parts.next()?;
    let number = parts.next()?.parse().ok()?;
    let holder = match kind {
        "user" => Holder::User(base::ids::UserId::new(number).ok()?),
        "group" => Holder::Group(base::ids::GroupId::new(number).ok()?),
        _ => Holder::Role(base::ids::RoleId::new(number).ok()?),
    };
    Some((usage, holder))
}

/// The word for what a holder is.
pub(crate) fn kind(holder: &Holder) -> &'static str {
    match holder {
        Holder::User(_) => "user",
        Holder::Group(_) => "group",
        Holder::Role(_) => "role",
    }
}

/// The page of a holder.
pub(crate) fn page_of(entity: &Entity) -> String {
    format!("/{}s/{}", kind(&entity.holder), segment(&entity.name))
}

/// What a holder is and how it uses the policy, in words.
pub(crate) fn words(c: &Chrome, entity: &Entity) -> String {
    let bounds = if entity.usage == Usage::Boundary { "boundary-" } else { "" };
    c.t(&format!("policies-holder-{bounds}{}", kind(&entity.holder)))
}
