//! Policies: what may be done, on what, under which conditions.

mod about;
mod attached;
mod build;
mod builder;
mod by_tag;
mod create;
mod delete;
mod document;
mod edit;
mod list;
mod show;
mod versions;

use iam::policies::{Policy, PolicyRef, Scope};

pub(crate) use self::about::read;
use crate::{form::segment, routes::Route, visit::Visit};

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/policies", |visit| Box::pin(list::show(visit))),
    Route::get("/new/policy", |visit| Box::pin(create::choose(visit))),
    Route::get("/new/policy/document", |visit| Box::pin(create::show(visit))),
    Route::post("/new/policy/document", |visit| Box::pin(create::post(visit))),
    Route::get("/new/policy/builder", |visit| Box::pin(build::show_new(visit))),
    Route::post("/new/policy/builder", |visit| Box::pin(build::post_new(visit))),
    Route::get("/new/policy/tag", |visit| Box::pin(by_tag::show(visit))),
    Route::post("/new/policy/tag", |visit| Box::pin(by_tag::post(visit))),
    Route::get("/policies/{}", |visit| Box::pin(show::show(visit))),
    Route::get("/policies/{}/document", |visit| Box::pin(document::show(visit))),
    Route::post("/policies/{}/document", |visit| Box::pin(document::post(visit))),
    Route::get("/policies/{}/builder", |visit| Box::pin(build::show(visit))),
    Route::post("/policies/{}/builder", |visit| Box::pin(build::post(visit))),
    Route::get("/policies/{}/versions", |visit| Box::pin(versions::show(visit))),
    Route::get("/policies/{}/versions/{}/restore", |visit| Box::pin(versions::ask_restore(visit))),
    Route::post("/policies/{}/versions/{}/restore", |visit| Box::pin(versions::restore(visit))),
    Route::get("/policies/{}/versions/{}/delete", |visit| Box::pin(versions::ask_delete(visit))),
    Route::post("/policies/{}/versions/{}/delete", |visit| Box::pin(versions::delete(visit))),
    Route::get("/policies/{}/attached", |visit| Box::pin(attached::show(visit))),
    Route::get("/policies/{}/edit", |visit| Box::pin(edit::show(visit))),
    Route::post("/policies/{}/edit", |visit| Box::pin(edit::post(visit))),
    Route::get("/policies/{}/delete", |visit| Box::pin(delete::show(visit))),
    Route::post("/policies/{}/delete", |visit| Box::pin(delete::delete(visit))),
];

/// What stands before the name of a system policy in addresses: an account may have had the name before.
const SYSTEM: &str = "system:";

/// The policy that an address names in its first part.
fn named(visit: &Visit) -> PolicyRef {
    match visit.part(0).strip_prefix(SYSTEM) {
        Some(name) => PolicyRef::system(name),
        None => PolicyRef::Name { scope: Scope::Any, name: visit.part(0).to_owned() },
    }
}

/// The page of a policy.
pub(crate) fn page_of(policy: &Policy) -> String {
    let kind = if policy.account.is_none() { SYSTEM } else { "" };
    format!("/policies/{kind}{}", segment(&policy.name))
}
