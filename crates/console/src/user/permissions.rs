//! What a user may do: the policies that act on it, where they come from, and what bounds them.

use askama::Template;
use base::ids::PolicyId;
use iam::{
    attachments::{Attach, Attached, Detach, ListAttached, OfGroup, OfUser},
    error::{Error, Noun},
    groups::ListOfUser,
    inline_policies,
    policies::{self, PolicyRef},
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed},
    form::segment,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "user/permissions.html")]
struct Page {
    c: Chrome,
    head: Head,
    rows: Vec<Row>,
    /// Where more is added.
    add: String,
}

/// A document that acts on the user.
struct Row {
    name: String,
    /// Its page.
    page: String,
    description: String,
    kind: Kind,
    /// The group that it comes from, with its page; none where the user holds it itself.
    group: Option<(String, String)>,
    /// Where it is detached; empty where it is not the user's own.
    detach: String,
}

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    System,
    Custom,
    Inline,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Permissions).await?;
    let holder = OfUser(head.user.name.clone());
    let mut rows = Vec::new();
    for held in visit.ask(ListAttached { holder: holder.clone() }).await? {
        let detach = format!("{}/policies/{}/detach", head.base, held.policy.id);
        rows.push(Row { detach, ..Row::of(held, None) });
    }
    let own = allowed(visit.ask(inline_policies::List { holder }).await)?.unwrap_or_default();
    rows.extend(own.into_iter().map(|heading| {
        let page = format!("{}/inline/{}", head.base, segment(&heading.name));
        Row::inline(heading.name, page, None)
    }));
    let groups = allowed(visit.ask(ListOfUser { user: head.user.name.clone() }).await)?.unwrap_or_default();
    for group in groups {
        let (from, holder) = (crate::groups::page_of(&group.name), OfGroup(group.name.clone()));
        let held = allowed(visit.ask(ListAttached { holder: holder.clone() }).await)?.unwrap_or_default();
        rows.extend(held.into_iter().map(|held| Row::of(held, Some((group.name.clone(), from.clone())))));
        let own = allowed(visit.ask(inline_policies::List { holder }).await)?.unwrap_or_default();
        let row = |name| Row::inline(name, from.clone(), Some((group.name.clone(), from.clone())));
        rows.extend(own.into_iter().map(|heading| row(heading.name)));
    }
    let add = format!("{}/authorise", head.base);
    visit.page(&Page { c: visit.chrome(Section::Users), head, rows, add })
}

impl Row {
    fn of(held: Attached, group: Option<(String, String)>) -> Self {
        let policy = held.policy;
        Self {
            page: crate::policies::page_of(&policy),
            kind: if policy.account.is_some() { Kind::Custom } else { Kind::System },
            name: policy.name,
            description: policy.description,
            group,
            detach: String::new(),
        }
    }

    fn inline(name: String, page: String, group: Option<(String, String)>) -> Self {
        Self { name, page, description: String::new(), kind: Kind::Inline, group, detach: String::new() }
    }
}

/// Attaches a policy by its id: what undoes a detaching.
pub(crate) async fn attach(visit: &Visit) -> Answer {
    let (holder, policy) = pair(visit)?;
    visit.run(Attach { holder, policy }).await?;
    moved(visit, "news-user-attached", "detach").await
}

/// Detaches one; the answer offers to undo it.
pub(crate) async fn detach(visit: &Visit) -> Answer {
    let (holder, policy) = pair(visit)?;
    visit.run(Detach { holder, policy }).await?;
    moved(visit, "news-user-detached", "attach").await
}

fn pair(visit: &Visit) -> Result<(OfUser, PolicyRef), Failure> {
    let id = visit.part(1).parse().ok().and_then(|number| PolicyId::new(number).ok());
    let id = id.ok_or_else(|| Error::NotFound { noun: Noun::Policy, name: visit.part(1).to_owned() })?;
    Ok((OfUser(visit.part(0).to_owned()), PolicyRef::Id(id)))
}

async fn moved(visit: &Visit, news: &str, undo: &str) -> Answer {
    let (page, (_, policy)) = (page_of(visit.part(0)), pair(visit)?);
    let name = allowed(visit.ask(policies::Get { policy }).await)?.map(|detail| detail.policy.name);
    let undo = format!("{page}/policies/{}/{undo}", visit.part(1));
    let list = format!("{page}/permissions");
    visit.go_with_undo(visit.back_or(&list), news, name.as_deref().unwrap_or(visit.part(1)), &undo)
}
