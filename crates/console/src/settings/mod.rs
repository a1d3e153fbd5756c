//! What holds for the whole account: rules for passwords and sessions, its alias, and who is signed in.

mod account;
mod sessions;
mod sign_in;

pub(crate) use self::sessions::session_of;
use crate::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(SIGN_IN, |visit| Box::pin(sign_in::show(visit))),
    Route::post(SIGN_IN, |visit| Box::pin(sign_in::save(visit))),
    Route::get(ACCOUNT, |visit| Box::pin(account::show(visit))),
    Route::post(ACCOUNT, |visit| Box::pin(account::set_alias(visit))),
    Route::get("/settings/account/alias/remove", |visit| Box::pin(account::ask_remove_alias(visit))),
    Route::post("/settings/account/alias/remove", |visit| Box::pin(account::remove_alias(visit))),
    Route::get(SESSIONS, |visit| Box::pin(sessions::show(visit))),
    Route::get("/settings/sessions/end", |visit| Box::pin(sessions::ask_end_everybodys(visit))),
    Route::post("/settings/sessions/end", |visit| Box::pin(sessions::end_everybodys(visit))),
    Route::post("/settings/sessions/{}/end", |visit| Box::pin(sessions::end(visit))),
    Route::post("/settings/sessions/of/{}/end", |visit| Box::pin(sessions::end_all(visit))),
];

const SIGN_IN: &str = "/settings";
const ACCOUNT: &str = "/settings/account";
const SESSIONS: &str = "/settings/sessions";

/// The pages of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    SignIn,
    Account,
    Sessions,
}

impl Tab {
    /// What `aria-current` says on the way to `other`.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn is(&self, other: &Self) -> bool {
        self == other
    }
}
