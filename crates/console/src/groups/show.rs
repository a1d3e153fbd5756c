//! One group: who is in it, and what it gives them.

use askama::Template;
use base::ids::UserId;
use hyper::StatusCode;
use iam::{
    attachments::{Attach, Attached, Detach, ListAttached, OfGroup},
    groups::{self, Group},
    policies::{PolicyRef, Scope},
    users::User,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "groups/show.html")]
struct Page {
    c: Chrome,
    group: Group,
    members: Vec<User>,
    pager: Pager,
    policies: Vec<Attached>,
    user: Field,
    policy: Field,
    href: String,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let page = Page::new(visit).await?;
    visit.page(&page)
}

/// Adds a user, or attaches a policy: what the form names.
pub(super) async fn add(visit: &Visit) -> Answer {
    let group = visit.part(0).to_owned();
    let (user, policy) = (visit.form.get("user").trim(), visit.form.get("policy").trim());
    let (done, message, name) = if policy.is_empty() {
        let operation = groups::AddUser { group: group.clone(), user: user.to_owned() };
        (visit.run(operation).await, "news-group-added", user)
    } else {
        let named = PolicyRef::Name { scope: Scope::Any, name: policy.to_owned() };
        let operation = Attach { holder: OfGroup(group.clone()), policy: named };
        (visit.run(operation).await, "news-group-attached", policy)
    };
    match done {
        Ok(()) => visit.go_with_news(&page_of(&group), message, name),
        Err(Failure::Core(error)) if !matches!(error, iam::error::Error::Denied { .. }) => {
            let mut page = Page::new(visit).await?;
            let field = if policy.is_empty() { &mut page.user } else { &mut page.policy };
            field.wrong(sentence(visit.lang, &error));
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(failure) => Err(failure),
    }
}

/// Takes a user out.
pub(super) async fn remove(visit: &Visit) -> Answer {
    let (group, user) = (visit.part(0), visit.part(1));
    visit.run(groups::RemoveUser { group: group.to_owned(), user: user.to_owned() }).await?;
    visit.go_with_news(&page_of(group), "news-group-removed", user)
}

/// Detaches a policy.
pub(super) async fn detach(visit: &Visit) -> Answer {
    let (group, policy) = (visit.part(0), visit.part(1));
    let named = PolicyRef::Name { scope: Scope::Any, name: policy.to_owned() };
    visit.run(Detach { holder: OfGroup(group.to_owned()), policy: named }).await?;
    visit.go_with_news(&page_of(group), "news-group-detached", policy)
}

impl Page {
    async fn new(visit: &Visit) -> Result<Self, Failure> {
        let name = visit.part(0).to_owned();
        let group = visit.ask(groups::Get { name: name.clone() }).await?;
        let after = pager::after_number(visit).and_then(|number| UserId::new(number).ok());
        let list = groups::ListUsers { group: name.clone(), after, size: pager::size(visit) };
        let members = visit.ask(list).await?;
        let policies = visit.ask(ListAttached { holder: OfGroup(name) }).await?;
        Ok(Self {
            c: visit.chrome(Section::Groups),
            pager: Pager::new(visit, members.next.map(|id| id.to_string())),
            members: members.items,
            policies,
            user: Field::plain("user", visit.form.get("user")),
            policy: Field::plain("policy", visit.form.get("policy")),
            href: page_of(&group.name),
            group,
        })
    }
}
