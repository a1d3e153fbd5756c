//! The users of the account: the list, and what is done to many at once.

mod bulk;
mod create;
mod export;
mod filter;
mod list;

use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/users", |visit| Box::pin(list::show(visit))),
    Route::get("/users.csv", |visit| Box::pin(export::export(visit))),
    Route::get("/new/user", |visit| Box::pin(create::show(visit))),
    Route::post("/new/user", |visit| Box::pin(create::step(visit))),
    Route::post("/bulk/users", |visit| Box::pin(bulk::begin(visit))),
    Route::post("/bulk/users/delete", |visit| Box::pin(bulk::delete(visit))),
    Route::post("/bulk/users/add", |visit| Box::pin(bulk::add(visit))),
];
