//! The operation log: what was done in the account, by whom, and what was refused.

mod event;
mod export;
mod filter;
mod list;
mod show;

pub(crate) use self::{event::Event, filter::finds_nothing};
use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get("/log", |visit| Box::pin(list::show(visit))),
    Route::get("/log/export", |visit| Box::pin(export::export(visit))),
    Route::get("/log/{}", |visit| Box::pin(show::show(visit))),
];
