//! The groups that a user is in.

use std::collections::BTreeSet;

use askama::Template;
use hyper::StatusCode;
use iam::{
    attachments::{ListAttached, OfGroup},
    groups::{self, AddUser, Group, ListOfUser, RemoveUser},
    page::PageSize,
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed, sentence},
    form::segment,
    visit::{Answer, Visit},
};

/// Of how many groups the policies are named.
const EXPLAINED: usize = 20;

#[derive(Template)]
#[template(path = "user/groups.html")]
struct Page {
    c: Chrome,
    head: Head,
    rows: Vec<Row>,
}

/// A group that the user is in, with what it gives.
struct Row {
    group: Group,
    /// Names of policies; `None` where one may not know.
    policies: Option<Vec<String>>,
    /// Where the user is taken out.
    leave: String,
}

#[derive(Template)]
#[template(path = "user/groups_add.html")]
struct Choosing {
    c: Chrome,
    name: String,
    base: String,
    groups: Vec<Group>,
    chosen: BTreeSet<String>,
    /// Whether there are more than are offered.
    more: bool,
    problem: String,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Groups).await?;
    let mut rows = Vec::new();
    for group in visit.ask(ListOfUser { user: head.user.name.clone() }).await? {
        let policies = if rows.len() < EXPLAINED {
            allowed(visit.ask(ListAttached { holder: OfGroup(group.name.clone()) }).await)?
        } else {
            None
        };
        let policies = policies.map(|held| held.into_iter().map(|one| one.policy.name).collect());
        let leave = format!("{}/groups/{}/leave", head.base, segment(&group.name));
        rows.push(Row { group, policies, leave });
    }
    visit.page(&Page { c: visit.chrome(Section::Users), head, rows })
}

/// The groups that a user may join, to be ticked.
pub(crate) async fn choose(visit: &Visit) -> Answer {
    let page = Choosing::load(visit, BTreeSet::new()).await?;
    visit.page(&page)
}

/// Puts the user into those that were ticked; what could not be done is told, and the rest is done.
pub(crate) async fn add(visit: &Visit) -> Answer {
    let name = visit.part(0).to_owned();
    let chosen: BTreeSet<String> = visit.form.all("group").map(str::to_owned).collect();
    let (mut refused, mut problems) = (BTreeSet::new(), Vec::new());
    for group in &chosen {
        match visit.run(AddUser { group: group.clone(), user: name.clone() }).await {
            Ok(()) => {}
            Err(Failure::Core(error)) if chosen.len() > 1 => {
                problems.push(format!("{group}: {}", sentence(visit.lang, &error)));
                refused.insert(group.clone());
            }
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() && !chosen.is_empty() {
        return visit.go_with_news(&format!("{}/groups", page_of(&name)), "news-user-joined", &name);
    }
    let mut page = Choosing::load(visit, refused).await?;
    page.problem = if chosen.is_empty() { visit.t("user-groups-none-chosen") } else { problems.join(" ") };
    visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Puts the user into one group.
pub(crate) async fn join(visit: &Visit) -> Answer {
    let (name, group) = (visit.part(0), visit.part(1));
    visit.run(AddUser { group: group.to_owned(), user: name.to_owned() }).await?;
    moved(visit, "news-user-joined-one", "leave")
}

/// Takes the user out of one; the answer offers to undo it.
pub(crate) async fn leave(visit: &Visit) -> Answer {
    let (name, group) = (visit.part(0), visit.part(1));
    visit.run(RemoveUser { group: group.to_owned(), user: name.to_owned() }).await?;
    moved(visit, "news-user-left", "join")
}

fn moved(visit: &Visit, news: &str, undo: &str) -> Answer {
    let list = format!("{}/groups", page_of(visit.part(0)));
    let undo = format!("{list}/{}/{undo}", segment(visit.part(1)));
    visit.go_with_undo(visit.back_or(&list), news, visit.part(1), &undo)
}

impl Choosing {
    async fn load(visit: &Visit, chosen: BTreeSet<String>) -> Result<Self, Failure> {
        let name = visit.part(0).to_owned();
        let present = visit.ask(ListOfUser { user: name.clone() }).await?;
        let present: BTreeSet<_> = present.into_iter().map(|group| group.id).collect();
        let all = visit.ask(groups::List { search: None, after: None, size: PageSize::MAX }).await?;
        let more = all.next.is_some();
        let groups = all.items.into_iter().filter(|group| !present.contains(&group.id)).collect();
        let base = page_of(&name);
        Ok(Self { c: visit.chrome(Section::Users), name, base, groups, chosen, more, problem: String::new() })
    }
}
