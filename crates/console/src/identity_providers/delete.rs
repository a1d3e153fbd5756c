//! Removing the provider: what that breaks is said first.

use askama::Template;
use iam::identity_providers::{Delete, IdentityProvider};

use super::{PAGE, present};
use crate::{
    chrome::{Chrome, Section},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "identity_providers/delete.html")]
struct Page {
    c: Chrome,
    provider: IdentityProvider,
}

/// Asks.
pub(super) async fn ask(visit: &Visit) -> Answer {
    let Some(provider) = present(visit).await? else { return visit.go(PAGE) };
    visit.page(&Page { c: visit.chrome(Section::IdentityProviders), provider })
}

/// Deletes it.
pub(super) async fn delete(visit: &Visit) -> Answer {
    visit.run(Delete).await?;
    visit.go_with_news(PAGE, "news-provider-deleted", "")
}
