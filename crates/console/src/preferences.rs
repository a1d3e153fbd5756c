//! Language and theme: choices that a browser keeps.

use crate::{
    chrome::Theme,
    cookies, reply,
    routes::{Access, Route},
    text::Lang,
    visit::{Answer, CHOICE_AGE, Visit},
};

pub(crate) const ROUTES: &[Route] =
    &[Route::post("/preferences", |visit| Box::pin(choose(visit))).access(Access::Open)];

/// Keeps a choice, and goes back to where it was made.
async fn choose(visit: &Visit) -> Answer {
    let mut reply = visit.go(visit.form.get("back"))?;
    if let Some(lang) = visit.form.first("lang").and_then(Lang::of_tag) {
        reply = reply::with_cookie(reply, &cookies::set(&visit.site, cookies::LANGUAGE, lang.tag(), Some(CHOICE_AGE)));
    }
    if let Some(theme) = visit.form.first("theme").map(Theme::of_word) {
        reply = reply::with_cookie(reply, &cookies::set(&visit.site, cookies::THEME, theme.word(), Some(CHOICE_AGE)));
    }
    Ok(reply)
}
