//! The list as a file: sent while it is read.

use std::sync::Arc;

use edge::{Body, Parts};
use iam::{
    Iam,
    caller::Caller,
    error::Result,
    page::{Page, PageSize},
    users::{Filter, ListRows, Order, Place, SignIn, UserRow},
};

use super::filter::Chosen;
use crate::{
    csv, reply,
    visit::{Answer, Visit},
};

/// What stands above the columns: words for programs, the same in every language.
const COLUMNS: [&str; 11] = [
    "name",
    "display_name",
    "email",
    "mobile",
    "enabled",
    "console_sign_in",
    "active_access_keys",
    "inactive_access_keys",
    "administrator",
    "created",
    "last_active",
];

/// Sends all users that are chosen. The first page is read before anything is answered: who may not is told so.
pub(super) async fn export(visit: &Visit) -> Answer {
    let chosen = Chosen::of(visit);
    let source =
        Source { iam: Arc::clone(&visit.iam), caller: visit.caller()?, filter: chosen.filter()?, order: chosen.order };
    let first = source.page(None).await?;
    let (parts, body) = Body::in_parts();
    tokio::spawn(source.send(parts, first));
    Ok(reply::download_of("text/csv;charset=UTF-8", "users.csv", body))
}

struct Source {
    iam: Arc<Iam>,
    caller: Caller,
    filter: Filter,
    order: Order,
}

impl Source {
    /// Each page goes through the door by itself.
    async fn page(&self, after: Option<Place>) -> Result<Page<UserRow, Place>> {
        let list = ListRows { filter: self.filter.clone(), order: self.order, after, size: PageSize::MAX };
        self.iam.query(self.caller.clone(), list).await
    }

    async fn send(self, parts: Parts, first: Page<UserRow, Place>) {
        let mut page = first;
        let mut text = String::new();
        csv::line(&mut text, COLUMNS);
        loop {
            page.items.iter().for_each(|row| write(&mut text, row));
            if !parts.send(std::mem::take(&mut text)).await {
                return;
            }
            let Some(after) = page.next else { return };
            page = match self.page(Some(after)).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(error = %error, "an export was broken off");
                    return parts.break_off().await;
                }
            };
        }
    }
}

fn write(text: &mut String, row: &UserRow) {
    let user = &row.user;
    let sign_in = match row.sign_in {
        SignIn::None => "none",
        SignIn::Off => "off",
        SignIn::On => "on",
        SignIn::MustReset => "must reset",
    };
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let (active, inactive) = (row.active_keys.to_string(), row.inactive_keys.to_string());
    let last = row.last_active.map(base::timestamp::Timestamp::to_seconds).unwrap_or_default();
    let values = [
        user.name.as_str(),
        &user.display_name,
        user.email.as_deref().unwrap_or_default(),
        user.mobile.as_deref().unwrap_or_default(),
        yes(user.enabled),
        sign_in,
        &active,
        &inactive,
        yes(row.administrator),
        &user.created.to_seconds(),
        &last,
    ];
    csv::line(text, values);
}
