//! One user: what it is, how it signs in, its keys, what it may do, and what it did.

mod activity;
mod authorise;
pub(crate) mod boundary;
mod delete;
mod edit;
mod effective;
mod groups;
mod head;
mod inline;
mod login;
mod password;
mod permissions;
mod sessions;
mod show;
mod switch;
pub(crate) mod tags;

pub(crate) use self::{
    delete::breaks,
    head::{Head, Tab},
};
use crate::{keys, routes::Route};

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/users/{}", |visit| Box::pin(show::show(visit))),
    Route::get("/users/{}/edit", |visit| Box::pin(edit::show(visit))),
    Route::post("/users/{}/edit", |visit| Box::pin(edit::edit(visit))),
    Route::get("/users/{}/tags", |visit| Box::pin(tags::show(visit))),
    Route::post("/users/{}/tags", |visit| Box::pin(tags::edit(visit))),
    Route::post("/users/{}/disable", |visit| Box::pin(switch::disable(visit))),
    Route::post("/users/{}/enable", |visit| Box::pin(switch::enable(visit))),
    Route::get("/users/{}/delete", |visit| Box::pin(delete::show(visit))),
    Route::post("/users/{}/delete", |visit| Box::pin(delete::delete(visit))),
    Route::get("/users/{}/login", |visit| Box::pin(login::show(visit))),
    Route::post("/users/{}/login", |visit| Box::pin(login::switch(visit))),
    Route::get("/users/{}/login/delete", |visit| Box::pin(login::ask_delete(visit))),
    Route::post("/users/{}/login/delete", |visit| Box::pin(login::delete(visit))),
    Route::get("/users/{}/password", |visit| Box::pin(password::show(visit))),
    Route::post("/users/{}/password", |visit| Box::pin(password::set(visit))),
    Route::get("/users/{}/sessions", |visit| Box::pin(sessions::show(visit))),
    Route::post("/users/{}/sessions/end", |visit| Box::pin(sessions::end_all(visit))),
    Route::post("/users/{}/sessions/{}/end", |visit| Box::pin(sessions::end(visit))),
    Route::get("/users/{}/keys", |visit| Box::pin(keys::of_user::list(visit))),
    Route::get("/users/{}/keys/new", |visit| Box::pin(keys::of_user::new(visit))),
    Route::post("/users/{}/keys/new", |visit| Box::pin(keys::of_user::create(visit))),
    Route::post("/users/{}/keys/{}/disable", |visit| Box::pin(keys::of_user::disable(visit))),
    Route::post("/users/{}/keys/{}/activate", |visit| Box::pin(keys::of_user::activate(visit))),
    Route::get("/users/{}/keys/{}/delete", |visit| Box::pin(keys::of_user::ask_delete(visit))),
    Route::post("/users/{}/keys/{}/delete", |visit| Box::pin(keys::of_user::delete(visit))),
    Route::get("/users/{}/api-keys/new", |visit| Box::pin(keys::of_user::new_api(visit))),
    Route::post("/users/{}/api-keys/new", |visit| Box::pin(keys::of_user::create_api(visit))),
    Route::get("/users/{}/api-keys/{}", |visit| Box::pin(keys::of_user::show_api(visit))),
    Route::post("/users/{}/api-keys/{}", |visit| Box::pin(keys::of_user::edit_api(visit))),
    Route::post("/users/{}/api-keys/{}/disable", |visit| Box::pin(keys::of_user::disable_api(visit))),
    Route::post("/users/{}/api-keys/{}/activate", |visit| Box::pin(keys::of_user::activate_api(visit))),
    Route::get("/users/{}/api-keys/{}/delete", |visit| Box::pin(keys::of_user::ask_delete_api(visit))),
    Route::post("/users/{}/api-keys/{}/delete", |visit| Box::pin(keys::of_user::delete_api(visit))),
    Route::get("/users/{}/permissions", |visit| Box::pin(permissions::show(visit))),
    Route::get("/users/{}/permissions/effective", |visit| Box::pin(effective::show(visit))),
    Route::get("/users/{}/authorise", |visit| Box::pin(authorise::show(visit))),
    Route::post("/users/{}/authorise", |visit| Box::pin(authorise::attach(visit))),
    Route::post("/users/{}/policies/{}/attach", |visit| Box::pin(permissions::attach(visit))),
    Route::post("/users/{}/policies/{}/detach", |visit| Box::pin(permissions::detach(visit))),
    Route::get("/users/{}/boundary", |visit| Box::pin(boundary::show(visit))),
    Route::post("/users/{}/boundary", |visit| Box::pin(boundary::set(visit))),
    Route::post("/users/{}/boundary/remove", |visit| Box::pin(boundary::remove(visit))),
    Route::get("/users/{}/inline/new", |visit| Box::pin(inline::new(visit))),
    Route::post("/users/{}/inline/new", |visit| Box::pin(inline::create(visit))),
    Route::get("/users/{}/inline/{}", |visit| Box::pin(inline::show(visit))),
    Route::post("/users/{}/inline/{}", |visit| Box::pin(inline::edit(visit))),
    Route::get("/users/{}/inline/{}/delete", |visit| Box::pin(inline::ask_delete(visit))),
    Route::post("/users/{}/inline/{}/delete", |visit| Box::pin(inline::delete(visit))),
    Route::get("/users/{}/groups", |visit| Box::pin(groups::show(visit))),
    Route::get("/users/{}/groups/add", |visit| Box::pin(groups::choose(visit))),
    Route::post("/users/{}/groups/add", |visit| Box::pin(groups::add(visit))),
    Route::post("/users/{}/groups/{}/join", |visit| Box::pin(groups::join(visit))),
    Route::post("/users/{}/groups/{}/leave", |visit| Box::pin(groups::leave(visit))),
    Route::get("/users/{}/activity", |visit| Box::pin(activity::show(visit))),
];

/// The page of a user.
pub(crate) fn page_of(name: &str) -> String {
    format!("/users/{}", crate::form::segment(name))
}
