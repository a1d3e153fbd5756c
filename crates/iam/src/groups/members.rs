//! Who is in a group.

use base::ids::{GroupId, UserId};

use super::{Group, MEMBERS, ops::by_name, sql};
use crate::{
    action::Action,
    door::{Needs, Operation, Query, Read, Target, Write},
    error::{Quota, Result},
    feed::Change,
    page::{Page, PageSize, Search},
    quotas,
    users::{self, User},
};

/// Puts a user into a group. Where it is in it already, nothing changes.
///
/// Errors: `NotFound` for either, `LimitExceeded` at either quota.
#[derive(Debug, Clone)]
pub struct AddUser {
    /// The group's name.
    pub group: String,
    /// The user's name.
    pub user: String,
}

impl Operation for AddUser {
    const ACTION: Action = Action::AddUserToGroup;
    type Found = (Group, User);
    type Output = ();

    fn named(&self) -> Target {
        Target::group(&self.group)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Group, User)> {
        Ok((by_name(tx, &self.group)?, users::by_name(tx, &self.user)?))
    }

    fn needs(&self, (group, user): &(Group, User)) -> Needs {
        Needs::action(Self::ACTION).on(group.target()).and(Self::ACTION, user.target())
    }

    fn run(&self, (group, user): (Group, User), tx: &mut Write<'_>) -> Result<()> {
        if !tx.insert(&MEMBERS, &[group.id.into(), user.id.into(), tx.now().into()])? {
            return Ok(());
        }
        // The new row is among those counted.
        quotas::check(tx, Quota::UsersPerGroup, sql::count_members(tx, group.id)? - 1)?;
        quotas::check(tx, Quota::GroupsPerUser, sql::count_groups(tx, user.id)? - 1)?;
        tx.changed(Change::User(user.id));
        Ok(())
    }
}

/// Takes a user out of a group. Where it is not in it, nothing changes.
///
/// Errors: `NotFound` for either.
#[derive(Debug, Clone)]
pub struct RemoveUser {
    /// The group's name.
    pub group: String,
    /// The user's name.
    pub user: String,
}

impl Operation for RemoveUser {
    const ACTION: Action = Action::RemoveUserFromGroup;
    type Found = (Group, User);
    type Output = ();

    fn named(&self) -> Target {
        Target::group(&self.group)
    }

    fn find(&self, tx: &Read<'_>) -> Result<(Group, User)> {
        Ok((by_name(tx, &self.group)?, users::by_name(tx, &self.user)?))
    }

    fn needs(&self, (group, user): &(Group, User)) -> Needs {
        Needs::action(Self::ACTION).on(group.target()).and(Self::ACTION, user.target())
    }

    fn run(&self, (group, user): (Group, User), tx: &mut Write<'_>) -> Result<()> {
        remove(tx, group.id, user.id)
    }
}

/// Lists the users of a group in the order of their creation. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct ListUsers {
    /// The group's name.
    pub group: String,
    /// Only those with this text in name, display name, mobile number or e-mail address.
    pub search: Option<Search>,
    /// Begin behind this user.
    pub after: Option<UserId>,
    /// How many at most.
    pub size: PageSize,
}

impl Query for ListUsers {
    const ACTION: Action = Action::ListUsersInGroup;
    type Found = Group;
    type Output = Page<User, UserId>;

    fn named(&self) -> Target {
        Target::group(&self.group)
    }

    fn find(&self, tx: &Read<'_>) -> Result<Group> {
        by_name(tx, &self.group)
    }

    fn needs(&self, group: &Group) -> Needs {
        Needs::action(Self::ACTION).on(group.target())
    }

    fn run(&self, group: Group, tx: &Read<'_>) -> Result<Page<User, UserId>> {
        let after = self.after.map_or(0, UserId::number);
        let pattern = self.search.as_ref().map_or_else(|| "%".to_owned(), Search::pattern);
        let rows = tx.rows(&sql::USERS, &[group.id.into(), after.into(), pattern.into(), self.size.probe().into()])?;
        let users = rows.iter().map(users::sql::user).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(users, self.size, |user| user.id))
    }
}

/// Lists all groups of a user, in the order of their creation. Errors: `NotFound`.
#[derive(Debug, Clone)]
pub struct ListOfUser {
    /// The user's name.
    pub user: String,
}

impl Query for ListOfUser {
    const ACTION: Action = Action::ListGroupsForUser;
    type Found = User;
    type Output = Vec<Group>;

    fn named(&self) -> Target {
        Target::user(&self.user)
    }

    fn find(&self, tx: &Read<'_>) -> Result<User> {
        users::by_name(tx, &self.user)
    }

    fn needs(&self, user: &User) -> Needs {
        Needs::action(Self::ACTION).on(user.target())
    }

    fn run(&self, user: User, tx: &Read<'_>) -> Result<Vec<Group>> {
        let rows = tx.rows(&sql::OF_USER, &[user.id.into(), sql::ALL_OF_ONE.into()])?;
        rows.iter().map(sql::group).collect()
    }
}

/// Takes a user out of a group.
pub(super) fn remove(tx: &mut Write<'_>, group: GroupId, user: UserId) -> Result<()> {
    if tx.delete(&MEMBERS, &[group.into(), user.into()])? {
        tx.changed(Change::User(user));
    }
    Ok(())
}

/// Takes a user out of all its groups.
pub(crate) fn leave_all(tx: &mut Write<'_>, user: UserId) -> Result<()> {
    for group in sql::ids_of_user(tx, user)? {
        remove(tx, group, user)?;
    }
    Ok(())
}
