//! The list of users.

use askama::Template;
use iam::users::{ListRows, Lock, Order, Place, SignIn, UserRow};

use super::filter::Chosen;
use crate::{
    chrome::{Chrome, Section},
    form::segment,
    log::finds_nothing,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "users/list.html")]
struct Page {
    c: Chrome,
    chosen: Chosen,
    rows: Vec<UserRow>,
    pager: Pager,
    /// Where users of the account sign in.
    link: String,
    by_name: String,
    by_activity: String,
    csv: String,
}

/// The list.
pub(super) async fn show(visit: &Visit) -> Answer {
    let chosen = Chosen::of(visit);
    let after = pager::after(visit).and_then(Place::parse).filter(|place| place.is_of(chosen.order));
    let found = match chosen.filter() {
        Ok(filter) => visit.ask(ListRows { filter, order: chosen.order, after, size: pager::size(visit) }).await,
        Err(error) => Err(error.into()),
    };
    let (rows, next) = match found {
        Ok(page) => (page.items, page.next),
        Err(failure) if chosen.is_filtered() && finds_nothing(&failure) => (Vec::new(), None),
        Err(failure) => return Err(failure),
    };
    let session = visit.session()?;
    let account = session.account_alias.clone().unwrap_or_else(|| session.account.to_string());
    let by_activity = if chosen.order == Order::Active { Order::Idle } else { Order::Active };
    visit.page(&Page {
        c: visit.chrome(Section::Users),
        rows,
        pager: Pager::new(visit, next.map(|place| place.to_string())),
        link: format!("{}/signin/{account}", visit.site.url()),
        by_name: chosen.address("/users", Order::Name),
        by_activity: chosen.address("/users", by_activity),
        csv: chosen.address("/users.csv", chosen.order),
        chosen,
    })
}

impl Page {
    fn href(&self, row: &UserRow) -> String {
        format!("/users/{}", segment(&row.user.name))
    }

    /// Whether it is for programs alone.
    fn is_program(&self, row: &UserRow) -> bool {
        row.sign_in == SignIn::None && row.active_keys + row.inactive_keys > 0
    }

    /// How `aria-sort` tells whether the list is in one of these orders.
    fn sorted(&self, ascending: Order, descending: Order) -> &'static str {
        match self.chosen.order {
            order if order == ascending => "ascending",
            order if order == descending => "descending",
            _ => "none",
        }
    }

    /// The tone and the words of a user's state.
    fn status(&self, row: &UserRow) -> (&'static str, String) {
        let c = &self.c;
        if !row.user.enabled {
            return ("off", c.t("users-disabled"));
        }
        match row.lock {
            Some(Lock::Until(until)) => ("warn", c.t1("users-locked-until", "when", &c.at(&until).relative)),
            Some(Lock::ForGood) => ("warn", c.t("users-locked")),
            None if row.sign_in == SignIn::MustReset && row.last_signed_in.is_none() => ("", c.t("users-not-yet")),
            None => ("ok", c.t("users-enabled")),
        }
    }

    fn groups(&self, row: &UserRow) -> String {
        let more = row.group_count.saturating_sub(row.groups.len());
        let named = row.groups.join(", ");
        match (named.is_empty(), more) {
            (true, _) => "—".to_owned(),
            (false, 0) => named,
            (false, more) => format!("{named} +{more}"),
        }
    }
}
