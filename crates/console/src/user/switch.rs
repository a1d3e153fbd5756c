//! Switching a user off and on: at once, and the answer offers to undo it.

use iam::users::{Changes, Update};

use super::page_of;
use crate::visit::{Answer, Visit};

/// Off: neither password nor key is good any more, and nothing is lost.
pub(crate) async fn disable(visit: &Visit) -> Answer {
    switch(visit, false).await?;
    let page = page_of(visit.part(0));
    visit.go_with_undo(visit.back_or(&page), "news-user-disabled", visit.part(0), &format!("{page}/enable"))
}

/// On again.
pub(crate) async fn enable(visit: &Visit) -> Answer {
    switch(visit, true).await?;
    let page = page_of(visit.part(0));
    visit.go_with_undo(visit.back_or(&page), "news-user-enabled", visit.part(0), &format!("{page}/disable"))
}

async fn switch(visit: &Visit, enabled: bool) -> Result<(), crate::failure::Failure> {
    let to = Changes { enabled: Some(enabled), ..Changes::default() };
    visit.run(Update { name: visit.part(0).to_owned(), to }).await?;
    Ok(())
}
