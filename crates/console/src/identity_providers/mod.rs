//! The identity provider by which an account's users may come: one an account.

mod delete;
mod edit;
mod show;

use iam::{
    error::Error,
    identity_providers::{Get, IdentityProvider},
};

use crate::{failure::Failure, routes::Route, visit::Visit};

pub(crate) const ROUTES: &[Route] = &[
    Route::get(PAGE, |visit| Box::pin(show::show(visit))),
    Route::post("/identity-providers/enable", |visit| Box::pin(show::switch(visit, true))),
    Route::post("/identity-providers/disable", |visit| Box::pin(show::switch(visit, false))),
    Route::get("/identity-providers/edit", |visit| Box::pin(edit::show(visit))),
    Route::post("/identity-providers/edit", |visit| Box::pin(edit::save(visit))),
    Route::get("/identity-providers/delete", |visit| Box::pin(delete::ask(visit))),
    Route::post("/identity-providers/delete", |visit| Box::pin(delete::delete(visit))),
];

const PAGE: &str = "/identity-providers";

/// The provider, where there is one.
async fn present(visit: &Visit) -> Result<Option<IdentityProvider>, Failure> {
    match visit.ask(Get).await {
        Ok(provider) => Ok(Some(provider)),
        Err(Failure::Core(Error::NotFound { .. })) => Ok(None),
        Err(other) => Err(other),
    }
}
