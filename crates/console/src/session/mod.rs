//! Coming in and going out: first run, sign-in, a new password, sign-out.

mod new_password;
mod setup;
mod sign_in;
mod sign_out;

pub(crate) use self::sign_out::gone;
use crate::routes::{Access, Route};

/// Where one signs in.
pub(crate) const SIGN_IN: &str = "/signin";
/// Where whoever must set a new password does so, before anything else.
pub(crate) const NEW_PASSWORD: &str = "/password/new";

pub(crate) const ROUTES: &[Route] = &[
    Route::get(SIGN_IN, |visit| Box::pin(sign_in::show(visit))).access(Access::Open),
    Route::get("/signin/{}", |visit| Box::pin(sign_in::show(visit))).access(Access::Open),
    Route::post(SIGN_IN, |visit| Box::pin(sign_in::sign_in(visit))).access(Access::Open),
    Route::get("/setup", |visit| Box::pin(setup::show(visit))).access(Access::Open),
    Route::get("/setup/{}", |visit| Box::pin(setup::take_token(visit))).access(Access::Open),
    Route::post("/setup", |visit| Box::pin(setup::set_up(visit))).access(Access::Open),
    Route::get(NEW_PASSWORD, |visit| Box::pin(new_password::show(visit))).access(Access::Restricted),
    Route::post(NEW_PASSWORD, |visit| Box::pin(new_password::set(visit))).access(Access::Restricted),
    Route::post("/password/check", |visit| Box::pin(new_password::check(visit))).access(Access::Restricted),
    Route::post("/signout", |visit| Box::pin(sign_out::sign_out(visit))).access(Access::Restricted),
];
