//! Explain: may somebody do something, why, and what would have to change.

mod question;
mod show;
mod words;

use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[Route::get("/explain", |visit| Box::pin(show::show(visit)))];
