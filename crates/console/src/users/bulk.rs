//! What is done to many users at once: one after the other, with the outcome of each.

use askama::Template;
use hyper::StatusCode;
use iam::{
    groups,
    users::{self, GetImpact},
};

use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    user::breaks,
    visit::{Answer, Visit},
};

/// How many users at a time.
const MOST: usize = 100;

/// Asks before many are deleted.
#[derive(Template)]
#[template(path = "users/bulk_delete.html")]
struct Asking {
    c: Chrome,
    /// Each with what deleting it breaks, in words.
    users: Vec<(String, String)>,
}

/// Asks to which group many are to be added.
#[derive(Template)]
#[template(path = "users/bulk_add.html")]
struct Adding {
    c: Chrome,
    users: Vec<String>,
    group: Field,
}

/// What came of it.
#[expect(clippy::struct_field_names, reason = "it is what was done, as the page says")]
#[derive(Template)]
#[template(path = "users/bulk_done.html")]
struct Done {
    c: Chrome,
    title: String,
    done: usize,
    /// Those that it was not done to, with why.
    failed: Vec<(String, String)>,
}

/// A deed that may be done to many.
enum Deed {
    Enable(bool),
    Delete,
    Add(String),
}

/// Begins: at once, or by asking first.
pub(super) async fn begin(visit: &Visit) -> Answer {
    let users = chosen(visit);
    if users.is_empty() {
        return visit.go("/users");
    }
    match visit.form.get("do") {
        "enable" => all(visit, &Deed::Enable(true), "users-bulk-enabled").await,
        "disable" => all(visit, &Deed::Enable(false), "users-bulk-disabled").await,
        "delete" => {
            let users = broken(visit, users).await?;
            visit.page(&Asking { c: visit.chrome(Section::Users), users })
        }
        "add" => {
            let group = Field::plain("group", "").required();
            visit.page(&Adding { c: visit.chrome(Section::Users), users, group })
        }
        _ => visit.nothing_here(),
    }
}

/// Deletes all of them.
pub(super) async fn delete(visit: &Visit) -> Answer {
    all(visit, &Deed::Delete, "users-bulk-deleted").await
}

/// Adds all of them to a group.
pub(super) async fn add(visit: &Visit) -> Answer {
    let name = visit.form.get("group").trim().to_owned();
    // Whether there is such a group is asked once, not for each.
    if let Err(Failure::Core(error)) = visit.ask(groups::Get { name: name.clone() }).await {
        let mut group = Field::plain("group", name).required();
        group.wrong(sentence(visit.lang, &error));
        let page = Adding { c: visit.chrome(Section::Users), users: chosen(visit), group };
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    all(visit, &Deed::Add(name), "users-bulk-added").await
}

/// What deleting each of them breaks; or why it cannot be deleted.
async fn broken(visit: &Visit, users: Vec<String>) -> Result<Vec<(String, String)>, Failure> {
    let mut all = Vec::new();
    for name in users {
        let told = match visit.ask(GetImpact { name: name.clone() }).await {
            Ok(impact) => breaks(visit.lang, &impact).join(&visit.t("users-bulk-delete-joint")),
            Err(Failure::Core(error)) => sentence(visit.lang, &error),
            Err(failure) => return Err(failure),
        };
        all.push((name, told));
    }
    Ok(all)
}

fn chosen(visit: &Visit) -> Vec<String> {
    visit.form.all("user").take(MOST).map(str::to_owned).collect()
}

async fn all(visit: &Visit, deed: &Deed, title: &str) -> Answer {
    let (mut done, mut failed) = (0, Vec::new());
    for user in chosen(visit) {
        match one(visit, deed, &user).await {
            Ok(()) => done += 1,
            Err(Failure::Core(error)) => failed.push((user, sentence(visit.lang, &error))),
            Err(failure) => return Err(failure),
        }
    }
    let c = visit.chrome(Section::Users);
    let title = c.t1(title, "n", done);
    visit.page(&Done { c, title, done, failed })
}

async fn one(visit: &Visit, deed: &Deed, user: &str) -> Result<(), Failure> {
    let user = user.to_owned();
    match deed {
        Deed::Enable(enabled) => {
            let to = users::Changes { enabled: Some(*enabled), ..users::Changes::default() };
            visit.run(users::Update { name: user, to }).await.map(|_| ())
        }
        Deed::Delete => {
            let dependents = iam::dependents::Dependents::Remove;
            visit.run(users::Delete { name: user, dependents }).await
        }
        Deed::Add(group) => visit.run(groups::AddUser { group: group.clone(), user }).await,
    }
}
