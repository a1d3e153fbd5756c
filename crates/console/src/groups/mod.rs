//! Groups: who is in them, and what they give.

mod activity;
mod create;
mod delete;
mod edit;
mod head;
mod list;
mod members;
mod policies;

pub(crate) use self::head::Tab;
use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/groups", |visit| Box::pin(list::show(visit))),
    Route::get("/new/group", |visit| Box::pin(create::show(visit))),
    Route::post("/new/group", |visit| Box::pin(create::create(visit))),
    Route::get("/groups/{}", |visit| Box::pin(members::show(visit))),
    Route::get("/groups/{}/edit", |visit| Box::pin(edit::show(visit))),
    Route::post("/groups/{}/edit", |visit| Box::pin(edit::edit(visit))),
    Route::get("/groups/{}/members/add", |visit| Box::pin(members::choose(visit))),
    Route::post("/groups/{}/members/add", |visit| Box::pin(members::add(visit))),
    Route::post("/groups/{}/members/{}/join", |visit| Box::pin(members::join(visit))),
    Route::post("/groups/{}/members/{}/remove", |visit| Box::pin(members::remove(visit))),
    Route::get("/groups/{}/policies", |visit| Box::pin(policies::show(visit))),
    Route::post("/groups/{}/policies/{}/attach", |visit| Box::pin(policies::attach(visit))),
    Route::post("/groups/{}/policies/{}/detach", |visit| Box::pin(policies::detach(visit))),
    Route::get("/groups/{}/activity", |visit| Box::pin(activity::show(visit))),
    Route::get("/groups/{}/delete", |visit| Box::pin(delete::show(visit))),
    Route::post("/groups/{}/delete", |visit| Box::pin(delete::delete(visit))),
];

/// The page of a group.
pub(crate) fn page_of(name: &str) -> String {
    format!("/groups/{}", crate::form::segment(name))
}
