//! Who is in a group: looked for, added several at once, taken out.

use std::collections::BTreeSet;

use askama::Template;
use base::ids::UserId;
use hyper::StatusCode;
use iam::{
    groups::{AddUser, ListUsers, RemoveUser},
    page::{PageSize, Search},
    users::{self, User},
};

use super::{
    head::{Head, Tab},
    page_of,
};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, allowed, sentence},
    form::{Form, segment},
    pager::{self, Pager},
    visit::{Answer, Visit},
};

/// How many users are offered at a time.
const OFFERED: u64 = 50;

#[derive(Template)]
#[template(path = "groups/members.html")]
struct Page {
    c: Chrome,
    head: Head,
    members: Vec<User>,
    /// What is looked for.
    text: String,
    pager: Pager,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Members).await?;
    let after = pager::after_number(visit).and_then(|number| UserId::new(number).ok());
    let search = visit.query.filled("q").map(Search::parse).transpose()?;
    let list = ListUsers { group: head.group.name.clone(), search, after, size: pager::size(visit) };
    let found = visit.ask(list).await?;
    let pager = Pager::new(visit, found.next.map(|id| id.to_string()));
    let text = visit.query.get("q").to_owned();
    visit.page(&Page { c: visit.chrome(Section::Groups), head, members: found.items, text, pager })
}

#[derive(Template)]
#[template(path = "groups/add.html")]
struct Choosing {
    c: Chrome,
    name: String,
    base: String,
    /// What is looked for.
    text: String,
    rows: Vec<Choice>,
    /// Whether there are more than are offered.
    more: bool,
    problem: String,
}

/// A user to be ticked.
struct Choice {
    name: String,
    display_name: String,
    is_chosen: bool,
    is_member: bool,
}

/// The users that can be added, to be ticked.
pub(super) async fn choose(visit: &Visit) -> Answer {
    visit.page(&Choosing::load(visit, &visit.query).await?)
}

/// Adds those that are ticked; what could not be done is told, and the rest is done.
pub(super) async fn add(visit: &Visit) -> Answer {
    let group = visit.part(0);
    let chosen: BTreeSet<&str> = visit.form.all("user").collect();
    let mut problems = Vec::new();
    for user in &chosen {
        match visit.run(AddUser { group: group.to_owned(), user: (*user).to_owned() }).await {
            Ok(()) => {}
            Err(Failure::Core(error)) if chosen.len() > 1 => {
                problems.push(format!("{user}: {}", sentence(visit.lang, &error)));
            }
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() && !chosen.is_empty() {
        let (one, count) = (chosen.first().copied().unwrap_or_default(), chosen.len().to_string());
        let (news, name) = if chosen.len() == 1 { ("news-group-added", one) } else { ("news-group-joined", &*count) };
        return visit.go_with_news(&page_of(group), news, name);
    }
    let mut page = Choosing::load(visit, &visit.form).await?;
    page.problem = if chosen.is_empty() { visit.t("groups-add-none") } else { problems.join(" ") };
    visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Puts one in: what undoes taking it out.
pub(super) async fn join(visit: &Visit) -> Answer {
    let (group, user) = (visit.part(0), visit.part(1));
    visit.run(AddUser { group: group.to_owned(), user: user.to_owned() }).await?;
    moved(visit, "news-group-added", "remove")
}

/// Takes one out; the answer offers to undo it.
pub(super) async fn remove(visit: &Visit) -> Answer {
    let (group, user) = (visit.part(0), visit.part(1));
    visit.run(RemoveUser { group: group.to_owned(), user: user.to_owned() }).await?;
    moved(visit, "news-group-removed", "join")
}

fn moved(visit: &Visit, news: &str, undo: &str) -> Answer {
    let (list, user) = (page_of(visit.part(0)), visit.part(1));
    let undo = format!("{list}/members/{}/{undo}", segment(user));
    visit.go_with_undo(visit.back_or(&list), news, user, &undo)
}

impl Choosing {
    /// What `form` has ticked, and what it looks for.
    async fn load(visit: &Visit, form: &Form) -> Result<Self, Failure> {
        let group = visit.ask(iam::groups::Get { name: visit.part(0).to_owned() }).await?;
        let text = form.get("q").trim().to_owned();
        let search = Some(text.as_str()).filter(|text| !text.is_empty()).map(Search::parse).transpose()?;
        let list = ListUsers { group: group.name.clone(), search: search.clone(), after: None, size: PageSize::MAX };
        let present = allowed(visit.ask(list).await)?.map(|page| page.items).unwrap_or_default();
        let present: BTreeSet<String> = present.into_iter().map(|user| user.name).collect();
        let found = visit.ask(users::List { search, after: None, size: PageSize::new(OFFERED)? }).await?;
        let ticked = |name: &str| Choice {
            is_member: present.contains(name),
            name: name.to_owned(),
            display_name: String::new(),
            is_chosen: true,
        };
        let chosen: BTreeSet<&str> = form.all("user").collect();
        let mut rows: Vec<Choice> = chosen.into_iter().map(ticked).collect();
        for user in found.items {
            match rows.iter_mut().find(|row| row.name == user.name) {
                Some(row) => row.display_name = user.display_name,
                None => rows.push(Choice { display_name: user.display_name, is_chosen: false, ..ticked(&user.name) }),
            }
        }
        let (c, base) = (visit.chrome(Section::Groups), page_of(&group.name));
        let more = found.next.is_some();
        Ok(Self { c, name: group.name, base, text, rows, more, problem: String::new() })
    }
}
