//! The provider as it is, and its switch.

use askama::Template;
use iam::identity_providers::{Changes, IdentityProvider, Update};

use super::{PAGE, present};
use crate::{
    chrome::{Chrome, Section},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "identity_providers/show.html")]
struct Page {
    c: Chrome,
    provider: Option<IdentityProvider>,
}

/// The page.
pub(super) async fn show(visit: &Visit) -> Answer {
    let provider = present(visit).await?;
    visit.page(&Page { c: visit.chrome(Section::IdentityProviders), provider })
}

/// Lets users come by it, or not. Where there is none, none is made.
pub(super) async fn switch(visit: &Visit, enabled: bool) -> Answer {
    if present(visit).await?.is_none() {
        return visit.nothing_here();
    }
    visit.run(Update::new(Changes { enabled: Some(enabled), ..Changes::default() })?).await?;
    let (news, undo) = if enabled {
        ("news-provider-enabled", "/identity-providers/disable")
    } else {
        ("news-provider-disabled", "/identity-providers/enable")
    };
    visit.go_with_undo(PAGE, news, "", undo)
}
