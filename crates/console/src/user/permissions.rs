//! What a user may do: the policies that act on it, where they come from, and what bounds them.

use askama::Template;
use base::ids::PolicyId;
use hyper::StatusCode;
use iam::{
    attachments::{Attach, Attached, Detach, ListAttached, OfGroup, OfUser},
    boundaries,
    error::{Error, Noun},
    groups::ListOfUser,
    inline_policies,
    page::PageSize,
    policies::{self, Policy, PolicyRef, Scope},
    values::PathPrefix,
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed, sentence},
    form::{Field, segment},
    visit::{Answer, Visit},
};

/// How many policies are offered by name as a boundary.
const OFFERED: u64 = 200;

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

#[derive(Template)]
#[template(path = "user/boundary.html")]
struct Bounding {
    c: Chrome,
    name: String,
    base: String,
    present: Option<Policy>,
    policy: Field,
    offered: Vec<Policy>,
    wrong: Vec<Field>,
    problem: String,
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

/// The form of a boundary.
pub(crate) async fn boundary(visit: &Visit) -> Answer {
    let page = Bounding::load(visit).await?;
    visit.page(&page)
}

/// Sets it, in place of the one that is there.
pub(crate) async fn set_boundary(visit: &Visit) -> Answer {
    let (user, name) = (visit.part(0), visit.form.get("policy").trim());
    let policy = PolicyRef::Name { scope: Scope::Any, name: name.to_owned() };
    match visit.run(boundaries::Put { holder: OfUser(user.to_owned()), policy }).await {
        Ok(()) => visit.go_with_news(&format!("{}/permissions", page_of(user)), "news-user-bounded", user),
        Err(Failure::Core(error @ (Error::NotFound { noun: Noun::Policy, .. } | Error::Invalid { .. }))) => {
            let mut page = Bounding::load(visit).await?;
            page.policy.wrong(sentence(visit.lang, &error));
            page.wrong = Field::wrong_ones([&page.policy]);
            visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other),
    }
}

/// Takes it away.
pub(crate) async fn remove_boundary(visit: &Visit) -> Answer {
    let user = visit.part(0);
    visit.run(boundaries::Delete { holder: OfUser(user.to_owned()) }).await?;
    visit.go_with_news(&format!("{}/permissions", page_of(user)), "news-user-unbounded", user)
}

impl Bounding {
    async fn load(visit: &Visit) -> Result<Self, Failure> {
        let detail = visit.ask(iam::users::Get { name: visit.part(0).to_owned() }).await?;
        let list = policies::List {
            scope: Scope::Any,
            search: None,
            under: PathPrefix::parse("/")?,
            attached: None,
            after: None,
            size: PageSize::new(OFFERED)?,
        };
        let offered = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
        let typed = visit.form.first("policy").map(str::to_owned);
        let typed = typed.or_else(|| detail.boundary.as_ref().map(|policy| policy.name.clone()));
        let base = page_of(&detail.user.name);
        Ok(Self {
            c: visit.chrome(Section::Users),
            name: detail.user.name,
            base,
            present: detail.boundary,
            policy: Field::plain("policy", typed.unwrap_or_default()).required(),
            offered,
            wrong: Vec::new(),
            problem: String::new(),
        })
    }
}
