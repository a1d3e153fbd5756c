//! Add authorisation: policies for users, groups and roles, several at once, with what came of each.

pub(crate) mod one;
pub(crate) mod pick;
mod show;

use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/attach", |visit| Box::pin(show::show(visit))),
    Route::post("/attach", |visit| Box::pin(show::attach(visit))),
];
