//! Roles: what they are, who may assume them, and what they may do then.

mod boundary;
mod create;
mod delete;
mod edit;
mod form;
mod head;
mod list;
mod permissions;
mod sessions;
mod show;
mod tags;
mod trust;

pub(crate) use self::head::Tab;
use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/roles", |visit| Box::pin(list::show(visit))),
    Route::get("/new/role", |visit| Box::pin(create::show(visit))),
    Route::post("/new/role", |visit| Box::pin(create::post(visit))),
    Route::get("/roles/{}", |visit| Box::pin(show::show(visit))),
    Route::get("/roles/{}/edit", |visit| Box::pin(edit::show(visit))),
    Route::post("/roles/{}/edit", |visit| Box::pin(edit::edit(visit))),
    Route::get("/roles/{}/tags", |visit| Box::pin(tags::show(visit))),
    Route::post("/roles/{}/tags", |visit| Box::pin(tags::edit(visit))),
    Route::get("/roles/{}/permissions", |visit| Box::pin(permissions::show(visit))),
    Route::post("/roles/{}/policies/{}/attach", |visit| Box::pin(permissions::attach(visit))),
    Route::post("/roles/{}/policies/{}/detach", |visit| Box::pin(permissions::detach(visit))),
    Route::get("/roles/{}/boundary", |visit| Box::pin(boundary::show(visit))),
    Route::post("/roles/{}/boundary", |visit| Box::pin(boundary::set(visit))),
    Route::post("/roles/{}/boundary/remove", |visit| Box::pin(boundary::remove(visit))),
    Route::get("/roles/{}/trust", |visit| Box::pin(trust::show(visit))),
    Route::post("/roles/{}/trust", |visit| Box::pin(trust::post(visit))),
    Route::get("/roles/{}/trust/document", |visit| Box::pin(trust::document(visit))),
    Route::get("/roles/{}/sessions", |visit| Box::pin(sessions::show(visit))),
    Route::get("/roles/{}/sessions/end", |visit| Box::pin(sessions::ask_end(visit))),
    Route::post("/roles/{}/sessions/end", |visit| Box::pin(sessions::end(visit))),
    Route::get("/roles/{}/delete", |visit| Box::pin(delete::show(visit))),
    Route::post("/roles/{}/delete", |visit| Box::pin(delete::delete(visit))),
];

/// The page of a role.
pub(crate) fn page_of(name: &str) -> String {
    format!("/roles/{}", crate::form::segment(name))
}
