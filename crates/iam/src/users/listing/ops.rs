//! Listing users as people look at them.

use std::collections::HashMap;

use base::{ids::UserId, timestamp::Timestamp};
use decide::{power, snapshot::Snapshot};

use super::{Filter, Order, Place, SignIn, User, UserRow, sql};
use crate::{
    action::Action,
    door::{Needs, Query, Read, Target},
    error::{Error, Result},
    groups::{self, Group},
    page::{Page, PageSize},
    sign_in::locks_of,
};

/// Lists users that a filter lets through, in an order, with what a list shows of each.
///
/// Errors: `NotFound` for the filter's group, `Invalid` for a place in a list of another order.
#[derive(Debug, Clone)]
pub struct ListRows {
    /// Which.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Begin behind this place, which a list of the same order gave.
    pub after: Option<Place>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for ListRows {
    const ACTION: Action = Action::ListUsers;
    type Found = Option<Group>;
    type Output = Page<UserRow, Place>;

    fn named(&self) -> Target {
        Target::users()
    }

    fn find(&self, tx: &Read<'_>) -> Result<Option<Group>> {
        if self.after.as_ref().is_some_and(|place| place.order != self.order) {
            return Err(Error::invalid("place in the list", "must be one of a list in the same order"));
        }
        self.filter.group.as_ref().map(|group| groups::by_name(tx, group)).transpose()
    }

    /// Who is in a group is told to those who may know it.
    fn needs(&self, group: &Option<Group>) -> Needs {
        let needs = Needs::action(Self::ACTION).on(self.named());
        match group {
            Some(group) => needs.and(Action::ListUsersInGroup, group.target()),
            None => needs,
        }
    }

    fn run(&self, group: Option<Group>, tx: &Read<'_>) -> Result<Page<UserRow, Place>> {
        let group = group.map(|group| group.id);
        let listed = sql::page(tx, (&self.filter, group), self.order, self.after.as_ref(), self.size)?;
        let page = Page::cut(listed, self.size, |listed| listed.place(self.order));
        let ids: Vec<UserId> = page.items.iter().map(|listed| listed.user).collect();
        let mut users: HashMap<UserId, User> = sql::users(tx, &ids)?.into_iter().map(|user| (user.id, user)).collect();
        let locks = locks_of(tx, &ids)?;
        let rows = page.items.iter().filter_map(|listed| {
            let row = row(tx.snapshot(), users.remove(&listed.user)?, listed);
            Some(UserRow { lock: locks.get(&listed.user).copied(), ..row })
        });
        Ok(Page { items: rows.collect(), next: page.next })
    }
}

fn row(snapshot: &Snapshot, user: User, listed: &sql::Listed) -> UserRow {
    let moment = |micros| Some(Timestamp::from_micros(micros)).filter(|_| micros > 0);
    let groups = snapshot.principals.get(&user.id).map(|principal| principal.groups.as_slice()).unwrap_or_default();
    let names = groups.iter().filter_map(|group| snapshot.groups.get(group)).map(|group| group.name.clone());
    UserRow {
        sign_in: SignIn::from_column(listed.login),
        active_keys: listed.keys_on,
        inactive_keys: listed.keys_off,
        groups: names.take(UserRow::GROUPS_MAX).collect(),
        group_count: groups.len(),
        last_active: moment(listed.active_us),
        last_signed_in: moment(listed.signed_in_us),
        administrator: power::administers(snapshot, user.id),
        lock: None,
        user,
    }
}
