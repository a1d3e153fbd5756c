//! Groups.

mod create;
mod delete;
mod list;
mod show;

use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/groups", |visit| Box::pin(list::show(visit))),
    Route::get("/new/group", |visit| Box::pin(create::show(visit))),
    Route::post("/new/group", |visit| Box::pin(create::create(visit))),
    Route::get("/groups/{}", |visit| Box::pin(show::show(visit))),
    Route::post("/groups/{}", |visit| Box::pin(show::add(visit))),
    Route::post("/groups/{}/members/{}/remove", |visit| Box::pin(show::remove(visit))),
    Route::post("/groups/{}/policies/{}/detach", |visit| Box::pin(show::detach(visit))),
    Route::get("/groups/{}/delete", |visit| Box::pin(delete::show(visit))),
    Route::post("/groups/{}/delete", |visit| Box::pin(delete::delete(visit))),
];

/// The page of a group.
pub(crate) fn page_of(name: &str) -> String {
    format!("/groups/{}", crate::form::segment(name))
}
